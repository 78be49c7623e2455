/* The ground everything stands on: errors as values, memory with a lifetime, growing text.
 *
 * Errors   a function that can fail returns enum err, which the compiler does not let a caller
 * drop; TRY() passes it up. Below the request (libraries of the core, workers, the command line)
 *          the reason travels in a struct fault; inside a request it is kept by fail() (req.h).
 * Memory   an arena is a lifetime: what is allocated in it lives until arena_free(). Allocation
 * never returns NULL (a machine without memory ends the process, its parent starts it again). Text
 * is UTF-8, NUL-terminated; lengths are bytes.
 */
#ifndef CORE_BASE_H
#define CORE_BASE_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define PRINTF(f, a) __attribute__((format(printf, f, a)))

/* ---- errors: zero, or the HTTP status the visitor will see -------------------------------- */
enum [[nodiscard]] err{
	OK = 0,
	E_BAD_REQUEST = 400,
	E_LOGIN = 401,
	E_FORBIDDEN = 403,
	E_NOT_FOUND = 404,
	E_METHOD = 405,
	E_CONFLICT = 409,
	E_GONE = 410,
	E_TOO_LARGE = 413,
	E_INVALID = 422,
	E_LOCKED = 423,
	E_INTERNAL = 500,
	E_BUSY = 503,
};

#define TRY(call)                                                                                  \
	do {                                                                                       \
		enum err err_ = (call);                                                            \
		if (err_)                                                                          \
			return err_;                                                               \
	} while (0)

struct fault {
	enum err code;
	char text[480];
};

/* Writes the reason into why (which may be NULL) and returns e, so that a failure is one line. */
enum err fault(struct fault *why, enum err e, const char *fmt, ...) PRINTF(3, 4);

/* ---- memory ------------------------------------------------------------------------------- */
struct arena;
struct arena *arena_new(void);
void arena_free(struct arena *a);  /* NULL is fine */
void arena_reset(struct arena *a); /* forgets everything, keeps the first block */
size_t arena_used(const struct arena *a);
void *arena_alloc(struct arena *a, size_t size); /* zeroed, aligned for any type; never NULL */
char *arena_copy(struct arena *a, const char *s, size_t n); /* n bytes and a NUL */
char *arena_dup(struct arena *a, const char *s);	    /* NULL gives "" */
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF(2, 3);
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap) PRINTF(2, 0);
#define NEW(a, T)     ((T *)arena_alloc(a, sizeof(T)))
#define NEWS(a, T, n) ((T *)arena_alloc_array(a, (n), sizeof(T)))
void *arena_alloc_array(struct arena *a, size_t n, size_t size); /* ends the process on overflow */

/* ---- growing text --------------------------------------------------------------------------
 * s is always a NUL-terminated string once anything was added, else NULL; n excludes the NUL.
 * Above max bytes nothing more is added and full is set: whoever fills it looks there. */
struct buf {
	struct arena *arena;
	char *s;
	size_t n, cap, max; /* max 0: 64 MiB */
	bool full;
};
void buf_add(struct buf *b, const void *s, size_t n);
void buf_puts(struct buf *b, const char *s);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
const char *buf_text(struct buf *b); /* "" when nothing was added */

/* ---- text --------------------------------------------------------------------------------- */
bool text_is(const char *a, const char *b); /* equal; NULL equals "" */
bool text_starts(const char *s, const char *prefix);
bool text_ends(const char *s, const char *suffix);
bool utf8_valid(const char *s, size_t n); /* no surrogates, no overlong forms, no NUL */
size_t utf8_length(const char *s);	  /* code points of valid text */
char *text_trim(
	struct arena *a, const char *s);       /* without blanks (ASCII and U+3000) at both ends */
bool text_to_int(const char *s, int64_t *out); /* whole string, decimal, no overflow */
/* A sum of money for people, on pages and in papers: fen as yuan, thousands apart, always both
 * places: "6,000.00", "-0.05". */
char *money_text(struct arena *a, int64_t fen);
void hex_encode(char *out, const void *in, size_t n);  /* writes 2n characters and a NUL */
bool hex_decode(void *out, const char *hex, size_t n); /* exactly 2n lower-case digits */
char *url_encode(struct arena *a, const char *s);      /* RFC 3986 unreserved stay */
char *url_decode(
	struct arena *a, const char *s, size_t n); /* '+' is a blank; NULL when malformed */

/* ---- files -------------------------------------------------------------------------------- */
struct bytes {
	const uint8_t *at;
	size_t n;
};
enum err file_read(
	struct arena *a, const char *path, size_t max, struct bytes *out, struct fault *why);
/* Writes aside, syncs, renames, syncs the folder: afterwards the file is whole or absent. */
enum err file_write(const char *path, const void *at, size_t n, int mode, struct fault *why);
enum err dir_make(const char *path, struct fault *why); /* like mkdir -p, mode 0750 */

/* ---- time: one clock; tests set it. Milliseconds since 1970 UTC. Local time is Asia/Shanghai,
 * UTC+8 without summer time since 1991, so it needs no tables. */
int64_t clock_now(void);
void clock_set(int64_t ms); /* freezes the clock at ms; 0 sets it free. Tests and shian demo only */
int64_t clock_mono(void);   /* milliseconds that only grow, never frozen: for deadlines */
enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };
#define DAY ((int64_t)24 * HOUR)
struct civil {
	int year, month, day, hour, minute, second, weekday; /* weekday: 0 Sunday */
};
struct civil civil_of(int64_t ms);	      /* local */
int64_t civil_to_ms(struct civil c);	      /* local; weekday ignored */
int32_t day_number(int64_t ms);		      /* local days since 1970-01-01 */
bool date_parse(const char *s, int64_t *ms);  /* 2026-11-23, a real day, to its local midnight */
char *date_text(struct arena *a, int64_t ms); /* 2026-11-23 */
char *time_text(struct arena *a, int64_t ms); /* 2026-11-23 14:05 */
char *time_iso(struct arena *a, int64_t ms);  /* 2026-11-23T14:05:00.000+08:00 */
char *date_zh(struct arena *a, int64_t ms);   /* 2026年11月23日 */

/* ---- log: one JSON object a line on stderr ------------------------------------------------
 * key/value pairs of strings follow the event and end with NULL. Never a secret, never a phone
 * number. */
enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };
void log_to(enum log_level lowest, const char *process); /* name of this process in each line */
void log_event(enum log_level level, const char *event, ...) __attribute__((sentinel));

/* ---- randomness and identifiers ------------------------------------------------------------ */
void random_bytes(void *out, size_t n); /* from the kernel; ends the process when there is none */
/* 63 bits, growing with time within and across processes: 41 bits of ms since 2020, 22 of counter
 * and node. Never 0. Below 2^53 it is not: JSON carries ids as strings. */
int64_t id_new(void);
void id_seed(uint64_t seed); /* shian demo and tests: ids from a fixed sequence; 0 sets them free */

#endif
