/* The models on a real picture, and shian watch from the outside. What needs the models is skipped
 * where they are not built: SHIAN_MODELS, else SHIAN_BUILD/models. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "workers/vision/decoder.h"
#include "workers/vision/eyes.h"
#include "workers/vision/watch.h"

#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char models[PATH_MAX], picture[PATH_MAX];

static bool have_models(void)
{
	char file[PATH_MAX + 32];
	const char *named = getenv("SHIAN_MODELS"), *build = getenv("SHIAN_BUILD");
	snprintf(models, sizeof models, "%s%s",
		named	? named
		: build ? build
			: "build",
		named ? "" : "/models");
	snprintf(file, sizeof file, "%s/multipose256.onnx", models);
	return access(file, R_OK) == 0;
}

static void find_picture(void)
{
	const char *source = getenv("SHIAN_SOURCE");
	snprintf(picture, sizeof picture, "%s/src/workers/vision/testdata/bare.jpg",
		source ? source : ".");
}

/* ---- the models ------------------------------------------------------ */

static void test_no_models(void **state)
{
	(void)state;
	struct eyes *e;
	struct fault why = { 0 };
	assert_int_equal(eyes_open(&e, "/nonexistent", &why), E_NOT_FOUND);
	assert_null(e);
	assert_non_null(strstr(why.text, "/nonexistent"));
	char dir[] = "/tmp/test-vision-XXXXXX", path[PATH_MAX];
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/libonnxruntime.so", dir);
	assert_int_equal(file_write(path, "no library", 10, 0600, NULL), OK);
	assert_int_equal(eyes_open(&e, dir, &why), E_NOT_FOUND);
	unlink(path);
	rmdir(dir);
}

static void test_damaged_models(void **state)
{
	(void)state;
	if (!have_models())
		skip();
	static const char *const files[] = { "libonnxruntime.so", "multipose256.onnx",
		"head.onnx" };
	struct arena *a = arena_new();
	struct fault why = { 0 };
	struct eyes *e;
	char dir[] = "/tmp/test-vision-XXXXXX";
	assert_non_null(mkdtemp(dir));
	for (int i = 0; i < 3; i++) {
		char *from = realpath(arena_printf(a, "%s/%s", models, files[i]), NULL);
		assert_int_equal(symlink(from, arena_printf(a, "%s/%s", dir, files[i])), 0);
		free(from);
	}
	for (int i = 1; i < 3; i++) { /* cut off; then one in the place of the other */
		struct bytes b;
		const char *here = arena_printf(a, "%s/%s", dir, files[i]);
		char *real = realpath(here, NULL);
		assert_int_equal(file_read(a, here, 64 << 20, &b, NULL), OK);
		assert_int_equal(file_write(here, b.at, b.n / 2, 0600, NULL), OK);
		assert_int_equal(eyes_open(&e, dir, &why), E_INVALID);
		assert_true(*why.text);
		unlink(here);
		assert_int_equal(symlink(arena_printf(a, "%s", files[3 - i]), here), 0);
		assert_int_equal(eyes_open(&e, dir, &why), E_INVALID);
		unlink(here);
		assert_int_equal(symlink(real, here), 0);
		free(real);
	}
	assert_int_equal(eyes_open(&e, dir, &why), OK);
	eyes_close(e);
	for (int i = 0; i < 3; i++)
		unlink(arena_printf(a, "%s/%s", dir, files[i]));
	rmdir(dir);
	arena_free(a);
}

/* What is seen on p, anew. */
static enum err look(
	const struct eyes *e, const struct picture *p, int64_t time, struct findings *seen)
{
	struct view v = view_of_picture(p);
	struct looking l = { &v, time, EYE_PEOPLE | EYE_HEADS };
	seen->n = 0;
	return eyes_look(e, &l, seen, NULL);
}

static void test_eyes(void **state)
{
	(void)state;
	if (!have_models())
		skip();
	struct fault why = { 0 };
	struct decoder *d;
	struct eyes *e;
	struct frame f;
	struct findings seen;
	assert_int_equal(decoder_open(&d, &why), OK);
	struct source s = { .kind = SOURCE_STILL, .fd = open(picture, O_RDONLY) };
	assert_true(s.fd >= 0);
	assert_int_equal(decoder_picture(d, &s, 20000, &f, &why), OK);
	close(s.fd);
	decoder_close(d);
	assert_int_equal(eyes_open(&e, models, &why), OK);
	static const char names[] = "multipose256@01234567+head@01234567";
	assert_true(strlen(eyes_model(e)) >= strlen(names));
	assert_non_null(strstr(eyes_model(e), "+head@"));
	assert_int_equal(look(e, &f.picture, 42, &seen), OK);
	assert_int_equal(seen.n, 2);
	assert_int_equal(seen.at[0].kind, SEEN_PERSON);
	assert_int_equal(seen.at[0].time, 42);
	assert_true(seen.at[0].score > 8000);
	assert_int_equal(seen.at[1].kind, SEEN_HEAD_UNCOVERED);
	assert_true(seen.at[1].score > 9000);
	const struct box *h = &seen.at[1].box; /* his head is about (475, 30) */
	assert_true(h->x < 475 && h->x + h->w > 475 && h->y < 30 && h->y + h->h > 30);
	memset(f.picture.rgb, 128, (size_t)f.picture.width * (size_t)f.picture.height * 3);
	assert_int_equal(look(e, &f.picture, 43, &seen), OK);
	assert_int_equal(seen.n, 0);
	picture_free(&f.picture);
	struct picture line = { 4000, 1, calloc(4000, 3) }; /* odd shapes are no accident */
	assert_int_equal(look(e, &line, 44, &seen), OK);
	assert_int_equal(seen.n, 0);
	picture_free(&line);
	eyes_close(e);
}

