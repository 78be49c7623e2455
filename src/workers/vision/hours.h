/* The hours a kitchen works, local time: "06:00-22:00" or "10:30-14:00,17:00-02:00". */
#ifndef WORKERS_VISION_HOURS_H
#define WORKERS_VISION_HOURS_H

#include "core/base/base.h"

enum { HOURS_MAX = 8, MINUTES_A_DAY = 24 * 60 };

/* Spans [from, to) in minutes of the day; to < from: over midnight; 0..1440: the whole day. */
struct hours {
	size_t n; /* 0: not known */
	struct {
		int from, to;
	} span[HOURS_MAX];
};

/* Reads the text; "" gives n = 0. E_INVALID says what is wrong. 24:00 is allowed as an end. */
enum err hours_parse(const char *text, struct hours *out, struct fault *why);

/* True when hours are known and the moment (ms UTC) lies in none of them. */
bool hours_closed(const struct hours *h, int64_t ms);

#endif
