#include "core/base/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Under the address sanitizer every allocation is a block of its own, so that an overrun is seen.
 */
#if defined(__SANITIZE_ADDRESS__)
#define BLOCK_EACH 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BLOCK_EACH 1
#endif
#endif
#ifndef BLOCK_EACH
#define BLOCK_EACH 0
#endif

enum { FIRST_BLOCK = 16 * 1024, LARGEST_BLOCK = 1024 * 1024, ALIGN = 16 };

/* The newest block is the head of the list; only the head has room that is still handed out. */
struct block {
	struct block *next;
	size_t size, used;
	_Alignas(ALIGN) unsigned char at[];
};

struct arena {
	struct block *head;
	size_t used, next_size;
};

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "shian: %s\n", what);
	abort();
}

static struct block *block_new(size_t size, struct block *next)
{
	struct block *b = NULL;
	if (size <= PTRDIFF_MAX - sizeof *b)
		b = malloc(sizeof *b + size);
	if (!b)
		die("out of memory");
	b->next = next;
	b->size = size;
	b->used = 0;
	return b;
}

struct arena *arena_new(void)
{
	struct arena *a = calloc(1, sizeof *a);
	if (!a)
		die("out of memory");
	a->next_size = FIRST_BLOCK;
	return a;
}

/* Frees every block but one of the first size, which is returned (or NULL). */
static struct block *free_blocks(struct arena *a)
{
	struct block *kept = NULL;
	while (a->head) {
		struct block *b = a->head;
		a->head = b->next;
		if (b->size == FIRST_BLOCK && !kept && !BLOCK_EACH)
			kept = b;
		else
			free(b);
	}
	return kept;
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	free(free_blocks(a));
	free(a);
}

void arena_reset(struct arena *a)
{
	a->head = free_blocks(a);
	if (a->head) {
		a->head->next = NULL;
		a->head->used = 0;
	}
	a->used = 0;
	a->next_size = FIRST_BLOCK;
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}

static void *own_block(struct arena *a, size_t size)
{
	struct block *b;
	if (a->head && !BLOCK_EACH) { /* behind the head, whose room stays in use */
		b = block_new(size, a->head->next);
		a->head->next = b;
	} else {
		b = block_new(size, a->head);
		a->head = b;
	}
	b->used = size;
	return b->at;
}

static void *shared_block(struct arena *a, size_t size)
{
	size_t room = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if (!a->head || a->head->size - a->head->used < room) {
		a->head = block_new(a->next_size, a->head);
		if (a->next_size < LARGEST_BLOCK)
			a->next_size *= 2;
	}
	void *p = a->head->at + a->head->used;
	a->head->used += room;
	return p;
}

void *arena_alloc(struct arena *a, size_t size)
{
	void *p;
	if (BLOCK_EACH || size > FIRST_BLOCK / 4)
		p = own_block(a, size);
	else
		p = shared_block(a, size ? size : 1);
	a->used += size;
	return memset(p, 0, size);
}

void *arena_alloc_array(struct arena *a, size_t n, size_t size)
{
	size_t all;
	if (__builtin_mul_overflow(n, size, &all))
		die("an array larger than memory was asked for");
	return arena_alloc(a, all);
}

char *arena_copy(struct arena *a, const char *s, size_t n)
{
	char *copy = arena_alloc(a, n + 1);
	if (n)
		memcpy(copy, s, n);
	return copy;
}

char *arena_dup(struct arena *a, const char *s)
{
	return s ? arena_copy(a, s, strlen(s)) : arena_copy(a, "", 0);
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	if (!fmt)
		die("a text without a format");
	va_list again;
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	if (n < 0)
		die("a format that cannot be printed");
	char *s = arena_alloc(a, (size_t)n + 1);
	vsnprintf(s, (size_t)n + 1, fmt, again);
	va_end(again);
	return s;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	char *s = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return s;
}
