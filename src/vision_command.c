/* "shian vision train": fits heads of this site to what its officers decided. */
#include "vision_command.h"
#include "cli.h"
#include "commands.h"
#include "domains/cameras/learning.h"

#include <stdio.h>
#include <string.h>

/* What is read in one snapshot, and worked on outside of any transaction. */
struct reading {
	const struct train_options *o;
	struct arena *a;
	struct training training;
	struct site_head in_force;
	const char *net, *in_force_name;
	int64_t newest;
};

/* ---- reading ----------------------------------------------------------- */
static size_t count_of(const struct node *limits, const char *name)
{
	int64_t v = node_int(limits, name, 0);
	return v > 0 ? (size_t)v : 1;
}

static enum err read_limits(struct req *rq, struct training_limits *l)
{
	const struct node *quality, *t;
	TRY(rules(rq, "vision/quality", rq->now, &quality));
	t = node_find(quality, "training");
	*l = (struct training_limits){ .least_labels = count_of(t, "least_labels"),
		.least_each = count_of(t, "least_each"),
		.least_cameras = count_of(t, "least_cameras"),
		.least_held_cameras = count_of(t, "least_held_cameras"),
		.least_held_labels = count_of(t, "least_held_labels"),
		.held_percent = (int32_t)node_int(t, "held_percent", 30),
		.keep_recall = (int32_t)node_int(t, "keep_recall", 9500),
		.least_recall = (int32_t)node_int(t, "least_recall", 8500) };
	return OK;
}

/* Rows whose features cannot be read, or are of another length, teach nothing. */
static void take_labels(struct reading *r, const struct review_labels *l)
{
	struct example *at = NEWS(r->a, struct example, l->list.n + 1);
	size_t n = 0;
	for (struct review_label *e = LIST_OF(struct review_label, &l->list);
		e < LIST_END(struct review_label, &l->list); e++) {
		struct example *x = &at[n];
		*x = (struct example){ .camera = e->camera,
			.officer = e->officer,
			.at = e->at,
			.confirmed = e->confirmed,
			.f = { .base = (int32_t)e->base, .site = -1 } };
		snprintf(x->f.net, sizeof x->f.net, "%s", l->net);
		if (features_parse(e->features, &x->f, NULL) || !x->f.n || x->f.n != at[0].f.n)
			continue;
		r->newest = e->at > r->newest ? e->at : r->newest;
		n++;
	}
	r->training.at = at;
	r->training.n = n;
}

static enum err read_model_in_force(struct req *rq, struct reading *r)
{
	struct vision_model m;
	struct bytes file;
	struct fault why = { 0 };
	TRY(vision_model_active(rq, r->o->rule, &m));
	r->in_force_name = arena_dup(r->a, m.name);
	if (!m.id)
		return OK;
	TRY(vision_model_file(rq, &m, &file));
	if (site_head_parse(file, &r->in_force, &why))
		return fail(rq, E_INTERNAL, "The model in force cannot be read: %s", why.text);
	if (text_is(r->in_force.net, r->net))
		r->training.in_force = &r->in_force;
	return OK;
}

static enum err read_all(struct req *rq, void *arg)
{
	struct reading *r = arg;
	struct review_labels labels;
	TRY(read_limits(rq, &r->training.limits));
	TRY(review_labels(rq, r->o->rule, TRAINING_EXAMPLES_MAX, &labels));
	r->net = arena_dup(r->a, labels.net);
	take_labels(r, &labels);
	TRY(vision_model_newest(rq, r->o->rule, &r->training.since));
	return read_model_in_force(rq, r);
}

/* ---- keeping ----------------------------------------------------------- */
struct keeping {
	struct reading *r;
	struct train_outcome *out;
	struct bytes file;
};

static void fill(struct vision_model *m, const struct reading *r, const struct training_result *t)
{
	*m = (struct vision_model){ .rule = r->o->rule,
		.net = r->net,
		.labels = (int64_t)t->labels,
		.confirmed = (int64_t)t->confirmed,
		.cameras = (int64_t)t->cameras,
		.held_labels = (int64_t)t->held_labels,
		.held_cameras = (int64_t)t->held_cameras,
		.newest = r->newest,
		.in_force = r->training.in_force ? r->in_force_name : "",
		.threshold = t->head.threshold,
		.recall = t->recall,
		.share_before = t->share_before,
		.share_after = t->share_after,
		.gain_low = t->gain_low,
		.gain_high = t->gain_high,
		.loss_before = t->loss_before,
		.loss_after = t->loss_after,
		.state = t->verdict == TRAINING_BETTER ? "proposed" : "refused",
		.why = t->why,
		.reason = "" };
}

