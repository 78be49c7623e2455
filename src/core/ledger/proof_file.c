/* Reading and writing a proof as a file, and a published head. */
#include "core/ledger/proof_file.h"
#include "core/ledger/signer_key.h"

#include <string.h>

enum { KEY_ID_DIGITS = 16, HEAD_FILE_MAX = 4096, SIGNATURE_TEXT_MAX = 512 };
static const char first_line[] = "shian-proof 1";

/* ---- writing -------------------------------------------------------------------------------- */

static void add_block(struct buf *b, const char *what, struct bytes block)
{
	buf_printf(b, "%s\t%zu\n", what, block.n);
	buf_add(b, block.at, block.n);
	buf_putc(b, '\n');
}

static struct bytes text_bytes(const char *s)
{
	return (struct bytes){ (const uint8_t *)s, strlen(s) };
}

static void add_path(struct buf *b, const char *what, const struct proof_path *p)
{
	for (int i = 0; i < p->n; i++) {
		char hex[DIGEST_HEX + 1];
		hex_encode(hex, p->at[i].b, DIGEST);
		buf_printf(b, "%s\t%s\n", what, hex);
	}
}

void proof_file_write(struct buf *b, const struct proof_file *p)
{
	buf_printf(b, "%s\n", first_line);
	add_block(b, "fact", p->fact);
	if (*p->table)
		add_block(b, arena_printf(b->arena, "row\t%s\t%" PRId64, p->table, p->row_id),
			p->row);
	if (*p->sm3)
		buf_printf(b, "file\t%s\t%s\n", p->sm3, *p->sha256 ? p->sha256 : "-");
	add_path(b, "path", &p->path);
	add_block(b, "head", text_bytes(p->head));
	buf_printf(b, "signature\t%s\t%s\n", p->key_id, p->signature);
	add_block(b, "key", text_bytes(p->pem));
	if (p->older_size) {
		char hex[DIGEST_HEX + 1];
		hex_encode(hex, p->older_root.b, DIGEST);
		buf_printf(b, "older\t%" PRId64 "\t%s\n", p->older_size, hex);
	}
	add_path(b, "consistency", &p->consistency);
	buf_puts(b, "end\n");
}

/* ---- reading -------------------------------------------------------------------------------- */

struct proof_reader {
	struct arena *a;
	const char *at, *end;
	int line;
	bool seen[9]; /* by kind of line */
};

/* The next line, cut at its tabs into at most four parts; the rest are "". */
static bool line_next(struct proof_reader *r, const char *part[4])
{
	const char *stop = memchr(r->at, '\n', (size_t)(r->end - r->at));
	if (!stop)
		return false;
	char *line = arena_copy(r->a, r->at, (size_t)(stop - r->at));
	r->at = stop + 1;
	r->line++;
	for (int i = 0; i < 4; i++) {
		char *tab = i < 3 ? strchr(line, '\t') : NULL;
		part[i] = line;
		line += strlen(line);
		if (tab) {
			*tab = 0;
			line = tab + 1;
		}
	}
	return true;
}

/* So many bytes as a text says, and the newline behind them. */
static bool block_next(struct proof_reader *r, const char *count, struct bytes *out)
{
	int64_t n = 0;
	if (!text_to_int(count, &n) || n < 0 || n >= r->end - r->at || r->at[n] != '\n')
		return false;
	*out = (struct bytes){ (const uint8_t *)r->at, (size_t)n };
	for (int64_t i = 0; i < n; i++)
		r->line += r->at[i] == '\n';
	r->at += n + 1;
	r->line++;
	return true;
}

static bool text_next(struct proof_reader *r, const char *count, const char **out)
{
	struct bytes b = { 0 };
	if (!block_next(r, count, &b) || !b.n || memchr(b.at, 0, b.n))
		return false;
	*out = arena_copy(r->a, (const char *)b.at, b.n);
	return true;
}

static bool path_add(struct proof_path *p, const char *hex)
{
	return p->n < PROOF_MAX && digest_parse(hex, &p->at[p->n++]);
}

