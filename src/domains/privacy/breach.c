/* Leaks, tampering, losses (个人信息保护法 57): entered at once, with what was done, whom was told
 * and when; two terms run until both are answered. */
#include "contracts/facts.h"
#include "domains/privacy/registers.h"
#include "domains/privacy/rules.h"

enum { PAGE_ROWS = 50, WORDS_CHARS = 1000, SLICE = 50 };

static const struct choice kinds[] = { { "leak", "Data leaked", "red" },
	{ "tamper", "Data tampered with", "red" }, { "loss", "Data lost", "red" }, { 0 } };
static const struct choice states[] = { { "open", "Being handled", "yellow" },
	{ "closed", "Dealt with", "neutral" }, { 0 } };
static const struct choice whoms[] = {
	{ "authority", "Authority for personal data (cyberspace office)", "" },
	{ "police", "Police", "" },
	{ "superior", "Office above", "" },
	{ "people", "The people concerned", "" },
	{ 0 },
};
static const struct choice ways[] = {
	{ "phone", "By telephone", "" },
	{ "message", "By short message", "" },
	{ "letter", "By letter", "" },
	{ "system", "In their reporting system", "" },
	{ "public", "By public notice", "" },
	{ 0 },
};
const struct choice breach_steps[] = {
	{ "report", "Tell the authority for personal data", "" },
	{ "tell", "Tell the people concerned", "" },
	{ 0 },
};

#define I(m, ...) INPUT(struct breach, m, __VA_ARGS__)
#define S(m, ...) STORED(struct breach, m, __VA_ARGS__)
const struct model breach_model = MODEL("privacy_breaches", struct breach, .witnessed = true,
	FIELDS(S(id, .as = AS_ID), S(version, 0), S(number, 0),
		I(title, "What happened", .required = true, .max = 120),
		I(kind, "Kind of breach of data", .required = true, .choices = kinds),
		I(found_day, "Found on", .required = true, .as = AS_DATE),
		I(found_hour, "Found at", .required = true, .max = 5, .check = check_hour,
			.hint = "For example 09:30: the terms run from here"),
		S(found_at, .as = AS_TIME),
		I(data_kinds, "Which data", .required = true, .as = AS_LONG, .max = 1000,
			.hint = "PIPL 57(1): for example names and telephones of parties"),
		I(people, "How many people, as far as known", .min = 0, .max = 100000000),
		I(cause, "Cause of it", .required = true, .as = AS_LONG, .max = 2000),
		I(harm, "Possible harm", .required = true, .as = AS_LONG, .max = 2000),
		I(measures, "What was done at once", .required = true, .as = AS_LONG, .max = 2000,
			.hint = "PIPL 57(2)"),
		I(self_help, "What people can do themselves", .required = true, .as = AS_LONG,
			.max = 1000),
		I(contact, "Whom they can ask", .required = true, .max = 200, .hint = "PIPL 57(3)"),
		S(registered_by, .as = AS_ID), S(registered_at, .as = AS_TIME),
		S(state, .choices = states), S(report_due, .as = AS_TIME),
		S(tell_due, .as = AS_TIME), S(reported_at, .as = AS_TIME),
		S(told_at, .as = AS_TIME), S(untold_why, 0), S(untold_by, .as = AS_ID),
		S(untold_at, .as = AS_TIME), S(closed_by, .as = AS_ID), S(closed_at, .as = AS_TIME),
		S(closing, 0), S(next_kind, .choices = breach_steps), S(next_due, .as = AS_TIME),
		S(warned_due, .as = AS_TIME)));