/* From here on it is this person's decision, in the ledger as well. */
static enum err act_as(struct req *rq, const char *login)
{
	struct user *u = NEW(rq->arena, struct user);
	const char *name, *role;
	if (db_int(rq, &u->id, "SELECT id FROM pub_users WHERE login = $1", login))
		return fail(rq, E_NOT_FOUND, "There is no account %s.", login);
	TRY(db_text(rq, &name, "SELECT name FROM pub_users WHERE id = $1", u->id));
	TRY(db_text(rq, &role, "SELECT role FROM pub_users WHERE id = $1", u->id));
	const struct role *is = role_named(role);
	u->login = login;
	u->name = name;
	u->role = role;
	u->role_id = is ? is->id : ROLE_NONE;
	u->card_no = "";
	rq->user = u;
	return OK;
}

static enum err keep(struct req *rq, void *arg)
{
	struct keeping *k = arg;
	const struct train_options *o = k->r->o;
	struct vision_model m;
	fill(&m, k->r, &k->out->result);
	TRY(vision_model_record(rq, &m, k->file));
	k->out->kept = true;
	if (!o->activate || !text_is(m.state, "proposed"))
		return OK;
	TRY(act_as(rq, o->activate));
	TRY(vision_model_activate(rq, &m, o->reason ? o->reason : ""));
	k->out->active = true;
	return OK;
}

enum err vision_train(struct app *app, const struct train_options *o, struct train_outcome *out,
	struct fault *why)
{
	struct arena *a = arena_new();
	struct reading r = { .o = o, .a = a };
	struct keeping k = { .r = &r, .out = out };
	*out = (struct train_outcome){ 0 };
	enum err e = app_read(app, read_all, &r, why);
	if (!e)
		training_run(&r.training, a, &out->result);
	struct site_head *h = &out->result.head;
	if (!e && h->n) {
		snprintf(h->rule, sizeof h->rule, "%s", o->rule);
		snprintf(h->net, sizeof h->net, "%s", r.net);
		const char *text = site_head_text(h, a);
		k.file = (struct bytes){ (const uint8_t *)text, strlen(text) };
		site_head_name(k.file, out->name, NULL);
	}
	if (!e && !o->dry_run && out->result.verdict != TRAINING_LACKS)
		e = app_write(app, keep, &k, why);
	arena_free(a);
	if (e)
		out->kept = out->active = false;
	return e;
}

/* ---- the command ------------------------------------------------------- */
static void report(const struct train_options *o, const struct train_outcome *t)
{
	static const char *const verdicts[] = { [TRAINING_LACKS] = "nothing changed",
		[TRAINING_CONTRADICTS] = "refused",
		[TRAINING_NOT_BETTER] = "refused",
		[TRAINING_BETTER] = "better" };
	const struct training_result *r = &t->result;
	printf("%s: %zu reviews (%zu confirmed) of %zu cameras to train on, %zu (%zu) of %zu kept "
	       "out\n",
		o->rule, r->labels, r->confirmed, r->cameras, r->held_labels, r->held_confirmed,
		r->held_cameras);
	if (r->head.n)
		printf("%s: model %s; on cameras kept out, at recall %.1f %%: confirmed share %.1f "
		       "-> %.1f %% (gain %.1f to %.1f), log loss %.4f -> %.4f\n",
			o->rule, t->name, r->recall / 100.0, r->share_before / 100.0,
			r->share_after / 100.0, r->gain_low / 100.0, r->gain_high / 100.0,
			r->loss_before / 10000.0, r->loss_after / 10000.0);
	if (r->why_officer)
		printf("%s: the officer is account %" PRId64 "\n", o->rule, r->why_officer);
	printf("%s: %s%s%s%s\n", o->rule, verdicts[r->verdict], *r->why ? ". " : "", r->why,
		t->active			? "; in force"
		: o->dry_run && r->head.n	? "; not kept (dry run)"
		: r->verdict == TRAINING_BETTER ? "; it waits for a head of the bureau at /rules"
						: "");
}

static bool flagged(int argc, char **argv, const char *name)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], name) == 0)
			return true;
	return false;
}

/* "shian vision train ..." */
int train_main(int argc, char **argv)
{
	struct fault why = { 0 };
	struct train_outcome out;
	struct app *app = NULL;
	struct train_options o = { .rule = option(argc, argv, "--rule", "head_uncovered"),
		.dry_run = flagged(argc, argv, "--dry-run"),
		.activate = option(argc, argv, "--activate", NULL),
		.reason = option(argc, argv, "--reason", NULL) };

	if (argc < 2 || strcmp(argv[1], "train") != 0)
		return cli_complain("usage: shian vision train --data DIR [--db URL] [--rule CODE] "
				    "[--dry-run] [--activate LOGIN --reason TEXT]",
			2);
	if (o.activate && (!o.reason || !*o.reason))
		return cli_complain("shian vision: --activate asks for --reason", 2);
	enum err e = cli_app(argc, argv, true, &app, &why);
	if (!e)
		e = vision_train(app, &o, &out, &why);
	app_close(app);
	if (e)
		return cli_fail("vision", &why, 2);
	report(&o, &out);
	return out.result.verdict == TRAINING_BETTER ? 0 : 1;
}
