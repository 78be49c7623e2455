#include "core/papers/test_tools.h"

#include <fcntl.h>
#include <setjmp.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { OUTPUT_MAX = 1 << 20 };

const char *tool(struct arena *a, const char *dir, const char *script, struct bytes in)
{
	struct fault why = { 0 };
	struct bytes out = { 0 };
	const char *at = arena_printf(a, "%s/tool-in", dir),
		   *to = arena_printf(a, "%s/tool-out", dir);
	char *argv[] = { arena_dup(a, "sh"), arena_dup(a, "-c"),
		arena_printf(a, "cd '%s' || exit 9\n%s", dir, script), arena_dup(a, "sh"),
		arena_dup(a, at), NULL };
	posix_spawn_file_actions_t files;
	pid_t pid;
	int status = 0;

	assert_int_equal(file_write(at, in.n ? (const void *)in.at : "", in.n, 0600, &why), OK);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(
		&files, STDOUT_FILENO, to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
	assert_int_equal(posix_spawnp(&pid, "sh", &files, NULL, argv, environ), 0);
	posix_spawn_file_actions_destroy(&files);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(file_read(a, to, OUTPUT_MAX, &out, &why), OK);
	const char *text = arena_copy(a, (const char *)out.at, out.n);
	if (status != 0)
		fail_msg("%s: %s", script, text);
	return text;
}

struct answer *status_is(struct answer *r, int status)
{
	if (r->status != status)
		fail_msg("%d and not %d: %.3000s", r->status, status, r->body);
	return r;
}
