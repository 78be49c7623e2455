/* A PKCS#11 module for tests: a token with SM2 keys and mechanisms of a vendor's own, which no
 * module that comes with a system has. All it knows lies in the folder SHIAN_TEST_TOKEN:
 *
 *	in          the token is there while this file is; another file is another insertion
 *	NAME.pem    a private SM2 key labelled NAME, id 01; NAME.2.pem: one more of the name, id 02
 *	logins      a byte for each C_Login
 *	failures    a byte for each refused one since the last that was right; three lock it
 *	odd         while it is there, signing answers a number of the vendor's own
 *	hang        while it is there, signing never ends
 *
 * The PIN is 24681357. Mechanisms: 0x80000101 signs a digest, answers r and s; 0x80000102 signs a
 * message, answers DER; 0x80000103 answers what is no signature. */
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <p11-kit/pkcs11.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEYS = 8, PATH = 512, SLOT = 7, SESSION = 40, DIGEST = 32, COORDINATE = 32 };
enum { POINT = 67, LOCKS_AFTER = 3, DER = 128 };
enum { OF_DIGEST = 0x101, OF_MESSAGE = 0x102, NONSENSE = 0x103, LAST_BITS = 0xfff };
static const char pin[] = "24681357", token_label[] = "vendor", serial[] = "0042";

static struct key {
	char label[64];
	unsigned char id;
	EVP_PKEY *pkey;
} keys[KEYS];
static int n_keys;
static bool begun, logged_in;
static CK_SESSION_HANDLE session; /* 0: none */
static struct stat inserted;
static CK_OBJECT_HANDLE found[2 * KEYS], signing;
static CK_ULONG n_found, mechanism;

static const char *in_folder(const char *name)
{
	static char path[PATH];
	const char *folder = getenv("SHIAN_TEST_TOKEN");
	(void)snprintf(path, sizeof path, "%s/%s", folder ? folder : "/nonexistent", name);
	return path;
}

static long size_of(const char *name)
{
	struct stat st;
	return stat(in_folder(name), &st) == 0 ? (long)st.st_size : -1;
}

static void count(const char *name, bool more)
{
	int fd = open(in_folder(name), O_WRONLY | O_CREAT | (more ? O_APPEND : O_TRUNC), 0600);
	if (fd < 0)
		return;
	if (more && write(fd, ".", 1) != 1)
		abort();
	(void)close(fd);
}

static CK_RV session_check(CK_SESSION_HANDLE s)
{
	struct stat now;
	if (stat(in_folder("in"), &now) != 0)
		return CKR_DEVICE_REMOVED;
	return session && s == session && now.st_ino == inserted.st_ino &&
			       now.st_mtim.tv_nsec == inserted.st_mtim.tv_nsec
		       ? CKR_OK
		       : CKR_SESSION_HANDLE_INVALID;
}

/* ---- keys ---------------------------------------------------------------------------------------
 */

static void key_load(const char *file)
{
	const char *dot = strchr(file, '.');
	FILE *f = dot && strstr(dot, ".pem") ? fopen(in_folder(file), "re") : NULL;
	if (!f)
		return;
	struct key *k = &keys[n_keys];
	k->pkey = n_keys < KEYS ? PEM_read_PrivateKey(f, NULL, NULL, NULL) : NULL;
	(void)fclose(f);
	if (!k->pkey)
		return;
	(void)snprintf(k->label, sizeof k->label, "%.*s", (int)(dot - file), file);
	k->id = strncmp(dot, ".2", 2) == 0 ? 2 : 1;
	n_keys++;
}

static void keys_forget(void)
{
	while (n_keys)
		EVP_PKEY_free(keys[--n_keys].pkey);
}

static void keys_load(void)
{
	DIR *d = opendir(in_folder(""));
	struct dirent *e;
	keys_forget();
	while (d && (e = readdir(d)))
		key_load(e->d_name);
	if (d)
		(void)closedir(d);
}

/* Odd handles are private keys, the even ones behind them their public halves. */
static struct key *key_of(CK_OBJECT_HANDLE h)
{
	return h && (h - 1) / 2 < (CK_ULONG)n_keys ? &keys[(h - 1) / 2] : NULL;
}

static bool private_half(CK_OBJECT_HANDLE h)
{
	return h % 2 == 1;
}

/* The value of an attribute; 0: it has none. */
static size_t value_of(CK_OBJECT_HANDLE h, CK_ATTRIBUTE_TYPE type, unsigned char *out)
{
	static const unsigned char curve[] = { 0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82,
		0x2d };
	const struct key *k = key_of(h);
	CK_OBJECT_CLASS class = private_half(h) ? CKO_PRIVATE_KEY : CKO_PUBLIC_KEY;
	size_t n = 0;
	switch (type) {
	case CKA_CLASS:
		memcpy(out, &class, sizeof class);
		return sizeof class;
	case CKA_LABEL:
		memcpy(out, k->label, strlen(k->label));
		return strlen(k->label);
	case CKA_ID:
		*out = k->id;
		return 1;
	case CKA_EC_PARAMS:
		memcpy(out, curve, sizeof curve);
		return sizeof curve;
	case CKA_EC_POINT:
		out[0] = 0x04;
		out[1] = POINT - 2;
		if (EVP_PKEY_get_octet_string_param(k->pkey, "pub", out + 2, POINT - 2, &n) != 1)
			return 0;
		return POINT;
	default:
		return 0;
	}
}

