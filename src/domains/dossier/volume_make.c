/* Making a volume: ordered in a transaction, bound and packed by a job outside of any, then
 * recorded in one. */
#include "domains/dossier/volume_front.h"

#include "contracts/facts.h"

#include <string.h>

enum { PAPER_MAX = 64 << 20, EXHIBIT_MAX = 32 << 20, FRONT = 3 };

/* ---- ordering */

static const char *number_of(struct req *rq, const struct volume *v, int64_t seq)
{
	const char *pattern = node_text(v->rule, "number", "{seq}");
	const struct {
		const char *name, *text;
	} words[] = { { "{office}", setting(rq, "office", "示范") },
		{ "{year}", arena_printf(rq->arena, "%d", civil_of(rq->now).year) },
		{ "{seq}", arena_printf(rq->arena, "%" PRId64, seq) } };
	struct buf b = { .arena = rq->arena };
	while (*pattern) {
		size_t i = 0, n = sizeof words / sizeof *words;
		while (i < n && !text_starts(pattern, words[i].name))
			i++;
		if (i < n) {
			buf_puts(&b, words[i].text);
			pattern += strlen(words[i].name);
		} else {
			buf_putc(&b, *pattern++);
		}
	}
	return buf_text(&b);
}

static enum err hinders(
	struct req *rq, const struct volume *v, struct volume_row *last, const char **why_not)
{
	enum err e = volume_last(rq, v->c.id, last);

	if (e == E_NOT_FOUND)
		*last = (struct volume_row){ .content = "", .state = "" };
	else
		TRY(e);
	*why_not = NULL;
	if (!text_is(v->c.state, "closed"))
		*why_not = "Only a concluded case is archived (O2 article 78).";
	else if (v->unsealed)
		*why_not = "Papers of the case are still being made; the volume follows them.";
	else if (text_is(last->state, "ordered"))
		*why_not = "The volume is being made.";
	else if (v->unexplained)
		*why_not = "A paper that the rule asks for is missing: give the reason first "
			   "(O2 article 78).";
	else if (text_is(last->content, v->content))
		*why_not = "Nothing has changed since the last volume, so it keeps its number.";
	return OK;
}

enum err volume_order(struct req *rq, const struct volume *v, const char *by, const char **why_not)
{
	struct volume_row last;
	int64_t seq;

	TRY(hinders(rq, v, &last, why_not));
	if (*why_not)
		return OK;
	TRY(next_number(rq, arena_printf(rq->arena, "volume:%d", civil_of(rq->now).year), &seq));
	struct volume_row row = { .case_id = v->c.id,
		.operator= v->c.operator,
		.area = v->c.area,
		.number = number_of(rq, v, seq),
		.edition = last.edition + 1,
		.content = v->content,
		.state = "ordered",
		.ordered_by = by,
		.ordered_at = rq->now,
		.pdf_sm3 = "",
		.pdf_sha256 = "",
		.zip_sm3 = "",
		.zip_sha256 = "" };
	TRY(db_insert(rq, &volume_model, &row));
	TRY(emit(rq, VOLUME_ORDERED, v->c.id, v->c.operator,
		json_pairs(rq, "number", row.number, "edition",
			arena_printf(rq->arena, "%" PRId64, row.edition), "content", row.content,
			NULL)));
	return job_add(rq, "dossier.bind", row.id);
}

enum err on_case_closed(struct req *rq, const struct event *e)
{
	return job_add(rq, "dossier.volume", e->subject);
}

/* The last papers of a case are sealed after it is closed, some of them days later: its first
 * volume follows the last of them. Later editions are ordered by an officer. */
enum err on_paper_sealed(struct req *rq, const struct event *e)
{
	const struct node *data;
	int64_t case_id, waits;

	TRY(event_data(rq, e, &data));
	if (!text_to_int(node_text(data, "subject", ""), &case_id) || !case_id)
		return OK;
	TRY(db_int(rq, &waits,
		"SELECT count(*) FROM pub_cases c WHERE c.id = $1 AND c.state = 'closed' AND NOT "
		"EXISTS (SELECT 1 FROM dossier_volumes v WHERE v.case_id = c.id)",
		case_id));
	return waits ? job_add(rq, "dossier.volume", case_id) : OK;
}

