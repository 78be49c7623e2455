/* Officers' and leaders' steps of a measure: load, check against the rule, change, record, answer.
 */
#include "domains/measures/measures.h"

#include "contracts/facts.h"

#include <string.h>
#include <unistd.h>

enum { ITEMS = 8, TEXT = 300, PHOTO_MAX = 12 * 1024 * 1024 };

static enum err back(struct req *rq, const struct measure *m)
{
	return redirect(rq, "/cases/%" PRId64 "/measures", m->case_id);
}

static enum err load(struct req *rq, struct measure *m, struct measure_facts *f)
{
	TRY(measure_load(rq, rq->id, m));
	return measure_facts_of(rq, m, f);
}

static enum err long_words(struct req *rq, const char *words)
{
	return utf8_length(words) > TEXT ? fail(rq, E_INVALID, "At most 300 characters, please.")
					 : OK;
}

static const char *until_said(struct req *rq, const struct measure *m, const char *words)
{
	return json_pairs(rq, "measure", arena_printf(rq->arena, "%" PRId64, m->id), "kind",
		m->kind, "until", m->until ? date_text(rq->arena, m->until) : "", "words", words,
		NULL);
}

/* ---- the list of what is held ------------------------------------------------------------------
 */
static const char *numbered(struct req *rq, const char *field, int n)
{
	return form_text(rq, arena_printf(rq->arena, "%s%d", field, n));
}

static enum err items_read(struct req *rq, struct measure_item *items, int *n)
{
	for (int i = 1; i <= ITEMS; i++) {
		struct measure_item x = { .n = *n + 1,
			.name = numbered(rq, "name", i),
			.spec = numbered(rq, "spec", i),
			.unit = numbered(rq, "unit", i),
			.seal_no = numbered(rq, "seal", i),
			.words = "" };
		if (!*x.name)
			continue;
		if (!text_to_int(numbered(rq, "quantity", i), &x.quantity) || x.quantity < 1 ||
			x.quantity > 1000000000)
			return fail(rq, E_INVALID,
				"Item %d needs a quantity: a whole number above 0.", i);
		if (utf8_length(x.name) > 100 || utf8_length(x.spec) > 100 ||
			utf8_length(x.unit) > 10 || utf8_length(x.seal_no) > 40)
			return fail(rq, E_INVALID, "A text of item %d is too long.", i);
		items[(*n)++] = x;
	}
	return OK;
}

/* By its first bytes: what the sender calls it says nothing. */
static enum err must_be_jpeg(struct req *rq, const struct object *kept)
{
	struct fault why = { 0 };
	uint8_t head[3] = { 0 };
	int64_t size;
	int fd;

	if (store_fd(rq_store(rq), kept->sm3, &fd, &size, &why))
		return fail(rq, E_INTERNAL, "The photo could not be read again: %s", why.text);
	ssize_t n = read(fd, head, sizeof(head));
	close(fd);
	return n == (ssize_t)sizeof(head) && memcmp(head, "\xff\xd8\xff", sizeof(head)) == 0
		       ? OK
		       : fail(rq, E_INVALID, "A photo is a JPEG file.");
}

static enum err photo_keep(struct req *rq, struct measure *m)
{
	const struct http_file *f = form_file(rq, "photo");
	struct object kept;

	m->photo_sm3 = m->photo_sha256 = "";
	if (!f)
		return OK;
	if (f->size > PHOTO_MAX)
		return fail(rq, E_TOO_LARGE, "A photo has at most 12 MiB.");
	if (!file_is(rq, f, "image/jpeg"))
		return fail(rq, E_INVALID, "Add a photo (JPEG).");
	TRY(keep_file(rq, f, &kept));
	TRY(must_be_jpeg(rq, &kept));
	m->photo_sm3 = kept.sm3;
	m->photo_sha256 = kept.sha256;
	return OK;
}

static enum err run(struct req *rq, struct measure *m)
{
	m->taken_at = rq->now;
	m->state = "running";
	TRY(measure_until(rq, m));
	return measure_paper_of_taking(rq, m);
}

static void nothing_yet(struct measure *m)
{
	m->decided_words = m->lab_name = m->more_state = m->more_reason = m->keeper = "";
	m->end_way = m->end_words = "";
}

static enum err measure_new(struct req *rq, const struct measure_case *c, struct measure *m)
{
	const struct node *law;

