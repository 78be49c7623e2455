#include "core/documents/test_support.h"

#include <setjmp.h>
#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

char *test_path(struct arena *a, const char *path)
{
	const char *root = getenv("SHIAN_ROOT");
	return arena_printf(a, "%s/%s", root ? root : ".", path);
}

static struct bytes read_whole(struct arena *a, const char *path)
{
	struct bytes b;
	struct fault why = { 0 };
	if (file_read(a, path, 32u << 20, &b, &why))
		fail_msg("%s", why.text);
	return b;
}

struct paper_template *test_template(struct arena *a, const char *code)
{
	struct paper_template *t = NULL;
	struct fault why = { 0 };
	char *path = test_path(a, arena_printf(a, "rules/documents/%s.json", code));
	if (paper_template_parse(a, read_whole(a, path), &t, &why))
		fail_msg("%s: %s", path, why.text);
	assert_string_equal(t->code, code);
	return t;
}

static const char *text_of(struct arena *a, json_t *root, const char *key)
{
	const char *s = json_string_value(json_object_get(root, key));
	return s ? arena_dup(a, s) : NULL;
}

static void fill(struct arena *a, json_t *root, struct paper *p)
{
	json_t *values = json_object_get(root, "values"), *images = json_object_get(root, "images");
	struct paper_value *v = NEWS(a, struct paper_value, json_object_size(values) + 1);
	struct paper_image *m = NEWS(a, struct paper_image, json_array_size(images) + 1);
	const char *name;
	json_t *text;
	json_object_foreach(values, name, text) v[p->n++] =
		(struct paper_value){ arena_dup(a, name), arena_dup(a, json_string_value(text)) };
	for (size_t i = 0; i < json_array_size(images); i++)
		m[i] = (struct paper_image){ arena_dup(a,
						     json_string_value(json_array_get(images, i))),
			test_signature(a, 480, 180, (int)i + 1) };
	p->values = v;
	p->images = m;
	p->n_images = json_array_size(images);
}

struct paper test_sample(struct arena *a, const char *name)
{
	char *path =
		test_path(a, arena_printf(a, "src/core/documents/test_data/samples/%s.json", name));
	struct bytes b = read_whole(a, path);
	json_error_t e;
	json_t *root = json_loadb((const char *)b.at, b.n, 0, &e);
	if (!root)
		fail_msg("%s: %s", path, e.text);
	const char *code = text_of(a, root, "template");
	const char *url = text_of(a, root, "url");
	struct paper p = { .t = test_template(a, code ? code : name),
		.bureau = "示范市市场监督管理局",
		.number = text_of(a, root, "number"),
		.seal_text = text_of(a, root, "seal"),
		.verify_url = url ? url : "https://shian.example.cn/v/3f9a1c77e2d04b61",
		.at = 1795413900000, /* 2026-11-23 14:05 local */
		.demo = true };
	const char *day = text_of(a, root, "date");
	if (day)
		assert_true(date_parse(day, &p.at));
	fill(a, root, &p);
	json_decref(root);
	return p;
}

/* ---- every form --------------------------------------------------------------------------------
 */

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int names_in(struct arena *a, const char *folder, const char ***out)
{
	enum { MOST = 400 };
	const char **all = NEWS(a, const char *, MOST);
	DIR *d = opendir(test_path(a, folder));
	int n = 0;

	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		if (text_ends(e->d_name, ".json")) {
			assert_true(n < MOST);
			all[n++] = arena_copy(a, e->d_name, strlen(e->d_name) - 5);
		}
	closedir(d);
	qsort(all, (size_t)n, sizeof *all, by_name);
	*out = all;
	return n;
}

int test_forms(struct arena *a, const char ***out)
{
	return names_in(a, "rules/documents", out);
}

int test_samples(struct arena *a, const char ***out)
{
	return names_in(a, "src/core/documents/test_data/samples", out);
}

const char *test_item_name(struct arena *a, const char *field)
{
	const char *dot = strchr(field, '.');

	return dot ? arena_printf(a, "%.*s.1%s", (int)(dot - field), field, dot) : field;
}

struct paper test_filled(struct arena *a, const struct paper_template *t, bool all)
{
	struct paper_value *v = NEWS(a, struct paper_value, t->n_fields + 1);
	struct paper_image *m = NEWS(a, struct paper_image, t->n_fields + 1);
	struct paper p = { .t = t,
		.values = v,
		.images = m,
		.number = "示范市监〔2026〕9号",
		.bureau = "示范市市场监督管理局",
		.seal_text = "执法专用章",
		.verify_url = "https://shian.example.cn/v/3f9a1c77e2d04b61",
		.at = 1795413900000 };

	for (size_t i = 0; i < t->n_fields; i++) {
		const struct paper_field *f = &t->fields[i];
		if (f->need == NEED_BUILTIN || f->need == NEED_CONSTANT ||
			(f->need == NEED_NEVER && !all))
			continue;
		if (f->picture)
			m[p.n_images++] = (struct paper_image){ f->name,
				test_signature(a, 48, 18, (int)i + 1) };
		else
			v[p.n++] = (struct paper_value){ test_item_name(a, f->name),
				"示范市江川路1288号" };
	}
	return p;
}

