/* What belongs into the volume of a case: papers with their receipts, evidence, what is missing. */
#include "domains/dossier/volume.h"

#include "contracts/facts.h"
#include "core/ledger/crypto.h"

#include <string.h>

enum { ENTRIES_MOST = 600 };

struct collecting {
	struct req *rq;
	struct volume *v;
	struct entry *at;
	size_t n;
};

static struct entry *add(struct collecting *k)
{
	if (k->n == ENTRIES_MOST)
		return NULL;
	struct entry *e = &k->at[k->n++];
	*e = (struct entry){ .item = "",
		.title = "",
		.number = "",
		.code = "",
		.words = "",
		.article = "",
		.label = "",
		.subject_fact = "" };
	for (int i = 0; i < ENTRY_FILES; i++)
		e->files[i] = (struct entry_file){ "", "", "" };
	return e;
}

/* A file more, once; of one that is there the SHA-256 is filled in. */
static void add_file(struct entry *e, const struct entry_file *f)
{
	for (int i = 0; *f->sm3 && i < ENTRY_FILES; i++) {
		if (*e->files[i].sm3 && !text_is(e->files[i].sm3, f->sm3))
			continue;
		if (!*e->files[i].sha256)
			e->files[i] = *f;
		return;
	}
}

static enum err too_many(struct req *rq)
{
	return fail(rq, E_TOO_LARGE, "The volume has more than %d papers.", ENTRIES_MOST);
}

static struct entry *paper_of(struct collecting *k, int64_t id)
{
	for (size_t i = 0; id && i < k->n; i++)
		if (k->at[i].kind == ENTRY_PAPER && k->at[i].id == id)
			return &k->at[i];
	return NULL;
}

/* ---- papers */

struct paper_of_case {
	int64_t id, ordered_at, sealed, served; /* served: the paper that this receipt is of */
	const char *code, *template, *number, *title, *sm3, *sha256, *content;
};
static const struct model paper_of_case_model = MODEL("pub_papers", struct paper_of_case,
	FIELDS(STORED(struct paper_of_case, id), STORED(struct paper_of_case, ordered_at),
		STORED(struct paper_of_case, sealed), STORED(struct paper_of_case, served),
		STORED(struct paper_of_case, code), STORED(struct paper_of_case, template),
		STORED(struct paper_of_case, number), STORED(struct paper_of_case, title),
		STORED(struct paper_of_case, sm3), STORED(struct paper_of_case, sha256),
		STORED(struct paper_of_case, content)));

static void beside(struct entry *receipt, const struct entry *paper)
{
	receipt->side = paper->side;
	receipt->part = paper->part;
	receipt->at = paper->at;
	receipt->after = paper->id;
	receipt->words = paper->title;
}

/* Whose signatures the paper prints, the party's and the officers': the pictures go along. */
static enum err add_signatures(struct req *rq, struct entry *e, const char *content)
{
	struct fault why = { 0 };
	struct node *n;

	if (json_parse(rq->arena, (struct bytes){ (const uint8_t *)content, strlen(content) }, &n,
		    &why))
		return fail(rq, E_INTERNAL, "%s", why.text);
	NODE_EACH (c, node_find(n, "pictures"))
		add_file(e, &(struct entry_file){ c->s, "", "image/png" });
	return OK;
}

static enum err collect_papers(struct collecting *k)
{
	struct list l;

	TRY(db_all(k->rq, &paper_of_case_model, &l,
		"SELECT p.id, p.ordered_at, CASE WHEN p.state = 'sealed' THEN 1 ELSE 0 END AS "
		"sealed, coalesce(s.paper, 0) AS served, p.code, p.template, p.number, p.title, "
		"p.sm3, p.sha256, t.content FROM pub_papers p JOIN pub_paper_texts t ON t.id = "
		"p.id LEFT JOIN pub_services s ON s.case_id = p.subject AND s.receipt = p.id WHERE "
		"p.subject = $1 ORDER BY p.ordered_at, p.id",
		k->v->c.id));
	for (struct paper_of_case *p = LIST_OF(struct paper_of_case, &l);
		p < LIST_END(struct paper_of_case, &l); p++) {
		struct entry place;
		if (!volume_place(k->v->rule, p->template, &place))
			continue;
		if (!p->sealed) {
			k->v->unsealed++;
			continue;
		}
		struct entry *e = add(k);
		if (!e)
			return too_many(k->rq);
		e->kind = ENTRY_PAPER;
		e->side = place.side;
		e->part = place.part;
		e->at = p->ordered_at;
		e->id = p->id;
		e->item = p->template;
		e->title = p->title;
		e->number = p->number;
		e->code = p->code;
		e->subject = p->id;
		e->subject_fact = PAPER_SEALED;
		e->files[0] = (struct entry_file){ p->sm3, p->sha256, "application/pdf" };
		TRY(add_signatures(k->rq, e, p->content));
		e->after = p->served; /* found below: its paper may come later in the list */
	}
	for (size_t i = 0; i < k->n; i++) {
		struct entry *paper = paper_of(k, k->at[i].after);
		k->at[i].after = 0;
		if (paper)
			beside(&k->at[i], paper);
	}
	return OK;
}