/* ---- the command ----------------------------------------------------- */

enum { WORDS = 8, OUTPUT = 64 * 1024 };

/* Runs it in a child; what it wrote to out and err is at *output. Returns its exit status. */
static int watch(const char *const *words, int which, char output[static OUTPUT])
{
	int ends[2], argc = 0;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	fflush(NULL);
	pid_t child = fork();
	if (child == 0) {
		char *argv[WORDS + 1] = { NULL };
		int null = open("/dev/null", O_WRONLY);
		dup2(which == STDOUT_FILENO ? ends[1] : null, STDOUT_FILENO);
		dup2(which == STDERR_FILENO ? ends[1] : null, STDERR_FILENO);
		for (; words[argc]; argc++)
			argv[argc] = strdup(words[argc]);
		int status = watch_main(argc, argv);
		fflush(NULL);
		_exit(status);
	}
	close(ends[1]);
	size_t n = 0;
	for (ssize_t r; (r = read(ends[0], output + n, OUTPUT - 1 - n)) > 0;)
		n += (size_t)r;
	output[n] = '\0';
	close(ends[0]);
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void check_refused(const char *const *words)
{
	char output[OUTPUT];
	assert_int_equal(watch(words, STDERR_FILENO, output), WATCH_FAILED);
	assert_true(strlen(output) > 20);
	assert_int_equal(strncmp(output, "shian watch: ", 13), 0);
	assert_ptr_equal(strchr(output, '\n'), output + strlen(output) - 1); /* one line */
}

static void test_watch_refuses(void **state)
{
	(void)state;
	const char *const cases[][WORDS] = {
		{ "watch" },
		{ "watch", "/nonexistent/file.mp4" },
		{ "watch", "/tmp" },
		{ "watch", "/dev/null" },
		{ "watch", "" },
		{ "watch", "a", "b" },
		{ "watch", "--wrong", "a" },
		{ "watch", picture, "--every" },
		{ "watch", picture, "--every", "0" },
		{ "watch", picture, "--every", "-1" },
		{ "watch", picture, "--every", "1e9" },
		{ "watch", picture, "--every", "99999999999999999999" },
		{ "watch", picture, "--hours", "nine to five" },
		{ "watch", picture, "--models", "/nonexistent" },
		{ "watch", "ftp://127.0.0.1/x" },
		{ "watch", "rtsp://" },
		{ "watch", "file:///etc/passwd" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		check_refused(cases[i]);
}

static void test_watch_refuses_files(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		size_t n;
	} files[] = {
		{ "", 0 },
		{ "This is a text in a file that is called a video.\n", 49 },
		{ "\xFF\xD8\xFF", 3 },
		{ "\x89PNG\r\n\x1A\n\0\0\0\rIHDR\0\0\x4E\x20\0\0\x4E\x20\x08\x02\0\0\0\0\0\0\0",
			33 },
		{ "\0\0\0\x18"
		  "ftypisom\0\0\0\0isommp42",
			24 },
	};
	char path[] = "/tmp/test-vision-XXXXXX";
	int fd = mkstemp(path);
	close(fd);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		assert_int_equal(file_write(path, files[i].bytes, files[i].n, 0600, NULL), OK);
		check_refused((const char *const[]){ "watch", path, "--json", NULL });
	}
	unlink(path);
}

static void test_watch_shows(void **state)
{
	(void)state;
	if (!have_models())
		skip();
	char output[OUTPUT];
	const char *const json[] = { "watch", picture, "--json", "--models", models, NULL };
	assert_int_equal(watch(json, STDOUT_FILENO, output), WATCH_OK);
	int lines = 0;
	for (char *at = output, *end; (end = strchr(at, '\n')); at = end + 1, lines++) {
		double time;
		const char *kind;
		int score, x, y, w, h;
		json_t *line = json_loadb(at, (size_t)(end - at), 0, NULL);
		assert_int_equal(json_unpack(line, "{sf ss si s[iiii]!}", "time", &time, "kind",
					 &kind, "score", &score, "box", &x, &y, &w, &h),
			0);
		assert_string_equal(kind, lines ? "head_uncovered" : "person");
		json_decref(line);
	}
	assert_int_equal(lines, 2);
	const char *const table[] = { "watch", picture, "--models", models, "--every", "0.5",
		NULL };
	assert_int_equal(watch(table, STDOUT_FILENO, output), WATCH_OK);
	assert_non_null(strstr(output, "768 x 432"));
	assert_non_null(strstr(output, "head_uncovered"));
	const char *const help[] = { "watch", "--help", NULL };
	assert_int_equal(watch(help, STDOUT_FILENO, output), WATCH_OK);
	assert_non_null(strstr(output, "usage"));
}

int main(void)
{
	find_picture();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_watch_refuses),
		cmocka_unit_test(test_watch_refuses_files),
		cmocka_unit_test(test_watch_shows),
		cmocka_unit_test(test_no_models),
		cmocka_unit_test(test_damaged_models),
		cmocka_unit_test(test_eyes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
