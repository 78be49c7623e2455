/* Decisions on recordings of body cameras: pure, each reason an English sentence or NULL. */
#ifndef RECORDINGS_RULES_H
#define RECORDINGS_RULES_H

#include "core/base/base.h"

/* True time of a moment by a clock that is ahead by so much; 0 (unknown) stays 0. */
int64_t true_time(int64_t device_ms, int64_t ahead_ms);

/* Was the device in the hands of who signed for it at received and gave it back at until (0: has it
 * still)? From the signature on, up to but without the moment of handing back. */
bool issue_covers(int64_t received, int64_t until, int64_t at);

/* When a recording began and ended by the device's clock, and how that is known. */
struct told {
	int64_t container_start, duration, modified; /* 0: not told */
};
struct times {
	int64_t start, end;
	const char *source; /* container; file: when it was last written; none */
};
struct times times_of(const struct told *t);

/* A piece of n bytes at offset, of a file of size of which have are here already. One that came
 * before, whole or in part, may come again. */
const char *part_wrong(int64_t offset, int64_t n, int64_t have, int64_t size);

const char *link_wrong(const char *recording_state, const char *case_state, const char *reason);

/* May it be removed: its term is over, and no case needs it. */
bool term_over(int64_t docked_at, int64_t keep_days, int64_t links, int64_t now);

/* What a browser is told that it gets; "application/octet-stream" for what it cannot play. */
const char *media_type(const char *format);

#endif
