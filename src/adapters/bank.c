/* Statements of the bank that takes the fines' money: a CSV file in the folder of the setting
 * bank_folder (moved into done/ below it once it has been taken), or what the address bank_url
 * answers. Either is kept in the store and told as BANK_STATEMENT_RECEIVED; who reads its rows
 * passes over what is known, so a file may come twice. Without the settings officers upload the
 * files. */
#include "adapters/witness.h"
#include "contracts/facts.h"
#include "core/core.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { STATEMENT_MAX = 8 * 1024 * 1024, POLL_MINUTES = 10 };

struct statement {
	const char *name; /* NULL: nothing new */
	struct object kept;
};

static enum err taken_already(struct req *rq, const char *sm3, bool *there)
{
	int64_t n;

	TRY(db_int(rq, &n, "SELECT count(*) FROM pub_fine_statements WHERE sm3 = $1", sm3));
	*there = n != 0;
	return OK;
}

static enum err keep(struct req *rq, const char *name, struct bytes text, struct statement *s)
{
	struct fault why = { 0 };
	bool there;

	if (store_put(rq_store(rq), rq->arena, text, &s->kept, &why))
		return fail(rq, E_BUSY, "%s", why.text);
	TRY(taken_already(rq, s->kept.sm3, &there));
	s->name = there ? NULL : name;
	return OK;
}

/* Moves what has been taken out of the way; the first that has not is the one of this run. */
static enum err file_look(struct req *rq, const char *folder, const char *name, struct statement *s)
{
	struct fault why = { 0 };
	struct bytes text;
	const char *path = arena_printf(rq->arena, "%s/%s", folder, name);

	if (file_read(rq->arena, path, STATEMENT_MAX, &text, &why)) {
		log_event(LOG_WARN, "bank.unreadable", "why", why.text, NULL);
		return OK;
	}
	TRY(keep(rq, name, text, s));
	if (s->name)
		return OK;
	const char *done = arena_printf(rq->arena, "%s/done", folder);
	if (dir_make(done, &why) || rename(path, arena_printf(rq->arena, "%s/%s", done, name)))
		log_event(LOG_WARN, "bank.not_moved", "file", path, NULL);
	return OK;
}

static enum err folder_read(struct req *rq, const struct job *j, void **result)
{
	struct statement *s = NEW(rq->arena, struct statement);
	const char *folder = setting(rq, "bank_folder", "");
	struct dirent *f;
	enum err e = OK;

	(void)j;
	*result = s;
	DIR *d = *folder ? opendir(folder) : NULL;
	if (!d) {
		if (*folder)
			log_event(LOG_WARN, "bank.no_folder", "folder", folder, "why",
				strerror(errno), NULL);
		return OK;
	}
	while (!e && !s->name && (f = readdir(d)))
		if (f->d_name[0] != '.' && text_ends(f->d_name, ".csv"))
			e = file_look(rq, folder, arena_dup(rq->arena, f->d_name), s);
	closedir(d);
	return e;
}

static enum err address_ask(struct req *rq, const struct job *j, void **result)
{
	struct statement *s = NEW(rq->arena, struct statement);
	struct fault why = { 0 };
	struct bytes text;
	const char *url = setting(rq, "bank_url", "");

	(void)j;
	*result = s;
	if (!*url)
		return OK;
	if (witness_get(rq->arena, url, &text, &why)) {
		log_event(LOG_WARN, "bank.away", "why", why.text, NULL);
		return fail(rq, E_BUSY, "%s", why.text);
	}
	return text.n ? keep(rq, url, text, s) : OK;
}

static enum err statement_tell(struct req *rq, const struct job *j, void *result)
{
	const struct statement *s = result;

	(void)j;
	if (!s->name)
		return OK;
	return emit(rq, BANK_STATEMENT_RECEIVED, 0, 0,
		json_pairs(
			rq, "name", s->name, "sm3", s->kept.sm3, "sha256", s->kept.sha256, NULL));
}

static enum err ask_once(struct req *rq, const char *kind)
{
	int64_t waiting;

	TRY(db_int(
		rq, &waiting, "SELECT count(*) FROM jobs WHERE kind = $1 AND state = 'due'", kind));
	return waiting ? OK : job_add(rq, .kind = kind);
}

static enum err bank_minute(struct req *rq)
{
	if (*setting(rq, "bank_folder", ""))
		TRY(ask_once(rq, "bank.folder"));
	if (*setting(rq, "bank_url", "") && civil_of(rq->now).minute % POLL_MINUTES == 0)
		return ask_once(rq, "bank.address");
	return OK;
}

const struct module bank_module = {
	.name = "bank",
	.jobs = (const struct job_kind[]){ { "bank.folder", folder_read, statement_tell },
		{ "bank.address", address_ask, statement_tell }, { 0 } },
	.tells = (const char *const[]){ BANK_STATEMENT_RECEIVED, NULL },
	.every_minute = bank_minute,
};
