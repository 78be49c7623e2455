#include "core/documents/pdf_sign.h"

#include <stdlib.h>
#include <string.h>

enum { XREF_LINE = 20, UPDATED = 8 };

/* ---- reading what cairo wrote ---------------------------------------------------------------- */

/* The last place where word stands, or NULL. */
static const char *last_of(struct bytes b, const char *word)
{
	const char *at = (const char *)b.at, *end = at + b.n, *found = NULL;
	while ((at = memmem(at, (size_t)(end - at), word, strlen(word))))
		found = at++;
	return found;
}

/* The number behind a key; -1 when there is none. text ends with a NUL. */
static int64_t number_after(const char *text, const char *key)
{
	const char *at = strstr(text, key);
	int64_t n = 0;
	if (!at)
		return -1;
	for (at += strlen(key); *at == ' ' || *at == '\n'; at++)
		;
	if (*at < '0' || *at > '9')
		return -1;
	for (; *at >= '0' && *at <= '9' && n < INT32_MAX; at++)
		n = n * 10 + (*at - '0');
	return n;
}

/* Where object n stands, by the table at xref: "xref\n0 COUNT\n", then a line of 20 bytes each. */
static bool object_place(struct bytes pdf, size_t xref, int64_t n, size_t *out)
{
	char line[XREF_LINE + 1] = { 0 };
	const char *text = (const char *)pdf.at;
	if (xref + 5 >= pdf.n || memcmp(text + xref, "xref\n", 5) != 0)
		return false;
	const char *at = memchr(text + xref + 5, '\n', pdf.n - xref - 5);
	if (!at || n < 0)
		return false;
	size_t entry = (size_t)(at + 1 - text) + (size_t)n * XREF_LINE;
	if (entry + XREF_LINE > pdf.n)
		return false;
	memcpy(line, text + entry, XREF_LINE);
	*out = (size_t)strtoull(line, NULL, 10);
	return line[17] == 'n' && *out < pdf.n;
}

/* What stands inside << >> of an object that is a dictionary; NULL when there is none. */
static const char *dictionary(struct arena *a, struct bytes pdf, size_t xref, int64_t n)
{
	size_t from = 0;
	if (!object_place(pdf, xref, n, &from))
		return NULL;
	const char *at = (const char *)pdf.at + from;
	const char *end = memmem(at, pdf.n - from, "endobj", 6);
	const char *open = end ? memmem(at, (size_t)(end - at), "<<", 2) : NULL;
	if (!open)
		return NULL;
	while (end > open + 2 && memcmp(end - 2, ">>", 2) != 0)
		end--;
	return end > open + 3 ? arena_copy(a, open + 2, (size_t)(end - 2 - open - 2)) : NULL;
}

enum err pdf_open(struct arena *a, struct bytes pdf, const struct pdf_about *about,
	struct pdf_file *out, struct fault *why)
{
	const char *last = last_of(pdf, "startxref"), *trailer = last_of(pdf, "trailer");
	const char *end = (const char *)pdf.at + pdf.n;
	if (!last || !trailer || trailer > last)
		return fault(why, E_INVALID, "the PDF has no table of cross-references");
	*out = (struct pdf_file){ .arena = a, .about = *about, .all = { .arena = a } };
	out->xref = (size_t)number_after(arena_copy(a, last, (size_t)(end - last)), "startxref");
	const char *keys = arena_copy(a, trailer, (size_t)(last - trailer));
	out->root = number_after(keys, "/Root");
	out->info = number_after(keys, "/Info");
	out->next = number_after(keys, "/Size");
	out->catalogue = dictionary(a, pdf, out->xref, out->root);
	const char *pages = out->catalogue ? dictionary(a, pdf, out->xref,
						     number_after(out->catalogue, "/Pages"))
					   : NULL;
	out->page = pages ? number_after(pages, "/Kids [") : -1;
	out->page_dict = dictionary(a, pdf, out->xref, out->page);
	if (!out->page_dict || out->next < 1 || strstr(out->page_dict, "/Annots") ||
		strstr(out->catalogue, "/AcroForm") || about->n_fields > PDF_FIELDS)
		return fault(why, E_INVALID, "the PDF is not built as expected");
	buf_add(&out->all, pdf.at, pdf.n);
	if (pdf.n && pdf.at[pdf.n - 1] != '\n')
		buf_putc(&out->all, '\n');
	return OK;
}

