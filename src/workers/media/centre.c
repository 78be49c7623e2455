#include "workers/media/centre.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

struct centre {
	CURL *curl;
	char *web_url;
	struct curl_slist *headers;
	bool (*stopping)(void);
};

static int progress(void *at, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	const struct centre *ce = at;
	(void)a, (void)b, (void)c, (void)d;
	return ce->stopping && ce->stopping();
}

static size_t receive(char *data, size_t size, size_t n, void *at)
{
	struct buf *b = at;
	buf_add(b, data, size * n);
	return b->full ? 0 : size * n;
}

static struct curl_slist *headers_new(const char *token)
{
	struct arena *a = arena_new();
	struct curl_slist *l = NULL;
	l = curl_slist_append(l, arena_printf(a, "Authorization: Bearer %s", token));
	l = curl_slist_append(l, "Accept: application/json");
	l = curl_slist_append(l, "Content-Type: application/json");
	arena_free(a);
	return l;
}

/* What holds for every request: our own process is asked, directly, and nobody else. */
static void set_common(struct centre *c)
{
	curl_easy_setopt(c->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c->curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c->curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c->curl, CURLOPT_PROXY, "");
	curl_easy_setopt(c->curl, CURLOPT_TIMEOUT_MS, (long)CENTRE_DEADLINE_MS);
	curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, c->headers);
	curl_easy_setopt(c->curl, CURLOPT_USERAGENT, "shian-media");
	curl_easy_setopt(c->curl, CURLOPT_WRITEFUNCTION, receive);
	curl_easy_setopt(c->curl, CURLOPT_XFERINFOFUNCTION, progress);
	curl_easy_setopt(c->curl, CURLOPT_XFERINFODATA, c);
	curl_easy_setopt(c->curl, CURLOPT_NOPROGRESS, 0L);
}

enum err centre_open(const struct centre_options *o, struct centre **out, struct fault *why)
{
	*out = NULL;
	if (!text_starts(o->web_url, "http://") && !text_starts(o->web_url, "https://"))
		return fault(
			why, E_INVALID, "the address of the web process must start with http://");
	if (curl_global_init(CURL_GLOBAL_DEFAULT))
		return fault(why, E_INTERNAL, "libcurl does not start");
	struct centre *c = calloc(1, sizeof(*c));
	if (!c)
		abort();
	c->curl = curl_easy_init();
	c->web_url = strdup(o->web_url);
	c->headers = headers_new(o->token);
	c->stopping = o->stopping;
	*out = c;
	if (c->curl && c->web_url && c->headers)
		return OK;
	*out = NULL;
	centre_close(c);
	return fault(why, E_INTERNAL, "out of memory");
}

void centre_close(struct centre *c)
{
	if (!c)
		return;
	curl_easy_cleanup(c->curl);
	curl_slist_free_all(c->headers);
	free(c->web_url);
	free(c);
}

static enum err perform(struct centre *c, struct buf *answer, const char *path, struct fault *why)
{
	char text[CURL_ERROR_SIZE] = "";
	long code = 0;
	curl_easy_setopt(
		c->curl, CURLOPT_URL, arena_printf(answer->arena, "%s%s", c->web_url, path));
	curl_easy_setopt(c->curl, CURLOPT_WRITEDATA, answer);
	curl_easy_setopt(c->curl, CURLOPT_ERRORBUFFER, text);
	CURLcode rc = curl_easy_perform(c->curl);
	curl_easy_setopt(c->curl, CURLOPT_ERRORBUFFER, NULL);
	if (rc != CURLE_OK)
		return fault(why, E_BUSY, "%s: %s", path, *text ? text : curl_easy_strerror(rc));
	curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &code);
	if (code == 404 || code == 405)
		return fault(why, E_NOT_FOUND, "%s: the web process does not know it", path);
	if (code < 200 || code > 299)
		return fault(why, E_BUSY, "%s: the web process answered %ld", path, code);
	return OK;
}

enum err centre_ask(
	struct centre *c, const struct centre_question *q, struct buf *out, struct fault *why)
{
	out->max = CENTRE_BYTES_MAX;
	curl_easy_reset(c->curl);
	set_common(c);
	if (q->json) {
		curl_easy_setopt(c->curl, CURLOPT_POSTFIELDS, q->json);
		curl_easy_setopt(c->curl, CURLOPT_POSTFIELDSIZE, (long)strlen(q->json));
	}
	return perform(c, out, q->path, why);
}

enum err centre_get(struct centre *c, const char *path, struct buf *out, struct fault *why)
{
	return centre_ask(c, &(struct centre_question){ path, NULL }, out, why);
}

enum err centre_post(struct centre *c, const char *path, const char *json, struct fault *why)
{
	struct buf answer = { .arena = arena_new() };
	enum err e = centre_ask(c, &(struct centre_question){ path, json }, &answer, why);
	arena_free(answer.arena);
	return e;
}
