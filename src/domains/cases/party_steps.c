/* What a party does on its telephone. Every step is a fact in its own name. */
#include "contracts/facts.h"
#include "domains/cases/edata.h"
#include "domains/cases/shown.h"
#include "domains/cases/signing.h"

#include <string.h>

static enum err home(struct req *rq)
{
	return redirect(rq, "/my/cases/%" PRId64, rq->id);
}

static enum err load(struct req *rq, struct case_row *c, struct case_facts *f)
{
	TRY(case_load_mine(rq, c));
	return case_facts_of(rq, c, f);
}

/* Each look is told of, with the device it came from. */
enum err my_seen(struct req *rq)
{
	struct case_row c;
	const char *data = json_pairs(rq, "from", rq->http->remote, "device",
		arena_copy(rq->arena, request_header(rq, "user-agent"),
			strnlen(request_header(rq, "user-agent"), 300)),
		NULL);

	TRY(case_load_mine(rq, &c));
	if (c.viewed_at) {
		TRY(emit(rq, CASE_EVIDENCE_VIEWED, c.id, c.operator, data));
	} else {
		c.viewed_at = rq->now;
		TRY(case_save_with(rq, &c, CASE_EVIDENCE_VIEWED, data));
	}
	return c.answered_at ? home(rq) : redirect(rq, "/my/cases/%" PRId64 "/answer", c.id);
}

/* ---- the answer to the evidence ---------------------------------------- */
static void answer_wrong(struct req *rq, const struct case_row *c)
{
	if (!text_is(c->answer, "accepts") && !text_is(c->answer, "disputes"))
		field_error(rq, "answer", "Choose one of the two.");
	else if (text_is(c->answer, "disputes") && !*c->answer_words)
		field_error(rq, "words", "Say what you dispute, in your own words.");
}

static enum err answer_again(struct req *rq, const struct case_row *c)
{
	put_printf(rq->view, "id", "%" PRId64, c->id);
	put_text(rq->view, "words", c->answer_words);
	put_flag(rq->view, "accepts", text_is(c->answer, "accepts"));
	put_flag(rq->view, "disputes", text_is(c->answer, "disputes"));
	TRY(put_recorded(rq, c->id));
	return form_failed(rq) ? form_again(rq, "cases/my_answer") : page(rq, "cases/my_answer");
}

static enum err answer_kept(struct req *rq, struct case_row *c, const struct signing *s)
{
	c->answered_at = rq->now;
	if (s->end != SIGNING_TWICE)
		TRY(case_save_with(rq, c, CASE_ANSWERED,
			json_pairs(rq, "answer", c->answer, "words", c->answer_words, NULL)));
	return c->address_at ? home(rq) : redirect(rq, "/my/cases/%" PRId64 "/address", c->id);
}

/* Form 12, read beside the pictures: with the signature it is the party's confirmation, or its
 * objection (O2 26). */
static enum err answer_signed(struct req *rq, struct course *k, struct signing *s)
{
	const struct edata_view v = { k->c.answer, k->c.answer_words, signing_moment(rq) };
	bool waits = false;

	TRY(edata_form(rq, k, &v, s->form));
	TRY(put_evidence_shown(rq, k->c.id, &waits));
	TRY(signing_take(rq, k, s));
	if (s->end != SIGNING_DONE)
		return OK;
	struct edata_record r = { .answer = v.answer, .words = v.words, .paper = s->kept.paper };
	return edata_add(rq, k, &r);
}

enum err my_answer(struct req *rq)
{
	static const char *const carry[] = { "answer", "words", NULL };
	struct course k;
	struct edata_state now;
	struct form f = { .n = 0 };
	struct signing s = { .about = "evidence",
		.page = "answer",
		.form = &f,
		.carry = carry,
		.end = SIGNING_DONE };

