/* Stretches of recordings kept as evidence. */
#ifndef CAMERAS_CLIPS_H
#define CAMERAS_CLIPS_H

#include "core/core.h"

struct camera_clip {
	int64_t id, version, camera, operator, area, started_at, ended_at;
	const char *reason, *clip_sm3, *clip_sha256;
	int64_t size;
	const char *manifest; /* JSON, as it goes into the archive */
	int64_t made_by, made_at;
};
extern const struct model camera_clip_model;

/* A moment of a form: "2026-03-01T08:00:30", local time, or ms UTC; 0: neither. */
int64_t clip_moment(struct req *rq, const char *name);
enum err clip_order(struct req *rq); /* POST: asks for one; a job cuts and keeps it */
enum err clip_list(struct req *rq);
enum err clip_archive(struct req *rq); /* clip.mp4 and manifest.json as a ZIP */
enum err clip_cut(struct req *rq, const struct job *j, void **result);
enum err clip_keep(struct req *rq, const struct job *j, void *result);

#endif
