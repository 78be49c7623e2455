/* What is learnt from: features that came with leads, and the officers' verdicts on them. */
#include "domains/cameras/learning.h"

#include <string.h>

enum { FEATURES_TEXT_MAX = 1024, NET_MAX = 31 };

const struct model lead_features_model =
	MODEL("lead_features", struct lead_features, .witnessed = true,
		FIELDS(STORED(struct lead_features, id), STORED(struct lead_features, version),
			STORED(struct lead_features, net),
			STORED(struct lead_features, base, .as = AS_HUNDREDTHS),
			STORED(struct lead_features, site, .as = AS_HUNDREDTHS),
			STORED(struct lead_features, features)));

/* Pairs of bytes in base64 with its padding. */
static bool features_ok(const char *text)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789+/";
	size_t n = strlen(text), body = strspn(text, letters), pads = n - body;
	return n && n <= FEATURES_TEXT_MAX && n % 4 == 0 && pads <= 2 &&
	       strspn(text + body, "=") == pads && (n / 4 * 3 - pads) % 2 == 0;
}

enum err lead_features_read(struct req *rq, struct lead_features *f, bool *there)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_@-";
	*f = (struct lead_features){ .features = form_text(rq, "features"),
		.net = form_text(rq, "net"),
		.base = form_int(rq, "base", -1),
		.site = form_int(rq, "site", -1) };
	*there = *f->features != 0;
	if (!*there)
		return OK;
	size_t net = strspn(f->net, letters);
	if (!features_ok(f->features) || !net || net > NET_MAX || f->net[net] || f->base < 0 ||
		f->base > 10000 || f->site < -1 || f->site > 10000)
		return fail(rq, E_INVALID, "The features make no sense.");
	return OK;
}

static const struct model review_label_model = MODEL("leads", struct review_label,
	FIELDS(STORED(struct review_label, id), STORED(struct review_label, camera),
		STORED(struct review_label, officer), STORED(struct review_label, at),
		STORED(struct review_label, confirmed), STORED(struct review_label, base),
		STORED(struct review_label, features)));

/* Undecided leads are no labels. Features of another network mean something else. */
enum err review_labels(struct req *rq, const char *rule, int64_t limit, struct review_labels *out)
{
	out->net = "";
	out->list = (struct list){ 0 };
	enum err e = db_text(rq, &out->net,
		"SELECT f.net FROM leads l JOIN lead_features f ON f.id = l.id WHERE l.rule = $1"
		" ORDER BY l.found_at DESC, l.id DESC LIMIT 1",
		rule);
	if (e)
		return e == E_NOT_FOUND ? OK : e;
	return db_all(rq, &review_label_model, &out->list,
		"SELECT * FROM (SELECT l.id, l.camera,"
		" CASE WHEN l.officer2 = 0 THEN l.officer1 ELSE l.officer2 END AS officer,"
		" CASE WHEN l.officer2 = 0 THEN l.at1 ELSE l.at2 END AS at,"
		" CASE WHEN l.verdict = 'confirmed' THEN 1 ELSE 0 END AS confirmed, f.base,"
		" f.features FROM leads l JOIN lead_features f ON f.id = l.id"
		" WHERE l.rule = $1 AND l.verdict IN ('confirmed', 'rejected') AND f.net = $2"
		" ORDER BY 4 DESC, 1 DESC LIMIT $3) newest ORDER BY at, id",
		rule, out->net, limit);
}
