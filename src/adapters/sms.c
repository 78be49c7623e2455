/* Messages to telephones. Without a provider they go to DATA/outbox/sms.jsonl, a line a message,
 * which a bureau's own gateway can follow; the demonstration district shows them there. */
#include "core/core.h"
#include "core/app/app.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* One write(2) with O_APPEND, then fsync: a line is there whole or not at all. A job run twice
 * after a crash writes its line twice, with the same id. */
static enum err sms_write(struct req *rq, const struct job *j, void **result)
{
	struct node *n;
	struct fault why = { 0 };
	struct buf b = { .arena = rq->arena };
	const char *path = arena_printf(rq->arena, "%s/outbox/sms.jsonl", rq->app->data_dir);

	(void)result;
	if (json_parse(rq->arena, (struct bytes){ (const uint8_t *)j->data, strlen(j->data) }, &n,
		    &why))
		return fail(rq, E_INTERNAL, "%s", why.text);
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

static enum err sms_done(struct req *rq, const struct job *j, void *result)
{
	(void)rq;
	(void)j;
	(void)result;
	return OK;
}

const struct module sms_module = {
	.name = "sms",
	.jobs = (const struct job_kind[]){ { "core.sms", sms_write, sms_done }, { 0 } },
};
