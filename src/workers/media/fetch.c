#include "workers/media/fetch.h"

#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/recordings/segment.h"
#include "workers/gb/gb.h"
#include "workers/media/recorder.h"

enum {
	SPEED = 4, /* of a download */
	CONNECT_MS = 12 * SECOND,
	READ_MS = 8 * SECOND,
	LIST_MS = 15 * SECOND,
	BEYOND_MS = 2 * SECOND, /* a device may end that late */
	STACK_BYTES = 1 << 20,
};

struct fetch {
	struct fetch *next;
	struct fetcher *of;
	int64_t id, from_ms, to_ms;
	bool list;
	char *device, *channel, *camera, *transport;
	pthread_t thread;
	atomic_bool stop, ended;
	json_t *answer; /* of the thread, until it ended */
	bool telling;
};

struct fetcher {
	char *media;
	const struct doors *doors;
	struct fetch *all;
	size_t n;
};

struct fetcher *fetcher_new(const char *media, const struct doors *doors)
{
	struct fetcher *f = calloc(1, sizeof(*f));
	if (!f || !(f->media = strdup(media)))
		abort();
	f->doors = doors;
	return f;
}

/* ---- in the thread ----------------------------------------------------------------------- */

static json_t *answer_of(const struct fetch *o, const char *state, const char *why)
{
	char id[24];
	snprintf(id, sizeof(id), "%" PRId64, o->id);
	return json_pack("{s:s,s:s,s:s}", "id", id, "state", state, "why", why);
}

static json_t *list_of(const struct fetch *o, struct arena *a)
{
	struct gb_records found = { 0 };
	struct gb_records_ask ask = { o->device, o->channel, o->from_ms, o->to_ms,
		clock_mono() + LIST_MS };
	enum err e = gb_records(o->of->doors->gb, a, &ask, &found);
	if (e && !found.n) /* a list of which a part came is better than none */
		return answer_of(o, "failed",
			reason_text(e == E_NOT_FOUND ? REASON_UNREACHABLE : REASON_TIMEOUT));
	json_t *answer = answer_of(o, "done", e ? reason_text(REASON_TIMEOUT) : "");
	json_t *items = json_array();
	for (size_t i = 0; i < found.n; i++) {
		int64_t start = gb_time_read(found.items[i].start);
		int64_t end = gb_time_read(found.items[i].end);
		if (start > 0 && end > start)
			json_array_append_new(
				items, json_pack("{s:I,s:I,s:s,s:s}", "start", (json_int_t)start,
					       "end", (json_int_t)end, "name", found.items[i].name,
					       "kind", found.items[i].type));
	}
	json_object_set_new(answer, "items", items);
	return answer;
}

/* What an earlier attempt at this order left: the process ended in the middle of it. */
static void remove_leavings(const struct fetch *o, struct arena *a, const char *folder)
{
	struct segment_query q = { .folder = folder, .from_ms = o->from_ms, .to_ms = o->to_ms };
	struct segment_list l;
	char name[SEGMENT_NAME_SIZE];
	if (segment_find(a, &q, &l, NULL))
		return;
	for (size_t i = 0; i < l.n; i++) {
		if (l.at[i].gen < o->from_ms || l.at[i].gen >= o->to_ms)
			continue;
		segment_name(name, &l.at[i]);
		unlink(arena_printf(a, "%s/%s", folder, name));
		init_name(name, l.at[i].gen);
		unlink(arena_printf(a, "%s/%s", folder, name));
	}
}

/* Time is the recording's, not ours: the first picture is of the moment asked for, the others
 * follow by their own clock. Until the device has sent all, or no more comes. */
