#include "core/ledger/fact.h"

#include <string.h>

enum { NUMBER = 24 };

/* Decimal, as printf would write it but several times faster: every fact ever written passes here
 * on verify. Returns where the text begins, before end. */
static char *digits(uint64_t v, char *end)
{
	do
		*--end = (char)('0' + v % 10);
	while (v /= 10);
	return end;
}

static void add_bytes(struct buf *b, const char *s, size_t n)
{
	char head[NUMBER], *end = head + sizeof head;
	*--end = ':';
	char *at = digits(n, end);
	buf_add(b, at, (size_t)(head + sizeof head - at));
	buf_add(b, s, n);
	buf_putc(b, ',');
}

static void add_text(struct buf *b, const char *s)
{
	add_bytes(b, s, strlen(s));
}

static void add_number(struct buf *b, int64_t v)
{
	char text[NUMBER], *end = text + sizeof text;
	char *at = digits(v < 0 ? 0 - (uint64_t)v : (uint64_t)v, end);
	if (v < 0)
		*--at = '-';
	add_bytes(b, at, (size_t)(end - at));
}

void fact_bytes(struct buf *b, const struct fact_row *r)
{
	b->n = 0;
	buf_add(b, "\x00\x01", 2);
	add_number(b, r->seq);
	add_number(b, r->at);
	add_text(b, r->name);
	add_number(b, r->actor);
	add_text(b, r->actor_name);
	add_number(b, r->subject);
	add_number(b, r->entity);
	add_number(b, r->cause);
	add_text(b, r->data);
	add_text(b, r->rows);
}

struct digest fact_chain(const struct digest *before, const struct digest *leaf)
{
	uint8_t both[2 * DIGEST];
	memcpy(both, before->b, DIGEST);
	memcpy(both + DIGEST, leaf->b, DIGEST);
	return sm3(both, sizeof both);
}

/* ---- witnessed rows ----------------------------------------------------------------------- */

static bool table_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

enum err witness_text(struct buf *b, const struct witness *rows, struct fault *why)
{
	for (const struct witness *w = rows; w; w = w->next) {
		size_t n = 0;
		while (table_letter(w->table[n]))
			n++;
		if (!n || w->table[n] || n > TABLE_NAME_MAX)
			return fault(why, E_INVALID,
				"\"%s\" cannot be the table of a witnessed row", w->table);
		char hex[DIGEST_HEX + 1];
		hex_encode(hex, w->row.b, DIGEST);
		buf_printf(b, "%s:%" PRId64 ":%s;", w->table, w->id, hex);
	}
	return b->full ? fault(why, E_TOO_LARGE, "one fact witnesses too many rows") : OK;
}

/* Copies what stands before stop; the text moves behind it. */
static bool part_read(const char **at, char stop, char *out, size_t size)
{
	const char *end = strchr(*at, stop);
	size_t n = end ? (size_t)(end - *at) : 0;
	if (!n || n >= size)
		return false;
	memcpy(out, *at, n);
	out[n] = 0;
	*at = end + 1;
	return true;
}

bool witness_read(const char **at, struct witness_entry *out)
{
	char number[NUMBER], hex[DIGEST_HEX + 1];
	return part_read(at, ':', out->table, sizeof out->table) &&
	       part_read(at, ':', number, sizeof number) && text_to_int(number, &out->id) &&
	       part_read(at, ';', hex, sizeof hex) && digest_parse(hex, &out->row);
}

enum err sql_fault(struct conn *c, enum err e, struct fault *why)
{
	const struct fault *f = conn_fault(c);
	return fault(why, e, "%s", f && f->text[0] ? f->text : "the database gave no reason");
}