/* Papers that are still being made bring it again; what is missing waits for an officer's reason.
 */
enum err volume_job(struct req *rq, const struct job *j, void *result)
{
	struct dossier_case c;
	struct volume v;
	const char *why_not;
	enum err e = dossier_case_of(rq, j->subject, &c);

	(void)result;
	if (e == E_NOT_FOUND)
		return OK;
	TRY(e);
	TRY(volume_collect(rq, &c, &v));
	return volume_order(rq, &v, "", &why_not);
}

/* ---- binding */

/* The pages of a PDF that is evidence itself, when it can be bound. */
static enum err attached(struct making *m, const struct entry *e, struct bound_part *part)
{
	struct fault why = { 0 };

	if (!text_is(e->files[0].type, "application/pdf"))
		return OK;
	if (store_read(
		    rq_store(m->rq), m->rq->arena, e->files[0].sm3, EXHIBIT_MAX, &part->pdf, &why))
		part->pdf = (struct bytes){ NULL, 0 };
	return papers_count(m->rq, part, 1);
}

static enum err evidence_pages(struct making *m, const struct entry *e, struct bound_part *parts)
{
	struct req *rq = m->rq;
	struct buf b = { .arena = rq->arena };
	bool picture = text_starts(e->files[0].type, "image/") &&
		       !text_is(e->files[0].type, "image/svg+xml");
	bool pdf = text_is(e->files[0].type, "application/pdf"), shown;
	int64_t seq;

	TRY(attached(m, e, &parts[1]));
	TRY(volume_ledger_place(rq, e, &seq));
	buf_puts(&b, e->words);
	for (int i = 0; i < ENTRY_FILES; i++)
		if (*e->files[i].sm3)
			buf_printf(&b, "文件%d（%s）\nSM3：%s\nSHA-256：%s\n", i + 1,
				e->files[i].type, e->files[i].sm3, e->files[i].sha256);
	if (seq)
		buf_printf(&b, "账本位置：第 %" PRId64 " 号\n", seq);
	if (*e->files[0].sm3 && !picture)
		buf_puts(&b, parts[1].pages ? "原件的各页附后，原件随电子卷。\n"
			     : pdf ? "原件不能装订，随电子卷保存，以原件为准。\n"
				   : "原件不能以页面呈现，随电子卷保存，以原件为准。\n");
	else if (*e->files[1].sm3)
		buf_puts(&b, "其余文件随电子卷保存，以原件为准。\n");
	struct evidence_page p = { e->title, buf_text(&b), picture ? e->files[0].sm3 : "", e->at };
	return paper_of_evidence(rq, &p, &parts[0].pdf, &shown);
}

static enum err entry_pages(struct making *m, const struct entry *e, struct bound_part *parts)
{
	struct fault why = { 0 };

	for (int i = 0; i < PARTS_OF_ENTRY; i++)
		parts[i] = (struct bound_part){ .numbered = true };
	if (e->kind == ENTRY_MISSING)
		return OK;
	if (e->kind == ENTRY_EVIDENCE)
		return evidence_pages(m, e, parts);
	if (store_read(
		    rq_store(m->rq), m->rq->arena, e->files[0].sm3, PAPER_MAX, &parts[0].pdf, &why))
		return fail(m->rq, E_CONFLICT, "The file of the paper %s is not in the store: %s",
			e->title, why.text);
	return OK;
}

static enum err all_pages(struct making *m)
{
	m->n = m->v.entries.n;
	m->parts = NEWS(m->rq->arena, struct bound_part, m->n * PARTS_OF_ENTRY + 1);
	m->first = NEWS(m->rq->arena, int64_t, m->n + 1);
	m->pages = NEWS(m->rq->arena, int64_t, m->n + 1);
	for (size_t i = 0; i < m->n; i++)
		TRY(entry_pages(m, making_entry(m, i), m->parts + i * PARTS_OF_ENTRY));
	TRY(papers_count(m->rq, m->parts, m->n * PARTS_OF_ENTRY));
	for (size_t i = 0; i < m->n; i++) {
		const struct bound_part *p = m->parts + i * PARTS_OF_ENTRY;
		m->first[i] = p->first;
		for (int n = 0; n < PARTS_OF_ENTRY; n++)
			m->pages[i] += p[n].pages;
		m->row.pages += m->pages[i];
	}
	return OK;
}

