#include "core/ledger/store.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static struct arena *a;
static struct store *s;
static struct fault why;
static char dir[] = "/tmp/test-store-XXXXXX";

static struct bytes text(const char *t)
{
	return (struct bytes){ (const uint8_t *)t, strlen(t) };
}

static char *path_of(const char *sm3_hex)
{
	return arena_printf(a, "%s/objects/%.2s/%.2s/%s", dir, sm3_hex, sm3_hex + 2, sm3_hex);
}

static int setup(void **state)
{
	(void)state;
	a = arena_new();
	return mkdtemp(dir) && store_open(dir, &s, &why) == OK ? 0 : -1;
}

static enum err count_file(void *ctx, const char *path)
{
	(void)path;
	++*(int *)ctx;
	return OK;
}

static enum err remove_file(void *ctx, const char *path)
{
	(void)ctx;
	(void)unlink(arena_printf(a, "%s/objects/%s", dir, path));
	char *leaf = arena_printf(a, "%s/objects/%.5s", dir, path);
	if (rmdir(leaf) == 0)
		(void)rmdir(arena_printf(a, "%s/objects/%.2s", dir, path));
	return OK;
}

static int teardown(void **state)
{
	(void)state;
	enum err e = store_each(s, &(struct store_visit){ remove_file, NULL, &why });
	(void)rmdir(arena_printf(a, "%s/objects", dir));
	(void)rmdir(arena_printf(a, "%s/tmp", dir));
	store_close(s);
	int left = rmdir(dir);
	arena_free(a);
	return e || left;
}

