#include "domains/disclosure/rules.h"

#include "core/core.h"

const char *wait_refused(const struct disclosure_facts *f, const char *kind)
{
	if (!text_is(f->state, "open"))
		return "Its term does not run: there is nothing to stop.";
	if (text_is(kind, "third"))
		return NULL;
	if (!text_is(kind, "mend"))
		return "Say what is waited for.";
	if (f->mended)
		return "A correction is asked for once, with all that is missing (OGI article 30).";
	if (f->now > f->mend_until)
		return "A correction is asked for within seven working days of the request (OGI "
		       "article 30).";
	return NULL;
}

const char *extend_refused(const struct disclosure_facts *f)
{
	if (!text_is(f->state, "open"))
		return "Its term does not run: there is nothing to extend.";
	if (f->extended)
		return "More time is given once (OGI article 33).";
	return NULL;
}

const char *answer_refused(const struct disclosure_facts *f, const struct node *answer)
{
	if (text_is(f->state, "answered"))
		return "It was answered already.";
	if (!answer)
		return "Choose the kind of answer (OGI article 36).";
	if (node_true(answer, "only_waiting") && !text_is(f->state, "mend"))
		return "Only a request that was not corrected is given up (OGI article 30).";
	return NULL;
}

const char *clip_put_refused(const struct disclosure_facts *f)
{
	return text_is(f->state, "answered") ? "It was answered already." : NULL;
}

const char *clip_give_refused(const struct disclosure_facts *f, const struct node *answer)
{
	if (!text_is(f->state, "answered"))
		return "A clip is given with the answer; there is none yet (OGI article 36).";
	if (!answer || !node_true(answer, "gives"))
		return "The answer gives nothing (OGI articles 36 and 37).";
	return NULL;
}
