/* The forms of a measure, filled in: papers 17, 19 to 26, 31 and 52 of the national set. Their
 * words are Chinese: they are the law's, not the program's. */
#include "domains/measures/measures.h"

enum { MAX_VALUES = 80, ITEMS_MOST = 8 };

struct filling {
	struct paper_value v[MAX_VALUES];
	size_t n;
	int64_t officers[2]; /* whose names it has */
};

static void put(struct filling *k, const char *name, const char *text)
{
	if (text && *text && k->n < MAX_VALUES)
		k->v[k->n++] = (struct paper_value){ name, text };
}

static const char *person(struct req *rq, int64_t id, const char **card)
{
	const char *name = "";

	*card = "";
	if (db_text(rq, &name, "SELECT name FROM pub_users WHERE id = $1", id))
		return "";
	return db_text(rq, card, "SELECT card_no FROM pub_users WHERE id = $1", id) ? "" : name;
}

static enum err put_party(struct req *rq, int64_t operator, struct filling * k)
{
	static const char *const names[] = { "party_name", "party_id", "party_address",
		"party_legal", "party_phone" };
	struct rows *r;
	bool more;

	TRY(db_query(rq, &r,
		"SELECT name, uscc, address, legal_person, phone FROM pub_operators WHERE id = $1",
		operator));
	TRY(rows_next(r, &more));
	for (int i = 0; more && i < 5; i++)
		put(k, names[i], arena_dup(rq->arena, rows_text(r, i)));
	rows_close(r);
	return OK;
}

static enum err put_items(struct req *rq, const struct measure *m, struct filling *k)
{
	struct list l;
	int n = 0;

	TRY(db_all(rq, &measure_item_model, &l,
		"SELECT * FROM measure_items WHERE measure = $1 ORDER BY n", m->id));
	for (struct measure_item *i = LIST_OF(struct measure_item, &l);
		i < LIST_END(struct measure_item, &l) && n < ITEMS_MOST; i++) {
		n++;
		put(k, arena_printf(rq->arena, "item.%d.name", n), i->name);
		put(k, arena_printf(rq->arena, "item.%d.spec", n), i->spec);
		put(k, arena_printf(rq->arena, "item.%d.quantity", n),
			arena_printf(rq->arena, "%" PRId64 "%s", i->quantity, i->unit));
		put(k, arena_printf(rq->arena, "item.%d.seal", n), i->seal_no);
	}
	return OK;
}

/* Those of the case as it stands now. */
static enum err put_officers(struct req *rq, int64_t case_id, struct filling *k)
{
	struct measure_case c;
	const char *card;

	TRY(measure_case_load(rq, case_id, &c));
	put(k, "officer1", person(rq, c.officer1, &card));
	put(k, "officer1_card", card);
	put(k, "officer2", person(rq, c.officer2, &card));
	put(k, "officer2_card", card);
	k->officers[0] = c.officer1;
	k->officers[1] = c.officer2;
	return OK;
}

static enum err put_measure(struct req *rq, const struct measure *m, struct filling *k)
{
	TRY(put_party(rq, m->operator, k));
	TRY(put_officers(rq, m->case_id, k));
	put(k, "kind",
		text_is(m->kind, "seal")    ? "查封"
		: text_is(m->kind, "seize") ? "扣押"
					    : "先行登记保存");
	put(k, "reason", m->reason);
	put(k, "basis", m->basis);
	put(k, "place", m->place);
	put(k, "from", date_zh(rq->arena, m->taken_at));
	put(k, "until", date_zh(rq->arena, m->until));
	put(k, "keeper", m->keeper);
	put(k, "more_reason", m->more_reason);
	put(k, "end_words", m->end_words);
	put(k, "review_body", setting(rq, "review_body", "示范区人民政府"));
	put(k, "court", setting(rq, "court", "示范区人民法院"));
	put(k, "contact_phone", setting(rq, "contact_phone", "12315"));
	return OK;
}

struct addressee {
	const char *template;
	int64_t subject, entity, area;
};

/* paper: its id. */
static enum err order(
	struct req *rq, const struct addressee *a, const struct filling *k, int64_t *paper)
{
	struct paper_ref ref;
	struct paper_order o = { .template = a->template,
		.subject = a->subject,
		.entity = a->entity,
		.area = a->area,
		.values = k->v,
		.n = k->n,
		.signers = {
			{ "officer1_sig", k->officers[0] }, { "officer2_sig", k->officers[1] } } };

	TRY(paper_order(rq, &o, &ref));
	*paper = ref.id;
	return OK;
}

static struct addressee of(const struct measure *m, const char *template)
{
	return (struct addressee){ template, m->case_id, m->operator, m->area };
}