	TRY(measure_law(rq, rq->now, &law));
	*m = (struct measure){ .case_id = c->id,
		.operator= c->operator,
		.area = c->area,
		.kind = form_text(rq, "kind"),
		.state = "proposed",
		.officer1 = c->officer1,
		.officer2 = c->officer2,
		.proposed_at = rq->now,
		.reason = form_text(rq, "reason"),
		.place = form_text(rq, "place"),
		.urgent = form_flag(rq, "urgent") };
	nothing_yet(m);
	m->basis = node_text(law, text_is(m->kind, "keep") ? "keep_basis" : "seizure_basis", "");
	if (text_is(choice_label(measure_kinds, m->kind), m->kind))
		return fail(rq, E_INVALID, "Choose the kind of measure.");
	if (m->urgent) /* the hour of the taking is not counted (O2 80) */
		m->report_due = term_end(NULL, rq->now,
			&(struct term){
				.unit = TERM_HOURS, .n = (int)node_int(law, "report_hours", 24) });
	TRY(long_words(rq, m->reason));
	return long_words(rq, m->place);
}

enum err measure_propose(struct req *rq)
{
	struct measure_case c;
	struct measure m;
	struct measure_facts f;
	struct measure_item items[ITEMS];
	int n = 0;

	TRY(measure_case_load(rq, rq->id, &c));
	TRY(measure_new(rq, &c, &m));
	TRY(items_read(rq, items, &n));
	TRY(measure_facts_of(rq, &m, &f));
	f.items = n;
	TRY(measure_allow(rq, may_propose_measure(&f, m.reason)));
	TRY(photo_keep(rq, &m));
	m.id = id_new();
	TRY(db_insert(rq, &measure_model, &m));
	for (int i = 0; i < n; i++) {
		items[i].measure = m.id;
		TRY(db_insert(rq, &measure_item_model, &items[i]));
	}
	TRY(emit(rq, MEASURE_PROPOSED, m.case_id, m.operator, json_of(rq, &measure_model, &m)));
	if (m.urgent) {
		TRY(run(rq, &m));
		TRY(measure_save(rq, &m, MEASURE_TAKEN, until_said(rq, &m, "urgent")));
		notice(rq, "Taken on the spot. Report to a leader by %s (O2 articles 33 and 36).",
			time_text(rq->arena, m.report_due));
	} else {
		notice(rq, "Proposed. A leader now approves or refuses it.");
	}
	return back(rq, &m);
}

enum err measure_decide(struct req *rq)
{
	struct measure m;
	struct measure_facts f;
	const char *words = form_text(rq, "words"), *verdict = form_text(rq, "verdict");
	bool yes = text_is(verdict, "approve");

	TRY(load(rq, &m, &f));
	TRY(measure_allow(rq, may_decide_measure(&f, words)));
	TRY(long_words(rq, words));
	if (!yes && !text_is(verdict, "refuse"))
		return fail(rq, E_INVALID, "Choose to approve or to refuse.");
	m.decided_by = rq->user->id;
	m.decided_at = rq->now;
	m.decided_words = words;
	if (yes) {
		if (!m.taken_at)
			m.state = "approved";
		TRY(measure_save(rq, &m, MEASURE_APPROVED, until_said(rq, &m, words)));
		return back(rq, &m);
	}
	/* refused: what was taken on the spot is released at once (O2 33, 36) */
	bool held = m.taken_at != 0;
	m.state = held ? "released" : "refused";
	m.end_way = "refused";
	m.end_words = words;
	TRY(measure_end(rq, &m, MEASURE_REFUSED, until_said(rq, &m, words)));
	if (held) {
		TRY(measure_paper(rq, &m, "end"));
		TRY(measure_save(rq, &m, MEASURE_RELEASED, until_said(rq, &m, words)));
	}
	return back(rq, &m);
}

enum err measure_take(struct req *rq)
{
	struct measure m;
	struct measure_facts f;

	TRY(load(rq, &m, &f));
	TRY(measure_allow(rq, may_take_measure(&f)));
	m.officer1 = f.officer1; /* who took it */
	m.officer2 = f.officer2;
	TRY(run(rq, &m));
	TRY(measure_save(rq, &m, MEASURE_TAKEN, until_said(rq, &m, "")));
	notice(rq, "Taken. The paper and the list are being made: hand them over on the spot.");
	return back(rq, &m);
}

/* Evidence kept: what was done with it in time (O2 35). Recorded, sent to a laboratory,
 * confiscated: it stays, and no longer lapses; seized: a measure of its own follows; released. */
