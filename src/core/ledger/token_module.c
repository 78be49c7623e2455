#include "core/ledger/token_module.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

enum { MODULES = 4 };

static struct token_module modules[MODULES]; /* a process has one copy of a library */

static const struct {
	CK_RV rv;
	enum err code;
	const char *name;
} answers[] = {
	{ CKR_SESSION_HANDLE_INVALID, E_BUSY, "the session is gone" },
	{ CKR_SESSION_CLOSED, E_BUSY, "the session was closed" },
	{ CKR_DEVICE_REMOVED, E_BUSY, "the token was taken out" },
	{ CKR_TOKEN_NOT_PRESENT, E_BUSY, "the token is not there" },
	{ CKR_TOKEN_NOT_RECOGNIZED, E_BUSY, "the token is not recognised" },
	{ CKR_DEVICE_ERROR, E_BUSY, "the device reports an error" },
	{ CKR_SLOT_ID_INVALID, E_BUSY, "the slot is gone" },
	{ CKR_KEY_HANDLE_INVALID, E_BUSY, "the key is gone" },
	{ CKR_OBJECT_HANDLE_INVALID, E_BUSY, "the object is gone" },
	{ CKR_USER_NOT_LOGGED_IN, E_BUSY, "the login is gone" },
	{ CKR_CRYPTOKI_NOT_INITIALIZED, E_BUSY, "the module was ended" },
	{ CKR_OPERATION_ACTIVE, E_BUSY, "it is still at something else" },
	{ CKR_SESSION_COUNT, E_BUSY, "it has no session left" },
	{ CKR_GENERAL_ERROR, E_BUSY, "a general error" },
	{ CKR_FUNCTION_FAILED, E_BUSY, "the function failed" },
	{ CKR_PIN_INCORRECT, E_LOGIN, "the PIN is not right" },
	{ CKR_PIN_INVALID, E_LOGIN, "the PIN has signs that no PIN of it has" },
	{ CKR_PIN_LEN_RANGE, E_LOGIN, "the PIN is too long or too short" },
	{ CKR_PIN_EXPIRED, E_LOGIN, "the PIN has expired" },
	{ CKR_PIN_LOCKED, E_LOGIN, "the PIN is locked" },
	{ CKR_USER_PIN_NOT_INITIALIZED, E_LOGIN, "no PIN was set" },
	{ CKR_MECHANISM_INVALID, E_INVALID, "it has no such mechanism" },
	{ CKR_MECHANISM_PARAM_INVALID, E_INVALID, "the mechanism wants a parameter" },
	{ CKR_KEY_TYPE_INCONSISTENT, E_INVALID, "the mechanism is for keys of another kind" },
	{ CKR_KEY_FUNCTION_NOT_PERMITTED, E_INVALID, "the key may not sign" },
	{ CKR_DATA_LEN_RANGE, E_INVALID, "the mechanism takes no data of this length" },
};

enum err token_fault(struct fault *why, CK_RV rv, const char *what)
{
	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
		if (answers[i].rv == rv)
			return fault(
				why, answers[i].code, "%s: %s (0x%lx)", what, answers[i].name, rv);
	return fault(why, E_INTERNAL, "%s: the module answers 0x%lx", what, rv);
}

/* ---- loading ----------------------------------------------------------------------------------
 */

static enum err load(const char *path, CK_FUNCTION_LIST **f, struct fault *why)
{
	CK_C_GetFunctionList get = NULL;
	void *lib = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	if (!lib) {
		const char *reason = dlerror();
		return fault(
			why, E_INVALID, "the module cannot be loaded: %s", reason ? reason : path);
	}
	void *symbol = dlsym(lib, "C_GetFunctionList");
	memcpy(&get, &symbol, sizeof get); /* ISO C knows no such cast */
	if (!get || get(f) != CKR_OK || !*f)
		return fault(why, E_INVALID, "%s is no PKCS#11 module", path);
	return OK;
}

enum err token_module_begin(struct token_module *m, struct fault *why)
{
	if (m->begun)
		return OK;
	CK_C_INITIALIZE_ARGS args = { .flags = CKF_OS_LOCKING_OK };
	CK_RV rv = m->f->C_Initialize(&args);
	if (rv == CKR_CANT_LOCK || rv == CKR_NEED_TO_CREATE_THREADS || rv == CKR_ARGUMENTS_BAD)
		rv = m->f->C_Initialize(NULL);
	m->begun = rv == CKR_OK || rv == CKR_CRYPTOKI_ALREADY_INITIALIZED;
	m->epoch++;
	return m->begun ? OK
			: fault(why, E_INVALID, "the module %s does not begin: it answers 0x%lx",
				  m->path, rv);
}

enum err token_module_get(const char *path, struct token_module **out, struct fault *why)
{
	struct token_module *m = modules;
	while (m < modules + MODULES && m->path && !text_is(m->path, path))
		m++;
	if (m == modules + MODULES)
		return fault(why, E_INVALID, "more than %d modules", MODULES);
	if (!m->path) {
		TRY(load(path, &m->f, why));
		m->path = strdup(path);
	}
	m->users++;
	*out = m;
	return token_module_begin(m, why);
}

static void module_end(struct token_module *m)
{
	if (m->begun)
		(void)m->f->C_Finalize(NULL);
	m->begun = false;
}

void token_module_put(struct token_module *m)
{
	if (m && --m->users == 0)
		module_end(m);
}

enum err token_module_anew(struct token_module *m, struct fault *why)
{
	module_end(m);
	return token_module_begin(m, why);
}
