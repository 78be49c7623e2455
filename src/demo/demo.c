/* "shian demo": builds the demonstration district in an empty data folder. */
#include "demo/demo.h"

#include "cli.h"
#include "commands.h"

#include <stdio.h>
#include <unistd.h>

static const uint64_t seed = 0x53484941u;

struct demo_step {
	const char *what;
	enum err (*run)(struct demo *d, struct fault *why);
};

static const struct demo_step demo_steps[] = {
	{ "people", demo_people }, { "a year of operators and inspections", demo_year },
	{ "kitchen cameras", demo_camera }, { "cold stores", demo_stores },
	{ "equipment", demo_equipment }, { "scales", demo_scales },
	{ "what moves them", demo_graded }, { "officers, grid and a draw", demo_grid },
	{ "entries of files", demo_file }, { "complaints and early warnings", demo_warnings },
	{ "cases", demo_cases }, { "fines and goods held", demo_after },
	{ "cases that are over", demo_closed }, { "an appraisal of closed cases", demo_appraisals },
	{ "records of the tablet", demo_tablet },
	{ "settings", demo_settings }, /* last: a half-built district is none */
};

struct found {
	int64_t users, operators;
	const char *demo, *count;
};

static enum err look(struct req *rq, void *arg)
{
	struct found *f = arg;

	TRY(db_int(rq, &f->users, "SELECT count(*) FROM pub_users"));
	TRY(db_int(rq, &f->operators, "SELECT count(*) FROM pub_operators"));
	f->demo = arena_dup(rq->app->arena, setting(rq, "demo", ""));
	f->count = arena_dup(rq->app->arena, setting(rq, "demo_operators", ""));
	return OK;
}

static enum err check_empty(struct app *app, int64_t n, bool *there, struct fault *why)
{
	struct found f = { 0 };
	char count[24];

	*there = false;
	TRY(app_read(app, look, &f, why));
	snprintf(count, sizeof(count), "%" PRId64, n);
	if (text_is(f.demo, "1") && text_is(f.count, count)) {
		*there = true;
		return OK;
	}
	if (text_is(f.demo, "1"))
		return fault(why, E_CONFLICT,
			"this folder holds a demonstration district of %s operators; take another "
			"folder",
			f.count);
	if (f.users || f.operators)
		return fault(why, E_CONFLICT,
			"this folder holds a district already (%" PRId64 " accounts, %" PRId64
			" operators) or a demonstration that was broken off; take another folder",
			f.users, f.operators);
	return OK;
}

static void tell(const char *what)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "shian demo: %s ...\n", what);
}

static enum err run_steps(struct demo *d, struct fault *why)
{
	for (size_t i = 0; i < sizeof(demo_steps) / sizeof(*demo_steps); i++) {
		if (!demo_steps[i].run)
			continue;
		tell(demo_steps[i].what);
		TRY(demo_steps[i].run(d, why));
	}
	return OK;
}

enum err demo_build(struct app *app, const struct demo_plan *plan, bool *built, struct fault *why)
{
	bool there;

	*built = false;
	TRY(check_empty(app, plan->operators, &there, why));
	if (there)
		return OK;
	struct arena *a = arena_new();
	struct demo *d = NEW(a, struct demo);
	*d = (struct demo){ .app = app,
		.arena = a,
		.n = plan->operators,
		.today = plan->today,
		.random = seed,
		.camera_url = plan->camera_url,
		.kitchens = plan->kitchens };
	id_seed(seed); /* ids repeat too */
	clock_set(plan->today - 400 * DAY);
	enum err e = run_steps(d, why);
	clock_set(0);
	id_seed(0);
	*built = !e;
	arena_free(a);
	return e;
}

static int usage(void)
{
	fputs("usage: shian demo --data DIR [--operators N] [--at 2026-11-23] [--camera "
	      "rtsp://...] [--kitchens N] [--db URL]\n",
		stderr);
	return 2;
}

int demo_main(int argc, char **argv)
{
	struct fault why = { 0 };
	struct app *app = NULL;
	int64_t n, kitchens, today, started = clock_mono();
	bool built = false;
	const char *at = option(argc, argv, "--at", NULL);

	if (!option(argc, argv, "--data", NULL) ||
		!text_to_int(option(argc, argv, "--operators", "30000"), &n) || n < 1 ||
		n > DEMO_MAX || !text_to_int(option(argc, argv, "--kitchens", "1"), &kitchens) ||
		kitchens < 1 || kitchens > DEMO_KITCHENS_MAX)
		return usage();
	today = (clock_now() + 8 * HOUR) / DAY * DAY - 8 * HOUR;
	if (at && !date_parse(at, &today))
		return usage();
	enum err e = cli_app(argc, argv, false, &app, &why);
	if (!e)
		e = demo_build(app,
			&(struct demo_plan){ n, today,
				option(argc, argv, "--camera", "rtsp://127.0.0.1:8554/kitchen"),
				kitchens },
			&built, &why);
	app_close(app);
	if (e)
		return cli_fail("demo", &why, 1);
	if (!built)
		printf("the demonstration district of %" PRId64 " operators is there already\n", n);
	else
		printf("built a demonstration district of %" PRId64 " operators in %" PRId64 " s\n",
			n, (clock_mono() - started) / SECOND);
	printf("accounts: officer1 .. officer%d, reviewer1, head1, command1, auditor1, admin1; "
	       "password %s\n",
		DEMO_OFFICERS, demo_password);
	return 0;
}
