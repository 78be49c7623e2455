/* A thread that keeps the recordings within their bounds: age, quota, free disk, number of files.
 */
#ifndef WORKERS_MEDIA_TIDY_H
#define WORKERS_MEDIA_TIDY_H

#include "workers/media/retention.h"

enum { TIDY_EVERY_MS = 5 * MINUTE };

struct tidy;

/* Begins at once, then every 5 minutes. Of the rule, only age and quota are looked at. */
enum err tidy_start(
	const char *media, const struct retention_rule *rule, struct tidy **out, struct fault *why);

void tidy_ask_stop(struct tidy *t); /* returns at once */
bool tidy_ended(const struct tidy *t);
void tidy_join(struct tidy *t); /* waits for the thread and frees t */

#endif
