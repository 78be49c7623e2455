#include "core/ledger/proof_file.h"
#include "core/ledger/signer_key.h"
#include "core/ledger/signer_pdf.h"
#include "core/ledger/sm2_file.h"
#include "core/ledger/token_pin.h"
#include "core/ledger/token_wire.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LAST_HEAD_MAX = 4096, FIRST_LINES = 4, HEAD_LINES = 8, LINE = 80, YEARS = 2 };

static const char first_form[] = "shian-head-v1", second_form[] = "shian-head-v2";
static const char document_tag[] = "shian-document-v1\n";

struct signer_key {
	struct sm2_key *sm2;
	struct pdf_key *pdf;
	struct arena *arena;
	const char *dir;
	struct tree_head last; /* size 0: none */
	struct key_period period;
};

/* ---- what is signed ----------------------------------------------------------------------- */

char *signed_bytes(struct arena *a, const char *purpose, const char *text)
{
	return arena_printf(a, "%s\n%s", purpose, text);
}

bool signature_holds(
	const struct sm2_key *k, const char *purpose, const char *text, const char *hex)
{
	struct arena *a = arena_new();
	const char *bytes = signed_bytes(a, purpose, text);
	bool holds = sm2_verify(k, bytes, strlen(bytes), hex);
	arena_free(a);
	return holds;
}

char *head_text(struct arena *a, const struct tree_head *h)
{
	const char *root = digest_hex(a, &h->root);
	if (!h->key_until)
		return arena_printf(
			a, "%s\n%" PRId64 "\n%" PRId64 "\n%s\n", first_form, h->size, h->at, root);
	return arena_printf(a,
		"%s\n%" PRId64 "\n%" PRId64 "\n%s\n%" PRId64 "\n%s\n%" PRId64 "\n%" PRId64 "\n",
		second_form, h->size, h->at, root, h->previous, h->key_id, h->key_from,
		h->key_until);
}

/* Lines of text, each ended; how many, or -1 when there are more or one is too long. */
static int lines_cut(const char *text, size_t n, char line[HEAD_LINES][LINE])
{
	const char *at = text, *end = text + n;
	int i = 0;
	for (; at < end; i++) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		if (i == HEAD_LINES || !stop || stop - at >= LINE)
			return -1;
		memcpy(line[i], at, (size_t)(stop - at));
		line[i][stop - at] = 0;
		at = stop + 1;
	}
	return i;
}

static bool period_parse(char line[HEAD_LINES][LINE], struct tree_head *h)
{
	return text_to_int(line[4], &h->previous) && text_to_int(line[6], &h->key_from) &&
	       text_to_int(line[7], &h->key_until) && h->previous >= 0 && h->previous < h->size &&
	       h->key_from >= 0 && h->key_until > h->key_from;
}

bool head_parse(struct arena *a, const char *text, size_t n, struct tree_head *out)
{
	char line[HEAD_LINES][LINE];
	struct tree_head h = { .key_id = "", .signature = "" };
	int lines = lines_cut(text, n, line);
	bool second = lines == HEAD_LINES && text_is(line[0], second_form);
	if ((!second && (lines != FIRST_LINES || !text_is(line[0], first_form))) ||
		!text_to_int(line[1], &h.size) || !text_to_int(line[2], &h.at) ||
		!digest_parse(line[3], &h.root) || h.size < 1 ||
		(second && !period_parse(line, &h)))
		return false;
	if (second)
		h.key_id = arena_dup(a, line[5]);
	*out = h;
	/* Written again it must be the same bytes: one head has one text. */
	const char *again = head_text(a, out);
	return strlen(again) == n && memcmp(again, text, n) == 0;
}

/* ---- the period of a key -------------------------------------------------------------------- */

static const char *period_path(struct arena *a, const char *keys_dir, const char *key_id)
{
	return arena_printf(a, "%s/public/%s.period", keys_dir, key_id);
}