#undef I
#undef S
#define I(m, ...) INPUT(struct breach_notice, m, __VA_ARGS__)
#define S(m, ...) STORED(struct breach_notice, m, __VA_ARGS__)
const struct model breach_notice_model = MODEL("privacy_notices", struct breach_notice,
	.witnessed = true,
	FIELDS(S(id, .as = AS_ID), S(version, 0), S(breach, .as = AS_ID),
		I(whom, "Whom", .required = true, .choices = whoms),
		I(name, "Name of the office, or how many people", .required = true, .max = 120),
		I(told_day, "Told on", .required = true, .as = AS_DATE),
		I(told_hour, "Told at", .required = true, .max = 5, .check = check_hour,
			.hint = "For example 09:30"),
		S(told_at, .as = AS_TIME), I(way, "How", .required = true, .choices = ways),
		I(words, "What was told", .required = true, .as = AS_LONG, .max = 2000),
		S(entered_by, .as = AS_ID), S(entered_at, .as = AS_TIME)));
#undef I
#undef S

static struct breach_facts facts_of(const struct breach *b)
{
	return (struct breach_facts){ b->reported_at, b->told_at, b->untold_at, b->report_due,
		b->tell_due, text_is(b->state, "closed") };
}

static enum err breach_save(struct req *rq, struct breach *b, const char *fact, const char *data)
{
	struct breach_facts f = facts_of(b);

	b->next_kind = breach_next(&f, &b->next_due);
	TRY(b->id ? db_update(rq, &breach_model, b) : db_insert(rq, &breach_model, b));
	return emit(rq, fact, b->id, 0, data);
}

static enum err breach_load(struct req *rq, struct breach *b)
{
	enum err e = db_one(
		rq, &breach_model, b, "SELECT * FROM privacy_breaches WHERE id = $1", rq->id);

	return e == E_NOT_FOUND ? fail(rq, e, "There is no such breach.") : e;
}

static enum err back(struct req *rq, const struct breach *b)
{
	return redirect(rq, "/privacy/breaches/%" PRId64, b->id);
}

enum err breach_list(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, PAGE_ROWS);

	TRY(db_all(rq, &breach_model, &l,
		"SELECT * FROM privacy_breaches ORDER BY CASE WHEN next_due = 0 THEN 1 ELSE 0 END, "
		"next_due, found_at DESC, id LIMIT $1 OFFSET $2",
		p.limit, p.offset));
	show_pages(rq, p, &l);
	struct node *n = show_table(rq, "breaches", &breach_model, &l)->first;
	for (struct breach *b = LIST_OF(struct breach, &l); n && b < LIST_END(struct breach, &l);
		b++, n = n->next)
		put_flag(n, "late", b->next_due && b->next_due < rq->now);
	put_flag(rq->view, "may_write", may(rq, PRIVACY_WRITE))->hidden = true;
	return page(rq, "privacy/breaches");
}

enum err breach_new(struct req *rq)
{
	struct breach b = { .kind = "", .found_day = rq->now };

	show_form(rq, "breach", &breach_model, &b);
	return page(rq, "privacy/breach_form");
}

/* Reads it, and when it was found: not in the future. */
static enum err breach_read(struct req *rq, struct breach *b)
{
	enum err bad = form_read(rq, &breach_model, b);

	if (bad)
		return bad;
	b->found_at = b->found_day + hour_ms(b->found_hour);
	if (b->found_at > rq->now)
		field_error(rq, "found_day", "Not in the future, please.");
	return form_failed(rq) ? E_INVALID : OK;
}

enum err breach_create(struct req *rq)
{
	const struct node *law;
	struct breach b = { .untold_why = "", .closing = "", .state = "open" };
	enum err bad = breach_read(rq, &b);
	int64_t n;
	int year = civil_of(rq->now).year;

