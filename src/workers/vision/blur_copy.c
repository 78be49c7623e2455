#include "workers/vision/blur_copy.h"
#include "workers/vision/blur.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { WAIT_MS = 30 * SECOND, CLIP_STEP_MS = SECOND };

void blurred_free(struct blurred *b)
{
	for (size_t i = 0; i < b->n; i++)
		free((void *)(uintptr_t)b->at[i].jpeg.at);
	b->n = 0;
}

static enum err look_at(const struct blur_job *j, struct source *s, struct fault *why)
{
	struct picture_facts facts;
	uint8_t *head = malloc(PICTURE_HEAD);
	if (!head)
		return fault(why, E_INTERNAL, "out of memory");
	ssize_t n = pread(j->fd, head, PICTURE_HEAD, 0);
	enum err e = n < 0 ? fault(why, E_INVALID, "%s", strerror(errno))
			   : picture_look(head, (size_t)n, &facts, why);
	free(head);
	*s = (struct source){ .kind = facts.kind == KIND_VIDEO ? SOURCE_VIDEO : SOURCE_STILL,
		.fd = j->fd,
		.every_ms = CLIP_STEP_MS };
	return e;
}

/* Smaller where the longer side is above BLUR_CLIP_SIDE. */
static enum err shrink(struct picture *p, struct fault *why)
{
	int32_t longest = p->width > p->height ? p->width : p->height;
	if (longest <= BLUR_CLIP_SIDE)
		return OK;
	struct area all = { 0, 0, (float)p->width, (float)p->height };
	struct picture small = { .width = (int32_t)((int64_t)p->width * BLUR_CLIP_SIDE / longest),
		.height = (int32_t)((int64_t)p->height * BLUR_CLIP_SIDE / longest) };
	small.width += small.width == 0;
	small.height += small.height == 0;
	TRY(picture_scale(p, all, &small, why));
	picture_free(p);
	*p = small;
	return OK;
}

/* What was unsure at full size is covered before the picture is made smaller. */
struct covering {
	const struct eyes *eyes;
	bool clip;
	struct blurred *out;
};

static enum err cover(const struct covering *c, struct frame *f, struct fault *why)
{
	struct blur_areas areas = { 0 };
	uint8_t *jpeg;
	size_t n;
	TRY(blur_find(c->eyes, &f->picture, &areas, why));
	blur_cover(&f->picture, &areas);
	if (c->clip)
		TRY(shrink(&f->picture, why));
	TRY(picture_jpeg(&f->picture, BLUR_QUALITY, &jpeg, &n, why));
	c->out->at[c->out->n++] = (struct blurred_picture){ f->time_ms, areas.n, { jpeg, n } };
	return OK;
}

/* A list that is full keeps every other picture. */
static void thin(struct blurred *b, int64_t *step)
{
	size_t kept = 0;
	for (size_t i = 0; i < b->n; i++) {
		if (i % 2)
			free((void *)(uintptr_t)b->at[i].jpeg.at);
		else
			b->at[kept++] = b->at[i];
	}
	b->n = kept;
	*step *= 2;
}

static enum err cover_all(const struct covering *c, struct decoding *job, struct fault *why)
{
	int64_t step = CLIP_STEP_MS, due = 0;
	for (;;) {
		struct frame f;
		bool more = false;
		enum err e = decoding_next(job, WAIT_MS, &f, &more, why);
		if (e || !more)
			return e;
		if (f.time_ms >= due) {
			if (c->out->n == BLUR_PICTURES_MAX)
				thin(c->out, &step);
			e = cover(c, &f, why);
			due = f.time_ms + step - CLIP_STEP_MS / 2;
		}
		picture_free(&f.picture);
		TRY(e);
	}
}

enum err blur_copy(const struct blur_job *j, struct blurred *out, struct fault *why)
{
	struct source s;
	struct decoding job = { .pipe = -1 };
	out->n = 0;
	TRY(look_at(j, &s, why));
	TRY(decoding_start(j->decoder, &s, &job, why));
	struct covering c = { j->eyes, s.kind == SOURCE_VIDEO, out };
	enum err e = cover_all(&c, &job, why);
	decoding_end(&job);
	if (e)
		blurred_free(out);
	return e;
}
