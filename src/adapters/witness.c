#include "adapters/witness.h"
#include "core/app/app.h"
#include "core/core.h"
#include "core/ledger/proof_file.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* ---- the two ways --------------------------------------------------------------------------- */

enum err witness_append(const char *path, const char *text, struct fault *why)
{
	size_t n = strlen(text);
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);

	if (fd < 0)
		return fault(why, E_BUSY, "%s: %s", path, strerror(errno));
	bool fine = write(fd, text, n) == (ssize_t)n && fsync(fd) == 0;
	int reason = errno;
	close(fd);
	return fine ? OK : fault(why, E_BUSY, "%s: %s", path, strerror(reason));
}

struct received {
	struct buf body;
};

static size_t receive(char *at, size_t size, size_t n, void *ctx)
{
	struct received *r = ctx;

	buf_add(&r->body, at, size * n);
	return r->body.full ? 0 : size * n;
}

/* post: NULL asks. */
static enum err ask(const char *url, const char *post, struct received *r, struct fault *why)
{
	CURL *c = curl_easy_init();
	struct curl_slist *headers = curl_slist_append(NULL, "content-type: text/plain");
	long code = 0;

	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)WITNESS_MS);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "shian");
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, receive);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, r);
	if (post) {
		curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, post);
	}
	CURLcode rc = curl_easy_perform(c);
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &code);
	curl_slist_free_all(headers);
	curl_easy_cleanup(c);
	if (rc)
		return fault(why, E_BUSY, "%s: %s", url, curl_easy_strerror(rc));
	return code >= 200 && code < 300 ? OK : fault(why, E_BUSY, "%s answered %ld", url, code);
}

enum err witness_post(const char *url, const char *text, struct fault *why)
{
	struct arena *a = arena_new();
	struct received r = { .body = { .arena = a, .max = WITNESS_BODY_MAX } };
	enum err e = ask(url, text, &r, why);

	arena_free(a);
	return e;
}

enum err witness_get(struct arena *a, const char *url, struct bytes *out, struct fault *why)
{
	struct received r = { .body = { .arena = a, .max = WITNESS_BODY_MAX } };

	TRY(ask(url, NULL, &r, why));
	*out = (struct bytes){ (const uint8_t *)buf_text(&r.body), r.body.n };
	return OK;
}

/* ---- on the timer --------------------------------------------------------------------------- */

/* What a job found out: the head it delivered. */
struct delivered {
	int64_t size;
};

static const char *sent_name(const char *target)
{
	return text_is(target, "heads_url") ? "heads_url_sent" : "heads_file_sent";
}

static int64_t number_of(const char *text)
{
	int64_t n = 0;
	return text_to_int(text, &n) ? n : 0;
}

/* subject of the job: 1 the file, 2 the address. */
static const char *target_of(const struct job *j)
{
	return j->subject == 1 ? "heads_file" : "heads_url";
}

static enum err push_prepare(struct req *rq, const struct job *j, void **result)
{
	struct tree_head h = { 0 };
	struct fault why = { 0 };
	struct delivered *d = NEW(rq->arena, struct delivered);
	const char *target = target_of(j), *to = setting(rq, target, "");
	enum err e = ledger_last_head(rq_conn(rq), rq->arena, &h);

	*result = d;
	if (e || !*to || h.size <= number_of(setting(rq, sent_name(target), "0")))
		return e == E_NOT_FOUND ? OK : e;
	const char *text = head_file_text(rq->arena, &h);
	e = j->subject == 1 ? witness_append(to, text, &why) : witness_post(to, text, &why);
	if (e) {
		log_event(LOG_WARN, "witness.away", "why", why.text, NULL);
		return fail(rq, e, "%s", why.text);
	}
	d->size = h.size;
	return OK;
}

static enum err push_done(struct req *rq, const struct job *j, void *result)
{
	const struct delivered *d = result;

	return d->size ? setting_put(rq, sent_name(target_of(j)),
				 arena_printf(rq->arena, "%" PRId64, d->size))
		       : OK;
}

/* One job on its way for each target, while the witness lacks the newest head. One that gave up is
 * dead, and another takes its place. */
static enum err push_ask(struct req *rq, const char *target, int64_t subject, int64_t size)
{
	int64_t waiting = 0;

	if (!*setting(rq, target, "") || number_of(setting(rq, sent_name(target), "0")) >= size)
		return OK;
	TRY(db_int(rq, &waiting,
		"SELECT count(*) FROM jobs WHERE kind = 'witness.push' AND subject = $1 AND state "
		"= "
		"'due'",
		subject));
	return waiting ? OK : job_add(rq, .kind = "witness.push", .subject = subject);
}

static enum err push_minute(struct req *rq)
{
	int64_t size = 0;

	TRY(db_int(rq, &size, "SELECT coalesce(max(size), 0) FROM pub_heads"));
	TRY(push_ask(rq, "heads_file", 1, size));
	return push_ask(rq, "heads_url", 2, size);
}

const struct module witness_module = {
	.name = "witness",
	.jobs = (const struct job_kind[]){ { "witness.push", push_prepare, push_done }, { 0 } },
	.every_minute = push_minute,
};
