/* shian-camera: a sample camera. It plays a clip for ever over RTSP, as a real camera would. */
#ifndef TOOLS_CAMERA_H
#define TOOLS_CAMERA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One coded picture. Times are nanoseconds from the start of the clip. */
struct picture {
	uint8_t *at;
	size_t n;
	uint64_t pts, duration;
	bool key;
};

/* A clip in memory: H.264 or H.265 as in MP4 (length-prefixed), with its avcC or hvcC record. */
struct clip {
	bool h265;
	struct picture *pictures;
	size_t n;
	uint64_t duration; /* nanoseconds of one round */
	uint8_t *head;
	size_t head_size;
	int width, height;
};

/* Reads the first video stream of path. False, with the reason on stderr, when it cannot be a
 * camera: neither H.264 nor H.265 in MP4, no keyframe at its start, B frames, above 64 MiB.
 * clip_free() frees it also then. */
bool clip_load(struct clip *c, const char *path);
void clip_free(struct clip *c);

#endif
