#include "domains/grading/rules.h"

#include <string.h>

/* ---- reading the data ------------------------------------------------------ */
static int rank_of(const struct grade_rules *r, const char *letter)
{
	for (int i = 0; i < r->n_letters; i++)
		if (strcmp(r->letters[i].letter, letter) == 0)
			return i;
	return -1;
}

const char *words_of_list(const struct node *list)
{
	struct buf b = { .arena = list ? list->arena : NULL };

	if (!list)
		return "";
	NODE_EACH (w, list)
		if (w->type == NODE_TEXT)
			buf_printf(&b, "%s ", w->s);
	return buf_text(&b);
}

bool words_have(const char *words, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = words; n && (at = strstr(at, word)); at += n)
		if (at[n] == ' ' && (at == words || at[-1] == ' '))
			return true;
	return false;
}

struct step_source {
	const char *path, *number, *word;
};

static enum err steps_read(const struct node *data, const struct grade_rules *r,
	const struct step_source *from, struct grade_step *out)
{
	int n = 0;
	NODE_EACH (s, node_find(data, from->path)) {
		if (n == GRADE_STEPS)
			return E_INVALID;
		const struct node *w = node_find(s, from->word);
		out[n] = (struct grade_step){
			.min = node_int(s, from->number, 0),
			.rank = rank_of(r, node_text(s, "letter", "")),
			.months = (int)node_int(s, "months", 0),
			.word = w && w->type == NODE_LIST ? words_of_list(w)
							  : node_text(s, from->word, ""),
			.source = node_text(s, "source", ""),
		};
		if (out[n++].rank < 0)
			return E_INVALID;
	}
	return OK;
}

static int count(const struct node *data, const char *path)
{
	const struct node *n = node_find(data, path);
	return n ? n->count : 0;
}

static enum err letters_read(const struct node *data, struct grade_rules *r)
{
	NODE_EACH (l, node_find(data, "letters")) {
		if (r->n_letters == GRADE_LETTERS)
			return E_INVALID;
		r->letters[r->n_letters++] = (struct grade_letter){ node_text(l, "letter", ""),
			node_text(l, "colour", "none"), node_text(l, "label", ""),
			node_text(l, "label_en", "") };
	}
	return r->n_letters ? OK : E_INVALID;
}

static enum err lists_read(const struct node *data, struct grade_rules *r)
{
	const struct step_source scores = { "base.scores", "min", "" },
				 results = { "results", "min", "result" },
				 keys = { "key_items", "failed", "" },
				 sanctions = { "sanctions", "min", "penalties" };

	TRY(letters_read(data, r));
	r->n_scores = count(data, "base.scores");
	r->n_results = count(data, "results");
	r->n_keys = count(data, "key_items");
	r->n_sanctions = count(data, "sanctions");
	TRY(steps_read(data, r, &scores, r->scores));
	TRY(steps_read(data, r, &results, r->results));
	TRY(steps_read(data, r, &keys, r->keys));
	TRY(steps_read(data, r, &sanctions, r->sanctions));
	NODE_EACH (k, node_find(data, "kinds")) {
		if (r->n_kinds == GRADE_KINDS || k->type != NODE_TEXT)
			return E_INVALID;
		r->kinds[r->n_kinds++] = k->s;
	}
	return OK;
}

enum err grade_rules_read(const struct node *data, struct grade_rules *out, struct fault *why)
{
	*out = (struct grade_rules){
		.scheme = node_text(data, "scheme", ""),
		.version = node_text(data, "version", ""),
		.title = node_text(data, "title", ""),
		.new_months = (int)node_int(data, "new.months", 3),
		.score_source = node_text(data, "base.source", ""),
		.new_source = node_text(data, "new.source", ""),
		.off_site_source = node_text(data, "off_site.source", ""),
	};
	if (!*out->scheme || !*out->version)
		return fault(why, E_INVALID, "scheme and version are needed");
	if (lists_read(data, out))
		return fault(why, E_INVALID,
			"letters, scores, results, key_items, sanctions or kinds are not usable");
	out->accident =
		(struct grade_step){ .rank = rank_of(out, node_text(data, "accident.letter", "")),
			.months = (int)node_int(data, "accident.months", 6),
			.source = node_text(data, "accident.source", "") };
	if (!out->n_scores || out->accident.rank < 0)
		return fault(why, E_INVALID, "base.scores and accident are needed");
	return OK;
}

/* ---- time ------------------------------------------------------------------ */
static int days_in(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return days[month - 1] + (month == 2 && leap);
}

