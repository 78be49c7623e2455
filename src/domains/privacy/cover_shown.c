/* The copies, one of them to look at, its file, and the archive that is handed on. */
#include "core/base/zip.h"
#include "domains/privacy/covers.h"
#include "domains/privacy/registers.h"

#include <string.h>

enum { PAGE_ROWS = 50, COPY_BYTES_MAX = 128 << 20, OF_HUNDREDTH = 10 };

/* One of the list. */
struct cover_row {
	int64_t id, asked_at, decided_at;
	const char *operator_name, *why, *state, *sm3;
};

enum err cover_list(struct req *rq)
{
	const struct choice *states = model_field(&cover_model, "state")->choices;
	const struct model row_model = MODEL("covers", struct cover_row,
		FIELDS(STORED(struct cover_row, id, .as = AS_ID),
			STORED(struct cover_row, operator_name), STORED(struct cover_row, why),
			STORED(struct cover_row, state, .choices = states),
			STORED(struct cover_row, sm3),
			STORED(struct cover_row, asked_at, .as = AS_TIME),
			STORED(struct cover_row, decided_at, .as = AS_TIME)));
	struct list l;
	struct paging p = paging(rq, PAGE_ROWS);

	TRY(db_all(rq, &row_model, &l,
		"SELECT c.id, coalesce(o.name, '') AS operator_name, c.why, c.state, c.sm3, "
		"c.asked_at, c.decided_at FROM covers c LEFT JOIN pub_operators o ON o.id = "
		"c.operator WHERE ($1 = 0 OR c.area = $1) ORDER BY CASE c.state WHEN 'made' THEN 0 "
		"WHEN 'due' THEN 1 ELSE 2 END, c.asked_at DESC, c.id DESC LIMIT $2 OFFSET $3",
		rq->user->area, p.limit, p.offset));
	show_pages(rq, p, &l);
	show_table(rq, "covers", &row_model, &l);
	return page(rq, "privacy/covers");
}

/* ---- one --------------------------------------------------------------- */
static const char *reason_text(struct req *rq, const char *reason)
{
	const char *words = text_is(reason, "too_large")
				    ? "It is too long, too large, or shows too many people."
			    : text_is(reason, "too_slow") ? "It took too long to read."
			    : *reason ? "It cannot be read: it is damaged, or no video."
				      : "";
	return *words ? tr(rq, words) : "";
}

static enum err put_hands(struct req *rq, const struct cover *c)
{
	struct node *hands, *list = put_list(rq->view, "hands");

	TRY(cover_hands_of(rq, c, &hands));
	NODE_EACH (h, hands)
		put_text(put_map(list, NULL), "text",
			arena_printf(rq->arena,
				"%" PRId64 "–%" PRId64 " · %" PRId64 "%%, %" PRId64 "%% · %" PRId64
				"%% × %" PRId64 "%%",
				node_int(h, "from_ms", 0) / SECOND,
				node_int(h, "to_ms", 0) / SECOND,
				node_int(h, "x", 0) / OF_HUNDREDTH,
				node_int(h, "y", 0) / OF_HUNDREDTH,
				node_int(h, "w", 0) / OF_HUNDREDTH,
				node_int(h, "h", 0) / OF_HUNDREDTH));
	return OK;
}

static const char *who_when(struct req *rq, int64_t who, int64_t at)
{
	return at ? arena_printf(
			    rq->arena, "%s %s", privacy_person(rq, who), time_text(rq->arena, at))
		  : "";
}

/* The values that the worker was given, in words. */
static const char *rule_text(struct req *rq, const struct cover *c)
{
	struct node *n;
	struct fault why = { 0 };
	const struct bytes text = { (const uint8_t *)c->parameters, strlen(c->parameters) };

	if (json_parse(rq->arena, text, &n, &why))
		return c->rule_version;
	return arena_printf(rq->arena,
		tr(rq, "Version %s: looked every %lld ms; covered %lld ms before and %lld ms "
		       "after, and all between two finds within %lld ms"),
		c->rule_version, (long long)node_int(n, "look_every_ms", 0),
		(long long)node_int(n, "before_ms", 0), (long long)node_int(n, "after_ms", 0),
		(long long)node_int(n, "bridge_ms", 0));
}

static void put_rows(struct req *rq, const struct cover *c)
{
	struct node *rows = put_list(rq->view, "rows");
	bool there = *c->sm3;

	privacy_put_row(rq, rows, "What it is for", c->why);
	privacy_put_row(rq, rows, "Asked for by", who_when(rq, c->asked_by, c->asked_at));
	privacy_put_row(rq, rows, "Length",
		there ? arena_printf(rq->arena,
				rq->zh ? "%" PRId64 ".%" PRId64 "秒" : "%" PRId64 ".%" PRId64 " s",
				c->length_ms / SECOND, c->length_ms % SECOND / 100)
		      : "");
	privacy_put_row(rq, rows, "Heads found / looks",
		there ? arena_printf(rq->arena, "%" PRId64 " / %" PRId64, c->found, c->looks) : "");
	privacy_put_row(rq, rows, "How the faces were covered", c->method);
	privacy_put_row(rq, rows, "Rule of covering", rule_text(rq, c));
	privacy_put_row(rq, rows, "SM3 of the original", c->original);
	privacy_put_row(rq, rows, "SM3 of the copy", c->sm3);
	privacy_put_row(rq, rows, "Copy made", c->made_at ? time_text(rq->arena, c->made_at) : "");
	privacy_put_row(rq, rows, "Decided by", who_when(rq, c->decided_by, c->decided_at));
	privacy_put_row(rq, rows, "Why it is not given", c->words);
}

