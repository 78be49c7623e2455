#include "core/ledger/token.h"
#include "core/ledger/token_module.h"
#include "core/ledger/token_pin.h"
#include "core/ledger/token_wire.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 64, ATTRIBUTE = 512, AGAIN_MS = 1500 };

struct token_key {
	struct arena *arena, *scratch; /* scratch: of one try to open it */
	const char *keys_dir;
	struct token_place place;
	enum token_profile profile;
	struct token_pin pin;
	struct token_module *module; /* or NULL */
	unsigned epoch;		     /* of the module, when the session began */
	CK_SLOT_ID slot;
	CK_SESSION_HANDLE session;
	CK_OBJECT_HANDLE private;
	bool open, lost;     /* lost: the module is begun anew before the next look */
	struct bytes public; /* once it was open */
	const char *key_id;  /* of it */
	int64_t tried_at,
		failing_since; /* clock_mono of the last and first try in a row that failed; 0 */
	struct fault refusal;  /* what it failed with */
};

enum err token_key_new(const char *keys_dir, const struct token_place *place,
	enum token_profile profile, struct token_key **out, struct fault *why)
{
	struct token_key *k = calloc(1, sizeof *k);
	if (!k)
		return fault(why, E_INTERNAL, "no memory");
	k->arena = arena_new();
	k->scratch = arena_new();
	k->keys_dir = arena_dup(k->arena, keys_dir);
	k->profile = profile;
	k->key_id = "";
	const char *text = token_place_text(k->arena, place); /* a copy that is ours */
	enum err e = token_place_parse(
		k->arena, (struct bytes){ (const uint8_t *)text, strlen(text) }, &k->place, why);
	if (!e && !k->place.mechanism && profile == TOKEN_P256)
		k->place.mechanism = CKM_ECDSA;
	if (!e && !k->place.mechanism)
		e = fault(why, E_INVALID,
			"the token's description names no mechanism: no standard has one for SM2, "
			"so the vendor's manual says its number");
	if (e) {
		token_key_close(k);
		return e;
	}
	*out = k;
	return OK;
}

static void shut(struct token_key *k)
{
	if (k->open && k->epoch == k->module->epoch)
		(void)k->module->f->C_CloseSession(k->session);
	k->open = false;
}

void token_key_close(struct token_key *k)
{
	if (!k)
		return;
	shut(k);
	token_module_put(k->module);
	OPENSSL_cleanse(&k->pin, sizeof k->pin);
	arena_free(k->scratch);
	arena_free(k->arena);
	free(k);
}

const struct token_place *token_key_place(const struct token_key *k)
{
	return &k->place;
}

struct bytes token_key_public(const struct token_key *k)
{
	return k->public;
}

const char *token_key_id(const struct token_key *k)
{
	return k->key_id;
}

enum err token_key_pin(struct token_key *k, bool ask, struct fault *why)
{
	return *k->pin.text ? OK : token_pin_take(k->place.pin_file, ask, &k->pin, why);
}

/* ---- the token --------------------------------------------------------------------------------
 */

/* Fields of PKCS#11 are filled with blanks. */
static bool padded_is(const unsigned char *field, size_t n, const char *text)
{
	size_t used = strlen(text);
	while (n && (field[n - 1] == ' ' || !field[n - 1]))
		n--;
	return n == used && memcmp(field, text, n) == 0;
}

static bool token_is(const struct token_place *p, const CK_TOKEN_INFO *t)
{
	return (!*p->token || padded_is(t->label, sizeof t->label, p->token)) &&
	       (!*p->serial || padded_is(t->serialNumber, sizeof t->serialNumber, p->serial));
}

static enum err slot_find(struct token_key *k, CK_TOKEN_INFO *info, struct fault *why)
{
	CK_SLOT_ID slots[SLOTS];
	CK_ULONG n = SLOTS;
	CK_TOKEN_INFO t;
	int found = 0;
	(void)k->module->f->C_GetSlotList(CK_TRUE, NULL, &n); /* this is when modules look anew */
	n = SLOTS;
	CK_RV rv = k->module->f->C_GetSlotList(CK_TRUE, slots, &n);
	if (rv != CKR_OK)
		return token_fault(why, rv, "the slots cannot be listed");
	for (CK_ULONG i = 0; i < n; i++)
		if (k->module->f->C_GetTokenInfo(slots[i], &t) == CKR_OK &&
			token_is(&k->place, &t)) {
			k->slot = slots[i];
			*info = t;
			found++;
		}
	if (found == 1)
		return OK;
	const char *words = token_place_words(k->scratch, &k->place);
	return found ? fault(why, E_CONFLICT,
			       "several tokens are called so (%s): name the serial number", words)
		     : fault(why, E_BUSY, "the token is not there (%s)", words);
}