	TRY(course_load_mine(rq, &k));
	TRY(allow(rq, may_answer(&k.f)));
	k.c.answer = form_text(rq, "answer");
	k.c.answer_words = signing_words(rq, "words", 1000);
	answer_wrong(rq, &k.c);
	if (form_failed(rq) || signing_changes(rq))
		return answer_again(rq, &k.c);
	TRY(edata_look(rq, k.c.id, &now));
	if (now.pieces) /* what devices recorded is confirmed by signing its record */
		TRY(answer_signed(rq, &k, &s));
	return s.end == SIGNING_READ ? OK : answer_kept(rq, &k.c, &s);
}

/* ---- the address -------------------------------------------------------- */
static bool address_wrong(struct req *rq, const struct case_row *c)
{
	const char *wrong = *c->e_phone ? check_phone(c->e_phone) : "is needed";
	if (wrong)
		field_error(rq, "e_phone", "Give the telephone on which messages reach you.");
	if (!*c->post_address)
		field_error(rq, "post_address", "Give the address where papers can be delivered.");
	if (!*c->receiver)
		field_error(rq, "receiver", "Give the name of the person who receives them.");
	return form_failed(rq);
}

static enum err address_again(struct req *rq, const struct case_row *c)
{
	put_printf(rq->view, "id", "%" PRId64, c->id);
	put_text(rq->view, "e_phone", c->e_phone);
	put_text(rq->view, "post_address", c->post_address);
	put_text(rq->view, "receiver", c->receiver);
	put_flag(rq->view, "on_paper", !c->e_service);
	return form_failed(rq) ? form_again(rq, "cases/my_address") : page(rq, "cases/my_address");
}

static void address_read(struct req *rq, struct case_row *c)
{
	c->e_service = text_is(form_text(rq, "consent"), "yes");
	c->e_phone = form_text(rq, "e_phone");
	c->post_address = signing_words(rq, "post_address", 200);
	c->receiver = signing_words(rq, "receiver", 60);
}

enum err my_address(struct req *rq)
{
	static const char *const carry[] = { "consent", "e_phone", "post_address", "receiver",
		NULL };
	struct course k;
	struct form f = { .n = 0 };
	struct signing s = { .about = "address", .page = "address", .form = &f, .carry = carry };

	TRY(course_load_mine(rq, &k));
	TRY(allow(rq, may_confirm_address(&k.f)));
	address_read(rq, &k.c);
	if (address_wrong(rq, &k.c) || signing_changes(rq))
		return address_again(rq, &k.c);
	TRY(form_address(rq, &k.c, &f));
	TRY(signing_take(rq, &k, &s));
	if (s.end != SIGNING_DONE)
		return s.end == SIGNING_READ ? OK : home(rq);
	k.c.address_sign = s.kept.sm3;
	k.c.address_sign_sha256 = s.kept.sha256;
	k.c.address_paper = s.kept.paper;
	k.c.address_at = rq->now;
	TRY(case_save(rq, &k.c, CASE_ADDRESS_CONFIRMED));
	return home(rq);
}

/* ---- the correction ----------------------------------------------------- */
enum err my_correction(struct req *rq)
{
	struct case_row c;
	struct case_facts f;
	struct object kept;
	const struct http_file *file = form_file(rq, "photo");

	TRY(load(rq, &c, &f));
	TRY(allow(rq, may_show_correction(&f)));
	const char *words = form_words(rq, "words", 500);
	if (!file || !file_is(rq, file, "image/jpeg"))
		field_error(rq, "photo", "Add a photo (JPEG) that shows the correction.");
	if (form_failed(rq)) {
		TRY(show_correction(rq, &c));
		put_text(rq->view, "words", words);
		return form_again(rq, "cases/my_correction");
	}
	TRY(keep_file(rq, file, &kept));
	c.correction_sm3 = kept.sm3;
	c.correction_sha256 = kept.sha256;
	c.correction_words = words;
	c.correction_at = rq->now;
	c.correction_state = "shown";
	TRY(case_save_with(rq, &c, CASE_CORRECTION_SHOWN,
		json_pairs(rq, "sm3", kept.sm3, "sha256", kept.sha256, "late",
			rq->now > c.correction_due ? "yes" : "no", NULL)));
	return home(rq);
}
