#include "core/papers/binding.h"
#include "core/documents/documents.h"
#include "core/documents/leaf.h"
#include "core/proc/apart.h"

#include <errno.h>
#include <qpdf/qpdf-c.h>
#include <string.h>
#include <unistd.h>

enum {
	COUNT_SECONDS = 60,
	BIND_SECONDS = 120,
	PICTURE_MAX = 24 << 20,
	MEMORY = 1 << 30,
	ANSWER_MAX = 384 << 20,
};
#define NUMBER_NAME "/ShianNo"

struct binding {
	const struct bound_part *parts;
	size_t n;
	struct bytes numbers; /* pages with the numbers alone */
	qpdf_data *open;      /* of each part, in the child */
};

static enum err write_all(int fd, const void *at, size_t n)
{
	const uint8_t *p = at;
	while (n) {
		ssize_t r = write(fd, p, n);
		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			return E_INTERNAL;
		p += r;
		n -= (size_t)r;
	}
	return OK;
}

static qpdf_data opened(struct bytes pdf)
{
	qpdf_data q = qpdf_init();
	qpdf_silence_errors(q);
	qpdf_set_suppress_warnings(q, QPDF_TRUE);
	if (!pdf.n || (qpdf_read_memory(q, "part", (const char *)pdf.at, pdf.n, NULL) &
			      QPDF_ERRORS) != 0) {
		(void)qpdf_get_error(q); /* else it is written to the log */
		qpdf_cleanup(&q);
	}
	return q;
}

/* ---- counting, in the child */

static enum err count_all(void *arg, int out)
{
	struct binding *b = arg;
	for (size_t i = 0; i < b->n; i++) {
		qpdf_data q = opened(b->parts[i].pdf);
		int pages = q ? qpdf_get_num_pages(q) : 0;
		int64_t n = q && !qpdf_has_error(q) && pages > 0 ? pages : 0;
		TRY(write_all(out, &n, sizeof n));
		if (q)
			qpdf_cleanup(&q);
	}
	return OK;
}

/* ---- binding, in the child */

/* Fields of signatures go; what else is laid on the page stays as it looks. */
static void drop_signatures(qpdf_data q, qpdf_oh page)
{
	qpdf_oh all = qpdf_oh_get_key(q, page, "/Annots");
	if (!qpdf_oh_is_array(q, all))
		return;
	for (int i = qpdf_oh_get_array_n_items(q, all) - 1; i >= 0; i--) {
		qpdf_oh kind = qpdf_oh_get_key_if_dict(q, qpdf_oh_get_array_item(q, all, i), "/FT");
		if (qpdf_oh_is_name_and_equals(q, kind, "/Sig"))
			qpdf_oh_erase_item(q, all, i);
	}
	if (!qpdf_oh_get_array_n_items(q, all))
		qpdf_oh_remove_key(q, page, "/Annots");
}

static qpdf_oh stream_of(qpdf_data q, const void *at, size_t n)
{
	qpdf_oh s = qpdf_oh_new_stream(q);
	qpdf_oh_replace_stream_data(q, s, at, n, qpdf_oh_new_null(q), qpdf_oh_new_null(q));
	return s;
}

static qpdf_oh text_stream(qpdf_data q, const char *text)
{
	return stream_of(q, text, strlen(text));
}

/* The page with the number alone, as a form that can be laid over another. */
static qpdf_oh number_form(qpdf_data q, qpdf_oh page)
{
	unsigned char *content = NULL;
	size_t n = 0;
	if (qpdf_oh_get_page_content_data(q, page, &content, &n) & QPDF_ERRORS)
		return qpdf_oh_new_null(q);
	qpdf_oh s = stream_of(q, content, n), d = qpdf_oh_get_dict(q, s);
	qpdf_oh_replace_key(q, d, "/Type", qpdf_oh_new_name(q, "/XObject"));
	qpdf_oh_replace_key(q, d, "/Subtype", qpdf_oh_new_name(q, "/Form"));
	qpdf_oh_replace_key(q, d, "/BBox", qpdf_oh_get_key(q, page, "/MediaBox"));
	qpdf_oh_replace_key(q, d, "/Resources", qpdf_oh_get_key(q, page, "/Resources"));
	return s;
}

