/* Keys in tokens: each refusal, the PIN that is tried once, a token taken out and put back, the
 * walls around the module, rotation from file to token to file with all heads verified. */
#include "core/ledger/proof_file.h"
#include "core/ledger/signer_key.h"
#include "core/ledger/signer_pdf.h"
#include "core/ledger/test_fixture.h"
#include "core/ledger/token_pin.h"
#include "core/ledger/token_wire.h"
#include "core/ledger/verify.h"
#include "tokens.h"

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

enum { AGAIN_MS = 1600 }; /* a token that failed is looked for again after 1.5 s */
#define DIGEST_MECHANISM "mechanism 0x80000101\n"

static struct token_world *w;
static struct fault why;
static const char *keys;
static int folders;

static int begin(void **state)
{
	(void)state;
	w = token_world_new();
	keys = arena_printf(w->a, "%s/keys%d", w->top, folders++);
	assert_int_equal(dir_make(keys, &why), OK);
	vendor_in(w, true);
	vendor_key(w, "heads");
	return 0;
}

static int end(void **state)
{
	(void)state;
	clock_set(0);
	token_world_free(w);
	return 0;
}

static void says(const char *part)
{
	if (!strstr(why.text, part))
		fail_msg("\"%s\" is not in: %s", part, why.text);
}

static void pause_ms(int ms)
{
	(void)usleep((useconds_t)ms * 1000);
}

/* ---- the description ----------------------------------------------------------------------------
 */

static void a_description_is_read_strictly(void **state)
{
	(void)state;
	static const struct {
		const char *text, *says;
	} bad[] = {
		{ "module /m\ntoken t\nlabel l\n", "begins with" },
		{ "shian-token 1\ntoken t\nlabel l\n", "names no module" },
		{ "shian-token 1\nmodule /m\nlabel l\n", "names no token" },
		{ "shian-token 1\nmodule /m\ntoken t\n", "names no key" },
		{ "shian-token 1\nmodule m.so\ntoken t\nlabel l\n", "line 2" },
		{ "shian-token 1\nmodule /m\nmodule /n\ntoken t\nlabel l\n", "line 3" },
		{ "shian-token 1\nmodule /m\ntoken t\nid 0\n", "line 4" },
		{ "shian-token 1\nmodule /m\ntoken t\nid xy\n", "line 4" },
		{ "shian-token 1\nmodule /m\ntoken t\nlabel l\nmechanism 0\n", "line 5" },
		{ "shian-token 1\nmodule /m\ntoken t\nlabel l\nmechanism 0x\n", "line 5" },
		{ "shian-token 1\nmodule /m\ntoken t\nlabel l\nmechanism 0x123456789\n", "line 5" },
		{ "shian-token 1\nmodule /m\ntoken t\nlabel l\nmechanism CKM_ECDSA\n", "line 5" },
		{ "shian-token 1\nmodule /m\ntoken t\nlabel l\ninput hash\n", "line 5" },
		{ "shian-token 1\nmodule /m\ntoken t\nlabel l\npin 1234\n", "line 5" },
		{ "shian-token 1\nmodule /m\ntoken t\nlabel l\nreads etc\n", "line 5" },
		{ "shian-token 1\nmodule /m\ntoken t\nlabel l\nreach everything\n", "line 5" },
		{ "shian-token 1\nmodule /m\ntoken t\nlabel l\nkey 12\n", "line 5" },
	};
	struct token_place p;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct bytes text = { (const uint8_t *)bad[i].text, strlen(bad[i].text) };
		assert_int_equal(token_place_parse(w->a, text, &p, &why), E_INVALID);
		says(bad[i].says);
	}
	p = vendor_place(w, "heads",
		"# a remark\n\nserial 0042\nid 01\nmechanism 0x800001AB\ninput message\n"
		"reads /etc/a\nreach unix\nreach inet\nkey 0123456789abcdef\n");
	assert_int_equal(p.mechanism, 0x800001ab);
	assert_true(p.whole && p.unix_sockets && p.inet_sockets);
	char *text = token_place_text(w->a, &p);
	struct token_place again;
	assert_int_equal(
		token_place_parse(
			w->a, (struct bytes){ (const uint8_t *)text, strlen(text) }, &again, &why),
		OK);
	assert_string_equal(token_place_text(w->a, &again), text);
}

