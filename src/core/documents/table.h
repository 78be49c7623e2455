/* Tables with borders. A row is filled cell by cell: ask for the column of a cell, pour text into
 * it, then close the row. A row higher than a third of a page is cut line by line where a page
 * ends. */
#ifndef CORE_DOCUMENTS_TABLE_H
#define CORE_DOCUMENTS_TABLE_H

#include "core/documents/flow.h"

enum { TABLE_COLUMNS = 8 };

struct table {
	struct flow *into;
	int columns;		      /* 1..TABLE_COLUMNS */
	double shares[TABLE_COLUMNS]; /* of the width; any unit */
	double pad;		      /* between border and text */
	const struct strip *head;     /* set by table_row of a head row */
};

struct cell {
	struct flow *text; /* from table_cell */
	int column, span;
	bool middle; /* centred in the height of the row, else at its top */
};

struct row {
	const struct cell *cells;
	int n;
	double least; /* height */
	bool head;    /* repeated on every page the table reaches */
};

struct flow *table_cell(const struct table *t, int column, int span);
void table_row(struct table *t, const struct row *row);

#endif
