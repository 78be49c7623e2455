/* Taking operators in from a CSV file: what the command line and the administrator's page share.
 *
 * Header: name,uscc,licence_no,licence_valid_to,kind,address,town,legal_person,phone,lat,lon in any
 * order; name, licence_no, kind, address, town must be there, unknown columns make the file
 * unusable. UTF-8 (with or without a byte order mark), else GB18030. The licence number says which
 * operator a row is about: unknown ones are registered, known ones changed where they differ, and a
 * column the file lacks is left as it is. */
#ifndef ENTITIES_INTAKE_H
#define ENTITIES_INTAKE_H

#include "core/core.h"
#include "core/base/csv.h"
#include "domains/entities/rules.h"

enum { INTAKE_COLUMNS = 11, INTAKE_MAX = 256 * 1024 * 1024, INTAKE_SLICE = 250 };
extern const char
	*const intake_columns[INTAKE_COLUMNS + 1]; /* ends with NULL; the order of exports */

struct intake {
	struct csv csv;
	int column[CSV_CELLS]; /* of each field: its place in intake_columns */
	int n;
	const char *header[CSV_CELLS]; /* as written in the file */
	struct seen *seen;	       /* licence numbers met so far */
	struct arena *slice;	       /* of the rows read last, and of their reasons */
};

enum intake_problem { ROW_FINE, ROW_UNREADABLE, ROW_FIELDS, ROW_DOUBLED };

struct intake_row {
	int64_t line;
	const char *const *cells;
	int n;
	enum intake_problem problem;
	const char *unreadable; /* of ROW_UNREADABLE: an English reason */
	int64_t doubles;	/* of ROW_DOUBLED: the line that has the same licence_no */
	const char *reason;	/* why it was rejected, translated; NULL: taken */
};

/* The whole file as UTF-8 in the arena. E_INVALID: neither UTF-8 nor GB18030. Pure. */
enum err intake_decode(struct arena *a, struct bytes file, struct bytes *out, struct fault *why);
/* Reads the header; text must outlive the intake, a too. E_INVALID with a reason for people. Pure.
 */
enum err intake_open(struct arena *a, struct bytes text, struct intake *out, struct fault *why);
/* Reads up to max rows into rows (n of them; fewer at the end) with the problems a reader can see.
 * Pure; cells and reasons live in a, the licence numbers in the arena of intake_open(). */
int intake_read(struct intake *in, struct arena *a, struct intake_row *rows, int max);
/* Checks and writes one slice; sets the reason where a row is rejected. Other errors undo the whole
 * slice. */
enum err intake_take(struct req *rq, const struct intake *in, struct intake_row *rows, int n);
/* Head and rows of a file of rejected rows: line, reason, then the original fields. */
void intake_rejected_head(struct buf *b, const struct intake *in);
void intake_rejected_row(struct buf *b, const struct intake_row *row);

#endif
