/* Faces covered in what leaves the bureau (个人信息保护法 6, 34): which pictures are asked for,
 * what the vision worker made of them, and the archive that an officer hands on. Nobody here looks
 * into a picture. docs/adr/0020.
 */
#include "domains/privacy/privacy.h"

#include "contracts/facts.h"
#include "domains/privacy/covers.h"
#include "domains/privacy/registers.h"

const struct model blur_wish_model = MODEL("blur_wishes", struct blur_wish,
	FIELDS(STORED(struct blur_wish, original), STORED(struct blur_wish, original_sha256),
		STORED(struct blur_wish, kind), STORED(struct blur_wish, operator),
		STORED(struct blur_wish, area), STORED(struct blur_wish, asked_at, .as = AS_TIME),
		STORED(struct blur_wish, done)));

static const struct choice states[] = { { "made", "Prepared", "green" },
	{ "refused", "Cannot be made", "yellow" }, { 0 } };

const struct model blur_model = MODEL("blurs", struct blur, .witnessed = true,
	FIELDS(STORED(struct blur, id), STORED(struct blur, version), STORED(struct blur, original),
		STORED(struct blur, original_sha256), STORED(struct blur, kind),
		STORED(struct blur, operator, .as = AS_ID), STORED(struct blur, area),
		STORED(struct blur, state, .choices = states), STORED(struct blur, reason),
		STORED(struct blur, method), STORED(struct blur, pictures),
		STORED(struct blur, made_at, .as = AS_TIME)));

const struct model blur_picture_model =
	MODEL("blur_pictures", struct blur_picture, .witnessed = true,
		FIELDS(STORED(struct blur_picture, id), STORED(struct blur_picture, version),
			STORED(struct blur_picture, blur, .as = AS_ID),
			STORED(struct blur_picture, n), STORED(struct blur_picture, at_ms),
			STORED(struct blur_picture, areas), STORED(struct blur_picture, sm3),
			STORED(struct blur_picture, sha256), STORED(struct blur_picture, size)));

#define AREA_OF_COVER "SELECT area FROM covers WHERE id = $1"

static const struct route routes[] = {
	{ GET, "/privacy", privacy_notice, ANYBODY,
		.about = "What is recorded of people, why, how long, and their rights" },
	{ GET, "/privacy/impacts", impact_list, PRIVACY_READ,
		.about = "Impact assessments of processing personal data", .gives = &impact_model },
	{ GET, "/privacy/impacts/new", impact_new, PRIVACY_WRITE,
		.about = "Form of an impact assessment" },
	{ POST, "/privacy/impacts", impact_create, PRIVACY_WRITE,
		.about = "Put an impact assessment on file", .takes = &impact_model },
	{ GET, "/privacy/impacts/:id", impact_page, PRIVACY_READ, .about = "One impact assessment",
		.gives = &impact_model },
	{ POST, "/privacy/impacts/:id/decide", impact_decide, PRIVACY_DECIDE,
		.about = "Decide whether the processing may begin (verdict, opinion)" },
	{ GET, "/privacy/impacts/:id/file", impact_file, PRIVACY_READ,
		.about = "The signed report of an assessment" },
	{ GET, "/privacy/breaches", breach_list, PRIVACY_READ,
		.about = "Breaches of personal data and their terms", .gives = &breach_model },
	{ GET, "/privacy/breaches/new", breach_new, PRIVACY_WRITE, .about = "Form of a breach" },
	{ POST, "/privacy/breaches", breach_create, PRIVACY_WRITE, .about = "Put a breach on file",
		.takes = &breach_model },
	{ GET, "/privacy/breaches/:id", breach_page, PRIVACY_READ, .about = "One breach",
		.gives = &breach_model },
	{ POST, "/privacy/breaches/:id/notices", breach_notice_add, PRIVACY_WRITE,
		.about = "Who was told of it, and when", .takes = &breach_notice_model },
	{ POST, "/privacy/breaches/:id/untold", breach_untold, PRIVACY_DECIDE,
		.about = "Decide that people need not be told (why)" },
	{ POST, "/privacy/breaches/:id/close", breach_close, PRIVACY_DECIDE,
		.about = "Close it (closing)" },
	{ GET, "/covers", cover_list, LEAD_READ,
		.about = "Clips with faces covered, to be given outside", .gives = &cover_model },
	{ GET, "/covers/of/:key", cover_of, LEAD_READ,
		.about = "The covered copy of the clip with this SM3, or the form that asks for "
			 "it" },
	{ POST, "/covers", cover_ask, LEAD_REVIEW,
		.about = "Ask for a copy with faces covered (original, why)" },
	{ GET, "/covers/:id", cover_page, LEAD_READ, AREA_OF_COVER, "One covered copy",
		.gives = &cover_model },
	{ GET, "/covers/:id/copy", cover_copy_file, LEAD_READ, AREA_OF_COVER,
		"The covered clip, for those who look at it" },
	{ POST, "/covers/:id/hands", cover_add_hand, LEAD_REVIEW, AREA_OF_COVER,
		"Cover a rectangle for some seconds as well; a new copy is made",
		.takes = &cover_hand_model },
	{ POST, "/covers/:id/confirm", cover_confirm, LEAD_REVIEW, AREA_OF_COVER,
		"Say that nobody is to be recognised (sm3, looked)" },
	{ POST, "/covers/:id/withdraw", cover_withdraw, LEAD_REVIEW, AREA_OF_COVER,
		"Say that it is not to be given (sm3, words)" },
	{ GET, "/covers/:id.zip", cover_archive, LEAD_READ, AREA_OF_COVER,
		"The covered clip with a manifest, to be handed on" },
	{ GET, "/internal/covers", internal_covers, MACHINE, .about = "For the program's workers" },
	{ GET, "/internal/covers/:id/original", internal_cover_original, MACHINE,
		.about = "For the program's workers" },
	{ POST, "/internal/covers/:id", internal_cover_take, MACHINE,
		.about = "For the program's workers" },
	{ GET, "/internal/blurs", internal_blurs, MACHINE, .about = "For the program's workers" },
	{ GET, "/internal/blurs/:key/original", internal_blur_original, MACHINE,
		.about = "For the program's workers" },
	{ POST, "/internal/blurs/:key", internal_blur_take, MACHINE,
		.about = "For the program's workers" },
	{ 0 },
};