/* ---- evidence */

struct file_of_case {
	int64_t id, taken_at, paper;
	const char *source, *kind, *title, *place, *method, *maker, *words, *sm3, *sha256, *type,
		*more_sm3, *more_sha256, *more_type;
};
#define F(m) STORED(struct file_of_case, m)
static const struct model file_of_case_model = MODEL("pub_case_files", struct file_of_case,
	FIELDS(F(id), F(taken_at), F(paper), F(source), F(kind), F(title), F(place), F(method),
		F(maker), F(words), F(sm3), F(sha256), F(type), F(more_sm3), F(more_sha256),
		F(more_type)));
#undef F

/* What the heading of its page and the list say. */
static const char *title_of(struct req *rq, const struct file_of_case *f)
{
	if (*f->title)
		return f->title;
	if (text_is(f->source, "correction"))
		return "当事人提交的改正照片";
	if (text_is(f->source, "source"))
		return "案件来源所附材料";
	if (text_is(f->source, "party"))
		return text_starts(f->type, "audio/") ? "当事人提交的录音" : "当事人提交的照片";
	const char *day = date_zh(rq->arena, f->taken_at);
	if (text_is(f->kind, "EV_SR"))
		return arena_printf(rq->arena, "%s监督检查记录", day);
	return arena_printf(rq->arena,
		text_is(f->kind, "EV_ED") ? "%s温湿度曲线图及读数表" : "%s后厨视频片段及截图", day);
}

static void line(struct buf *b, const char *label, const char *text)
{
	if (*text)
		buf_printf(b, "%s：%s\n", label, text);
}

static const char *particulars(struct collecting *k, const struct file_of_case *f)
{
	struct buf b = { .arena = k->rq->arena };
	const struct node *kinds = node_find(k->v->rule, "kinds");
	struct civil t = civil_of(f->taken_at);
	bool party = text_is(f->source, "party"), found = text_is(f->source, "found");

	if (text_is(f->source, "source")) {
		line(&b, "收到日期", date_zh(k->rq->arena, f->taken_at));
		line(&b, "来件单位", f->maker);
		line(&b, "来件编号", f->method);
		line(&b, "内容", f->words);
		return buf_text(&b);
	}
	line(&b, "证据种类", node_text(kinds, f->kind, f->kind));
	line(&b, "形成时间",
		arena_printf(k->rq->arena, "%d年%d月%d日%02d时%02d分", t.year, t.month, t.day,
			t.hour, t.minute));
	line(&b, "地点", f->place);
	line(&b, "提取方法、时间、制作人", f->method);
	line(&b, "制作人", f->maker);
	if (party)
		line(&b, "随附于",
			text_is(f->words, "statement") ? "陈述、申辩"
			: text_is(f->words, "hearing") ? "听证申请"
			: text_is(f->words, "recusal") ? "回避申请"
						       : "延期申请");
	else
		line(&b, found ? "使用说明" : "内容", f->words);
	return buf_text(&b);
}

static enum err collect_files(struct collecting *k)
{
	struct list l;

	TRY(db_all(k->rq, &file_of_case_model, &l,
		"SELECT id, taken_at, paper, source, kind, title, place, method, maker, words, "
		"sm3, "
		"sha256, type, more_sm3, more_sha256, more_type FROM pub_case_files WHERE case_id "
		"= $1 ORDER BY taken_at, source, id",
		k->v->c.id));
	for (struct file_of_case *f = LIST_OF(struct file_of_case, &l);
		f < LIST_END(struct file_of_case, &l); f++) {
		struct entry *record = paper_of(k, f->paper);
		if (record) { /* its page is the paper; the picture of the signature goes along */
			add_file(record,
				&(struct entry_file){ f->more_sm3, f->more_sha256, f->more_type });
			continue;
		}
		struct entry *e = add(k);
		if (!e)
			return too_many(k->rq);
		bool source = text_is(f->source, "source");
		if (source) /* internal, like form 1 that it came with */
			(void)volume_place(k->v->rule, "case_source", e);
		else
			volume_evidence_place(k->v->rule, e);
		e->kind = ENTRY_EVIDENCE;
		e->at = f->taken_at;
		e->id = f->id;
		e->item = source ? "source" : "evidence";
		e->title = title_of(k->rq, f);
		e->words = particulars(k, f);
		e->subject = k->v->c.id;
		e->files[0] = (struct entry_file){ f->sm3, f->sha256, f->type };
		e->files[1] = (struct entry_file){ f->more_sm3, f->more_sha256, f->more_type };
	}
	return OK;
}

