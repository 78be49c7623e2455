/* Registration of a source (案件来源登记): the form, the pre-check it opens or joins, its file. */
#include "domains/cases/sources.h"
#include "contracts/facts.h"

#include <string.h>

static const struct choice kinds[] = { { "complaint", "A complaint", "" },
	{ "report", "A report", "" }, { "inspection", "A check by the officers", "" },
	{ "test", "A test or inspection by sampling", "" },
	{ "transferred", "Transferred by another department", "" },
	{ "other_office", "Transferred by another market supervision office", "" },
	{ "assigned", "Assigned by a higher office", "" }, { "other", "Another way", "" }, { 0 } };

static const char *kind_label(struct req *rq, const char *kind)
{
	return tr(rq, text_is(kind, SOURCE_ANEW)
			      ? "A new decision ordered by a review body or a court"
			      : choice_label(kinds, kind));
}

/* The words of form 1. */
static const struct choice kinds_zh[] = { { "complaint", "投诉", "" }, { "report", "举报", "" },
	{ "inspection", "监督检查", "" }, { "test", "抽样检验", "" },
	{ "transferred", "其他部门移送", "" }, { "other_office", "其他市场监督管理部门移送", "" },
	{ "assigned", "上级交办", "" }, { SOURCE_ANEW, "责令重新作出行政行为", "" },
	{ "other", "其他途径", "" }, { 0 } };

const struct model source_model = MODEL("case_sources", struct source, .witnessed = true,
	FIELDS(STORED(struct source, id), STORED(struct source, version),
		STORED(struct source, case_id, .as = AS_ID),
		INPUT(struct source, kind, "How it came", .choices = kinds, .required = true),
		INPUT(struct source, from_whom, "From which office", .max = 100,
			.hint = "Of a complaint or report nothing: who sent it is protected"),
		INPUT(struct source, document, "Number of the letter, complaint or test report",
			.max = 100),
		INPUT(struct source, received_at, "Received or found on", .as = AS_DATE,
			.required = true, .hint = "The fifteen working days begin then"),
		INPUT(struct source, words, "What it says", .as = AS_LONG, .required = true,
			.max = 2000),
		STORED(struct source, sm3), STORED(struct source, sha256),
		STORED(struct source, type), STORED(struct source, registered_by, .as = AS_ID),
		STORED(struct source, registered_at, .as = AS_TIME)));

/* ---- reading ---------------------------------------------------------- */
enum err source_load(struct req *rq, int64_t case_id, struct source *s)
{
	enum err e = db_one(rq, &source_model, s,
		"SELECT * FROM case_sources WHERE case_id = $1 ORDER BY registered_at, id LIMIT 1",
		case_id);

	if (e != E_NOT_FOUND)
		return e;
	*s = (struct source){ .kind = "" };
	return OK;
}

const char *source_zh(struct req *rq, const struct source *s)
{
	const char *kind = choice_label(kinds_zh, s->kind);
	bool both = *s->from_whom && *s->document;

	if (!*s->from_whom && !*s->document)
		return kind;
	return arena_printf(
		rq->arena, "%s（%s%s%s）", kind, s->from_whom, both ? "，" : "", s->document);
}

enum err put_sources(struct req *rq, int64_t case_id)
{
	struct list l;
	struct node *list = put_list(rq->view, "sources");

	TRY(db_all(rq, &source_model, &l,
		"SELECT * FROM case_sources WHERE case_id = $1 ORDER BY registered_at, id LIMIT 50",
		case_id));
	for (struct source *s = LIST_OF(struct source, &l); s < LIST_END(struct source, &l); s++) {
		struct node *n = put_map(list, NULL);
		put_text(n, "kind", kind_label(rq, s->kind));
		put_text(n, "from_whom", s->from_whom);
		put_text(n, "document", s->document);
		put_text(n, "at", date_text(rq->arena, s->received_at));
		put_text(n, "words", s->words);
		put_text(n, "href",
			*s->sm3 ? arena_printf(rq->arena, "/cases/%" PRId64 "/sources/%" PRId64,
					  case_id, s->id)
				: "");
	}
	return OK;
}

enum err source_file(struct req *rq)
{
	struct source s;

	TRY(db_one(rq, &source_model, &s,
		"SELECT * FROM case_sources WHERE id = $1 AND case_id = $2", rq->id2, rq->id));
	if (!*s.sm3)
		return fail(rq, E_NOT_FOUND, "No file came with this source.");
	return reply_object(rq, s.sm3, s.type, NULL);
}

/* ---- the form --------------------------------------------------------- */
enum { MOST_ACTS = 64 };

/* The business of the address, in the officer's area. */
static enum err business_load(struct req *rq, int64_t *operator, int64_t * area)
{
	struct rows *r;
	bool more;

