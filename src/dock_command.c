/* shian dock: a body camera's recordings go to the centre, each once. It digests a file while
 * reading it, asks what is there already, sends the rest in pieces from the byte where an earlier
 * try broke off, and calls it taken only when the centre has checked both digests and written its
 * fact. */
#include "cli.h"
#include "commands.h"
#include "core/app/session.h"
#include "core/ledger/crypto.h"
#include "workers/vision/post.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	PIECE = 4 * 1024 * 1024,
	READ_BYTES = 1024 * 1024,
	FILES_MAX = 10000,
	DEPTH_MAX = 6,
	POLL_MS = 200,
	PATIENCE_S = 60,
};

struct dock {
	struct web web;
	char token[CLI_TOKEN_MAX];
	const char *device;
	int64_t patience; /* ms without progress until a file is given up */
	bool zh;
	struct arena *arena; /* of the whole run */
	const char **files;
	int n_files, left_out, taken, there, failed;
};

/* One file on its way. */
struct item {
	const char *path, *name;
	int fd;
	int64_t size, modified, offset;
	const char *sm3, *sha256;
	struct arena *arena; /* emptied at each try */
	const char *state, *why;
};

__attribute__((format_arg(2), format_arg(3))) static const char *word(
	const struct dock *d, const char *en, const char *zh)
{
	return d->zh ? zh : en;
}

static void wait_ms(int64_t ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };
	nanosleep(&t, NULL);
}

/* ---- which files -----------------------------------------------------------------------------
 */
static bool is_recording(const char *name)
{
	static const char *const ends[] = { ".mp4", ".mov", ".m4v", ".avi", ".mkv", ".ts", ".3gp",
		".mpg", ".wmv", ".flv", ".m4a", ".wav", ".mp3", ".aac", ".amr", NULL };
	size_t n = strlen(name);
	for (const char *const *e = ends; *e; e++)
		if (n > strlen(*e) && strcasecmp(name + n - strlen(*e), *e) == 0)
			return true;
	return false;
}

