/* Private to the command room. */
#ifndef COMMAND_H
#define COMMAND_H

#include "core/core.h"
#include "domains/command/facts.h"
#include "domains/command/rules.h"

extern const struct module command;
extern const struct choice rule_words[]; /* names of the rules behind leads (desk.c) */

/* desk.c */
enum err desk(struct req *rq);
/* waiting.c */
enum err waiting_page(struct req *rq);
/* wall.c; wall_numbers.c fills view.source and the other promises, and view.towns */
enum err wall(struct req *rq);
enum err wall_data(struct req *rq);
enum err put_promises(struct req *rq);
/* ledger.c */
enum err ledger_list(struct req *rq);
enum err ledger_fact(struct req *rq);
enum err ledger_heads(struct req *rq);
enum err ledger_key(struct req *rq);

/* In a district-wide room area is 0 and everything counts. */
#define TODAY(rq) (((rq)->now + 8 * HOUR) / DAY * DAY - 8 * HOUR)

#endif
