/* A site's head: what the officers' reviews of one district teach about what a classifier reports.
 *
 * It is a logistic regression on the classifier's features and its own answer. It only ever judges
 * what the classifier has reported already (nothing else was reviewed), so it may keep a finding
 * back, and never makes one.
 *
 * The file is JSON: {"format":1, "rule":"head_uncovered", "net":"head@3a8831d5", "weights":[...],
 * "base":1.2, "bias":-0.4, "threshold":2500}. Its SHA-256 names it.
 */
#ifndef WORKERS_VISION_SITE_HEAD_H
#define WORKERS_VISION_SITE_HEAD_H

#include "workers/vision/features.h"

enum { SITE_RULE_MAX = 40, SITE_FILE_MAX = 64 * 1024, SITE_NAME = 8 /* hex digits shown */ };

struct site_head {
	char rule[SITE_RULE_MAX];
	char net[NET_NAME_MAX]; /* whose features it understands */
	int32_t threshold;	/* below it a finding is kept back, hundredths 0..10000 */
	double bias, base;	/* base: of log-odds of the classifier's own answer */
	size_t n;
	double weights[FEATURES_MAX]; /* of features in whole numbers, not in steps */
};

/* Reads a file. E_INVALID: not one, or numbers out of range. */
enum err site_head_parse(struct bytes json, struct site_head *out, struct fault *why);

/* The file, in the arena: the same head gives the same bytes. Reading it back gives the head that
 * is in force, whose numbers are rounded. */
const char *site_head_text(const struct site_head *h, struct arena *a);

/* "1a2b3c4d": the beginning of the file's SHA-256. hex, when not NULL, gets all 64 digits. */
void site_head_name(struct bytes file, char name[static SITE_NAME + 1], char hex[65]);

/* How likely officers would confirm it, hundredths 0..10000; -1 when the features are not of the
 * network it was fitted to. */
int32_t site_head_judge(const struct site_head *h, const struct features *f);

/* Log-odds of a classifier's answer in hundredths, kept finite. */
double site_log_odds(int32_t hundredths);

#endif
