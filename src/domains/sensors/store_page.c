/* One store: its sensors, charts of a day, a week, a month; its readings as CSV. */
#include "domains/sensors/chart.h"
#include "domains/sensors/sensors.h"

enum { DAY_STEP = 5 * MINUTE };

struct span {
	const char *code;
	int64_t from, to, step;
};

static struct span span_of(struct req *rq)
{
	const char *code = query_text(rq, "span"), *day = query_text(rq, "day");
	int64_t at, today = (int64_t)day_number(rq->now) * DAY - 8 * HOUR;

	if (!date_parse(day, &at) || at > today || at < today - 3660 * DAY)
		at = today;
	if (text_is(code, "week"))
		return (struct span){ "week", at - 6 * DAY, at + DAY, HOUR };
	if (text_is(code, "month"))
		return (struct span){ "month", at - 30 * DAY, at + DAY, HOUR };
	return (struct span){ "day", at, at + DAY, DAY_STEP };
}

/* ---- charts ------------------------------------------------------------------------- */
static enum err sensors_of(struct req *rq, int64_t store, struct list *l)
{
	return db_all(rq, &sensor_model, l,
		"SELECT * FROM sensors WHERE store = $1 AND state <> 'closed' ORDER BY id", store);
}

/* The same in figures, for who reads with ears or without pictures: by hours, or by days. */
static void put_table(struct req *rq, struct node *in, const struct buckets *b, enum quantity q)
{
	int64_t part = (int64_t)b->n * b->step > 2 * DAY ? DAY : (int64_t)HOUR;
	struct node *rows = put_list(in, "rows");
	size_t each = (size_t)(part / b->step);

	for (size_t i = 0; i < b->n; i += each) {
		struct bucket sum = { 0 };
		for (size_t k = i; k < i + each && k < b->n; k++) {
			const struct bucket *o = &b->at[q][k];
			if (!o->n)
				continue;
			sum.min = !sum.n || o->min < sum.min ? o->min : sum.min;
			sum.max = !sum.n || o->max > sum.max ? o->max : sum.max;
			sum.sum += o->sum;
			sum.n += o->n;
		}
		if (!sum.n)
			continue;
		struct node *n = put_map(rows, NULL);
		put_time(n, "at", b->from + (int64_t)i * b->step);
		put_text(n, "min", value_text(rq->arena, q, sum.min));
		put_text(n, "mean", value_text(rq->arena, q, mean_of(sum.sum, sum.n)));
		put_text(n, "max", value_text(rq->arena, q, sum.max));
		put_int(n, "n", sum.n);
	}
}

static const char *limits_words(struct req *rq, const struct limits *l, enum quantity q)
{
	const char *low = value_text(rq->arena, q, l->low),
		   *high = value_text(rq->arena, q, l->high);

	if (l->has_low && l->has_high)
		return arena_printf(rq->arena, tr(rq, "Limits %s to %s"), low, high);
	if (l->has_high)
		return arena_printf(rq->arena, tr(rq, "At most %s"), high);
	return l->has_low ? arena_printf(rq->arena, tr(rq, "At least %s"), low) : "";
}

static void put_chart(
	struct req *rq, struct node *list, const struct sensor *s, const struct chart *c)
{
	struct node *n = put_map(list, NULL);

	put_printf(n, "sensor", "%" PRId64, s->id);
	put_text(n, "device", s->device);
	put_text(n, "quantity", tr(rq, c->q == Q_T ? "Temperature" : "Humidity"));
	put_text(n, "limits", limits_words(rq, &c->limits, c->q));
	struct node *svg = put_text(n, "svg", chart_svg(rq->arena, c));
	svg->raw = true;
	svg->hidden = true;
	put_table(rq, n, c->b, c->q);
}

static bool measures_it(const struct sensor *s, enum quantity q)
{
	return text_is(s->measures, "both") || text_is(s->measures, q == Q_T ? "t" : "rh");
}

