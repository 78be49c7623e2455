/* Accounts: made by the command line (the first administrator) and by administrators. */
#ifndef CORE_ACCOUNTS_H
#define CORE_ACCOUNTS_H

#include "core/app/app.h"

struct account {
	int64_t id, version;
	const char *login, *name, *role, *card_no;
	int64_t area, entity;
	const char *phone, *password, *totp_secret, *state;
	int64_t created_at, password_at;
};
extern const struct model account_model;

/* NULL, or what is wrong with the password in English. */
const char *password_wrong(const char *login, const char *password);
/* Writes the account (password already hashed) and its fact. */
enum err account_create(struct req *rq, struct account *u);

extern const struct module accounts_module, login_module, system_module;

#endif