static enum err collect_recordings(struct collecting *k)
{
	struct rows *r;
	bool more;
	struct arena *a = k->rq->arena;

	TRY(db_query(k->rq, &r,
		"SELECT r.id, r.started_at, r.device_number, coalesce(u.name, ''), l.reason, "
		"r.sm3, "
		"r.sha256, r.name FROM pub_recording_links l JOIN pub_recordings r ON r.id = "
		"l.recording LEFT JOIN pub_users u ON u.id = r.officer WHERE l.case_id = $1 ORDER "
		"BY r.started_at, r.id",
		k->v->c.id));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		struct entry *e = add(k);
		if (!e)
			return too_many(k->rq);
		volume_evidence_place(k->v->rule, e);
		e->kind = ENTRY_EVIDENCE;
		e->id = e->subject = rows_int(r, 0);
		e->at = rows_int(r, 1);
		e->item = "recording";
		e->title = arena_printf(a, "执法记录仪录像（%s）", rows_text(r, 2));
		e->words =
			arena_printf(a, "证据种类：视听资料\n记录人：%s\n说明：%s\n原文件名：%s\n",
				rows_text(r, 3), rows_text(r, 4), rows_text(r, 7));
		e->files[0] = (struct entry_file){ arena_dup(a, rows_text(r, 5)),
			arena_dup(a, rows_text(r, 6)), "video/mp4" };
	}
	rows_close(r);
	return OK;
}

/* What is said in a recording stands behind it (O2 25). */
static enum err collect_transcripts(struct collecting *k)
{
	struct rows *r;
	bool more;
	struct arena *a = k->rq->arena;

	TRY(db_query(k->rq, &r,
		"SELECT t.id, t.recording, t.words, coalesce(u.name, ''), t.written_at FROM "
		"pub_case_transcripts t LEFT JOIN pub_users u ON u.id = t.written_by WHERE "
		"t.case_id = $1 ORDER BY t.written_at, t.id",
		k->v->c.id));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		const struct entry *sound = NULL;
		for (size_t i = 0; i < k->n && !sound; i++)
			if (k->at[i].kind == ENTRY_EVIDENCE && k->at[i].id == rows_int(r, 1))
				sound = &k->at[i];
		struct entry *e = add(k);
		if (!e)
			return too_many(k->rq);
		volume_evidence_place(k->v->rule, e);
		e->kind = ENTRY_EVIDENCE;
		e->id = rows_int(r, 0);
		e->at = sound ? sound->at : rows_int(r, 4);
		e->after = sound ? sound->id : 0;
		e->item = "transcript";
		e->title = arena_printf(a, "%s的文字说明", sound ? sound->title : "录音、录像");
		e->words = arena_printf(a, "记录人：%s\n记录时间：%s\n内容：%s\n", rows_text(r, 3),
			date_zh(a, rows_int(r, 4)), rows_text(r, 2));
		e->subject = k->v->c.id;
		e->subject_fact = CASE_TRANSCRIBED;
	}
	rows_close(r);
	return OK;
}

/* ---- what is missing */

static bool is_there(const struct collecting *k, const struct node *duty)
{
	NODE_EACH (t, node_find(duty, "papers"))
		for (size_t i = 0; i < k->n; i++)
			if (k->at[i].kind == ENTRY_PAPER && text_is(k->at[i].item, t->s))
				return true;
	return false;
}

static void explain(struct entry *e, const struct list *gaps)
{
	for (struct gap_row *g = LIST_OF(struct gap_row, gaps); g < LIST_END(struct gap_row, gaps);
		g++)
		if (text_is(g->item, e->item)) {
			e->explained = true;
			e->words = g->reason;
			e->id = g->id;
		}
}

static enum err add_missing(struct collecting *k, const struct node *duty, struct entry **out)
{
	struct entry *e = add(k);
	if (!e)
		return too_many(k->rq);
	e->kind = ENTRY_MISSING;
	e->title = node_text(duty, "title", "");
	e->label = node_text(duty, k->rq->zh ? "title" : "title_en", "");
	e->article = node_text(duty, k->rq->zh ? "article" : "article_en", "");
	*out = e;
	return OK;
}