/* ---- writing --------------------------------------------------------------------------------- */

struct update {
	struct pdf_file *f;
	int64_t object[UPDATED];
	size_t at[UPDATED], n;
};

static void object_begin(struct update *u, int64_t n)
{
	u->object[u->n] = n;
	u->at[u->n++] = u->f->all.n;
	buf_printf(&u->f->all, "%" PRId64 " 0 obj\n", n);
}

static void object_end(struct update *u)
{
	buf_puts(&u->f->all, "\nendobj\n");
}

/* The objects written, each in a section of its own. */
static void update_end(struct update *u)
{
	struct buf *b = &u->f->all;
	size_t xref = b->n;
	buf_puts(b, "xref\n");
	for (size_t i = 0; i < u->n; i++)
		buf_printf(b, "%" PRId64 " 1\n%010zu 00000 n \n", u->object[i], u->at[i]);
	buf_printf(
		b, "trailer\n<< /Size %" PRId64 " /Root %" PRId64 " 0 R", u->f->next, u->f->root);
	if (u->f->info > 0)
		buf_printf(b, " /Info %" PRId64 " 0 R", u->f->info);
	buf_printf(b, " /Prev %zu >>\nstartxref\n%zu\n%%%%EOF\n", u->f->xref, xref);
	u->f->xref = xref;
}

/* The next sign of valid UTF-8. */
static uint32_t sign_next(const char **at)
{
	const uint8_t *s = (const uint8_t *)*at;
	int more = *s < 0x80 ? 0 : *s < 0xe0 ? 1 : *s < 0xf0 ? 2 : 3;
	uint32_t c = more == 0 ? *s : *s & (0x3fU >> more);
	for (int i = 1; i <= more; i++)
		c = c << 6 | (s[i] & 0x3fU);
	*at += more + 1;
	return c;
}

/* A text as PDF wants it: UTF-16 in hexadecimal digits. */
static void put_words(struct buf *b, const char *key, const char *text)
{
	buf_printf(b, " /%s <FEFF", key);
	while (*text) {
		uint32_t c = sign_next(&text);
		if (c >= 0x10000)
			buf_printf(b, "%04X%04X", 0xd800 + ((c - 0x10000) >> 10),
				0xdc00 + ((c - 0x10000) & 0x3ff));
		else
			buf_printf(b, "%04X", c);
	}
	buf_putc(b, '>');
}

static void put_xml(struct buf *b, const char *text)
{
	for (; *text; text++)
		if (*text == '<')
			buf_puts(b, "&lt;");
		else if (*text == '>')
			buf_puts(b, "&gt;");
		else if (*text == '&')
			buf_puts(b, "&amp;");
		else
			buf_putc(b, *text);
}

static const char *xmp_time(struct arena *a, int64_t ms)
{
	struct civil t = civil_of(ms);
	return arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02d+08:00", t.year, t.month, t.day,
		t.hour, t.minute, t.second);
}

