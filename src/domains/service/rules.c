#include "domains/service/rules.h"

static bool is(const char *a, const char *b)
{
	return text_is(a, b);
}

const char *direct_wrong(const struct service_facts *f, const struct service_deed *d)
{
	(void)f;
	if (!is(d->result, "delivered") && !is(d->result, "refused") && !is(d->result, "absent"))
		return "Say whether it was received, refused, or nobody was there (O2 article 82).";
	if (!*d->place)
		return "Say where it was to be handed over (O2 article 82).";
	if (is(d->result, "absent"))
		return NULL;
	if (!*d->receiver)
		return "Give the name of the person who received or refused it (O2 article 82).";
	if (is(d->result, "refused"))
		return *d->refusal ? NULL : "Write the reason of the refusal (O2 article 82).";
	return d->signature || d->photo
		       ? NULL
		       : "The receiver signs the receipt, or its signed page is photographed (O2 "
			 "article 81, APL article 61).";
}

const char *leaving_wrong(const struct service_facts *f, const struct service_deed *d)
{
	if (!*d->place)
		return "Say where it was left (O2 article 82).";
	if (d->at_confirmed_address && f->confirmed_at && d->photo)
		return NULL; /* O2 83: left at the address that the party confirmed */
	if (!f->refused)
		return "It may be left only after the receipt was refused: record the refusal "
		       "first (O2 article 82).";
	if (!*d->witness && !d->video)
		return "Leaving it needs a witness, or a recording of the refusal (O2 article 82).";
	return NULL;
}

const char *electronic_wrong(const struct service_facts *f, const struct service_deed *d)
{
	if (f->another)
		return "This paper is for somebody else than the party, whose consent does not "
		       "cover it (O2 article 82).";
	if (!f->consent || !f->confirmed_at)
		return "Electronic service needs the party's consent in a signed address "
		       "confirmation (O2 article 82, APL article 61).";
	if (!d->by_hand)
		return f->e_sent ? "A message is on its way: it counts from its arrival (O2 "
				   "article 82)."
				 : NULL;
	if (!d->account_named)
		return "This account does not stand in the party's signed confirmation (O2 article "
		       "82).";
	return d->photo || d->video ? NULL
				    : "Keep the proof of its arrival: a screenshot or a recording "
				      "(O2 article 82).";
}

const char *post_wrong(const struct service_facts *f, const struct service_deed *d)
{
	(void)f;
	if (!is(d->result, "sent"))
		return "Record when it was posted; the date of receipt follows later (O2 article "
		       "82).";
	if (!*d->mail_no)
		return "Give the number of the registered letter (O2 article 82).";
	return *d->place ? NULL : "Give the address it was posted to (O2 article 82).";
}

static const char *through_another(const struct service_deed *d, const char *whom)
{
	if (!is(d->result, "sent"))
		return "Record when it was given over; the date of receipt follows later (O2 "
		       "article 82).";
	return *d->receiver ? NULL : whom;
}

const char *entrusted_wrong(const struct service_facts *f, const struct service_deed *d)
{
	(void)f;
	const char *why = through_another(d, "Name the office it is entrusted to (O2 article 82).");
	if (why)
		return why;
	return *d->words ? NULL
			 : "Write why it cannot be handed over by our own people (O2 article 82).";
}

const char *forwarded_wrong(const struct service_facts *f, const struct service_deed *d)
{
	(void)f;
	const char *why = through_another(
		d, "Name the unit that passes it on to the addressee (O2 article 82).");
	if (why)
		return why;
	return *d->words ? NULL
			 : "Write why the addressee is reached only through this unit (O2 article "
			   "82).";
}

const char *notice_wrong(const struct service_facts *f, const struct service_deed *d)
{
	if (is(f->state, "notice"))
		return "A public notice of this paper runs already.";
	if (f->consent && f->confirmed_at && !f->e_failed)
		return "The party agreed to electronic service: no public notice (O2 article 82).";
	if (f->under_way)
		return "Something sent is still under way: record first what became of it (O2 "
		       "article 82).";
	if (f->needs_direct && !f->refused && !f->absent)
		return "Try first to hand it over: a public notice is the last way (O2 article "
		       "82).";
	if (f->needs_post && !f->post_returned)
		return "Try first by post: a public notice is the last way (O2 article 82).";
	return *d->words
		       ? NULL
		       : "Write why the other ways failed: it stands in the file (O2 article 82).";
}

typedef const char *way_rule(const struct service_facts *f, const struct service_deed *d);
static const struct {
	const char *way;
	way_rule *rule;
	bool sent; /* two officers of ours hand nothing over */
} ways[] = {
	{ "direct", direct_wrong, false },
	{ "left", leaving_wrong, false },
	{ "electronic", electronic_wrong, true },
	{ "post", post_wrong, true },
	{ "entrusted", entrusted_wrong, true },
	{ "forwarded", forwarded_wrong, true },
	{ "public_notice", notice_wrong, true },
};

const char *deed_wrong(const struct service_facts *f, const struct service_deed *d)
{
	if (is(f->state, "served"))
		return "This paper has been served already.";
	if (d->at > f->now)
		return "The time lies in the future.";
	if (d->at < f->sealed_at)
		return "The paper was not sealed yet at that time.";
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		if (!is(d->way, ways[i].way))
			continue;
		const char *why = ways[i].rule(f, d);
		if (!why && !ways[i].sent && !d->servers)
			why = "Two officers with enforcement cards serve a paper (O2 article 22, "
			      "APL article 42).";
		return why;
	}
	return "Choose one of the seven ways (O2 article 82).";
}

const char *result_wrong(const struct service_deed *d, int64_t sent_at, int64_t now)
{
	if (!is(d->result, "delivered") && !is(d->result, "returned"))
		return "Say whether it was received or came back.";
	if (d->at > now)
		return "The time lies in the future.";
	if (d->at < sent_at)
		return "It cannot have arrived before it was sent.";
	if (is(d->result, "delivered") && !*d->receiver)
		return "Give the name that stands on the receipt (O2 article 82).";
	return is(d->result, "returned") && !*d->words ? "Write why it came back (O2 article 82)."
						       : NULL;
}

bool returned_counts(const struct service_facts *f, const struct service_deed *d, int64_t sent_at)
{
	return is(d->way, "post") && is(d->result, "returned") && f->confirmed_at &&
	       f->confirmed_at <= sent_at && d->at_confirmed_address;
}

const char *delegate_wrong(const struct delegate_deed *d, const char **field)
{
	const struct {
		const char *field;
		bool there;
		const char *why;
	} asked[] = {
		{ "name", *d->name, "Give the delegate's name." },
		{ "name", utf8_length(d->name) <= 40, "At most 40 characters, please." },
		{ "id_last4", *d->id_last4,
			"Give the last four characters of the delegate's identity number." },
		{ "phone", *d->phone, "Give the delegate's telephone." },
		{ "scope", *d->scope, "Say what the delegate may do for you." },
		{ "until", d->until > d->now,
			"Give a day in the future until which the power holds." },
		{ "signature", d->signature, "Please sign in the box with your finger." },
	};

	for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++)
		if (!asked[i].there) {
			*field = asked[i].field;
			return asked[i].why;
		}
	return NULL;
}