static enum err every_minute(struct req *rq)
{
	TRY(blurs_catch_up(rq));
	TRY(breaches_overdue(rq));
	return pictures_erase(rq);
}

const struct module privacy = {
	.name = "privacy",
	.routes = routes,
	.listens = (const struct listen[]){ { LEAD_CONFIRMED, on_lead_to_show, NULL },
		{ LEAD_LABELLED, on_lead_to_show, NULL }, { 0 } },
	.jobs = (const struct job_kind[]){ { "privacy.erase", NULL, privacy_erase_run }, { 0 } },
	.models = (const struct model *const[]){ &blur_model, &blur_picture_model,
		&lead_erasure_model, &cover_model, &impact_model, &breach_model,
		&breach_notice_model, NULL },
	.tells = (const char *const[]){ PICTURE_BLURRED, PICTURE_NOT_BLURRED, LEAD_ERASED,
		COVER_ASKED, COVER_MADE, COVER_NOT_MADE, COVER_REPLACED, COVER_CONFIRMED,
		COVER_WITHDRAWN, IMPACT_WRITTEN, IMPACT_DECIDED, BREACH_REGISTERED, BREACH_TOLD,
		BREACH_UNTOLD, BREACH_CLOSED, BREACH_OVERDUE, NULL },
	.nav = (const struct nav[]){ { "/covers", "Clips for outside", LEAD_READ, NULL },
		{ "/privacy/breaches", "Personal data", PRIVACY_READ,
			"SELECT count(*) FROM privacy_breaches WHERE next_due > 0 "
			"AND CAST($1 AS bigint) >= 0" },
		{ 0 } },
	.announces =
		(const struct announce[]){ { BREACH_OVERDUE, "officers",
						   "A term of a breach of personal data has passed",
						   "/privacy/breaches/", "red", NULL, NULL },
			{ 0 } },
	.objects =
		"SELECT p.sm3, p.sha256 FROM blur_pictures p JOIN blurs b ON b.id = p.blur "
		"WHERE NOT EXISTS (SELECT 1 FROM lead_erasures e WHERE e.still_sm3 = b.original "
		"OR e.clip_sm3 = b.original) UNION ALL SELECT c.sm3, c.sha256 FROM covers c WHERE "
		"c.sm3 <> '' AND NOT EXISTS (SELECT 1 FROM lead_erasures e WHERE e.clip_sm3 = "
		"c.original) UNION ALL SELECT sm3, sha256 FROM privacy_impacts "
		"WHERE sm3 <> ''",
	.every_minute = every_minute,
};
