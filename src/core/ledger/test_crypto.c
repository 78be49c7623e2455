#include "core/ledger/crypto.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static struct arena *a;
static char dir[] = "/tmp/test-crypto-XXXXXX";

static int setup(void **state)
{
	(void)state;
	a = arena_new();
	return mkdtemp(dir) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	static const char *const files[] = { "a.pem", "a.pub", "b.pem", "b.pub", "ec.pem" };
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		(void)unlink(arena_printf(a, "%s/%s", dir, files[i]));
	(void)rmdir(dir);
	arena_free(a);
	return 0;
}

static void assert_digest(struct digest d, const char *hex)
{
	assert_string_equal(digest_hex(a, &d), hex);
}

/* GB/T 32905-2016, annex A; FIPS 180-4. */
static void digests_match_the_standards(void **state)
{
	(void)state;
	assert_digest(
		sm3("abc", 3), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
	const char *long_one = "abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd";
	assert_digest(sm3(long_one, 64),
		"debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
	assert_digest(
		sm3(NULL, 0), "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b");
	assert_digest(sha256("abc", 3),
		"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_digest(
		sha256("", 0), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void a_digest_in_pieces_is_the_same(void **state)
{
	(void)state;
	char text[1000];
	for (size_t i = 0; i < sizeof text; i++)
		text[i] = (char)(i * 7);
	for (int kind = 0; kind < 2; kind++) {
		struct hash *h = hash_new(kind ? HASH_SHA256 : HASH_SM3);
		for (size_t at = 0, n = 0; at < sizeof text; at += n, n++)
			hash_add(h, text + at, at + n > sizeof text ? sizeof text - at : n);
		struct digest d = hash_end(h);
		struct digest whole = kind ? sha256(text, sizeof text) : sm3(text, sizeof text);
		assert_memory_equal(d.b, whole.b, DIGEST);
	}
}

/* HMAC by its definition (RFC 2104) with SM3. */
static void hmac_is_the_definition(void **state)
{
	(void)state;
	uint8_t inner[64 + 5], outer[64 + DIGEST];
	memset(inner, 0x36, 64);
	memset(outer, 0x5c, 64);
	for (size_t i = 0; i < 3; i++) {
		inner[i] ^= (uint8_t) "key"[i];
		outer[i] ^= (uint8_t) "key"[i];
	}
	memcpy(inner + 64, "hello", 5);
	struct digest in = sm3(inner, sizeof inner);
	memcpy(outer + 64, in.b, DIGEST);
	struct digest want = sm3(outer, sizeof outer), got = sm3_hmac("key", 3, "hello", 5);
	assert_memory_equal(got.b, want.b, DIGEST);
	(void)sm3_hmac("", 0, "", 0);
}

static void digests_are_read_strictly(void **state)
{
	(void)state;
	struct digest d, e;
	d = sm3("x", 1);
	char *hex = digest_hex(a, &d);
	assert_true(digest_parse(hex, &e));
	assert_true(same_bytes(d.b, e.b, DIGEST));
	assert_false(digest_parse(NULL, &e));
	assert_false(digest_parse("", &e));
	assert_false(digest_parse(arena_printf(a, "%s0", hex), &e));
	assert_false(digest_parse(hex + 1, &e));
	assert_false(digest_parse(
		"66C7F0F462EEEDD9D1F2D46BDC10E4E24167C4875CF2F7A2297DA02B8F4BA8E0", &e));
	assert_false(digest_parse(
		"zzc7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0", &e));
}

/* ---- SM2 ---------------------------------------------------------------------------------- */

static struct sm2_key *make(const char *name, struct sm2_key **public)
{
	struct fault why = { 0 };
	struct sm2_key *k = NULL;
	const char *secret = arena_printf(a, "%s/%s.pem", dir, name);
	const char *pub = arena_printf(a, "%s/%s.pub", dir, name);
	assert_int_equal(sm2_create(secret, pub, &why), OK);
	assert_int_equal(sm2_load_private(secret, &k, &why), OK);
	assert_int_equal(sm2_load_public(pub, public, &why), OK);
	return k;
}

static void sm2_signs_and_finds_tampering(void **state)
{
	(void)state;
	struct fault why = { 0 };
	struct sm2_key *pub = NULL, *other_pub = NULL, *k = make("a", &pub),
		       *b = make("b", &other_pub);
	assert_int_equal(strlen(sm2_key_id(k)), 16);
	assert_string_equal(sm2_key_id(k), sm2_key_id(pub));
	assert_string_not_equal(sm2_key_id(k), sm2_key_id(b));
	char text[] = "shian-head-v1\n7\n";
	size_t n = strlen(text);
	char *hex = NULL, *again = NULL;
	assert_int_equal(sm2_sign(k, text, n, a, &hex, &why), OK);
	assert_int_equal(sm2_sign(k, text, n, a, &again, &why), OK);
	assert_string_not_equal(hex, again); /* SM2 signatures are random */
	assert_true(sm2_verify(pub, text, n, hex));
	assert_true(sm2_verify(k, text, n, again));
	assert_false(sm2_verify(other_pub, text, n, hex));
	for (size_t i = 0; i < n; i++) {
		text[i] ^= 1;
		assert_false(sm2_verify(pub, text, n, hex));
		text[i] ^= 1;
	}
	for (size_t i = 0; hex[i]; i++) {
		char *bad = arena_dup(a, hex);
		bad[i] = bad[i] == '0' ? '1' : '0';
		assert_false(sm2_verify(pub, text, n, bad));
	}
	assert_false(sm2_verify(pub, text, n, ""));
	assert_false(sm2_verify(pub, text, n, NULL));
	assert_false(sm2_verify(pub, text, n, "00"));
	assert_false(sm2_verify(pub, text, n, "abc"));
	assert_false(sm2_verify(pub, text, n, arena_printf(a, "%0400d", 0)));
	char *without = NULL;
	assert_int_not_equal(sm2_sign(pub, text, n, a, &without, &why), OK);
	sm2_free(k);
	sm2_free(b);
	sm2_free(pub);
	sm2_free(other_pub);
}

static void key_files_are_guarded(void **state)
{
	(void)state;
	struct fault why = { 0 };
	struct sm2_key *k = NULL;
	struct stat st;
	const char *secret = arena_printf(a, "%s/a.pem", dir);
	assert_int_equal(stat(secret, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(sm2_create(secret, NULL, &why), E_CONFLICT);
	assert_int_equal(chmod(secret, 0640), 0);
	assert_int_equal(sm2_load_private(secret, &k, &why), E_FORBIDDEN);
	assert_int_equal(chmod(secret, 0600), 0);
	assert_int_equal(sm2_load_private(arena_printf(a, "%s/none", dir), &k, &why), E_NOT_FOUND);
	assert_int_equal(sm2_load_public(secret, &k, &why), E_INVALID);
	const char *ec = "-----BEGIN PUBLIC KEY-----\n"
			 "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
			 "-----END PUBLIC KEY-----\n"; /* Ed25519, RFC 8410 */
	const char *path = arena_printf(a, "%s/ec.pem", dir);
	assert_int_equal(file_write(path, ec, strlen(ec), 0600, &why), OK);
	assert_int_equal(sm2_load_public(path, &k, &why), E_INVALID);
	assert_null(k);
}

/* ---- what people hold --------------------------------------------------------------------- */

static void passwords(void **state)
{
	(void)state;
	char *one = password_hash(a, "食品安全 123"), *two = password_hash(a, "食品安全 123");
	assert_string_not_equal(one, two);
	assert_true(text_starts(one, "$argon2id$v=19$m=19456,t=2,p=1$"));
	assert_true(password_matches(one, "食品安全 123"));
	assert_true(password_matches(two, "食品安全 123"));
	assert_false(password_matches(one, "食品安全 124"));
	assert_false(password_matches(one, ""));
	assert_false(password_matches("", ""));
	assert_false(password_matches(NULL, "x"));
	assert_false(password_matches("$argon2id$garbage", "x"));
}

/* RFC 6238, appendix B: the last six of the eight digits. */
static void one_time_codes(void **state)
{
	(void)state;
	static const char secret[] = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"; /* 12345678901234567890 */
	static const struct {
		int64_t s;
		const char *code;
	} rfc[] = { { 59, "287082" }, { 1111111109, "081804" }, { 1111111111, "050471" },
		{ 1234567890, "005924" }, { 2000000000, "279037" }, { 20000000000, "353130" } };
	for (size_t i = 0; i < sizeof rfc / sizeof *rfc; i++) {
		int64_t ms = rfc[i].s * 1000, step = -1;
		assert_string_equal(totp_code(a, secret, ms), rfc[i].code);
		assert_true(totp_matches(secret, rfc[i].code, ms, &step));
		assert_int_equal(step, rfc[i].s / 30);
		assert_true(totp_matches(secret, rfc[i].code, ms + 30000, &step));
		assert_int_equal(step, rfc[i].s / 30);
		assert_true(totp_matches(secret, rfc[i].code, ms - 30000, &step));
		assert_false(totp_matches(secret, rfc[i].code, ms + 60000, &step));
		assert_true(i == 0 || !totp_matches(secret, rfc[i].code, ms - 60000, &step));
	}
	assert_string_equal(
		totp_code(a, "gezd gnbv gy3t qojq gezd gnbv gy3t qojq", 59000), "287082");
	assert_false(totp_matches(secret, "28708", 59000, NULL));
	assert_false(totp_matches(secret, "2870820", 59000, NULL));
	assert_false(totp_matches(secret, NULL, 59000, NULL));
	assert_false(totp_matches("not base32!", "287082", 59000, NULL));
	assert_false(totp_matches("", "287082", 59000, NULL));
	assert_string_equal(totp_code(a, "1", 59000), "");
	char *mine = totp_secret_new(a);
	assert_int_equal(strlen(mine), 32);
	assert_int_equal(strspn(mine, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"), 32);
	assert_string_not_equal(mine, totp_secret_new(a));
	assert_true(totp_matches(mine, totp_code(a, mine, 1), 1, NULL));
}

static void tokens(void **state)
{
	(void)state;
	for (int i = 0; i < 100; i++) {
		char *t = token_new(a);
		assert_int_equal(strlen(t), 43);
		assert_int_equal(strspn(t, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
					   "0123456789-_"),
			43);
		assert_string_not_equal(t, token_new(a));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digests_match_the_standards),
		cmocka_unit_test(a_digest_in_pieces_is_the_same),
		cmocka_unit_test(hmac_is_the_definition),
		cmocka_unit_test(digests_are_read_strictly),
		cmocka_unit_test(sm2_signs_and_finds_tampering),
		cmocka_unit_test(key_files_are_guarded),
		cmocka_unit_test(passwords),
		cmocka_unit_test(one_time_codes),
		cmocka_unit_test(tokens),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