enum err key_period_read(
	const char *keys_dir, const char *key_id, struct key_period *out, struct fault *why)
{
	struct arena *a = arena_new();
	struct bytes b = { 0 };
	const char *path = period_path(a, keys_dir, key_id);
	enum err e = file_read(a, path, LAST_HEAD_MAX, &b, why);
	if (!e) {
		char line[HEAD_LINES][LINE];
		bool ok = lines_cut((const char *)b.at, b.n, line) == 3 &&
			  text_to_int(line[0], &out->from) && text_to_int(line[1], &out->until) &&
			  text_to_int(line[2], &out->ended);
		e = ok ? OK : fault(why, E_INVALID, "%s is damaged", path);
	}
	arena_free(a);
	return e;
}

enum err key_period_write(
	const char *keys_dir, const char *key_id, const struct key_period *p, struct fault *why)
{
	struct arena *a = arena_new();
	const char *text = arena_printf(
		a, "%" PRId64 "\n%" PRId64 "\n%" PRId64 "\n", p->from, p->until, p->ended);
	enum err e = file_write(period_path(a, keys_dir, key_id), text, strlen(text), 0644, why);
	arena_free(a);
	return e;
}

/* ---- the last head ------------------------------------------------------------------------ */

enum err last_head_read(
	struct arena *a, const char *keys_dir, struct tree_head *out, struct fault *why)
{
	struct bytes all = { 0 };
	const char *path = arena_printf(a, "%s/last-head", keys_dir);
	TRY(file_read(a, path, LAST_HEAD_MAX, &all, why));
	return head_file_parse(a, all, out) ? OK : fault(why, E_INVALID, "%s is damaged", path);
}

/* As head_file_text() writes it. */
static enum err last_head_write(const struct signer_key *k, struct arena *a, const char *text,
	const char *signature, struct fault *why)
{
	const char *path = arena_printf(a, "%s/last-head", k->dir);
	const char *all = arena_printf(a, "%s%s\n%s\n", text, sm2_key_id(k->sm2), signature);
	return file_write(path, all, strlen(all), 0640, why);
}

static enum err head_may_follow(
	const struct tree_head *last, const struct tree_head *h, struct fault *why)
{
	if (h->size < last->size)
		return fault(why, E_CONFLICT,
			"a head of %" PRId64 " facts was signed already, this one has %" PRId64,
			last->size, h->size);
	if (h->at < last->at)
		return fault(why, E_CONFLICT, "a head of a later time was signed already");
	if (h->size == last->size && !same_bytes(h->root.b, last->root.b, DIGEST))
		return fault(why, E_CONFLICT,
			"another head of the same %" PRId64 " facts was signed already", h->size);
	return OK;
}

/* Against what this process signed, and against what any signer with this folder has signed. */
static enum err head_check(
	struct signer_key *k, struct arena *a, const struct tree_head *h, struct fault *why)
{
	struct tree_head kept = { 0 };
	TRY(head_may_follow(&k->last, h, why));
	enum err e = last_head_read(a, k->dir, &kept, why);
	if (e == E_NOT_FOUND)
		return OK;
	return e ? e : head_may_follow(&kept, h, why);
}

/* ---- signing ------------------------------------------------------------------------------ */

/* Named by its own name and period, dated within it, and not after another key took its place;
 * that is read anew, for it may happen while this process lives. */
static enum err period_check(struct signer_key *k, const struct tree_head *h, struct fault *why)
{
	struct key_period p = k->period;
	if (!h->key_until)
		return k->last.key_until
			       ? fault(why, E_FORBIDDEN, "this form of head is no longer signed")
			       : OK;
	enum err e = key_period_read(k->dir, sm2_key_id(k->sm2), &p, why);
	if (e && e != E_NOT_FOUND)
		return e;
	if (!text_is(h->key_id, sm2_key_id(k->sm2)) || h->key_from != p.from ||
		h->key_until != p.until)
		return fault(why, E_FORBIDDEN, "the head names another key or period than mine");
	if (h->at < p.from || h->at >= p.until || (p.ended && h->at >= p.ended))
		return fault(why, E_FORBIDDEN, "the period of key %s %s%s", h->key_id,
			h->at < p.from ? "has not begun: is the clock right?" : "is over",
			h->at < p.from ? "" : ": run shian key rotate --data DIR");
	return OK;
}

