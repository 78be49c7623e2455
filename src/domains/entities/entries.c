/* Entries of the one file made by hand: talks, tests, recalls, insurance and whatever else has no
 * room of its own yet. Nothing is deleted: an entry is corrected or withdrawn, with a reason. */
#include "domains/entities/entries.h"

#include "contracts/facts.h"
#include "domains/entities/changes.h"

static const struct choice entry_states[] = {
	{ "VALID", "Holds", "green" },
	{ "WITHDRAWN", "Withdrawn", "neutral" },
	{ NULL },
};

const struct model file_entry_model = MODEL("file_entries", struct file_entry, .witnessed = true,
	FIELDS(STORED(struct file_entry, id, .as = AS_ID), STORED(struct file_entry, version),
		STORED(struct file_entry, operator, .as = AS_ID),
		INPUT(struct file_entry, kind, "Kind of entry", .required = true,
			.choices = entry_kinds),
		INPUT(struct file_entry, at, "Day", .as = AS_DATE, .required = true),
		INPUT(struct file_entry, until, "Holds until", .as = AS_DATE,
			.hint = "Of insurances and certificates"),
		INPUT(struct file_entry, title, "Matter", .required = true, .max = 120),
		INPUT(struct file_entry, parties, "Who took part", .max = 200),
		INPUT(struct file_entry, remarks, "Remarks", .as = AS_LONG, .max = 2000),
		STORED(struct file_entry, state, .choices = entry_states),
		STORED(struct file_entry, file_name), STORED(struct file_entry, file_type),
		STORED(struct file_entry, sm3), STORED(struct file_entry, sha256),
		STORED(struct file_entry, entered_by, .as = AS_ID),
		STORED(struct file_entry, entered_at, .as = AS_TIME)));

enum err entry_add(struct req *rq, struct file_entry *e)
{
	e->state = "VALID";
	e->entered_by = rq->user->id;
	e->entered_at = rq->now;
	TRY(db_insert(rq, &file_entry_model, e));
	TRY(emit(rq, .name = FILE_ENTRY_ADDED, .subject = e->id, .entity = e->operator,
		.data = json_of(rq, &file_entry_model, e)));
	return completeness_keep(rq, e->operator);
}

/* ---- form ------------------------------------------------------------------ */
static enum err form_view(struct req *rq, const struct operator* o, const struct file_entry *e)
{
	show_form(rq, "form", &file_entry_model, e);
	put_text(rq->view, "name", o->name);
	put_printf(rq->view, "back", "/operators/%" PRId64, o->id);
	put_int(rq->view, "version", e->version);
	put_flag(rq->view, "edit", e->id != 0)->hidden = true;
	if (e->id)
		put_printf(
			rq->view, "path", "/operators/%" PRId64 "/entries/%" PRId64, o->id, e->id);
	else
		put_printf(rq->view, "path", "/operators/%" PRId64 "/entries", o->id);
	return OK;
}

static enum err entry_load(struct req *rq, struct operator* o, struct file_entry *e)
{
	TRY(operator_load(rq, rq->id, o));
	return db_one(rq, &file_entry_model, e,
		"SELECT * FROM file_entries WHERE id = $1 AND operator = $2", rq->id2, rq->id);
}

/* Reads the form into e, and keeps what is attached. E_INVALID has all messages. */
static enum err read_entry(struct req *rq, struct file_entry *e)
{
	const struct http_file *f = form_file(rq, "file");
	enum err bad = form_read(rq, &file_entry_model, e);
	struct object kept;

	if (bad && bad != E_INVALID)
		return bad;
	const char *wrong = bad ? NULL : entry_days_wrong(e->at, e->until, rq->now);
	if (wrong) {
		field_error(rq, e->until && e->until < e->at ? "until" : "at", "%s", tr(rq, wrong));
		bad = E_INVALID;
	}
	if (f && !text_is(f->type, "application/pdf") && !text_is(f->type, "image/jpeg") &&
		!text_is(f->type, "image/png")) {
		field_error(rq, "file", "Attach a PDF or a picture (JPEG, PNG).");
		bad = E_INVALID;
	}
	if (bad || !f)
		return bad;
	TRY(keep_file(rq, f, &kept));
	e->file_name = f->name;
	e->file_type = f->type;
	e->sm3 = kept.sm3;
	e->sha256 = kept.sha256;
	return OK;
}

