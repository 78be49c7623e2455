/* What a party does on its telephone. Every step is a fact in its own name. */
#include "contracts/facts.h"
#include "domains/cases/ordinary.h"

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

enum err my_seen(struct req *rq)
{
	struct case_row c;

	TRY(case_load_mine(rq, &c));
	if (!c.viewed_at) {
		c.viewed_at = rq->now;
		TRY(case_save_with(rq, &c, CASE_EVIDENCE_VIEWED,
			json_pairs(rq, "from", rq->http->remote, NULL)));
	}
	return c.answered_at ? home(rq) : redirect(rq, "/my/cases/%" PRId64 "/answer", c.id);
}

enum err my_answer(struct req *rq)
{
	struct case_row c;
	struct case_facts f;

	TRY(load(rq, &c, &f));
	TRY(allow(rq, may_answer(&f)));
	const struct case_row was = c;
	c.answer = form_text(rq, "answer");
	c.answer_words = form_text(rq, "words");
	if (!text_is(c.answer, "accepts") && !text_is(c.answer, "disputes"))
		field_error(rq, "answer", "Choose one of the two.");
	else if (text_is(c.answer, "disputes") && !*c.answer_words)
		field_error(rq, "words", "Say what you dispute, in your own words.");
	else if (utf8_length(c.answer_words) > 1000)
		field_error(rq, "words", "At most 1,000 characters, please.");
	if (form_failed(rq)) {
		put_printf(rq->view, "id", "%" PRId64, c.id);
		put_text(rq->view, "words", c.answer_words);
		return form_again(rq, "cases/my_answer");
	}
	c.answered_at = rq->now;
	if (!text_is(was.answer, c.answer) || !text_is(was.answer_words, c.answer_words))
		TRY(case_save_with(rq, &c, CASE_ANSWERED,
			json_pairs(rq, "answer", c.answer, "words", c.answer_words, NULL)));
	return c.address_at ? home(rq) : redirect(rq, "/my/cases/%" PRId64 "/address", c.id);
}

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

/* The same form sent again (a double click, a reload): a hand never draws the same picture twice.
 */
static bool signed_already(
	const struct case_row *was, const struct case_row *c, const struct object *sign)
{
	return was->address_at && text_is(was->address_sign, sign->sm3) &&
	       was->e_service == c->e_service && text_is(was->e_phone, c->e_phone) &&
	       text_is(was->post_address, c->post_address) && text_is(was->receiver, c->receiver);
}

enum err my_address(struct req *rq)
{
	struct case_row c;
	struct case_facts f;
	struct object sign;

	TRY(load(rq, &c, &f));
	TRY(allow(rq, may_confirm_address(&f)));
	const struct case_row was = c;
	c.e_service = text_is(form_text(rq, "consent"), "yes");
	c.e_phone = form_text(rq, "e_phone");
	c.post_address = form_text(rq, "post_address");
	c.receiver = form_text(rq, "receiver");
	if (!address_wrong(rq, &c) && keep_signature(rq, "signature", &sign))
		field_error(rq, "signature", "Please sign in the box with your finger.");
	if (form_failed(rq)) {
		put_printf(rq->view, "id", "%" PRId64, c.id);
		put_text(rq->view, "e_phone", c.e_phone);
		put_text(rq->view, "post_address", c.post_address);
		put_text(rq->view, "receiver", c.receiver);
		return form_again(rq, "cases/my_address");
	}
	if (signed_already(&was, &c, &sign))
		return home(rq);
	c.address_sign = sign.sm3;
	c.address_sign_sha256 = sign.sha256;
	c.address_at = rq->now;
	TRY(order_address_paper(rq, &c));
	TRY(case_save(rq, &c, CASE_ADDRESS_CONFIRMED));
	return home(rq);
}

enum err my_correction(struct req *rq)
{
	struct case_row c;
	struct case_facts f;
	struct object photo;
	const struct http_file *file = form_file(rq, "photo");

	TRY(load(rq, &c, &f));
	TRY(allow(rq, may_show_correction(&f)));
	if (!file || !text_starts(file->type, "image/jpeg"))
		return fail(rq, E_INVALID, "Add a photo (JPEG) that shows the correction.");
	TRY(keep_file(rq, file, &photo));
	c.correction_sm3 = photo.sm3;
	c.correction_sha256 = photo.sha256;
	c.correction_words = form_text(rq, "words");
	c.correction_at = rq->now;
	c.correction_state = "shown";
	TRY(case_save_with(rq, &c, CASE_CORRECTION_SHOWN,
		json_pairs(rq, "sm3", photo.sm3, "sha256", photo.sha256, "late",
			rq->now > c.correction_due ? "yes" : "no", NULL)));
	return home(rq);
}

static void statement_check(struct req *rq, const char *words, bool none, bool voice)
{
	if (!none && !*words && !voice)
		field_error(rq, "words", "Write your statement, or choose that you make none.");
	else if (!none && utf8_length(words) > 2000)
		field_error(rq, "words", "At most 2,000 characters, please.");
}

/* In words, with photos, or spoken: a recording is kept by its digest, and an officer hears it. */
enum err my_statement(struct req *rq)
{
	struct course k;
	const char *words = form_text(rq, "words");
	bool none = text_is(form_text(rq, "statement"), "none"),
	     voice = form_file(rq, "voice") != NULL;
	int files = 0;

	TRY(course_load_mine(rq, &k));
	TRY(allow(rq, may_state(&k.f)));
	statement_check(rq, words, none, voice);
	if (!form_failed(rq) && !none && party_files_keep(rq, k.c.id, "statement", &files) &&
		!form_failed(rq))
		return E_INVALID;
	if (form_failed(rq)) {
		TRY(show_statement(rq, &k));
		put_text(rq->view, "words", words);
		return form_again(rq, "cases/my_statement");
	}
	k.c.state = "heard";
	k.c.statement = none ? "none" : "made";
	k.c.statement_words = none ? "" : *words ? words : "（语音陈述，见录音）";
	k.c.heard_at = rq->now;
	if (!none && text_is(k.f.procedure, "ordinary"))
		TRY(paper_defence(rq, &k));
	TRY(case_save_with(rq, &k.c, CASE_HEARD,
		json_pairs(rq, "statement", k.c.statement, "words", k.c.statement_words, "files",
			arena_printf(rq->arena, "%d", files), NULL)));
	return home(rq);
}
