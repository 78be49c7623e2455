/* Decisions of the room of cameras: pure, no request, no database. */
#ifndef CAMERAS_RULES_H
#define CAMERAS_RULES_H

#include "contracts/review.h"
#include "core/base/base.h"

/* What the register says of a camera at the time of a clip (行政处罚法 41: legal and technical
 * review, sensibly placed and marked, places published; cases.md section 3). Times ms; 0: not done.
 */
struct register_state {
	bool legal_passed, technical_passed, sign_there;
	int64_t legal_at, technical_at, notice_at, valid_from, valid_to;
};

/* NULL: the clip may serve as evidence; else an English sentence why not. */
const char *clip_unusable(const struct register_state *r, int64_t clip_from, int64_t clip_to);

/* A lead comes before its clip: until this is in usable_why's place, and not longer than
 * CLIP_WAIT_MS, the clip is awaited; afterwards it counts as missing. */
#define CLIP_COMING  "The clip is coming."
#define CLIP_MISSING "The recording of the moments around it is missing."
enum { CLIP_WAIT_MS = 2 * MINUTE };
bool clip_coming(const char *usable_why, int64_t found_at, int64_t now);

/* Why a review of a lead in this state has to wait: the second confirmation settles the evidence,
 * so the clip has to be there or given up. NULL: it need not. */
const char *clip_awaited(const char *state, bool confirm, bool coming);

/* Why a lead opens no case whose rule is in review only. */
#define REVIEW_ONLY_WHY                                                                            \
	"The rule is in review only: its leads are looked at to learn from, and open no case."

/* Checks of form fields: NULL, or what is wrong, as the end of a sentence. An empty value is right.
 * check_stream: an address the recorder knows: rtsp, rtsps, http, https, push://KEY (8 to 64
 * letters, digits, - and _), gb28181://DEVICE/CHANNEL (20 digits each, GB/T 28181 annex E).
 * check_position: degrees in China, "31.1128,121.3812". */
const char *check_stream(const char *value);
const char *check_position(const char *value);
/* Reads a position that was checked, in micro-degrees; false when it is none. */
bool position_read(const char *value, int64_t *lat, int64_t *lon);

/* How many cameras a node may begin with or has to give back, so that the nodes that are heard of
 * carry equal shares, none more than its capacity. Numbers of cameras; nodes counts this one. */
struct lease_state {
	int64_t cameras, nodes, held, capacity;
};
struct lease_change {
	int64_t take, release;
};
struct lease_change lease_decide(const struct lease_state *s);

/* When the operator of a camera that is not live has to be told: the first time after a while, then
 * again after a longer one. Times ms; told_at 0: not yet in this spell. */
struct outage {
	int64_t since, told_at, now;
	int64_t tell_after_ms, tell_again_ms; /* from rules/media/faults.json */
};
bool outage_to_tell(const struct outage *o);

/* Live time within [from, to), in hundredths of a per cent of the time that was observed; -1 when
 * nothing was. A spell with until 0 lasts to the end. */
struct spell {
	bool live;
	int64_t since, until;
};
int64_t uptime_hundredths(const struct spell *spells, size_t n, int64_t from, int64_t to);

/* The interval in which a share lies with 95 % (Wilson 1927), hundredths of a per cent; the whole
 * range when there is nothing to go by. */
struct share {
	int64_t yes, of;	  /* 0 <= yes <= of */
	int64_t share, low, high; /* filled in */
};
void share_interval(struct share *s);

/* Is a rule so seldom right that it should be put into review only: the whole interval lies below
 * the set share, on enough leads? */
bool rule_below(const struct share *s, int64_t set_share, int64_t least_decided);

#endif
