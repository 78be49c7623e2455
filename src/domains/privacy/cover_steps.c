/* What a person does with a copy: looks at it and says that nobody is to be recognised, or adds a
 * rectangle where somebody is, or says that it is not to be given. */
#include "contracts/facts.h"
#include "domains/privacy/covers.h"

enum { WORDS_CHARS = 400, OF_HUNDREDTH = 10 };

static enum err back(struct req *rq, int64_t id)
{
	return redirect(rq, "/covers/%" PRId64, id);
}

static enum err allow(struct req *rq, const struct cover *c, const char *step)
{
	const char *why = cover_step_refused(c->state, step);

	return why ? fail(rq, E_CONFLICT, "%s", tr(rq, why)) : OK;
}

/* What was looked at is what is decided on: not a copy that came in the meantime. */
static enum err same_copy(struct req *rq, const struct cover *c)
{
	if (!text_is(form_text(rq, "sm3"), c->sm3))
		return fail(rq, E_CONFLICT,
			"Another copy is there now. Look at that one before you decide.");
	return OK;
}

enum err cover_confirm(struct req *rq)
{
	struct cover c;

	TRY(cover_load(rq, &c));
	TRY(allow(rq, &c, "confirm"));
	TRY(same_copy(rq, &c));
	if (!form_flag(rq, "looked")) {
		field_error(rq, "looked",
			"Only who looked at it from its beginning to its end may say so (PIPL "
			"article 6, OGI article 15).");
		TRY(cover_put(rq, &c));
		return form_again(rq, "privacy/cover");
	}
	c.state = "confirmed";
	c.decided_by = rq->user->id;
	c.decided_at = rq->now;
	TRY(cover_save(rq, &c, COVER_CONFIRMED));
	notice(rq, "The copy may be given.");
	return back(rq, c.id);
}

enum err cover_withdraw(struct req *rq)
{
	struct cover c;
	const char *words = form_text(rq, "words");

	TRY(cover_load(rq, &c));
	TRY(allow(rq, &c, "withdraw"));
	TRY(same_copy(rq, &c));
	if (!*words || utf8_length(words) > WORDS_CHARS) {
		field_error(rq, "words", "Say why, in at most 400 characters.");
		TRY(cover_put(rq, &c));
		return form_again(rq, "privacy/cover");
	}
	c.state = "withdrawn";
	c.words = words;
	c.decided_by = rq->user->id;
	c.decided_at = rq->now;
	TRY(cover_save(rq, &c, COVER_WITHDRAWN));
	notice(rq, "The copy is not given any more.");
	return back(rq, c.id);
}

/* ---- by hand ----------------------------------------------------------- */
static void hand_check(struct req *rq, const struct cover_hand *h, const struct cover *c)
{
	if (h->to_s < h->from_s)
		field_error(rq, "to_s", "It ends before it begins.");
	if (h->from_s * SECOND > c->length_ms)
		field_error(rq, "from_s", "The clip is shorter than that.");
	if (h->left_pc + h->width_pc > 100)
		field_error(rq, "width_pc", "It reaches beyond the right edge.");
	if (h->top_pc + h->height_pc > 100)
		field_error(rq, "height_pc", "It reaches beyond the lower edge.");
}

static void put_hand(struct node *list, const struct cover_hand *h)
{
	struct node *n = put_map(list, NULL);

	put_int(n, "x", h->left_pc * OF_HUNDREDTH);
	put_int(n, "y", h->top_pc * OF_HUNDREDTH);
	put_int(n, "w", h->width_pc * OF_HUNDREDTH);
	put_int(n, "h", h->height_pc * OF_HUNDREDTH);
	put_int(n, "from_ms", h->from_s * SECOND);
	put_int(n, "to_ms", h->to_s * SECOND + SECOND - 1); /* all of its last second */
}

static enum err room_for_hand(struct req *rq, const struct node *hands)
{
	const struct node *law;

	TRY(rules(rq, "privacy/cover", rq->now, &law));
	if (hands->count >= node_int(law, "hands_most", 40))
		return fail(rq, E_CONFLICT,
			"So many rectangles were added that the clip is better not given.");
	return OK;
}

/* The copy as it is does not cover enough: from now on it is not given, and a new one is asked for
 * that covers what this one did and the rectangle. */
static enum err replace(struct req *rq, struct cover *c, const char *hands)
{
	struct cover next = *c;

	c->state = "replaced";
	TRY(cover_save(rq, c, COVER_REPLACED));
	next.id = next.version = 0;
	next.previous = c->id;
	next.hands = hands;
	next.state = "due";
	next.asked_by = rq->user->id;
	next.asked_at = rq->now;
	next.reason = next.method = next.sm3 = next.sha256 = next.words = "";
	next.size = next.width = next.height = next.length_ms = next.frames = next.looks =
		next.found = next.made_at = next.decided_by = next.decided_at = 0;
	TRY(cover_save(rq, &next, COVER_ASKED));
	notice(rq, "A new copy is being prepared; look at that one.");
	return back(rq, next.id);
}

enum err cover_add_hand(struct req *rq)
{
	struct cover c;
	struct cover_hand h = { 0 };
	struct node *hands;

	TRY(cover_load(rq, &c));
	TRY(allow(rq, &c, "hand"));
	TRY(same_copy(rq, &c));
	TRY(cover_hands_of(rq, &c, &hands));
	TRY(room_for_hand(rq, hands));
	enum err bad = form_read(rq, &cover_hand_model, &h);
	if (bad && bad != E_INVALID)
		return bad;
	if (!bad)
		hand_check(rq, &h, &c);
	if (bad || form_failed(rq)) {
		TRY(cover_put(rq, &c));
		show_form(rq, "hand_form", &cover_hand_model, &h);
		return form_again(rq, "privacy/cover");
	}
	put_hand(hands, &h);
	return replace(rq, &c, json_text(rq, hands));
}