static enum err head_sign(
	struct signer_key *k, const char *text, struct arena *a, char **hex, struct fault *why)
{
	struct tree_head h = { 0 };
	if (!head_parse(a, text, strlen(text), &h))
		return fault(why, E_FORBIDDEN, "this is not the text of a head");
	TRY(head_check(k, a, &h, why));
	TRY(period_check(k, &h, why));
	const char *bytes = signed_bytes(a, "head", text);
	char *signature = NULL;
	TRY(sm2_sign(k->sm2, bytes, strlen(bytes), a, &signature, why));
	TRY(last_head_write(k, a, text, signature, why));
	h.key_id = ""; /* lives in the caller's arena */
	k->last = h;
	*hex = signature;
	return OK;
}

enum err signer_key_sign(struct signer_key *k, const char *purpose, const char *text,
	struct arena *a, char **hex, struct fault *why)
{
	size_t n = strlen(text);
	if (n > SIGNED_MAX || !utf8_valid(text, n))
		return fault(why, E_FORBIDDEN, "what is to be signed is too long or not UTF-8");
	if (text_is(purpose, "head"))
		return head_sign(k, text, a, hex, why);
	if (text_is(purpose, "pdf"))
		return pdf_key_sign(k->pdf, text, a, hex, why);
	if (!text_is(purpose, "document") || !text_starts(text, document_tag))
		return fault(
			why, E_FORBIDDEN, "the signer signs heads, documents and PDF files only");
	const char *bytes = signed_bytes(a, purpose, text);
	return sm2_sign(k->sm2, bytes, strlen(bytes), a, hex, why);
}

/* ---- open --------------------------------------------------------------------------------- */

static enum err period_begin(
	const char *keys_dir, const char *key_id, struct key_period *p, struct fault *why)
{
	int64_t now = clock_now();
	*p = (struct key_period){ now, now + (int64_t)YEARS * 365 * DAY, 0 };
	return key_period_write(keys_dir, key_id, p, why);
}

/* A key without a period begins one now. */
static enum err period_load(struct signer_key *k, struct fault *why)
{
	enum err e = key_period_read(k->dir, sm2_key_id(k->sm2), &k->period, why);
	return e == E_NOT_FOUND ? period_begin(k->dir, sm2_key_id(k->sm2), &k->period, why) : e;
}

/* With the passphrase that is given, when one is asked for. */
static enum err file_open(
	struct arena *a, const char *path, struct sm2_key **out, struct fault *why)
{
	const char *passphrase = NULL;
	TRY(passphrase_given(a, sm2_is_protected(path), &passphrase, why));
	enum err e = sm2_read_private(path, passphrase, out, why);
	if (e == E_FORBIDDEN) /* typed wrongly: ask anew next time */
		passphrase_forget();
	return e;
}

/* Its public half is on record beside the others. */
static enum err token_held(
	const char *keys_dir, const struct token_place *p, struct sm2_key **out, struct fault *why)
{
	struct arena *a = arena_new();
	struct token_key *t = NULL;
	struct sm2_key *k = NULL;
	const char *path = arena_printf(a, "%s/public/%s.pem", keys_dir, p->key_id);
	enum err e = *p->key_id
			     ? sm2_load_public(path, &k, why)
			     : fault(why, E_INVALID,
				       "the token's description names no key on record: shian key "
				       "rotate --token writes it");
	if (!e && !text_is(sm2_key_id(k), p->key_id))
		e = fault(why, E_CONFLICT, "%s is another key than %s", path, p->key_id);
	if (!e)
		e = token_key_new(keys_dir, p, TOKEN_SM2, &t, why);
	if (!e)
		sm2_keep_elsewhere(
			k, &(struct sm2_elsewhere){ t, token_key_sign, token_key_close });
	else
		sm2_free(k);
	arena_free(a);
	if (e)
		return e == E_NOT_FOUND ? E_INVALID : e; /* the key is there, its public half not */
	*out = k;
	return OK;
}

/* The key that a file of the folder holds or describes. */
static enum err private_open(
	struct arena *a, const char *path, struct sm2_key **out, struct fault *why)
{
	struct token_place p;
	bool in_token = false;
	TRY(token_place_read(a, path, &p, &in_token, why));
	if (!in_token)
		return file_open(a, path, out, why);
	const char *slash = strrchr(path, '/');
	return token_held(arena_copy(a, path, (size_t)(slash - path)), &p, out, why);
}