static void file_add(struct dock *d, const char *path)
{
	if (d->n_files < FILES_MAX)
		d->files[d->n_files++] = path;
	else
		d->left_out++;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The recordings of a folder and those below it; what is no recording is counted. */
static enum err folder_add(struct dock *d, const char *path, int depth, struct fault *why)
{
	DIR *dir = opendir(path);
	enum err e = OK;

	if (!dir)
		return fault(why, E_NOT_FOUND, "%s: %s", path, strerror(errno));
	for (struct dirent *n; !e && (n = readdir(dir));) {
		struct stat st;
		if (n->d_name[0] == '.')
			continue;
		const char *at = arena_printf(d->arena, "%s/%s", path, n->d_name);
		if (lstat(at, &st))
			d->left_out++;
		else if (S_ISDIR(st.st_mode) && depth < DEPTH_MAX)
			e = folder_add(d, at, depth + 1, why);
		else if (S_ISREG(st.st_mode) && is_recording(n->d_name))
			file_add(d, at);
		else
			d->left_out++;
	}
	closedir(dir);
	return e;
}

static enum err files_find(struct dock *d, int argc, char **argv, struct fault *why)
{
	d->files = NEWS(d->arena, const char *, FILES_MAX);
	for (int i = 1; i < argc; i++) {
		struct stat st;
		if (text_starts(argv[i], "--")) {
			i++;
			continue;
		}
		int first = d->n_files;
		if (!stat(argv[i], &st) && S_ISDIR(st.st_mode))
			TRY(folder_add(d, argv[i], 0, why));
		else
			file_add(d, argv[i]);
		qsort(d->files + first, (size_t)(d->n_files - first), sizeof *d->files, by_name);
	}
	return OK;
}

/* ---- talking -----------------------------------------------------------------------------------
 */
static void answer_read(struct item *it, const char *json, size_t n)
{
	struct node *v;
	struct fault why = { 0 };

	it->state = it->why = "";
	if (json_parse(it->arena, (struct bytes){ (const uint8_t *)json, n }, &v, &why))
		return;
	it->state = node_text(v, "state", "");
	it->offset = node_int(v, "offset", 0);
	it->why = node_text(v, "error.message", node_text(v, "why", ""));
}

static enum err post(struct dock *d, struct item *it, const char *step, const struct web_form *f)
{
	struct fault why = { 0 };
	struct buf b = { .arena = it->arena };
	const char *path = arena_printf(
		it->arena, "/internal/recordings/%s%s", step, word(d, "?lang=en", "?lang=zh"));
	enum err e = web_post_for(&d->web, path, f, &b, &why);

	answer_read(it, buf_text(&b), b.n);
	if (e && !*it->why)
		it->why = arena_dup(it->arena, why.text);
	return e;
}

static enum err begin(struct dock *d, struct item *it)
{
	const struct part parts[] = {
		{ .name = "device", .text = d->device },
		{ .name = "name", .text = it->name },
		{ .name = "sm3", .text = it->sm3 },
		{ .name = "sha256", .text = it->sha256 },
		{ .name = "size", .text = arena_printf(it->arena, "%" PRId64, it->size) },
		{ .name = "modified", .text = arena_printf(it->arena, "%" PRId64, it->modified) },
	};
	return post(d, it, "begin", &(struct web_form){ parts, sizeof parts / sizeof *parts });
}

static enum err send_piece(struct dock *d, struct item *it)
{
	uint8_t *room = arena_alloc(it->arena, PIECE);
	int64_t at = it->offset;
	ssize_t n = pread(it->fd, room, PIECE, at);

	if (n <= 0) {
		it->why = word(d, "it changed while it was read", "读取过程中文件发生了变化");
		return E_INVALID;
	}
	const struct part parts[] = {
		{ .name = "offset", .text = arena_printf(it->arena, "%" PRId64, at) },
		{ .name = "part",
			.data = { room, (size_t)n },
			.file_name = "part",
			.type = "application/octet-stream" },
	};
	const char *step = arena_printf(it->arena, "%s/part", it->sm3);
	TRY(post(d, it, step, &(struct web_form){ parts, 2 }));
	it->offset = at + n;
	return OK;
}

static enum err look(struct dock *d, struct item *it)
{
	struct bytes b = { NULL, 0 };
	struct fault why = { 0 };
	const char *path = arena_printf(
		it->arena, "/internal/recordings/%s%s", it->sm3, word(d, "?lang=en", "?lang=zh"));
	enum err e = web_get(&d->web, path, it->arena, &b, &why);

	answer_read(it, (const char *)b.at, b.n);
	if (e && !*it->why)
		it->why = arena_dup(it->arena, why.text);
	return e;
}

/* ---- one file
 * ------------------------------------------------------------------------------------
 */
static enum err digests(struct dock *d, struct item *it, struct fault *why)
{
	struct stat st;
	struct hash *one, *two;
	ssize_t n;

	it->fd = open(it->path, O_RDONLY | O_CLOEXEC);
	if (it->fd < 0 || fstat(it->fd, &st))
		return fault(why, E_NOT_FOUND, "%s", strerror(errno));
	if (!S_ISREG(st.st_mode))
		return fault(why, E_INVALID, "%s", word(d, "is no plain file", "不是普通文件"));
	void *room = arena_alloc(d->arena, READ_BYTES);
	one = hash_new(HASH_SM3);
	two = hash_new(HASH_SHA256);
	while ((n = read(it->fd, room, READ_BYTES)) > 0) {
		hash_add(one, room, (size_t)n);
		hash_add(two, room, (size_t)n);
		it->size += n;
	}
	struct digest a = hash_end(one), b = hash_end(two);
	it->sm3 = digest_hex(d->arena, &a);
	it->sha256 = digest_hex(d->arena, &b);
	it->modified = (int64_t)st.st_mtim.tv_sec * 1000;
	return n < 0 ? fault(why, E_INTERNAL, "%s", strerror(errno)) : OK;
}

/* One go: from what the centre has to what it says in the end. OK: kept. E_BUSY and E_CONFLICT: go
 * again. */
static enum err go(struct dock *d, struct item *it, bool *was_there, int64_t *moved)
{
	arena_reset(it->arena);
	TRY(begin(d, it));
	*was_there = text_is(it->state, "kept");
	if (text_is(it->state, "open") && it->offset)
		printf(word(d, "%s: goes on at %" PRId64 " of %" PRId64 " bytes\n",
			       "%s：从第 %" PRId64 " 字节续传，共 %" PRId64 " 字节\n"),
			it->path, it->offset, it->size);
	(void)fflush(stdout);
	while (text_is(it->state, "open") && it->offset < it->size) {
		arena_reset(it->arena);
		TRY(send_piece(d, it));
		it->state = "open";
		*moved = clock_mono();
	}
	if (text_is(it->state, "open"))
		TRY(post(d, it, arena_printf(it->arena, "%s/end", it->sm3),
			&(struct web_form){ 0 }));
	while (text_is(it->state, "checking")) {
		wait_ms(POLL_MS);
		arena_reset(it->arena);
		TRY(look(d, it));
		*moved = clock_mono();
	}
	if (text_is(it->state, "kept"))
		return OK;
	return text_is(it->state, "refused") ? E_INVALID : E_CONFLICT;
}

static enum err take(struct dock *d, struct item *it, bool *was_there)
{
	int64_t moved = clock_mono(), pause = 500;
	for (;;) {
		int64_t before = moved;
		enum err e = go(d, it, was_there, &moved);
		if (e != E_BUSY && e != E_CONFLICT)
			return e;
		if (moved != before)
			pause = 500;
		if (clock_mono() - moved + pause > d->patience)
			return e;
		wait_ms(pause);
		pause = pause < 8000 ? pause * 2 : pause;
	}
}

static void dock_one(struct dock *d, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct item it = {
		.path = path, .name = slash ? slash + 1 : path, .fd = -1, .arena = arena_new()
	};
	struct fault why = { 0 };
	bool was_there = false;
	enum err e = digests(d, &it, &why);

	if (e)
		it.why = why.text;
	else
		e = take(d, &it, &was_there);
	if (e) {
		d->failed++;
		printf(word(d, "%s: NOT TAKEN: %s\n", "%s：未采集：%s\n"), path, it.why);
	} else if (was_there) {
		d->there++;
		printf(word(d, "%s: was there already\n", "%s：已在中心，不再上传\n"), path);
	} else {
		d->taken++;
		printf(word(d, "%s: taken, %" PRId64 " bytes, SM3 %s\n",
			       "%s：已采集，%" PRId64 " 字节，SM3 %s\n"),
			path, it.size, it.sm3);
	}
	(void)fflush(stdout);
	if (it.fd >= 0)
		close(it.fd);
	arena_free(it.arena);
}

/* ---- the command --------------------------------------------------------------------------------
 */
static enum err dock_read(struct dock *d, int argc, char **argv, struct fault *why)
{
	const char *token = option(argc, argv, "--token-file", NULL);
	int64_t seconds;

	d->device = option(argc, argv, "--device", NULL);
	d->web = (struct web){ .url = option(argc, argv, "--web", NULL), .token = d->token };
	if (!d->device || !d->web.url || !token)
		return fault(why, E_INVALID,
			"--device NUMBER, --web URL and --token-file FILE are needed");
	char seconds_usual[16];
	(void)snprintf(seconds_usual, sizeof seconds_usual, "%d", PATIENCE_S);
	if (!text_to_int(option(argc, argv, "--patience", seconds_usual), &seconds) ||
		seconds < 1 || seconds > 86400)
		return fault(why, E_INVALID, "--patience is a number of seconds, 1 to 86400");
	d->patience = seconds * 1000;
	TRY(cli_token(token, d->token, why));
	TRY(files_find(d, argc, argv, why));
	return d->n_files ? OK : fault(why, E_INVALID, "no recordings are named");
}

/* Prints the key of a station of the register; "" when there is none in use. */
static enum err key_make(struct req *rq, void *number)
{
	int64_t n;

	TRY(db_int(rq, &n,
		"SELECT count(*) FROM pub_equipment WHERE number = $1 AND kind = 'dock' AND state "
		"NOT IN ('lost', 'scrapped')",
		(const char *)number));
	return n ? OK
		 : fail(rq, E_NOT_FOUND,
			   "there is no docking station %s in use in the register of equipment",
			   (const char *)number);
}

static int key_print(int argc, char **argv)
{
	struct fault why = { 0 };
	struct app *app = NULL;
	const char *number = argc > 2 ? argv[2] : "";

	if (!*number || *number == '-')
		return cli_complain(
			"usage: shian dock key NUMBER --data DIR [--db URL] (the number of the "
			"docking station in the register of equipment)",
			2);
	enum err e = cli_app(argc, argv, true, &app, &why);
	if (!e)
		e = app_read(app, key_make, (void *)(uintptr_t)number, &why);
	if (!e)
		puts(dock_key(app->arena, app, number));
	app_close(app);
	return e ? cli_fail("dock", &why, 1) : 0;
}

int dock_command(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "key") == 0)
		return key_print(argc, argv);
	struct fault why = { 0 };
	struct dock d = { .zh = cli_speaks_chinese(), .arena = arena_new() };
	enum err e = dock_read(&d, argc, argv, &why);

	if (!e)
		e = web_start(&why);
	if (e) {
		arena_free(d.arena);
		return cli_fail("dock", &why, 2);
	}
	for (int i = 0; i < d.n_files; i++)
		dock_one(&d, d.files[i]);
	if (d.left_out)
		printf(word(&d, "%d other files were left out: they are no recordings\n",
			       "另有 %d 个文件不是录像，未采集\n"),
			d.left_out);
	printf(word(&d, "%d taken, %d there already, %d NOT taken\n",
		       "已采集 %d 个，已在中心 %d 个，未采集 %d 个\n"),
		d.taken, d.there, d.failed);
	int status = d.failed ? 1 : 0;
	arena_free(d.arena);
	return status;
}