/* The module, begun anew when its token was lost. */
static enum err module_take(struct token_key *k, struct fault *why)
{
	if (!k->module)
		TRY(token_module_get(k->place.module, &k->module, why));
	else if (k->lost)
		TRY(token_module_anew(k->module, why));
	TRY(token_module_begin(k->module, why));
	k->lost = false;
	return OK;
}

enum err token_key_there(struct token_key *k, struct fault *why)
{
	CK_TOKEN_INFO info;
	TRY(module_take(k, why));
	return slot_find(k, &info, why);
}

static enum err mechanism_check(struct token_key *k, struct fault *why)
{
	CK_MECHANISM_INFO info = { 0 };
	CK_MECHANISM_TYPE m = (CK_MECHANISM_TYPE)k->place.mechanism;
	CK_RV rv = k->module->f->C_GetMechanismInfo(k->slot, m, &info);
	if (rv == CKR_MECHANISM_INVALID || (rv == CKR_OK && !(info.flags & CKF_SIGN)))
		return fault(why, E_INVALID, "the token signs with no mechanism 0x%lx", m);
	return rv == CKR_OK ? OK : token_fault(why, rv, "the mechanism cannot be looked up");
}

/* ---- the PIN ----------------------------------------------------------------------------------
 */

static enum err pin_flags_check(const CK_TOKEN_INFO *info, struct fault *why)
{
	if (info->flags & CKF_USER_PIN_LOCKED)
		return fault(why, E_LOGIN,
			"the token's PIN is locked: its security officer sets another");
	if (info->flags & CKF_USER_PIN_FINAL_TRY)
		return fault(why, E_LOGIN,
			"one try of the PIN is left before the token locks itself, and the program "
			"leaves it to a person: log in once with the vendor's tool");
	return OK;
}

static enum err login(struct token_key *k, const CK_TOKEN_INFO *info, struct fault *why)
{
	CK_SESSION_INFO now = { 0 };
	if (k->module->f->C_GetSessionInfo(k->session, &now) == CKR_OK &&
		now.state == CKS_RO_USER_FUNCTIONS) /* another key of ours did it */
		return OK;
	TRY(pin_flags_check(info, why));
	TRY(token_key_pin(k, true, why));
	const char *name = arena_printf(k->scratch, "%.32s%.16s", (const char *)info->label,
		(const char *)info->serialNumber);
	TRY(token_pin_may_try(k->keys_dir, name, &k->pin, why));
	CK_RV rv = k->module->f->C_Login(
		k->session, CKU_USER, (CK_UTF8CHAR_PTR)k->pin.text, strlen(k->pin.text));
	if (rv == CKR_USER_ALREADY_LOGGED_IN)
		return OK;
	if (rv == CKR_OK || rv == CKR_PIN_INCORRECT || rv == CKR_PIN_INVALID ||
		rv == CKR_PIN_LEN_RANGE)
		token_pin_answered(k->keys_dir, name, &k->pin, rv == CKR_OK);
	return rv == CKR_OK ? OK : token_fault(why, rv, "the token refuses the login");
}

/* ---- objects ----------------------------------------------------------------------------------
 */

struct wanted {
	CK_OBJECT_CLASS class;
	const char *label;
	struct bytes id;
};