/* The page's own dictionary of names: one that is inherited or shared is not written into. */
static qpdf_oh own_dictionary(qpdf_data q, qpdf_oh holder, const char *key)
{
	qpdf_oh d = qpdf_oh_get_key_if_dict(q, holder, key);
	d = qpdf_oh_is_dictionary(q, d) ? qpdf_oh_new_object(q, d) : qpdf_oh_new_dictionary(q);
	qpdf_oh fresh = qpdf_oh_new_dictionary(q);
	qpdf_oh_begin_dict_key_iter(q, d);
	while (qpdf_oh_dict_more_keys(q)) {
		const char *name = qpdf_oh_dict_next_key(q);
		qpdf_oh_replace_key(q, fresh, name, qpdf_oh_get_key(q, d, name));
	}
	qpdf_oh_replace_key(q, holder, key, fresh);
	return fresh;
}

/* What the page draws is closed in q and Q, so that the number stands where it should whatever the
 * page has done to its space. */
static void lay_over(qpdf_data q, qpdf_oh page, qpdf_oh form)
{
	qpdf_oh were = qpdf_oh_get_key(q, page, "/Contents"), all = qpdf_oh_new_array(q);
	qpdf_oh resources = own_dictionary(q, page, "/Resources");
	qpdf_oh_replace_key(q, own_dictionary(q, resources, "/XObject"), NUMBER_NAME, form);
	qpdf_oh_append_item(q, all, text_stream(q, "q\n"));
	if (qpdf_oh_is_array(q, were))
		for (int i = 0; i < qpdf_oh_get_array_n_items(q, were); i++)
			qpdf_oh_append_item(q, all, qpdf_oh_get_array_item(q, were, i));
	else if (qpdf_oh_is_stream(q, were))
		qpdf_oh_append_item(q, all, were);
	qpdf_oh_append_item(q, all, text_stream(q, "\nQ q " NUMBER_NAME " Do Q\n"));
	qpdf_oh_replace_key(q, page, "/Contents", all);
}

static enum err add_pages(qpdf_data to, qpdf_data from)
{
	int n = qpdf_get_num_pages(from);
	(void)qpdf_push_inherited_attributes_to_page(from);
	for (int i = 0; i < n; i++)
		if (qpdf_add_page(to, from, qpdf_get_page_n(from, (size_t)i), QPDF_FALSE) &
			QPDF_ERRORS)
			return E_INVALID;
	return OK;
}

/* Behind all pages stand those with the numbers: each is laid over its page, then they go. */
static enum err number_pages(qpdf_data q, const struct binding *b)
{
	size_t at = 0, pages = (size_t)qpdf_get_num_pages(q), next = pages;
	qpdf_data numbers = opened(b->numbers);
	if (!numbers)
		return OK;
	TRY(add_pages(q, numbers));
	for (size_t i = 0; i < b->n; i++)
		for (int64_t p = 0; p < b->parts[i].pages; p++, at++) {
			qpdf_oh page = qpdf_get_page_n(q, at);
			drop_signatures(q, page);
			if (!b->parts[i].numbered)
				continue;
			lay_over(q, page, number_form(q, qpdf_get_page_n(q, next)));
			next++;
		}
	for (size_t n = (size_t)qpdf_get_num_pages(q); n > pages; n--)
		if (qpdf_remove_page(q, qpdf_get_page_n(q, n - 1)) & QPDF_ERRORS)
			return E_INVALID;
	return OK;
}

static enum err bind_all(void *arg, int out)
{
	struct binding *b = arg;
	qpdf_data q = qpdf_init();

	qpdf_silence_errors(q);
	qpdf_set_suppress_warnings(q, QPDF_TRUE);
	if (qpdf_empty_pdf(q) & QPDF_ERRORS)
		return E_INTERNAL;
	for (size_t i = 0; i < b->n; i++) {
		b->open[i] = b->parts[i].pages ? opened(b->parts[i].pdf) : NULL;
		if (b->open[i]) /* stays open: what is written is read from it */
			TRY(add_pages(q, b->open[i]));
	}
	TRY(number_pages(q, b));
	if (qpdf_init_write_memory(q) & QPDF_ERRORS)
		return E_INTERNAL;
	qpdf_set_deterministic_ID(q, QPDF_TRUE);
	qpdf_set_object_stream_mode(q, qpdf_o_disable);
	qpdf_set_minimum_pdf_version(q, "1.7");
	if (qpdf_write(q) & QPDF_ERRORS)
		return E_INVALID;
	return write_all(out, qpdf_get_buffer(q), qpdf_get_buffer_length(q));
}

