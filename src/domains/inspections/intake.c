/* A whole record arrives from a tablet: JSON, photos, signatures, in one POST.
 *
 * The device made the key. A record that comes again (its answer was lost, the tab was killed) is
 * answered as it was the first time, and nothing is written. What has changed at the centre
 * meanwhile is a conflict: it is said, and the officer decides; what he decided comes with the
 * record the next time, in `accept`. */
#include "domains/inspections/protocol.h"

#include <string.h>

enum { KEY_MIN = 16, KEY_MAX = 64, LATE_DAYS = 90 };

static enum err wrong(struct req *rq, const char *field, const char *problem)
{
	field_error(rq, field, "%s", tr(rq, problem));
	return fail(rq, E_INVALID, "%s", tr(rq, problem));
}

/* ---- the same record again ---------------------------------------------------------------- */
static enum err answer(struct req *rq, const char *key, int64_t inspection, const char *result)
{
	put_text(rq->view, "key", key);
	put_printf(rq->view, "inspection", "%" PRId64, inspection);
	put_text(rq->view, "result", result);
	put_printf(rq->view, "path", "/inspections/%" PRId64, inspection);
	return reply_json(rq);
}

static const char *digest_of(struct req *rq, const char *text)
{
	struct digest d = sm3(text, strlen(text));
	return digest_hex(rq->arena, &d);
}

static enum err kept_before(struct req *rq, const struct intake *in, bool *kept)
{
	struct rows *r;

	TRY(db_query(rq, &r,
		"SELECT p.inspection, i.result, p.record_sm3 FROM inspection_protocols p JOIN "
		"inspections i ON i.id = p.inspection WHERE p.client_key = $1 AND i.inspector1 = "
		"$2",
		in->key, rq->user->id));
	TRY(rows_next(r, kept));
	if (!*kept) {
		rows_close(r);
		return OK;
	}
	int64_t id = rows_int(r, 0);
	const char *result = arena_dup(rq->arena, rows_text(r, 1)),
		   *was = arena_dup(rq->arena, rows_text(r, 2));
	rows_close(r);
	if (!text_is(was, digest_of(rq, in->text)))
		return fail(rq, E_CONFLICT,
			"Another record was sent under this key already. Nothing was changed.");
	return answer(rq, in->key, id, result);
}

/* ---- conflicts ---------------------------------------------------------------------------- */
static bool accepted(struct req *rq, const char *code)
{
	return names_code(form_text(rq, "accept"), code);
}

static void put_conflict(struct req *rq, const char *code, const char *words)
{
	const struct node *there = node_find(rq->view, "conflicts");
	struct node *list = there ? (struct node *)there : put_list(rq->view, "conflicts");
	struct node *n = put_map(list, NULL);

	put_text(n, "code", code);
	put_text(n, "words", words);
}

static enum err others_today(struct req *rq, const struct intake *in)
{
	int64_t day = inspection_day(in->i.inspected_at);
	struct rows *r;
	bool more;

	TRY(db_query(rq, &r,
		"SELECT i.id, u.name FROM inspections i JOIN pub_users u ON u.id = i.inspector1 "
		"WHERE "
		"i.operator = $1 AND i.inspected_at >= $2 AND i.inspected_at < $3 ORDER BY i.id "
		"LIMIT "
		"1",
		in->i.operator, day, day + DAY));
	TRY(rows_next(r, &more));
	if (more)
		put_conflict(rq, "another_today",
			arena_printf(rq->arena,
				tr(rq, "%s has recorded an inspection of this business on the same "
				       "day already."),
				rows_text(r, 1)));
	rows_close(r);
	return OK;
}

/* What changed while the tablet was away and is not decided about yet. */
static enum err find_conflicts(struct req *rq, struct intake *in)
{
	if (!text_is(in->v.state, "ACTIVE") && !accepted(rq, "operator_closed"))
		put_conflict(rq, "operator_closed",
			tr(rq, "This business was closed in the register meanwhile."));
	if (!text_is(in->t.version, in->table_version_now) && !accepted(rq, "table_superseded"))
		put_conflict(rq, "table_superseded",
			arena_printf(rq->arena,
				tr(rq, "The check table has a newer version: %s instead of %s."),
				in->table_version_now, in->t.version));
	return accepted(rq, "another_today") ? OK : others_today(rq, in);
}

static enum err answer_conflicts(struct req *rq, const struct intake *in)
{
	put_text(rq->view, "key", in->key);
	put_text(rq->view, "error",
		tr(rq, "Something changed at the centre meanwhile. Decide, and send it again."));
	rq->status = E_CONFLICT; /* nothing of it stays */
	return reply_json(rq);
}

/* ---- reading the record ------------------------------------------------------------------- */
static const char *text_of(struct req *rq, const struct node *n, const char *path)
{
	return text_trim(rq->arena, node_text(n, path, ""));
}

