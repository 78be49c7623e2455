#include "workers/vision/moving.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	NOISE = 14,	/* a cell that changed by more from one picture to the next */
	BLOB_MOST = 90, /* cells: six per mille of the picture */
	BLOBS_MAX = 24, /* more than so many at once is light or snow, not a thing */
	CHANGED_MOST = GREY_CELLS / 20,
	TRACKS_MAX = 64,
	STEP_MOST = 16, /* cells from one picture to the next */
	LENGTH_LEAST = 10,
	MISSED_MOST = 1, /* pictures in which it was not seen */
};

struct blob {
	int x1, y1, x2, y2, cells;
	float x, y;
};

struct blobs {
	int n;
	struct blob at[BLOBS_MAX];
};

struct trail {
	struct track track;
	float x0, y0, x, y, walked;
	int missed;
	bool taken;
};

struct trails {
	int n;
	struct trail at[TRACKS_MAX];
};

/* ---- blobs ----------------------------------------------------------- */

/* Takes the cells that hang together with this one; stack holds GREY_CELLS. */
static struct blob flood(uint8_t *map, int at, int *stack)
{
	struct blob b = { GREY_W, GREY_H, 0, 0, 0, 0, 0 };
	int n = 0;
	stack[n++] = at;
	map[at] = 0;
	while (n) {
		int i = stack[--n], x = i % GREY_W, y = i / GREY_W;
		b.cells++;
		b.x += (float)x;
		b.y += (float)y;
		b.x1 = x < b.x1 ? x : b.x1;
		b.y1 = y < b.y1 ? y : b.y1;
		b.x2 = x + 1 > b.x2 ? x + 1 : b.x2;
		b.y2 = y + 1 > b.y2 ? y + 1 : b.y2;
		for (int dy = -1; dy <= 1; dy++)
			for (int dx = -1; dx <= 1; dx++) {
				int nx = x + dx, ny = y + dy, k = ny * GREY_W + nx;
				if (nx < 0 || ny < 0 || nx >= GREY_W || ny >= GREY_H || !map[k])
					continue;
				map[k] = 0;
				stack[n++] = k;
			}
	}
	b.x /= (float)b.cells;
	b.y /= (float)b.cells;
	return b;
}

/* What changed from a to b towards what b shows: where the thing is now and where it was both
 * change; the pair is one blob when it is slow, and two when it is fast. */
static bool find_blobs(const uint8_t *a, const uint8_t *b, int *stack, struct blobs *out)
{
	uint8_t map[GREY_CELLS];
	int changed = 0;
	out->n = 0;
	for (int i = 0; i < GREY_CELLS; i++) {
		map[i] = abs(b[i] - a[i]) > NOISE;
		changed += map[i];
	}
	if (changed > CHANGED_MOST)
		return false;
	for (int i = 0; i < GREY_CELLS; i++) {
		if (!map[i])
			continue;
		struct blob found = flood(map, i, stack);
		if (found.cells > BLOB_MOST)
			continue;
		if (out->n == BLOBS_MAX)
			return false;
		out->at[out->n++] = found;
	}
	return true;
}

/* ---- trails ---------------------------------------------------------- */

static void widen(struct track *t, const struct blob *b)
{
	t->x1 = b->x1 < t->x1 ? b->x1 : t->x1;
	t->y1 = b->y1 < t->y1 ? b->y1 : t->y1;
	t->x2 = b->x2 > t->x2 ? b->x2 : t->x2;
	t->y2 = b->y2 > t->y2 ? b->y2 : t->y2;
}

static void begin(struct trails *all, const struct blob *b)
{
	if (all->n == TRACKS_MAX)
		return;
	all->at[all->n++] = (struct trail){ .track = { b->x1, b->y1, b->x2, b->y2, 1, 0, 0 },
		.x0 = b->x,
		.y0 = b->y,
		.x = b->x,
		.y = b->y };
}

/* The nearest blob within a step, farther than standing still; NULL: none. */
static const struct blob *next_of(const struct trail *t, const struct blobs *b, const bool *used)
{
	const struct blob *best = NULL;
	float nearest = STEP_MOST;
	for (int i = 0; i < b->n; i++) {
		float d = hypotf(b->at[i].x - t->x, b->at[i].y - t->y);
		if (used[i] || d > nearest)
			continue;
		nearest = d;
		best = &b->at[i];
	}
	return best;
}

static void follow(struct trails *all, const struct blobs *b)
{
	bool used[BLOBS_MAX] = { false };
	for (int i = 0; i < all->n; i++) {
		struct trail *t = &all->at[i];
		if (t->missed > MISSED_MOST)
			continue;
		const struct blob *next = next_of(t, b, used);
		if (!next) {
			t->missed++;
			continue;
		}
		used[next - b->at] = true;
		t->walked += hypotf(next->x - t->x, next->y - t->y);
		t->x = next->x;
		t->y = next->y;
		t->missed = 0;
		t->track.steps++;
		widen(&t->track, next);
	}
	for (int i = 0; i < b->n; i++)
		if (!used[i])
			begin(all, &b->at[i]);
}

/* Straight runs are sure: what trembles in one place walks far and gets nowhere. */
static int32_t judge(struct trail *t)
{
	float net = hypotf(t->x - t->x0, t->y - t->y0);
	t->track.length = net;
	if (t->track.steps < MOVING_STEPS || net < LENGTH_LEAST || t->walked <= 0)
		return 0;
	float straight = net / t->walked, far = fminf(net / (4 * LENGTH_LEAST), 1);
	return (int32_t)((0.5f * straight + 0.5f * far) * SCORE_MAX);
}

bool moving_find(const struct frames *f, struct track *out)
{
	struct trails *all = calloc(1, sizeof *all);
	int *stack = malloc(sizeof *stack * GREY_CELLS);
	struct blobs b;
	*out = (struct track){ 0 };
	for (size_t i = 1; all && stack && i < f->n; i++) {
		if (!find_blobs(f->at[i - 1], f->at[i], stack, &b))
			b.n = 0;
		follow(all, &b);
	}
	for (int i = 0; all && i < all->n; i++) {
		int32_t score = judge(&all->at[i]);
		if (score <= out->score)
			continue;
		*out = all->at[i].track;
		out->score = score;
	}
	free(stack);
	free(all);
	return out->score > 0;
}