enum err entry_new(struct req *rq)
{
	struct file_entry e = { .kind = query_text(rq, "kind") };
	struct operator o;

	TRY(operator_load(rq, rq->id, &o));
	TRY(form_view(rq, &o, &e));
	return page(rq, "entities/entry_form");
}

enum err entry_create(struct req *rq)
{
	struct file_entry e = {
		.operator= rq->id, .file_name = "", .file_type = "", .sm3 = "", .sha256 = ""
	};
	struct operator o;

	TRY(operator_load(rq, rq->id, &o));
	enum err bad = read_entry(rq, &e);
	if (bad == E_INVALID) {
		TRY(form_view(rq, &o, &e));
		return form_again(rq, "entities/entry_form");
	}
	TRY(bad);
	TRY(entry_add(rq, &e));
	notice(rq, "Saved.");
	return redirect(
		rq, "/operators/%" PRId64 "#%s", o.id, entry_section(entry_kind(e.kind))->code);
}

enum err entry_page(struct req *rq)
{
	struct file_entry e;
	struct operator o;
	const char *who;

	TRY(entry_load(rq, &o, &e));
	TRY(db_text(rq, &who, "SELECT coalesce(max(name), '') FROM pub_users WHERE id = $1",
		e.entered_by));
	show(rq, "entry", &file_entry_model, &e);
	put_text(rq->view, "who", who);
	put_flag(rq->view, "may_write", may(rq, OPERATOR_WRITE))->hidden = true;
	put_flag(rq->view, "has_file", *e.sm3 != 0)->hidden = true;
	TRY(form_view(rq, &o, &e));
	return page(rq, "entities/entry");
}

/* ---- correcting ------------------------------------------------------------ */
static enum err correct_again(struct req *rq, const struct operator* o, const struct file_entry *e)
{
	show(rq, "entry", &file_entry_model, e);
	put_text(rq->view, "who", "");
	put_flag(rq->view, "may_write", true)->hidden = true;
	put_flag(rq->view, "has_file", *e->sm3 != 0)->hidden = true;
	put_text(rq->view, "reason", form_text(rq, "reason"));
	TRY(form_view(rq, o, e));
	return form_again(rq, "entities/entry");
}

enum err entry_correct(struct req *rq)
{
	struct file_entry before, e;
	struct operator o;

	TRY(entry_load(rq, &o, &before));
	e = before;
	e.version = form_int(rq, "version", before.version);
	enum err bad = read_entry(rq, &e);
	if (!*form_text(rq, "reason")) {
		field_error(rq, "reason", "Say why the entry is changed.");
		bad = bad ? bad : E_INVALID;
	}
	if (bad == E_INVALID)
		return correct_again(rq, &o, &e);
	TRY(bad);
	e.state = form_flag(rq, "withdraw") ? "WITHDRAWN" : "VALID";
	const char *data = change_text(
		rq, &(struct change){ &file_entry_model, &before, &e, form_text(rq, "reason") });
	if (!data) {
		notice(rq, "Nothing was changed.");
		return redirect(rq, "/operators/%" PRId64 "/entries/%" PRId64, o.id, e.id);
	}
	TRY(db_update(rq, &file_entry_model, &e));
	TRY(emit(rq, .name = FILE_ENTRY_CORRECTED, .subject = e.id, .entity = o.id, .data = data));
	TRY(completeness_keep(rq, o.id));
	notice(rq, "Saved.");
	return redirect(rq, "/operators/%" PRId64 "/entries/%" PRId64, o.id, e.id);
}

enum err entry_file(struct req *rq)
{
	struct file_entry e;
	struct operator o;

	TRY(entry_load(rq, &o, &e));
	if (!*e.sm3)
		return fail(rq, E_NOT_FOUND, "This entry has no attachment.");
	return reply_object(rq, e.sm3, e.file_type, e.file_name);
}
