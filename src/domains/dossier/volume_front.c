/* Cover, list of contents and closing note of a volume. */
#include "domains/dossier/volume_front.h"

#include <string.h>

const struct entry *making_entry(const struct making *m, size_t i)
{
	return LIST_OF(struct entry, &m->v.entries) + i;
}

enum { VALUES = 4000 };
struct filling {
	struct paper_value v[VALUES];
	size_t n;
};

static void put(struct filling *f, const char *name, const char *text)
{
	if (text && *text && f->n < VALUES)
		f->v[f->n++] = (struct paper_value){ name, text };
}

static void put_number(struct req *rq, struct filling *f, const char *name, int64_t n)
{
	put(f, name, arena_printf(rq->arena, "%" PRId64, n));
}

struct tally volume_tally(const struct making *m, bool side)
{
	struct tally t = { 0 };
	for (size_t i = 0; i < m->n; i++) {
		const struct entry *e = making_entry(m, i);
		if (e->side != side)
			continue;
		t.pages += m->pages[i];
		t.papers += e->kind == ENTRY_PAPER;
		t.evidence += e->kind == ENTRY_EVIDENCE;
		t.missing += e->kind == ENTRY_MISSING;
	}
	return t;
}

static enum err front(
	struct making *m, const char *template, const struct filling *f, struct bound_part *part)
{
	struct paper_order o = {
		.template = template, .values = f->v, .n = f->n, .at = m->row.ordered_at
	};
	*part = (struct bound_part){ .numbered = false };
	return paper_printout(m->rq, &o, &part->pdf);
}

/* "给予行政处罚：警告、罚款 8,000.00 元": the words of the procedure's rule. */
static enum err result_words(struct req *rq, const struct dossier_case *c, const char **out)
{
	const struct node *rule;
	struct buf b = { .arena = rq->arena };

	TRY(rules(rq, "cases/procedure", c->closed_at ? c->closed_at : rq->now, &rule));
	if (!c->decided_at) {
		*out = "终止调查";
		return OK;
	}
	buf_puts(&b, node_text(rule, arena_printf(rq->arena, "words.outcome_%s", c->outcome),
			     c->outcome));
	const char *sep = "：";
	for (const char *s = text_is(c->outcome, "penalty") ? c->penalty : ""; *s;) {
		size_t n = strcspn(s, ",");
		const char *code = arena_copy(rq->arena, s, n);
		buf_printf(&b, "%s%s", sep,
			node_text(rule, arena_printf(rq->arena, "words.%s", code), code));
		if (text_is(code, "PEN_FINE"))
			buf_printf(&b, " %s 元", money_text(rq->arena, c->fine_fen));
		if (text_is(code, "PEN_CONFISCATE") && c->confiscated_fen)
			buf_printf(&b, "违法所得 %s 元", money_text(rq->arena, c->confiscated_fen));
		sep = "、";
		s += n + (s[n] == ',');
	}
	*out = buf_text(&b);
	return OK;
}

enum err volume_known(struct making *m, struct known *k)
{
	struct rows *r;
	bool more;
	struct req *rq = m->rq;
	const struct dossier_case *c = &m->v.c;

	TRY(db_query(rq, &r,
		"SELECT o.name, coalesce(a.name, ''), coalesce(b.name, ''), coalesce(p.number, '') "
		"FROM pub_operators o LEFT JOIN pub_users a ON a.id = $2 LEFT JOIN pub_users b ON "
		"b.id = $3 LEFT JOIN pub_papers p ON p.id = $4 WHERE o.id = $1",
		c->operator, c->officer1, c->officer2, c->decision_paper));
	TRY(rows_next(r, &more));
	if (!more)
		return fail(rq, E_NOT_FOUND, "The business of this case is not in the register.");
	*k = (struct known){ .party = arena_dup(rq->arena, rows_text(r, 0)),
		.officer1 = arena_dup(rq->arena, rows_text(r, 1)),
		.officer2 = arena_dup(rq->arena, rows_text(r, 2)),
		.decision_no = arena_dup(rq->arena, rows_text(r, 3)),
		.term = volume_term(m->v.rule, c),
		.archivist = *m->row.ordered_by ? m->row.ordered_by : "系统自动归档" };
	rows_close(r);
	return result_words(rq, c, &k->result);
}

enum err volume_cover(struct making *m, const struct known *k, bool side, struct bound_part *part)
{
	struct filling *f = NEW(m->rq->arena, struct filling);
	const struct dossier_case *c = &m->v.c;
	struct arena *a = m->rq->arena;

	put(f, "volume", side ? "side" : "main");
	put(f, "case_no", c->number);
	put(f, "cause", c->act_name);
	put(f, "party_name", k->party);
	put(f, "result", k->result);
	put(f, "officer1", k->officer1);
	put(f, "officer2", k->officer2);
	put(f, "filed_at", date_zh(a, c->filed_at));
	put(f, "closed_at", date_zh(a, c->closed_at));
	put(f, "archived_at", date_zh(a, m->row.ordered_at));
	put(f, "term", k->term);
	put(f, "decision_no", k->decision_no);
	put(f, "archivist", k->archivist);
	put(f, "archive_no", m->row.number);
	put_number(m->rq, f, "pages", volume_tally(m, side).pages);
	return front(m, "volume_cover", f, part);
}

