#include "workers/vision/site_head.h"

#include <jansson.h>
#include <libavutil/mem.h>
#include <libavutil/sha.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WEIGHT_MOST 1e4 /* no fit comes near it; keeps sums finite */

enum { FORMAT = 1, WHOLE = 10000 };

static bool number_ok(double v)
{
	return v >= -WEIGHT_MOST && v <= WEIGHT_MOST;
}

static bool name_ok(const char *s, size_t size)
{
	size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_@-");
	return n && n < size && !s[n];
}

static bool read_weights(json_t *list, struct site_head *h)
{
	h->n = json_array_size(list);
	if (!h->n || h->n > FEATURES_MAX)
		return false;
	for (size_t i = 0; i < h->n; i++) {
		json_t *w = json_array_get(list, i);
		h->weights[i] = json_number_value(w);
		if (!json_is_number(w) || !number_ok(h->weights[i]))
			return false;
	}
	return true;
}

static bool read_head(json_t *tree, struct site_head *h)
{
	const char *rule, *net;
	int format, threshold;
	json_t *list;
	if (json_unpack(tree, "{si ss ss si sF sF so}", "format", &format, "rule", &rule, "net",
		    &net, "threshold", &threshold, "base", &h->base, "bias", &h->bias, "weights",
		    &list))
		return false;
	if (format != FORMAT || !name_ok(rule, sizeof h->rule) || !name_ok(net, sizeof h->net) ||
		threshold < 0 || threshold > WHOLE || !number_ok(h->base) || !number_ok(h->bias))
		return false;
	snprintf(h->rule, sizeof h->rule, "%s", rule);
	snprintf(h->net, sizeof h->net, "%s", net);
	h->threshold = threshold;
	return read_weights(list, h);
}

enum err site_head_parse(struct bytes json, struct site_head *out, struct fault *why)
{
	*out = (struct site_head){ 0 };
	if (json.n > SITE_FILE_MAX)
		return fault(why, E_INVALID, "a site's head is never that large");
	json_t *tree = json_loadb((const char *)json.at, json.n, JSON_REJECT_DUPLICATES, NULL);
	bool ok = tree && read_head(tree, out);
	json_decref(tree);
	return ok ? OK : fault(why, E_INVALID, "this is no site's head");
}

/* Adding nothing makes of -0, which JSON reads back as 0, a 0. */
const char *site_head_text(const struct site_head *h, struct arena *a)
{
	struct buf b = { .arena = a };
	buf_printf(&b,
		"{\"format\":%d,\"rule\":\"%s\",\"net\":\"%s\",\"threshold\":%d,\"base\":%.9g,"
		"\"bias\":%.9g,\"weights\":[",
		FORMAT, h->rule, h->net, (int)h->threshold, h->base + 0.0, h->bias + 0.0);
	for (size_t i = 0; i < h->n; i++)
		buf_printf(&b, "%s%.9g", i ? "," : "", h->weights[i] + 0.0);
	buf_puts(&b, "]}\n");
	return buf_text(&b);
}

void site_head_name(struct bytes file, char name[static SITE_NAME + 1], char hex[65])
{
	uint8_t sum[32];
	struct AVSHA *sha = av_sha_alloc();
	if (!sha)
		abort();
	av_sha_init(sha, 256);
	av_sha_update(sha, file.at, file.n);
	av_sha_final(sha, sum);
	av_free(sha);
	hex_encode(name, sum, SITE_NAME / 2);
	if (hex)
		hex_encode(hex, sum, sizeof sum);
}

double site_log_odds(int32_t hundredths)
{
	double p = (hundredths + 0.5) / (WHOLE + 1);
	return log(p / (1 - p));
}

int32_t site_head_judge(const struct site_head *h, const struct features *f)
{
	if (f->n != h->n || !text_is(f->net, h->net) || f->base < 0 || f->base > WHOLE)
		return -1;
	double z = h->bias + h->base * site_log_odds(f->base);
	for (size_t i = 0; i < h->n; i++)
		z += h->weights[i] * f->at[i] / FEATURES_ONE;
	return (int32_t)lrint(WHOLE / (1 + exp(-z)));
}
