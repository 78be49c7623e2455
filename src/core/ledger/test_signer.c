/* The signer behind a socket, as the program starts it, and the key itself. */
#include "core/ledger/signer_key.h"
#include "core/ledger/signer_wire.h"
#include "core/ledger/sm2_file.h"

#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static struct arena *a;
static struct fault why;
static char top[] = "/tmp/test-signer-XXXXXX";
static char *keys; /* a new folder for each test */
static int folders;

static int begin(void **state)
{
	(void)state;
	keys = arena_printf(a, "%s/%d", top, folders++);
	why = (struct fault){ 0 };
	return 0;
}

static int setup(void **state)
{
	(void)state;
	a = arena_new();
	return mkdtemp(top) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	pid_t pid = fork();
	if (pid == 0) {
		(void)execl("/bin/rm", "rm", "-r", top, (char *)NULL);
		_exit(1);
	}
	int status = 1;
	(void)waitpid(pid, &status, 0);
	arena_free(a);
	return status;
}

/* ---- the process -------------------------------------------------------------------------- */

struct process {
	pid_t pid;
	int fd;
};

static struct process start(void)
{
	int pair[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		(void)close(pair[0]);
		_exit(signer_main(pair[1], keys));
	}
	(void)close(pair[1]);
	return (struct process){ pid, pair[0] };
}

static int end_of(struct process p)
{
	int status = -1;
	assert_int_equal(waitpid(p.pid, &status, 0), p.pid);
	return status;
}

static const char *head(int64_t size, int64_t at, const char *of)
{
	struct tree_head h = { .size = size, .at = at, .root = sm3(of, strlen(of)) };
	return head_text(a, &h);
}

static void check_signature(
	const char *key_id, const char *purpose, const char *text, const char *hex)
{
	struct sm2_key *k = NULL;
	const char *path = arena_printf(a, "%s/public/%s.pem", keys, key_id);
	assert_int_equal(sm2_load_public(path, &k, &why), OK);
	assert_true(signature_holds(k, purpose, text, hex));
	assert_false(signature_holds(k, "other", text, hex));
	assert_false(sm2_verify(k, text, strlen(text), hex));
	sm2_free(k);
}