/* ---- refusals -----------------------------------------------------------------------------------
 */

static enum err opened(struct token_place p, enum token_profile profile)
{
	struct token_key *k = NULL;
	enum err e = token_key_new(keys, &p, profile, &k, &why);
	if (!e)
		e = token_key_open(k, &why);
	token_key_close(k);
	return e;
}

static enum err vendor_opened(const char *label, const char *more)
{
	return opened(vendor_place(w, label, more), TOKEN_SM2);
}

static void each_refusal_says_why(void **state)
{
	(void)state;
	struct token_place p = vendor_place(w, "heads", DIGEST_MECHANISM);
	assert_int_equal(opened(p, TOKEN_SM2), OK);
	p.module = "/nowhere/module.so";
	assert_int_equal(opened(p, TOKEN_SM2), E_INVALID);
	says("cannot be loaded");
	p.module = "/lib/x86_64-linux-gnu/libm.so.6";
	if (access(p.module, F_OK) == 0) {
		assert_int_equal(opened(p, TOKEN_SM2), E_INVALID);
		says("no PKCS#11 module");
	}
	assert_int_equal(vendor_opened("other", DIGEST_MECHANISM), E_NOT_FOUND);
	says("no private key labelled other");
	assert_int_equal(vendor_opened("heads", DIGEST_MECHANISM "id 09\n"), E_NOT_FOUND);
	assert_int_equal(vendor_opened("heads", DIGEST_MECHANISM "serial 43\n"), E_BUSY);
	says("not there (token vendor 43, key heads)");
	vendor_key(w, "heads.2");
	assert_int_equal(vendor_opened("heads", DIGEST_MECHANISM), E_CONFLICT);
	says("several private keys labelled heads");
	assert_int_equal(vendor_opened("heads", DIGEST_MECHANISM "id 02\n"), OK);
	assert_int_equal(vendor_opened("heads", "id 01\n"), E_INVALID);
	says("names no mechanism");
	assert_int_equal(vendor_opened("heads", "id 01\nmechanism 0x80000999\n"), E_INVALID);
	says("signs with no mechanism 0x80000999");
	assert_int_equal(vendor_opened("heads", "id 01\nmechanism 0x80000103\n"), E_CONFLICT);
	says("does not hold");
	assert_int_equal(
		vendor_opened("heads", "id 01\ninput message\n" DIGEST_MECHANISM), E_INVALID);
	says("no data of this length");
	assert_int_equal(
		vendor_opened("heads", "id 01\ninput message\nmechanism 0x80000102\n"), OK);
	assert_int_equal(vendor_opened("heads", "id 01\nkey 0123456789abcdef\n" DIGEST_MECHANISM),
		E_CONFLICT);
	says("on record is 0123456789abcdef");
	p = vendor_place(w, "heads", "id 01\n" DIGEST_MECHANISM);
	assert_int_equal(opened(p, TOKEN_P256), E_INVALID);
	says("no key of P-256");
	vendor_in(w, false);
	assert_int_equal(vendor_opened("heads", "id 01\n" DIGEST_MECHANISM), E_BUSY);
	says("the token is not there (token vendor, key heads)");
}

