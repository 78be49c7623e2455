/* The party names somebody who acts for it in this case: it reads the power (授权委托书) as it will
 * stand, signs it with a finger, and may revoke it at any time. The delegate gets a link of its
 * own; what it does is told in its own name. */
#include "contracts/facts.h"
#include "domains/service/service.h"

#include <ctype.h>
#include <string.h>

struct delegate {
	int64_t id, version, case_id, operator;
	const char *name, *id_last4, *phone, *scope;
	int64_t until_at;
	const char *words, *sign_sm3, *sign_sha256;
	int64_t paper;
	const char *state;
	int64_t named_at, revoked_at;
};

#define D(m, ...) STORED(struct delegate, m, __VA_ARGS__)
const struct model service_delegate_model =
	MODEL("service_delegates", struct delegate, .witnessed = true,
		FIELDS(D(id, .as = AS_ID), D(version, 0), D(case_id, .as = AS_ID),
			D(operator, .as = AS_ID), D(name, 0), D(id_last4, 0),
			D(phone, .as = AS_SECRET), D(scope, 0), D(until_at, .as = AS_DATE),
			D(words, 0), D(sign_sm3, 0), D(sign_sha256, 0), D(paper, .as = AS_ID),
			D(state, 0), D(named_at, .as = AS_TIME), D(revoked_at, .as = AS_TIME)));
#undef D

/* What a power may cover: each code stands at the routes it opens (.power), its words in the power.
 */
static const struct {
	const char *code, *label, *words;
} powers[] = {
	{ "evidence", "Look at the evidence", "查看证据" },
	{ "state", "Accept or dispute, state and defend, ask for a hearing or another officer",
		"确认或者异议、陈述申辩、申请听证和回避" },
	{ "papers", "Receive papers, confirm where they reach you", "代收文书、确认送达地址" },
	{ "correct", "Send the correction", "提交整改情况" },
	{ "pay", "See the fine, ask to pay later or in parts", "查询罚款、申请延期或者分期缴纳" },
	{ "publication", "See what is published, ask that it ends early",
		"查询处罚信息公示、申请提前停止公示" },
};
enum { POWERS = sizeof(powers) / sizeof(*powers) };

static bool covers(const char *scope, const char *code)
{
	size_t n = strlen(code);

	for (const char *at = scope; (at = strstr(at, code)); at += n)
		if ((at == scope || at[-1] == ',') && (!at[n] || at[n] == ','))
			return true;
	return false;
}

/* A field for each, or all of them in one, as the page of the power sends them on. */
static const char *scope_read(struct req *rq)
{
	const char *scope = form_text(rq, "scope");
	struct buf b = { .arena = rq->arena };

	for (int i = 0; i < POWERS; i++)
		if (covers(scope, powers[i].code) ||
			*form_text(rq, arena_printf(rq->arena, "may_%s", powers[i].code)))
			buf_printf(&b, "%s%s", b.n ? "," : "", powers[i].code);
	return b.n ? buf_text(&b) : "";
}

static const char *scope_words(struct req *rq, const char *scope, bool paper)
{
	struct buf b = { .arena = rq->arena };

	for (int i = 0; i < POWERS; i++)
		if (covers(scope, powers[i].code))
			buf_printf(&b, "%s%s",
				!b.n		  ? ""
				: paper || rq->zh ? "；"
						  : "; ",
				paper ? powers[i].words : tr(rq, powers[i].label));
	return b.n ? buf_text(&b) : scope;
}

static void put_powers(struct req *rq, const char *scope)
{
	struct node *list = put_list(rq->view, "powers");

	list->hidden = true;
	for (int i = 0; i < POWERS; i++) {
		struct node *n = put_map(list, NULL);
		put_text(n, "code", powers[i].code);
		put_text(n, "label", tr(rq, powers[i].label));
		put_flag(n, "selected", covers(scope, powers[i].code));
	}
}

/* A delegate does not pass its power on: these routes name no power, so the core lets only the
 * party itself in (module.h). */
static enum err my_matter(struct req *rq)
{
	return rq->user->link_subject == rq->id
		       ? OK
		       : fail(rq, E_FORBIDDEN, "Your link opens another matter.");
}