/* Exactly one; E_NOT_FOUND, E_CONFLICT otherwise, without words. */
static enum err object_find(
	struct token_key *k, struct wanted w, CK_OBJECT_HANDLE *out, struct fault *why)
{
	CK_FUNCTION_LIST *f = k->module->f;
	CK_OBJECT_HANDLE found[2];
	CK_ULONG n = 0, attributes = 1;
	CK_ATTRIBUTE t[3] = { { CKA_CLASS, &w.class, sizeof w.class } };
	if (*w.label)
		t[attributes++] =
			(CK_ATTRIBUTE){ CKA_LABEL, (void *)(uintptr_t)w.label, strlen(w.label) };
	if (w.id.n)
		t[attributes++] = (CK_ATTRIBUTE){ CKA_ID, (void *)(uintptr_t)w.id.at, w.id.n };
	CK_RV rv = f->C_FindObjectsInit(k->session, t, attributes);
	if (rv == CKR_OK) {
		rv = f->C_FindObjects(k->session, found, 2, &n);
		(void)f->C_FindObjectsFinal(k->session);
	}
	if (rv != CKR_OK)
		return token_fault(why, rv, "the token's keys cannot be listed");
	*out = found[0];
	return n == 1 ? OK : n ? E_CONFLICT : E_NOT_FOUND;
}

static const char *key_words(const struct token_key *k)
{
	return arena_printf(k->scratch, "%s%s%s%s", *k->place.label ? "labelled " : "",
		k->place.label, *k->place.id ? " with id " : "", k->place.id);
}

static struct bytes id_bytes(const struct token_key *k)
{
	size_t n = strlen(k->place.id) / 2;
	uint8_t *at = arena_alloc(k->scratch, n + 1);
	return hex_decode(at, k->place.id, n) ? (struct bytes){ at, n } : (struct bytes){ at, 0 };
}

static enum err private_find(struct token_key *k, struct fault *why)
{
	struct wanted w = { CKO_PRIVATE_KEY, k->place.label, id_bytes(k) };
	enum err e = object_find(k, w, &k->private, why);
	if (e == E_NOT_FOUND)
		return fault(why, e, "the token has no private key %s", key_words(k));
	if (e == E_CONFLICT)
		return fault(why, e, "the token has several private keys %s: %s", key_words(k),
			*w.label && w.id.n ? "one must go" : "name both label and id");
	return e;
}

/* n 0: the object has none. */
static struct bytes attribute(struct token_key *k, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type)
{
	uint8_t *at = arena_alloc(k->scratch, ATTRIBUTE);
	CK_ATTRIBUTE t = { type, at, ATTRIBUTE };
	bool has = k->module->f->C_GetAttributeValue(k->session, object, &t, 1) == CKR_OK &&
		   t.ulValueLen <= ATTRIBUTE;
	return (struct bytes){ at, has ? t.ulValueLen : 0 };
}

/* By the id of the private key when it has one, for that is what ties the two; else by the label.
 */
static enum err public_find(struct token_key *k, CK_OBJECT_HANDLE *out, struct fault *why)
{
	struct bytes id = attribute(k, k->private, CKA_ID);
	struct wanted w = { CKO_PUBLIC_KEY, id.n ? "" : k->place.label, id };
	enum err e = object_find(k, w, out, why);
	if (e == E_NOT_FOUND)
		return fault(why, e, "the token has no public key beside the private one %s",
			key_words(k));
	return e == E_CONFLICT ? fault(why, e, "the token has several public keys %s", key_words(k))
			       : e;
}

static enum err public_take(struct token_key *k, struct fault *why)
{
	CK_OBJECT_HANDLE object = 0;
	struct bytes der = { 0 };
	TRY(public_find(k, &object, why));
	struct bytes params = attribute(k, object, CKA_EC_PARAMS);
	if ((params.n && !token_curve_is(k->profile, params)) ||
		!token_public_der(k->scratch, k->profile, attribute(k, object, CKA_EC_POINT), &der))
		return fault(why, E_INVALID, "the key %s is no key of %s", key_words(k),
			k->profile == TOKEN_SM2 ? "SM2" : "P-256");
	const char *id = token_public_id(k->scratch, der);
	if (*k->place.key_id && !text_is(id, k->place.key_id))
		return fault(why, E_CONFLICT,
			"the token's key %s is %s, and on record is %s: another key lies under "
			"this name",
			key_words(k), id, k->place.key_id);
	if (!text_is(id, k->key_id)) {
		k->public.at = (uint8_t *)arena_copy(k->arena, (const char *)der.at, der.n);
		k->public.n = der.n;
		k->key_id = arena_dup(k->arena, id);
	}
	return OK;
}

/* ---- signing ----------------------------------------------------------------------------------
 */