/* ---- the caller */

enum err papers_count(struct req *rq, struct bound_part *parts, size_t n)
{
	struct binding b = { .parts = parts, .n = n };
	struct bytes answer;
	struct fault why = { 0 };
	int64_t next = 1, all = 0;

	if (n > BIND_PARTS)
		return fail(rq, E_TOO_LARGE, "The volume has more than %d papers.", BIND_PARTS);
	struct apart w = { count_all, &b, COUNT_SECONDS, MEMORY, n * sizeof next + 1 };
	if (apart_run(rq->arena, &w, &answer, &why) || answer.n != n * sizeof next)
		return fail(rq, E_INTERNAL, "The pages of a volume could not be counted.");
	for (size_t i = 0; i < n; i++) {
		memcpy(&parts[i].pages, answer.at + i * sizeof next, sizeof next);
		if (parts[i].pages < 0 || parts[i].pages > BIND_PAGES)
			parts[i].pages = 0;
		all += parts[i].pages;
		parts[i].first = parts[i].numbered && parts[i].pages ? next : 0;
		next += parts[i].numbered ? parts[i].pages : 0;
	}
	return all > BIND_PAGES
		       ? fail(rq, E_TOO_LARGE, "The volume has more than %d pages.", BIND_PAGES)
		       : OK;
}

enum err papers_bind(struct req *rq, const struct bound_part *parts, size_t n, struct bytes *out)
{
	struct binding b = { .parts = parts, .n = n, .open = NEWS(rq->arena, qpdf_data, n + 1) };
	struct apart w = { bind_all, &b, BIND_SECONDS, MEMORY, ANSWER_MAX };
	struct fault why = { 0 };
	int64_t numbered = 0;

	for (size_t i = 0; i < n; i++)
		numbered += parts[i].numbered ? parts[i].pages : 0;
	if (numbered && leaf_numbers(rq->arena, 1, (int)numbered, &b.numbers, &why))
		return fail(rq, E_INTERNAL, "%s", why.text);
	enum err e = apart_run(rq->arena, &w, out, &why);
	if (e == E_TOO_LARGE)
		return fail(rq, e, "The volume is too large to be bound.");
	return e ? fail(rq, E_INTERNAL, "The volume could not be bound: %s", why.text) : OK;
}

/* A sign that the family lacks is written as its number: evidence says what it says. */
static const char *drawable(struct req *rq, const char *text)
{
	struct buf b = { .arena = rq->arena };
	char bad[SIGN_MAX];

	if (documents_can_draw(text, bad))
		return text;
	for (const char *s = text; *s;) {
		size_t n = 1;
		while ((s[n] & 0xc0) == 0x80)
			n++;
		const char *sign = arena_copy(rq->arena, s, n);
		if (*sign == '\r')
			;
		else if (*sign == '\t')
			buf_putc(&b, ' ');
		else if (documents_can_draw(sign, bad))
			buf_puts(&b, sign);
		else
			buf_printf(&b, "[%s]", bad);
		s += n;
	}
	return buf_text(&b);
}

enum err paper_of_evidence(
	struct req *rq, const struct evidence_page *p, struct bytes *pdf, bool *shown)
{
	struct fault why = { 0 };
	struct leaf l = { .title = drawable(rq, p->title),
		.lines = drawable(rq, p->lines),
		.at = p->at,
		.note = text_is(setting(rq, "demo", ""), "1") ? "示例 DEMO" : "" };

	if (*p->sm3 && store_read(rq_store(rq), rq->arena, p->sm3, PICTURE_MAX, &l.picture, &why))
		l.picture = (struct bytes){ NULL, 0 };
	return leaf_picture(rq->arena, &l, pdf, shown, &why) ? fail(rq, E_INTERNAL, "%s", why.text)
							     : OK;
}