static enum stream_reason copy(const struct fetch *o, struct stream_source *s, struct recorder *r)
{
	enum stream_reason reason = REASON_NONE;
	struct fault why = { 0 };
	struct stream_frame f;
	int64_t first = NO_TIME;
	int64_t deadline = clock_mono() + 2 * (o->to_ms - o->from_ms) + MINUTE;
	recorder_begin(r, s);
	for (;;) {
		if (s->next(s, &f, &why))
			return s->reason == REASON_CLOSED ? REASON_NONE : s->reason;
		if (first == NO_TIME)
			first = f.pts;
		f.arrived_ms = o->from_ms + (f.pts - first) / TICKS_PER_MS;
		if (f.arrived_ms > o->to_ms + BEYOND_MS)
			return REASON_NONE;
		if (clock_mono() > deadline)
			return REASON_TIMEOUT;
		if (recorder_frame(r, &f, &reason, &why))
			return reason;
	}
}

static json_t *fetched(const struct fetch *o, struct stream_source *s, const char *folder)
{
	struct recorder *r = recorder_new(folder, NULL);
	struct fault why = { 0 };
	enum stream_reason reason = copy(o, s, r);
	if (recorder_end(r, &why))
		log_event(LOG_WARN, "media.last_segment_lost", "error", why.text, NULL);
	int64_t last = recorder_facts(r)->last_frame_ms, n = recorder_facts(r)->segments;
	recorder_free(r);
	if (!n)
		return answer_of(
			o, "failed", reason_text(reason == REASON_NONE ? REASON_NO_VIDEO : reason));
	json_t *answer = answer_of(o, "done", reason_text(reason));
	json_object_set_new(answer, "from", json_integer(o->from_ms));
	json_object_set_new(answer, "to", json_integer(last));
	return answer;
}

static json_t *fetch_of(const struct fetch *o, struct arena *a)
{
	const char *folder = arena_printf(a, "%s/%s-device", o->of->media, o->camera);
	struct source_request r = {
		.url = arena_printf(a,
			"gb28181://%s/%s?transport=%s&from=%" PRId64 "&to=%" PRId64 "&speed=%d",
			o->device, o->channel, *o->transport ? o->transport : "udp",
			o->from_ms / 1000, o->to_ms / 1000, SPEED),
		.camera = o->camera,
		.reader = "",
		.stop = &o->stop,
		.connect_ms = CONNECT_MS,
		.read_ms = READ_MS,
		.doors = o->of->doors
	};
	struct stream_source *s;
	enum stream_reason reason = REASON_NONE;
	struct fault why = { 0 };
	if (dir_make(folder, &why))
		return answer_of(o, "failed", reason_text(REASON_STORAGE));
	remove_leavings(o, a, folder);
	if (source_gb_open(&r, &s, &reason, &why)) {
		log_event(LOG_WARN, "media.not_fetched", "camera", o->camera, "error", why.text,
			NULL);
		return answer_of(o, "failed", reason_text(reason));
	}
	json_t *answer = fetched(o, s, folder);
	s->close(s);
	return answer;
}

static void *run(void *at)
{
	struct fetch *o = at;
	struct arena *a = arena_new();
	o->answer = o->list ? list_of(o, a) : fetch_of(o, a);
	arena_free(a);
	atomic_store(&o->ended, true);
	return NULL;
}

/* ---- orders ------------------------------------------------------------------------------ */

static void fetch_free(struct fetch *o)
{
	json_decref(o->answer);
	free(o->device);
	free(o->channel);
	free(o->camera);
	free(o->transport);
	free(o);
}

static bool known(const struct fetcher *f, int64_t id)
{
	for (const struct fetch *o = f->all; o; o = o->next)
		if (o->id == id)
			return true;
	return false;
}

static char *text_in(const json_t *j, const char *name)
{
	const char *s = json_string_value(json_object_get(j, name));
	char *copy = strdup(s ? s : "");
	if (!copy)
		abort();
	return copy;
}

static int64_t number_in(const json_t *j, const char *name)
{
	return json_integer_value(json_object_get(j, name));
}

