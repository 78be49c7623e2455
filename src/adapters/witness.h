/* Signed heads for who keeps them outside: a witness. Where to is set by `shian head target`
 * (settings heads_file and heads_url); the newest head goes there within a minute. Nothing waits
 * for a witness: what fails is tried again later, with the head that is newest then. */
#ifndef ADAPTERS_WITNESS_H
#define ADAPTERS_WITNESS_H

#include "core/app/req.h"

enum { WITNESS_MS = 5000, WITNESS_BODY_MAX = 16 * 1024 * 1024 };

/* Adds text to the end of the file, synced; one write, so that it is there whole or not at all. */
enum err witness_append(const char *path, const char *text, struct fault *why);
/* POST of text/plain; only 2xx is taken for received. At most WITNESS_MS. http or https, the
 * certificate of the latter is checked. */
enum err witness_post(const char *url, const char *text, struct fault *why);
/* GET: what the witness has received. */
enum err witness_get(struct arena *a, const char *url, struct bytes *out, struct fault *why);

#endif