static enum err put_charts(struct req *rq, const struct storeroom *store, const struct span *span)
{
	struct list l;
	struct law law;
	struct node *charts = put_list(rq->view, "charts");

	TRY(law_load(rq, &law));
	TRY(sensors_of(rq, store->id, &l));
	show_list(rq, "sensors", &sensor_model, &l);
	for (struct sensor *s = LIST_OF(struct sensor, &l); s < LIST_END(struct sensor, &l); s++) {
		struct buckets b = buckets_new(rq->arena, span->from, span->to, span->step);
		TRY(history_buckets(rq, s->id, &b));
		for (int q = 0; q < QUANTITIES; q++) {
			struct limits m = law_limits(&law, store->kind, q, s->interval_s);
			struct chart c = { .title = arena_printf(rq->arena, "%s %s", s->device,
						   tr(rq, q == Q_T ? "Temperature" : "Humidity")),
				.no_data = tr(rq, "No readings in this time"),
				.q = q,
				.b = &b,
				.limits = m,
				.until = rq->now,
				.gap_ms = m.gap_ms };
			if (measures_it(s, q))
				put_chart(rq, charts, s, &c);
		}
	}
	return OK;
}

/* ---- the page ------------------------------------------------------------------------- */
static void put_spans(struct req *rq, const struct span *span)
{
	static const char *const codes[][2] = { { "day", "By day" }, { "week", "By week" },
		{ "month", "By month" } };
	struct node *list = put_list(rq->view, "spans");
	int64_t last = span->to - DAY,
		step = text_is(span->code, "day") ? DAY : span->to - span->from;
	const char *path = arena_printf(rq->arena, "/stores/%" PRId64 "?span=", rq->id);

	list->hidden = true;
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
		struct node *n = put_map(list, NULL);
		put_text(n, "label", tr(rq, codes[i][1]));
		put_flag(n, "current", text_is(span->code, codes[i][0]));
		put_printf(n, "href", "%s%s&day=%s", path, codes[i][0], date_text(rq->arena, last));
	}
	put_text(rq->view, "span", span->code);
	put_text(rq->view, "day", date_text(rq->arena, last));
	put_text(rq->view, "span_words",
		text_is(span->code, "day")
			? date_text(rq->arena, last)
			: arena_printf(rq->arena, "%s – %s", date_text(rq->arena, span->from),
				  date_text(rq->arena, last)));
	put_printf(rq->view, "earlier", "%s%s&day=%s", path, span->code,
		date_text(rq->arena, last - step));
	put_text(rq->view, "later",
		last + step > rq->now ? ""
				      : arena_printf(rq->arena, "%s%s&day=%s", path, span->code,
						date_text(rq->arena, last + step)));
}

static enum err put_seal(struct req *rq, const struct span *span)
{
	static const char *const words[][2] = {
		[SEAL_NONE] = { "", "" },
		[SEAL_OPEN] = { "info",
			"Late readings came: the day is sealed again in a moment." },
		[SEAL_HOLDS] = { "green", "Sealed in the ledger; nothing was changed since." },
		[SEAL_BROKEN] = { "red",
			"The readings of this day are not those that were sealed in the ledger." },
	};
	enum seal_state s = SEAL_NONE;

	if (text_is(span->code, "day"))
		TRY(day_check(rq, rq->id, span->from, &s));
	put_text(rq->view, "seal_tone", words[s][0]);
	put_text(rq->view, "seal_words", *words[s][1] ? tr(rq, words[s][1]) : "");
	return OK;
}

static enum err put_alarms(struct req *rq)
{
	struct list l;
	struct node *list = put_list(rq->view, "alarms");

