/* Step: the people of the bureau, in their grid of towns, and the settings of a demonstration. */
#include "core/app/accounts.h"
#include "demo/demo.h"

const char demo_password[] = "Shian-demo-2026";

struct hiring {
	struct demo *d;
	const char *password; /* hashed */
};

struct post {
	const char *login, *role, *name, *card;
	int64_t area;
};

static enum err hire(struct req *rq, const struct hiring *h, struct post p, int64_t *id)
{
	struct account u = { .login = p.login,
		.name = p.name,
		.role = p.role,
		.card_no = p.card,
		.area = p.area,
		.phone = "",
		.password = h->password,
		.totp_secret = "" };

	TRY(account_create(rq, &u));
	*id = u.id;
	return OK;
}

static enum err hire_officers(struct req *rq, struct hiring *h)
{
	struct demo *d = h->d;

	for (int i = 0; i < DEMO_OFFICERS; i++) {
		struct user *o = &d->officers[i];
		*o = (struct user){
			.login = arena_printf(d->arena, "officer%d", i + 1),
			.name = demo_person(d->arena, &d->random),
			.role = "officer",
			.card_no = arena_printf(d->arena, "0911201%04d", i + 1),
			.role_id = ROLE_OFFICER,
			.area = demo_towns[i / 2].area,
		};
		TRY(hire(rq, h, (struct post){ o->login, o->role, o->name, o->card_no, o->area },
			&o->id));
	}
	return OK;
}

static enum err hire_all(struct req *rq, void *arg)
{
	static const char *const others[][2] = { { "reviewer1", "reviewer" }, { "head1", "head" },
		{ "command1", "command" }, { "auditor1", "auditor" } };
	struct hiring *h = arg;
	int64_t id;

	TRY(hire(rq, h,
		(struct post){
			"admin1", "administrator", demo_person(h->d->arena, &h->d->random), "", 0 },
		&h->d->admin));
	TRY(hire_officers(rq, h));
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		TRY(hire(rq, h,
			(struct post){ others[i][0], others[i][1],
				demo_person(h->d->arena, &h->d->random), "", 0 },
			&id));
	return OK;
}

enum err demo_people(struct demo *d, struct fault *why)
{
	struct hiring h = { d, password_hash(d->arena, demo_password) };
	return app_write(d->app, hire_all, &h, why);
}

static enum err put_settings(struct req *rq, void *arg)
{
	const struct demo *d = arg;

	TRY(setting_put(rq, "demo", "1"));
	TRY(setting_put(rq, "totp", "optional"));
	TRY(setting_put(rq, "demo_operators", arena_printf(rq->arena, "%" PRId64, d->n)));
	return setting_put(rq, "demo_day", date_text(rq->arena, d->today));
}

enum err demo_settings(struct demo *d, struct fault *why)
{
	return app_write(d->app, put_settings, d, why);
}
