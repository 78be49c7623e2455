#include "core/ledger/signer_key.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LAST_HEAD_MAX = 4096, HEAD_LINES = 4, LINE = 80 };

static const char head_line[] = "shian-head-v1";
static const char document_tag[] = "shian-document-v1\n";

struct signer_key {
	struct sm2_key *sm2;
	struct arena *arena;
	const char *dir;
	struct tree_head last; /* size 0: none */
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
	return arena_printf(a, "%s\n%" PRId64 "\n%" PRId64 "\n%s\n", head_line, h->size, h->at,
		digest_hex(a, &h->root));
}

/* The next line of text, without its end; false when there is none or it is too long. */
static bool line_read(const char **at, const char *end, char out[LINE])
{
	const char *stop = memchr(*at, '\n', (size_t)(end - *at));
	if (!stop || stop - *at >= LINE)
		return false;
	memcpy(out, *at, (size_t)(stop - *at));
	out[stop - *at] = 0;
	*at = stop + 1;
	return true;
}

bool head_parse(const char *text, size_t n, struct tree_head *out)
{
	char line[HEAD_LINES][LINE];
	const char *at = text, *end = text + n;
	for (int i = 0; i < HEAD_LINES; i++)
		if (!line_read(&at, end, line[i]))
			return false;
	struct tree_head h = { 0 };
	if (at != end || !text_is(line[0], head_line) || !text_to_int(line[1], &h.size) ||
		!text_to_int(line[2], &h.at) || !digest_parse(line[3], &h.root) || h.size < 1)
		return false;
	out->size = h.size;
	out->at = h.at;
	out->root = h.root;
	return true;
}

/* ---- the last head ------------------------------------------------------------------------ */

enum err last_head_read(
	struct arena *a, const char *keys_dir, struct tree_head *out, struct fault *why)
{
	struct bytes all = { 0 };
	const char *path = arena_printf(a, "%s/last-head", keys_dir);
	TRY(file_read(a, path, LAST_HEAD_MAX, &all, why));
	const char *text = arena_copy(a, (const char *)all.at, all.n), *at = text;
	for (int i = 0; i < HEAD_LINES && at; i++)
		at = (at = strchr(at, '\n')) ? at + 1 : NULL;
	const char *key = at, *signature = at ? strchr(at, '\n') : NULL;
	if (!signature || !head_parse(text, (size_t)(at - text), out))
		return fault(why, E_INVALID, "%s is damaged", path);
	out->key_id = arena_copy(a, key, (size_t)(signature - key));
	out->signature = text_trim(a, signature);
	return OK;
}

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

static enum err head_sign(
	struct signer_key *k, const char *text, struct arena *a, char **hex, struct fault *why)
{
	struct tree_head h = { 0 };
	if (!head_parse(text, strlen(text), &h))
		return fault(why, E_FORBIDDEN, "this is not the text of a head");
	TRY(head_check(k, a, &h, why));
	const char *bytes = signed_bytes(a, "head", text);
	char *signature = NULL;
	TRY(sm2_sign(k->sm2, bytes, strlen(bytes), a, &signature, why));
	TRY(last_head_write(k, a, text, signature, why));
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
	if (!text_is(purpose, "document") || !text_starts(text, document_tag))
		return fault(why, E_FORBIDDEN, "the signer signs heads and documents only");
	const char *bytes = signed_bytes(a, purpose, text);
	return sm2_sign(k->sm2, bytes, strlen(bytes), a, hex, why);
}

/* ---- open --------------------------------------------------------------------------------- */

static enum err key_load(struct signer_key *k, bool create, struct fault *why)
{
	const char *path = arena_printf(k->arena, "%s/sm2.pem", k->dir);
	const char *public = arena_printf(k->arena, "%s/public", k->dir);
	enum err e = sm2_load_private(path, &k->sm2, why);
	if (e == E_NOT_FOUND && create) {
		TRY(dir_make(k->dir, why));
		TRY(sm2_create(path, NULL, why));
		e = sm2_load_private(path, &k->sm2, why);
		if (!e)
			log_event(LOG_WARN, "signer.key_made", "key", sm2_key_id(k->sm2), NULL);
	}
	if (e)
		return e;
	const char *mine = arena_printf(k->arena, "%s/%s.pem", public, sm2_key_id(k->sm2));
	if (access(mine, F_OK) == 0)
		return OK;
	TRY(dir_make(public, why));
	return sm2_write_public(k->sm2, mine, why);
}

/* A key that cannot sign is found now, and OpenSSL has all it needs before the process gives up its
 * rights. */
static enum err key_try(struct signer_key *k, struct fault *why)
{
	struct arena *a = arena_new();
	char *hex = NULL;
	enum err e = sm2_sign(k->sm2, "self-test", 9, a, &hex, why);
	if (!e && !sm2_verify(k->sm2, "self-test", 9, hex))
		e = fault(why, E_INTERNAL, "the key does not verify what it signs");
	arena_free(a);
	return e;
}

enum err signer_key_open(
	const char *keys_dir, bool create, struct signer_key **out, struct fault *why)
{
	struct signer_key *k = calloc(1, sizeof *k);
	if (!k)
		return fault(why, E_INTERNAL, "no memory");
	k->arena = arena_new();
	k->dir = arena_dup(k->arena, keys_dir);
	enum err e = key_load(k, create, why);
	if (!e)
		e = key_try(k, why);
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
	arena_free(k->arena);
	free(k);
}

const char *signer_key_name(const struct signer_key *k)
{
	return sm2_key_id(k->sm2);
}