	list->hidden = true;
	TRY(db_all(rq, &alarm_model, &l,
		"SELECT * FROM sensor_alarms WHERE store = $1 ORDER BY found_at DESC, id DESC "
		"LIMIT "
		"10",
		rq->id));
	for (struct alarm *m = LIST_OF(struct alarm, &l); m < LIST_END(struct alarm, &l); m++) {
		struct node *n = put_map(list, NULL);
		put_printf(n, "href", "/alarms/%" PRId64, m->id);
		put_text(n, "rule", tr(rq, choice_label(alarm_rules, m->rule)));
		put_text(n, "words", alarm_words(rq, m));
		put_time(n, "at", m->started_at);
		put_flag(n, "running", !m->ended_at);
		put_text(n, "state", tr(rq, choice_label(alarm_states, m->state)));
	}
	return OK;
}

static void put_particulars(struct req *rq, const struct storeroom *s)
{
	struct node *rows = put_list(rq->view, "rows");

	rows->hidden = true;
	put_fact(rq, rows, "Kind", tr(rq, choice_label(store_kinds, s->kind)));
	put_fact(rq, rows, "Place", s->place);
	put_fact(rq, rows, "Telephone told of alarms", s->phone);
	put_fact(rq, rows, "Registered", time_text(rq->arena, s->created_at));
}

enum err storeroom_page(struct req *rq)
{
	struct storeroom s;
	struct span span = span_of(rq);

	TRY(storeroom_load(rq, rq->id, &s));
	show(rq, "store", &storeroom_model, &s);
	TRY(put_operator(rq, s.operator));
	put_particulars(rq, &s);
	put_spans(rq, &span);
	TRY(put_seal(rq, &span));
	TRY(put_alarms(rq));
	TRY(put_charts(rq, &s, &span));
	put_flag(rq->view, "may_write", may(rq, SENSOR_WRITE));
	put_flag(rq->view, "open", text_is(s.state, "open"));
	put_flag(rq->view, "may_alarms", may(rq, LEAD_READ));
	return page(rq, "sensors/store");
}

/* ---- readings ---------------------------------------------------------------------------- */
struct line {
	int64_t at;
	const char *device, *t, *rh;
};
static const struct model line_model = MODEL("readings", struct line,
	FIELDS(STORED(struct line, at, .as = AS_TIME), STORED(struct line, device),
		STORED(struct line, t), STORED(struct line, rh)));

/* "-18.25", or nothing: a number that a table understands. */
static const char *plain(struct arena *a, int64_t v)
{
	int64_t u = v < 0 ? -v : v;

	if (v == NOT_MEASURED)
		return "";
	return arena_printf(a, "%s%" PRId64 ".%02" PRId64, v < 0 ? "-" : "", u / 100, u % 100);
}

enum err storeroom_readings(struct req *rq)
{
	struct span span = span_of(rq);
	const int64_t times[2] = { span.from, span.to };
	struct storeroom store;
	struct list l;
	struct series all;
	struct buf b = { .arena = rq->arena, .max = 512 << 20 };

	TRY(storeroom_load(rq, rq->id, &store));
	TRY(sensors_of(rq, store.id, &l));
	for (struct sensor *s = LIST_OF(struct sensor, &l); s < LIST_END(struct sensor, &l); s++) {
		TRY(history(rq, s->id, times, &all));
		for (struct reading *r = all.at; r < all.at + all.n; r++)
			buf_add(&b,
				&(struct line){ r->at, s->device, plain(rq->arena, r->v[Q_T]),
					plain(rq->arena, r->v[Q_RH]) },
				sizeof(struct line));
	}
	if (b.full)
		return fail(rq, E_TOO_LARGE, "These are too many readings: choose a shorter time.");
	l = (struct list){ b.s, b.n / sizeof(struct line) };
	show(rq, "store", &storeroom_model, &store);
	show_table(rq, "readings", &line_model, &l);
	put_text(rq->view, "day", date_text(rq->arena, span.to - DAY));
	put_text(rq->view, "span", span.code);
	return page(rq, "sensors/readings");
}
