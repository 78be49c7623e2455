/* libFuzzer target: pictures and videos of strangers. First the look at the header, which has to
 * hold against anything; then, for what passed it, the unpacking that runs in a child without
 * rights otherwise. */
#include "workers/vision/unpack.h"

#include <libavutil/mem.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PICTURES_MOST = 8, FUZZ_PIXELS = 1 << 20 };

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n);

static enum err take(void *self, const struct picture *p, int64_t time_ms, struct fault *why)
{
	int *taken = self;
	uint32_t sum = 0;
	size_t bytes = (size_t)p->width * (size_t)p->height * 3;
	for (size_t i = 0; i < bytes; i++) /* every byte has to be ours */
		sum += p->rgb[i];
	if (picture_size_ok(p->width, p->height, NULL) || time_ms < 0 || sum > bytes * 255)
		abort();
	return ++*taken == PICTURES_MOST ? fault(why, E_GONE, "enough") : OK;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	av_max_alloc((size_t)256 << 20); /* stands for the limits of the child that unpacks */
	unpack_warm_up();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *at, size_t n)
{
	struct picture_facts facts;
	struct fault why = { 0 };
	int taken = 0;
	if (picture_look(at, n, &facts, &why)) {
		if (!why.text[0])
			abort(); /* an error without a reason helps nobody */
		return 0;
	}
	if (facts.kind != KIND_VIDEO && picture_size_ok(facts.width, facts.height, NULL))
		abort();
	if ((int64_t)facts.width * facts.height > FUZZ_PIXELS)
		return 0; /* allowed, but slow to fuzz */
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	if (fd < 0 || write(fd, at, n) != (ssize_t)n)
		abort();
	struct source s = { .kind = facts.kind == KIND_VIDEO ? SOURCE_VIDEO : SOURCE_STILL,
		.fd = fd,
		.every_ms = 1000 };
	struct sink to = { .take = take, .self = &taken };
	lseek(fd, 0, SEEK_SET);
	if (unpack(&s, &to, &why) && !why.text[0])
		abort();
	close(fd);
	return 0;
}
