#include "workers/media/rtsp_url.h"

#include <stdio.h>
#include <string.h>

#include "workers/media/span.h"

/* Printable, without blanks: nothing that ends a line or a word of a request. */
static bool clean(struct bytes s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.at[i] <= ' ' || s.at[i] == 0x7f)
			return false;
	return true;
}

static bool decoded(struct bytes s, char *out, size_t size)
{
	struct arena *a = arena_new();
	char *raw = arena_copy(a, (const char *)s.at, s.n);
	bool plus = strchr(raw, '+') != NULL; /* a blank to url_decode(), itself in an address */
	char *text = plus ? raw : url_decode(a, raw, s.n);
	if (!text)
		text = raw; /* a '%' that somebody typed as it is */
	bool fits = span_copy((struct bytes){ (const uint8_t *)text, strlen(text) }, out, size);
	arena_free(a);
	return fits;
}

/* user:password before the last '@' of what lies before the path. */
static bool read_user(struct bytes *authority, struct rtsp_url *out)
{
	const uint8_t *sign = authority->n ? memrchr(authority->at, '@', authority->n) : NULL;
	if (!sign)
		return true;
	struct bytes user, password = { authority->at, (size_t)(sign - authority->at) };
	authority->n -= password.n + 1;
	authority->at = sign + 1;
	(void)span_cut(&password, ':', &user);
	return decoded(user, out->user, sizeof(out->user)) &&
	       decoded(password, out->password, sizeof(out->password));
}

static bool read_host(struct bytes authority, struct rtsp_url *out)
{
	struct bytes host;
	bool port = false;
	if (authority.n && authority.at[0] == '[') { /* [2001:db8::1]:554 */
		authority.at++;
		authority.n--;
		if (!span_cut(&authority, ']', &host))
			return false;
		port = authority.n > 0;
		if (port && authority.at[0] != ':')
			return false;
		authority.at += port;
		authority.n -= port;
	} else {
		port = span_cut(&authority, ':', &host);
	}
	int64_t number = port ? span_number(authority, 65535) : 554;
	snprintf(out->port, sizeof(out->port), "%d", (int)number);
	return number > 0 && host.n > 0 && span_copy(host, out->host, sizeof(out->host));
}

bool rtsp_url_read(const char *url, struct rtsp_url *out)
{
	static const char SCHEME[] = "rtsp://";
	memset(out, 0, sizeof(*out));
	struct bytes all = { (const uint8_t *)url, strlen(url) };
	if (!span_starts(all, SCHEME) || !clean(all) || all.n > RTSP_URL_MAX / 2)
		return false;
	struct bytes rest = { all.at + strlen(SCHEME), all.n - strlen(SCHEME) };
	size_t n = strcspn((const char *)rest.at, "/?");
	struct bytes authority = { rest.at, n };
	if (!read_user(&authority, out) || !read_host(authority, out))
		return false;
	snprintf(out->request, sizeof(out->request), "%s%.*s%s", SCHEME, (int)authority.n,
		(const char *)authority.at, (const char *)rest.at + n);
	return true;
}

bool rtsp_url_resolve(const char *base, struct bytes control, char out[RTSP_URL_MAX])
{
	size_t n = strlen(base);
	const char *between = "";
	if (!clean(control))
		return false;
	if (!control.n || span_is(control, "*")) {
		control.n = 0;
	} else if (span_starts(control, "rtsp://")) {
		n = 0;
	} else if (control.at[0] == '/' && n && base[n - 1] == '/') {
		n--;
	} else if (control.at[0] != '/' && control.at[0] != '?' && n && base[n - 1] != '/') {
		between = "/";
	}
	int length = snprintf(out, RTSP_URL_MAX, "%.*s%s%.*s", (int)n, base, between,
		(int)control.n, (const char *)control.at);
	return length > 0 && length < RTSP_URL_MAX;
}
