#include "domains/cases/discretion.h"

#include <string.h>

enum { HUNDRED = 100 };
/* Above it (ten billion yuan) a sum is a slip of the pen, and no product below overflows. */
#define FEN_MOST INT64_C(1000000000000)

static const char *const words[] = { [BAND_NONE] = "none",
	[BAND_REDUCED] = "reduced",
	[BAND_LIGHT] = "light",
	[BAND_ORDINARY] = "ordinary",
	[BAND_HEAVY] = "heavy" };

const char *discretion_band_word(enum discretion_band b)
{
	return words[b];
}

static const struct node *coded(const struct node *list, const char *code)
{
	NODE_EACH (n, list)
		if (strcmp(node_text(n, "code", ""), code) == 0)
			return n;
	return NULL;
}

static bool has_word(const struct node *list, const char *word)
{
	NODE_EACH (n, list)
		if (n->type == NODE_TEXT && strcmp(n->s, word) == 0)
			return true;
	return false;
}

static bool chosen(const struct discretion_facts *f, const char *code)
{
	for (const char *const *c = f->factors; c && *c; c++)
		if (strcmp(*c, code) == 0)
			return true;
	return false;
}

/* What weighs: the sum of the factors, whether one allows to go below the law's least, whether one
 * makes it serious. */
struct weight {
	int64_t sum;
	bool may_reduce, serious;
	struct buf zh, en;
};

static void say(struct weight *w, const char *zh, const char *en)
{
	buf_puts(&w->zh, zh);
	if (w->en.n)
		buf_putc(&w->en, ' ');
	buf_puts(&w->en, en);
}

static void weigh(struct weight *w, const struct node *factor)
{
	w->sum += node_int(factor, "weight", 0);
	w->may_reduce |= node_true(factor, "may_reduce");
	w->serious |= node_true(factor, "serious");
	say(w, node_text(factor, "why", ""), node_text(factor, "why_en", ""));
}

bool discretion_follows(const struct node *factor, const struct discretion_facts *f)
{
	int64_t goods = node_int(factor, "goods_fen_from", 0),
		days = node_int(factor, "days_from", 0), ill = node_int(factor, "ill_from", 0);

	return (goods && f->goods_fen >= goods) || (days && f->days >= days) ||
	       (ill && f->ill >= ill) || (node_true(factor, "repeated") && f->repeated) ||
	       (node_true(factor, "refused") && f->refused);
}

bool discretion_beyond(const struct node *n, const struct discretion_facts *f)
{
	int64_t goods = node_int(n, "goods_below_fen", 0), ill = node_int(n, "ill_below", 0);

	return (goods && f->goods_fen >= goods) || (ill && f->ill >= ill);
}

static enum err weigh_all(const struct node *rule, const struct discretion_facts *f,
	struct weight *w, struct fault *why)
{
	const struct node *factors = node_find(rule, "factors");

	for (const char *const *c = f->factors; c && *c; c++) {
		const struct node *factor = coded(factors, *c);
		if (!factor)
			return fault(why, E_INVALID, "no factor has the code %s", *c);
		if (discretion_beyond(factor, f))
			return fault(why, E_INVALID, "%s does not go with the figures", *c);
		NODE_EACH (other, node_find(factor, "not_with"))
			if (chosen(f, other->s) || discretion_follows(coded(factors, other->s), f))
				return fault(why, E_INVALID, "%s and %s exclude each other", *c,
					other->s);
	}
	NODE_EACH (factor, factors)
		if (chosen(f, node_text(factor, "code", "")) || discretion_follows(factor, f))
			weigh(w, factor);
	return OK;
}

const struct node *discretion_scale(const struct node *rule, const char *act, bool small_caterer)
{
	const struct node *general = NULL;

	NODE_EACH (s, node_find(rule, "scales")) {
		if (!has_word(node_find(s, "acts"), act))
			continue;
		if (node_true(s, "small_caterer")) {
			if (small_caterer)
				return s;
		} else if (!general) {
			general = s;
		}
	}
	return general;
}

/* The tier by the goods' value: from includes, below does not. */
static const struct node *tier_of(const struct node *scale, int64_t goods)
{
	NODE_EACH (t, node_find(scale, "tiers")) {
		int64_t below = node_int(t, "goods_below_fen", 0);
		if (goods >= node_int(t, "goods_from_fen", 0) && (!below || goods < below))
			return t;
	}
	return NULL;
}

static int64_t share(const struct discretion *d, int64_t percent)
{
	return d->least + (d->most - d->least) * percent / HUNDRED;
}

