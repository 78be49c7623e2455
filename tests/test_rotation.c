/* The command that gives papers another key, killed between each two of its steps and run again:
 * each change is told, none is lost, and the key that was made is the one that is taken. */
#include "commands.h"
#include "core/ledger/signer_pdf.h"
#include "harness.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum step { NEVER, MADE, TOLD, TAKEN, PUT_AWAY };
static enum step kill_behind;

static bool ends(const char *path, const char *with)
{
	size_t n = strlen(path), m = strlen(with);

	return n >= m && strcmp(path + n - m, with) == 0;
}

/* In the place of libc's: each step but the telling is a rename, and that one lies between two. */
int rename(const char *from, const char *to)
{
	bool takes = ends(from, "/pdf.pem.next");

	if (kill_behind == TOLD && takes)
		(void)raise(SIGKILL);
	int done = renameat(AT_FDCWD, from, AT_FDCWD, to);
	if ((kill_behind == MADE && ends(to, "/pdf.pem.next")) || (kill_behind == TAKEN && takes) ||
		(kill_behind == PUT_AWAY && ends(from, "/pdf.crt")))
		(void)raise(SIGKILL);
	return done;
}

static const char *path_of(struct bench *b, const char *name)
{
	return arena_printf(bench_arena(b), "%s/keys/%s", bench_dir(b), name);
}

/* Runs it in a process of its own; answers how that ended. */
static int rotated(struct bench *b, enum step until)
{
	int status = 0;

	bench_shut(b);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		char *argv[] = { (char[]){ "key" }, (char[]){ "rotate" }, (char[]){ "--papers" },
			(char[]){ "--data" }, arena_dup(bench_arena(b), bench_dir(b)), NULL };
		kill_behind = until;
		_exit(key_command(5, argv));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	bench_open_again(b);
	return status;
}

static void certify(struct bench *b)
{
	int status = 0;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		execlp("openssl", "openssl", "req", "-x509", "-subj", "/CN=test", "-key",
			path_of(b, "pdf.pem"), "-out", path_of(b, "public/pdf.crt"), (char *)NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* The id of the key in place. */
static const char *present(struct bench *b)
{
	struct fault why = { 0 };
	struct pdf_move m = { .keys_dir = arena_printf(bench_arena(b), "%s/keys", bench_dir(b)) };

	assert_int_equal(pdf_key_next(&m, &why), OK);
	assert_int_equal(unlink(path_of(b, "pdf.pem.next")), 0);
	return arena_dup(bench_arena(b), m.old);
}

static const char *content(struct bench *b, const char *name)
{
	struct fault why = { 0 };
	struct bytes text;

	assert_int_equal(file_read(bench_arena(b), path_of(b, name), 1 << 16, &text, &why), OK);
	return arena_copy(bench_arena(b), (const char *)text.at, text.n);
}

/* So many facts that lead from one key to the other without a gap. */
static void chain(struct bench *b, const char *from, const char *to, int n)
{
	struct arena *a = bench_arena(b);

	assert_int_equal(bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'key.rotated'"), n);
	for (int i = 0; i < n; i++) {
		const char *data = bench_text(
			b, arena_printf(a,
				   "SELECT data FROM ledger WHERE name = 'key.rotated' ORDER BY "
				   "seq LIMIT 1 OFFSET %d",
				   i));
		const char *next = strstr(data, "\"new\":\"");
		assert_non_null(strstr(data, arena_printf(a, "\"old\":\"%s\"", from)));
		assert_non_null(next);
		from = arena_copy(a, next + 7, strcspn(next + 7, "\""));
	}
	assert_string_equal(from, to);
}

static void killed(struct bench *b, enum step step, int facts)
{
	const char *made = "", *first = present(b);

	certify(b);
	int status = rotated(b, step);
	assert_true(
		step == NEVER ? status == 0 : WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM ledger WHERE name = 'key.rotated'"),
		step == MADE ? 0 : 1);
	if (step == MADE || step == TOLD)
		made = content(b, "pdf.pem.next");
	if (step != NEVER)
		assert_int_equal(rotated(b, NEVER), 0);
	if (*made)
		assert_string_equal(content(b, "pdf.pem"), made);
	assert_int_equal(access(path_of(b, "pdf.pem.next"), F_OK), -1);
	assert_int_equal(access(path_of(b, "public/pdf.crt"), F_OK), -1);
	assert_int_equal(
		access(path_of(b, arena_printf(bench_arena(b), "public/pdf-%s.crt", first)), F_OK),
		0);
	chain(b, first, present(b), facts);
}

static void whole(void **state)
{
	killed(*state, NEVER, 1);
}

static void behind_the_next_key(void **state)
{
	killed(*state, MADE, 1);
}

static void behind_the_fact(void **state)
{
	killed(*state, TOLD, 1);
}

/* From here on the change is complete: run again, it is another one. */
static void behind_the_change(void **state)
{
	killed(*state, TAKEN, 2);
}

static void behind_the_certificate(void **state)
{
	killed(*state, PUT_AWAY, 2);
}

#define STORY(f) cmocka_unit_test_setup_teardown(f, bench_begin, bench_end)

int main(void)
{
	const struct CMUnitTest tests[] = { STORY(whole), STORY(behind_the_next_key),
		STORY(behind_the_fact), STORY(behind_the_change), STORY(behind_the_certificate) };
	return cmocka_run_group_tests_name("rotation", tests, NULL, NULL);
}
