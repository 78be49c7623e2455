/* Messages to telephones. Without a provider they go to DATA/outbox/sms.jsonl, a line a message,
 * which a bureau's own gateway can follow; the demonstration district shows them there. With the
 * setting sms_url they go to that provider (sms_http.h). Who sent one that is about something hears
 * SMS_ACCEPTED or SMS_FAILED. */
#include "adapters/sms_http.h"
#include "core/core.h"
#include "core/app/app.h"
#include "contracts/facts.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* One write(2) with O_APPEND, then fsync: a line is there whole or not at all. A job run twice
 * after a crash writes its line twice, with the same id. */
static enum err to_file(struct req *rq, const struct job *j, struct node *n)
{
	struct buf b = { .arena = rq->arena };
	const char *path = arena_printf(rq->arena, "%s/outbox/sms.jsonl", rq->app->data_dir);

	put_int(n, "id", j->id);
	put_time(n, "at", rq->now);
	json_write(&b, n);
	buf_putc(&b, '\n');
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
	if (fd < 0)
		return fail(rq, E_BUSY, "%s cannot be opened", path);
	bool fine = write(fd, b.s, b.n) == (ssize_t)b.n && fsync(fd) == 0;
	close(fd);
	return fine ? OK : fail(rq, E_BUSY, "%s cannot be written", path);
}

enum { SECRET_MAX = 4096 };

static enum err secret_read(struct req *rq, const char **secret)
{
	const char *path = setting(rq, "sms_secret_file", "");
	struct bytes b;
	struct fault why = { 0 };

	*secret = "";
	if (!*path)
		return OK;
	if (file_read(rq->arena, path, SECRET_MAX, &b, &why))
		return fail(rq, E_BUSY, "%s", why.text);
	const char *text = arena_copy(rq->arena, (const char *)b.at, b.n);
	*secret = arena_copy(rq->arena, text, strcspn(text, "\r\n"));
	return OK;
}

static enum err to_provider(struct req *rq, const struct job *j, const struct node *n)
{
	struct sms_provider p = { .url = setting(rq, "sms_url", ""),
		.body = setting(rq, "sms_body", "") };
	struct sms_message m = { node_text(n, "phone", ""), node_text(n, "text", ""),
		arena_printf(rq->arena, "shian-%" PRId64, j->id) };
	struct fault why = { 0 };

	TRY(secret_read(rq, &p.secret));
	if (!sms_http_send(&p, &m, rq->arena, &why))
		return OK;
	log_event(LOG_WARN, "sms.away", "why", why.text, NULL);
	return fail(rq, E_BUSY, "%s", why.text);
}

static enum err sms_out(struct req *rq, const struct job *j, void **result)
{
	struct node *n;
	struct fault why = { 0 };

	(void)result;
	if (json_parse(rq->arena, (struct bytes){ (const uint8_t *)j->data, strlen(j->data) }, &n,
		    &why))
		return fail(rq, E_INTERNAL, "%s", why.text);
	return *setting(rq, "sms_url", "") ? to_provider(rq, j, n) : to_file(rq, j, n);
}

/* What became of a message is told by a job of its own: whoever hears of it and fails has the
 * telling tried again, not the message sent again. */
static enum err result_keep(struct req *rq, const struct job *j, const char *why)
{
	struct node *n = node_map(rq->arena);

	if (!j->subject)
		return OK; /* nobody asked */
	put_printf(n, "key", "shian-%" PRId64, j->id);
	put_printf(n, "at", "%" PRId64, rq->now);
	put_text(n, "why", why);
	return job_add(rq, "core.sms_result", .subject = j->subject, .data = json_text(rq, n));
}

/* The gateway took it: with the file, when its line is on the disk. */
static enum err sms_done(struct req *rq, const struct job *j, void *result)
{
	(void)result;
	return result_keep(rq, j, "");
}

static enum err result_tell(struct req *rq, const struct job *j, void *result)
{
	const struct node *n;

	(void)result;
	TRY(job_data(rq, j, &n));
	return emit(
		rq, *node_text(n, "why", "") ? SMS_FAILED : SMS_ACCEPTED, j->subject, 0, j->data);
}

const struct module sms_module = {
	.name = "sms",
	.jobs = (const struct job_kind[]){ { "core.sms", sms_out, sms_done, result_keep },
		{ "core.sms_result", NULL, result_tell }, { 0 } },
	.tells = (const char *const[]){ SMS_ACCEPTED, SMS_FAILED, NULL },
};
