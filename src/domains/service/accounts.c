/* The other electronic ways of O2 82 that the party names beside its telephone: e-mail, an account
 * of instant messages, fax. It signs them as it signed its address; officers who send a paper there
 * record it with its proof (attempts.c). */
#include "contracts/facts.h"
#include "domains/service/service.h"

#include <string.h>

const struct service_way_named service_accounts_ways[] = {
	{ "e_mail", "E-mail", "电子邮件" },
	{ "im", "Instant messages", "即时通讯账号" },
	{ "fax", "Fax", "传真" },
	{ NULL },
};

static const char *check_email(const char *s)
{
	const char *at = strchr(s, '@');

	return at && at > s && !strchr(at + 1, '@') && strchr(at + 1, '.') && !strpbrk(s, " \t<>,;")
		       ? NULL
		       : "is written as name@example.org";
}

#define S(m, ...) STORED(struct service_accounts, m, __VA_ARGS__)
#define I(m, ...) INPUT(struct service_accounts, m, __VA_ARGS__)
const struct model service_accounts_model = MODEL("service_accounts", struct service_accounts,
	.witnessed = true,
	FIELDS(S(id, .as = AS_ID), S(version, 0), S(case_id, .as = AS_ID), S(operator, .as = AS_ID),
		I(e_mail, "E-mail", .max = 100, .check = check_email),
		I(im, "Account of instant messages", .max = 100,
			.hint = "Which one and the name, such as WeChat: zhang_wei."),
		I(fax, "Fax", .max = 40, .check = check_phone), S(sign_sm3, 0), S(sign_sha256, 0),
		S(paper, .as = AS_ID), S(named_at, .as = AS_TIME)));
#undef S
#undef I

const char *service_account_of(const struct service_accounts *x, const char *way)
{
	return text_is(way, "e_mail") ? x->e_mail
	       : text_is(way, "im")   ? x->im
	       : text_is(way, "fax")  ? x->fax
				      : "";
}

enum err service_accounts_load(
	struct req *rq, const struct service_address *to, struct service_accounts *x)
{
	struct list l;

	TRY(db_all(rq, &service_accounts_model, &l,
		"SELECT * FROM service_accounts WHERE case_id = $1 AND named_at >= $2", to->case_id,
		to->address_at));
	*x = l.n ? *LIST_OF(struct service_accounts, &l)
		 : (struct service_accounts){ .e_mail = "", .im = "", .fax = "" };
	return OK;
}

/* ---- the party's page -------------------------------------------------- */
static enum err consented(struct req *rq, struct service_address *to)
{
	if (rq->user->link_subject != rq->id)
		return fail(rq, E_FORBIDDEN, "Your link opens another matter.");
	TRY(service_address_load(rq, rq->id, to));
	return to->e_service && to->address_at
		       ? OK
		       : fail(rq, E_CONFLICT,
				 "Confirm first where papers reach you, and that they may be "
				 "served electronically (O2 article 82).");
}

static void put_accounts(struct req *rq, const struct service_accounts *x)
{
	put_printf(rq->view, "case_id", "%" PRId64, rq->id);
	show_form(rq, "form", &service_accounts_model, x);
}

enum err my_accounts_form(struct req *rq)
{
	struct service_address to;
	struct service_accounts x;

	TRY(consented(rq, &to));
	TRY(service_accounts_load(rq, &to, &x));
	put_accounts(rq, &x);
	return page(rq, "service/my_accounts");
}

static bool accounts_read(struct req *rq, struct service_accounts *x, struct object *sign)
{
	bool fine = !form_read(rq, &service_accounts_model, x);

	if (fine && !*x->e_mail && !*x->im && !*x->fax)
		field_error(rq, "e_mail", "Name at least one of the three.");
	if (keep_signature(rq, "signature", sign))
		field_error(rq, "signature", "Please sign in the box with your finger.");
	return fine && !form_failed(rq);
}

static enum err accounts_keep(
	struct req *rq, const struct service_address *to, struct service_accounts *x)
{
	struct service_accounts was;
	enum err there = db_one(rq, &service_accounts_model, &was,
		"SELECT * FROM service_accounts WHERE case_id = $1", rq->id);

	if (there && there != E_NOT_FOUND)
		return there;
	x->case_id = rq->id;
	x->operator= to->operator;
	x->named_at = rq->now;
	TRY(service_confirmation_order(rq, to, x));
	if (there)
		return db_insert(rq, &service_accounts_model, x);
	x->id = was.id;
	x->version = was.version;
	return db_update(rq, &service_accounts_model, x);
}

enum err my_accounts_name(struct req *rq)
{
	struct service_address to;
	struct service_accounts x = { .e_mail = "", .im = "", .fax = "" };
	struct object sign;

	TRY(consented(rq, &to));
	if (!accounts_read(rq, &x, &sign)) {
		put_accounts(rq, &x);
		return form_again(rq, "service/my_accounts");
	}
	x.sign_sm3 = sign.sm3;
	x.sign_sha256 = sign.sha256;
	TRY(accounts_keep(rq, &to, &x));
	TRY(emit(rq, SERVICE_ACCOUNTS_NAMED, x.case_id, x.operator,
		json_pairs(rq, "e_mail", *x.e_mail ? "yes" : "no", "im", *x.im ? "yes" : "no",
			"fax", *x.fax ? "yes" : "no", "signature", x.sign_sm3, NULL)));
	notice(rq, "Signed: papers may reach you there as well.");
	return redirect(rq, "/my/cases/%" PRId64 "/papers", rq->id);
}