static void choose_band(const struct node *rule, struct discretion *d, const struct weight *w)
{
	const struct node *b = node_find(rule, "bands");
	int64_t light = share(d, node_int(b, "light_percent", 30)),
		heavy = share(d, node_int(b, "heavy_percent", 70));

	bool serious = w->serious && text_is(node_text(b, "serious_at_least", ""), "ordinary");

	d->band = BAND_ORDINARY;
	d->low = light;
	d->high = heavy;
	if (w->sum >= node_int(b, "heavy_from", 1)) {
		d->band = BAND_HEAVY;
		d->low = heavy;
		d->high = d->most;
	} else if (serious) { /* 情节严重 never comes out light (IR 67) */
		return;
	} else if (d->least && w->may_reduce && w->sum <= node_int(b, "reduced_to", -3)) {
		d->band = BAND_REDUCED;
		d->low = d->least * node_int(b, "reduced_percent", 10) / HUNDRED;
		d->high = d->least - 1;
	} else if (w->sum <= node_int(b, "light_to", -1)) {
		d->band = BAND_LIGHT;
		d->low = d->least;
		d->high = light;
	}
}

static void limits(const struct node *tier, const struct discretion_facts *f, struct discretion *d)
{
	int64_t times = node_int(tier, "times_most", 0);

	d->least = node_int(tier, "least_fen", 0);
	d->most = node_int(tier, "most_fen", 0);
	if (times) {
		d->least = f->goods_fen * node_int(tier, "times_least", 0);
		d->most = f->goods_fen * times;
	}
}

/* How many yuan, for people: whole ones, or with both places. */
static const char *yuan(struct arena *a, int64_t fen)
{
	char *text = money_text(a, fen);

	if (fen % HUNDRED == 0)
		text[strlen(text) - 3] = 0;
	return text;
}

static void say_range(
	struct arena *a, const struct node *rule, const struct discretion *d, struct weight *w)
{
	const char *path = arena_printf(a, "bands.words.%s", words[d->band]),
		   *path_en = arena_printf(a, "bands.words_en.%s", words[d->band]);
	const char *least = yuan(a, d->least), *most = yuan(a, d->most), *low = yuan(a, d->low),
		   *high = yuan(a, d->high);

	say(w,
		arena_printf(a,
			"依照%s，法定罚款幅度为%s元至%s元；综合以上情节，%s，裁量幅度为%s元至%"
			"s元。",
			d->basis, least, most, node_text(rule, path, ""), low, high),
		arena_printf(a,
			"By %s the fine is %s to %s yuan; weighing the above, %s: %s to %s yuan.",
			d->basis_en, least, most, node_text(rule, path_en, ""), low, high));
}

static void say_warning(
	struct arena *a, const struct node *scale, const struct discretion *d, struct weight *w)
{
	if (node_true(scale, "order_first")) {
		say(w, arena_printf(a, "依照%s，责令改正；拒不改正的，方可处以罚款。", d->basis),
			arena_printf(a, "By %s: an order to correct; a fine only on refusal.",
				d->basis_en));
		return;
	}
	say(w, arena_printf(a, "依照%s，责令改正，给予警告；拒不改正的，方可处以罚款。", d->basis),
		arena_printf(a, "By %s: an order to correct and a warning; a fine only on refusal.",
			d->basis_en));
}

enum err discretion_of(struct arena *a, const struct node *rule, const struct discretion_facts *f,
	struct discretion *out, struct fault *why)
{
	struct weight w = { .zh = { .arena = a }, .en = { .arena = a } };
	const struct node *scale = discretion_scale(rule, f->act, f->small_caterer);

	*out = (struct discretion){ 0 };
	if (f->goods_fen < 0 || f->days < 0 || f->ill < 0 || f->goods_fen > FEN_MOST)
		return fault(why, E_INVALID, "an amount is negative or too large");
	if (!scale)
		return fault(why, E_NOT_FOUND, "no scale for the act %s", f->act);
	TRY(weigh_all(rule, f, &w, why));
	out->scale = node_text(scale, "code", "");
	out->basis = node_text(scale, "basis", "");
	out->basis_en = node_text(scale, "basis_en", "");
	out->confirmed = strcmp(node_text(scale, "mark", "R"), "C") == 0;
	out->warning = node_true(scale, "warning_first") || node_true(scale, "order_first");
	out->serious = w.serious;
	if (out->warning && !f->refused) {
		say_warning(a, scale, out, &w);
	} else {
		const struct node *tier = tier_of(scale, f->goods_fen);
		if (!tier)
			return fault(why, E_NOT_FOUND, "no tier for these goods in %s", out->scale);
		limits(tier, f, out);
		choose_band(rule, out, &w);
		say_range(a, rule, out, &w);
	}
	if (out->serious)
		say(&w, node_text(scale, "serious", ""), node_text(scale, "serious_en", ""));
	out->why = buf_text(&w.zh);
	out->why_en = buf_text(&w.en);
	return OK;
}

const char *discretion_refuses(const struct discretion *d, int64_t fine_fen)
{
	if (fine_fen < 0)
		return "A fine cannot be negative.";
	if (d->band == BAND_NONE)
		return fine_fen ? "This act is punished by a warning; a fine follows only when it "
				  "was not corrected although ordered (FSL article 126)."
				: NULL;
	if (fine_fen < d->low)
		return "The fine lies below the range of the discretion table for these factors "
		       "(APL article 34).";
	if (fine_fen > d->high)
		return "The fine lies above the range of the discretion table for these factors "
		       "(APL article 34).";
	return NULL;
}
