/* Asking for a copy of a clip with faces covered. Which files are clips is known from what the
 * rooms say: clips of leads and clips that were kept, and videos among the evidence of cases. */
#include "contracts/facts.h"
#include "domains/privacy/covers.h"

#include <string.h>

enum { WHY_CHARS = 400, DIGEST_CHARS = 64 };

/* A file of the store, as the rooms name it. case_id: 0 when no case has it. */
struct clip_file {
	const char *sm3, *sha256, *type;
	int64_t operator, area, case_id;
};
static const struct model clip_file_model = MODEL("pub_case_files", struct clip_file,
	FIELDS(STORED(struct clip_file, sm3), STORED(struct clip_file, sha256),
		STORED(struct clip_file, type), STORED(struct clip_file, operator),
		STORED(struct clip_file, area), STORED(struct clip_file, case_id)));

static enum err clip_find(struct req *rq, const char *sm3, struct clip_file *f)
{
	if (strlen(sm3) != DIGEST_CHARS)
		return fail(rq, E_NOT_FOUND, "No room has such a file.");
	enum err e = db_one(rq, &clip_file_model, f,
		"SELECT f.sm3, f.sha256, f.type, c.operator, c.area, f.case_id FROM (SELECT sm3, "
		"sha256, type, case_id FROM pub_case_files WHERE sm3 = $1 UNION ALL SELECT "
		"more_sm3, more_sha256, more_type, case_id FROM pub_case_files WHERE more_sm3 = "
		"$1) f JOIN pub_cases c ON c.id = f.case_id UNION ALL SELECT clip_sm3, "
		"clip_sha256, "
		"'video/mp4', operator, area, 0 FROM pub_camera_clips WHERE clip_sm3 = $1 UNION "
		"ALL "
		"SELECT w.original, w.original_sha256, CASE w.kind WHEN 'clip' THEN 'video/mp4' "
		"ELSE 'image/jpeg' END, w.operator, w.area, 0 FROM blur_wishes w WHERE w.original "
		"= $1 AND NOT EXISTS (SELECT 1 FROM lead_erasures e WHERE e.clip_sm3 = w.original "
		"OR e.still_sm3 = w.original) ORDER BY 6 DESC LIMIT 1",
		sm3);
	if (e == E_NOT_FOUND)
		return fail(rq, e, "No room has such a file.");
	TRY(e);
	TRY(in_area(rq, f->area));
	if (!text_starts(f->type, "video/"))
		return fail(rq, E_INVALID, "This file is no clip.");
	return OK;
}

static enum err show_ask(struct req *rq, const struct clip_file *f)
{
	const char *name = "";
	enum err e =
		db_text(rq, &name, "SELECT name FROM pub_operators WHERE id = $1", f->operator);

	if (e && e != E_NOT_FOUND)
		return e;
	put_text(rq->view, "original", f->sm3);
	put_text(rq->view, "operator_name", name);
	put_printf(rq->view, "case_id", "%" PRId64, f->case_id);
	put_flag(rq->view, "of_case", f->case_id != 0);
	put_flag(rq->view, "may_ask", may(rq, LEAD_REVIEW))->hidden = true;
	return OK;
}

enum err cover_of(struct req *rq)
{
	struct clip_file f;
	struct cover c;

	TRY(clip_find(rq, rq->key, &f));
	enum err e = cover_living(rq, f.sm3, &c);
	if (!e)
		return redirect(rq, "/covers/%" PRId64, c.id);
	if (e != E_NOT_FOUND)
		return e;
	TRY(show_ask(rq, &f));
	return page(rq, "privacy/cover_ask");
}

/* What the worker is to keep to, out of the rule; it is kept with the copy. */
static enum err parameters_of(struct req *rq, struct cover *c)
{
	static const char *const names[] = { "look_every_ms", "before_ms", "after_ms", "bridge_ms",
		"reach_percent", "grow_percent", "longest_side", "longest_seconds", NULL };
	const struct node *law;
	struct node *n = node_map(rq->arena);

	TRY(rules(rq, "privacy/cover", rq->now, &law));
	for (size_t i = 0; names[i]; i++)
		put_int(n, names[i], node_int(law, names[i], 0));
	c->parameters = json_text(rq, n);
	c->rule_version = node_text(law, "version", "");
	return OK;
}

enum err cover_ask(struct req *rq)
{
	struct clip_file f;
	struct cover c = { .state = "due", .hands = "[]", .why = form_text(rq, "why") };

	TRY(clip_find(rq, form_text(rq, "original"), &f));
	enum err e = cover_living(rq, f.sm3, &c);
	if (!e)
		return redirect(rq, "/covers/%" PRId64, c.id);
	if (e != E_NOT_FOUND)
		return e;
	if (!*c.why || utf8_length(c.why) > WHY_CHARS) {
		field_error(rq, "why", "Say what it is for, in at most 400 characters.");
		TRY(show_ask(rq, &f));
		return form_again(rq, "privacy/cover_ask");
	}
	c.original = f.sm3;
	c.original_sha256 = f.sha256;
	c.operator= f.operator;
	c.area = f.area;
	c.asked_by = rq->user->id;
	c.asked_at = rq->now;
	c.reason = c.method = c.sm3 = c.sha256 = c.words = "";
	TRY(parameters_of(rq, &c));
	TRY(cover_save(rq, &c, COVER_ASKED));
	return redirect(rq, "/covers/%" PRId64, c.id);
}