static const char *power_words(struct req *rq, const char *party, const struct delegate *d)
{
	return arena_printf(rq->arena,
		"委托人：%s。受托人：%s，身份证件号码末四位：%s，联系电话：%"
		"s。兹委托受托人在本案中代"
		"为办理下列事项：%s。委托期限：自签署之日起至%"
		"s止。受托人在上述权限和期限内实施的行为"
		"，其法律后果由委托人承担；委托人可以随时撤销委托。",
		party, d->name, d->id_last4, d->phone, scope_words(rq, d->scope, true),
		date_zh(rq->arena, d->until_at));
}

/* Four digits, the last perhaps an X. */
static bool last4_fits(const char *s)
{
	if (strlen(s) != 4)
		return false;
	for (int i = 0; i < 4; i++)
		if (!isdigit((unsigned char)s[i]) && !(i == 3 && (s[i] == 'X' || s[i] == 'x')))
			return false;
	return true;
}

static void delegate_read(struct req *rq, struct delegate *d)
{
	*d = (struct delegate){ .case_id = rq->id,
		.operator= rq->user->entity,
		.name = form_text(rq, "name"),
		.id_last4 = form_text(rq, "id_last4"),
		.phone = form_text(rq, "phone"),
		.scope = scope_read(rq),
		.words = "",
		.sign_sm3 = "",
		.sign_sha256 = "",
		.state = "named",
		.named_at = rq->now };
	if (date_parse(form_text(rq, "until"), &d->until_at))
		d->until_at += DAY - 1;
}

/* The field of the first thing that is wrong, with its sentence; NULL: nothing. */
static const char *delegate_check(struct req *rq, const struct delegate *d, bool signature)
{
	struct delegate_deed x = { d->name, last4_fits(d->id_last4) ? d->id_last4 : "",
		check_phone(d->phone) ? "" : d->phone, d->scope, signature, d->until_at, rq->now };
	const char *field = NULL, *why = delegate_wrong(&x, &field);

	if (why)
		field_error(rq, field, "%s", tr(rq, why));
	return field;
}

static void put_typed(struct req *rq, const struct delegate *d)
{
	put_printf(rq->view, "case_id", "%" PRId64, rq->id);
	put_text(rq->view, "name", d->name);
	put_text(rq->view, "id_last4", d->id_last4);
	put_text(rq->view, "phone", d->phone);
	put_text(rq->view, "scope", d->scope);
	put_powers(rq, d->scope);
	put_text(rq->view, "until", d->until_at ? date_text(rq->arena, d->until_at) : "");
}

static enum err party_name(struct req *rq, const char **name)
{
	return db_text(rq, name, "SELECT name FROM pub_operators WHERE id = $1", rq->user->entity);
}

static enum err delegate_now(struct req *rq, struct delegate *d)
{
	return db_one(rq, &service_delegate_model, d,
		"SELECT * FROM service_delegates WHERE case_id = $1 AND state = 'named'", rq->id);
}

static enum err put_delegate(struct req *rq)
{
	struct list l;

	TRY(db_all(rq, &service_delegate_model, &l,
		"SELECT * FROM service_delegates WHERE case_id = $1 AND state = 'named'", rq->id));
	if (!l.n)
		return OK;
	const struct delegate *now = LIST_OF(struct delegate, &l);
	show(rq, "delegate", &service_delegate_model, now);
	put_text(rq->view, "scope_words", scope_words(rq, now->scope, false));
	return OK;
}

enum err my_delegate_form(struct req *rq)
{
	struct delegate none = { .name = "", .id_last4 = "", .phone = "", .scope = "" };

	TRY(my_matter(rq));
	TRY(put_delegate(rq));
	put_typed(rq, &none);
	return page(rq, "service/my_delegate");
}

/* The power as it will stand, with the box to sign; nothing is kept, and nothing of it stands in an
 * address. */
static enum err put_power(struct req *rq, const struct delegate *d)
{
	const char *party;

	TRY(party_name(rq, &party));
	put_text(rq->view, "words", power_words(rq, party, d));
	return OK;
}

enum err my_delegate_preview(struct req *rq)
{
	struct delegate d;