static void a_wrong_pin_is_tried_once(void **state)
{
	(void)state;
	token_world_pin(w, "99999999");
	assert_int_equal(vendor_opened("heads", DIGEST_MECHANISM), E_LOGIN);
	says("the PIN is not right");
	assert_int_equal(vendor_logins(w), 1);
	for (int i = 0; i < 3; i++) { /* as the supervisor would, a new process each time */
		assert_int_equal(vendor_opened("heads", DIGEST_MECHANISM), E_LOGIN);
		says("it is not tried again: write the right one into the file");
	}
	/* nor by a key that names the same token otherwise */
	assert_int_equal(vendor_opened("heads", DIGEST_MECHANISM "serial 0042\n"), E_LOGIN);
	assert_int_equal(vendor_logins(w), 1);
	token_world_pin(w, TEST_PIN);
	assert_int_equal(vendor_opened("heads", DIGEST_MECHANISM), OK);
	assert_int_equal(vendor_logins(w), 2);
	assert_int_equal(vendor_opened("heads", DIGEST_MECHANISM), OK);
	/* the last try before the token locks itself is a person's */
	assert_true(token_world_run(w, "printf .. > vendor/failures"));
	assert_int_equal(vendor_opened("heads", DIGEST_MECHANISM), E_LOGIN);
	says("one try of the PIN is left");
	assert_true(token_world_run(w, "printf ... > vendor/failures"));
	assert_int_equal(vendor_opened("heads", DIGEST_MECHANISM), E_LOGIN);
	says("locked");
	assert_int_equal(vendor_logins(w), 3);
}

static void a_pin_comes_from_where_others_cannot_read(void **state)
{
	(void)state;
	struct token_pin pin = { "" };
	assert_int_equal(chmod(w->pin, 0640), 0);
	assert_int_equal(vendor_opened("heads", DIGEST_MECHANISM), E_LOGIN);
	says("chmod 600");
	assert_int_equal(vendor_logins(w), 0);
	assert_int_equal(unlink(w->pin), 0);
	assert_int_equal(token_pin_take(w->pin, false, &pin, &why), E_NOT_FOUND);
	token_world_pin(w, "123");
	assert_int_equal(token_pin_take(w->pin, false, &pin, &why), E_INVALID);
	assert_string_equal(pin.text, "");
	token_world_pin(w, TEST_PIN);
	assert_int_equal(token_pin_take("", false, &pin, &why), E_NOT_FOUND);
	says("SHIAN_TOKEN_PIN_FILE");
	(void)setenv("SHIAN_TOKEN_PIN_FILE", w->pin, 1);
	assert_int_equal(token_pin_take("", false, &pin, &why), OK);
	assert_string_equal(pin.text, TEST_PIN);
	(void)unsetenv("SHIAN_TOKEN_PIN_FILE");
	assert_true(token_world_run(w, "mkdir credentials && cp pin credentials/shian-pin && chmod "
				       "400 credentials/shian-pin"));
	(void)setenv("CREDENTIALS_DIRECTORY", arena_printf(w->a, "%s/credentials", w->top), 1);
	pin = (struct token_pin){ "" };
	assert_int_equal(token_pin_take("", false, &pin, &why), OK);
	assert_string_equal(pin.text, TEST_PIN);
	(void)unsetenv("CREDENTIALS_DIRECTORY");
}

/* ---- the process --------------------------------------------------------------------------------
 */

/* What shian key rotate does, without a database. */
static void moved_to(const struct token_place *to)
{
	struct key_move m = { .keys_dir = keys, .to = to };
	assert_int_equal(signer_key_next(&m, &why), OK);
	assert_int_equal(signer_key_take(keys, &why), OK);
}

static void file_key(void)
{
	struct signer_key *k = NULL;
	assert_int_equal(signer_key_open(keys, true, &k, &why), OK);
	signer_key_close(k);
}

struct process {
	pid_t pid;
	struct signer *s;
};

static struct process start(void)
{
	int pair[2];
	struct process p = { 0 };
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	p.pid = fork();
	assert_true(p.pid >= 0);
	if (p.pid == 0) {
		(void)close(pair[0]);
		_exit(signer_main(pair[1], keys));
	}
	(void)close(pair[1]);
	assert_int_equal(signer_open_socket(pair[0], &p.s, &why), OK);
	return p;
}

static int stop(struct process p)
{
	int status = -1;
	signer_close(p.s);
	assert_int_equal(waitpid(p.pid, &status, 0), p.pid);
	return status;
}

