/* What recordings go: by age, each camera's own, then by the quota; the oldest first. */
#ifndef WORKERS_MEDIA_RETENTION_H
#define WORKERS_MEDIA_RETENTION_H

#include "core/recordings/segment.h"
#include "workers/media/forecast.h"
#include "workers/media/roster.h"

struct retention_rule {
	int64_t now_ms, keep_ms;
	int64_t quota_bytes; /* 0: none */
	int64_t short_bytes; /* the disk lacks so much: as much has to go, whatever the quota; 0:
				none */
	int64_t room_bytes;  /* what the disk has for recordings, those there included; 0: not known
			      */
	const struct roster *roster;	/* has each camera's own keep_ms; NULL: keep_ms for all */
	struct keep_forecast *forecast; /* NULL, or filled in by retention_sweep() */
};

enum { SUB_KEEP_MS = 10 * MINUTE }; /* second streams are for looking, not for keeping */

/* How long a camera's recordings stay. */
int64_t keep_of(const struct retention_rule *rule, const char *camera);

struct recording {
	struct segment segment;
	uint32_t camera; /* which folder it is in: a number of the caller */
	int64_t keep_ms; /* of its camera; 0: the rule's */
	bool gone;	 /* decided: to be deleted */
};

/* Marks what has to go in all cameras' recordings together and returns how many. Sorts by start.
 * Nothing that ends within the last 2 minutes goes but by age: it is being watched. */
size_t retention_decide(struct recording *all, size_t n, const struct retention_rule *rule);

/* Applies the rule to every camera's folder below media (<data>/media). Deletes only files that
 * bear the names of segments and heads; a head goes when no segment of its gen is left and it is
 * older than an hour. deleted (may be NULL) receives the number of segments. */
enum err retention_sweep(
	const char *media, const struct retention_rule *rule, size_t *deleted, struct fault *why);

#endif
