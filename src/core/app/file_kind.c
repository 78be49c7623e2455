/* What a file is, by its first bytes. */
#include "core/app/req.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { HEAD = 16 };

struct beginning {
	const char *type;
	int at; /* where these bytes stand */
	const char *bytes;
	size_t n;
};
/* An MP4 container holds pictures or sound, and so does WebM: which of the two is the caller's
 * list to say. */
static const struct beginning beginnings[] = {
	{ "image/jpeg", 0, "\xff\xd8\xff", 3 },
	{ "image/png", 0, "\x89PNG\r\n\x1a\n", 8 },
	{ "application/pdf", 0, "%PDF-", 5 },
	{ "audio/mpeg", 0, "ID3", 3 },
	{ "audio/wav", 8, "WAVE", 4 },
	{ "audio/ogg", 0, "\x4fggS", 4 },
	{ "audio/mp4", 4, "ftyp", 4 },
	{ "video/mp4", 4, "ftyp", 4 },
	{ "audio/webm", 0, "\x1a\x45\xdf\xa3", 4 },
	{ "video/webm", 0, "\x1a\x45\xdf\xa3", 4 },
};

/* Where it was streamed to; or in the store, when an earlier run of this handler, undone by a lost
 * race, has moved it there. */
static size_t head_of(struct req *rq, const struct http_file *f, uint8_t head[HEAD])
{
	struct fault why = { 0 };
	int64_t size;
	int fd = open(f->path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 && store_fd(rq_store(rq), f->sm3, &fd, &size, &why))
		return 0;
	ssize_t n = read(fd, head, HEAD);
	close(fd);
	return n > 0 ? (size_t)n : 0;
}

/* Whole words between the commas. */
static bool listed(const char *types, const char *type)
{
	size_t n = strlen(type);

	for (const char *at = types; at && *at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
		if (strncmp(at, type, n) == 0 && (at[n] == ',' || !at[n]))
			return true;
	return false;
}

static bool begins(const struct beginning *b, const uint8_t *head, size_t n)
{
	return n >= (size_t)b->at + b->n && memcmp(head + b->at, b->bytes, b->n) == 0;
}

/* A frame of MP3 without a tag before it: eleven bits set, then a layer that is none of AAC's. */
static bool is_mp3_frame(const uint8_t *head, size_t n)
{
	return n >= 2 && head[0] == 0xff && (head[1] & 0xe0) == 0xe0 && (head[1] & 0x06);
}

const char *file_is(struct req *rq, const struct http_file *f, const char *types)
{
	uint8_t head[HEAD];
	size_t n = head_of(rq, f, head);
	const char *found = NULL;

	for (size_t i = 0; i < sizeof(beginnings) / sizeof(*beginnings); i++) {
		const struct beginning *b = &beginnings[i];
		if (!begins(b, head, n) || !listed(types, b->type))
			continue;
		if (!found || (f->type && text_is(f->type, b->type)))
			found = b->type;
	}
	return found						      ? found
	       : is_mp3_frame(head, n) && listed(types, "audio/mpeg") ? "audio/mpeg"
								      : NULL;
}
