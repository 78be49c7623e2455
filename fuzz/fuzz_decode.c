/* libFuzzer target: a keyframe of a recording as a decoder's child gets it, a note with the codec's
 * configuration and the sample behind it: random bytes at libavcodec itself, and at what is made of
 * the frame. */
#include "workers/vision/keyframe.h"
#include "workers/vision/unpack.h"

#include <libavutil/mem.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PARTS = 3, SIDE = 64 };

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	av_max_alloc((size_t)64 << 20); /* stands for the limits of the child that unpacks */
	unpack_warm_up();
	return 0;
}

/* As serve_frame() of the decoder: the grey picture, then parts, inside the frame and outside. */
static enum err show(void *self, struct shown *s, int64_t time_ms, struct fault *why)
{
	static const struct area from[PARTS] = { { 0, 0, 1e6F, 1e6F }, { 3, 5, 40, 30 },
		{ -10, -10, 25, 7 } };
	struct grey grey;
	(void)self;
	if (time_ms)
		abort();
	TRY(shown_grey(s, &grey, why));
	for (int i = 0; i < PARTS; i++) {
		struct picture p = { .width = SIDE, .height = SIDE };
		struct fault refused = { 0 };
		uint32_t sum = 0;
		if (shown_cut(s, from[i], &p, &refused)) {
			if (!refused.text[0])
				abort();
			continue;
		}
		for (size_t k = 0; k < (size_t)SIDE * SIDE * 3; k++) /* every byte has to be ours */
			sum += p.rgb[k];
		if (sum > SIDE * SIDE * 3 * 255)
			abort();
		picture_free(&p);
	}
	return OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n)
{
	struct fault why = { 0 };
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	if (fd < 0 || write(fd, at, n) != (ssize_t)n)
		abort();
	lseek(fd, 0, SEEK_SET);
	struct source s = { .kind = SOURCE_KEYFRAME, .fd = fd, .served = true };
	struct sink to = { .show = show };
	if (unpack(&s, &to, &why) && !why.text[0])
		abort(); /* an error without a reason helps nobody */
	close(fd);
	return 0;
}
