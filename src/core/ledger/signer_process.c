/* The signer process: one socket, one key, nothing else. */
#include "core/ledger/signer_key.h"
#include "core/ledger/signer_wire.h"
#include "core/ledger/sm2_file.h"

#include <string.h>
#include <unistd.h>

/* Only the standard streams and the socket stay open. Returns the socket's new number, or -1. */
static int close_others(int fd)
{
	static const int first_free = STDERR_FILENO + 1;
	if (fd != first_free && dup2(fd, first_free) < 0)
		return -1;
	(void)close_range((unsigned)first_free + 1, ~0U, 0);
	return first_free;
}

/* ---- answering ---------------------------------------------------------------------------- */

static enum err reply(int fd, struct arena *a, enum err code, const char *text)
{
	size_t n = strlen(text);
	uint8_t *at = arena_alloc(a, n + 2);
	at[0] = (uint8_t)((unsigned)code >> 8);
	at[1] = (uint8_t)((unsigned)code & 0xff);
	memcpy(at + 2, text, n);
	return frame_send(fd, (struct bytes){ at, n + 2 }, 0);
}

static enum err answer(int fd, struct signer_key *k, struct arena *a, struct bytes body)
{
	struct signer_request q;
	struct fault why = { 0 };
	char *hex = NULL;
	if (!signer_request_parse(body, &q))
		return reply(fd, a, E_BAD_REQUEST, "this is not a request to the signer");
	struct key_period p = signer_key_period_of(k);
	if (q.kind == 'K')
		return reply(fd, a, OK,
			arena_printf(
				a, "%s %" PRId64 " %" PRId64, signer_key_name(k), p.from, p.until));
	enum err e = signer_key_sign(k, q.purpose, q.text, a, &hex, &why);
	if (e)
		log_event(
			LOG_WARN, "signer.refused", "purpose", q.purpose, "reason", why.text, NULL);
	return reply(fd, a, e, e ? why.text : hex);
}

/* ---- tokens --------------------------------------------------------------------------------- */

/* A module that hangs must not hold up the house: the process ends, and the next one begins anew.
 */
enum { PATIENCE = 8 };

static int places_of(const struct signer_key *k, const struct token_place *places[2])
{
	int n = 0;
	while (n < 2 && (places[n] = signer_key_place(k, n)))
		n++;
	return n;
}

/* One request, and the clock that ends the process. */
static enum err answer_in_time(int fd, struct signer_key *k, struct arena *a, struct bytes body)
{
	bool token = signer_key_place(k, 0) != NULL;
	if (token)
		(void)alarm(PATIENCE);
	enum err e = answer(fd, k, a, body);
	if (token)
		(void)alarm(0);
	return e;
}

/* Rights first: the vendor's code is loaded behind the walls. */
static bool behind_walls(struct signer_key *k, const char *keys_dir)
{
	const struct token_place *places[2];
	int n = places_of(k, places);
	signer_key_pins(k);
	if (!signer_rights_drop(keys_dir, places, n))
		return false;
	(void)alarm(n ? PATIENCE : 0);
	signer_key_warm(k);
	(void)alarm(0);
	return true;
}

static int serve(int fd, struct signer_key *k)
{
	struct arena *a = arena_new();
	struct bytes body;
	bool over = false;
	while (!over && !frame_read(fd, a, &body, 0)) {
		bool replaced = signer_key_replaced(k);
		over = replaced || signer_key_wants_pin(k);
		if (over) /* whoever started this process starts it again, and it reads all anew */
			log_event(LOG_WARN, replaced ? "signer.key_replaced" : "signer.wants_pin",
				"key", signer_key_name(k), NULL);
		else if (answer_in_time(fd, k, a, body))
			break;
		arena_reset(a);
	}
	arena_free(a);
	return over;
}

int signer_main(int fd, const char *keys_dir)
{
	struct signer_key *k = NULL;
	struct fault why = { 0 };
	fd = close_others(fd);
	secret_ask_nobody();
	if (fd < 0 || signer_key_open(keys_dir, true, &k, &why)) {
		log_event(LOG_ERROR, "signer.no_key", "reason", why.text, NULL);
		return 1;
	}
	if (!behind_walls(k, keys_dir)) {
		log_event(LOG_ERROR, "signer.rights", "reason", "cannot give up its rights", NULL);
		signer_key_close(k);
		return 1;
	}
	int status = serve(fd, k);
	signer_key_close(k);
	(void)close(fd);
	return status;
}