	*operator= query_int(rq, "operator", 0);
	TRY(db_query(rq, &r, "SELECT area, name FROM pub_operators WHERE id = $1", *operator));
	TRY(rows_next(r, &more));
	*area = more ? rows_int(r, 0) : 0;
	put_text(rq->view, "operator_name", more ? arena_dup(rq->arena, rows_text(r, 1)) : "");
	rows_close(r);
	if (!more)
		return fail(rq, E_INVALID,
			"Open the file of the business first and register the matter from there.");
	return in_area(rq, *area);
}

static void show_source(struct req *rq, int64_t operator, const struct source * s)
{
	struct choice *acts = NEWS(rq->arena, struct choice, MOST_ACTS + 2);
	const struct node *law;
	size_t n = 0;

	acts[n++] = (struct choice){ "", "Choose", "" };
	if (!rules(rq, "cases/acts", rq->now, &law))
		NODE_EACH (a, node_find(law, "acts"))
			if (n <= MOST_ACTS)
				acts[n++] = (struct choice){ node_text(a, "code", ""),
					arena_printf(rq->arena, "%s %s", node_text(a, "code", ""),
						node_text(a, rq->zh ? "name" : "name_en", "")),
					"" };
	put_printf(rq->view, "operator", "%" PRId64, operator);
	show_form(rq, "form", &source_model, s);
	form_ask(rq, "form",
		&(struct asked_field){ .name = "act",
			.label = tr(rq, "Act suspected"),
			.value = form_text(rq, "act"),
			.choices = acts,
			.required = true });
}

enum err source_form(struct req *rq)
{
	struct source s = { .kind = query_text(rq, "kind"),
		.document = query_text(rq, "document"),
		.received_at = rq->now };
	int64_t operator, area;

	TRY(business_load(rq, &operator, & area));
	row_blank(&source_model, &s);
	show_source(rq, operator, & s);
	return page(rq, "cases/source");
}

/* ---- registering ------------------------------------------------------ */
static void source_check(struct req *rq, const struct source *s, const char *act)
{
	bool sent = text_is(s->kind, "transferred") || text_is(s->kind, "other_office") ||
		    text_is(s->kind, "assigned");
	bool told = text_is(s->kind, "complaint") || text_is(s->kind, "report");

	if (!*node_text(act_of(rq, act), "code", ""))
		field_error(rq, "act", "Choose the act that is suspected.");
	if (s->received_at > rq->now)
		field_error(rq, "received_at", "It cannot have been received after today.");
	if (sent && !*s->from_whom)
		field_error(rq, "from_whom", "Name the office that sent it (O2 article 18).");
	if (sent && !*s->document)
		field_error(rq, "document", "Give the number of its letter (O2 article 18).");
	if (told && *s->from_whom)
		field_error(rq, "from_whom",
			"Who complained or reported is protected: leave it empty and give the "
			"number.");
	if (told && !*s->document)
		field_error(rq, "document", "Give the number of the complaint or report.");
}

static enum err file_kept(struct req *rq, struct source *s)
{
	static const char types[] = "image/jpeg,image/png,application/pdf";
	const struct http_file *file = form_file(rq, "file");
	struct object o;

	if (!file)
		return OK;
	const char *type = file_is(rq, file, types);
	if (!type) {
		field_error(rq, "file", "This kind of file is not taken here.");
		return E_INVALID;
	}
	TRY(keep_file(rq, file, &o));
	s->type = type;
	s->sm3 = o.sm3;
	s->sha256 = o.sha256;
	return OK;
}

enum err source_register(struct req *rq)
{
	struct source s = { 0 };
	struct case_row c;
	int64_t operator, area;
	const char *act = form_text(rq, "act");

	TRY(business_load(rq, &operator, & area));
	row_blank(&source_model, &s);
	enum err e = form_read(rq, &source_model, &s);
	source_check(rq, &s, act);
	if (!e && !form_failed(rq))
		e = file_kept(rq, &s);
	if (form_failed(rq)) {
		show_source(rq, operator, & s);
		return form_again(rq, "cases/source");
	}
	TRY(e);
	TRY(precheck_of(
		rq, &(struct finding){ operator, area, rq->user->id, 0, s.received_at, act }, &c));
	s.case_id = c.id;
	s.registered_by = rq->user->id;
	s.registered_at = rq->now;
	row_blank(&source_model, &s);
	TRY(db_insert(rq, &source_model, &s));
	TRY(emit(rq, CASE_SOURCE_REGISTERED, c.id, c.operator, json_of(rq, &source_model, &s)));
	notice(rq, "Registered. Check it, add what proves it, and decide whether to file.");
	return redirect(rq, "/cases/%" PRId64, c.id);
}