static enum err key_read(struct req *rq, struct intake *in)
{
	struct fault why = { 0 };
	struct node *n;
	size_t len;

	in->text = form_raw(rq, "record");
	if (json_parse(rq->arena, (struct bytes){ (const uint8_t *)in->text, strlen(in->text) }, &n,
		    &why))
		return fail(rq, E_BAD_REQUEST, "The JSON cannot be read: %s", why.text);
	in->record = n;
	in->key = node_text(n, "key", "");
	len = strlen(in->key);
	if (len < KEY_MIN || len > KEY_MAX || strspn(in->key, "0123456789abcdef-") != len)
		return fail(rq, E_BAD_REQUEST, "The record has no key of its own.");
	return OK;
}

static enum verdict verdict_of(const char *word)
{
	return text_is(word, "ok")     ? PASSED
	       : text_is(word, "fail") ? FAILED
	       : text_is(word, "na")   ? NOT_APPLICABLE
				       : NOT_ASKED;
}

static enum err answers_read(struct req *rq, struct intake *in)
{
	for (int k = 0; k < in->t.n; k++) {
		const struct node *a = answer_node(in, in->t.items[k].no);
		in->answers[k] = (uint8_t)verdict_of(node_text(a, "v", ""));
		const char *problem = finding_problem(
			in->answers[k], node_text(a, "codes", ""), node_text(a, "words", ""));
		if (problem)
			return fail(rq, E_INVALID, "%s %s", in->t.items[k].no, tr(rq, problem));
	}
	return OK;
}

static enum err table_read(struct req *rq, struct intake *in)
{
	const char *id = node_text(in->record, "table", "");
	struct check_table *now = NEW(rq->arena, struct check_table);

	TRY(table_version_load(rq, id, node_text(in->record, "table_version", ""), &in->t));
	TRY(table_in_force(rq, id, rq->now, now));
	in->table_version_now = now->version;
	return OK;
}

/* The device's clock may be wrong; how much is known when it sends. */
static enum err times_read(struct req *rq, struct intake *in)
{
	struct protocol *p = &in->p;

	p->device_started_at = node_int(in->record, "started_at", 0);
	p->device_ended_at = node_int(in->record, "ended_at", 0);
	p->device_ahead_ms = form_int(rq, "device_now", rq->now) - rq->now;
	p->started_at = p->device_started_at - p->device_ahead_ms;
	p->ended_at = p->device_ended_at - p->device_ahead_ms;
	p->received_at = rq->now;
	in->i.inspected_at = p->started_at < rq->now ? p->started_at : rq->now;
	if (p->started_at < rq->now - LATE_DAYS * DAY)
		return fail(rq, E_INVALID,
			"This record is older than 90 days. Check the clock of the device.");
	return OK;
}

static enum err words_read(struct req *rq, struct intake *in)
{
	static const struct {
		const char *name;
		size_t at;
	} all[] = {
#define WORD(m) { #m, offsetof(struct protocol, m) }
		WORD(task), WORD(place), WORD(met), WORD(met_role), WORD(notice_answer),
		WORD(recusal), WORD(obstruction), WORD(obstruction_words), WORD(explanation),
		WORD(refusal), WORD(witness)
#undef WORD
	};
	for (size_t k = 0; k < sizeof(all) / sizeof(*all); k++) {
		const char *s = text_of(rq, in->record, all[k].name);
		if (utf8_length(s) > 1000)
			return wrong(rq, all[k].name, "At most 1,000 characters, please.");
		memcpy((char *)&in->p + all[k].at, &s, sizeof(s));
	}
	return OK;
}

/* ---- who ---------------------------------------------------------------------------------- */
static enum err card_check(struct req *rq, const char *field, const char *own, const char *given)
{
	if (text_is(own, given))
		return OK;
	field_error(rq, field, "%s", tr(rq, "The card number is not that of the account."));
	return fail(rq, E_INVALID, "The card number is not that of the account.");
}

static enum err second_read(struct req *rq, struct intake *in)
{
	struct rows *r;
	bool more;

	in->i.inspector2 = node_int(in->record, "officer2", 0);
	if (in->i.inspector2 == in->i.inspector1)
		return wrong(rq, "officer2",
			"Choose a second inspector, not yourself (order 49, article 23).");
	TRY(db_query(rq, &r,
		"SELECT name, card_no FROM pub_users WHERE id = $1 AND role = 'officer' AND "
		"card_no <> "
		"'' AND (area = $2 OR area = 0)",
		in->i.inspector2, in->v.area));
	TRY(rows_next(r, &more));
	if (more) {
		in->p.name2 = arena_dup(rq->arena, rows_text(r, 0));
		in->p.card2 = arena_dup(rq->arena, rows_text(r, 1));
	}
	rows_close(r);
	return more ? OK : wrong(rq, "officer2", "Choose the second inspector.");
}