static void dot(uint8_t *pixels, int width, int height, const int at[2])
{
	for (int y = at[1] - 3; y <= at[1] + 3; y++)
		for (int x = at[0] - 3; x <= at[0] + 3; x++) {
			int dx = x - at[0], dy = y - at[1];
			if (x < 0 || y < 0 || x >= width || y >= height || dx * dx + dy * dy > 10)
				continue;
			memcpy(pixels + 4 * (y * width + x), (uint8_t[]){ 20, 20, 60, 255 }, 4);
		}
}

struct bytes test_signature(struct arena *a, int width, int height, int seed)
{
	uint8_t *pixels = arena_alloc(a, (size_t)(width * height) * 4);
	double w = width, h = height, pi = acos(-1);
	for (int i = 0; i < 6000; i++) {
		double t = i / 6000.0, s = 0.7 * seed;
		double x = w * (0.1 + 0.78 * t) + w * 0.05 * sin(34 * t + s);
		double y =
			h * (0.5 + 0.33 * sin(2 * pi * (5 * t + s)) * cos(9 * t + 2 * s) - 0.1 * t);
		dot(pixels, width, height, (int[2]){ (int)x, (int)y });
	}
	png_image image = { .version = PNG_IMAGE_VERSION,
		.width = (png_uint_32)width,
		.height = (png_uint_32)height,
		.format = PNG_FORMAT_RGBA };
	png_alloc_size_t n = PNG_IMAGE_PNG_SIZE_MAX(image);
	uint8_t *out = arena_alloc(a, n);
	if (!png_image_write_to_memory(&image, out, &n, 0, pixels, 0, NULL))
		fail_msg("%s", image.message);
	return (struct bytes){ out, n };
}

static void child(char *const *argv, int to)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	dup2(to, 1);
	dup2(null, 2);
	execvp(argv[0], argv);
	_exit(127);
}

static struct bytes take_all(struct arena *a, int from)
{
	struct buf b = { .arena = a };
	char part[8192];
	ssize_t n;
	while ((n = read(from, part, sizeof part)) > 0)
		buf_add(&b, part, (size_t)n);
	close(from);
	return (struct bytes){ (const uint8_t *)buf_text(&b), b.n };
}

struct bytes test_run(struct arena *a, const char *const *argv, struct bytes in)
{
	char path[] = "/tmp/shian-test-XXXXXX";
	int file = mkstemp(path), ends[2], status = 0;
	assert_true(file >= 0 && write(file, in.at, in.n) == (ssize_t)in.n);
	close(file);
	char *copy[16] = { 0 };
	for (int i = 0; argv[i] && i < 15; i++)
		copy[i] = text_is(argv[i], "@") ? path : arena_dup(a, argv[i]);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid_t pid = fork();
	if (pid == 0)
		child(copy, ends[1]);
	close(ends[1]);
	struct bytes out = take_all(a, ends[0]);
	waitpid(pid, &status, 0);
	unlink(path);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fail_msg("%s ended with %d", argv[0], status);
	return out;
}

struct bytes test_pdf(struct arena *a, const struct paper *p)
{
	struct bytes pdf = { 0 };
	struct fault why = { 0 };
	if (paper_pdf(a, p, &pdf, &why))
		fail_msg("%s: %s", p->t->code, why.text);
	return pdf;
}

char *test_text(struct arena *a, struct bytes pdf)
{
	const char *const argv[] = { "pdftotext", "-raw", "-enc", "UTF-8", "@", "-", NULL };
	struct bytes out = test_run(a, argv, pdf);
	return arena_copy(a, (const char *)out.at, out.n);
}

bool test_raster(struct bytes pgm, struct raster *out)
{
	int size[3] = { 0 }, k = 0;
	size_t i = 2;
	if (pgm.n < 8 || memcmp(pgm.at, "P5", 2) != 0)
		return false;
	for (; i < pgm.n && k < 3; i++) {
		uint8_t c = pgm.at[i];
		if (c >= '0' && c <= '9')
			size[k] = size[k] * 10 + (c - '0');
		else if (size[k])
			k++;
	}
	*out = (struct raster){ size[0], size[1], pgm.at + i };
	return k == 3 && pgm.n - i == (size_t)size[0] * (size_t)size[1];
}

struct raster test_page(struct arena *a, struct bytes pdf, int page, int dpi)
{
	struct raster r = { 0 };
	char *n = arena_printf(a, "%d", page), *d = arena_printf(a, "%d", dpi);
	const char *const argv[] = { "pdftoppm", "-gray", "-r", d, "-f", n, "-l", n, "@", NULL };
	assert_true(test_raster(test_run(a, argv, pdf), &r));
	return r;
}