	if (bad && bad != E_INVALID)
		return bad;
	if (bad) {
		show_form(rq, "breach", &breach_model, &b);
		return form_again(rq, "privacy/breach_form");
	}
	TRY(rules(rq, "privacy/terms", rq->now, &law));
	TRY(next_number(rq, arena_printf(rq->arena, "privacy_breach:%d", year), &n));
	b.number = arena_printf(rq->arena, "个保事件〔%d〕%d号", year, (int)n);
	b.registered_by = rq->user->id;
	b.registered_at = rq->now;
	b.report_due = b.found_at + node_int(law, "breach_report_hours", 4) * HOUR;
	b.tell_due = b.found_at + node_int(law, "breach_tell_hours", 72) * HOUR;
	TRY(breach_save(rq, &b, BREACH_REGISTERED,
		json_pairs(rq, "number", b.number, "kind", b.kind, "found_at",
			time_iso(rq->arena, b.found_at), NULL)));
	notice(rq, "The breach is on file; its terms run.");
	return back(rq, &b);
}

/* ---- whom was told ----------------------------------------------------- */
static void put_told(struct req *rq, const struct breach *b)
{
	struct node *rows = put_list(rq->view, "told_rows");

	privacy_put_row(rq, rows, "Authority told by",
		arena_printf(rq->arena, "%s / %s", time_text(rq->arena, b->report_due),
			b->reported_at ? time_text(rq->arena, b->reported_at) : "—"));
	privacy_put_row(rq, rows, "People told by",
		arena_printf(rq->arena, "%s / %s", time_text(rq->arena, b->tell_due),
			b->told_at ? time_text(rq->arena, b->told_at) : "—"));
	if (b->untold_at)
		privacy_put_row(rq, rows, "Why they need not be told",
			arena_printf(rq->arena, "%s (%s %s)", b->untold_why,
				privacy_person(rq, b->untold_by),
				time_text(rq->arena, b->untold_at)));
	if (b->closed_at)
		privacy_put_row(rq, rows, "Dealt with",
			arena_printf(rq->arena, "%s (%s %s)", b->closing,
				privacy_person(rq, b->closed_by),
				time_text(rq->arena, b->closed_at)));
}

static enum err put_breach(struct req *rq, const struct breach *b, const struct breach_notice *n)
{
	struct list l;
	struct breach_facts f = facts_of(b);
	const char *not_yet = breach_not_yet(&f);

	show(rq, "breach", &breach_model, b);
	struct node *rows = put_list(rq->view, "rows");
	privacy_put_row(rq, rows, "Found on", time_text(rq->arena, b->found_at));
	privacy_put_row(rq, rows, "Which data", b->data_kinds);
	privacy_put_row(rq, rows, "How many people, as far as known",
		arena_printf(rq->arena, "%" PRId64, b->people));
	privacy_put_row(rq, rows, "Cause of it", b->cause);
	privacy_put_row(rq, rows, "Possible harm", b->harm);
	privacy_put_row(rq, rows, "What was done at once", b->measures);
	privacy_put_row(rq, rows, "What people can do themselves", b->self_help);
	privacy_put_row(rq, rows, "Whom they can ask", b->contact);
	put_told(rq, b);
	TRY(db_all(rq, &breach_notice_model, &l,
		"SELECT * FROM privacy_notices WHERE breach = $1 ORDER BY told_at, id", b->id));
	show_list(rq, "notices", &breach_notice_model, &l);
	show_form(rq, "notice_form", &breach_notice_model, n);
	bool open = text_is(b->state, "open");
	put_flag(rq->view, "late", b->next_due && b->next_due < rq->now);
	put_flag(rq->view, "may_write", open && may(rq, PRIVACY_WRITE))->hidden = true;
	put_flag(rq->view, "may_untold",
		open && !b->told_at && !b->untold_at && may(rq, PRIVACY_DECIDE))
		->hidden = true;
	put_flag(rq->view, "may_close", !not_yet && may(rq, PRIVACY_DECIDE))->hidden = true;
	put_text(rq->view, "not_yet", open && not_yet ? tr(rq, not_yet) : "");
	return OK;
}

enum err breach_page(struct req *rq)
{
	struct breach b;
	struct breach_notice n = { .whom = "", .way = "", .told_day = rq->now };

	TRY(breach_load(rq, &b));
	TRY(put_breach(rq, &b, &n));
	return page(rq, "privacy/breach");
}

