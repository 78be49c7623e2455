/* Service of papers (送达): seven ways, each with what the law asks of it; receipts; public
 * notices. README.md has the law, the states and the screens. */
#include "domains/service/service.h"

#include "contracts/facts.h"

const struct choice service_states[] = {
	{ "waiting", "Waits to be served", "yellow" },
	{ "notice", "Public notice runs", "info" },
	{ "served", "Served", "green" },
	{ NULL },
};
const struct choice service_ways[] = {
	{ "direct", "Handed over", "" },
	{ "left", "Left after refusal", "" },
	{ "electronic", "Electronically", "" },
	{ "post", "By post", "" },
	{ "entrusted", "By another office", "" },
	{ "forwarded", "Passed on by the unit of the addressee", "" },
	{ "public_notice", "By public notice", "" },
	{ NULL },
};
const struct choice service_results[] = {
	{ "delivered", "Delivered", "green" },
	{ "sent", "Under way", "info" },
	{ "refused", "Receipt refused", "red" },
	{ "absent", "Nobody there", "yellow" },
	{ "returned", "Came back", "yellow" },
	{ "ended", "Term over", "green" },
	{ "withdrawn", "Withdrawn", "neutral" },
	{ NULL },
};

#define T(m, ...) STORED(struct service_task, m, __VA_ARGS__)
const struct model service_task_model = MODEL("service_tasks", struct service_task,
	.witnessed = true,
	FIELDS(T(id, .as = AS_ID), T(version, 0), T(paper, .as = AS_ID), T(case_id, .as = AS_ID),
		T(operator, .as = AS_ID), T(area, 0), T(template, 0), T(title, 0), T(number, 0),
		T(sm3, 0), T(sealed_at, .as = AS_TIME), T(due_at, .as = AS_DATE),
		T(state, .choices = service_states), T(way, .choices = service_ways),
		T(served_at, .as = AS_TIME), T(receipt, .as = AS_ID), T(opened_at, .as = AS_TIME)));
#undef T

#define A(m, ...) STORED(struct service_attempt, m, __VA_ARGS__)
const struct model service_attempt_model = MODEL("service_attempts", struct service_attempt,
	.witnessed = true,
	FIELDS(A(id, .as = AS_ID), A(version, 0), A(task, .as = AS_ID),
		A(way, .choices = service_ways), A(result, .choices = service_results),
		A(at, .as = AS_TIME), A(result_at, .as = AS_TIME), A(place, 0), A(receiver, 0),
		A(relation, 0), A(refusal, 0), A(witness, 0), A(mail_no, 0), A(words, 0),
		A(server1, .as = AS_ID), A(server2, .as = AS_ID), A(phone, 0), A(message, 0),
		A(sign_sm3, 0), A(sign_sha256, 0), A(witness_sm3, 0), A(witness_sha256, 0),
		A(photo_sm3, 0), A(photo_sha256, 0), A(video_sm3, 0), A(video_sha256, 0),
		A(entered_by, .as = AS_ID), A(entered_at, .as = AS_TIME)));
#undef A

#define W(m, ...) STORED(struct service_address, m, __VA_ARGS__)
const struct model service_address_model = MODEL("pub_case_addresses", struct service_address,
	FIELDS(W(case_id, .as = AS_ID), W(operator, .as = AS_ID), W(e_service, 0), W(e_phone, 0),
		W(post_address, 0), W(receiver, 0), W(address_at, .as = AS_TIME)));
#undef W

