#include "workers/vision/features.h"

#include <libavutil/base64.h>
#include <math.h>
#include <string.h>

static int16_t unit(float v)
{
	float u = v * FEATURES_ONE;
	if (!(u > INT16_MIN))
		return isnan(u) ? 0 : INT16_MIN;
	return u < INT16_MAX ? (int16_t)lrintf(u) : INT16_MAX;
}

void features_take(struct features *f, const float *from, size_t n)
{
	f->n = n < FEATURES_MAX ? n : FEATURES_MAX;
	for (size_t i = 0; i < f->n; i++)
		f->at[i] = unit(from[i]);
}

void features_text(const struct features *f, char out[static FEATURES_TEXT])
{
	uint8_t raw[FEATURES_MAX * 2];
	for (size_t i = 0; i < f->n; i++) {
		uint16_t v = (uint16_t)f->at[i];
		raw[i * 2] = (uint8_t)(v & 0xFF);
		raw[i * 2 + 1] = (uint8_t)(v >> 8);
	}
	*out = 0;
	if (f->n)
		av_base64_encode(out, FEATURES_TEXT, raw, (int)(f->n * 2));
}

enum err features_parse(const char *text, struct features *f, struct fault *why)
{
	uint8_t raw[FEATURES_MAX * 2 + 3];
	size_t length = strlen(text);
	if (length >= FEATURES_TEXT || length % 4)
		return fault(why, E_INVALID, "features of a length that cannot be");
	int n = length ? av_base64_decode(raw, text, sizeof raw) : 0;
	if (n < 0 || n % 2 || n > FEATURES_MAX * 2)
		return fault(why, E_INVALID, "features that are no base64 of pairs");
	char again[FEATURES_TEXT] = ""; /* the library reads more than there should be */
	if (n)
		av_base64_encode(again, sizeof again, raw, n);
	if (!text_is(again, text))
		return fault(why, E_INVALID, "features that are no proper base64");
	f->n = (size_t)n / 2;
	for (size_t i = 0; i < f->n; i++)
		f->at[i] = (int16_t)(uint16_t)(raw[i * 2] | raw[i * 2 + 1] << 8);
	return OK;
}