enum err measure_act(struct req *rq)
{
	struct measure m;
	struct measure_facts f;
	const char *way = form_text(rq, "way"), *words = form_text(rq, "words");

	TRY(load(rq, &m, &f));
	TRY(measure_allow(rq, may_act_on_kept(&f, way)));
	if (!*words)
		return fail(rq, E_INVALID, "Write what was done (O2 article 35).");
	TRY(long_words(rq, words));
	m.end_way = way;
	m.end_words = words;
	if (text_is(way, "lab") || text_is(way, "confiscate")) {
		m.state = "kept";
		TRY(measure_save(rq, &m, MEASURE_ACTED, until_said(rq, &m, way)));
		return back(rq, &m);
	}
	m.state = "released";
	TRY(measure_end(rq, &m, MEASURE_ACTED, until_said(rq, &m, way)));
	TRY(measure_paper(rq, &m, "end"));
	TRY(measure_save(rq, &m, MEASURE_RELEASED, until_said(rq, &m, words)));
	TRY(measure_tell(rq, &m, "先行登记保存措施已解除。"));
	return back(rq, &m);
}

/* ---- laboratory, more time, care
 * ----------------------------------------------------------------- */
enum err measure_lab_begin(struct req *rq)
{
	struct measure m;
	struct measure_facts f;
	int64_t until = 0;

	TRY(load(rq, &m, &f));
	if (!date_parse(form_text(rq, "until"), &until))
		return fail(rq, E_INVALID, "Give the day, such as 2026-12-20.");
	TRY(measure_allow(rq, may_begin_lab(&f, until)));
	m.lab_name = form_text(rq, "lab");
	if (!*m.lab_name || utf8_length(m.lab_name) > 100)
		return fail(rq, E_INVALID, "Name the laboratory.");
	m.lab_from = rq->now;
	m.lab_until = until;
	TRY(measure_until(rq, &m));
	m.warned_at = 0;
	TRY(measure_paper(rq, &m, "lab"));
	TRY(measure_save(rq, &m, MEASURE_LAB_BEGUN, until_said(rq, &m, m.lab_name)));
	TRY(measure_tell(rq, &m,
		arena_printf(rq->arena, "涉案物品送%s检验，检验期间至%s止，不计入查封扣押期限。",
			m.lab_name, date_zh(rq->arena, until))));
	return back(rq, &m);
}

/* The days that it really took; never more than were fixed and told. */
enum err measure_lab_end(struct req *rq)
{
	struct measure m;
	struct measure_facts f;

	TRY(load(rq, &m, &f));
	TRY(measure_allow(rq, may_end_lab(&f)));
	int32_t from = day_number(m.lab_from), to = day_number(rq->now),
		fixed = day_number(m.lab_until);
	m.lab_days += (to < fixed ? to : fixed) - from;
	m.lab_from = 0;
	TRY(measure_until(rq, &m));
	m.warned_at = 0;
	TRY(measure_save(rq, &m, MEASURE_LAB_ENDED, until_said(rq, &m, m.lab_name)));
	TRY(measure_tell(rq, &m,
		arena_printf(rq->arena, "检验期间已结束，查封（扣押）期限至%s止。",
			date_zh(rq->arena, m.until))));
	return back(rq, &m);
}

enum err measure_more(struct req *rq)
{
	const struct node *law;
	struct measure m;
	struct measure_facts f;
	int64_t days = form_int(rq, "days", 0);
	const char *reason = form_text(rq, "reason");

	TRY(load(rq, &m, &f));
	TRY(measure_law(rq, rq->now, &law));
	TRY(measure_allow(rq, may_ask_more(&f, days, node_int(law, "more_days", 30))));
	if (!*reason)
		return fail(rq, E_INVALID, "Write why the case is complicated (O2 article 38).");
	TRY(long_words(rq, reason));
	m.more_state = "asked";
	m.more_reason = reason;
	m.more_days = days;
	m.more_by = rq->user->id;
	TRY(measure_save(rq, &m, MEASURE_MORE_ASKED, until_said(rq, &m, reason)));
	return back(rq, &m);
}

enum err measure_more_decide(struct req *rq)
{
	struct measure m;
	struct measure_facts f;
	const char *words = form_text(rq, "words"), *verdict = form_text(rq, "verdict");
	bool yes = text_is(verdict, "approve");