static enum err paper_signed(struct process p)
{
	static const char text[] = "shian-document-v1\n决定书 1\n";
	struct sm2_key *public = NULL;
	char *hex = NULL;
	enum err e = signer_sign(p.s, "document", text, w->a, &hex, &why);
	if (e)
		return e;
	const char *path = arena_printf(w->a, "%s/public/%s.pem", keys, signer_key_id(p.s));
	assert_int_equal(sm2_load_public(path, &public, &why), OK);
	assert_true(signature_holds(public, "document", text, hex));
	assert_false(signature_holds(public, "document", "shian-document-v1\n", hex));
	sm2_free(public);
	return OK;
}

static void a_process_signs_with_the_token(void **state)
{
	(void)state;
	static const char *const ways[] = { DIGEST_MECHANISM,
		"mechanism 0x80000102\ninput message\nserial 0042\n" };
	for (int i = 0; i < 2; i++) {
		keys = arena_printf(w->a, "%s/way%d", w->top, i);
		struct token_place to = vendor_place(w, "heads", ways[i]);
		file_key();
		moved_to(&to);
		struct process p = start();
		assert_int_equal(paper_signed(p), OK);
		assert_int_equal(stop(p), 0);
		assert_true(token_world_run(
			w, arena_printf(w->a, "! grep -q PRIVATE %s/sm2.pem", keys)));
	}
}

/* Heads wait, and go on in the same process. */
static void taken_out_and_put_back(void **state)
{
	(void)state;
	struct token_place to = vendor_place(w, "heads", DIGEST_MECHANISM);
	file_key();
	moved_to(&to);
	struct process p = start();
	assert_int_equal(paper_signed(p), OK);
	vendor_in(w, false);
	assert_int_equal(paper_signed(p), E_BUSY);
	assert_int_equal(paper_signed(p), E_BUSY);
	says("the token is not there");
	pause_ms(AGAIN_MS);
	assert_int_equal(paper_signed(p), E_BUSY);
	vendor_in(w, true);
	pause_ms(AGAIN_MS);
	assert_int_equal(paper_signed(p), OK);
	vendor_in(w, false); /* out and in between two signatures: not even one fails */
	vendor_in(w, true);
	assert_int_equal(paper_signed(p), OK);
	/* a vendor's own number is no end either */
	assert_true(token_world_run(w, "touch vendor/odd"));
	assert_int_equal(paper_signed(p), E_INTERNAL);
	says("0x80000777");
	assert_true(token_world_run(w, "rm vendor/odd"));
	pause_ms(AGAIN_MS);
	assert_int_equal(paper_signed(p), OK);
	/* another key under the same name signs nothing */
	vendor_in(w, false);
	vendor_key(w, "heads");
	vendor_in(w, true);
	assert_int_equal(paper_signed(p), E_CONFLICT);
	says("on record is");
	assert_int_equal(stop(p), 0);
}

/* It begins without the token, and says which key it has all the same. */
static void begun_before_the_token_is_there(void **state)
{
	(void)state;
	struct token_place to = vendor_place(w, "heads", DIGEST_MECHANISM);
	file_key();
	moved_to(&to);
	vendor_in(w, false);
	struct process p = start();
	assert_int_equal(strlen(signer_key_id(p.s)), TOKEN_KEY_ID);
	assert_true(signer_key_period(p.s).until > clock_now());
	assert_int_equal(paper_signed(p), E_BUSY);
	vendor_in(w, true);
	pause_ms(AGAIN_MS);
	assert_int_equal(paper_signed(p), OK);
	assert_int_equal(stop(p), 0);
}

static void a_token_that_hangs_ends_the_process(void **state)
{
	(void)state;
	struct token_place to = vendor_place(w, "heads", DIGEST_MECHANISM);
	file_key();
	moved_to(&to);
	struct process p = start();
	assert_true(token_world_run(w, "touch vendor/hang"));
	assert_int_equal(paper_signed(p), E_BUSY);
	int status = stop(p);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGALRM);
}

static void *thread_ran(void *arg)
{
	*(bool *)arg = true;
	return NULL;
}

