#include "workers/vision/post.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { CONNECT_MS = 3000, GET_MS = 10000, POST_MS = 60000, SHOWN = 120 };

enum err web_start(struct fault *why)
{
	return curl_global_init(CURL_GLOBAL_DEFAULT) ? fault(why, E_INTERNAL, "libcurl") : OK;
}

static size_t take(char *at, size_t size, size_t n, void *self)
{
	struct buf *b = self;
	(void)size; /* always 1 */
	buf_add(b, at, n);
	return b->full ? 0 : n;
}

static int go_on(void *self, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	const struct web *w = self;
	(void)a, (void)b, (void)c, (void)d;
	return w->ended && atomic_load(w->ended);
}

static bool again_later(long status)
{
	return status >= 500 || status == 401 || status == 403 || status == 408 || status == 425 ||
	       status == 429;
}

/* Who takes the answer, and what is shown of it when it is a refusal. */
struct taker {
	size_t (*take)(char *at, size_t size, size_t n, void *self);
	void *self;
	struct buf *body;
};

/* Runs a prepared request; body may hold what came back even when it failed. */
static enum err run(CURL *c, const char *path, const struct taker *to, struct fault *why)
{
	char text[CURL_ERROR_SIZE] = "";
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, text);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, to->take);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, to->self);
	CURLcode r = curl_easy_perform(c);
	long status = 0;
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, NULL);
	if (r == CURLE_FILESIZE_EXCEEDED)
		return fault(why, E_TOO_LARGE, "%s: the file is too large", path);
	if (r && r != CURLE_HTTP_RETURNED_ERROR)
		return fault(why, E_BUSY, "%s: %s", path, *text ? text : curl_easy_strerror(r));
	if (status >= 200 && status < 300)
		return OK;
	enum err e = again_later(status) ? E_BUSY
		     : status >= 400	 ? (enum err)status
					 : E_BAD_REQUEST;
	return fault(why, e, "%s: the web process answered %ld: %.*s", path, status, SHOWN,
		buf_text(to->body));
}

/* A handle with address and headers; *headers is freed by the caller after the handle. */
static CURL *prepare(
	const struct web *w, const char *path, struct arena *a, struct curl_slist **headers)
{
	CURL *c = curl_easy_init();
	if (!c)
		return NULL;
	*headers = curl_slist_append(NULL, arena_printf(a, "Authorization: Bearer %s", w->token));
	*headers = curl_slist_append(*headers, "Accept: application/json");
	*headers = curl_slist_append(*headers, "Expect:");
	curl_easy_setopt(c, CURLOPT_URL, arena_printf(a, "%s%s", w->url, path));
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, *headers);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_PROXY, ""); /* whatever the environment says */
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, go_on);
	curl_easy_setopt(c, CURLOPT_XFERINFODATA, w);
	curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
	return c;
}

enum err web_get(const struct web *w, const char *path, struct arena *a, struct bytes *body,
	struct fault *why)
{
	struct curl_slist *headers = NULL;
	struct buf b = { .arena = a, .max = ANSWER_MAX };
	CURL *c = prepare(w, path, a, &headers);
	if (!c)
		return fault(why, E_INTERNAL, "libcurl");
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)GET_MS);
	enum err e = run(c, path, &(struct taker){ take, &b, &b }, why);
	curl_easy_cleanup(c);
	curl_slist_free_all(headers);
	*body = (struct bytes){ (const uint8_t *)buf_text(&b), b.n };
	return e;
}

static size_t save(char *at, size_t size, size_t n, void *self)
{
	(void)size; /* always 1 */
	return fwrite(at, 1, n, self);
}

enum err web_save(const struct web *w, const char *path, const char *file, struct fault *why)
{
	struct curl_slist *headers = NULL;
	struct arena *a = arena_new();
	struct buf refusal = { .arena = a, .max = ANSWER_MAX };
	FILE *to = fopen(file, "we");
	CURL *c = to ? prepare(w, path, a, &headers) : NULL;
	enum err e = c ? OK : fault(why, E_INTERNAL, "%s: %s", file, strerror(errno));
	if (c) {
		curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)POST_MS);
		curl_easy_setopt(c, CURLOPT_FAILONERROR, 1L);
		curl_easy_setopt(c, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)SAVE_MAX);
		e = run(c, path, &(struct taker){ save, to, &refusal }, why);
	}
	curl_easy_cleanup(c);
	curl_slist_free_all(headers);
	if (to && fclose(to) && !e)
		e = fault(why, E_INTERNAL, "%s: %s", file, strerror(errno));
	if (e)
		remove(file);
	arena_free(a);
	return e;
}

static bool add_part(curl_mime *form, const struct part *p)
{
	curl_mimepart *m = curl_mime_addpart(form);
	if (!m || curl_mime_name(m, p->name))
		return false;
	if (p->text)
		return curl_mime_data(m, p->text, CURL_ZERO_TERMINATED) == CURLE_OK;
	return !curl_mime_data(m, (const char *)p->data.at, p->data.n) &&
	       !curl_mime_filename(m, p->file_name) && !curl_mime_type(m, p->type);
}

enum err web_post_for(const struct web *w, const char *path, const struct web_form *f,
	struct buf *answer, struct fault *why)
{
	struct curl_slist *headers = NULL;
	CURL *c = prepare(w, path, answer->arena, &headers);
	curl_mime *form = c ? curl_mime_init(c) : NULL;
	bool ok = form != NULL;
	for (size_t i = 0; ok && i < f->n; i++)
		ok = add_part(form, &f->parts[i]);
	enum err e = ok ? OK : fault(why, E_INTERNAL, "libcurl");
	if (!e) {
		curl_easy_setopt(c, CURLOPT_MIMEPOST, form);
		curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)POST_MS);
		e = run(c, path, &(struct taker){ take, answer, answer }, why);
	}
	curl_mime_free(form);
	curl_easy_cleanup(c);
	curl_slist_free_all(headers);
	return e;
}

enum err web_post(const struct web *w, const char *path, const struct part *parts, size_t n,
	struct fault *why)
{
	struct arena *a = arena_new();
	struct buf b = { .arena = a, .max = ANSWER_MAX };
	enum err e = web_post_for(w, path, &(struct web_form){ parts, n }, &b, why);
	arena_free(a);
	return e;
}
