/* "shian targeting score" and "shian targeting evaluate": from a file of visits to probabilities,
 * and how good they are. No data folder is needed. */
#include "cli.h"
#include "commands.h"
#include "core/base/csv.h"
#include "domains/targeting/evaluate.h"
#include "domains/targeting/score.h"
#include "visits_file.h"

#include <stdio.h>
#include <string.h>

static const char usage[] =
	"usage: shian targeting score|evaluate --history VISITS.csv --from DATE --to DATE";

/* ---- what is wanted ----------------------------------------------------- */
struct wish {
	const char *file;
	struct window window;
};

static enum err wish_read(int argc, char **argv, struct wish *w, struct fault *why)
{
	const char *from = option(argc, argv, "--from", NULL),
		   *to = option(argc, argv, "--to", NULL);

	w->file = option(argc, argv, "--history", NULL);
	if (!w->file || !from || !to)
		return fault(why, E_INVALID, "--history, --from and --to are needed");
	if (!day_parse(from, &w->window.from))
		return fault(why, E_INVALID, "--from %s is no date such as 2014-03-01", from);
	if (!day_parse(to, &w->window.to))
		return fault(why, E_INVALID, "--to %s is no date such as 2014-05-01", to);
	if (w->window.to <= w->window.from)
		return fault(why, E_INVALID,
			"--to is the day after the last one: it must be later than --from");
	return OK;
}

/* ---- writing ----------------------------------------------------------- */
static void print_scores(const struct visits *v, const struct window_scores *s)
{
	struct buf line = { .arena = v->arena };

	puts("visit_id,operator_id,probability");
	for (size_t i = 0; i < s->n; i++) {
		const struct visit *x = &v->at[s->visit[i]];
		line.n = 0;
		csv_write(&line, x->name);
		buf_putc(&line, ',');
		csv_write(&line, v->operators[x->who].name);
		buf_printf(&line, ",%.6f\n", s->probability[i]);
		fputs(line.s, stdout);
	}
}

static void print_measures(const struct measures *m)
{
	printf("visits %zu, failed %zu, from %zu visits before\n", m->visits, m->failed,
		m->learnt_from);
	for (size_t i = 0; i < MEASURES; i++)
		printf("%-42s %8.*f   95%% %.*f to %.*f\n", measure_names[i], m->at[i].digits,
			m->at[i].value, m->at[i].digits, m->at[i].between.low, m->at[i].digits,
			m->at[i].between.high);
}

static enum err carry_out(
	const char *what, const struct wish *w, struct arena *a, struct fault *why)
{
	struct visits v;
	struct window_scores s;
	struct measures m;

	visits_start(&v, a);
	TRY(visits_file_load(&v, w->file, w->window, why));
	TRY(window_score(&v, w->window, &s, why));
	if (text_is(what, "score")) {
		print_scores(&v, &s);
		return OK;
	}
	TRY(window_measure(&v, &s, &m, why));
	print_measures(&m);
	return OK;
}

int targeting_command(int argc, char **argv)
{
	struct fault why = { 0 };
	struct wish w;
	const char *what = argc > 1 ? argv[1] : "";

	if (!text_is(what, "score") && !text_is(what, "evaluate"))
		return cli_complain(usage, 2);
	struct arena *a = arena_new();
	enum err e = wish_read(argc, argv, &w, &why);
	if (!e)
		e = carry_out(what, &w, a, &why);
	arena_free(a);
	if (!e && fflush(stdout) != 0)
		e = fault(&why, E_INTERNAL, "the answer could not be written");
	return e ? cli_fail("targeting", &why, 2) : 0;
}
