/* What officers ask of devices' own recordings: what a device has, and stretches of it fetched into
 * the folder <camera>-device. An order a thread; the web process gives them and is told how each
 * went. Belongs to one thread, but for what it starts. */
#ifndef WORKERS_MEDIA_FETCH_H
#define WORKERS_MEDIA_FETCH_H

#include "workers/media/centre.h"
#include "workers/media/source.h"

enum { FETCHES_AT_ONCE = 8 };

struct fetcher;

/* Both outlive it. media: the folder <data>/media. */
struct fetcher *fetcher_new(const char *media, const struct doors *doors);

/* Tells what is finished, and starts what is new: POST /internal/devices/orders
 * {"node","answers":[{"id","state":"done|failed","why","from","to","items":[{"start","end","name",
 * "kind"}]}]}, answered by {"orders":[{"id","kind":"list|fetch","device","channel","camera",
 * "transport","from","to"}]}. Times are ms UTC; ids are texts. What was not told is told again. */
enum err fetcher_turn(
	struct fetcher *f, struct centre *centre, const char *node, struct fault *why);

/* The same without the network: what is to be told, and what came as an answer to it. */
char *fetcher_tell(struct fetcher *f, struct arena *a, const char *node);
enum err fetcher_answered(struct fetcher *f, struct bytes json, struct fault *why);

void fetcher_ask_stop(struct fetcher *f);
bool fetcher_ended(struct fetcher *f); /* no thread runs any more */
void fetcher_free(struct fetcher *f);  /* waits for the threads; NULL is fine */

#endif
