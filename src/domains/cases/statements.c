#include "contracts/facts.h"
#include "domains/cases/signing.h"
#include "domains/cases/statements.h"

#include <string.h>

enum { STATEMENTS_MOST = 20, WORDS_MOST = 2000 };

const struct model statement_model = MODEL("case_statements", struct statement, .witnessed = true,
	FIELDS(STORED(struct statement, id), STORED(struct statement, version),
		STORED(struct statement, case_id, .as = AS_ID), STORED(struct statement, words),
		STORED(struct statement, files), STORED(struct statement, stated_by),
		STORED(struct statement, stated_at, .as = AS_TIME)));

static enum err home(struct req *rq)
{
	return redirect(rq, "/my/cases/%" PRId64, rq->id);
}

static enum err statements_load(struct req *rq, int64_t case_id, struct list *l)
{
	return db_all(rq, &statement_model, l,
		"SELECT * FROM case_statements WHERE case_id = $1 ORDER BY stated_at, id", case_id);
}

enum err put_statements(struct req *rq, int64_t case_id)
{
	struct list l;
	struct node *list = put_list(rq->view, "stated");

	TRY(statements_load(rq, case_id, &l));
	for (struct statement *s = LIST_OF(struct statement, &l);
		s < LIST_END(struct statement, &l); s++) {
		struct node *n = put_map(list, NULL);
		put_text(n, "words", s->words);
		put_text(n, "at", time_text(rq->arena, s->stated_at));
		put_int(n, "files", s->files);
	}
	return OK;
}

/* ---- adding ------------------------------------------------------------ */
/* All of it in one text, as the record and the decision quote it. */
static const char *words_joined(struct req *rq, const struct list *l)
{
	struct buf b = { .arena = rq->arena };

	for (struct statement *s = LIST_OF(struct statement, l); s < LIST_END(struct statement, l);
		s++) {
		if (b.n)
			buf_printf(&b, "\n%s补充：", moment_zh(rq, s->stated_at));
		buf_puts(&b, s->words);
	}
	return buf_text(&b);
}

static const char *words_of_files(struct req *rq, const char *words, int files)
{
	if (!files)
		return words;
	return arena_printf(rq->arena, "%s（另附照片或录音%d件）", words, files);
}

/* What was sent twice (a double click, a reload) is one statement. */
static bool said_before(const struct list *l, const struct statement *s)
{
	return l->n && !s->files && text_is(LIST_OF(struct statement, l)[l->n - 1].words, s->words);
}

static enum err statement_add(struct req *rq, struct course *k, struct statement *s)
{
	struct list l;

	TRY(statements_load(rq, k->c.id, &l));
	if (said_before(&l, s))
		return OK;
	if (l.n >= STATEMENTS_MOST)
		return fail(rq, E_CONFLICT,
			"You have added to your statement many times: read the record and sign it, "
			"or hand further papers to the officers.");
	s->case_id = k->c.id;
	s->stated_by = rq->user->name;
	s->stated_at = rq->now;
	TRY(db_insert(rq, &statement_model, s));
	TRY(statements_load(rq, k->c.id, &l));
	k->c.statement = "made";
	k->c.statement_words = words_joined(rq, &l);
	return case_save_with(rq, &k->c, CASE_STATED,
		json_pairs(rq, "words", s->words, "files",
			arena_printf(rq->arena, "%" PRId64, s->files), NULL));
}

static enum err form_with_faults(struct req *rq, const struct course *k, const char *words)
{
	TRY(show_statement(rq, k));
	put_text(rq->view, "words", words);
	return form_again(rq, "cases/my_statement");
}

static enum err state_more(struct req *rq, struct course *k)
{
	const char *words = signing_words(rq, "words", WORDS_MOST);
	bool voice = form_file(rq, "voice") != NULL;
	int files = 0;

	if (!*words && !voice)
		field_error(rq, "words", "Write your statement, or choose that you make none.");
	if (!form_failed(rq) && party_files_keep(rq, k->c.id, "statement", &files) &&
		!form_failed(rq))
		return E_INVALID;
	if (form_failed(rq))
		return form_with_faults(rq, k, words);
	struct statement s = { .words = words_of_files(
				       rq, *words ? words : "（语音陈述，见录音）", files),
		.files = files };
	TRY(statement_add(rq, k, &s));
	notice(rq, "Your statement has arrived. You may add to it, or say that this is all.");
	return redirect(rq, "/my/cases/%" PRId64 "/statement", rq->id);
}

/* ---- ending ------------------------------------------------------------ */
static enum err heard(struct req *rq, struct case_row *c)
{
	c->state = "heard";
	c->heard_at = rq->now;
	return case_save_with(rq, c, CASE_HEARD,
		json_pairs(rq, "statement", c->statement, "words", c->statement_words, NULL));
}

static enum err stated_from(struct req *rq, int64_t case_id, int64_t *at)
{
	return db_int(rq, at,
		"SELECT coalesce(min(stated_at), $2) FROM case_statements WHERE case_id = $1",
		case_id, rq->now);
}

/* That is all: its record is read, then signed. */
static enum err state_all(struct req *rq, struct course *k)
{
	static const char *const carry[] = { "statement", NULL };
	struct stating when = { .to = signing_moment(rq) };
	struct form f = { .n = 0 };
	struct signing s = {
		.about = "statement", .page = "statement", .form = &f, .carry = carry
	};

	if (!text_is(k->c.statement, "made"))
		return fail(rq, E_CONFLICT, "Write your statement first.");
	TRY(stated_from(rq, k->c.id, &when.from));
	form_defence(rq, &f, k, &when);
	TRY(signing_take(rq, k, &s));
	if (s.end == SIGNING_READ)
		return OK;
	TRY(heard(rq, &k->c));
	return home(rq);
}

static enum err state_none(struct req *rq, struct course *k)
{
	if (text_is(k->c.statement, "made"))
		return fail(rq, E_CONFLICT, "You have made a statement: say that this is all.");
	k->c.statement = "none";
	k->c.statement_words = "";
	TRY(heard(rq, &k->c));
	return home(rq);
}

enum err my_statement(struct req *rq)
{
	struct course k;
	const char *what = form_text(rq, "statement");

	TRY(course_load_mine(rq, &k));
	TRY(allow(rq, may_state(&k.f)));
	if (signing_changes(rq))
		return redirect(rq, "/my/cases/%" PRId64 "/statement", rq->id);
	if (text_is(what, "none"))
		return state_none(rq, &k);
	return text_is(what, "all") ? state_all(rq, &k) : state_more(rq, &k);
}

enum err statement_over(struct req *rq, struct case_row *c)
{
	struct stating when = { .to = rq->now };
	struct form f = { .aside = true };
	struct course k;
	int64_t paper;

	if (text_is(c->statement, "made")) {
		TRY(course_of(rq, c, &k));
		TRY(stated_from(rq, c->id, &when.from));
		form_defence(rq, &f, &k, &when);
		form_put(&f, "refusal",
			"期限届满，当事人未在手机页面阅读并签名，由两名执法人员注明");
		TRY(form_order(rq, c, &f, &paper));
	} else {
		c->statement = "silent";
	}
	return heard(rq, c);
}