static enum err collect_duties(struct collecting *k, const struct list *gaps)
{
	struct entry *e;

	NODE_EACH (d, node_find(k->v->rule, "duty")) {
		if (!volume_duty_applies(d, &k->v->c) || is_there(k, d))
			continue;
		struct entry place;
		const char *template = node_text(d, "papers.0", "");
		(void)volume_place(k->v->rule, template, &place);
		TRY(add_missing(k, d, &e));
		e->side = place.side;
		e->part = place.part;
		e->item = template;
		explain(e, gaps);
	}
	return OK;
}

/* A paper that had to be served, and has no receipt. */
static enum err collect_receipts(struct collecting *k, const struct list *gaps)
{
	struct rows *r;
	bool more;

	TRY(db_query(k->rq, &r,
		"SELECT paper FROM pub_services WHERE case_id = $1 AND receipt = 0 ORDER BY id",
		k->v->c.id));
	for (;;) {
		TRY(rows_next(r, &more));
		if (!more)
			break;
		const struct entry *paper = paper_of(k, rows_int(r, 0));
		struct entry *e;
		if (!paper)
			continue;
		TRY(add_missing(k, node_find(k->v->rule, "receipt"), &e));
		beside(e, paper);
		e->title = arena_printf(k->rq->arena, "%s（%s）", e->title, paper->title);
		e->label = arena_printf(k->rq->arena, "%s (%s)", e->label, paper->title);
		e->words = "";
		e->item = arena_printf(k->rq->arena, "receipt:%" PRId64, paper->id);
		explain(e, gaps);
	}
	rows_close(r);
	return OK;
}

/* ---- all of it */

static void count(struct volume *v)
{
	for (struct entry *e = LIST_OF(struct entry, &v->entries);
		e < LIST_END(struct entry, &v->entries); e++) {
		v->papers += e->kind == ENTRY_PAPER;
		v->evidence += e->kind == ENTRY_EVIDENCE;
		v->missing += e->kind == ENTRY_MISSING;
		v->unexplained += e->kind == ENTRY_MISSING && !e->explained;
	}
}

/* The same digest, the same volume: ids, names and digests of files, reasons, the rule's version.
 */
static const char *digest_of(struct req *rq, const struct volume *v)
{
	struct buf b = { .arena = rq->arena };

	buf_printf(&b, "shian-volume-v1\n%s\n%s\n%" PRId64 "\n", node_text(v->rule, "version", ""),
		v->c.number, v->c.closed_at);
	for (struct entry *e = LIST_OF(struct entry, &v->entries);
		e < LIST_END(struct entry, &v->entries); e++) {
		buf_printf(&b, "%d|%d|%d|%s|%s|%s|%s|%s|%s\n", e->kind, e->side, e->part, e->item,
			e->title, e->number, e->files[0].sm3, e->files[1].sm3, e->words);
		for (int i = 2; i < ENTRY_FILES; i++)
			if (*e->files[i].sm3)
				buf_printf(&b, "%s\n", e->files[i].sm3);
	}
	struct digest d = sm3(b.s, b.n);
	return digest_hex(rq->arena, &d);
}

enum err volume_collect(struct req *rq, const struct dossier_case *c, struct volume *out)
{
	struct list gaps;

	*out = (struct volume){ .c = *c };
	TRY(rules(rq, "papers/volume", c->closed_at ? c->closed_at : rq->now, &out->rule));
	struct collecting k = {
		.rq = rq, .v = out, .at = NEWS(rq->arena, struct entry, ENTRIES_MOST)
	};
	TRY(db_all(rq, &gap_model, &gaps, "SELECT * FROM dossier_gaps WHERE case_id = $1", c->id));
	TRY(collect_papers(&k));
	TRY(collect_files(&k));
	TRY(collect_recordings(&k));
	TRY(collect_transcripts(&k));
	TRY(collect_duties(&k, &gaps));
	TRY(collect_receipts(&k, &gaps));
	out->entries = (struct list){ k.at, k.n };
	volume_sort(&out->entries);
	count(out);
	out->content = digest_of(rq, out);
	return OK;
}

enum err volume_last(struct req *rq, int64_t case_id, struct volume_row *out)
{
	return db_one(rq, &volume_model, out,
		"SELECT * FROM dossier_volumes WHERE case_id = $1 ORDER BY edition DESC LIMIT 1",
		case_id);
}
