#include "core/base/base.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A line is one write() of at most a pipe's atomic size, so lines of several processes never mix.
 */
enum { LINE = 4096, VALUE = 1024, TAIL = 8 };

static _Atomic int lowest_level = LOG_INFO;
static char process_name[32] = "shian"; /* written once at the start of a process */

void log_to(enum log_level lowest, const char *process)
{
	lowest_level = (int)lowest;
	if (process)
		snprintf(process_name, sizeof process_name, "%s", process);
}

struct line {
	char at[LINE];
	size_t n;
};

/* Copies the next character of s as JSON into out[8]; returns the bytes taken from s. */
static size_t escape_one(const char *s, char *out)
{
	unsigned char c = (unsigned char)*s;
	if (c == '"' || c == '\\') {
		snprintf(out, 8, "\\%c", c);
		return 1;
	}
	if (c < 0x20 || c == 0x7f) {
		snprintf(out, 8, "\\u%04x", c);
		return 1;
	}
	size_t len = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
	if (strnlen(s, len) == len && utf8_valid(s, len)) {
		memcpy(out, s, len);
		out[len] = '\0';
		return len;
	}
	snprintf(out, 8, "\\ufffd");
	return 1;
}

static void put(struct line *l, const char *s)
{
	size_t n = strlen(s);
	memcpy(l->at + l->n, s, n);
	l->n += n;
}

/* Adds "key":"value" whole, or a value cut at a character, or nothing when there is no room. */
static void put_pair(struct line *l, const char *key, const char *value)
{
	char one[8];
	if (l->n + strlen(key) + VALUE / 16 + TAIL > LINE)
		return;
	put(l, l->n > 1 ? ",\"" : "\"");
	put(l, key);
	put(l, "\":\"");
	size_t end = l->n + VALUE < LINE - TAIL ? l->n + VALUE : LINE - TAIL;
	while (value && *value) {
		value += escape_one(value, one);
		if (l->n + strlen(one) > end)
			break;
		put(l, one);
	}
	put(l, "\"");
}

static void write_line(const struct line *l)
{
	ssize_t done;
	int no = errno;
	do
		done = write(STDERR_FILENO, l->at, l->n);
	while (done < 0 && errno == EINTR);
	errno = no; /* a log line must not disturb who reports an error */
}

static void put_time(struct line *l)
{
	int64_t ms = clock_now();
	struct civil c = civil_of(ms);
	char at[64];
	snprintf(at, sizeof at, "%04d-%02d-%02dT%02d:%02d:%02d.%03d+08:00", c.year, c.month, c.day,
		c.hour, c.minute, c.second, (int)((ms % 1000 + 1000) % 1000));
	put_pair(l, "at", at);
}

void log_event(enum log_level level, const char *event, ...)
{
	static const char *const names[] = { "debug", "info", "warn", "error" };
	if ((int)level < lowest_level)
		return;
	struct line l = { .n = 0 };
	put(&l, "{");
	put_time(&l);
	put_pair(&l, "level", names[level & 3]);
	put_pair(&l, "process", process_name);
	put_pair(&l, "event", event);
	va_list ap;
	va_start(ap, event);
	for (const char *key; (key = va_arg(ap, const char *));)
		put_pair(&l, key, va_arg(ap, const char *));
	va_end(ap);
	put(&l, "}\n");
	write_line(&l);
}