static enum err officers_read(struct req *rq, struct intake *in)
{
	in->i.inspector1 = node_int(in->record, "officer1", 0);
	if (in->i.inspector1 != rq->user->id)
		return fail(rq, E_CONFLICT,
			"This record was made under another account. Sign in with that one to "
			"send it.");
	if (!*rq->user->card_no)
		return fail(rq, E_CONFLICT,
			"Only an officer with an enforcement card records inspections (order 49, "
			"article 24).");
	in->p.name1 = rq->user->name;
	in->p.card1 = rq->user->card_no;
	TRY(second_read(rq, in));
	TRY(card_check(rq, "card1", in->p.card1, text_of(rq, in->record, "card1")));
	return card_check(rq, "card2", in->p.card2, text_of(rq, in->record, "card2"));
}

static enum err sign_read(struct req *rq, const char *field, const char **to, const char **to256)
{
	struct object o;

	*to = *to256 = "";
	if (!*form_raw(rq, field))
		return OK;
	TRY(keep_signature(rq, field, &o));
	*to = o.sm3;
	*to256 = o.sha256;
	return OK;
}

static enum err signatures_read(struct req *rq, struct protocol *p)
{
	TRY(sign_read(rq, "sign1", &p->sign1, &p->sign1_sha256));
	TRY(sign_read(rq, "sign2", &p->sign2, &p->sign2_sha256));
	TRY(sign_read(rq, "sign_party", &p->sign_party, &p->sign_party_sha256));
	return sign_read(rq, "sign_witness", &p->sign_witness, &p->sign_witness_sha256);
}

static enum err protocol_check(struct req *rq, const struct intake *in)
{
	const struct protocol *p = &in->p;
	const struct protocol_facts f = { .cards_shown = node_true(in->record, "cards_shown"),
		.notice_read = node_true(in->record, "notice_read"),
		.notice_answer = p->notice_answer,
		.recusal = p->recusal,
		.met = p->met,
		.signed1 = *p->sign1,
		.signed2 = *p->sign2,
		.signed_party = *p->sign_party,
		.signed_witness = *p->sign_witness,
		.refusal = p->refusal,
		.witness = p->witness,
		.obstruction = p->obstruction,
		.obstruction_words = p->obstruction_words,
		.by_video = by_video(in->i.kind),
		.reachable = *in->v.phone,
		.stop = in->risk,
		.stills = stills_count(in),
		.started_at = p->started_at,
		.ended_at = p->ended_at,
		.now = rq->now };
	const char *field, *problem = protocol_problem(&f, &field);

	return problem ? wrong(rq, field, problem) : OK;
}

/* Every photo that the record names is there, with the digest made on the device. */
static enum err photos_check(struct req *rq, const struct intake *in)
{
	NODE_EACH (n, node_find(in->record, "photos")) {
		const struct http_file *f = form_file(rq, node_text(n, "field", ""));
		if (!f)
			return fail(rq, E_INVALID,
				"A photo of the record is missing. Please send it again.");
		if (!text_is(f->sha256, node_text(n, "sha256", "")))
			return fail(
				rq, E_INVALID, "A photo arrived damaged. Please send it again.");
		if (!text_starts(f->type, "image/jpeg"))
			return fail(rq, E_INVALID, "Photos are sent as JPEG.");
	}
	return OK;
}

static enum err intake_read(struct req *rq, struct intake *in)
{
	in->i.operator= node_int(in->record, "operator", 0);
	in->i.kind = node_text(in->record, "kind", "");
	in->risk = node_true(in->record, "risk");
	if (text_is(choice_label(inspection_kinds, in->i.kind), in->i.kind))
		return wrong(rq, "kind", "Choose the kind of inspection.");
	TRY(visited_load(rq, in->i.operator, & in->v));
	TRY(table_read(rq, in));
	TRY(times_read(rq, in));
	TRY(words_read(rq, in));
	if (by_video(in->i.kind)) /* nobody was there to be asked */
		in->p.notice_answer = "none";
	TRY(officers_read(rq, in));
	TRY(answers_read(rq, in));
	TRY(photos_check(rq, in));
	return stills_check(rq, in);
}

enum err record_take(struct req *rq)
{
	struct intake *in = NEW(rq->arena, struct intake);
	bool kept;

	TRY(key_read(rq, in));
	TRY(kept_before(rq, in, &kept));
	if (kept)
		return OK;
	TRY(intake_read(rq, in));
	TRY(find_conflicts(rq, in));
	if (node_find(rq->view, "conflicts"))
		return answer_conflicts(rq, in);
	TRY(signatures_read(rq, &in->p));
	TRY(protocol_check(rq, in));
	TRY(record_keep(rq, in));
	return answer(rq, in->key, in->i.id, in->i.result);
}