/* Makes a key there, under the passphrase that is given (ask: or typed), else plain. */
static enum err private_make(
	struct arena *a, const char *path, bool ask, struct sm2_key **out, struct fault *why)
{
	const char *passphrase = NULL;
	TRY(passphrase_given(a, ask, &passphrase, why));
	TRY(sm2_make(out, why));
	enum err e = sm2_write_private(*out, path, passphrase, why);
	if (e) {
		sm2_free(*out);
		*out = NULL;
	}
	return e;
}

static enum err public_keep(
	struct arena *a, const char *keys_dir, const struct sm2_key *sm2, struct fault *why)
{
	const char *mine = arena_printf(a, "%s/public/%s.pem", keys_dir, sm2_key_id(sm2));
	if (access(mine, F_OK) == 0)
		return OK;
	TRY(dir_make(arena_printf(a, "%s/public", keys_dir), why));
	return sm2_write_public(sm2, mine, why);
}

static enum err key_load(struct signer_key *k, bool create, struct fault *why)
{
	const char *path = arena_printf(k->arena, "%s/sm2.pem", k->dir);
	enum err e = private_open(k->arena, path, &k->sm2, why);
	if (e == E_NOT_FOUND && create) {
		TRY(dir_make(k->dir, why));
		e = private_make(k->arena, path, false, &k->sm2, why);
		if (!e)
			log_event(LOG_WARN, "signer.key_made", "key", sm2_key_id(k->sm2), NULL);
	}
	if (e)
		return e;
	TRY(public_keep(k->arena, k->dir, k->sm2, why));
	return period_load(k, why);
}

/* A key that cannot sign is found now, and OpenSSL has all it needs before the process gives up its
 * rights. */
static enum err key_try(struct signer_key *k, struct fault *why)
{
	struct arena *a = arena_new();
	char *hex = NULL;
	if (sm2_token(k->sm2)) { /* in its own time */
		arena_free(a);
		return OK;
	}
	enum err e = sm2_sign(k->sm2, "self-test", 9, a, &hex, why);
	if (!e && !sm2_verify(k->sm2, "self-test", 9, hex))
		e = fault(why, E_INTERNAL, "the key does not verify what it signs");
	arena_free(a);
	return e;
}

/* Killed between the end of the old key and the new one's taking its place: that is done now. */
static enum err key_finish(struct arena *a, const char *keys_dir, struct fault *why)
{
	const char *next = arena_printf(a, "%s/sm2.pem.next", keys_dir);
	const char *path = arena_printf(a, "%s/sm2.pem", keys_dir);
	struct sm2_key *old = NULL;
	struct key_period p = { 0 };
	if (access(next, F_OK) != 0)
		return OK;
	TRY(private_open(a, path, &old, why));
	enum err e = key_period_read(keys_dir, sm2_key_id(old), &p, why);
	sm2_free(old);
	if (e || !p.ended)
		return e;
	return rename(next, path) == 0 ? OK : fault(why, E_INTERNAL, "%s cannot be renamed", next);
}

enum err signer_key_open(
	const char *keys_dir, bool create, struct signer_key **out, struct fault *why)
{
	struct signer_key *k = calloc(1, sizeof *k);
	if (!k)
		return fault(why, E_INTERNAL, "no memory");
	k->arena = arena_new();
	k->dir = arena_dup(k->arena, keys_dir);
	enum err e = key_finish(k->arena, keys_dir, why);
	if (!e)
		e = key_load(k, create, why);
	if (!e)
		e = key_try(k, why);
	if (!e)
		e = pdf_key_open(keys_dir, create, k->sm2, &k->pdf, why);
	if (!e) {
		e = last_head_read(k->arena, k->dir, &k->last, why);
		e = e == E_NOT_FOUND ? OK : e;
	}
	if (e) {
		signer_key_close(k);
		return e;
	}
	*out = k;
	return OK;
}

void signer_key_close(struct signer_key *k)
{
	if (!k)
		return;
	sm2_free(k->sm2);
	pdf_key_close(k->pdf);
	arena_free(k->arena);
	free(k);
}

struct key_period signer_key_period_of(const struct signer_key *k)
{
	return k->period;
}

const char *signer_key_name(const struct signer_key *k)
{
	return sm2_key_id(k->sm2);
}

