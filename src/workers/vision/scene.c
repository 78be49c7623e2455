#include "workers/vision/scene.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Chosen on the sample clip, its covered, dark, turned and noisy copies: docs/models.md. */
enum {
	DARK_MEAN = 30,		      /* of 255 */
	DARK_BRIGHTEST = 70,	      /* the level that 95 % of the cells stay below */
	EDGE_FLOOR = 6,		      /* differences below this are noise */
	EDGE_CLEAR = 20,	      /* a cell with an edge */
	CLEAR_FEW = GREY_CELLS / 100, /* fewer cells with an edge than this is hardly a view */
	NOISE = 12,		      /* a cell that differs by more has changed */
	SLOW = 32,		      /* the usual view follows with one part in this many */
};
#define COVERED_FLAT 14.0f /* standard deviation of a picture with nothing on it */
#define MOVED_ALIKE  0.45f /* correlation of edges below which the view is another one */

/* ---- measures -------------------------------------------------------- */

struct measures {
	float mean, deviation;
	int brightest; /* 95th percentile */
	int clear;     /* cells with an edge */
};

/* Central differences; the rim is zero. */
static void find_edges(const struct grey *g, uint8_t edges[static GREY_CELLS])
{
	memset(edges, 0, GREY_CELLS);
	for (int y = 1; y < GREY_H - 1; y++)
		for (int x = 1; x < GREY_W - 1; x++) {
			const uint8_t *c = &g->at[y * GREY_W + x];
			int e = abs(c[1] - c[-1]) + abs(c[GREY_W] - c[-GREY_W]);
			edges[y * GREY_W + x] = (uint8_t)(e < EDGE_FLOOR ? 0 : e > 255 ? 255 : e);
		}
}

static struct measures measure(const struct grey *g, const uint8_t edges[static GREY_CELLS])
{
	int64_t sum = 0, squares = 0;
	int counts[256] = { 0 };
	struct measures m = { 0 };
	for (int i = 0; i < GREY_CELLS; i++) {
		int v = g->at[i];
		sum += v;
		squares += v * v;
		counts[v]++;
		m.clear += edges[i] >= EDGE_CLEAR;
	}
	m.mean = (float)sum / GREY_CELLS;
	m.deviation = sqrtf((float)squares / GREY_CELLS - m.mean * m.mean + 0.001f);
	for (int above = GREY_CELLS / 20, v = 255; v > 0; v--) {
		above -= counts[v];
		if (above < 0) {
			m.brightest = v;
			break;
		}
	}
	return m;
}

/* How alike two edge maps are, -1..1. */
static float alike(const uint8_t a[static GREY_CELLS], const uint16_t b[static GREY_CELLS])
{
	double sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
	for (int i = 0; i < GREY_CELLS; i++) {
		double x = a[i], y = b[i] / 256.0;
		sa += x;
		sb += y;
		saa += x * x;
		sbb += y * y;
		sab += x * y;
	}
	double va = saa - sa * sa / GREY_CELLS, vb = sbb - sb * sb / GREY_CELLS;
	return va > 0 && vb > 0 ? (float)((sab - sa * sb / GREY_CELLS) / sqrt(va * vb)) : 0;
}

static void follow(
	uint16_t into[static GREY_CELLS], const uint8_t edges[static GREY_CELLS], uint32_t parts)
{
	for (int i = 0; i < GREY_CELLS; i++)
		into[i] =
			(uint16_t)(into[i] + ((int32_t)edges[i] * 256 - into[i]) / (int32_t)parts);
}

/* ---- judging --------------------------------------------------------- */

static void say(
	struct findings *out, const struct scene_look *l, enum finding_kind kind, float score)
{
	float share = score < 0 ? 0 : score > 1 ? 1 : score;
	finding_add(out, (struct finding){ l->time, kind, (int32_t)(share * SCORE_MAX + 0.5f),
				 { 0, 0, l->width, l->height } });
}

/* Covered: nothing to see, neither light and shade nor edges. */
static bool is_covered(const struct measures *m)
{
	return m->clear < CLEAR_FEW && m->deviation < COVERED_FLAT * 2;
}

static void learn(struct scene *s, const uint8_t *edges)
{
	s->looks++;
	follow(s->usual, edges, s->looks < SLOW ? s->looks : SLOW);
	s->strange = 0;
}

/* Another view: said as long as it lasts, taken over when it stays. */
static void see_view(
	struct scene *s, const struct scene_look *l, const uint8_t *edges, struct findings *out)
{
	float same = s->looks < SCENE_LEARN ? 1 : alike(edges, s->usual);
	if (same >= MOVED_ALIKE) {
		learn(s, edges);
		return;
	}
	s->strange++;
	follow(s->candidate, edges, s->strange < SLOW ? s->strange : SLOW);
	if (s->strange >= SCENE_STRANGE_MAX) {
		memcpy(s->usual, s->candidate, sizeof s->usual);
		s->strange = 0;
		return;
	}
	say(out, l, SEEN_CAMERA_MOVED, 1 - same);
}

void scene_see(struct scene *s, const struct scene_look *l, struct findings *out)
{
	uint8_t edges[GREY_CELLS];
	find_edges(l->grey, edges);
	struct measures m = measure(l->grey, edges);
	bool dark = m.mean < DARK_MEAN && m.brightest < DARK_BRIGHTEST;
	if (s->last_mark && s->last_mark == l->grey->mark)
		say(out, l, SEEN_CAMERA_FROZEN, 1);
	s->last_mark = l->grey->mark;
	if (dark)
		say(out, l, SEEN_CAMERA_DARK, 1 - m.mean / (2 * DARK_MEAN));
	else if (is_covered(&m))
		say(out, l, SEEN_CAMERA_COVERED, 1 - m.deviation / (COVERED_FLAT * 4));
	else
		see_view(s, l, edges, out);
}

/* ---- the motion gate ------------------------------------------------- */

int grey_changed(const struct grey *a, const struct grey *b)
{
	int32_t shift = 0;
	int changed = 0;
	for (int i = 0; i < GREY_CELLS; i++)
		shift += b->at[i] - a->at[i];
	shift /= GREY_CELLS;
	for (int i = 0; i < GREY_CELLS; i++)
		changed += abs(b->at[i] - a->at[i] - shift) > NOISE;
	return changed;
}