static enum err gone(struct req *rq, const struct cover *c, bool *out)
{
	int64_t n;

	TRY(db_int(rq, &n, "SELECT count(*) FROM lead_erasures WHERE clip_sm3 = $1", c->original));
	*out = n > 0;
	return OK;
}

enum err cover_put(struct req *rq, const struct cover *c)
{
	const struct cover_hand none = { 0 };
	const char *name = "";
	bool erased, write = may(rq, LEAD_REVIEW);
	enum err e =
		db_text(rq, &name, "SELECT name FROM pub_operators WHERE id = $1", c->operator);

	if (e && e != E_NOT_FOUND)
		return e;
	TRY(gone(rq, c, &erased));
	show(rq, "cover", &cover_model, c);
	put_text(rq->view, "operator_name", name);
	put_text(rq->view, "reason_text", reason_text(rq, c->reason));
	put_rows(rq, c);
	TRY(put_hands(rq, c));
	bool shown = !erased && (text_is(c->state, "made") || text_is(c->state, "confirmed"));
	put_flag(rq->view, "erased", erased);
	put_flag(rq->view, "waits", !erased && text_is(c->state, "due"));
	put_flag(rq->view, "shown", shown);
	put_flag(rq->view, "nobody", shown && c->found == 0);
	put_flag(rq->view, "may_confirm", write && shown && text_is(c->state, "made"))->hidden =
		true;
	put_flag(rq->view, "may_change", write && shown)->hidden = true;
	put_flag(rq->view, "may_give", shown && text_is(c->state, "confirmed"))->hidden = true;
	show_form(rq, "hand_form", &cover_hand_model, &none);
	return OK;
}

enum err cover_page(struct req *rq)
{
	struct cover c;

	TRY(cover_load(rq, &c));
	TRY(cover_put(rq, &c));
	if (text_is(c.state, "due"))
		reply_set_header(rq, "refresh", "5");
	return page(rq, "privacy/cover");
}

/* For those inside, who look at it. */
enum err cover_copy_file(struct req *rq)
{
	struct cover c;
	bool erased;

	TRY(cover_load(rq, &c));
	TRY(gone(rq, &c, &erased));
	if (erased || !(text_is(c.state, "made") || text_is(c.state, "confirmed")))
		return fail(rq, E_NOT_FOUND, "There is no such copy.");
	reply_set_header(rq, "Cache-Control", "private, no-store");
	return reply_object(rq, c.sm3, "video/mp4", NULL);
}

/* ---- to hand on -------------------------------------------------------- */
static enum err put_manifest(struct req *rq, struct node *m, const struct cover *c)
{
	struct node *n;

	put_flag(m, "derived", true);
	put_text(m, "what",
		"派生影像：人脸（头部）已作不可逆遮挡，去除声音和元数据，经人工查看确认，供对外提供"
		"；原始证据另行保存，未作任何改动。");
	put_text(m, "what_en",
		"A derived clip: faces (heads) are covered beyond recovery, sound and metadata are "
		"left out, and a person looked at it; to be given outside. The original evidence "
		"is kept apart, unchanged.");
	n = put_map(m, "original");
	put_text(n, "sm3", c->original);
	put_text(n, "sha256", c->original_sha256);
	n = put_map(m, "copy");
	put_text(n, "file", "covered.mp4");
	put_int(n, "bytes", c->size);
	put_text(n, "sm3", c->sm3);
	put_text(n, "sha256", c->sha256);
	put_int(n, "frames", c->frames);
	put_int(n, "length_ms", c->length_ms);
	put_text(m, "method", c->method);
	put_text(m, "rule", c->rule_version);
	put_text(m, "made_at", time_iso(rq->arena, c->made_at));
	n = put_map(m, "looked_at_by");
	put_text(n, "name", privacy_person(rq, c->decided_by));
	put_text(n, "at", time_iso(rq->arena, c->decided_at));
	return OK;
}

enum err cover_archive(struct req *rq)
{
	struct cover c;
	struct fault why = { 0 };
	bool erased;
	struct zip_file files[2] = { { .name = "covered.mp4" }, { .name = "manifest.json" } };

	TRY(cover_load(rq, &c));
	TRY(gone(rq, &c, &erased));
	const char *not_yet = cover_step_refused(c.state, "give");
	if (not_yet)
		return fail(rq, E_CONFLICT, "%s", tr(rq, not_yet));
	if (erased ||
		store_read(rq_store(rq), rq->arena, c.sm3, COPY_BYTES_MAX, &files[0].content, &why))
		return fail(rq, E_NOT_FOUND, "This file is not in the store.");
	struct node *m = put_map(rq->view, "manifest");
	TRY(put_manifest(rq, m, &c));
	const char *manifest = json_text(rq, m);
	files[1].content = (struct bytes){ (const uint8_t *)manifest, strlen(manifest) };
	reply_set_header(rq, "Cache-Control", "private, no-store");
	return reply_bytes(rq, "application/zip", zip_of(rq->arena, files, 2, c.decided_at),
		arena_printf(rq->arena, "covered-%" PRId64 ".zip", c.id));
}