	TRY(my_matter(rq));
	TRY(put_delegate(rq));
	delegate_read(rq, &d);
	put_typed(rq, &d);
	if (delegate_check(rq, &d, true))
		return form_again(rq, "service/my_delegate");
	TRY(put_power(rq, &d));
	return page(rq, "service/my_delegate");
}

static enum err power_order(struct req *rq, struct delegate *d, const char *party)
{
	const struct paper_value values[] = { { "party_name", party }, { "delegate", d->name },
		{ "body", d->words }, { "signed_at", date_zh(rq->arena, rq->now) } };
	const struct paper_picture sign = { "party_sig", d->sign_sm3 };
	struct paper_ref ref;
	struct paper_order o = { .template = "power_of_attorney",
		.subject = rq->id,
		.entity = d->operator,
		.values = values,
		.n = sizeof(values) / sizeof(*values),
		.pictures = &sign,
		.n_pictures = 1 };

	TRY(db_int(rq, &o.area, "SELECT area FROM pub_cases WHERE id = $1", rq->id));
	TRY(paper_order(rq, &o, &ref));
	d->paper = ref.id;
	return OK;
}

static enum err delegate_link(struct req *rq, const struct delegate *d)
{
	const char *path;
	struct party_link link = { .entity = d->operator,
		.subject = d->case_id,
		.phone = d->phone,
		.valid_ms = d->until_at - rq->now,
		.holder = d->name,
		.powers = d->scope };

	TRY(link_new(rq, &link, &path));
	return sms_send(rq, d->phone,
		arena_printf(rq->arena,
			"%s：您受委托办理一件食品安全事项，请在手机上打开%s%"
			"s（首次打开的手机有效）。如有疑问请拨打12315核实。",
			setting(rq, "bureau", "市场监督管理局"), site_url(rq), path));
}

enum err my_delegate_name(struct req *rq)
{
	struct delegate d, now;
	struct object sign;
	const char *party, *wrong;

	TRY(my_matter(rq));
	delegate_read(rq, &d);
	wrong = delegate_check(rq, &d, *form_text(rq, "signature"));
	if (wrong) {
		put_typed(rq, &d);
		if (text_is(wrong, "signature")) /* all else is as it was read */
			TRY(put_power(rq, &d));
		return form_again(rq, "service/my_delegate");
	}
	enum err found = delegate_now(rq, &now);
	if (!found)
		return fail(rq, E_CONFLICT, "You have a delegate. Revoke that power first.");
	if (found != E_NOT_FOUND)
		return found;
	TRY(party_name(rq, &party));
	TRY(keep_signature(rq, "signature", &sign));
	d.sign_sm3 = sign.sm3;
	d.sign_sha256 = sign.sha256;
	d.words = power_words(rq, party, &d);
	TRY(power_order(rq, &d, party));
	TRY(db_insert(rq, &service_delegate_model, &d));
	TRY(emit(rq, DELEGATE_NAMED, d.case_id, d.operator,
		json_pairs(rq, "name", d.name, "scope", d.scope, "until",
			date_text(rq->arena, d.until_at), "signature", d.sign_sm3, NULL)));
	TRY(delegate_link(rq, &d));
	notice(rq, "The power was signed; the delegate gets a link of its own.");
	return redirect(rq, "/my/cases/%" PRId64 "/delegate", rq->id);
}

enum err my_delegate_revoke(struct req *rq)
{
	struct delegate d;

	TRY(my_matter(rq));
	enum err found = delegate_now(rq, &d);
	if (found == E_NOT_FOUND)
		return fail(rq, E_CONFLICT, "There is no delegate to be revoked.");
	TRY(found);
	d.state = "revoked";
	d.revoked_at = rq->now;
	TRY(db_update(rq, &service_delegate_model, &d));
	TRY(link_end(rq, d.case_id, d.name));
	TRY(emit(
		rq, DELEGATE_REVOKED, d.case_id, d.operator, json_pairs(rq, "name", d.name, NULL)));
	notice(rq, "Revoked: the delegate's telephone opens nothing any more.");
	return redirect(rq, "/my/cases/%" PRId64 "/delegate", rq->id);
}
