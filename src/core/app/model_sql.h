/* Private to the app room. */
#ifndef CORE_MODEL_SQL_H
#define CORE_MODEL_SQL_H
#include "core/app/req.h"
/* Remembers the row for the fact that follows. */
void witness_add(struct req *rq, const struct model *m, const void *row);
#endif