enum err measure_paper_of_taking(struct req *rq, struct measure *m)
{
	struct filling k = { .n = 0 };
	bool keep = text_is(m->kind, "keep");
	const struct addressee first = of(m,
				       keep ? "evidence_keep_notice" : "coercive_measure_decision"),
			       list = of(m, "property_list"), seals = of(m, "seal_strip");
	int64_t other;

	TRY(put_measure(rq, m, &k));
	TRY(put_items(rq, m, &k));
	TRY(order(rq, &first, &k, &m->paper));
	/* the list (24) and the seals (25) go with it; they have no number */
	TRY(order(rq, &list, &k, &other));
	return keep ? OK : order(rq, &seals, &k, &other);
}

/* "冷冻鸡块 20袋；酱料 3桶" */
static enum err items_said(struct req *rq, const struct measure *m, const char **out)
{
	struct list l;
	struct buf b = { .arena = rq->arena };

	TRY(db_all(rq, &measure_item_model, &l,
		"SELECT * FROM measure_items WHERE measure = $1 ORDER BY n", m->id));
	for (struct measure_item *i = LIST_OF(struct measure_item, &l);
		i < LIST_END(struct measure_item, &l); i++)
		buf_printf(
			&b, "%s%s %" PRId64 "%s", b.n ? "；" : "", i->name, i->quantity, i->unit);
	*out = buf_text(&b);
	return OK;
}

/* How long the test takes is told in writing (31; AEL 25, O2 38). */
static enum err put_lab(struct req *rq, const struct measure *m, struct filling *k)
{
	const char *number = "", *items;

	enum err e = db_text(rq, &number, "SELECT number FROM pub_papers WHERE id = $1", m->paper);
	if (e && e != E_NOT_FOUND)
		return e;
	TRY(items_said(rq, m, &items));
	TRY(put_party(rq, m->operator, k));
	put(k, "decision_no", *number ? number : "实施行政强制措施决定书");
	put(k, "kind", "test");
	put(k, "object", arena_printf(rq->arena, "%s（送%s）", items, m->lab_name));
	put(k, "from", date_zh(rq->arena, m->lab_from));
	put(k, "to", date_zh(rq->arena, m->lab_until));
	put(k, "contact", rq->user->name);
	put(k, "contact_phone", setting(rq, "contact_phone", "12315"));
	return OK;
}

static const char *template_of(const struct measure *m, const char *moment)
{
	if (text_is(moment, "lab"))
		return "test_period_notice";
	if (text_is(moment, "more"))
		return "measure_extension";
	if (text_is(moment, "care"))
		return "custody_letter";
	return text_is(m->kind, "keep") ? "evidence_release_notice" : "coercive_release_decision";
}

enum err measure_paper(struct req *rq, const struct measure *m, const char *moment)
{
	const struct addressee a = of(m, template_of(m, moment));
	struct measure_paper_row row = { .measure = m->id, .moment = moment, .at = rq->now };
	struct filling k = { .n = 0 };

	if (text_is(moment, "lab")) {
		TRY(put_lab(rq, m, &k));
	} else {
		TRY(put_measure(rq, m, &k));
		TRY(put_items(rq, m, &k));
	}
	TRY(order(rq, &a, &k, &row.paper));
	return db_insert(rq, &measure_paper_model, &row);
}

enum err measure_disposal_paper(
	struct req *rq, const struct measure *m, struct measure_disposal *d, const char *item)
{
	const struct addressee a = of(m, "property_disposal");
	struct filling k = { .n = 0 };

	TRY(put_measure(rq, m, &k));
	put(&k, "thing", item);
	put(&k, "way",
		text_is(d->way, "returned")	 ? "退还"
		: text_is(d->way, "confiscated") ? "没收上缴"
		: text_is(d->way, "destroyed")	 ? "销毁"
						 : "移交");
	put(&k, "words", d->words);
	put(&k, "receiver", d->receiver);
	put(&k, "leader", rq->user->name);
	return order(rq, &a, &k, &d->paper);
}

enum err letter_paper(struct req *rq, struct letter *l)
{
	const struct addressee a = { "assistance_letter", l->case_id, l->operator, l->area };
	struct filling k = { .n = 0 };
	const char *card;

	TRY(put_party(rq, l->operator, & k));
	put(&k, "office", l->office);
	put(&k, "matter", l->matter);
	put(&k, "due", date_zh(rq->arena, l->due));
	put(&k, "contact", person(rq, l->sent_by, &card));
	put(&k, "contact_phone", setting(rq, "contact_phone", "12315"));
	return order(rq, &a, &k, &l->paper);
}