int64_t months_after(int64_t at, int months)
{
	struct civil c = civil_of(at);
	int m = c.month - 1 + months;
	struct civil end = { .year = c.year + m / 12, .month = m % 12 + 1, .day = c.day };

	if (end.day > days_in(end.year, end.month))
		end.day = days_in(end.year, end.month);
	return civil_to_ms(end) + DAY;
}

/* ---- the arithmetic -------------------------------------------------------- */
struct work {
	struct arena *arena;
	const struct grade_rules *r;
	const struct grade_facts *f;
	struct grade_outcome *out;
};

static void add(struct work *w, struct grade_line l)
{
	if (w->out->n < GRADE_LINES)
		w->out->lines[w->out->n++] = l;
}

static const char *letter(const struct work *w, int rank)
{
	return rank >= 0 ? w->r->letters[rank].letter : "";
}

static void lower(struct work *w, int rank)
{
	if (w->out->rank < rank)
		w->out->rank = rank;
}

static const char *score_text(struct work *w, int64_t score)
{
	return arena_printf(w->arena, "%" PRId64 ".%" PRId64, score / 100, score % 100 / 10);
}

/* The rank an inspection gives by itself. */
static int rank_by_score(const struct grade_rules *r, int64_t score)
{
	for (int i = 0; i < r->n_scores; i++)
		if (score >= r->scores[i].min)
			return r->scores[i].rank;
	return r->scores[r->n_scores - 1].rank;
}

/* The strictest step of key items or results that this inspection meets; NULL: none. */
static const struct grade_step *key_step(const struct grade_rules *r, int64_t failed)
{
	const struct grade_step *worst = NULL;
	for (int i = 0; i < r->n_keys; i++)
		if (failed >= r->keys[i].min && (!worst || r->keys[i].rank > worst->rank))
			worst = &r->keys[i];
	return worst;
}

static const struct grade_step *result_step(const struct grade_rules *r, const char *result)
{
	for (int i = 0; i < r->n_results; i++)
		if (strcmp(r->results[i].word, result) == 0)
			return &r->results[i];
	return NULL;
}

static int rank_of_inspection(const struct grade_rules *r, const struct grade_input *i)
{
	int rank = rank_by_score(r, i->score);
	const struct grade_step *k = key_step(r, i->key_failed), *s = result_step(r, i->result);

	if (k && k->rank > rank)
		rank = k->rank;
	return s && s->rank > rank ? s->rank : rank;
}

static void base_lines(struct work *w, const struct grade_input *i)
{
	const struct grade_step *k = key_step(w->r, i->key_failed),
				*s = result_step(w->r, i->result);

	w->out->points = i->score;
	w->out->inspected_at = i->at;
	w->out->rank = rank_by_score(w->r, i->score);
	add(w, (struct grade_line){ "base", score_text(w, i->score), letter(w, w->out->rank), i->at,
		       0, w->r->score_source });
	if (s)
		add(w, (struct grade_line){
			       "result", i->result, letter(w, s->rank), i->at, 0, s->source });
	if (k)
		add(w, (struct grade_line){ "key_items",
			       arena_printf(w->arena, "%" PRId64, i->key_failed),
			       letter(w, k->rank), i->at, 0, k->source });
	lower(w, rank_of_inspection(w->r, i));
}

static bool is_base(const struct grade_input *i)
{
	return i->kind == INPUT_INSPECTION && !i->off_site;
}

/* Checks by video after the base: the worst of them lowers, a better one is named and does nothing.
 */
static void off_site_lines(struct work *w, size_t after)
{
	const struct grade_input *worst = NULL;
	int worst_rank = -1;

	for (size_t i = after; i < w->f->n; i++) {
		const struct grade_input *in = &w->f->inputs[i];
		if (in->kind != INPUT_INSPECTION || !in->off_site)
			continue;
		int rank = rank_of_inspection(w->r, in);
		if (rank >= worst_rank) {
			worst = in;
			worst_rank = rank;
		}
	}
	if (!worst)
		return;
	bool counts = worst_rank > w->out->rank && w->out->rank >= 0;
	add(w, (struct grade_line){ counts ? "off_site" : "off_site_no_raise",
		       score_text(w, worst->score), counts ? letter(w, worst_rank) : "", worst->at,
		       0, w->r->off_site_source });
	if (counts)
		lower(w, worst_rank);
}

static const struct grade_step *sanction_step(const struct grade_rules *r, const char *penalty)
{
	for (int i = 0; i < r->n_sanctions; i++)
		if (words_have(r->sanctions[i].word, penalty))
			return &r->sanctions[i];
	return NULL;
}