static enum err notice_read(struct req *rq, const struct breach *b, struct breach_notice *n)
{
	enum err bad = form_read(rq, &breach_notice_model, n);

	if (bad)
		return bad;
	n->told_at = n->told_day + hour_ms(n->told_hour);
	if (n->told_at > rq->now || n->told_at < b->found_at)
		field_error(rq, "told_day", "Not before it was found, not in the future.");
	return form_failed(rq) ? E_INVALID : OK;
}

enum err breach_notice_add(struct req *rq)
{
	struct breach b;
	struct breach_notice n = { 0 };

	TRY(breach_load(rq, &b));
	if (!text_is(b.state, "open"))
		return fail(rq, E_CONFLICT, "It is closed already.");
	enum err bad = notice_read(rq, &b, &n);
	if (bad && bad != E_INVALID)
		return bad;
	if (bad) {
		TRY(put_breach(rq, &b, &n));
		return form_again(rq, "privacy/breach");
	}
	n.breach = b.id;
	n.entered_by = rq->user->id;
	n.entered_at = rq->now;
	TRY(db_insert(rq, &breach_notice_model, &n));
	if (text_is(n.whom, "authority") && !b.reported_at)
		b.reported_at = n.told_at;
	if (text_is(n.whom, "people") && !b.told_at)
		b.told_at = n.told_at;
	TRY(breach_save(rq, &b, BREACH_TOLD,
		json_pairs(rq, "whom", n.whom, "name", n.name, "at", time_iso(rq->arena, n.told_at),
			NULL)));
	return back(rq, &b);
}

/* Article 57, second paragraph: the measures keep harm away, so people need not be told. */
enum err breach_untold(struct req *rq)
{
	struct breach b;
	const char *why = form_text(rq, "why");

	TRY(breach_load(rq, &b));
	if (!text_is(b.state, "open") || b.told_at || b.untold_at)
		return fail(rq, E_CONFLICT, "They were told, or this was decided, already.");
	if (!*why || utf8_length(why) > WORDS_CHARS)
		return fail(rq, E_INVALID,
			"Say how the measures keep harm away (PIPL article 57), in at most 1,000 "
			"characters.");
	b.untold_why = why;
	b.untold_by = rq->user->id;
	b.untold_at = rq->now;
	TRY(breach_save(rq, &b, BREACH_UNTOLD, json_pairs(rq, "why", why, NULL)));
	return back(rq, &b);
}

enum err breach_close(struct req *rq)
{
	struct breach b;
	const char *words = form_text(rq, "closing");

	TRY(breach_load(rq, &b));
	struct breach_facts f = facts_of(&b);
	const char *not_yet = breach_not_yet(&f);
	if (not_yet)
		return fail(rq, E_CONFLICT, "%s", tr(rq, not_yet));
	if (!*words || utf8_length(words) > WORDS_CHARS)
		return fail(rq, E_INVALID,
			"Say what was found and mended, in at most 1,000 characters.");
	b.state = "closed";
	b.closed_by = rq->user->id;
	b.closed_at = rq->now;
	b.closing = words;
	TRY(breach_save(rq, &b, BREACH_CLOSED, json_pairs(rq, "words", words, NULL)));
	return back(rq, &b);
}

enum err breaches_overdue(struct req *rq)
{
	struct list l;

	TRY(db_all(rq, &breach_model, &l,
		"SELECT * FROM privacy_breaches WHERE next_due > 0 AND next_due < $1 AND "
		"warned_due <> next_due ORDER BY next_due LIMIT $2",
		rq->now, (int64_t)SLICE));
	for (struct breach *b = LIST_OF(struct breach, &l); b < LIST_END(struct breach, &l); b++) {
		b->warned_due = b->next_due;
		TRY(breach_save(rq, b, BREACH_OVERDUE,
			json_pairs(rq, "clock", b->next_kind, "due",
				time_iso(rq->arena, b->next_due), NULL)));
	}
	return OK;
}