/* ---- tokens --------------------------------------------------------------------------------- */

static struct token_key *token_at(const struct signer_key *k, int i)
{
	struct token_key *of[2] = { sm2_token(k->sm2), pdf_key_token(k->pdf) };
	if (!of[0]) {
		of[0] = of[1];
		of[1] = NULL;
	}
	return i < 2 ? of[i] : NULL;
}

const struct token_place *signer_key_place(const struct signer_key *k, int i)
{
	struct token_key *t = token_at(k, i);
	return t ? token_key_place(t) : NULL;
}

void signer_key_pins(struct signer_key *k)
{
	struct fault why = { 0 };
	struct token_key *t;
	for (int i = 0; (t = token_at(k, i)); i++)
		if (token_key_pin(t, true, &why))
			log_event(LOG_ERROR, "signer.no_pin", "reason", why.text, NULL);
}

bool signer_key_wants_pin(const struct signer_key *k)
{
	bool wants = false;
	for (int i = 0; !wants && token_at(k, i); i++)
		wants = token_key_wants_pin(token_at(k, i));
	return wants;
}

void signer_key_warm(struct signer_key *k)
{
	struct fault why = { 0 }; /* told in the log, and with every signature */
	struct token_key *t;
	for (int i = 0; (t = token_at(k, i)); i++)
		(void)!token_key_open(t, &why);
}

enum key_home signer_key_home(
	struct arena *a, const char *keys_dir, const char *name, struct token_place *place)
{
	struct fault why = { 0 };
	bool in_token = false;
	const char *path = arena_printf(a, "%s/%s", keys_dir, name);
	if (token_place_read(a, path, place, &in_token, &why))
		return KEY_NOWHERE;
	if (in_token)
		return KEY_TOKEN;
	return sm2_is_protected(path) ? KEY_SEALED : KEY_PLAIN;
}

enum err signer_pin_ask(const char *keys_dir, struct fault *why)
{
	struct arena *a = arena_new();
	struct token_place p;
	struct token_pin pin = { "" };
	enum err e = OK;
	static const char *const names[] = { "sm2.pem", "pdf.pem" };
	for (int i = 0; !e && i < 2; i++)
		if (signer_key_home(a, keys_dir, names[i], &p) == KEY_TOKEN)
			e = token_pin_take(p.pin_file, true, &pin, why);
	OPENSSL_cleanse(&pin, sizeof pin);
	arena_free(a);
	return e;
}

/* ---- another key ---------------------------------------------------------------------------- */

bool signer_key_replaced(const struct signer_key *k)
{
	struct key_period p = { 0 };
	struct fault why = { 0 };
	return (!key_period_read(k->dir, sm2_key_id(k->sm2), &p, &why) && p.ended) ||
	       pdf_key_replaced(k->pdf);
}

enum err signer_key_protect(const char *keys_dir, const char *passphrase, struct fault *why)
{
	struct arena *a = arena_new();
	struct sm2_key *k = NULL;
	const char *path = arena_printf(a, "%s/sm2.pem", keys_dir);
	enum err e = private_open(a, path, &k, why);
	if (!e && sm2_token(k))
		e = fault(
			why, E_CONFLICT, "the key is in a token, which protects it: see %s", path);
	if (!e)
		e = sm2_write_private(k, path, passphrase, why);
	sm2_free(k);
	arena_free(a);
	return e;
}

static void id_copy(char to[KEY_ID_MAX], const struct sm2_key *k)
{
	(void)snprintf(to, KEY_ID_MAX, "%s", sm2_key_id(k));
}

/* A key has one period, and that is not over. */
static enum err key_unused(
	struct arena *a, const struct key_move *m, const char *id, struct fault *why)
{
	struct key_period p = { 0 };
	if (text_is(m->old, id))
		return fault(why, E_CONFLICT, "key %s is the present one: name another", id);
	enum err e = key_period_read(m->keys_dir, id, &p, why);
	if (!e && (p.ended || p.until <= clock_now()))
		return fault(why, E_CONFLICT,
			"key %s had its time until %s, and a key has one only: make another", id,
			time_text(a, p.ended ? p.ended : p.until));
	return e == E_NOT_FOUND ? OK : e;
}

/* The token has it already: its public half is written beside the others, and its description
 * where the next key lies. */