static const char *pages_words(struct req *rq, int64_t first, int64_t pages)
{
	if (pages == 0)
		return "——";
	return pages == 1
		       ? arena_printf(rq->arena, "%" PRId64, first)
		       : arena_printf(rq->arena, "%" PRId64 "–%" PRId64, first, first + pages - 1);
}

static const char *remark_of(struct req *rq, const struct entry *e)
{
	if (e->kind == ENTRY_MISSING)
		return arena_printf(rq->arena, "缺：%s", e->words);
	int pictures = 0;
	for (int i = 1; i < ENTRY_FILES; i++)
		pictures += *e->files[i].sm3 != 0;
	if (*e->code && pictures)
		return arena_printf(rq->arena, "核验码 %s\n签名图%d件随卷", e->code, pictures);
	if (*e->code)
		return arena_printf(rq->arena, "核验码 %s", e->code);
	return *e->files[0].sm3 || *e->files[1].sm3 ? "原件随电子卷" : "";
}

enum err volume_contents(struct making *m, bool side, struct bound_part *part)
{
	struct filling *f = NEW(m->rq->arena, struct filling);
	struct arena *a = m->rq->arena;
	int row = 0;

	put(f, "volume", side ? "side" : "main");
	put(f, "case_no", m->v.c.number);
	for (size_t i = 0; i < m->n; i++) {
		const struct entry *e = making_entry(m, i);
		if (e->side != side)
			continue;
		row++;
		put(f, arena_printf(a, "item.%d.name", row),
			e->after && e->kind == ENTRY_PAPER
				? arena_printf(a, "%s（%s）", e->title, e->words)
				: e->title);
		put(f, arena_printf(a, "item.%d.number", row), e->number);
		put(f, arena_printf(a, "item.%d.date", row),
			e->at && e->kind != ENTRY_MISSING ? date_text(a, e->at) : "");
		put(f, arena_printf(a, "item.%d.pages", row),
			pages_words(m->rq, m->first[i], m->pages[i]));
		put(f, arena_printf(a, "item.%d.remark", row), remark_of(m->rq, e));
	}
	if (!row) {
		put(f, "item.1.name", "（本卷无文件）");
		put(f, "item.1.pages", "——");
	}
	return front(m, "volume_list", f, part);
}

/* By what the whole process is recorded (APL 47; O2 79): said once, in the main file. */
static void put_recorded(struct making *m, struct buf *b)
{
	size_t texts = 0, pictures = 0;

	for (size_t i = 0; i < m->n; i++) {
		const struct entry *e = making_entry(m, i);
		texts += e->kind == ENTRY_PAPER;
		for (size_t f = 0; f < ENTRY_FILES && e->kind == ENTRY_EVIDENCE; f++) {
			const char *type = e->files[f].type;
			pictures += *e->files[f].sm3 &&
				    (text_starts(type, "image/") || text_starts(type, "audio/") ||
					    text_starts(type, "video/"));
		}
	}
	buf_printf(b,
		"\n全过程记录（行政处罚法第四十七条、程序规定第七十九条）：文字记录（文书）%zu 件，"
		"音像记录（图片、录音、录像）%zu 个。",
		texts, pictures);
}

enum err volume_note(struct making *m, const struct known *k, bool side, struct bound_part *part)
{
	struct filling *f = NEW(m->rq->arena, struct filling);
	struct buf b = { .arena = m->rq->arena };
	struct tally t = volume_tally(m, side);

	put(f, "volume", side ? "side" : "main");
	put(f, "case_no", m->v.c.number);
	put_number(m->rq, f, "pages", t.pages);
	put_number(m->rq, f, "papers", t.papers);
	put_number(m->rq, f, "evidence", t.evidence);
	put(f, "filed_by", k->archivist);
	put(f, "archived_at", date_zh(m->rq->arena, m->row.ordered_at));
	buf_printf(&b, "本卷文书、证据按%s规定的顺序装订，页号连续（主卷、副卷统一编号）。",
		node_text(m->v.rule, "article", ""));
	if (!side)
		put_recorded(m, &b);
	if (t.missing) {
		buf_puts(&b, "\n本卷缺以下文书：");
		for (size_t i = 0; i < m->n; i++) {
			const struct entry *e = making_entry(m, i);
			if (e->side == side && e->kind == ENTRY_MISSING)
				buf_printf(&b, "\n《%s》，原因：%s", e->title, e->words);
		}
	}
	buf_printf(&b,
		"\n装订件中的文书页仅供阅览，不含电子签名。各文书的签名以电子卷内的原件为准："
		"扫描各页二维码或者打开 %s/v/加核验码核验；电子卷内 manifest.json、SM3SUMS、"
		"SHA256SUMS 载明每个文件的校验值和账本位置。",
		site_url(m->rq));
	put(f, "remark", buf_text(&b));
	return front(m, "volume_note", f, part);
}