static bool is_hex(const char *s, size_t least, size_t most)
{
	size_t n = strspn(s, "0123456789abcdef");
	return !s[n] && n >= least && n <= most;
}

static bool file_line(struct proof_file *p, const char *const part[4])
{
	p->sm3 = part[1];
	p->sha256 = text_is(part[2], "-") ? "" : part[2];
	return is_hex(p->sm3, DIGEST_HEX, DIGEST_HEX) &&
	       (!*p->sha256 || is_hex(p->sha256, DIGEST_HEX, DIGEST_HEX));
}

static bool row_line(struct proof_reader *r, struct proof_file *p, const char *const part[4])
{
	p->table = part[1];
	return *p->table && text_to_int(part[2], &p->row_id) && block_next(r, part[3], &p->row);
}

static bool signature_line(struct proof_file *p, const char *const part[4])
{
	p->key_id = part[1];
	p->signature = part[2];
	return is_hex(p->key_id, KEY_ID_DIGITS, KEY_ID_DIGITS) &&
	       is_hex(p->signature, 2, SIGNATURE_TEXT_MAX);
}

static bool older_line(struct proof_file *p, const char *const part[4])
{
	return text_to_int(part[1], &p->older_size) && p->older_size > 0 &&
	       digest_parse(part[2], &p->older_root);
}

enum line_kind {
	L_FACT,
	L_ROW,
	L_FILE,
	L_HEAD,
	L_SIGNATURE,
	L_KEY,
	L_OLDER,
	L_PATH,
	L_CONSISTENCY
};

static bool line_read_as(struct proof_reader *r, enum line_kind kind, struct proof_file *p,
	const char *const part[4])
{
	switch (kind) {
	case L_FACT:
		return block_next(r, part[1], &p->fact);
	case L_ROW:
		return row_line(r, p, part);
	case L_FILE:
		return file_line(p, part);
	case L_HEAD:
		return text_next(r, part[1], &p->head);
	case L_SIGNATURE:
		return signature_line(p, part);
	case L_KEY:
		return text_next(r, part[1], &p->pem);
	case L_OLDER:
		return older_line(p, part);
	case L_PATH:
		return path_add(&p->path, part[1]);
	case L_CONSISTENCY:
		return path_add(&p->consistency, part[1]);
	}
	return false;
}

/* One line, with the block it announces, into p. Only digests of paths may come again: a line that
 * came twice would hide the first. */
static bool line_take(struct proof_reader *r, struct proof_file *p, const char *const part[4])
{
	static const char *const kinds[] = { "fact", "row", "file", "head", "signature", "key",
		"older", "path", "consistency" };
	for (int k = L_FACT; k <= L_CONSISTENCY; k++) {
		if (!text_is(part[0], kinds[k]))
			continue;
		if (k < L_PATH && r->seen[k])
			return false;
		r->seen[k] = true;
		return line_read_as(r, (enum line_kind)k, p, part);
	}
	return false;
}

/* Pasted text has lost its line ends to CR LF; no proof of ours holds a CR. */
static struct bytes without_cr(struct arena *a, struct bytes in)
{
	if (!in.n || !memchr(in.at, '\r', in.n))
		return in;
	uint8_t *out = arena_alloc(a, in.n);
	size_t n = 0;
	for (size_t i = 0; i < in.n; i++)
		if (in.at[i] != '\r')
			out[n++] = in.at[i];
	return (struct bytes){ out, n };
}

