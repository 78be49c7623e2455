/* Signatures by finger: a PNG from a stranger's telephone, checked before anything draws it. */
#include "core/documents/picture.h"
#include "core/papers/papers.h"

#include <sodium.h>
#include <string.h>

enum { SIGNATURE_MAX = 512 * 1024, INK_MIN = 60 };

enum err keep_signature(struct req *rq, const char *field, struct object *out)
{
	static const char head[] = "data:image/png;base64,";
	const char *s = form_raw(rq, field), *at;
	size_t n, max;
	struct fault why = { 0 };
	struct picture picture;

	if (!*s)
		return fail(rq, E_INVALID, "Please sign in the box with your finger.");
	if (!text_starts(s, head) || strlen(s) > SIGNATURE_MAX)
		return fail(rq, E_INVALID,
			"The signature could not be read. Please clear the box and sign again.");
	at = s + strlen(head);
	max = strlen(at);
	uint8_t *png = arena_alloc(rq->arena, max + 1);
	if (sodium_base642bin(png, max, at, strlen(at), NULL, &n, NULL,
		    sodium_base64_VARIANT_ORIGINAL) != 0 ||
		picture_read(rq->arena, (struct bytes){ png, n }, &picture, &why))
		return fail(rq, E_INVALID,
			"The signature could not be read. Please clear the box and sign again.");
	if (picture.ink < INK_MIN)
		return fail(rq, E_INVALID, "The box is empty. Please sign with your finger.");
	if (store_put(rq_store(rq), rq->arena, (struct bytes){ png, n }, out, &why)) {
		log_event(LOG_ERROR, "store.failed", "why", why.text, NULL);
		return fail(rq, E_BUSY,
			"The signature could not be kept. Please try again in a moment.");
	}
	return OK;
}