static struct fetch *fetch_read(struct fetcher *f, const json_t *j)
{
	struct fetch *o = calloc(1, sizeof(*o));
	if (!o)
		abort();
	char *kind = text_in(j, "kind");
	o->of = f;
	char *id = text_in(j, "id"); /* more digits than a number of JSON may have */
	o->id = 0;
	(void)text_to_int(id, &o->id);
	free(id);
	o->list = text_is(kind, "list");
	o->from_ms = number_in(j, "from");
	o->to_ms = number_in(j, "to");
	o->device = text_in(j, "device");
	o->channel = text_in(j, "channel");
	o->camera = text_in(j, "camera");
	o->transport = text_in(j, "transport");
	free(kind);
	return o;
}

static void start(struct fetcher *f, const json_t *j)
{
	struct fetch *o = fetch_read(f, j);
	pthread_attr_t attr;
	bool good = o->id && gb_id_valid(o->device) && gb_id_valid(o->channel) &&
		    camera_id_valid(o->camera) && strlen(o->camera) <= 20 && o->from_ms > 0 &&
		    o->to_ms > o->from_ms && !known(f, o->id) && f->n < FETCHES_AT_ONCE;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	if (!good || pthread_create(&o->thread, &attr, run, o)) {
		fetch_free(o); /* when there is no room it is offered again */
	} else {
		o->next = f->all;
		f->all = o;
		f->n++;
	}
	pthread_attr_destroy(&attr);
}

static void drop_told(struct fetcher *f)
{
	for (struct fetch **at = &f->all; *at;) {
		struct fetch *o = *at;
		if (!o->telling) {
			at = &o->next;
			continue;
		}
		*at = o->next;
		pthread_join(o->thread, NULL);
		fetch_free(o);
		f->n--;
	}
}

char *fetcher_tell(struct fetcher *f, struct arena *a, const char *node)
{
	json_t *answers = json_array();
	for (struct fetch *o = f->all; o; o = o->next) {
		o->telling = atomic_load(&o->ended);
		if (o->telling)
			json_array_append(answers, o->answer);
	}
	json_t *j = json_pack("{s:s,s:o}", "node", node, "answers", answers);
	char *text = json_dumps(j, JSON_COMPACT);
	char *copy = arena_dup(a, text ? text : "{}");
	free(text);
	json_decref(j);
	return copy;
}

enum err fetcher_answered(struct fetcher *f, struct bytes json, struct fault *why)
{
	json_error_t at;
	json_t *j = json_loadb((const char *)json.at, json.n, JSON_REJECT_DUPLICATES, &at);
	const json_t *order;
	size_t i;
	if (!j)
		return fault(why, E_INVALID, "the orders cannot be read: %s", at.text);
	drop_told(f);
	json_array_foreach(json_object_get(j, "orders"), i, order) start(f, order);
	json_decref(j);
	return OK;
}

enum err fetcher_turn(struct fetcher *f, struct centre *centre, const char *node, struct fault *why)
{
	struct buf answer = { .arena = arena_new() };
	struct centre_question q = { "/internal/devices/orders",
		fetcher_tell(f, answer.arena, node) };
	enum err e = centre_ask(centre, &q, &answer, why);
	if (!e)
		e = fetcher_answered(
			f, (struct bytes){ (const uint8_t *)buf_text(&answer), answer.n }, why);
	arena_free(answer.arena);
	return e;
}

/* ---- end --------------------------------------------------------------------------------- */

void fetcher_ask_stop(struct fetcher *f)
{
	for (struct fetch *o = f ? f->all : NULL; o; o = o->next)
		atomic_store(&o->stop, true);
}

bool fetcher_ended(struct fetcher *f)
{
	for (const struct fetch *o = f ? f->all : NULL; o; o = o->next)
		if (!atomic_load(&o->ended))
			return false;
	return true;
}

void fetcher_free(struct fetcher *f)
{
	if (!f)
		return;
	fetcher_ask_stop(f);
	for (struct fetch *o = f->all; o; o = o->next)
		o->telling = true;
	drop_told(f);
	free(f->media);
	free(f);
}
