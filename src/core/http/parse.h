/* The text of HTTP: pure functions of bytes, without sockets, so that a fuzzer can reach all of it.
 * What they return lives in the arena that they are given; input is never kept.
 */
#ifndef CORE_HTTP_PARSE_H
#define CORE_HTTP_PARSE_H

#include "core/http/http.h"

enum {
	TARGET_MAX = 8192,   /* bytes of path and query as sent */
	HEAD_MAX = 16384,    /* bytes of request line and header fields */
	HEADERS_MAX = 100,   /* header fields of a request */
	QUERY_PAIRS = 200,   /* pairs of a query */
	FORM_PAIRS = 1000,   /* pairs of an urlencoded body: an inspection sheet has some hundred */
	COOKIES_MAX = 64,    /* later cookies are ignored */
	FILE_NAME_MAX = 200, /* bytes of an uploaded file's name */
	FIELD_NAME_MAX = 200, /* bytes of a multipart field's name */
	BOUNDARY_MAX = 70,    /* RFC 2046 */
};

/* Request target as sent ("/a%20b?c=d") to decoded path and query. E_BAD_REQUEST: not beginning
 * with '/', malformed or hidden ("%2F", "%5C") characters, control characters, backslash, "//",
 * "..", a segment ".", invalid UTF-8, more than QUERY_PAIRS pairs. */
enum err parse_target(
	struct arena *a, const char *raw, const char **path, const struct http_pair **query);

/* "a=1&b=2" to pairs ended by a NULL name; empty pieces are skipped. E_BAD_REQUEST: malformed
 * escape, NUL, invalid UTF-8; E_TOO_LARGE: more than max pairs. */
enum err parse_form(struct arena *a, struct bytes in, size_t max, const struct http_pair **out);

/* A header field as the library handed it over. */
struct header_text {
	const char *name, *value;
	size_t name_n, value_n;
};
/* Names to lower case, values trimmed; what is no UTF-8 becomes '?'. out has room for n + 1.
 * E_BAD_REQUEST: a name that is no token (RFC 9110), a control character in a value. */
enum err parse_headers(
	struct arena *a, const struct header_text *in, size_t n, struct http_pair *out);

/* How the body of a request is framed; RFC 9112 section 6, without its leniency. */
struct framing {
	int64_t length; /* of the body, 0 when there is none */
	bool expects;	/* the client waits for "100 Continue" */
};
/* 0, or the status to refuse the request with: 400 for a missing or second Host, a second or
 * malformed Content-Length, Content-Length beside Transfer-Encoding; 411 for Transfer-Encoding
 * alone (its parser in the library is lenient, and nobody in front of us needs it); 413 for a
 * length beyond 2^62; 415 for an encoded body; 417 for an unknown expectation. */
int parse_framing(const struct http_pair *headers, bool http10, struct framing *out);

/* All cookies of all Cookie headers; malformed ones are left out. */
const struct http_pair *parse_cookies(struct arena *a, const struct http_pair *headers);

/* "multipart/form-data; boundary=x" to "multipart/form-data" (lower case) and the parameter, or
 * NULL. */
const char *parse_type(
	struct arena *a, const char *value, const char *parameter, const char **parameter_value);

/* Content-Disposition of a part: false when it is no form-data with a name. file is NULL for a
 * field, else a base name: valid UTF-8, no control characters, at most FILE_NAME_MAX bytes, perhaps
 * empty. */
bool parse_disposition(struct arena *a, const char *value, const char **name, const char **file);
const char *parse_file_name(struct arena *a, const char *sent);

enum range_kind { RANGE_ALL, RANGE_PART, RANGE_BEYOND };
/* "bytes=0-9", "bytes=5-", "bytes=-3" against size; anything else, and more than one range, is
 * RANGE_ALL. */
enum range_kind parse_range(const char *value, int64_t size, int64_t *from, int64_t *length);

/* If-None-Match (weak comparison; "*" matches) against an etag without quotes. */
bool etag_matches(const char *header, const char *etag);
/* Whether gzip is acceptable: "gzip" or "*" with a quality that is not zero. */
bool accepts_gzip(const char *header);
/* The last address of the last X-Forwarded-For, or NULL when it is no address. */
const char *parse_forwarded(struct arena *a, const struct http_pair *headers);

#endif
