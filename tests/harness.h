/* A program in a box for tests: a fresh database, a fixed clock, ready-made people, requests
 * without sockets.
 *
 * bench_open() gives SQLite; with SHIAN_TEST_PG set, BENCH_EACH runs the test body on PostgreSQL as
 * well (own database, dropped at the end). The clock stands at 2026-11-23 10:00 local until
 * bench_clock() moves it. People (area): officer1, officer2 (310112101 莘庄镇), officer3 (310112102
 * 七宝镇), reviewer1, head1, command1, auditor1, admin1 (whole district). "" is a visitor,
 * "party:<operator>:<case>" a party with an opened link, "dock:<number>" a docking station.
 */
#ifndef TESTS_HARNESS_H
#define TESTS_HARNESS_H

#include "core/app/app.h"

#include <stdarg.h>

enum { HARNESS_AREA = 310112101, HARNESS_AREA2 = 310112102 };

struct bench;
struct answer {
	int status;
	const char *location, *body, *type;
	size_t body_n;
	struct http_reply reply;
	int64_t statements;
};

struct bench *bench_open(const struct module *const *modules); /* NULL: all */
struct bench *bench_open_on(const struct module *const *modules, bool postgres);
void bench_close(struct bench *b);
/* Set-up and tear-down of a test: the whole program with ids that repeat; on PostgreSQL when the
 * test's initial state is not NULL. *state is the bench. */
int bench_begin(void **state);
int bench_end(void **state);
bool bench_has_postgres(void);
struct app *bench_app(struct bench *b);
struct arena *bench_arena(struct bench *b);
const char *bench_dir(struct bench *b);

bool answer_has(const struct answer *r, const char *text); /* if not, it says so */
struct answer *bench_get(struct bench *b, const char *who, const char *path);
/* Names and values of the form follow, ended by NULL; the CSRF token is added. */
struct answer *bench_post(struct bench *b, const char *who, const char *path, ...)
	__attribute__((sentinel));
/* The same with a list of them, ended by a NULL name; and the list of what follows. */
struct answer *bench_post_pairs(
	struct bench *b, const char *who, const char *path, const struct http_pair *form);
const struct http_pair *bench_pairs(struct bench *b, va_list ap);
/* What is signed by finger is read first: posts the fields and gives the mark that the second post
 * carries in its field "shown"; "" when the answer is no reading page. */
const char *bench_shown(struct bench *b, const char *who, const char *path, ...)
	__attribute__((sentinel));
/* Both posts, the second with a signature; where there is nothing to read, the answer to the first.
 */
struct answer *bench_sign(struct bench *b, const char *who, const char *path, ...)
	__attribute__((sentinel));
struct answer *bench_post_json(
	struct bench *b, const char *who, const char *path, const char *json);
/* Attached to the next post. */
void bench_file(struct bench *b, const char *field, const char *name, const char *type,
	struct bytes content);
/* As the program's own workers; body: NULL for GET, JSON text for POST, or files attached before
 * and pairs. */
struct answer *bench_machine_get(struct bench *b, const char *path);
struct answer *bench_machine_post(struct bench *b, const char *path, ...) __attribute__((sentinel));
struct answer *bench_machine_json(struct bench *b, const char *path, const char *json);
void bench_english(struct bench *b, bool on);
/* Posts from now on carry no form token. */
void bench_no_token(struct bench *b, bool on);
/* An account that the test made itself may ask under its login. */
void bench_sign_in(struct bench *b, const char *login);
/* Closes the database, as the program's end would; then opens it again. A child that the test forks
 * between them opens it for itself, as a program of its own. */
void bench_shut(struct bench *b);
void bench_open_again(struct bench *b);
/* The program of a bench that has been closed (app_close(bench_app(b))), opened as at a start;
 * migrate: what its database lacks of the schema is run. */
void bench_app_open(struct bench *b, bool migrate);
/* The same program for another thread, with an arena of its own; ended by bench_beside_end(). A
 * party's session must be there before (ask for a page first). */
struct bench *bench_beside(struct bench *b);
void bench_beside_end(struct bench *beside);

int64_t bench_int(struct bench *b, const char *sql); /* ends the test when the query fails */
const char *bench_text(struct bench *b, const char *sql);
void bench_run(
	struct bench *b, const char *sql); /* a write past the program: for tampering and set-up */
void bench_clock(struct bench *b, int64_t ms);
void bench_jobs(
	struct bench *b); /* runs due jobs till none is left; ends the test when one fails */
void bench_minute(struct bench *b);
enum err bench_write(struct bench *b, enum err (*work)(struct req *rq, void *arg), void *arg);

/* Makes every statement of the POST fail in turn; checks that each time nothing stays (facts, rows
 * of the module's tables) and that the connection is sane; then lets it succeed. Returns the number
 * of rounds. */
int bench_torture(struct bench *b, const char *who, const char *path, ...)
	__attribute__((sentinel));
/* Compares the <main> of a page with the golden file (below the source root); SHIAN_GOLDEN=write
 * rewrites it. ids, CSRF tokens and asset hashes are replaced by fixed words. */
void bench_golden(struct bench *b, const struct answer *r, const char *path);

/* An operator as the entities domain would have registered it; entities' table is filled through
 * its own function when the domain is there. Returns its id. */
int64_t bench_operator(struct bench *b, const char *name, int64_t area);

#endif
