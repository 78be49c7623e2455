/* Taking operators, their licences and relations in from a CSV file: what the command line and the
 * administrator's page share.
 *
 * Columns in any order; those a kind needs must be there, unknown ones make the file unusable, and
 *a column the file lacks is left as it is. UTF-8 (with or without a byte order mark), else GB18030.
 * The key of a kind says what a row is about: what is unknown is filed, what is known is changed
 * where it differs, so the same file may be taken in twice.
 *
 *	operators	licence_no
 *	licences	licence_no (of the operator), kind, number
 *	relations	kind, licence_no, other_licence_no: "licence_no is kind of other_licence_no"
 */
#ifndef ENTITIES_INTAKE_H
#define ENTITIES_INTAKE_H

#include "core/core.h"
#include "core/base/csv.h"
#include "domains/entities/rules.h"

enum { INTAKE_MAX = 256 * 1024 * 1024, INTAKE_SLICE = 250 };

struct intake;
struct intake_row;
/* What a file is about. Lists end with NULL. */
struct intake_kind {
	const char *name;	    /* as in "shian import NAME FILE" */
	const char *const *columns; /* in the order of exports */
	const char *const *needed, *const *key;
	/* Checks and writes a row; sets its reason when it is rejected. Other errors undo the
	 * slice. NULL for operators, whose rows want the words of the whole slice. */
	enum err (*take)(struct req *rq, const struct intake *in, struct intake_row *row);
};
extern const struct intake_kind intake_operators, intake_licences, intake_relations;
/* By its name; NULL: there is none. */
const struct intake_kind *intake_kind_named(const char *name);

struct intake {
	const struct intake_kind *kind;
	struct csv csv;
	int column[CSV_CELLS]; /* of each field: its place in the columns of the kind */
	int n;
	const char *header[CSV_CELLS]; /* as written in the file */
	struct seen *seen;	       /* keys met so far */
	struct arena *slice;	       /* of the rows read last, and of their reasons */
};

enum intake_problem { ROW_FINE, ROW_UNREADABLE, ROW_FIELDS, ROW_DOUBLED };

struct intake_row {
	int64_t line;
	const char *const *cells;
	int n;
	enum intake_problem problem;
	const char *unreadable; /* of ROW_UNREADABLE: an English reason */
	int64_t doubles;	/* of ROW_DOUBLED: the line that has the same key */
	const char *reason;	/* why it was rejected, translated; NULL: taken */
};

/* The whole file as UTF-8 in the arena. E_INVALID: neither UTF-8 nor GB18030. Pure. */
enum err intake_decode(struct arena *a, struct bytes file, struct bytes *out, struct fault *why);
/* Reads the header; text must outlive the intake, a too. E_INVALID with a reason for people. Pure.
 */
struct intake_file {
	const struct intake_kind *kind;
	struct bytes text;
};
enum err intake_open(
	struct arena *a, struct intake_file file, struct intake *out, struct fault *why);
/* Reads up to max rows into rows (n of them; fewer at the end) with the problems a reader can see.
 * Pure; cells and reasons live in a, the keys in the arena of intake_open(). */
int intake_read(struct intake *in, struct arena *a, struct intake_row *rows, int max);
/* A row's cell of this column, trimmed; "" when the file has no such column. */
const char *intake_cell(
	const struct intake *in, struct arena *a, const struct intake_row *row, const char *column);
/* Checks and writes one slice; sets the reason where a row is rejected. Other errors undo the whole
 * slice. */
enum err intake_take(struct req *rq, const struct intake *in, struct intake_row *rows, int n);
/* Head and rows of a file of rejected rows: line, reason, then the original fields. */
void intake_rejected_head(struct buf *b, const struct intake *in);
void intake_rejected_row(struct buf *b, const struct intake_row *row);

#endif
