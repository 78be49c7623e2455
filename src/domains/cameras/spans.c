#include "domains/cameras/spans.h"

enum { HOLE_MS = 50 }; /* names round to milliseconds */

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

void spans_of(
	struct arena *a, const struct segment_list *l, struct span range, struct span_list *out)
{
	*out = (struct span_list){ .at = NEWS(a, struct span, SPANS_MAX) };
	for (size_t i = 0; i < l->n; i++) {
		struct span s = { later(l->at[i].start_ms, range.from_ms),
			sooner(segment_end(&l->at[i]), range.to_ms) };
		struct span *last = out->n ? &out->at[out->n - 1] : NULL;
		if (s.from_ms >= s.to_ms)
			continue;
		if (last && (s.from_ms - last->to_ms < GAP_MS || out->n == SPANS_MAX))
			last->to_ms = later(last->to_ms, s.to_ms);
		else
			out->at[out->n++] = s;
	}
	for (size_t i = 0; i < out->n; i++)
		out->recorded_ms += out->at[i].to_ms - out->at[i].from_ms;
}

void gaps_of(
	struct arena *a, const struct span_list *spans, struct span range, struct span_list *out)
{
	int64_t at = range.from_ms;
	*out = (struct span_list){ .at = NEWS(a, struct span, spans->n + 1) };
	for (size_t i = 0; i <= spans->n; i++) {
		int64_t next = i < spans->n ? spans->at[i].from_ms : range.to_ms;
		if (next - at >= GAP_MS)
			out->at[out->n++] = (struct span){ at, next };
		if (i < spans->n)
			at = spans->at[i].to_ms;
	}
}

static void put_gap(struct buf *out, const struct segment *before, const struct segment *s)
{
	int64_t hole = s->start_ms - segment_end(before);
	if (hole < GAP_MS)
		return;
	buf_printf(out,
		"#EXT-X-DATERANGE:ID=\"gap-%" PRId64 "\",CLASS=\"gap\",START-DATE=\"%s\",DURATION="
		"%" PRId64 ".%03" PRId64 "\n",
		segment_end(before), time_iso(out->arena, segment_end(before)), hole / 1000,
		hole % 1000);
}

static void put_segment(
	struct buf *out, const struct segment *before, const struct segment *s, const char *base)
{
	char name[SEGMENT_NAME_SIZE];
	bool fresh = !before || before->gen != s->gen;
	bool hole = before && !fresh && s->start_ms - segment_end(before) > HOLE_MS;
	if (before && (fresh || hole)) {
		put_gap(out, before, s);
		buf_puts(out, "#EXT-X-DISCONTINUITY\n");
	}
	if (fresh) {
		init_name(name, s->gen);
		buf_printf(out, "#EXT-X-MAP:URI=\"%s%s\"\n", base, name);
	}
	segment_name(name, s);
	buf_printf(out, "#EXT-X-PROGRAM-DATE-TIME:%s\n#EXTINF:%" PRId64 ".%03" PRId64 ",\n%s%s\n",
		time_iso(out->arena, s->start_ms), s->duration_ms / 1000, s->duration_ms % 1000,
		base, name);
}

void recording_playlist(struct buf *out, const struct segment_list *l, const char *base)
{
	int64_t longest = 1000;
	for (size_t i = 0; i < l->n; i++)
		longest = later(longest, l->at[i].duration_ms);
	buf_printf(out,
		"#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-TARGETDURATION:"
		"%" PRId64 "\n#EXT-X-MEDIA-SEQUENCE:0\n",
		(longest + 500) / 1000);
	for (size_t i = 0; i < l->n; i++)
		put_segment(out, i ? &l->at[i - 1] : NULL, &l->at[i], base);
	buf_puts(out, "#EXT-X-ENDLIST\n");
}