enum err proof_file_parse(
	struct arena *a, struct bytes in, struct proof_file *out, struct fault *why)
{
	const char *part[4];
	*out = (struct proof_file){ .table = "",
		.sm3 = "",
		.sha256 = "",
		.head = "",
		.key_id = "",
		.signature = "",
		.pem = "" };
	if (in.n > PROOF_FILE_MAX)
		return fault(why, E_TOO_LARGE, "a proof has at most %d bytes", PROOF_FILE_MAX);
	if (!utf8_valid((const char *)in.at, in.n))
		return fault(why, E_INVALID, "it is not text in UTF-8");
	in = without_cr(a, in);
	struct proof_reader r = { .a = a, .at = (const char *)in.at };
	r.end = r.at + in.n;
	if (!in.n || !line_next(&r, part) || !text_is(part[0], first_line))
		return fault(why, E_INVALID, "it does not begin with \"%s\"", first_line);
	for (;;) {
		int line = r.line + 1;
		if (!line_next(&r, part))
			return fault(why, E_INVALID, "it is cut off at line %d", line);
		if (text_is(part[0], "end"))
			break;
		if (!line_take(&r, out, part))
			return fault(why, E_INVALID, "line %d is not one of a proof", line);
	}
	if (!out->fact.at || !*out->head || !*out->key_id)
		return fault(why, E_INVALID, "it has no fact, no head or no signature");
	return OK;
}

/* ---- the fields of a fact ------------------------------------------------------------------- */

static bool field_next(struct arena *a, struct bytes *in, const char **out)
{
	const uint8_t *colon = in->n ? memchr(in->at, ':', in->n) : NULL;
	int64_t n = 0;
	if (!colon || colon - in->at > 10 ||
		!text_to_int(arena_copy(a, (const char *)in->at, (size_t)(colon - in->at)), &n))
		return false;
	size_t head = (size_t)(colon + 1 - in->at);
	if (n < 0 || (uint64_t)n >= in->n - head || colon[1 + n] != ',' ||
		memchr(colon + 1, 0, (size_t)n))
		return false;
	*out = arena_copy(a, (const char *)colon + 1, (size_t)n);
	*in = (struct bytes){ in->at + head + n + 1, in->n - head - (size_t)n - 1 };
	return true;
}

/* Written again it must be the same bytes: "01:1," is a netstring, but none that a leaf has. */
static bool same_again(struct arena *a, const struct fact_row *f, struct bytes in)
{
	struct buf b = { .arena = a };
	fact_bytes(&b, f);
	return b.n == in.n + 2 && memcmp(b.s + 2, in.at, in.n) == 0;
}

bool fact_parse(struct arena *a, struct bytes in, struct fact_row *out)
{
	enum { FIELDS_OF_FACT = 10 };
	const char *v[FIELDS_OF_FACT];
	struct bytes rest = in;
	for (int i = 0; i < FIELDS_OF_FACT; i++)
		if (!field_next(a, &rest, &v[i]))
			return false;
	*out = (struct fact_row){ .name = v[2], .actor_name = v[4], .data = v[8], .rows = v[9] };
	return !rest.n && text_to_int(v[0], &out->seq) && text_to_int(v[1], &out->at) &&
	       text_to_int(v[3], &out->actor) && text_to_int(v[5], &out->subject) &&
	       text_to_int(v[6], &out->entity) && text_to_int(v[7], &out->cause) &&
	       same_again(a, out, in);
}

/* ---- a published head ----------------------------------------------------------------------- */

char *head_file_text(struct arena *a, const struct tree_head *h)
{
	return arena_printf(a, "%s%s\n%s\n", head_text(a, h), h->key_id, h->signature);
}

bool head_file_parse(struct arena *a, struct bytes in, struct tree_head *out)
{
	if (!in.n || in.n > HEAD_FILE_MAX || memchr(in.at, 0, in.n))
		return false;
	in = without_cr(a, in);
	char *text = arena_copy(a, (const char *)in.at, in.n);
	size_t n = strlen(text);
	if (n && text[n - 1] == '\n')
		text[n - 1] = 0;
	char *signature = strrchr(text, '\n');
	if (!signature)
		return false;
	*signature++ = 0;
	char *key = strrchr(text, '\n');
	if (!key)
		return false;
	key++;
	if (!is_hex(key, KEY_ID_DIGITS, KEY_ID_DIGITS) ||
		!is_hex(signature, 2, SIGNATURE_TEXT_MAX) ||
		!head_parse(
			a, arena_copy(a, text, (size_t)(key - text)), (size_t)(key - text), out) ||
		(out->key_until && !text_is(out->key_id, key)))
		return false;
	out->key_id = key;
	out->signature = signature;
	return true;
}