static void what_is_put_is_read_back(void **state)
{
	(void)state;
	struct object o;
	assert_int_equal(store_put(s, a, text("abc"), &o, &why), OK);
	assert_string_equal(
		o.sm3, "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
	assert_string_equal(
		o.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_int_equal(o.size, 3);
	struct stat st;
	assert_int_equal(stat(path_of(o.sm3), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0440);
	struct bytes b;
	assert_int_equal(store_read(s, a, o.sm3, 3, &b, &why), OK);
	assert_int_equal(b.n, 3);
	assert_memory_equal(b.at, "abc", 3);
	assert_int_equal(store_read(s, a, o.sm3, 2, &b, &why), E_TOO_LARGE);
	assert_int_equal(store_check(s, o.sm3, o.sha256, &why), OK);
	assert_int_equal(store_check(s, o.sm3, NULL, &why), OK);
	assert_int_equal(store_check(s, o.sm3, o.sm3, &why), E_CONFLICT);
	int fd;
	int64_t size;
	assert_int_equal(store_fd(s, o.sm3, &fd, &size, &why), OK);
	assert_int_equal(size, 3);
	(void)close(fd);
	assert_int_equal(store_put(s, a, (struct bytes){ NULL, 0 }, &o, &why), OK);
	assert_int_equal(store_read(s, a, o.sm3, 0, &b, &why), OK);
	assert_int_equal(b.n, 0);
}

static void the_same_twice_is_one_file(void **state)
{
	(void)state;
	struct object one, two;
	int before = 0, after = 0;
	assert_int_equal(store_put(s, a, text("twice"), &one, &why), OK);
	assert_int_equal(store_each(s, &(struct store_visit){ count_file, &before, &why }), OK);
	assert_int_equal(store_put(s, a, text("twice"), &two, &why), OK);
	assert_int_equal(store_each(s, &(struct store_visit){ count_file, &after, &why }), OK);
	assert_string_equal(one.sm3, two.sm3);
	assert_int_equal(before, after);
}

static void a_file_moves_in(void **state)
{
	(void)state;
	struct object o, again;
	const char *path = arena_printf(a, "%s/upload", store_tmp(s));
	char *big = arena_alloc(a, 200001);
	memset(big, 'x', 200000);
	assert_int_equal(file_write(path, big, 200000, 0600, &why), OK);
	assert_int_equal(store_put_file(s, a, path, &o, &why), OK);
	assert_int_equal(o.size, 200000);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(store_check(s, o.sm3, o.sha256, &why), OK);
	assert_int_equal(file_write(path, big, 200000, 0600, &why), OK);
	assert_int_equal(store_put_file(s, a, path, &again, &why), OK);
	assert_string_equal(o.sm3, again.sm3);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(store_put_file(s, a, path, &again, &why), E_NOT_FOUND);
	assert_int_equal(store_put_file(s, a, store_tmp(s), &again, &why), E_INVALID);
	assert_int_equal(symlink("/etc/hostname", path), 0);
	assert_int_not_equal(store_put_file(s, a, path, &again, &why), OK);
	assert_int_equal(unlink(path), 0);
	/* A second name could be written through later. */
	const char *other = arena_printf(a, "%s/other", store_tmp(s));
	assert_int_equal(file_write(path, "y", 1, 0600, &why), OK);
	assert_int_equal(link(path, other), 0);
	assert_int_equal(store_put_file(s, a, path, &again, &why), E_INVALID);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(unlink(other), 0);
}

static void names_are_digests_only(void **state)
{
	(void)state;
	struct bytes b;
	static const char *const bad[] = { "", "..", "../../etc/passwd", "AB", NULL,
		"66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F7A2297DA02B8F4BA8E0",
		"../../../../../../../../../../../../../../../../../../etc/passwd" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(store_read(s, a, bad[i], 100, &b, &why), E_NOT_FOUND);
	struct digest none = sm3("nobody put this", 15);
	assert_int_equal(store_read(s, a, digest_hex(a, &none), 100, &b, &why), E_NOT_FOUND);
	assert_int_equal(store_check(s, digest_hex(a, &none), NULL, &why), E_NOT_FOUND);
}

static void damage_is_found(void **state)
{
	(void)state;
	struct object o, again;
	assert_int_equal(store_put(s, a, text("evidence"), &o, &why), OK);
	assert_int_equal(chmod(path_of(o.sm3), 0640), 0);
	FILE *f = fopen(path_of(o.sm3), "r+");
	assert_non_null(f);
	assert_int_equal(fputc('E', f), 'E');
	assert_int_equal(fclose(f), 0);
	assert_int_equal(store_check(s, o.sm3, o.sha256, &why), E_CONFLICT);
	/* Nor is the damaged one taken for the content given now. */
	assert_int_equal(store_put(s, a, text("evidence"), &again, &why), E_CONFLICT);
	assert_int_equal(unlink(path_of(o.sm3)), 0);
	assert_int_equal(store_check(s, o.sm3, o.sha256, &why), E_NOT_FOUND);
	assert_int_equal(store_put(s, a, text("evidence"), &again, &why), OK);
	assert_int_equal(store_check(s, o.sm3, o.sha256, &why), OK);
}

static void *put_many(void *arg)
{
	struct arena *mine = arena_new();
	intptr_t failed = 0;
	for (int i = 0; i < 40; i++) {
		struct object o;
		struct fault f;
		const char *t = arena_printf(mine, "object %d", i);
		failed += store_put(s, mine, text(t), &o, &f) != OK;
		failed += store_check(s, o.sm3, o.sha256, &f) != OK;
	}
	arena_free(mine);
	(void)arg;
	return (void *)failed;
}

static void threads_put_the_same(void **state)
{
	(void)state;
	pthread_t t[4];
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&t[i], NULL, put_many, NULL), 0);
	for (int i = 0; i < 4; i++) {
		void *failed = NULL;
		assert_int_equal(pthread_join(t[i], &failed), 0);
		assert_null(failed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_put_is_read_back),
		cmocka_unit_test(the_same_twice_is_one_file),
		cmocka_unit_test(a_file_moves_in),
		cmocka_unit_test(names_are_digests_only),
		cmocka_unit_test(damage_is_found),
		cmocka_unit_test(threads_put_the_same),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
