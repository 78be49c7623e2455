#include "adapters/sms_http.h"
#include "core/model/node.h"

#include <curl/curl.h>
#include <string.h>

static const char standard[] = "{\"phone\":{phone},\"text\":{text},\"key\":{key}}";

const char *sms_body(struct arena *a, const char *template, const struct sms_message *m)
{
	const struct {
		const char *mark, *value;
	} marks[] = { { "{phone}", m->phone }, { "{text}", m->text }, { "{key}", m->key } };
	struct buf b = { .arena = a };
	const char *s = template && *template ? template : standard;

	while (*s) {
		size_t i = 0;
		while (i < 3 && !text_starts(s, marks[i].mark))
			i++;
		if (i < 3) {
			json_quote(&b, marks[i].value);
			s += strlen(marks[i].mark);
		} else {
			buf_putc(&b, *s++);
		}
	}
	return buf_text(&b);
}

static size_t swallow(char *at, size_t size, size_t n, void *ctx)
{
	(void)at;
	(void)ctx;
	return size * n;
}

enum err sms_http_send(const struct sms_provider *p, const struct sms_message *m, struct arena *a,
	struct fault *why)
{
	CURL *c = curl_easy_init();
	struct curl_slist *h = curl_slist_append(NULL, "content-type: application/json");
	long code = 0;

	h = curl_slist_append(h, arena_printf(a, "idempotency-key: %s", m->key));
	if (*p->secret)
		h = curl_slist_append(h, arena_printf(a, "authorization: Bearer %s", p->secret));
	curl_easy_setopt(c, CURLOPT_URL, p->url);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)SMS_MS);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "shian");
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, swallow);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, h);
	curl_easy_setopt(c, CURLOPT_POSTFIELDS, sms_body(a, p->body, m));
	CURLcode rc = curl_easy_perform(c);
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &code);
	curl_slist_free_all(h);
	curl_easy_cleanup(c);
	if (rc)
		return fault(why, E_BUSY, "%s: %s", p->url, curl_easy_strerror(rc));
	return code >= 200 && code < 300 ? OK : fault(why, E_BUSY, "%s answered %ld", p->url, code);
}
