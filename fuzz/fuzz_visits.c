/* The reader of visits: whatever comes in, it ends; a set that it took is in order, and every
 * number in it points to something. */
#include "domains/targeting/visits.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void visits_sound(const struct visits *v)
{
	for (size_t i = 0; i < v->n; i++) {
		const struct visit *x = &v->at[i];
		if (x->who >= v->n_operators || x->inspector >= v->inspectors.n)
			abort();
		if (x->day >= v->until || (i && v->at[i - 1].day > x->day))
			abort();
	}
}

static void operators_sound(const struct visits *v)
{
	size_t own = 0;

	for (size_t k = 0; k < v->n_operators; k++) {
		const struct visited *o = &v->operators[k];
		if (o->kind >= v->kinds.n || o->area >= v->areas.n || o->first != own)
			abort();
		for (uint32_t j = 0; j < o->n; j++)
			if (v->at[v->by_operator[o->first + j]].who != k)
				abort();
		own += o->n;
	}
	if (own != v->n)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	struct fault why = { 0 };
	struct visits v;

	visits_start(&v, a);
	if (size > 1 && data[size - 1] % 2) { /* half of the inputs with limits */
		v.frozen = 15000;
		v.until = 16000;
	}
	enum err e = visits_read(&v, (struct bytes){ data, size }, &why);
	if (e && !*why.text)
		abort();
	if (!e) {
		visits_sound(&v);
		operators_sound(&v);
	}
	arena_free(a);
	return 0;
}
