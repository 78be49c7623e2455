/* Pictures of a kitchen of which no case came go when their term is over (个人信息保护法 19, 47):
 * still, clip and what was derived from them. Looked for at night; the fact is written first, with
 * the digests, the files go after it. A finding that nobody has judged keeps its pictures: they are
 * still needed for what they were taken for. */
#include "contracts/facts.h"
#include "domains/privacy/covers.h"
#include "domains/privacy/privacy.h"

enum { AT_ONCE = 20 };

const struct model lead_erasure_model = MODEL("lead_erasures", struct lead_erasure,
	.witnessed = true,
	FIELDS(STORED(struct lead_erasure, id), STORED(struct lead_erasure, version),
		STORED(struct lead_erasure, lead, .as = AS_ID),
		STORED(struct lead_erasure, operator, .as = AS_ID),
		STORED(struct lead_erasure, area), STORED(struct lead_erasure, still_sm3),
		STORED(struct lead_erasure, still_sha256), STORED(struct lead_erasure, clip_sm3),
		STORED(struct lead_erasure, clip_sha256),
		STORED(struct lead_erasure, found_at, .as = AS_TIME),
		STORED(struct lead_erasure, rule_version),
		STORED(struct lead_erasure, erased_at, .as = AS_TIME)));

struct old_lead {
	int64_t id, operator, area, found_at;
	const char *still_sm3, *still_sha256, *clip_sm3, *clip_sha256;
};
static const struct model old_lead_model = MODEL("pub_leads", struct old_lead,
	FIELDS(STORED(struct old_lead, id), STORED(struct old_lead, operator),
		STORED(struct old_lead, area), STORED(struct old_lead, found_at),
		STORED(struct old_lead, still_sm3), STORED(struct old_lead, still_sha256),
		STORED(struct old_lead, clip_sm3), STORED(struct old_lead, clip_sha256)));

static enum err erase_one(struct req *rq, const struct old_lead *l, const char *rule_version)
{
	struct lead_erasure e = { .lead = l->id,
		.operator= l->operator,
		.area = l->area,
		.still_sm3 = l->still_sm3,
		.still_sha256 = l->still_sha256,
		.clip_sm3 = l->clip_sm3,
		.clip_sha256 = l->clip_sha256,
		.found_at = l->found_at,
		.rule_version = rule_version,
		.erased_at = rq->now };

	TRY(db_insert(rq, &lead_erasure_model, &e));
	TRY(db_run(rq, "UPDATE blur_wishes SET done = 1 WHERE original IN ($1, $2)", e.still_sm3,
		e.clip_sm3)); /* what nobody covered yet is not asked for any more */
	TRY(emit(rq, LEAD_ERASED, e.lead, e.operator,
		json_pairs(rq, "still_sm3", e.still_sm3, "clip_sm3", e.clip_sm3, "found_at",
			time_iso(rq->arena, e.found_at), "rule", rule_version, NULL)));
	return job_add(rq, .kind = "privacy.erase", .subject = e.id);
}

static bool listed(const struct node *list, const char *word)
{
	NODE_EACH (w, list)
		if (text_is(w->s, word))
			return true;
	return false;
}

enum err pictures_erase(struct req *rq)
{
	const struct node *law;
	struct list l;

	TRY(rules(rq, "privacy/terms", rq->now, &law));
	int hour = civil_of(rq->now).hour;
	if (hour < node_int(law, "erase_from_hour", 2) ||
		hour >= node_int(law, "erase_until_hour", 5))
		return OK;
	const struct node *states = node_find(law, "lead_keep_states");
	TRY(db_all(rq, &old_lead_model, &l,
		"SELECT id, operator, area, found_at, still_sm3, still_sha256, clip_sm3, "
		"clip_sha256 FROM pub_leads l WHERE found_at <= $1 AND ((state = 'rejected' AND "
		"CAST($3 AS bigint) = 1) OR (state = 'confirmed' AND CAST($4 AS bigint) = 1)) AND "
		"NOT EXISTS (SELECT 1 FROM lead_erasures e WHERE e.lead = l.id) AND still_sm3 NOT "
		"IN (SELECT sm3 FROM pub_case_files) AND (clip_sm3 = '' OR "
		"clip_sm3 NOT IN (SELECT more_sm3 FROM pub_case_files)) ORDER BY found_at LIMIT $2",
		rq->now - node_int(law, "lead_keep_days", 183) * DAY, (int64_t)AT_ONCE,
		(int64_t)listed(states, "rejected"), (int64_t)listed(states, "confirmed")));
	for (struct old_lead *o = LIST_OF(struct old_lead, &l); o < LIST_END(struct old_lead, &l);
		o++)
		TRY(erase_one(rq, o, node_text(law, "version", "")));
	return OK;
}

/* ---- the files --------------------------------------------------------- */
static enum err covered_remove(struct req *rq, const char *original)
{
	struct list l;

	TRY(db_all(rq, &blur_picture_model, &l,
		"SELECT p.* FROM blur_pictures p JOIN blurs b ON b.id = p.blur WHERE b.original = "
		"$1",
		original));
	for (struct blur_picture *p = LIST_OF(struct blur_picture, &l);
		p < LIST_END(struct blur_picture, &l); p++)
		TRY(object_remove(rq, p->sm3));
	TRY(db_all(rq, &cover_model, &l, "SELECT * FROM covers WHERE original = $1 AND sm3 <> ''",
		original));
	for (struct cover *c = LIST_OF(struct cover, &l); c < LIST_END(struct cover, &l); c++)
		TRY(object_remove(rq, c->sm3));
	return OK;
}

enum err privacy_erase_run(struct req *rq, const struct job *j, void *result)
{
	struct lead_erasure e;

	(void)result;
	TRY(db_one(rq, &lead_erasure_model, &e, "SELECT * FROM lead_erasures WHERE id = $1",
		j->subject));
	const char *const files[] = { e.still_sm3, e.clip_sm3 };
	for (size_t i = 0; i < 2; i++) {
		if (!*files[i])
			continue;
		TRY(covered_remove(rq, files[i]));
		TRY(object_remove(rq, files[i]));
	}
	return OK;
}
