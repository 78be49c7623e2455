/* Values bound to SQL. There is no real number among them: money is fen, weight grams, scores
 * hundredths, degrees micro-degrees, times milliseconds. */
#ifndef CORE_VAL_H
#define CORE_VAL_H

#include "core/base/base.h"

enum val_type { VAL_END, VAL_INT, VAL_TEXT, VAL_NULL };

struct val {
	enum val_type type;
	union {
		int64_t i;
		const char *s;
	};
};

static inline struct val val_int(int64_t v)
{
	return (struct val){ VAL_INT, { .i = v } };
}
static inline struct val val_text(const char *v)
{
	return v ? (struct val){ VAL_TEXT, { .s = v } } : (struct val){ VAL_NULL, { .i = 0 } };
}
#define V(x)                                                                                       \
	_Generic((x), bool: val_int, int: val_int, unsigned: val_int, int64_t: val_int, \
		char *: val_text, const char *: val_text)(x)

/* BINDS(a, b, c) is an array of values for $1, $2, $3, ended by VAL_END. Up to twelve. */
#define V_1(a)								     V(a),
#define V_2(a, ...)							     V(a), V_1(__VA_ARGS__)
#define V_3(a, ...)							     V(a), V_2(__VA_ARGS__)
#define V_4(a, ...)							     V(a), V_3(__VA_ARGS__)
#define V_5(a, ...)							     V(a), V_4(__VA_ARGS__)
#define V_6(a, ...)							     V(a), V_5(__VA_ARGS__)
#define V_7(a, ...)							     V(a), V_6(__VA_ARGS__)
#define V_8(a, ...)							     V(a), V_7(__VA_ARGS__)
#define V_9(a, ...)							     V(a), V_8(__VA_ARGS__)
#define V_10(a, ...)							     V(a), V_9(__VA_ARGS__)
#define V_11(a, ...)							     V(a), V_10(__VA_ARGS__)
#define V_12(a, ...)							     V(a), V_11(__VA_ARGS__)
#define V_PICK(_1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12, name, ...) name
#define V_ALL(...)                                                                                 \
	V_PICK(__VA_ARGS__, V_12, V_11, V_10, V_9, V_8, V_7, V_6, V_5, V_4, V_3, V_2, V_1)         \
	(__VA_ARGS__)
#define BINDS(...)                                                                                 \
	(const struct val[])                                                                       \
	{                                                                                          \
		__VA_OPT__(V_ALL(__VA_ARGS__))                                                     \
		{                                                                                  \
			VAL_END,                                                                   \
			{                                                                          \
				0                                                                  \
			}                                                                          \
		}                                                                                  \
	}

#endif