static enum err sign_once(
	struct token_key *k, struct bytes text, struct arena *a, char **hex, struct fault *why)
{
	CK_FUNCTION_LIST *f = k->module->f;
	CK_MECHANISM m = { (CK_MECHANISM_TYPE)k->place.mechanism, NULL, 0 };
	struct digest d = token_digest(k->profile, k->public, text);
	struct bytes input = k->place.whole ? text : (struct bytes){ d.b, DIGEST };
	unsigned char out[TOKEN_SIGNATURE];
	CK_ULONG n = sizeof out;
	CK_RV rv = f->C_SignInit(k->session, &m, k->private);
	if (rv == CKR_OK)
		rv = f->C_Sign(k->session, (CK_BYTE_PTR)(uintptr_t)input.at, input.n, out, &n);
	if (rv != CKR_OK)
		return token_fault(why, rv, "the token did not sign");
	if (!token_signature_hex(a, (struct bytes){ out, n }, hex) ||
		!token_signature_holds(k->profile, k->public, text, *hex))
		return fault(why, E_CONFLICT,
			"what the token signed does not hold with its public key: is the mechanism "
			"0x%lx the right one, and does it take the %s?",
			m.mechanism, k->place.whole ? "message" : "digest");
	return OK;
}

static enum err session_begin(struct token_key *k, struct fault *why)
{
	static const char test[] = "self-test";
	CK_TOKEN_INFO info;
	char *hex = NULL;
	arena_reset(k->scratch);
	TRY(module_take(k, why));
	TRY(slot_find(k, &info, why));
	TRY(mechanism_check(k, why));
	CK_RV rv =
		k->module->f->C_OpenSession(k->slot, CKF_SERIAL_SESSION, NULL, NULL, &k->session);
	if (rv != CKR_OK)
		return token_fault(why, rv, "no session with the token");
	k->epoch = k->module->epoch;
	k->open = true;
	TRY(login(k, &info, why));
	TRY(private_find(k, why));
	TRY(public_take(k, why));
	return sign_once(
		k, (struct bytes){ (const uint8_t *)test, sizeof test - 1 }, k->scratch, &hex, why);
}

static enum err open_failed(struct token_key *k, struct fault *why)
{
	bool first = !k->tried_at || k->refusal.code != why->code;
	shut(k);
	k->lost = why->code != E_LOGIN;
	k->tried_at = clock_mono();
	if (first)
		k->failing_since = k->tried_at;
	k->refusal = *why;
	if (first)
		log_event(LOG_ERROR,
			why->code == E_BUSY ? "signer.token_away" : "signer.token_refused", "key",
			token_place_words(k->scratch, &k->place), "reason", why->text, NULL);
	return why->code;
}

bool token_key_wants_pin(const struct token_key *k)
{
	return k->tried_at && (k->refusal.code == E_LOGIN || !*k->pin.text) &&
	       clock_mono() - k->failing_since > MINUTE;
}

enum err token_key_open(struct token_key *k, struct fault *why)
{
	struct fault local = { 0 };
	if (k->open && k->epoch == k->module->epoch)
		return OK;
	k->open = false;
	if (k->tried_at && clock_mono() - k->tried_at < AGAIN_MS)
		return fault(why, k->refusal.code, "%s", k->refusal.text);
	if (session_begin(k, &local)) {
		(void)open_failed(k, &local);
		return fault(why, local.code, "%s", local.text);
	}
	if (k->tried_at)
		log_event(LOG_WARN, "signer.token_back", "key",
			token_place_words(k->scratch, &k->place), NULL);
	k->tried_at = 0;
	return OK;
}

/* Whatever goes wrong with an open session, the next one begins anew: vendors have numbers of their
 * own for a token that was taken out. */
enum err token_key_sign(
	struct token_key *k, struct bytes text, struct arena *a, char **hex, struct fault *why)
{
	enum err e = E_BUSY;
	for (int round = 0; e && round < 2; round++) {
		bool was_open = k->open && k->epoch == k->module->epoch;
		TRY(token_key_open(k, why));
		e = sign_once(k, text, a, hex, why);
		if (!e)
			return OK;
		shut(k); /* taken out meanwhile, perhaps already back */
		k->lost = true;
		if (!was_open)
			break;
	}
	return e;
}
