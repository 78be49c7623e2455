/* A struct described once: its row, form, page, JSON, CSV, OpenAPI schema and digest come from
 *here.
 *
 *	struct banquet { int64_t id, version, area; const char *host; int guests; };
 *	static const struct model banquet_model = MODEL("banquets", struct banquet, .witnessed =
 *true, FIELDS(STORED(struct banquet, id), STORED(struct banquet, version), INPUT(struct banquet,
 *host, "Host", .required = true, .max = 60)));
 *
 * A model may leave out columns of its table only when .witnessed is false. A witnessed model has
 *the members id and version: db_update() writes only over the version it read, so nobody overwrites
 *another's work unseen.
 */
#ifndef CORE_MODEL_H
#define CORE_MODEL_H

#include "core/base/base.h"
#include "core/db/db.h"
#include "core/ledger/crypto.h"
#include "core/model/node.h"

enum field_type { F_END, F_INT, F_I64, F_BOOL, F_TEXT };
enum field_as {
	AS_PLAIN,
	AS_ID,	       /* an identifier: JSON shows it as text */
	AS_DATE,       /* int64 ms of a local midnight; forms take 2026-11-23 */
	AS_TIME,       /* int64 ms */
	AS_FEN,	       /* forms and pages in yuan with two decimals */
	AS_HUNDREDTHS, /* 8750 is 87.50 */
	AS_DEGREES,    /* micro-degrees; forms take 31.112345 */
	AS_LONG,       /* text of several lines */
	AS_SECRET,     /* never shown, not in JSON */
};

/* One of a closed list; tone colours its tag: neutral info green yellow red. Ends with a NULL code.
 */
struct choice {
	const char *code, *label, *tone;
};
const char *choice_label(
	const struct choice *all, const char *code); /* the code itself when unknown */

struct field {
	const char *name, *label, *hint;
	size_t offset;
	enum field_type type;
	enum field_as as;
	bool input, required;
	int64_t min, max; /* value of numbers; length in characters of text. Both 0: no limit (text:
			     4,000) */
	const struct choice *choices;
	const char *(*check)(const char *value); /* an English message, or NULL when fine; only
						    asked of text that is there */
};

struct model {
	const char *table;
	size_t size;
	const struct field *fields;
	bool witnessed;
};

/* STORED and INPUT read the C type of the member, so the table cannot disagree with the struct. */
#define MEMBER(T, m)                                                                               \
	.name = #m, .offset = offsetof(T, m), \
	.type = _Generic(((T *)0)->m, int: F_INT, int64_t: F_I64, bool: F_BOOL, \
		const char *: F_TEXT)
#define STORED(T, m, ...)                                                                          \
	{                                                                                          \
		MEMBER(T, m), __VA_ARGS__                                                          \
	}
#define INPUT(T, m, text, ...)                                                                     \
	{                                                                                          \
		MEMBER(T, m), .label = text, .input = true, __VA_ARGS__                            \
	}
#define FIELDS(...)                                                                                \
	.fields = (const struct field[])                                                           \
	{                                                                                          \
		__VA_ARGS__,                                                                       \
		{                                                                                  \
			.type = F_END                                                              \
		}                                                                                  \
	}
#define MODEL(name, T, ...)                                                                        \
	{                                                                                          \
		.table = name, .size = sizeof(T), __VA_ARGS__                                      \
	}

struct list {
	void *at;
	size_t n;
};
/* for (struct banquet *b = LIST_OF(struct banquet, &l); b < LIST_END(struct banquet, &l); b++) */
#define LIST_OF(T, l)  ((T *)(l)->at)
#define LIST_END(T, l) ((T *)(l)->at + (l)->n)

/* What a page shows of a member; text of one field, in the arena. */
const char *field_text(struct arena *a, const struct field *f, const void *row);
const struct field *model_field(const struct model *m, const char *name);
int64_t row_int(const struct field *f, const void *row);
void row_set_int(const struct field *f, void *row, int64_t v);
/* What the digest of a row is the SM3 of: "name=bytes:value" of each member, in order. */
void model_bytes(struct buf *b, const struct model *m, const void *row);
struct digest model_digest(struct arena *a, const struct model *m, const void *row);
enum err model_read_row(
	struct arena *a, const struct model *m, void *row, struct rows *r, struct fault *why);
/* Reads one text into the member; returns NULL or an English message ("is needed"), untranslated.
 */
const char *field_read(struct arena *a, const struct field *f, void *row, const char *text);
/* The message with the field's limits in the place of {min} and {max}: after translation. */
const char *field_words(struct arena *a, const struct field *f, const char *text);
/* The row as a map node: every field by name (secrets left out), choices with .label and .tone
 * beside. */
struct node *model_node(struct node *in, const char *name, const struct model *m, const void *row);
void model_csv_head(struct buf *b, const struct model *m);
void model_csv_row(struct arena *a, struct buf *b, const struct model *m, const void *row);

/* Checks for fields; each answers NULL or an English message. */
const char *check_phone(const char *value); /* mainland mobile or fixed line, +86 allowed */
const char *check_uscc(const char *value);  /* GB 32100-2015: 18 characters and their check digit */
const char *check_url(const char *value);   /* rtsp, rtsps, http, https */
const char *check_hours(const char *value); /* "06:00-22:00,23:00-01:00" */

#endif