static bool fits(CK_OBJECT_HANDLE h, const CK_ATTRIBUTE *t, CK_ULONG n)
{
	unsigned char value[DER];
	if (private_half(h) && !logged_in)
		return false;
	for (CK_ULONG i = 0; i < n; i++)
		if (value_of(h, t[i].type, value) != t[i].ulValueLen ||
			memcmp(value, t[i].pValue, t[i].ulValueLen) != 0)
			return false;
	return true;
}

/* ---- the functions of PKCS#11
 * -------------------------------------------------------------------- */

CK_RV C_Initialize(void *args)
{
	(void)args;
	if (begun)
		return CKR_CRYPTOKI_ALREADY_INITIALIZED;
	begun = true;
	return CKR_OK;
}

CK_RV C_Finalize(void *reserved)
{
	(void)reserved;
	begun = logged_in = false;
	session = 0;
	keys_forget();
	return CKR_OK;
}

CK_RV C_GetSlotList(unsigned char present, CK_SLOT_ID *slots, unsigned long *n)
{
	bool in = size_of("in") >= 0 || !present;
	if (!begun)
		return CKR_CRYPTOKI_NOT_INITIALIZED;
	if (slots && in)
		*slots = SLOT;
	*n = in ? 1 : 0;
	return CKR_OK;
}

CK_RV C_GetTokenInfo(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
	if (slot != SLOT || size_of("in") < 0)
		return CKR_TOKEN_NOT_PRESENT;
	memset(info, 0, sizeof *info);
	memset(info->label, ' ', sizeof info->label);
	memset(info->serialNumber, ' ', sizeof info->serialNumber);
	memcpy(info->label, token_label, strlen(token_label));
	memcpy(info->serialNumber, serial, strlen(serial));
	if (size_of("failures") >= LOCKS_AFTER)
		info->flags |= CKF_USER_PIN_LOCKED;
	if (size_of("failures") == LOCKS_AFTER - 1)
		info->flags |= CKF_USER_PIN_FINAL_TRY;
	return CKR_OK;
}

CK_RV C_GetMechanismInfo(CK_SLOT_ID slot, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO *info)
{
	CK_ULONG known = type - CKM_VENDOR_DEFINED;
	(void)slot;
	if (known < OF_DIGEST || known > NONSENSE)
		return CKR_MECHANISM_INVALID;
	*info = (CK_MECHANISM_INFO){ 256, 256, CKF_SIGN };
	return CKR_OK;
}

CK_RV C_OpenSession(CK_SLOT_ID slot, CK_FLAGS flags, void *application, CK_NOTIFY notify,
	CK_SESSION_HANDLE *out)
{
	static CK_SESSION_HANDLE last = SESSION;
	(void)flags;
	(void)application;
	(void)notify;
	if (slot != SLOT || stat(in_folder("in"), &inserted) != 0)
		return CKR_TOKEN_NOT_PRESENT;
	keys_load();
	logged_in = false;
	*out = session = ++last;
	return CKR_OK;
}

CK_RV C_CloseSession(CK_SESSION_HANDLE s)
{
	if (s == session)
		session = 0;
	return CKR_OK;
}

CK_RV C_GetSessionInfo(CK_SESSION_HANDLE s, CK_SESSION_INFO *info)
{
	*info = (CK_SESSION_INFO){ SLOT, logged_in ? CKS_RO_USER_FUNCTIONS : CKS_RO_PUBLIC_SESSION,
		0, 0 };
	return session_check(s);
}

CK_RV C_Login(CK_SESSION_HANDLE s, CK_USER_TYPE user, unsigned char *given, unsigned long n)
{
	CK_RV rv = session_check(s);
	(void)user;
	if (rv != CKR_OK)
		return rv;
	count("logins", true);
	if (size_of("failures") >= LOCKS_AFTER)
		return CKR_PIN_LOCKED;
	logged_in = n == strlen(pin) && memcmp(given, pin, n) == 0;
	count("failures", !logged_in);
	return logged_in ? CKR_OK : CKR_PIN_INCORRECT;
}

CK_RV C_FindObjectsInit(CK_SESSION_HANDLE s, CK_ATTRIBUTE *t, unsigned long n)
{
	n_found = 0;
	for (CK_OBJECT_HANDLE h = 1; h <= 2 * (CK_ULONG)n_keys; h++)
		if (fits(h, t, n))
			found[n_found++] = h;
	return session_check(s);
}

CK_RV C_FindObjects(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE *out, unsigned long max, unsigned long *n)
{
	*n = n_found < max ? n_found : max;
	memcpy(out, found, *n * sizeof *out);
	return session_check(s);
}

