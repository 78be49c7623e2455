/* What the commands share. */
#ifndef CLI_H
#define CLI_H

#include "core/app/app.h"

/* The word after name, or fallback. */
const char *option(int argc, char **argv, const char *name, const char *fallback);
/* Prints the line and answers the status. */
int cli_complain(const char *line, int status);
/* Whether the system's language is Chinese (LC_ALL, LC_MESSAGES, LANG). */
bool cli_speaks_chinese(void);
int cli_fail(const char *command, const struct fault *why, int status);
/* Opens the app of --data (and --db) with the signer's key at hand. must_exist: refuse a folder
 * that is none yet. */
enum err cli_app(int argc, char **argv, bool must_exist, struct app **app, struct fault *why);

/* The token of DATA/keys/machine.token, copied by hand to another machine. */
enum { CLI_TOKEN_MAX = 256 };
enum err cli_token(const char *path, char out[CLI_TOKEN_MAX], struct fault *why);

/* For verify and the tests: everything the modules witness and name. */
struct verify_report;
enum err verify_app(struct app *app, struct arena *a, struct verify_report *r, struct fault *why);

#endif
