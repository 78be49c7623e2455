/* The signer process: one socket, one key, nothing else. */
#include "core/ledger/signer_key.h"
#include "core/ledger/signer_wire.h"

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

int signer_main(int fd, const char *keys_dir)
{
	struct signer_key *k = NULL;
	struct fault why = { 0 };
	fd = close_others(fd);
	if (fd < 0 || signer_key_open(keys_dir, true, &k, &why)) {
		log_event(LOG_ERROR, "signer.no_key", "reason", why.text, NULL);
		return 1;
	}
	if (!signer_rights_drop(keys_dir)) {
		log_event(LOG_ERROR, "signer.rights", "reason", "cannot give up its rights", NULL);
		signer_key_close(k);
		return 1;
	}
	struct arena *a = arena_new();
	struct bytes body;
	bool replaced = false;
	while (!replaced && !frame_read(fd, a, &body, 0)) {
		replaced = signer_key_replaced(k);
		if (!replaced && answer(fd, k, a, body))
			break;
		arena_reset(a);
	}
	if (replaced) /* whoever started this process starts it again, with the other key */
		log_event(LOG_WARN, "signer.key_replaced", "key", signer_key_name(k), NULL);
	arena_free(a);
	signer_key_close(k);
	(void)close(fd);
	return replaced;
}