CK_RV C_FindObjectsFinal(CK_SESSION_HANDLE s)
{
	return session_check(s);
}

CK_RV C_GetAttributeValue(CK_SESSION_HANDLE s, CK_OBJECT_HANDLE h, CK_ATTRIBUTE *t, unsigned long n)
{
	unsigned char value[DER];
	for (unsigned long i = 0; i < n; i++) {
		size_t size = key_of(h) ? value_of(h, t[i].type, value) : 0;
		if (!size || size > t[i].ulValueLen)
			return CKR_ATTRIBUTE_TYPE_INVALID;
		memcpy(t[i].pValue, value, size);
		t[i].ulValueLen = size;
	}
	return session_check(s);
}

CK_RV C_SignInit(CK_SESSION_HANDLE s, CK_MECHANISM *m, CK_OBJECT_HANDLE h)
{
	CK_RV rv = session_check(s);
	if (rv != CKR_OK)
		return rv;
	if (!logged_in)
		return CKR_USER_NOT_LOGGED_IN;
	if (!key_of(h) || !private_half(h))
		return CKR_KEY_HANDLE_INVALID;
	signing = h;
	mechanism = m->mechanism & LAST_BITS;
	return CKR_OK;
}

static size_t digest_sign(EVP_PKEY *k, const unsigned char *at, size_t n, unsigned char *der)
{
	size_t out = DER;
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(k, NULL);
	bool ok = c && n == DIGEST && EVP_PKEY_sign_init(c) == 1 &&
		  EVP_PKEY_sign(c, der, &out, at, n) == 1;
	EVP_PKEY_CTX_free(c);
	return ok ? out : 0;
}

static size_t message_sign(EVP_PKEY *k, const unsigned char *at, size_t n, unsigned char *der)
{
	size_t out = DER;
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	EVP_PKEY_CTX *c = EVP_PKEY_CTX_new(k, NULL);
	EVP_MD_CTX_set_pkey_ctx(md, c);
	bool ok = EVP_PKEY_CTX_set1_id(c, "1234567812345678", 16) > 0 &&
		  EVP_DigestSignInit(md, NULL, EVP_sm3(), NULL, k) == 1 &&
		  EVP_DigestSign(md, der, &out, at, n) == 1;
	EVP_MD_CTX_free(md);
	EVP_PKEY_CTX_free(c);
	return ok ? out : 0;
}

static size_t raw_of(const unsigned char *der, size_t n, unsigned char *raw)
{
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &der, (long)n);
	bool ok = sig && BN_bn2binpad(ECDSA_SIG_get0_r(sig), raw, COORDINATE) == COORDINATE &&
		  BN_bn2binpad(ECDSA_SIG_get0_s(sig), raw + COORDINATE, COORDINATE) == COORDINATE;
	ECDSA_SIG_free(sig);
	return ok ? 2 * (size_t)COORDINATE : 0;
}

CK_RV C_Sign(CK_SESSION_HANDLE s, unsigned char *at, unsigned long n, unsigned char *out,
	unsigned long *out_n)
{
	unsigned char der[DER], answer[DER];
	const struct key *k = key_of(signing);
	CK_RV rv = session_check(s);
	size_t size = 0;
	if (rv != CKR_OK || !k)
		return rv != CKR_OK ? rv : CKR_OPERATION_NOT_INITIALIZED;
	if (size_of("odd") >= 0)
		return CKR_VENDOR_DEFINED | 0x777;
	while (size_of("hang") >= 0)
		(void)usleep(10000);
	if (mechanism == OF_MESSAGE) {
		size = message_sign(k->pkey, at, n, answer);
	} else {
		size = digest_sign(k->pkey, at, n, der);
		size = size ? raw_of(der, size, answer) : 0;
	}
	if (!size || size > *out_n)
		return CKR_DATA_LEN_RANGE;
	if (mechanism == NONSENSE)
		answer[size / 2] ^= 1;
	memcpy(out, answer, size);
	*out_n = size;
	return CKR_OK;
}

__attribute__((visibility("default"))) CK_RV C_GetFunctionList(CK_FUNCTION_LIST **list)
{
	static CK_FUNCTION_LIST all = {
		.version = { 2, 40 },
		.C_Initialize = C_Initialize,
		.C_Finalize = C_Finalize,
		.C_GetFunctionList = C_GetFunctionList,
		.C_GetSlotList = C_GetSlotList,
		.C_GetTokenInfo = C_GetTokenInfo,
		.C_GetMechanismInfo = C_GetMechanismInfo,
		.C_OpenSession = C_OpenSession,
		.C_CloseSession = C_CloseSession,
		.C_GetSessionInfo = C_GetSessionInfo,
		.C_Login = C_Login,
		.C_FindObjectsInit = C_FindObjectsInit,
		.C_FindObjects = C_FindObjects,
		.C_FindObjectsFinal = C_FindObjectsFinal,
		.C_GetAttributeValue = C_GetAttributeValue,
		.C_SignInit = C_SignInit,
		.C_Sign = C_Sign,
	};
	*list = &all;
	return CKR_OK;
}