/* ---- the job */

static size_t copy_entries(struct making *m, bool side, struct bound_part *to)
{
	size_t n = 0;
	for (size_t i = 0; i < m->n; i++)
		if (making_entry(m, i)->side == side)
			for (int p = 0; p < PARTS_OF_ENTRY; p++)
				to[n++] = m->parts[i * PARTS_OF_ENTRY + (size_t)p];
	return n;
}

static enum err bind(struct making *m, struct bytes *pdf)
{
	struct bound_part *all =
		NEWS(m->rq->arena, struct bound_part, m->n * PARTS_OF_ENTRY + 2 * FRONT);
	struct known k;
	size_t n = 0;

	TRY(volume_known(m, &k));
	for (int side = 0; side < 2; side++) {
		if (side && text_is(m->v.c.procedure, "simple") && !volume_tally(m, true).pages)
			break; /* a simple case has no side file */
		TRY(volume_cover(m, &k, side, &all[n++]));
		TRY(volume_contents(m, side, &all[n++]));
		n += copy_entries(m, side, all + n);
		TRY(volume_note(m, &k, side, &all[n++]));
	}
	TRY(papers_count(m->rq, all, n));
	return papers_bind(m->rq, all, n, pdf);
}

static enum err keep(struct making *m, struct bytes pdf)
{
	struct req *rq = m->rq;
	struct object bound, folder;
	struct fault why = { 0 };
	struct bytes zip;
	struct volume_folder f = { &m->v, &m->row, m->first, m->pages, pdf };

	if (store_put(rq_store(rq), rq->arena, pdf, &bound, &why))
		return fail(rq, E_BUSY, "%s", why.text);
	m->row.pdf_sm3 = bound.sm3;
	m->row.pdf_sha256 = bound.sha256;
	m->row.pdf_size = bound.size;
	TRY(volume_folder(rq, &f, &zip));
	if (store_put(rq_store(rq), rq->arena, zip, &folder, &why))
		return fail(rq, E_BUSY, "%s", why.text);
	m->row.zip_sm3 = folder.sm3;
	m->row.zip_sha256 = folder.sha256;
	m->row.zip_size = folder.size;
	return OK;
}

enum err volume_bind(struct req *rq, const struct job *j, void **result)
{
	struct making *m = NEW(rq->arena, struct making);
	struct dossier_case c;
	struct bytes pdf;

	m->rq = rq;
	*result = &m->row;
	TRY(db_one(rq, &volume_model, &m->row, "SELECT * FROM dossier_volumes WHERE id = $1",
		j->subject));
	if (!text_is(m->row.state, "ordered"))
		return OK;
	TRY(dossier_case_of(rq, m->row.case_id, &c));
	TRY(volume_collect(rq, &c, &m->v));
	m->row.content = m->v.content; /* what was sealed since it was ordered is in it */
	m->row.papers = m->v.papers;
	m->row.evidence = m->v.evidence;
	m->row.missing = m->v.missing;
	m->row.made_at = rq->now;
	TRY(all_pages(m));
	TRY(bind(m, &pdf));
	return keep(m, pdf);
}

enum err volume_bound(struct req *rq, const struct job *j, void *result)
{
	struct volume_row *row = result;

	(void)j;
	if (!text_is(row->state, "ordered"))
		return OK;
	row->state = "made";
	TRY(db_update(rq, &volume_model, row));
	return emit(rq, VOLUME_MADE, row->case_id, row->operator,
		json_pairs(rq, "number", row->number, "edition",
			arena_printf(rq->arena, "%" PRId64, row->edition), "content", row->content,
			"pdf_sm3", row->pdf_sm3, "pdf_sha256", row->pdf_sha256, "zip_sm3",
			row->zip_sm3, "zip_sha256", row->zip_sha256, NULL));
}
