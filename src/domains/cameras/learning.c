/* What is kept for learning from the officers' reviews. */
#include "domains/cameras/learning.h"

#include <string.h>

enum { FEATURES_TEXT_MAX = 1024, NET_MAX = 31 };

const struct model lead_features_model =
	MODEL("lead_features", struct lead_features, .witnessed = true,
		FIELDS(STORED(struct lead_features, id), STORED(struct lead_features, version),
			STORED(struct lead_features, net),
			STORED(struct lead_features, base, .as = AS_HUNDREDTHS),
			STORED(struct lead_features, site, .as = AS_HUNDREDTHS),
			STORED(struct lead_features, features)));

/* Pairs of bytes in base64 with its padding. */
static bool features_ok(const char *text)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789+/";
	size_t n = strlen(text), body = strspn(text, letters), pads = n - body;
	return n && n <= FEATURES_TEXT_MAX && n % 4 == 0 && pads <= 2 &&
	       strspn(text + body, "=") == pads && (n / 4 * 3 - pads) % 2 == 0;
}

enum err lead_features_read(struct req *rq, struct lead_features *f, bool *there)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_@-";
	*f = (struct lead_features){ .features = form_text(rq, "features"),
		.net = form_text(rq, "net"),
		.base = form_int(rq, "base", -1),
		.site = form_int(rq, "site", -1) };
	*there = *f->features != 0;
	if (!*there)
		return OK;
	size_t net = strspn(f->net, letters);
	if (!features_ok(f->features) || !net || net > NET_MAX || f->net[net] || f->base < 0 ||
		f->base > 10000 || f->site < -1 || f->site > 10000)
		return fail(rq, E_INVALID, "The features make no sense.");
	return OK;
}
