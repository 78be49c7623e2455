#include "workers/vision/view.h"

#include <stdlib.h>
#include <string.h>

static enum err cut_picture(void *self, struct area from, struct picture *into, struct fault *why)
{
	const struct picture *p = self;
	if (into->width || into->height)
		return picture_scale(p, from, into, why);
	size_t bytes = (size_t)p->width * (size_t)p->height * 3;
	*into = (struct picture){ p->width, p->height, malloc(bytes) };
	if (!into->rgb)
		return fault(why, E_TOO_LARGE, "not enough memory for the picture");
	memcpy(into->rgb, p->rgb, bytes);
	return OK;
}

struct view view_of_picture(const struct picture *p)
{
	return (struct view){ p->width, p->height, cut_picture, (void *)(uintptr_t)p };
}

static enum err cut_frame(void *self, struct area from, struct picture *into, struct fault *why)
{
	return decoding_cut(self, from, into, why);
}

struct view view_of_frame(struct decoding *job, const struct frame *f)
{
	return (struct view){ f->picture.width, f->picture.height, cut_frame, job };
}
