/* Messages to telephones by a provider's HTTP interface, when the setting sms_url is there.
 *
 * Settings: sms_url where to post; sms_body what, with {phone}, {text} and {key} in it, each put as
 * a JSON string (default: an object of the three); sms_secret_file a file with the provider's key,
 * sent as "Authorization: Bearer". Each message has a key that stays the same however often its job
 * is tried again, also as the header Idempotency-Key: a provider that knows it sends it once. */
#ifndef SMS_HTTP_H
#define SMS_HTTP_H

#include "core/base/base.h"

enum { SMS_MS = 10000 };

struct sms_message {
	const char *phone, *text, *key;
};

/* Pure: the body with the message in it. NULL template: the default one. */
const char *sms_body(struct arena *a, const char *template, const struct sms_message *m);
struct sms_provider {
	const char *url, *body, *secret; /* secret: "" none */
};
/* E_BUSY: not reached, or it did not answer 2xx; to be tried again. */
enum err sms_http_send(const struct sms_provider *p, const struct sms_message *m, struct arena *a,
	struct fault *why);

#endif