/* In a process of its own: what is left of its rights, as bits. */
static int rights_left(const struct token_place *p)
{
	bool landlock = syscall(SYS_landlock_create_ruleset, NULL, 0, 1 /* the version */) > 0,
	     ran = false;
	pthread_t t;
	if (!signer_rights_drop(keys, &p, 1))
		return 128;
	int left = 0;
	left |= socket(AF_INET, SOCK_STREAM, 0) >= 0 ? 1 : 0;
	left |= (socket(AF_UNIX, SOCK_STREAM, 0) >= 0) != p->unix_sockets ? 2 : 0;
	left |= fork() >= 0 ? 4 : 0;
	(void)execl("/bin/true", "true", (char *)NULL); /* would end this process with 0 */
	left |= landlock && open("/etc/passwd", O_RDONLY) >= 0 ? 8 : 0;
	left |= landlock && open(arena_printf(w->a, "%s/new", w->top), O_CREAT | O_WRONLY, 0600) >=
					0
			? 16
			: 0;
	left |= open(arena_printf(w->a, "%s/new", w->vendor), O_CREAT | O_WRONLY, 0600) < 0 ? 32
											    : 0;
	if (pthread_create(&t, NULL, thread_ran, &ran) || pthread_join(t, NULL) || !ran)
		left |= 64;
	return left + 1;
}

static void the_module_is_behind_walls(void **state)
{
	(void)state;
	static const char *const reach[] = { "", "reach unix\n" };
	for (int i = 0; i < 2; i++) {
		int status = 0;
		struct token_place p = vendor_place(w, "heads", reach[i]);
		pid_t pid = fork();
		assert_true(pid >= 0);
		if (pid == 0)
			_exit(rights_left(&p));
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 1);
	}
}

/* ---- SoftHSM ------------------------------------------------------------------------------------
 */

static enum err pdf_signed(struct process p)
{
	struct cms_parts parts = { .profile = CMS_P256, .at = clock_now() };
	struct bytes attributes;
	char *answer = NULL;
	enum err e = signer_sign(
		p.s, "pdf", pdf_request(w->a, &parts, "示范区市场监督管理局"), w->a, &answer, &why);
	if (e)
		return e;
	assert_true(pdf_answer_parse(w->a, answer, &parts));
	assert_int_equal(cms_attributes(w->a, &parts, &attributes, &why), OK);
	assert_int_equal(file_write(arena_printf(w->a, "%s/attributes", w->top), attributes.at,
				 attributes.n, 0600, &why),
		OK);
	size_t n = strlen(parts.signature) / 2;
	uint8_t *signature = arena_alloc(w->a, n);
	assert_true(hex_decode(signature, parts.signature, n));
	assert_int_equal(
		file_write(arena_printf(w->a, "%s/signature", w->top), signature, n, 0600, &why),
		OK);
	assert_true(token_world_run(w,
		arena_printf(w->a,
			"openssl x509 -in %s/public/pdf.crt -noout -pubkey > pub && openssl dgst "
			"-sha256 -verify pub -signature signature attributes >/dev/null && openssl "
			"verify -no_check_time -CAfile %s/public/pdf.crt %s/public/pdf.crt "
			">/dev/null",
			keys, keys, keys)));
	return OK;
}

