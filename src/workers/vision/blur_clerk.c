#include "workers/vision/blur_clerk.h"
#include "workers/vision/blur.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { FIELDS_MAX = BLUR_PICTURES_MAX + 4, LIST_SPACE = BLUR_PICTURES_MAX * 24 };

/* ---- what waits -------------------------------------------------------- */

/* Digests only: what is asked for becomes part of an address. */
static bool digest_ok(const char *s)
{
	return strlen(s) == 64 && strspn(s, "0123456789abcdef") == 64;
}

/* The first of the list; "" when nothing waits. */
static enum err first_of(struct bytes answer, char out[static 72], struct fault *why)
{
	json_error_t at;
	*out = '\0';
	json_t *root = json_loadb((const char *)answer.at, answer.n, JSON_REJECT_DUPLICATES, &at);
	if (!root)
		return fault(why, E_BUSY, "the list of pictures is no JSON: %s", at.text);
	const json_t *first = json_array_get(json_object_get(root, "blurs"), 0);
	const char *original = json_string_value(json_object_get(first, "original"));
	if (original && digest_ok(original))
		snprintf(out, 72, "%s", original);
	json_decref(root);
	return OK;
}

static enum err next_one(struct blur_clerk *c, char out[static 72], struct fault *why)
{
	struct arena *a = arena_new();
	struct bytes answer;
	enum err e = web_get(c->web, "/internal/blurs", a, &answer, why);
	if (!e)
		e = first_of(answer, out, why);
	arena_free(a);
	return e;
}

/* ---- what comes of it -------------------------------------------------- */

static void add(char *list, int64_t value)
{
	size_t n = strlen(list);
	snprintf(list + n, LIST_SPACE - n, "%s%" PRId64, n ? "," : "", value);
}

static enum err send(
	struct blur_clerk *c, const char *original, const struct blurred *b, struct fault *why)
{
	struct arena *a = arena_new();
	char times[LIST_SPACE] = "", areas[LIST_SPACE] = "";
	struct part parts[FIELDS_MAX] = {
		{ .name = "method",
			.text = arena_printf(a, "%s %s", BLUR_METHOD, eyes_model(c->eyes)) },
		{ .name = "times", .text = times }, { .name = "areas", .text = areas }
	};
	size_t n = 3;
	for (size_t i = 0; i < b->n; i++) {
		add(times, b->at[i].at_ms);
		add(areas, (int64_t)b->at[i].areas);
		parts[n++] = (struct part){ .name = arena_printf(a, "picture%zu", i),
			.data = b->at[i].jpeg,
			.file_name = "blurred.jpg",
			.type = "image/jpeg" };
	}
	enum err e =
		web_post(c->web, arena_printf(a, "/internal/blurs/%s", original), parts, n, why);
	arena_free(a);
	return e;
}

static enum err refuse(
	struct blur_clerk *c, const char *original, enum err because, struct fault *why)
{
	const char *reason = because == E_TOO_LARGE ? "too_large"
			     : because == E_BUSY    ? "too_slow"
						    : "unreadable";
	struct arena *a = arena_new();
	const struct part parts[] = {
		{ .name = "method",
			.text = arena_printf(a, "%s %s", BLUR_METHOD, eyes_model(c->eyes)) },
		{ .name = "refused", .text = reason }
	};
	log_event(LOG_WARN, "vision.not_blurred", "original", original, "why", why->text, NULL);
	enum err e =
		web_post(c->web, arena_printf(a, "/internal/blurs/%s", original), parts, 2, why);
	arena_free(a);
	return e;
}

/* True when the decoder was too slow and there are tries left: the machine may just be busy. */
static bool try_again(struct blur_clerk *c, const char *original, enum err e)
{
	if (e != E_BUSY)
		return false;
	c->tries = text_is(c->last, original) ? c->tries + 1 : 1;
	snprintf(c->last, sizeof c->last, "%s", original);
	return c->tries < BLUR_TRIES;
}

static enum err cover(struct blur_clerk *c, struct blurred *out, struct fault *why)
{
	struct blur_job j = { c->decoder, c->eyes, open(c->path, O_RDONLY | O_CLOEXEC) };
	if (j.fd < 0)
		return fault(why, E_INTERNAL, "%s: %s", c->path, strerror(errno));
	enum err e = blur_copy(&j, out, why);
	close(j.fd);
	return e;
}

static enum err one(struct blur_clerk *c, const char *original, struct fault *why)
{
	struct blurred b = { 0 };
	char path[128];
	snprintf(path, sizeof path, "/internal/blurs/%s/original", original);
	enum err e = web_save(c->web, path, c->path, why);
	if (e == E_BUSY || e == E_INTERNAL)
		return E_BUSY; /* the web process, or a full disk: later */
	if (!e)
		e = cover(c, &b, why);
	remove(c->path);
	if (e == E_INTERNAL || try_again(c, original, e))
		return e;
	e = e ? refuse(c, original, e, why) : send(c, original, &b, why);
	blurred_free(&b);
	return e == E_INTERNAL ? E_BUSY : e;
}

enum err blur_clerk_round(struct blur_clerk *c, bool *worked, struct fault *why)
{
	char original[72];
	*worked = false;
	if (next_one(c, original, why) || !*original)
		return OK;
	*worked = true;
	enum err e = one(c, original, why);
	if (e && e != E_INTERNAL)
		log_event(LOG_WARN, "vision.blur_put_off", "original", original, "why", why->text,
			NULL);
	return e == E_INTERNAL ? e : OK;
}