static void a_process_signs_heads_and_documents(void **state)
{
	(void)state;
	struct process p = start();
	struct signer *s = NULL;
	char *hex = NULL;
	assert_int_equal(signer_open_socket(p.fd, &s, &why), OK);
	assert_int_equal(strlen(signer_key_id(s)), 16);
	const char *text = head(1, 1000, "a"), *paper = "shian-document-v1\n决定书 1\n";
	assert_int_equal(signer_sign(s, "head", text, a, &hex, &why), OK);
	check_signature(signer_key_id(s), "head", text, hex);
	assert_int_equal(signer_sign(s, "document", paper, a, &hex, &why), OK);
	check_signature(signer_key_id(s), "document", paper, hex);
	struct stat st;
	assert_int_equal(stat(arena_printf(a, "%s/sm2.pem", keys), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	signer_close(s);
	assert_int_equal(end_of(p), 0);
}

static void nothing_else_is_signed(void **state)
{
	(void)state;
	struct process p = start();
	struct signer *s = NULL;
	char *hex = NULL;
	assert_int_equal(signer_open_socket(p.fd, &s, &why), OK);
	const char *good = head(5, 1000, "a");
	const struct {
		const char *purpose, *text;
	} bad[] = {
		{ "document", good },
		{ "document", "shian-head-v1\n" },
		{ "document", "" },
		{ "document", "shian-document-v1" },
		{ "document", "shian-document-v1\n\xff" },
		{ "head", "shian-document-v1\n" },
		{ "head", "" },
		{ "head", "shian-head-v1\n" },
		{ "head", "sh\n3\n1\n\n" },
		{ "head", "shian-head-v1\n5\n1000\n" },
		{ "head", arena_printf(a, "%s\n", good) },
		{ "head", arena_printf(a, " %s", good) },
		{ "head", head(0, 1000, "a") },
		{ "head", head(-1, 1000, "a") },
		{ "head", "shian-head-v1\n05x\n1000\n66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2"
			  "f7a2297da02b8f4ba8e0\n" },
		{ "", good },
		{ "login", "x" },
		{ "a purpose that is far too long", good },
		{ "head", arena_printf(a, "%0*d", SIGNED_MAX + 1, 0) },
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(
			signer_sign(s, bad[i].purpose, bad[i].text, a, &hex, &why), E_FORBIDDEN);
	assert_null(hex);
	assert_int_equal(signer_sign(s, "head", good, a, &hex, &why), OK);
	signer_close(s);
	assert_int_equal(end_of(p), 0);
}

static void heads_go_forward_only(void **state)
{
	(void)state;
	char *hex = NULL;
	for (int round = 0; round < 2; round++) { /* the second process reads what the first kept */
		struct process p = start();
		struct signer *s = NULL;
		assert_int_equal(signer_open_socket(p.fd, &s, &why), OK);
		assert_int_equal(signer_sign(s, "head", head(10, 1000, "ten"), a, &hex, &why), OK);
		assert_int_equal(
			signer_sign(s, "head", head(9, 2000, "nine"), a, &hex, &why), E_CONFLICT);
		assert_int_equal(
			signer_sign(s, "head", head(11, 999, "eleven"), a, &hex, &why), E_CONFLICT);
		assert_int_equal(
			signer_sign(s, "head", head(10, 2000, "other"), a, &hex, &why), E_CONFLICT);
		signer_close(s);
		assert_int_equal(end_of(p), 0);
	}
	struct tree_head last = { 0 };
	assert_int_equal(last_head_read(a, keys, &last, &why), OK);
	assert_int_equal(last.size, 10);
	assert_int_equal(last.at, 1000);
	check_signature(last.key_id, "head", head_text(a, &last), last.signature);
	/* Neither does a key opened at the same time, nor one whose memory was taken away. */
	struct signer *one = NULL, *two = NULL;
	assert_int_equal(signer_open_local(keys, false, &one, &why), OK);
	assert_int_equal(signer_open_local(keys, false, &two, &why), OK);
	assert_int_equal(signer_sign(one, "head", head(20, 3000, "a"), a, &hex, &why), OK);
	assert_int_equal(signer_sign(two, "head", head(15, 3000, "b"), a, &hex, &why), E_CONFLICT);
	assert_int_equal(unlink(arena_printf(a, "%s/last-head", keys)), 0);
	assert_int_equal(signer_sign(one, "head", head(15, 3000, "b"), a, &hex, &why), E_CONFLICT);
	signer_close(one);
	signer_close(two);
}

static void a_key_is_made_only_when_asked(void **state)
{
	(void)state;
	struct signer *s = NULL;
	assert_int_equal(signer_open_local(keys, false, &s, &why), E_NOT_FOUND);
	assert_int_equal(signer_open_local(keys, true, &s, &why), OK);
	char *id = arena_dup(a, signer_key_id(s)), *hex = NULL;
	assert_int_equal(signer_sign(s, "document", "shian-document-v1\n", a, &hex, &why), OK);
	check_signature(id, "document", "shian-document-v1\n", hex);
	signer_close(s);
	/* A lost public half is written again. */
	assert_int_equal(unlink(arena_printf(a, "%s/public/%s.pem", keys, id)), 0);
	assert_int_equal(signer_open_local(keys, true, &s, &why), OK);
	assert_string_equal(signer_key_id(s), id);
	check_signature(id, "document", "shian-document-v1\n", hex);
	signer_close(s);
	assert_int_equal(
		file_write(arena_printf(a, "%s/last-head", keys), "junk", 4, 0640, &why), OK);
	assert_int_equal(signer_open_local(keys, true, &s, &why), E_INVALID);
}

/* In a process of its own: what is left of its rights, as bits. */
static int rights_left(void)
{
	bool landlock = syscall(SYS_landlock_create_ruleset, NULL, 0, 1 /* the version */) > 0;
	if (!signer_rights_drop(keys, NULL, 0))
		return 64;
	int left = 0;
	left |= socket(AF_INET, SOCK_STREAM, 0) >= 0 ? 1 : 0;
	left |= socket(AF_UNIX, SOCK_STREAM, 0) >= 0 ? 2 : 0;
	left |= fork() >= 0 ? 4 : 0;
	(void)execl("/bin/true", "true", (char *)NULL); /* would end this process with 0 */
	int fd = open("/etc/passwd", O_RDONLY);
	left |= landlock && fd >= 0 ? 8 : 0;
	left |= open(arena_printf(a, "%s/new", top), O_CREAT | O_WRONLY, 0600) >= 0 && landlock ? 16
												: 0;
	struct fault f = { 0 };
	left |= file_write(arena_printf(a, "%s/last-head", keys), "x", 1, 0600, &f) ? 32 : 0;
	return left + 1;
}

static void the_process_keeps_no_rights(void **state)
{
	(void)state;
	assert_int_equal(dir_make(keys, &why), OK);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(rights_left());
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
}

/* ---- death, silence, garbage ---------------------------------------------------------------- */

static void a_dead_process_is_said_and_replaced(void **state)
{
	(void)state;
	struct process p = start(), q;
	struct signer *s = NULL;
	char *hex = NULL;
	assert_int_equal(signer_open_socket(p.fd, &s, &why), OK);
	assert_int_equal(kill(p.pid, SIGKILL), 0);
	(void)end_of(p);
	assert_int_equal(signer_sign(s, "head", head(1, 1, "a"), a, &hex, &why), E_BUSY);
	assert_int_equal(signer_sign(s, "head", head(1, 1, "a"), a, &hex, &why), E_BUSY);
	q = start();
	assert_int_equal(signer_replace_fd(s, q.fd, &why), OK);
	assert_int_equal(signer_sign(s, "head", head(1, 1, "a"), a, &hex, &why), OK);
	/* Another key does not slip in. */
	(void)begin(state);
	p = start();
	assert_int_equal(signer_replace_fd(s, p.fd, &why), E_CONFLICT);
	assert_int_equal(end_of(p), 0);
	assert_int_equal(signer_sign(s, "document", "shian-document-v1\n", a, &hex, &why), OK);
	signer_close(s);
	assert_int_equal(end_of(q), 0);
}

/* ---- passphrase and rotation ---------------------------------------------------------------- */

static char *in_keys(const char *name)
{
	return arena_printf(a, "%s/%s", keys, name);
}

static void passphrase_file(const char *text)
{
	const char *path = arena_printf(a, "%s/passphrase", top);
	assert_int_equal(file_write(path, text, strlen(text), 0600, &why), OK);
	(void)setenv("SHIAN_KEY_PASSPHRASE_FILE", path, 1);
}

static void a_protected_key_wants_its_passphrase(void **state)
{
	(void)state;
	struct signer_key *k = NULL;
	struct bytes pem = { 0 };
	const char *path = in_keys("sm2.pem");
	assert_int_equal(signer_key_open(keys, true, &k, &why), OK);
	char *id = arena_dup(a, signer_key_name(k));
	signer_key_close(k);
	assert_false(sm2_is_protected(path));
	assert_int_equal(signer_key_protect(keys, "a long passphrase", &why), OK);
	assert_true(sm2_is_protected(path));
	assert_int_equal(file_read(a, path, 4096, &pem, &why), OK);
	assert_null(strstr(arena_copy(a, (const char *)pem.at, pem.n), "BEGIN PRIVATE"));
	assert_int_equal(signer_key_open(keys, true, &k, &why), E_FORBIDDEN); /* none given */
	passphrase_file("another passphrase\n");
	assert_int_equal(signer_key_open(keys, true, &k, &why), E_FORBIDDEN);
	assert_non_null(strstr(why.text, "not right"));
	passphrase_file("short\n");
	assert_int_equal(signer_key_open(keys, true, &k, &why), E_INVALID);
	passphrase_file("a long passphrase\n");
	assert_int_equal(signer_key_open(keys, true, &k, &why), OK);
	assert_string_equal(signer_key_name(k), id);
	signer_key_close(k);
	(void)begin(state); /* with a passphrase at hand a new key is never plain */
	assert_int_equal(signer_key_open(keys, true, &k, &why), OK);
	assert_true(sm2_is_protected(in_keys("sm2.pem")));
	signer_key_close(k);
	(void)unsetenv("SHIAN_KEY_PASSPHRASE_FILE");
}

static char *head_of(const struct signer_key *k, int64_t size, int64_t previous)
{
	struct key_period p = signer_key_period_of(k);
	struct tree_head h = { .size = size,
		.at = clock_now(),
		.previous = previous,
		.key_id = signer_key_name(k),
		.key_from = p.from,
		.key_until = p.until };
	return head_text(a, &h);
}

/* As far as a kill lets it come: after the first step, between the end of the old key and the
 * rename. */
static void rotation(bool killed)
{
	struct signer_key *old = NULL, *now = NULL;
	struct key_period p = { 0 };
	char again[KEY_ID_MAX], *hex = NULL;
	struct key_move m = { .keys_dir = keys };
	assert_int_equal(signer_key_open(keys, true, &old, &why), OK);
	assert_int_equal(signer_key_sign(old, "head", head_of(old, 5, 0), a, &hex, &why), OK);
	assert_int_equal(signer_key_next(&m, &why), OK);
	assert_string_equal(m.old, signer_key_name(old));
	assert_string_not_equal(m.new, m.old);
	assert_false(signer_key_replaced(old));
	assert_int_equal(signer_key_sign(old, "head", head_of(old, 6, 5), a, &hex, &why), OK);
	memcpy(again, m.new, sizeof again);
	assert_int_equal(signer_key_next(&m, &why), OK);
	assert_string_equal(m.new, again); /* killed and run again: the same one */
	if (killed) {
		assert_int_equal(key_period_read(keys, m.old, &p, &why), OK);
		p.ended = clock_now();
		assert_int_equal(key_period_write(keys, m.old, &p, &why), OK);
	} else {
		assert_int_equal(signer_key_take(keys, &why), OK);
	}
	assert_true(signer_key_replaced(old));
	assert_int_equal(
		signer_key_sign(old, "head", head_of(old, 7, 6), a, &hex, &why), E_FORBIDDEN);
	assert_int_equal(signer_key_open(keys, false, &now, &why), OK);
	assert_string_equal(signer_key_name(now), m.new);
	assert_int_not_equal(access(in_keys("sm2.pem.next"), F_OK), 0);
	assert_int_equal(access(arena_printf(a, "%s/public/%s.pem", keys, m.old), F_OK), 0);
	/* It goes on from the old one's last head, and no smaller. */
	assert_int_equal(
		signer_key_sign(now, "head", head_of(now, 3, 0), a, &hex, &why), E_CONFLICT);
	assert_int_equal(signer_key_sign(now, "head", head_of(now, 8, 6), a, &hex, &why), OK);
	signer_key_close(old);
	signer_key_close(now);
}

static void another_key_takes_its_place(void **state)
{
	rotation(false);
	(void)begin(state);
	rotation(true);
	(void)begin(state); /* what was protected stays so */
	passphrase_file("a long passphrase\n");
	rotation(false);
	assert_true(sm2_is_protected(in_keys("sm2.pem")));
	(void)unsetenv("SHIAN_KEY_PASSPHRASE_FILE");
}

/* A running signer ends by itself when its key was replaced: it is started again with the other. */
static void a_running_signer_gives_up_a_replaced_key(void **state)
{
	(void)state;
	struct key_move m = { .keys_dir = keys };
	char *hex = NULL;
	struct process p = start();
	struct signer *s = NULL;
	assert_int_equal(signer_open_socket(p.fd, &s, &why), OK);
	assert_int_equal(signer_sign(s, "document", "shian-document-v1\n", a, &hex, &why), OK);
	assert_int_equal(signer_key_next(&m, &why), OK);
	assert_int_equal(signer_key_take(keys, &why), OK);
	assert_int_equal(signer_sign(s, "document", "shian-document-v1\n", a, &hex, &why), E_BUSY);
	assert_int_equal(WEXITSTATUS(end_of(p)), 1);
	signer_close(s);
}

static void wrong_answers_are_no_signatures(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		size_t n;
	} bad[] = { { "\0\0\0\0", 4 }, { "\xff\xff\xff\xff", 4 }, { "\0\0\0\1x", 5 },
		{ "\0\0\0\3\0", 5 }, { "", 0 }, { "\0\0\2\0", 4 } };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		int pair[2];
		struct signer *s = NULL;
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
		assert_int_equal(write(pair[1], bad[i].bytes, bad[i].n), bad[i].n);
		assert_int_equal(shutdown(pair[1], SHUT_WR), 0);
		assert_int_equal(signer_open_socket(pair[0], &s, &why), E_BUSY);
		assert_null(s);
		(void)close(pair[1]);
	}
}

static void deadlines_end_waiting(void **state)
{
	(void)state;
	int pair[2];
	struct bytes b;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_int_equal(frame_read(pair[0], a, &b, clock_mono() + 1), E_BUSY);
	assert_int_equal(frame_read(pair[0], a, &b, clock_mono() - 1), E_BUSY);
	/* Nobody reads: the socket fills up, then the deadline comes. */
	uint8_t *big = arena_alloc(a, FRAME_MAX);
	enum err e = OK;
	for (int i = 0; !e && i < 1000; i++)
		e = frame_send(pair[0], (struct bytes){ big, FRAME_MAX }, clock_mono() + 20);
	assert_int_equal(e, E_BUSY);
	(void)close(pair[0]);
	(void)close(pair[1]);
}

static void requests_are_read_strictly(void **state)
{
	(void)state;
	struct signer_request q;
#define PARSE(s) signer_request_parse((struct bytes){ (const uint8_t *)(s), sizeof(s) - 1 }, &q)
	assert_true(PARSE("K"));
	assert_true(PARSE("Shead\0text"));
	assert_string_equal(q.purpose, "head");
	assert_string_equal(q.text, "text");
	assert_true(PARSE("Shead\0"));
	assert_true(PARSE("S\0"));
	assert_false(PARSE(""));
	assert_false(PARSE("KK"));
	assert_false(PARSE("X"));
	assert_false(PARSE("S"));
	assert_false(PARSE("Shead"));
	assert_false(PARSE("Shead\0te\0xt"));
	assert_false(PARSE("Ssixteen letters!\0x"));
#undef PARSE
}

/* Whatever comes, the process answers in form or hangs up, and never dies of it. */
static void garbage_does_not_hurt(void **state)
{
	(void)state;
	uint32_t seed = 12345;
	for (int round = 0; round < 20; round++) {
		struct process p = start();
		for (int i = 0; i < 50; i++) {
			uint8_t junk[64];
			for (size_t j = 0; j < sizeof junk; j++) {
				seed = seed * 1664525 + 1013904223;
				junk[j] = (uint8_t)(seed >> 24);
			}
			if (i < 49) { /* in form, with wrong contents; at last without form */
				static const uint8_t form[] = { 0, 0, 0, 60 };
				memcpy(junk, form, sizeof form);
				junk[4] = seed & 1 ? 'S' : junk[4];
			}
			assert_int_equal(send(p.fd, junk, sizeof junk, MSG_NOSIGNAL), sizeof junk);
			struct bytes b;
			if (i < 49) {
				assert_int_equal(frame_read(p.fd, a, &b, clock_mono() + 10000), OK);
				assert_true(b.at[0] || b.at[1]);
			}
		}
		(void)close(p.fd);
		assert_int_equal(end_of(p), 0);
	}
}

/* ---- threads ------------------------------------------------------------------------------ */

static void *sign_many(void *arg)
{
	struct arena *mine = arena_new();
	struct sm2_key *k = NULL;
	struct fault f;
	intptr_t failed =
		sm2_load_public(arena_printf(mine, "%s/public/%s.pem", keys, signer_key_id(arg)),
			&k, &f) != OK;
	for (int i = 0; i < 20 && !failed; i++) {
		char *hex = NULL;
		const char *text =
			arena_printf(mine, "shian-document-v1\n%p %d\n", (void *)&hex, i);
		failed += signer_sign(arg, "document", text, mine, &hex, &f) != OK ||
			  !signature_holds(k, "document", text, hex);
	}
	sm2_free(k);
	arena_free(mine);
	return (void *)failed;
}

static void threads_get_their_own_signatures(void **state)
{
	(void)state;
	struct process p = start();
	struct signer *s = NULL;
	pthread_t t[4];
	assert_int_equal(signer_open_socket(p.fd, &s, &why), OK);
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&t[i], NULL, sign_many, s), 0);
	for (int i = 0; i < 4; i++) {
		void *failed = NULL;
		assert_int_equal(pthread_join(t[i], &failed), 0);
		assert_null(failed);
	}
	signer_close(s);
	assert_int_equal(end_of(p), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_process_signs_heads_and_documents, begin),
		cmocka_unit_test_setup(nothing_else_is_signed, begin),
		cmocka_unit_test_setup(heads_go_forward_only, begin),
		cmocka_unit_test_setup(a_key_is_made_only_when_asked, begin),
		cmocka_unit_test_setup(the_process_keeps_no_rights, begin),
		cmocka_unit_test_setup(a_protected_key_wants_its_passphrase, begin),
		cmocka_unit_test_setup(another_key_takes_its_place, begin),
		cmocka_unit_test_setup(a_running_signer_gives_up_a_replaced_key, begin),
		cmocka_unit_test_setup(a_dead_process_is_said_and_replaced, begin),
		cmocka_unit_test_setup(wrong_answers_are_no_signatures, begin),
		cmocka_unit_test_setup(deadlines_end_waiting, begin),
		cmocka_unit_test_setup(requests_are_read_strictly, begin),
		cmocka_unit_test_setup(garbage_does_not_hurt, begin),
		cmocka_unit_test_setup(threads_get_their_own_signatures, begin),
	};
	log_to(LOG_ERROR, "test");
	return cmocka_run_group_tests(tests, setup, teardown);
}
