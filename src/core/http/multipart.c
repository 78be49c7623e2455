#include "core/http/multipart.h"

#include <string.h>
#include <strings.h>

enum state {
	PREAMBLE,  /* before the first boundary: ignored */
	DATA,	   /* inside a part's body */
	DELIMITER, /* a boundary was read: CRLF or "--" follows */
	HEAD,	   /* header fields of a part */
	EPILOGUE,  /* behind the closing boundary: ignored */
};

struct multipart {
	struct arena *arena;
	struct part_taker taker;
	enum state state;
	enum err failed;
	char delimiter[BOUNDARY_MAX + 5]; /* CR LF "--" boundary */
	size_t delimiter_n;
	size_t matched; /* characters of the delimiter that were read and may yet be data */
	char after[2];	/* what came behind a boundary */
	size_t after_n;
	char head[PART_HEAD_MAX];
	size_t head_n;
};

static bool boundary_valid(const char *b)
{
	size_t n = b ? strlen(b) : 0;
	if (n == 0 || n > BOUNDARY_MAX || b[n - 1] == ' ')
		return false;
	for (; *b; b++)
		if (!((*b >= 'a' && *b <= 'z') || (*b >= 'A' && *b <= 'Z') ||
			    strchr("0123456789'()+_,-./:=? ", *b)))
			return false;
	return true;
}

struct multipart *multipart_new(struct arena *a, const char *boundary, const struct part_taker *t)
{
	if (!boundary_valid(boundary))
		return NULL;
	struct multipart *m = NEW(a, struct multipart);
	size_t n = strlen(boundary);

	m->arena = a;
	m->taker = *t;
	memcpy(m->delimiter, "\r\n--", 4);
	memcpy(m->delimiter + 4, boundary, n);
	m->delimiter_n = n + 4;
	m->matched = 2; /* the first boundary may stand at the very beginning */
	return m;
}

/* ---- the head of a part ------------------------------------------------------------------- */

struct part_head {
	struct part part;
	bool disposed;
};

static enum err head_line(struct multipart *m, const char *line, struct part_head *h)
{
	const char *colon = strchr(line, ':'), *unused;

	if (!colon)
		return E_BAD_REQUEST;
	size_t n = (size_t)(colon - line);
	const char *value = colon + 1 + strspn(colon + 1, " \t");
	if (n == 19 && strncasecmp(line, "content-disposition", n) == 0) {
		if (h->disposed ||
			!parse_disposition(m->arena, value, &h->part.name, &h->part.file))
			return E_BAD_REQUEST;
		h->disposed = true;
	} else if (n == 12 && strncasecmp(line, "content-type", n) == 0) {
		h->part.type = parse_type(m->arena, value, "charset", &unused);
		if (!utf8_valid(h->part.type, strlen(h->part.type)))
			return E_BAD_REQUEST;
	} else if (n == 25 && strncasecmp(line, "content-transfer-encoding", n) == 0) {
		/* RFC 7578 section 4.7: not used any more; undoing base64 is not our work */
		if (strcasecmp(value, "binary") != 0 && strcasecmp(value, "8bit") != 0 &&
			strcasecmp(value, "7bit") != 0)
			return E_BAD_REQUEST;
	}
	return OK;
}

/* m->head holds lines ended by CRLF, without the empty one. */
static enum err head_done(struct multipart *m)
{
	struct part_head h = { .part = { .type = "text/plain" } };
	char *line = m->head, *end = m->head + m->head_n;

	if (memchr(line, '\0', m->head_n))
		return E_BAD_REQUEST;
	while (line < end) {
		char *stop = memchr(line, '\r', (size_t)(end - line));
		if (!stop)
			return E_BAD_REQUEST;
		*stop = '\0';
		TRY(head_line(m, line, &h));
		line = stop + 2;
	}
	return h.disposed ? m->taker.begin(m->taker.context, &h.part) : E_BAD_REQUEST;
}

static enum err feed_head(struct multipart *m, const char **at, const char *end)
{
	while (*at < end) {
		if (m->head_n == sizeof(m->head))
			return E_TOO_LARGE;
		m->head[m->head_n++] = *(*at)++;
		size_t n = m->head_n;
		bool empty_line = (n == 2 && memcmp(m->head, "\r\n", 2) == 0) ||
				  (n >= 4 && memcmp(m->head + n - 4, "\r\n\r\n", 4) == 0);
		if (!empty_line)
			continue;
		m->head_n -= 2;
		TRY(head_done(m));
		m->state = DATA;
		m->matched = 0;
		return OK;
	}
	return OK;
}

/* ---- bodies and boundaries ------------------------------------------------------------------ */

static enum err give(struct multipart *m, const char *at, size_t n)
{
	return n && m->state == DATA ? m->taker.data(m->taker.context, at, n) : OK;
}

/* The delimiter begins with the only CR in it, so after a mismatch what was matched is data, and a
 * new match can begin only at the character that did not fit. */
static enum err feed_data(struct multipart *m, const char **at, const char *end)
{
	const char *run = *at; /* data not yet given */

	while (*at < end) {
		if (!m->matched) {
			const char *cr = memchr(*at, '\r', (size_t)(end - *at));
			*at = cr ? cr : end;
			TRY(give(m, run, (size_t)(*at - run)));
			run = *at;
			if (!cr)
				return OK;
		}
		if (**at != m->delimiter[m->matched]) {
			TRY(give(m, m->delimiter, m->matched));
			m->matched = 0;
			run = *at;
			if (**at != '\r')
				++*at;
			continue;
		}
		++*at;
		if (++m->matched < m->delimiter_n)
			continue;
		bool in_part = m->state == DATA;
		m->state = DELIMITER;
		m->after_n = 0;
		return in_part ? m->taker.end(m->taker.context) : OK;
	}
	return m->matched ? OK : give(m, run, (size_t)(*at - run));
}

static enum err feed_delimiter(struct multipart *m, const char **at, const char *end)
{
	while (*at < end) {
		char c = *(*at)++;
		if (m->after_n == 0 && (c == ' ' || c == '\t'))
			continue; /* padding */
		m->after[m->after_n++] = c;
		if (m->after_n < 2)
			continue;
		bool last = memcmp(m->after, "--", 2) == 0;
		if (!last && memcmp(m->after, "\r\n", 2) != 0)
			return E_BAD_REQUEST;
		m->state = last ? EPILOGUE : HEAD;
		m->head_n = 0;
		return OK;
	}
	return OK;
}

static enum err feed_some(struct multipart *m, const char **at, const char *end)
{
	switch (m->state) {
	case PREAMBLE:
	case DATA:
		return feed_data(m, at, end);
	case DELIMITER:
		return feed_delimiter(m, at, end);
	case HEAD:
		return feed_head(m, at, end);
	default:
		*at = end;
		return OK;
	}
}

enum err multipart_feed(struct multipart *m, const char *at, size_t n)
{
	const char *end = at + n;

	while (!m->failed && at < end)
		m->failed = feed_some(m, &at, end);
	return m->failed;
}

enum err multipart_end(struct multipart *m)
{
	if (m->failed)
		return m->failed;
	return m->state == EPILOGUE ? OK : E_BAD_REQUEST;
}
