/* What a template looks like after parsing. Only template.c makes it, only render.c and paper.c
 * read it. */
#ifndef CORE_DOCUMENTS_BODY_H
#define CORE_DOCUMENTS_BODY_H

#include "core/documents/face.h"
#include "core/documents/template.h"
#include "core/documents/text.h"

enum piece_kind {
	PIECE_TEXT,
	PIECE_FIELD, /* {name} or {name|text}: text when the field is empty */
	PIECE_TICK,  /* {?name=text}: a filled box when equal, else an empty one */
	PIECE_COUNT, /* {#}: the number of the item in a list */
};

struct piece {
	enum piece_kind kind;
	const char *name, *text;
};

struct phrase {
	const struct piece *pieces;
	size_t n;
};

struct sign_plan {
	struct phrase label, text;
	const char *picture; /* name; "" for none */
};

struct cell_plan {
	struct phrase text;
	int span; /* 0: to the end of the row when last, else 1 */
	bool label;
	struct type type;
	const struct sign_plan *signs;
	size_t n_signs;
	struct phrase date; /* under the signatures, at the right */
};

enum row_kind { ROW_CELLS, ROW_EACH, ROW_IF };

struct row_plan {
	enum row_kind kind;
	const char *name; /* of the list or the condition */
	const struct row_plan *rows;
	size_t n_rows;
	const struct cell_plan *cells;
	size_t n_cells;
	double least;
	bool head, keep; /* keep: with the row that follows */
};

enum block_kind {
	BLOCK_TITLE,
	BLOCK_NUMBER,
	BLOCK_TEXT,
	BLOCK_FIELDS,
	BLOCK_TABLE,
	BLOCK_IF,
	BLOCK_SIGN,
	BLOCK_SEAL,
	BLOCK_SPACE,
	BLOCK_BANNER,
	BLOCK_GRADE,
	BLOCK_CODE,
};

enum { BODY_COLUMNS = 8, BODY_GRADES = 6 };

struct grade_plan {
	const char *letter, *word;
	struct face face;
};

struct block {
	enum block_kind kind;
	struct phrase text, code; /* code: what a code says; empty: the address to verify at */
	const char *name, *is;	  /* condition; grade field, and the field of its letter */
	struct type type;
	double space; /* above */
	bool keep;
	const struct block *blocks, *otherwise;
	size_t n_blocks, n_otherwise;
	const struct row_plan *rows; /* of fields and table */
	size_t n_rows;
	double columns[BODY_COLUMNS];
	int n_columns;
	const struct sign_plan *signs;
	size_t n_signs;
	const struct grade_plan *grades;
	size_t n_grades;
};

struct paper_body {
	const struct block *blocks;
	size_t n_blocks;
	struct phrase number, footer;
	bool poster, code, bound; /* code: QR at the foot; bound: into a volume */
	bool numbered;		  /* the number is printed */
	bool sealed;
};

#endif
