/* The signature that an officer draws once for its papers. It is its own in all three ways: only it
 * draws it, only it replaces it, and it is printed only where it took the step itself; whoever is
 * merely named on a paper does not sign by another's act (docs/adr/0040-officers-signatures.md). */
#include "contracts/facts.h"
#include "core/papers/private.h"

struct officer_signature {
	int64_t id, version, officer;
	const char *sm3, *sha256;
	int64_t drawn_at;
};
#define S(m, ...) STORED(struct officer_signature, m, __VA_ARGS__)
const struct model officer_signature_model =
	MODEL("officer_signatures", struct officer_signature, .witnessed = true,
		FIELDS(S(id, .as = AS_ID), S(version, 0), S(officer, .as = AS_ID), S(sm3, 0),
			S(sha256, 0), S(drawn_at, .as = AS_TIME)));
#undef S

/* The newest; id 0: none. */
static enum err newest(struct req *rq, int64_t officer, struct officer_signature *out)
{
	*out = (struct officer_signature){ .sm3 = "", .sha256 = "" };
	enum err e = db_one(rq, &officer_signature_model, out,
		"SELECT * FROM officer_signatures WHERE officer = $1 ORDER BY id DESC LIMIT 1",
		officer);
	return e == E_NOT_FOUND ? OK : e;
}

/* ---- printed ----------------------------------------------------------- */
static bool has_place(const struct paper_template *t, const char *place)
{
	for (size_t i = 0; i < t->n_fields; i++)
		if (t->fields[i].picture && text_is(t->fields[i].name, place))
			return true;
	return false;
}

static bool took_the_step(const struct req *rq, const struct paper_order *o, int64_t officer)
{
	return officer && (officer == rq->user->id || officer == o->asked_by);
}

enum err paper_officers_sign(struct req *rq, const struct paper_template *t, struct paper_order *o)
{
	struct paper_picture *all =
		NEWS(rq->arena, struct paper_picture, o->n_pictures + PAPER_SIGNERS);
	struct officer_signature own;
	size_t n = 0;

	for (; n < o->n_pictures; n++)
		all[n] = o->pictures[n];
	for (int i = 0; i < PAPER_SIGNERS; i++) {
		const struct paper_signer *s = &o->signers[i];
		if (!took_the_step(rq, o, s->officer) || !has_place(t, s->place))
			continue;
		TRY(newest(rq, s->officer, &own));
		if (own.id)
			all[n++] = (struct paper_picture){ s->place, own.sm3 };
	}
	o->pictures = all;
	o->n_pictures = n;
	return OK;
}

/* ---- drawn ------------------------------------------------------------- */
static enum err who_signs(struct req *rq)
{
	return *rq->user->card_no
		       ? OK
		       : fail(rq, E_FORBIDDEN,
				 "Only an officer with an enforcement card signs papers (O2 "
				 "article 22).");
}

static enum err put_own(struct req *rq)
{
	struct officer_signature own;

	TRY(newest(rq, rq->user->id, &own));
	if (own.id)
		put_time(rq->view, "drawn_at", own.drawn_at);
	put_text(rq->view, "name", "signature");
	return OK;
}

enum err officer_signature_page(struct req *rq)
{
	TRY(who_signs(rq));
	TRY(put_own(rq));
	return page(rq, "papers/signature");
}

enum err officer_signature_picture(struct req *rq)
{
	struct officer_signature own;

	TRY(newest(rq, rq->user->id, &own));
	if (!own.id)
		return fail(rq, E_NOT_FOUND, "You have not drawn your signature yet.");
	return reply_object(rq, own.sm3, "image/png", NULL);
}

enum err officer_signature_draw(struct req *rq)
{
	struct officer_signature before, own = { .officer = rq->user->id, .drawn_at = rq->now };
	struct object drawn = { .sm3 = "" };

	TRY(who_signs(rq));
	TRY(newest(rq, rq->user->id, &before));
	if (keep_signature(rq, "signature", &drawn)) {
		field_error(rq, "signature", "Please sign in the box with your finger.");
		TRY(put_own(rq));
		return form_again(rq, "papers/signature");
	}
	if (text_is(drawn.sm3, before.sm3)) /* a reload: no hand draws the same picture twice */
		return redirect(rq, "/account/signature");
	own.sm3 = drawn.sm3;
	own.sha256 = drawn.sha256;
	TRY(db_insert(rq, &officer_signature_model, &own));
	TRY(emit(rq, OFFICER_SIGNATURE_DRAWN, own.officer, 0,
		json_of(rq, &officer_signature_model, &own)));
	notice(rq, "Your signature is kept. It is printed where you sign from now on.");
	return redirect(rq, "/account/signature");
}
