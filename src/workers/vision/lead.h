/* Leads on their way: kept on disk from the moment a rule fires until the web process has them.
 *
 * <dir>/<key>.jpg   the still, written first
 * <dir>/<key>.json  the lead; it exists from here on
 * <dir>/<key>.mp4   its clip, once a delivery had to be put off
 *
 * A lead is told at once; its clip, which has yet to be recorded, follows.
 */
#ifndef WORKERS_VISION_LEAD_H
#define WORKERS_VISION_LEAD_H

#include "workers/vision/config.h"
#include "workers/vision/eyes.h"
#include "workers/vision/rules.h"

enum { LEAD_KEY_MAX = 96, LEADS_MAX = 2000 /* listed at once */ };

struct lead {
	char camera[CAMERA_ID_MAX];
	enum rule_code rule;
	char rule_version[RULE_VERSION_MAX];
	char model[MODEL_NAME_MAX];
	int64_t started_at, ended_at; /* ms UTC: first and last picture that counted */
	int64_t still_at;	      /* of the still; 0: not known */
	int32_t score;		      /* hundredths, 0..10000 */
	int64_t clip_from, clip_to;   /* ms UTC: wanted; once clip_kept, what the clip covers */
	bool clip_kept;
	bool posted;	       /* the web process has all but the clip */
	int32_t width, height; /* of the still, in whose pixels the boxes are */
	size_t n;
	struct finding findings[VOTES_MAX];
	struct features features; /* of the strongest finding; n is 0 when there are none */
};

/* <camera>-<rule>-<started_at>: the same for the same event, so a lead told twice counts once. */
void lead_key(const struct lead *l, char out[static LEAD_KEY_MAX]);

/* The findings as a JSON array, in the arena; those of the still's moment are marked "still":1. */
const char *lead_findings(const struct lead *l, struct arena *a);

/* Keeps the lead; afterwards neither a killed process nor a cut power loses it. */
enum err lead_keep(const char *dir, const struct lead *l, struct bytes still, struct fault *why);

/* Writes the lead again with the clip made for it. */
enum err lead_keep_clip(const char *dir, struct lead *l, struct bytes clip, struct fault *why);

/* Writes down that the lead was taken and only its clip is missing. */
enum err lead_mark_posted(const char *dir, struct lead *l, struct fault *why);

/* Reads one. E_INVALID: damaged. */
enum err lead_read(
	const char *dir, const char *key, struct arena *a, struct lead *l, struct fault *why);

/* Its still, and its clip when one is kept (else n is 0); the bytes are in the arena. */
struct lead_files {
	struct bytes still, clip;
};
enum err lead_files(const char *dir, const struct lead *l, struct arena *a, struct lead_files *out,
	struct fault *why);

/* Takes a damaged one out of the list, and leaves its files for a person to look at. */
void lead_set_aside(const char *dir, const char *key);

/* Forgets it. */
void lead_drop(const char *dir, const char *key);

/* The keys kept, oldest event first, at most LEADS_MAX; in the arena. */
enum err lead_keys(
	const char *dir, struct arena *a, const char ***keys, size_t *n, struct fault *why);

#endif
