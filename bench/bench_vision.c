/* What one look costs, in processor time of the looking thread and of the decoder's child together:
 * the keyframe of a recorded segment decoded in a child of its own, with and without the models,
 * with and without the motion gate, beside what it was before (the whole segment handed over, the
 * whole picture sent back). bench_vision FOLDER MODELS, FOLDER holding pairs of init-NAME.mp4 and
 * seg-NAME.m4s, with a second segment next-NAME.m4s of the same scene. tools/bench-vision.sh makes
 * them. */
#include "workers/vision/decoder.h"
#include "workers/vision/eyes.h"
#include "workers/vision/keyframe.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

/* a multiple, so that each way ends with its children waited for */
enum { LOOKS = 2 * KEYFRAMES_A_CHILD, WAIT_MS = 10000 };

struct clip {
	const char *init, *segment, *name;
};

struct bench {
	struct decoder *decoder;
	struct eyes *eyes;
	struct arena *a;
};

static _Noreturn void give_up(const char *what, const struct fault *why)
{
	fprintf(stderr, "bench_vision: %s: %s\n", what, why->text);
	exit(1);
}

/* Milliseconds of this process and, from /proc, of everything below it that still lives or was
 * waited for: the decoder's keeper reaps its children. */
static double spent(void)
{
	struct rusage own;
	getrusage(RUSAGE_SELF, &own);
	double ms = (double)(own.ru_utime.tv_sec + own.ru_stime.tv_sec) * 1000 +
		    (double)(own.ru_utime.tv_usec + own.ru_stime.tv_usec) / 1000;
	char path[64];
	snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
	FILE *f = fopen(path, "r");
	int child = 0;
	if (f && fscanf(f, "%d", &child) != 1)
		child = 0;
	if (f)
		fclose(f);
	snprintf(path, sizeof path, "/proc/%d/stat", child);
	f = child ? fopen(path, "r") : NULL;
	long long user = 0, system = 0, users = 0, systems = 0;
	int got = f ? fscanf(f,
			      "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lld %lld "
			      "%lld %lld",
			      &user, &system, &users, &systems)
		    : 0;
	if (f)
		fclose(f);
	double tick = 1000.0 / (double)sysconf(_SC_CLK_TCK);
	return ms + (got == 4 ? (double)(user + system + users + systems) * tick : 0);
}

/* ---- ways to look ---------------------------------------------------- */

/* ANIMALS, PHONES: people and heads, and the network of things as well. */
enum way { BEFORE, DECODE, MODELS, GATED, ANIMALS, PHONES };

static void look_before(struct bench *b, const struct clip *c)
{
	struct fault why = { 0 };
	struct bytes head, body;
	struct frame f;
	struct source from = { .kind = SOURCE_VIDEO, .every_ms = 1000, .first_only = true };
	if (file_read(b->a, c->init, 1 << 20, &head, &why) ||
		file_read(b->a, c->segment, 64 << 20, &body, &why))
		give_up(c->name, &why);
	from.fd = memfd_create("segment", MFD_CLOEXEC);
	if (write(from.fd, head.at, head.n) != (ssize_t)head.n ||
		write(from.fd, body.at, body.n) != (ssize_t)body.n || lseek(from.fd, 0, SEEK_SET))
		give_up("memfd", &why);
	if (decoder_picture(b->decoder, &from, WAIT_MS, &f, &why))
		give_up(c->name, &why);
	picture_free(&f.picture);
	close(from.fd);
	arena_reset(b->a);
}