static enum err next_in_token(
	struct arena *a, const struct key_move *m, const char *path, struct fault *why)
{
	struct token_place p = *m->to;
	struct token_key *t = NULL;
	struct sm2_key *k = NULL;
	p.key_id = "";
	TRY(token_key_new(m->keys_dir, &p, TOKEN_SM2, &t, why));
	enum err e = token_key_open(t, why);
	if (!e) {
		p.key_id = arena_dup(a, token_key_id(t));
		const char *pem = token_public_pem(a, token_key_public(t));
		e = sm2_read_public((struct bytes){ (const uint8_t *)pem, strlen(pem) }, &k, why);
	}
	token_key_close(t);
	if (!e)
		e = key_unused(a, m, p.key_id, why);
	if (!e)
		e = public_keep(a, m->keys_dir, k, why);
	sm2_free(k);
	if (e)
		return e;
	const char *text = token_place_text(a, &p);
	return file_write(path, text, strlen(text), 0600, why);
}

/* The one that lies there from before is where it is asked for. */
static enum err next_fits(
	const struct key_move *m, const struct sm2_key *next, const char *path, struct fault *why)
{
	const struct token_key *t = sm2_token(next);
	const struct token_place *p = t ? token_key_place(t) : NULL;
	bool fits = !p == !m->to;
	if (p && m->to)
		fits = text_is(p->module, m->to->module) && text_is(p->token, m->to->token) &&
		       text_is(p->serial, m->to->serial) && text_is(p->label, m->to->label) &&
		       text_is(p->id, m->to->id);
	return fits ? OK
		    : fault(why, E_CONFLICT,
			      "another rotation was begun with key %s in %s: finish that one, or "
			      "put "
			      "%s away",
			      sm2_key_id(next), p ? "a token" : "a file", path);
}

static enum err next_make(
	struct arena *a, const struct key_move *m, struct sm2_key **k, struct fault *why)
{
	const char *path = arena_printf(a, "%s/sm2.pem.next", m->keys_dir);
	const char *now = arena_printf(a, "%s/sm2.pem", m->keys_dir);
	enum err e = private_open(a, path, k, why);
	if (e == E_NOT_FOUND && m->to) {
		TRY(next_in_token(a, m, path, why));
		return private_open(a, path, k, why);
	}
	if (e == E_NOT_FOUND) /* what was protected stays so */
		return private_make(a, path, sm2_is_protected(now), k, why);
	return e ? e : next_fits(m, *k, path, why);
}

static enum err next_begin(
	struct arena *a, const struct key_move *m, const struct sm2_key *k, struct fault *why)
{
	struct key_period p = { 0 };
	const char *id = sm2_key_id(k);
	TRY(key_unused(a, m, id, why));
	TRY(public_keep(a, m->keys_dir, k, why));
	enum err e = key_period_read(m->keys_dir, id, &p, why);
	return e == E_NOT_FOUND ? period_begin(m->keys_dir, id, &p, why) : e;
}

enum err signer_key_next(struct key_move *m, struct fault *why)
{
	struct arena *a = arena_new();
	struct sm2_key *now = NULL, *next = NULL;
	enum err e = private_open(a, arena_printf(a, "%s/sm2.pem", m->keys_dir), &now, why);
	if (!e) {
		id_copy(m->old, now);
		e = next_make(a, m, &next, why);
	}
	if (!e)
		e = next_begin(a, m, next, why);
	if (!e)
		id_copy(m->new, next);
	sm2_free(now);
	sm2_free(next);
	arena_free(a);
	return e;
}

enum err signer_key_take(const char *keys_dir, struct fault *why)
{
	struct arena *a = arena_new();
	struct sm2_key *now = NULL;
	struct key_period p = { 0 };
	enum err e = private_open(a, arena_printf(a, "%s/sm2.pem", keys_dir), &now, why);
	if (!e)
		e = key_period_read(keys_dir, sm2_key_id(now), &p, why);
	if (!e && !p.ended) {
		p.ended = clock_now();
		e = key_period_write(keys_dir, sm2_key_id(now), &p, why);
	}
	if (!e)
		e = key_finish(a, keys_dir, why);
	sm2_free(now);
	arena_free(a);
	return e;
}
