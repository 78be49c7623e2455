/* A simulated site for the tests of learning: cameras of many kitchens, and what a classifier makes
 * of the heads they see. Nothing here is a measurement of a real kitchen.
 *
 * Each camera has a place in the space of features (its lens, walls, caps) and a light that scales
 * it. A head is really bare or not; that shows along one direction, which the classifier saw only
 * partly: its own answer mixes a little of it with the camera's place. It reports all of these with
 * 0.85 and more, as real ones do, and about half of them are wrong.
 */
#ifndef TESTS_SIMULATED_SITE_H
#define TESTS_SIMULATED_SITE_H

#include "workers/vision/training.h"

#include <math.h>
#include <stdio.h>

enum { SITE_FEATURES = 192 };

struct site_camera {
	int64_t id;
	double place[SITE_FEATURES], light, bare; /* bare: the share of its heads that are */
	double bias;				  /* of the classifier on this camera, log-odds */
};

static inline double site_uniform(uint64_t *chance)
{
	uint64_t z = *chance += 0x9E3779B97F4A7C15u;
	z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
	z = (z ^ z >> 27) * 0x94D049BB133111EBu;
	return (double)((z ^ z >> 31) >> 11) / 9007199254740992.0;
}

static inline double site_normal(uint64_t *chance)
{
	double u = site_uniform(chance) + 1e-12, v = site_uniform(chance);
	return sqrt(-2 * log(u)) * cos(2 * 3.14159265358979 * v);
}

static inline struct site_camera site_camera(int64_t id, uint64_t *chance)
{
	struct site_camera c = { .id = id };
	for (int j = 0; j < SITE_FEATURES; j++)
		c.place[j] = 0.15 * site_normal(chance);
	c.light = 0.75 + 0.5 * site_uniform(chance);
	c.bare = 0.35 + 0.3 * site_uniform(chance);
	c.bias = site_normal(chance);
	return c;
}

/* One head on a camera; *bare says what it really is. */
static inline struct features site_head_seen(
	const struct site_camera *c, uint64_t *chance, bool *bare)
{
	struct features f = { .net = "head@3a8831d5", .site = -1 };
	float at[SITE_FEATURES];
	uint64_t fixed = 7; /* the direction is the same for every camera */
	*bare = site_uniform(chance) < c->bare;
	for (int j = 0; j < SITE_FEATURES; j++) {
		double along = 0.045 * site_normal(&fixed) * (*bare ? 1 : -1);
		double v = 0.8 + along + c->place[j] + 0.3 * site_normal(chance);
		at[j] = (float)(v > 0 ? c->light * v : 0);
	}
	double odds = (*bare ? 0.5 : -0.5) + c->bias + site_normal(chance);
	f.base = 8500 + (int32_t)(1500 / (1 + exp(-odds)));
	features_take(&f, at, SITE_FEATURES);
	return f;
}

#endif
