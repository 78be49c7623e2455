/* The client of the signer: the process behind a socket, or the key itself. */
#include "core/ledger/signer_key.h"
#include "core/ledger/signer_wire.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ANSWER_MS = 3000, START_MS = 10000 };

struct signer {
	pthread_mutex_t lock;
	struct signer_key *local; /* or NULL */
	int fd;			  /* -1 when local, or when the process is gone */
	char key_id[KEY_ID_MAX];
	struct key_period period;
};

static struct signer *signer_new(void)
{
	struct signer *s = calloc(1, sizeof *s);
	if (!s)
		return NULL;
	(void)pthread_mutex_init(&s->lock, NULL);
	s->fd = -1;
	return s;
}

void signer_close(struct signer *s)
{
	if (!s)
		return;
	signer_key_close(s->local);
	if (s->fd >= 0)
		(void)close(s->fd);
	(void)pthread_mutex_destroy(&s->lock);
	free(s);
}

const char *signer_key_id(const struct signer *s)
{
	return s->key_id;
}

struct key_period signer_key_period(const struct signer *s)
{
	return s->period;
}

/* ---- the key itself ----------------------------------------------------------------------- */

enum err signer_open_local(
	const char *keys_dir, bool create, struct signer **out, struct fault *why)
{
	struct signer_key *k = NULL;
	TRY(signer_key_open(keys_dir, create, &k, why));
	struct signer *s = signer_new();
	if (!s) {
		signer_key_close(k);
		return fault(why, E_INTERNAL, "no memory");
	}
	s->local = k;
	memcpy(s->key_id, signer_key_name(k), strlen(signer_key_name(k)) + 1);
	s->period = signer_key_period_of(k);
	*out = s;
	return OK;
}

/* ---- the process -------------------------------------------------------------------------- */

struct exchange {
	struct bytes request;
	int64_t wait_ms;
	enum err code;	  /* what the process said */
	const char *text; /* what came back, in the arena */
};

/* One request and its answer. E_BUSY: this socket is of no more use. */
static enum err exchange(int fd, struct arena *a, struct exchange *x)
{
	struct bytes b = { 0 };
	int64_t deadline = clock_mono() + x->wait_ms;
	TRY(frame_send(fd, x->request, deadline));
	TRY(frame_read(fd, a, &b, deadline));
	if (b.n < 2)
		return E_BUSY;
	x->code = (enum err)(b.at[0] << 8 | b.at[1]);
	x->text = arena_copy(a, (const char *)b.at + 2, b.n - 2);
	return OK;
}

/* "id from until" */
static bool key_parse(struct arena *a, const char *text, char id[KEY_ID_MAX], struct key_period *p)
{
	char *copy = arena_dup(a, text), *from = strchr(copy, ' '),
	     *until = from ? strchr(from + 1, ' ') : NULL;
	if (!until || from - copy >= KEY_ID_MAX)
		return false;
	*from = *until = 0;
	memcpy(id, copy, strlen(copy) + 1);
	return text_to_int(from + 1, &p->from) && text_to_int(until + 1, &p->until);
}

static enum err ask_key(int fd, char id[KEY_ID_MAX], struct key_period *p, struct fault *why)
{
	struct arena *a = arena_new();
	struct exchange x = { .request = { (const uint8_t *)"K", 1 }, .wait_ms = START_MS };
	enum err e = exchange(fd, a, &x);
	bool fine = !e && !x.code && key_parse(a, x.text, id, p);
	arena_free(a);
	return fine ? OK : fault(why, E_BUSY, "the signer process does not answer");
}

enum err signer_open_socket(int fd, struct signer **out, struct fault *why)
{
	struct signer *s = signer_new();
	if (!s) {
		(void)close(fd);
		return fault(why, E_INTERNAL, "no memory");
	}
	s->fd = fd;
	enum err e = ask_key(fd, s->key_id, &s->period, why);
	if (e) {
		signer_close(s);
		return e;
	}
	*out = s;
	return OK;
}

enum err signer_replace_fd(struct signer *s, int fd, struct fault *why)
{
	char id[KEY_ID_MAX];
	struct key_period period = { 0 };
	enum err e = ask_key(fd, id, &period, why);
	if (!e && !text_is(id, s->key_id))
		e = fault(why, E_CONFLICT, "the signer came back with key %s in place of %s", id,
			s->key_id);
	if (e) {
		(void)close(fd);
		return e;
	}
	(void)pthread_mutex_lock(&s->lock);
	int old = s->fd;
	s->fd = fd;
	(void)pthread_mutex_unlock(&s->lock);
	if (old >= 0)
		(void)close(old);
	return OK;
}

static enum err sign_remote(
	struct signer *s, struct arena *a, struct bytes request, char **hex, struct fault *why)
{
	struct exchange x = { .request = request, .wait_ms = ANSWER_MS };
	if (s->fd < 0)
		return fault(why, E_BUSY, "the signer process is gone");
	enum err e = exchange(s->fd, a, &x);
	if (e) { /* an answer that comes late must not be taken for the next one */
		(void)close(s->fd);
		s->fd = -1;
		return fault(why, E_BUSY, "the signer process does not answer");
	}
	if (x.code)
		return fault(why, x.code, "%s", x.text);
	*hex = arena_dup(a, x.text);
	return OK;
}

enum err signer_sign(struct signer *s, const char *purpose, const char *text, struct arena *a,
	char **hex, struct fault *why)
{
	struct buf request = { .arena = a };
	if (strlen(text) > SIGNED_MAX || strlen(purpose) >= PURPOSE_MAX)
		return fault(why, E_FORBIDDEN, "what is to be signed is too long");
	buf_putc(&request, 'S');
	buf_add(&request, purpose, strlen(purpose) + 1);
	buf_puts(&request, text);
	(void)pthread_mutex_lock(&s->lock);
	enum err e = s->local ? signer_key_sign(s->local, purpose, text, a, hex, why)
			      : sign_remote(s, a, (struct bytes){ (uint8_t *)request.s, request.n },
					hex, why);
	(void)pthread_mutex_unlock(&s->lock);
	return e;
}
