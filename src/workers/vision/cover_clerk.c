#include "workers/vision/cover_clerk.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIELDS = 8 };

/* What is asked for. */
struct wanted {
	int64_t id; /* 0: nothing waits */
	struct cover_rules rules;
	size_t hand_count;
	struct cover_hand hands[COVER_HANDS_MAX];
};

/* ---- what waits -------------------------------------------------------- */
static int64_t number(const json_t *in, const char *name)
{
	return json_integer_value(json_object_get(in, name));
}

static struct cover_rules rules_of(const json_t *r)
{
	return (struct cover_rules){ .look_every_ms = number(r, "look_every_ms"),
		.before_ms = number(r, "before_ms"),
		.after_ms = number(r, "after_ms"),
		.bridge_ms = number(r, "bridge_ms"),
		.reach_percent = number(r, "reach_percent"),
		.grow_percent = number(r, "grow_percent"),
		.longest_side = number(r, "longest_side"),
		.longest_ms = number(r, "longest_seconds") * SECOND };
}

static bool hand_ok(const struct cover_hand *h)
{
	return h->x >= 0 && h->y >= 0 && h->w > 0 && h->h > 0 && h->x + h->w <= COVER_WHOLE &&
	       h->y + h->h <= COVER_WHOLE && h->from_ms >= 0 && h->to_ms >= h->from_ms;
}

/* One that cannot be read must not be left out: nothing is covered then. */
static bool hands_of(const json_t *list, struct wanted *out)
{
	size_t i;
	const json_t *h;
	if (json_array_size(list) > COVER_HANDS_MAX)
		return false;
	json_array_foreach(list, i, h)
	{
		out->hands[i] = (struct cover_hand){ number(h, "x"), number(h, "y"), number(h, "w"),
			number(h, "h"), number(h, "from_ms"), number(h, "to_ms") };
		if (!hand_ok(&out->hands[i]))
			return false;
	}
	out->hand_count = i;
	return true;
}

static enum err first_of(struct bytes answer, struct wanted *out, struct fault *why)
{
	json_error_t at;
	*out = (struct wanted){ 0 };
	json_t *root = json_loadb((const char *)answer.at, answer.n, JSON_REJECT_DUPLICATES, &at);
	if (!root)
		return fault(why, E_BUSY, "the list of clips is no JSON: %s", at.text);
	const json_t *first = json_array_get(json_object_get(root, "covers"), 0);
	const char *id = json_string_value(json_object_get(first, "id"));
	if (id && !text_to_int(id, &out->id))
		out->id = 0;
	out->rules = rules_of(json_object_get(first, "parameters"));
	bool ok = !out->id || hands_of(json_object_get(first, "hands"), out);
	json_decref(root);
	return ok ? OK : fault(why, E_BUSY, "the areas added by hand cannot be read");
}

static enum err next_one(struct cover_clerk *c, struct wanted *out, struct fault *why)
{
	struct arena *a = arena_new();
	struct bytes answer;
	enum err e = web_get(c->web, "/internal/covers", a, &answer, why);
	if (!e)
		e = first_of(answer, out, why);
	arena_free(a);
	return e;
}

/* ---- what comes of it -------------------------------------------------- */
static const char *method(const struct cover_clerk *c, struct arena *a)
{
	return arena_printf(a, "%s %s %s", COVER_METHOD, eyes_model(c->eyes), FILM_CODING);
}

static struct part count(struct arena *a, const char *name, int64_t n)
{
	return (struct part){ .name = name, .text = arena_printf(a, "%" PRId64, n) };
}

static enum err send(struct cover_clerk *c, int64_t id, const struct covered *d, struct fault *why)
{
	struct arena *a = arena_new();
	const struct part parts[FIELDS] = {
		{ .name = "method", .text = method(c, a) }, count(a, "width", d->width),
		count(a, "height", d->height), count(a, "length", d->length_ms),
		count(a, "frames", d->frames), count(a, "looks", d->looks),
		count(a, "found", d->found),
		{ .name = "copy", .data = d->film, .file_name = "covered.mp4", .type = "video/mp4" }
	};
	enum err e = web_post(
		c->web, arena_printf(a, "/internal/covers/%" PRId64, id), parts, FIELDS, why);
	arena_free(a);
	return e;
}

static enum err refuse(struct cover_clerk *c, int64_t id, enum err because, struct fault *why)
{
	struct arena *a = arena_new();
	const char *reason = because == E_TOO_LARGE ? "too_large"
			     : because == E_BUSY    ? "too_slow"
						    : "unreadable";
	const struct part parts[] = { { .name = "method", .text = method(c, a) },
		{ .name = "refused", .text = reason } };
	log_event(LOG_WARN, "vision.not_covered", "cover", arena_printf(a, "%" PRId64, id), "why",
		why->text, NULL);
	enum err e =
		web_post(c->web, arena_printf(a, "/internal/covers/%" PRId64, id), parts, 2, why);
	arena_free(a);
	return e;
}

static bool stops(const struct cover_clerk *c)
{
	return c->web->ended && atomic_load(c->web->ended);
}

/* True when the decoder was too slow and there are tries left: the machine may just be busy. */
static bool try_again(struct cover_clerk *c, int64_t id, enum err e)
{
	if (e != E_BUSY)
		return false;
	c->tries = c->last == id ? c->tries + 1 : 1;
	c->last = id;
	return c->tries < COVER_TRIES;
}

static enum err cover(
	struct cover_clerk *c, const struct wanted *w, struct covered *out, struct fault *why)
{
	struct cover_job j = { .decoder = c->decoder,
		.eyes = c->eyes,
		.fd = open(c->path, O_RDONLY | O_CLOEXEC),
		.rules = &w->rules,
		.hands = w->hands,
		.hand_count = w->hand_count,
		.ended = c->web->ended };
	if (j.fd < 0)
		return fault(why, E_INTERNAL, "%s: %s", c->path, strerror(errno));
	enum err e = cover_copy(&j, out, why);
	close(j.fd);
	return e;
}

static enum err one(struct cover_clerk *c, const struct wanted *w, struct fault *why)
{
	struct covered d = { 0 };
	char path[64];
	snprintf(path, sizeof path, "/internal/covers/%" PRId64 "/original", w->id);
	enum err e = web_save(c->web, path, c->path, why);
	if (e == E_BUSY || e == E_INTERNAL)
		return E_BUSY; /* the web process, or a full disk: later */
	bool saved = !e;
	if (saved)
		e = cover(c, w, &d, why);
	remove(c->path);
	bool later = stops(c) || (saved && e == E_NOT_FOUND); /* a coder may be installed */
	if (later || e == E_INTERNAL || try_again(c, w->id, e)) {
		covered_free(&d);
		return later ? E_BUSY : e;
	}
	e = e ? refuse(c, w->id, e, why) : send(c, w->id, &d, why);
	covered_free(&d);
	return e == E_INTERNAL ? E_BUSY : e;
}

enum err cover_clerk_round(struct cover_clerk *c, bool *worked, struct fault *why)
{
	struct wanted *w = calloc(1, sizeof *w);
	*worked = false;
	if (!w)
		return fault(why, E_INTERNAL, "out of memory");
	enum err e = next_one(c, w, why);
	*worked = !e && w->id;
	if (*worked)
		e = one(c, w, why);
	if (e && e != E_INTERNAL && *why->text)
		log_event(LOG_WARN, "vision.cover_put_off", "why", why->text, NULL);
	free(w);
	return *worked && e == E_INTERNAL ? e : OK;
}