static void softhsm_signs_papers(void **state)
{
	(void)state;
	softhsm_make(w);
	softhsm_key(w, "papers", "01");
	softhsm_key(w, "twice", "02");
	softhsm_key(w, "twice", "03");
	struct token_place to = softhsm_place(w, "papers", ""), two = softhsm_place(w, "twice", ""),
			   none = softhsm_place(w, "none", "");
	struct pdf_move m = { .keys_dir = keys, .to = &none };
	file_key();
	struct process p = start();
	assert_int_equal(pdf_signed(p), OK);
	assert_int_equal(pdf_key_next(&m, &why), E_NOT_FOUND);
	says("no private key labelled none");
	m.to = &two;
	assert_int_equal(pdf_key_next(&m, &why), E_CONFLICT);
	says("several private keys");
	m.to = &to;
	assert_int_equal(pdf_key_next(&m, &why), OK);
	assert_int_equal(pdf_key_take(keys, &why), OK);
	assert_string_not_equal(m.old, m.new);
	assert_int_equal(access(arena_printf(w->a, "%s/public/pdf-%s.crt", keys, m.old), F_OK), 0);
	assert_int_equal(pdf_signed(p), E_BUSY); /* it notices, and begins anew */
	assert_int_equal(WEXITSTATUS(stop(p)), 1);
	p = start();
	assert_int_equal(pdf_signed(p), OK);
	assert_true(token_world_run(
		w, "mv tokens away && mkdir tokens")); /* with the heads' key in a file */
	assert_int_equal(paper_signed(p), OK);
	assert_int_equal(stop(p), 0);
	p = start();
	assert_int_equal(pdf_signed(p), E_BUSY);
	says("the token is not there (token shian, key papers)");
	assert_int_equal(paper_signed(p), OK);
	assert_true(token_world_run(w, "mv away/* tokens/"));
	pause_ms(AGAIN_MS);
	assert_int_equal(pdf_signed(p), OK);
	assert_int_equal(stop(p), 0);
	/* and back into a file */
	m = (struct pdf_move){ .keys_dir = keys };
	assert_int_equal(pdf_key_next(&m, &why), OK);
	assert_int_equal(pdf_key_take(keys, &why), OK);
	p = start();
	assert_int_equal(pdf_signed(p), OK);
	assert_int_equal(stop(p), 0);
}

/* A key of P-256 makes no heads. */
static void softhsm_signs_no_heads(void **state)
{
	(void)state;
	softhsm_make(w);
	softhsm_key(w, "papers", "01");
	struct token_place to = softhsm_place(w, "papers", "mechanism 0x1041\n");
	struct key_move m = { .keys_dir = keys, .to = &to };
	file_key();
	assert_int_equal(signer_key_next(&m, &why), E_INVALID);
	says("is no key of SM2");
	token_world_pin(w, "00000000");
	assert_int_equal(opened(to, TOKEN_P256), E_LOGIN);
	assert_int_equal(opened(to, TOKEN_P256), E_LOGIN);
	says("not tried again");
}

/* ---- rotation -----------------------------------------------------------------------------------
 */

static void rotated(struct fixture *f, const struct token_place *to)
{
	struct key_move m = { .keys_dir = f->keys, .to = to };
	signer_close(f->signer);
	f->signer = NULL;
	assert_int_equal(signer_key_next(&m, &why), OK);
	assert_int_equal(signer_key_next(&m, &why), OK); /* killed and run again */
	assert_int_equal(signer_open_local(f->keys, false, &f->signer, &why), OK);
	assert_string_equal(signer_key_id(f->signer), m.old);
	fixture_facts(f, 7);
	fixture_head(f); /* the old key's last */
	assert_int_equal(signer_key_take(f->keys, &why), OK);
	signer_close(f->signer);
	f->signer = NULL;
	assert_int_equal(signer_open_local(f->keys, false, &f->signer, &why), OK);
	assert_string_equal(signer_key_id(f->signer), m.new);
	fixture_facts(f, 5);
	fixture_head(f);
}

static void verified(struct fixture *f, int64_t heads)
{
	struct verify_report r = { 0 };
	struct verify_options o = {
		.db = f->db, .store = f->store, .keys_dir = f->keys, .arena = f->a
	};
	assert_int_equal(ledger_verify(&o, &r, &why), OK);
	if (r.wrong.count)
		fail_msg("verify: %s", r.wrong.text[0]);
	assert_int_equal(r.heads, heads);
	assert_int_equal(r.signatures, heads);
}