/* XMP (ISO 16684-1): title, author and language are what archives ask for. */
static void put_metadata(struct update *u, int64_t n)
{
	const struct pdf_about *about = &u->f->about;
	struct arena *a = u->f->arena;
	const char *made = xmp_time(a, about->made_at);
	struct buf x = { .arena = a };
	buf_puts(&x, "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
		     "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF "
		     "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
		     "<rdf:Description rdf:about=\"\" "
		     "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
		     "xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\">\n"
		     "<dc:format>application/pdf</dc:format><dc:title><rdf:Alt><rdf:li "
		     "xml:lang=\"x-default\">");
	put_xml(&x, about->title);
	buf_puts(&x, "</rdf:li></rdf:Alt></dc:title><dc:creator><rdf:Seq><rdf:li>");
	put_xml(&x, about->office);
	buf_printf(&x,
		"</rdf:li></rdf:Seq></dc:creator><dc:language><rdf:Bag><rdf:li>zh-CN</rdf:li>"
		"</rdf:Bag></dc:language>\n<xmp:CreatorTool>Shian</xmp:CreatorTool>"
		"<xmp:CreateDate>%s</xmp:CreateDate><xmp:ModifyDate>%s</xmp:ModifyDate>"
		"<xmp:MetadataDate>%s</xmp:MetadataDate>\n</rdf:Description></rdf:RDF>"
		"</x:xmpmeta>\n<?xpacket end=\"r\"?>",
		made, made, xmp_time(a, about->signed_at));
	object_begin(u, n);
	buf_printf(&u->f->all, "<< /Type /Metadata /Subtype /XML /Length %zu >>\nstream\n", x.n);
	buf_add(&u->f->all, x.s, x.n);
	buf_puts(&u->f->all, "\nendstream");
	object_end(u);
}

static void put_widget(struct update *u, size_t field, int64_t signature)
{
	object_begin(u, u->f->first_field + (int64_t)field);
	buf_printf(&u->f->all,
		"<< /Type /Annot /Subtype /Widget /FT /Sig /T (%s) /F 132 /Rect [0 0 0 0] /P "
		"%" PRId64 " 0 R",
		u->f->about.fields[field], u->f->page);
	if (signature)
		buf_printf(&u->f->all, " /V %" PRId64 " 0 R", signature);
	buf_puts(&u->f->all, " >>");
	object_end(u);
}

static void put_references(struct pdf_file *f)
{
	for (size_t i = 0; i < f->about.n_fields; i++)
		buf_printf(&f->all, " %" PRId64 " 0 R", f->first_field + (int64_t)i);
}

/* Catalogue and first page, with all fields; those of later signatures are empty yet. */
static void put_frame(struct update *u)
{
	struct pdf_file *f = u->f;
	f->first_field = f->next;
	int64_t metadata = f->first_field + (int64_t)f->about.n_fields;
	f->next = metadata + 1;
	object_begin(u, f->root);
	buf_printf(&f->all,
		"<<%s /Lang (zh-CN) /ViewerPreferences << /DisplayDocTitle true >> /Metadata "
		"%" PRId64 " 0 R /AcroForm << /SigFlags 3 /Fields [",
		f->catalogue, metadata);
	put_references(f);
	buf_puts(&f->all, " ] >> >>");
	object_end(u);
	object_begin(u, f->page);
	buf_printf(&f->all, "<<%s /Annots [", f->page_dict);
	put_references(f);
	buf_puts(&f->all, " ] >>");
	object_end(u);
	put_metadata(u, metadata);
	for (size_t i = 1; i < f->about.n_fields; i++)
		put_widget(u, i, 0);
}

/* The room for the signature, and the place of the range that is known only at the end. */
static size_t put_signature(struct update *u, int64_t n)
{
	struct buf *b = &u->f->all;
	const struct pdf_about *about = &u->f->about;
	struct civil t = civil_of(about->signed_at);
	object_begin(u, n);
	buf_printf(b,
		"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /M "
		"(D:%04d%02d%02d%02d%02d%02d+08'00')",
		t.year, t.month, t.day, t.hour, t.minute, t.second);
	put_words(b, "Name", about->office);
	put_words(b, "Reason", about->reason);
	buf_puts(b, " /ByteRange ");
	size_t range = b->n;
	buf_printf(b, "[0 %010d %010d %010d] /Contents ", 0, 0, 0);
	u->f->hole = b->n;
	buf_putc(b, '<');
	for (int i = 0; i < PDF_ROOM; i++)
		buf_puts(b, "00");
	buf_putc(b, '>');
	u->f->hole_end = b->n;
	buf_puts(b, " >>");
	object_end(u);
	return range;
}

