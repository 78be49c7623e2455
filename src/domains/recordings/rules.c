#include "domains/recordings/rules.h"

#include <string.h>

int64_t true_time(int64_t device_ms, int64_t ahead_ms)
{
	return device_ms ? device_ms - ahead_ms : 0;
}

bool issue_covers(int64_t received, int64_t until, int64_t at)
{
	return at && received && received <= at && (!until || at < until);
}

struct times times_of(const struct told *t)
{
	if (t->container_start)
		return (struct times){ t->container_start, t->container_start + t->duration,
			"container" };
	/* a file is last written when its recording ends; without its length its beginning is
	 * unknown */
	if (t->modified && t->duration)
		return (struct times){ t->modified - t->duration, t->modified, "file" };
	return (struct times){ 0, 0, "none" };
}

const char *part_wrong(int64_t offset, int64_t n, int64_t have, int64_t size)
{
	if (offset < 0 || n < 1 || offset > size || n > size - offset)
		return "This piece does not belong to the recording.";
	return offset > have ? "A piece before this one is missing." : NULL;
}

const char *link_wrong(const char *recording_state, const char *case_state, const char *reason)
{
	if (!text_is(recording_state, "kept"))
		return "This recording has been removed after its term.";
	if (!reason || !*reason)
		return "Write why.";
	if (text_is(case_state, "closed") || text_is(case_state, "not_filed"))
		return "This case is concluded: no evidence is added to it.";
	return NULL;
}

bool term_over(int64_t docked_at, int64_t keep_days, int64_t links, int64_t now)
{
	return !links && keep_days > 0 && docked_at + keep_days * DAY <= now;
}

const char *media_type(const char *format)
{
	if (strstr(format, "mp4"))
		return "video/mp4";
	if (strstr(format, "webm"))
		return "video/webm";
	if (text_is(format, "mp3"))
		return "audio/mpeg";
	return text_is(format, "wav") ? "audio/wav" : "application/octet-stream";
}
