#include "workers/vision/cover_copy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WAIT_MS = 30 * SECOND, EVERY_FRAME_MS = 1 };

void covered_free(struct covered *c)
{
	film_bytes_free(&c->film);
}

/* A picture, or what is neither, is no clip. */
static enum err look_at(const struct cover_job *j, struct fault *why)
{
	struct picture_facts facts;
	uint8_t *head = malloc(PICTURE_HEAD);
	if (!head)
		return fault(why, E_INTERNAL, "out of memory");
	ssize_t n = pread(j->fd, head, PICTURE_HEAD, 0);
	enum err e = n < 0 ? fault(why, E_INVALID, "%s", strerror(errno))
			   : picture_look(head, (size_t)n, &facts, why);
	free(head);
	if (!e && facts.kind != KIND_VIDEO)
		return fault(why, E_INVALID, "this is no clip");
	return e;
}

/* One way through the clip: what is done with each frame. */
struct pass {
	const struct cover_job *job;
	struct cover_plan *plan;
	struct film *film; /* NULL: the first way, on which faces are looked for */
	struct covered *out;
};

static enum err size_kept(struct cover_plan *plan, const struct picture *p, struct fault *why)
{
	if (!plan->width) {
		plan->width = p->width;
		plan->height = p->height;
	}
	bool same = plan->width == p->width && plan->height == p->height;
	return same ? OK : fault(why, E_INVALID, "the clip's pictures change their size");
}

static enum err take(const struct pass *pass, struct frame *f, struct fault *why)
{
	struct blur_areas seen = { 0 };
	if (pass->job->ended && atomic_load(pass->job->ended))
		return fault(why, E_BUSY, "the worker stops");
	if (f->time_ms > pass->plan->rules->longest_ms)
		return fault(why, E_TOO_LARGE, "the clip is too long");
	TRY(size_kept(pass->plan, &f->picture, why));
	if (pass->film) {
		cover_plan_frame(pass->plan, &f->picture, f->time_ms);
		pass->out->frames++;
		pass->out->length_ms = f->time_ms;
		return film_add(pass->film, &f->picture, f->time_ms, why);
	}
	TRY(blur_find(pass->job->eyes, &f->picture, &seen, why));
	pass->out->looks++;
	return cover_plan_look(pass->plan, &seen, f->time_ms, why);
}

static enum err go_through(const struct pass *pass, struct fault *why)
{
	struct source s = { .kind = SOURCE_VIDEO,
		.fd = pass->job->fd,
		.every_ms = pass->film ? EVERY_FRAME_MS : pass->plan->rules->look_every_ms };
	struct decoding job = { .pipe = -1 };
	bool more = true;
	if (lseek(s.fd, 0, SEEK_SET) < 0)
		return fault(why, E_INVALID, "%s", strerror(errno));
	enum err e = decoding_start(pass->job->decoder, &s, &job, why);
	while (!e && more) {
		struct frame f;
		e = decoding_next(&job, WAIT_MS, &f, &more, why);
		if (e || !more)
			break;
		e = take(pass, &f, why);
		picture_free(&f.picture);
	}
	decoding_end(&job);
	return e;
}

static enum err cover_and_code(struct pass *pass, struct fault *why)
{
	struct film_size size = { pass->plan->width, pass->plan->height,
		(int32_t)pass->plan->rules->longest_side };
	TRY(film_open(&pass->film, &size, why));
	film_size_of(pass->film, &pass->out->width, &pass->out->height);
	enum err e = go_through(pass, why);
	if (!e)
		e = film_end(pass->film, &pass->out->film, why);
	if (!e && pass->out->film.n > FILM_BYTES_MAX)
		e = fault(why, E_TOO_LARGE, "the copy is too large");
	film_close(pass->film);
	return e;
}

enum err cover_copy(const struct cover_job *j, struct covered *out, struct fault *why)
{
	struct cover_plan plan = {
		.rules = j->rules, .hands = j->hands, .hand_count = j->hand_count
	};
	struct pass pass = { .job = j, .plan = &plan, .out = out };
	*out = (struct covered){ 0 };
	TRY(cover_rules_ok(j->rules, why));
	TRY(look_at(j, why));
	enum err e = go_through(&pass, why);
	if (!e)
		e = cover_and_code(&pass, why);
	out->found = plan.found;
	cover_plan_free(&plan);
	if (e)
		covered_free(out);
	return e;
}