enum err pdf_field(struct pdf_file *f, struct fault *why)
{
	struct update u = { .f = f };
	if (f->fields_made >= f->about.n_fields)
		return fault(why, E_INVALID, "the PDF has no more fields");
	if (!f->fields_made)
		put_frame(&u);
	int64_t signature = f->next++;
	put_widget(&u, f->fields_made++, signature);
	size_t range = put_signature(&u, signature);
	update_end(&u);
	if (f->all.full)
		return fault(why, E_TOO_LARGE, "the PDF is too large to be signed");
	char *text = arena_printf(
		f->arena, "[0 %010zu %010zu %010zu]", f->hole, f->hole_end, f->all.n - f->hole_end);
	memcpy(f->all.s + range, text, strlen(text));
	return OK;
}

void pdf_covered(const struct pdf_file *f, struct bytes part[2])
{
	const uint8_t *at = (const uint8_t *)f->all.s;
	part[0] = (struct bytes){ at, f->hole };
	part[1] = (struct bytes){ at + f->hole_end, f->all.n - f->hole_end };
}

enum err pdf_fill(struct pdf_file *f, struct bytes signature, struct fault *why)
{
	if (signature.n > PDF_ROOM)
		return fault(why, E_TOO_LARGE,
			"the signature has %zu bytes with its certificates, there is room for %d",
			signature.n, PDF_ROOM);
	char *hex = arena_alloc(f->arena, 2 * signature.n + 1);
	hex_encode(hex, signature.at, signature.n);
	memcpy(f->all.s + f->hole + 1, hex, 2 * signature.n);
	return OK;
}

struct bytes pdf_bytes(const struct pdf_file *f)
{
	return (struct bytes){ (const uint8_t *)f->all.s, f->all.n };
}

/* ---- reading it again ------------------------------------------------------------------------ */

static bool range_parse(struct arena *a, struct bytes pdf, const char *at, size_t number[3])
{
	enum { RANGE = 80 };
	size_t left = pdf.n - (size_t)(at - (const char *)pdf.at);
	char *text = arena_copy(a, at, left < RANGE ? left : RANGE), *end;
	if (!text_starts(text, "[0 "))
		return false;
	text += 2;
	for (int i = 0; i < 3; i++) {
		number[i] = (size_t)strtoull(text, &end, 10);
		if (end == text)
			return false;
		text = end;
	}
	return *text == ']';
}

bool pdf_signature_at(struct arena *a, struct bytes pdf, size_t nth, struct pdf_cover *out)
{
	static const char key[] = "/ByteRange ";
	const char *text = (const char *)pdf.at, *end = text + pdf.n, *at = text;
	size_t n[3] = { 0 };
	if (!pdf.n)
		return false;
	for (size_t i = 0; i <= nth; i++) {
		at = memmem(at, (size_t)(end - at), key, strlen(key));
		if (!at)
			return false;
		at += strlen(key);
	}
	/* < and > are the ends of what is left out; behind the second part a file ended once */
	if (!range_parse(a, pdf, at, n) || n[0] + 2 > n[1] || n[1] > pdf.n || n[2] < 6 ||
		n[2] > pdf.n - n[1] || text[n[0]] != '<' || text[n[1] - 1] != '>' ||
		memcmp(text + n[1] + n[2] - 6, "%%EOF\n", 6) != 0)
		return false;
	*out = (struct pdf_cover){ { { pdf.at, n[0] }, { pdf.at + n[1], n[2] } }, text + n[0] + 1,
		n[1] - n[0] - 2 };
	return true;
}
