/* What a node says of itself, and locks of folders. */
#include <stdarg.h>
#include <stddef.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <cmocka.h>

#include <jansson.h>

#include "workers/media/folder_lock.h"
#include "workers/media/lease.h"
#include "workers/media/rosters.h"

static void names(void **state)
{
	struct arena *a = arena_new();
	char longest[NODE_NAME_MAX + 2];
	(void)state;
	memset(longest, 'n', sizeof(longest));
	longest[NODE_NAME_MAX + 1] = '\0';
	assert_true(node_name_valid("media-1.minhang_a"));
	assert_false(node_name_valid(longest));
	longest[NODE_NAME_MAX] = '\0';
	assert_true(node_name_valid(longest));
	assert_false(node_name_valid("") || node_name_valid(NULL) || node_name_valid(".a") ||
		     node_name_valid("a/b") || node_name_valid("a\"b"));
	assert_true(node_name_valid(node_name_usual(a)));
	arena_free(a);
}

static void what_is_said(void **state)
{
	struct arena *a = arena_new();
	struct lease_request r = { .node = "a",
		.capacity = 7,
		.takes_gb = true,
		.recorded = 5,
		.oldest_ms = 6,
		.push_at = "10.0.0.1:1935" };
	json_t *j;
	(void)state;
	lease_look_at_disk(&r, "/tmp");
	assert_true(r.disk_total > 0 && r.disk_free <= r.disk_total);
	j = json_loads(lease_json(a, &r), 0, NULL);
	assert_non_null(j);
	assert_string_equal(json_string_value(json_object_get(j, "node")), "a");
	assert_int_equal(json_integer_value(json_object_get(j, "capacity")), 7);
	assert_int_equal(json_integer_value(json_object_get(j, "disk_total")), r.disk_total);
	assert_int_equal(json_integer_value(json_object_get(j, "oldest")), 6);
	assert_string_equal(json_string_value(json_object_get(j, "push_at")), "10.0.0.1:1935");
	json_t *takes = json_object_get(j, "takes");
	assert_int_equal(json_array_size(takes), 3);
	assert_string_equal(json_string_value(json_array_get(takes, 2)), "gb28181");
	json_decref(j);
	arena_free(a);
}

/* A lock goes with its process, however that ends. */
static void locks_go_with_the_process(void **state)
{
	char folder[] = "/tmp/shian-lock-XXXXXX", path[64];
	int fd = -1, pipe_fds[2], mine = -1;
	char c;
	struct fault why = { 0 };
	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_equal(pipe(pipe_fds), 0);
	pid_t child = fork();
	if (child == 0) {
		bool got = !folder_lock(folder, ".lock", &fd, &why);
		(void)!write(pipe_fds[1], got ? "y" : "n", 1);
		pause();
	}
	assert_int_equal(read(pipe_fds[0], &c, 1), 1);
	assert_int_equal(c, 'y');
	assert_int_equal(folder_lock(folder, ".lock", &mine, &why), E_CONFLICT);
	assert_int_equal(mine, -1);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	assert_int_equal(folder_lock(folder, ".lock", &mine, &why), OK);
	assert_int_equal(folder_lock("/nonexistent", ".lock", &fd, &why), E_INTERNAL);
	close(mine);
	snprintf(path, sizeof(path), "%s/.lock", folder);
	unlink(path);
	rmdir(folder);
}

static void put(struct arena *a, const char *folder, const char *name, const char *text)
{
	const char *path = arena_printf(a, "%s/%s", folder, name);
	assert_int_equal(file_write(path, text, strlen(text), 0600, NULL), OK);
}

static void lists_of_several_nodes(void **state)
{
	struct arena *a = arena_new();
	char folder[] = "/tmp/shian-lists-XXXXXX";
	struct roster r;
	(void)state;
	assert_non_null(mkdtemp(folder));
	put(a, folder, "cameras-a.json",
		"{\"cameras\":[{\"id\":\"2\",\"url\":\"rtsp://x\",\"keep_ms\":5},"
		"{\"id\":\"1\",\"url\":\"rtsp://x\",\"keep_ms\":9}]}");
	put(a, folder, "cameras-b.json",
		"{\"cameras\":[{\"id\":\"3\",\"url\":\"rtsp://x\"},"
		"{\"id\":\"2\",\"url\":\"rtsp://x\",\"keep_ms\":7}]}");
	put(a, folder, "cameras-c.json", "rubbish");
	rosters_read(a, folder, &r);
	assert_int_equal(r.n, 3);
	assert_int_equal(roster_find(&r, "1")->keep_ms, 9);
	assert_int_equal(roster_find(&r, "2")->keep_ms, 7);
	assert_int_equal(roster_find(&r, "3")->keep_ms, 0);
	for (const char *n = "abc"; *n; n++)
		unlink(arena_printf(a, "%s/cameras-%c.json", folder, *n));
	assert_int_equal(rmdir(folder), 0);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(what_is_said),
		cmocka_unit_test(locks_go_with_the_process),
		cmocka_unit_test(lists_of_several_nodes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
