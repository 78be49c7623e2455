/* Private to the command room. */
#ifndef COMMAND_H
#define COMMAND_H

#include "core/core.h"

enum err desk_page(struct req *rq);
enum err wall_page(struct req *rq);
enum err wall_numbers(struct req *rq);
enum err ledger_page(struct req *rq);
enum err ledger_fact(struct req *rq);
enum err ledger_heads(struct req *rq);

/* A fact's name as a sentence in the visitor's language; the name itself when there is none. */
const char *fact_sentence(struct req *rq, const char *name);

extern const struct module command;

#endif