bool input_undone(const struct grade_input *i)
{
	return i->kind == INPUT_SANCTION && i->word && *i->word;
}

static void cap(
	struct work *w, const char *key, const struct grade_input *i, const struct grade_step *s)
{
	int64_t until = months_after(i->at, s->months);

	if (w->f->now >= until || i->at > w->f->now)
		return;
	if (!w->out->due_at || until < w->out->due_at)
		w->out->due_at = until;
	/* the worst letter is given at once; a milder cap gives no letter to who has none */
	bool worst = s->rank == w->r->n_letters - 1, undone = input_undone(i);
	bool counts = !undone && (w->out->rank >= 0 || worst);
	add(w, (struct grade_line){ undone ? "undone" : key,
		       i->kind == INPUT_SANCTION ? i->penalty : "",
		       counts ? letter(w, s->rank) : "", i->at, until, s->source });
	if (counts)
		lower(w, s->rank);
}

static void cap_lines(struct work *w)
{
	for (size_t i = 0; i < w->f->n; i++) {
		const struct grade_input *in = &w->f->inputs[i];
		const struct grade_step *s =
			in->kind == INPUT_SANCTION ? sanction_step(w->r, in->penalty) : NULL;
		if (s)
			cap(w, "sanction", in, s);
		else if (in->kind == INPUT_ACCIDENT)
			cap(w, "accident", in, &w->r->accident);
	}
}

static bool covered(const struct work *w)
{
	for (int i = 0; i < w->r->n_kinds; i++)
		if (strcmp(w->r->kinds[i], w->f->kind) == 0)
			return true;
	return false;
}

static void compute(struct work *w)
{
	size_t base = w->f->n;

	for (size_t i = 0; i < w->f->n; i++)
		if (is_base(&w->f->inputs[i]))
			base = i;
	if (base < w->f->n) {
		base_lines(w, &w->f->inputs[base]);
		off_site_lines(w, base + 1);
	} else {
		int64_t until = months_after(w->f->registered_at, w->r->new_months);
		bool young = w->f->now < until;
		add(w, (struct grade_line){ young ? "new" : "not_inspected", "", "",
			       w->f->registered_at, young ? until : 0, w->r->new_source });
		off_site_lines(w, 0);
	}
	cap_lines(w);
}

void grade_compute(struct arena *a, const struct grade_rules *r, const struct grade_facts *f,
	struct grade_outcome *out)
{
	struct work w = { a, r, f, out };

	*out = (struct grade_outcome){ .rank = -1, .letter = "", .colour = "none" };
	if (!covered(&w)) {
		add(&w, (struct grade_line){ "not_covered", f->kind, "", 0, 0, r->title });
		return;
	}
	compute(&w);
	if (out->rank >= 0) {
		out->letter = r->letters[out->rank].letter;
		out->colour = r->letters[out->rank].colour;
	}
}

const char *grade_line_text(const char *key)
{
	static const char *const texts[][2] = {
		{ "base", "Score of the last inspection on site" },
		{ "result", "Result of that inspection" },
		{ "key_items", "Key items failed in that inspection" },
		{ "off_site", "A check by video since then was worse" },
		{ "off_site_no_raise", "A check by video alone raises no grade" },
		{ "sanction", "A penalty of the last months" },
		{ "undone", "A penalty whose decision was annulled or found unlawful or void: it "
			    "counts no more" },
		{ "accident", "A food-safety accident" },
		{ "new", "New: not inspected yet, so not graded yet" },
		{ "not_inspected", "Not inspected on site yet, so not graded" },
		{ "not_covered", "This kind of business is not graded under this scheme" },
		{ "qg_new", "Licensed a short time ago: no dynamic grade yet" },
		{ "year_score", "Dynamic score of an inspection" },
		{ "year_mean", "Mean of these scores, to one decimal, half up" },
		{ "year_empty", "No inspection on site in the months that count" },
		{ "static", "Static factors" },
		{ "profile", "Risk profile" },
		{ "inspection", "Points of the last inspection on site, by its score" },
		{ "no_inspection", "No inspection on site that counts" },
		{ "event", "Points of what happened" },
		{ "section_max", "Not more than the maximum of these factors" },
		{ "total", "Sum, and the level it gives" },
		{ "raise", "Raised by what happened in the year before" },
		{ "clean", "Lowered: no breach for the set time" },
		{ "relief", "Lowered by proof" },
		{ "floor", "Not better than this for the set time" },
	};
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (strcmp(texts[i][0], key) == 0)
			return texts[i][1];
	return key;
}
