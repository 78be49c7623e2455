/* A thread that keeps the recordings within their bounds: age, quota, free disk, number of files.
 */
#ifndef WORKERS_MEDIA_TIDY_H
#define WORKERS_MEDIA_TIDY_H

#include "workers/media/retention.h"

enum { TIDY_EVERY_MS = 5 * MINUTE };

struct tidy;

/* Begins at once, then every 5 minutes; of nodes that share a folder, one does it. Of the rule,
 * only age and quota are looked at. */
enum err tidy_start(
	const char *media, const struct retention_rule *rule, struct tidy **out, struct fault *why);

/* What the last round found: all recordings' bytes, and where they begin (ms UTC); 0 when another
 * node tidies this folder, or before the first round. t may be NULL. */
void tidy_measured(struct tidy *t, int64_t *bytes, int64_t *oldest_ms);

void tidy_ask_stop(struct tidy *t); /* returns at once */
bool tidy_ended(const struct tidy *t);
void tidy_join(struct tidy *t); /* waits for the thread and frees t */

#endif