	TRY(load(rq, &m, &f));
	TRY(measure_allow(rq, may_decide_more(&f, words)));
	TRY(long_words(rq, words));
	if (!yes && !text_is(verdict, "refuse"))
		return fail(rq, E_INVALID, "Choose to approve or to refuse.");
	m.more_state = yes ? "approved" : "refused";
	m.more_decided_by = rq->user->id;
	if (yes) {
		TRY(measure_until(rq, &m));
		m.warned_at = 0;
		TRY(measure_paper(rq, &m, "more"));
		TRY(measure_tell(rq, &m,
			arena_printf(rq->arena, "查封（扣押）期限延长至%s。",
				date_zh(rq->arena, m.until))));
	}
	TRY(measure_save(rq, &m, MEASURE_EXTENDED, until_said(rq, &m, verdict)));
	return back(rq, &m);
}

enum err measure_care(struct req *rq)
{
	struct measure m;
	struct measure_facts f;
	const char *keeper = form_text(rq, "keeper");

	TRY(load(rq, &m, &f));
	TRY(measure_allow(rq, may_give_into_care(&f, keeper)));
	TRY(long_words(rq, keeper));
	m.keeper = keeper;
	m.keeper_at = rq->now;
	TRY(measure_paper(rq, &m, "care"));
	TRY(measure_save(rq, &m, MEASURE_CUSTODY, until_said(rq, &m, keeper)));
	return back(rq, &m);
}

/* ---- end
 * ------------------------------------------------------------------------------------------ */
enum err measure_release(struct req *rq)
{
	struct measure m;
	struct measure_facts f;
	const char *words = form_text(rq, "words");

	TRY(load(rq, &m, &f));
	TRY(measure_allow(rq, may_release_measure(&f, words)));
	TRY(long_words(rq, words));
	m.state = "released";
	m.end_way = "released";
	m.end_words = words;
	m.ended_at = rq->now;
	m.lab_from = 0;
	TRY(measure_paper(rq, &m, "end"));
	TRY(measure_save(rq, &m, MEASURE_RELEASED, until_said(rq, &m, words)));
	TRY(measure_tell(rq, &m, "所采取的措施已解除，请领回财物。"));
	return back(rq, &m);
}

static enum err nothing_left(struct req *rq, const struct measure *m, bool *out)
{
	int64_t left;

	TRY(db_int(rq, &left,
		"SELECT CAST(sum(quantity - gone) AS bigint) FROM measure_items WHERE measure = $1",
		m->id));
	*out = left == 0;
	return OK;
}

/* What became of a thing: returned, confiscated, destroyed, handed over; paper 52. The measure ends
 * with the last of it. */
enum err measure_dispose(struct req *rq)
{
	struct measure m;
	struct measure_facts f;
	struct measure_item item;
	bool empty;
	struct measure_disposal d = { .measure = rq->id,
		.way = form_text(rq, "way"),
		.quantity = form_int(rq, "quantity", 0),
		.words = form_text(rq, "words"),
		.receiver = form_text(rq, "receiver"),
		.by = rq->user->id,
		.at = rq->now };

	TRY(load(rq, &m, &f));
	enum err e = db_one(rq, &measure_item_model, &item,
		"SELECT * FROM measure_items WHERE id = $1 AND measure = $2",
		form_int(rq, "item", 0), m.id);
	if (e == E_NOT_FOUND)
		return fail(rq, E_INVALID, "Choose the item of the list.");
	TRY(e);
	TRY(measure_allow(rq, may_dispose(&f, d.quantity, item.quantity - item.gone)));
	if (text_is(choice_label(measure_disposals, d.way), d.way) || !*d.words)
		return fail(rq, E_INVALID, "Choose what became of it, with basis and reason.");
	TRY(long_words(rq, d.words));
	TRY(long_words(rq, d.receiver));
	d.item = item.id;
	item.gone += d.quantity;
	TRY(db_update(rq, &measure_item_model, &item));
	TRY(measure_disposal_paper(rq, &m, &d,
		arena_printf(rq->arena, "%s %" PRId64 "%s", item.name, d.quantity, item.unit)));
	TRY(db_insert(rq, &measure_disposal_model, &d));
	TRY(nothing_left(rq, &m, &empty));
	if (empty) {
		m.state = "disposed";
		m.end_way = d.way;
		m.end_words = d.words;
		m.ended_at = rq->now;
	}
	TRY(measure_save(rq, &m, MEASURE_DISPOSED,
		json_pairs(rq, "item", item.name, "way", d.way, "quantity",
			arena_printf(rq->arena, "%" PRId64, d.quantity), "words", d.words, NULL)));
	return back(rq, &m);
}
