#include "workers/media/playlist.h"

#include <string.h>

/* 2026-01-01 UTC: before that this program recorded nothing. */
static const int64_t EPOCH_MS = 1767225600000;

void playlist_begin(struct playlist *p, int64_t now_ms)
{
	int64_t age_ms = now_ms > EPOCH_MS ? now_ms - EPOCH_MS : 0;
	*p = (struct playlist){ .sequence = age_ms / SECOND,
		.discontinuity = age_ms / (10 * MINUTE) };
}

void playlist_add(struct playlist *p, const struct segment *s)
{
	if (p->n == PLAYLIST_SEGMENTS) {
		if (p->at[0].gen != p->at[1].gen)
			p->discontinuity++;
		memmove(&p->at[0], &p->at[1], (PLAYLIST_SEGMENTS - 1) * sizeof(p->at[0]));
		p->n--;
		p->sequence++;
	}
	p->at[p->n++] = *s;
	if (s->duration_ms > p->longest_ms)
		p->longest_ms = s->duration_ms;
}

void playlist_write(const struct playlist *p, struct buf *out)
{
	char name[SEGMENT_NAME_SIZE];
	buf_printf(out,
		"#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:%" PRId64
		"\n#EXT-X-MEDIA-SEQUENCE:%" PRId64 "\n#EXT-X-DISCONTINUITY-SEQUENCE:%" PRId64 "\n",
		(p->longest_ms + 500) / 1000, p->sequence, p->discontinuity);
	for (size_t i = 0; i < p->n; i++) {
		const struct segment *s = &p->at[i];
		bool fresh = i == 0 || s->gen != s[-1].gen;
		if (fresh && i)
			buf_puts(out, "#EXT-X-DISCONTINUITY\n");
		if (fresh) {
			init_name(name, s->gen);
			buf_printf(out, "#EXT-X-MAP:URI=\"%s\"\n", name);
		}
		segment_name(name, s);
		buf_printf(out,
			"#EXT-X-PROGRAM-DATE-TIME:%s\n#EXTINF:%" PRId64 ".%03" PRId64 ",\n%s\n",
			time_iso(out->arena, s->start_ms), s->duration_ms / 1000,
			s->duration_ms % 1000, name);
	}
}