/* The head by hand, as docs/LEDGER.md says. */
static void openssl_verifies(struct fixture *f)
{
	struct tree_head h = { 0 };
	assert_int_equal(last_head_read(f->a, f->keys, &h, &why), OK);
	const char *text = signed_bytes(f->a, "head", head_text(f->a, &h));
	assert_int_equal(file_write(arena_printf(f->a, "%s/head.txt", w->top), text, strlen(text),
				 0600, &why),
		OK);
	assert_true(token_world_run(
		w, arena_printf(f->a,
			   "printf %%s %s | xxd -r -p > head.sig && openssl dgst -sm3 -verify "
			   "%s/public/%s.pem -sigopt distid:1234567812345678 -signature head.sig "
			   "head.txt >/dev/null",
			   h.signature, f->keys, h.key_id)));
}

static void file_token_file(bool pg)
{
	struct fixture *f = fixture_new(pg);
	struct token_place to = vendor_place(w, "heads", DIGEST_MECHANISM);
	fixture_facts(f, 9);
	fixture_head(f);
	rotated(f, &to);
	openssl_verifies(f);
	verified(f, 3);
	struct key_move m = { .keys_dir = f->keys, .to = &to };
	assert_int_equal(signer_key_next(&m, &why), E_CONFLICT);
	says("is the present one");
	assert_int_equal(signer_key_protect(f->keys, "a long passphrase", &why), E_CONFLICT);
	rotated(f, NULL);
	openssl_verifies(f);
	verified(f, 5);
	assert_int_equal(signer_key_next(&m, &why), E_CONFLICT); /* a key has one time only */
	says("had its time");
	assert_string_equal(
		outside_value(f, "SELECT count(DISTINCT key_id) FROM ledger_heads"), "3");
	assert_string_equal(outside_value(f, "SELECT count(*) FROM ledger_heads WHERE at < "
					     "key_from OR at >= key_until"),
		"0");
	fixture_free(f);
}

static void rotation_file_token_file(void **state)
{
	(void)state;
	file_token_file(false);
}

static void rotation_on_postgres(void **state)
{
	(void)state;
	file_token_file(true);
}

/* One that was begun elsewhere is not finished by mistake; and a token that is gone for good does
 * not keep its key's successor away. */
static void a_rotation_is_the_one_that_was_begun(void **state)
{
	(void)state;
	struct token_place to = vendor_place(w, "heads", DIGEST_MECHANISM);
	struct key_move m = { .keys_dir = keys, .to = &to };
	char begun[KEY_ID_MAX];
	file_key();
	assert_int_equal(signer_key_next(&m, &why), OK);
	memcpy(begun, m.new, sizeof begun);
	m.to = NULL;
	assert_int_equal(signer_key_next(&m, &why), E_CONFLICT);
	says("another rotation was begun");
	m.to = &to;
	vendor_in(w, false); /* its key is known already */
	assert_int_equal(signer_key_next(&m, &why), OK);
	assert_string_equal(m.new, begun);
	assert_int_equal(signer_key_take(keys, &why), OK);
	m.to = NULL;
	assert_int_equal(signer_key_next(&m, &why), OK);
	assert_string_equal(m.old, begun);
	assert_int_equal(signer_key_take(keys, &why), OK);
	struct process p = start();
	assert_int_equal(paper_signed(p), OK);
	assert_int_equal(stop(p), 0);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, begin, end)
	const struct CMUnitTest tests[] = { T(a_description_is_read_strictly),
		T(each_refusal_says_why), T(a_wrong_pin_is_tried_once),
		T(a_pin_comes_from_where_others_cannot_read), T(a_process_signs_with_the_token),
		T(taken_out_and_put_back), T(begun_before_the_token_is_there),
		T(a_token_that_hangs_ends_the_process), T(the_module_is_behind_walls),
		T(softhsm_signs_papers), T(softhsm_signs_no_heads), T(rotation_file_token_file),
		T(a_rotation_is_the_one_that_was_begun) };
	const struct CMUnitTest postgres[] = { T(rotation_on_postgres) };
	log_to(LOG_ERROR, "test");
	int failed = cmocka_run_group_tests_name("keys in tokens", tests, NULL, NULL);
	if (fixture_has_postgres())
		failed += cmocka_run_group_tests_name(
			"keys in tokens on PostgreSQL", postgres, NULL, NULL);
	return failed;
}
