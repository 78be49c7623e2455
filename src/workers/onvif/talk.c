#include "workers/onvif/talk.h"

#include <string.h>

static size_t receive(char *data, size_t size, size_t n, void *at)
{
	struct onvif_talk *t = at;
	n *= size;
	if (n > ONVIF_ANSWER_MAX - t->answer.n) {
		t->too_large = true;
		return 0;
	}
	buf_add(&t->answer, data, n);
	return n;
}

/* Directly, to this address and no other. A camera's certificate is its own as a rule, so https
 * hides what is said, and does not prove who answers. */
static void set_up(struct onvif_talk *t)
{
	curl_easy_setopt(t->curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(t->curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(t->curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(t->curl, CURLOPT_PROXY, "");
	curl_easy_setopt(t->curl, CURLOPT_SSL_VERIFYPEER, 0L);
	curl_easy_setopt(t->curl, CURLOPT_SSL_VERIFYHOST, 0L);
	curl_easy_setopt(t->curl, CURLOPT_MAXFILESIZE, (long)ONVIF_ANSWER_MAX);
	curl_easy_setopt(t->curl, CURLOPT_USERAGENT, "shian");
	curl_easy_setopt(t->curl, CURLOPT_WRITEFUNCTION, receive);
	curl_easy_setopt(t->curl, CURLOPT_WRITEDATA, t);
}

enum err onvif_talk_open(struct onvif_talk *t, const struct onvif_question *who, struct fault *why)
{
	*t = (struct onvif_talk){ .who = who, .end = clock_mono() + ONVIF_LOOK_MS };
	t->curl = curl_easy_init();
	if (!t->curl)
		return fault(why, E_INTERNAL, "out of memory");
	t->scratch = arena_new();
	set_up(t);
	return OK;
}

void onvif_talk_close(struct onvif_talk *t)
{
	curl_easy_cleanup(t->curl);
	arena_free(t->scratch);
}

/* ---- one exchange ------------------------------------------------------------------------- */
static const char *body_of(struct onvif_talk *t, const struct onvif_ask *q)
{
	struct onvif_token token = { .user = t->who->user, .password = t->who->password };
	if (!q->sign || !t->who->user)
		return onvif_envelope(t->scratch, &q->call, NULL);
	random_bytes(token.nonce, sizeof(token.nonce));
	token.created = clock_now() + t->offset_ms;
	return onvif_envelope(t->scratch, &q->call, &token);
}

static enum err not_reached(const struct onvif_talk *t, CURLcode rc, struct fault *why)
{
	if (t->too_large || rc == CURLE_FILESIZE_EXCEEDED)
		return fault(why, E_TOO_LARGE, "the device's answer is above 1 MiB");
	if (rc == CURLE_OPERATION_TIMEDOUT)
		return fault(why, E_BUSY, "the device did not answer in time");
	return fault(why, E_BUSY, "the device is not reached: %s", curl_easy_strerror(rc));
}

static enum err exchange(
	struct onvif_talk *t, const struct onvif_ask *q, const char *body, struct fault *why)
{
	int64_t left = t->end - clock_mono();
	struct curl_slist *head = NULL;
	if (left <= 0)
		return fault(why, E_BUSY, "the device did not answer all questions in %d s",
			ONVIF_LOOK_MS / SECOND);
	head = curl_slist_append(
		head, arena_printf(t->scratch,
			      "Content-Type: application/soap+xml; charset=utf-8; action=\"%s/%s\"",
			      q->call.space, q->call.name));
	t->answer = (struct buf){ .arena = t->scratch, .max = ONVIF_ANSWER_MAX + 1 };
	t->too_large = false;
	curl_easy_setopt(t->curl, CURLOPT_URL, q->url);
	curl_easy_setopt(t->curl, CURLOPT_HTTPHEADER, head);
	curl_easy_setopt(t->curl, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(
		t->curl, CURLOPT_TIMEOUT_MS, (long)(left < ONVIF_CALL_MS ? left : ONVIF_CALL_MS));
	CURLcode rc = curl_easy_perform(t->curl);
	curl_easy_setopt(t->curl, CURLOPT_HTTPHEADER, NULL);
	curl_slist_free_all(head);
	return rc == CURLE_OK ? OK : not_reached(t, rc, why);
}

static long status_of(const struct onvif_talk *t)
{
	long code = 0;
	curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &code);
	return code;
}

/* Some devices ask by HTTP Digest. Basic would give the password away to whoever listens. libcurl
 * tells an offer only the first time it is made. */
static bool wants_digest(struct onvif_talk *t)
{
	long offered = 0;
	curl_easy_getinfo(t->curl, CURLINFO_HTTPAUTH_AVAIL, &offered);
	t->digest_offered = t->digest_offered || (offered & (long)CURLAUTH_DIGEST);
	return status_of(t) == 401 && t->digest_offered && !t->http_digest && t->who->user;
}

static void answer_digest(struct onvif_talk *t)
{
	t->http_digest = true;
	curl_easy_setopt(t->curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_DIGEST);
	curl_easy_setopt(t->curl, CURLOPT_USERNAME, t->who->user);
	curl_easy_setopt(t->curl, CURLOPT_PASSWORD, t->who->password);
}

/* ---- what it means ------------------------------------------------------------------------ */
static enum err refused(const struct onvif_talk *t, struct fault *why)
{
	if (!t->who->user)
		return fault(why, E_LOGIN, "the device wants a user name and a password");
	if (!t->clock_known && !t->http_digest)
		return fault(why, E_LOGIN,
			"the device refuses this user name and password; it does not tell its "
			"time, and when its clock is wrong it refuses the right ones too");
	return fault(why, E_LOGIN, "the device refuses this user name and password");
}

static enum err no_envelope(const struct onvif_talk *t, const struct fault *xml, struct fault *why)
{
	long status = status_of(t);
	if (status == 401 || status == 403)
		return refused(t, why);
	if (status == 404)
		return fault(why, E_INVALID, "there is no ONVIF at this address (404)");
	if (status >= 300 && status < 400)
		return fault(why, E_INVALID,
			"the device points elsewhere (%ld): ask for that address", status);
	return fault(why, E_INVALID, "the device's answer (%ld) is no ONVIF: %s", status,
		*xml->text ? xml->text : "no SOAP envelope");
}

static enum err understand(struct onvif_talk *t, struct onvif_xml **root, struct fault *why)
{
	struct bytes text = { (const uint8_t *)buf_text(&t->answer), t->answer.n };
	struct fault xml = { 0 };
	bool login;
	if (onvif_xml_read(t->scratch, text, root, &xml) || !onvif_is_envelope(*root))
		return no_envelope(t, &xml, why);
	const char *words = onvif_fault_text(t->scratch, *root, &login);
	if (login || (words && status_of(t) == 401))
		return refused(t, why);
	if (words)
		return fault(why, E_INVALID, "the device refuses the question: %s", words);
	return status_of(t) == 200 ? OK : no_envelope(t, &xml, why);
}

enum err onvif_talk_ask(
	struct onvif_talk *t, const struct onvif_ask *q, struct onvif_xml **root, struct fault *why)
{
	arena_reset(t->scratch);
	TRY(exchange(t, q, body_of(t, q), why));
	if (wants_digest(t)) {
		answer_digest(t);
		TRY(exchange(t, q, body_of(t, q), why));
	}
	return understand(t, root, why);
}