static void look_now(struct bench *b, const struct clip *c, enum way way)
{
	static struct grey last;
	struct fault why = { 0 };
	struct decoding job;
	struct frame f;
	bool more = false;
	struct source from = { .kind = SOURCE_KEYFRAME, .served = true };
	if (keyframe_open(c->init, c->segment, &from.fd, &why) ||
		decoding_start(b->decoder, &from, &job, &why) ||
		decoding_next(&job, WAIT_MS, &f, &more, &why))
		give_up(c->name, &why);
	bool moved = grey_changed(&last, &f.grey) >= 10;
	if (way >= MODELS && (way != GATED || moved)) {
		struct findings seen = { 0 };
		struct view v = view_of_frame(&job, &f);
		struct looking l = { &v, 0, EYE_PEOPLE | EYE_HEADS };
		l.wanted |= way == ANIMALS ? EYE_THINGS : way == PHONES ? EYE_PHONES : 0;
		if (eyes_look(b->eyes, &l, &seen, &why))
			give_up("eyes", &why);
		last = f.grey;
	}
	decoding_end(&job);
	close(from.fd);
}

static double cost(struct bench *b, const struct clip *two, enum way way)
{
	double from = spent();
	for (int i = 0; i < LOOKS; i++)
		if (way == BEFORE)
			look_before(b, &two[i % 2]);
		else
			look_now(b, &two[i % 2], way);
	return (spent() - from) / LOOKS;
}

static void say(const char *what, const char *name, double ms, const char *versus)
{
	printf("bench: %s %s = %.1f ms (vs %s)\n", what, name, ms, versus);
}

/* Cameras that one processor serves at 60 % load with a look each so many seconds; before: what a
 * look cost when the whole segment was handed over. */
static void say_cameras(const char *name, const char *how, double ms, double before)
{
	static const int every[] = { 2, 5, 10 };
	for (size_t i = 0; i < sizeof every / sizeof *every; i++)
		printf("bench: cameras a core at 60 %%, a look each %d s, %s, %s = %.0f cameras "
		       "(vs %.0f with the whole segment and picture passed, without models)\n",
			every[i], name, how, 600.0 * every[i] / ms, 600.0 * every[i] / before);
}

static void run(struct bench *b, const char *folder, const char *name)
{
	char init[512], seg[512], next[512], versus[96];
	snprintf(init, sizeof init, "%s/init-%s.mp4", folder, name);
	snprintf(seg, sizeof seg, "%s/seg-%s.m4s", folder, name);
	snprintf(next, sizeof next, "%s/next-%s.m4s", folder, name);
	struct clip two[2] = { { init, seg, name }, { init, next, name } };
	double before = cost(b, two, BEFORE), decode = cost(b, two, DECODE),
	       models = cost(b, two, MODELS), gated = cost(b, two, GATED),
	       animals = cost(b, two, ANIMALS), phones = cost(b, two, PHONES);
	snprintf(
		versus, sizeof versus, "%.1f ms with the whole segment and picture passed", before);
	say("a look, keyframe only, without models,", name, decode, versus);
	snprintf(versus, sizeof versus, "%.1f ms without models", decode);
	say("a look with people and heads,", name, models, versus);
	snprintf(versus, sizeof versus, "%.1f ms without the gate", models);
	say("a look through the gate,", name, gated, versus);
	snprintf(versus, sizeof versus, "%.1f ms with people and heads only, %.2f times", models,
		animals / models);
	say("a look for animals too,", name, animals, versus);
	snprintf(versus, sizeof versus, "%.1f ms with people and heads only, %.2f times", models,
		phones / models);
	say("a look for telephones too,", name, phones, versus);
	say_cameras(name, "decoded", decode, before);
	say_cameras(name, "with models", models, before);
	say_cameras(name, "with animals too", animals, before);
	say_cameras(name, "through the gate", gated, before);
}

int main(int argc, char **argv)
{
	struct bench b = { .a = arena_new() };
	struct fault why = { 0 };
	if (argc < 4) {
		fputs("usage: bench_vision FOLDER MODELS NAME...\n", stderr);
		return 2;
	}
	if (decoder_open(&b.decoder, &why) || eyes_open(&b.eyes, argv[2], &why))
		give_up("start", &why);
	for (int i = 3; i < argc; i++)
		run(&b, argv[1], argv[i]);
	eyes_close(b.eyes);
	decoder_close(b.decoder);
	arena_free(b.a);
	return 0;
}