#define AREA	     "SELECT area FROM service_tasks WHERE id = $1"
#define AREA_OF_CASE "SELECT area FROM pub_cases WHERE id = $1"
static const struct route routes[] = {
	{ GET, "/service", service_list, CASE_READ,
		.about = "Papers waiting to be served; ?state=&mine=1",
		.gives = &service_task_model },
	{ GET, "/service/:id", service_page, CASE_READ, AREA, "One paper to be served",
		.gives = &service_task_model },
	{ GET, "/service/:id/hand", service_hand_form, CASE_WRITE, AREA,
		"Handing a paper over: the form for a telephone" },
	{ GET, "/service/:id/attempts/:id2/files/:key", service_attempt_file, CASE_READ, AREA,
		"Signature, photo or recording of an attempt" },
	{ GET, "/cases/:id/service", service_of_case, CASE_READ, AREA_OF_CASE,
		"Service of the papers of a case" },
	{ GET, "/notices", service_notice_list, ANYBODY, .about = "Public notices" },
	{ GET, "/notices/:id", service_notice_page, ANYBODY, .about = "A public notice" },
	{ GET, "/my/cases/:id/papers", my_papers, PARTY, .about = "Papers that reached the party",
		.power = "papers,receive" },
	{ POST, "/my/cases/:id/papers/:id2/open", my_paper_open, PARTY,
		.about = "Open a paper; the first time is kept", .power = "papers,receive" },
	{ GET, "/my/cases/:id/accounts", my_accounts_form, PARTY,
		.about = "Where else papers reach the party electronically", .power = "papers" },
	{ POST, "/my/cases/:id/accounts", my_accounts_name, PARTY,
		.about = "Name e-mail, instant messages, fax, signed", .power = "papers" },
	{ GET, "/my/cases/:id/delegate", my_delegate_form, PARTY,
		.about = "Whom the party has act for it" },
	{ POST, "/my/cases/:id/delegate/preview", my_delegate_preview, PARTY,
		.about = "The power as it will stand, to be read before it is signed" },
	{ POST, "/my/cases/:id/delegate", my_delegate_name, PARTY,
		.about = "Name a delegate, signed (name, id_last4, phone, scope, until)" },
	{ POST, "/my/cases/:id/delegate/revoke", my_delegate_revoke, PARTY,
		.about = "Revoke the delegate" },
	{ POST, "/service/:id/attempts", service_attempt_add, CASE_WRITE, AREA,
		"Record an attempt to serve (way, result, at, place, receiver, ...)" },
	{ POST, "/service/:id/attempts/:id2/result", service_attempt_result, CASE_WRITE, AREA,
		"What became of a thing sent (result, at, receiver, words)" },
	{ 0 },
};

#define TELLS(...) ((const char *const[]){ __VA_ARGS__, NULL })
static const struct listen listens[] = {
	{ PAPER_SEALED, service_on_sealed, TELLS(SERVICE_OPENED, SERVICE_ATTEMPTED) },
	{ CASE_ADDRESS_CONFIRMED, service_on_address, TELLS(SERVICE_ATTEMPTED) },
	{ SMS_ACCEPTED, service_on_accepted,
		TELLS(SERVICE_ATTEMPTED, PAPER_SERVED, PAPER_ORDERED) },
	{ SMS_FAILED, service_on_failed, TELLS(SERVICE_FAILED) },
	{ 0 },
};

const struct module service = {
	.name = "service",
	.routes = routes,
	.listens = listens,
	.models = (const struct model *const[]){ &service_task_model, &service_attempt_model,
		&service_notice_model, &service_delegate_model, &service_accounts_model, NULL },
	.jobs = (const struct job_kind[]){ { "service.notice_end", NULL, service_notice_job },
		{ 0 } },
	.every_minute = service_every_minute,
	.objects = "SELECT sign_sm3 AS sm3, sign_sha256 AS sha256 FROM service_attempts WHERE "
		   "sign_sm3 <> ''"
		   " UNION ALL SELECT witness_sm3, witness_sha256 FROM service_attempts WHERE "
		   "witness_sm3 <> ''"
		   " UNION ALL SELECT photo_sm3, photo_sha256 FROM service_attempts WHERE "
		   "photo_sm3 <> ''"
		   " UNION ALL SELECT sign_sm3, sign_sha256 FROM service_delegates"
		   " UNION ALL SELECT sign_sm3, sign_sha256 FROM service_accounts"
		   " UNION ALL SELECT video_sm3, video_sha256 FROM service_attempts WHERE "
		   "video_sm3 <> ''",
	.nav = (const struct nav[]){ { "/service", "Service", CASE_READ, NULL }, { 0 } },
	.announces =
		(const struct announce[]){
			{ SERVICE_FAILED, "officers", "The message of an electronic service failed",
				"/service/", "red", NULL, NULL },
			{ 0 } },
	.tells = TELLS(SERVICE_OPENED, SERVICE_ATTEMPTED, SERVICE_ACCOUNTS_NAMED,
		SERVICE_NOTICE_PUBLISHED, SERVICE_PAPER_OPENED, PAPER_SERVED, PAPER_ORDERED,
		DELEGATE_NAMED, DELEGATE_REVOKED),
};
