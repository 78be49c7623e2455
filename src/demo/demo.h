/* The demonstration district: invented operators, people and a year of inspections, the same every
 * time for the same day and number. Everything is written through the functions of the domains, so
 * every fact is in the ledger.
 *
 * Invented and recognisable as such: licence numbers begin with JYX, codes with 92310112XX,
 * telephones with 1990000. */
#ifndef DEMO_H
#define DEMO_H

#include "core/app/app.h"
#include "domains/entities/rules.h"

enum {
	DEMO_TOWNS = 14,
	DEMO_OFFICERS = DEMO_TOWNS * 2,
	DEMO_BATCH = 250,
	DEMO_MAX = 1000000,
	DEMO_KITCHENS_MAX = 1000,
	DEMO_PICTURE_WIDTH = 640,
	DEMO_PICTURE_HEIGHT = 420
};
extern const char demo_password[]; /* of all accounts */

struct demo_town {
	int64_t area, lat, lon; /* middle, micro-degrees */
	const char *name;
	int weight;
};
extern const struct demo_town demo_towns[DEMO_TOWNS];

struct demo {
	struct app *app;
	struct arena *arena;
	int64_t n;     /* operators */
	int64_t today; /* local midnight: everything lies before it */
	uint64_t random;
	const char *camera_url;
	int64_t kitchens;		     /* with a camera */
	struct user officers[DEMO_OFFICERS]; /* town t has 2t and 2t+1 */
	int64_t admin;
	int64_t *operators;   /* ids in the order of their licence numbers */
	uint8_t *town, *kind; /* of each operator: index into demo_towns, operator_kinds */
	int64_t *registered;
	int64_t inspections;
};

/* xorshift64*: small, the same everywhere. below: 0 .. n - 1; chance: true in per_mille of 1000. */
uint64_t demo_random(uint64_t *state);
int64_t demo_below(uint64_t *state, int64_t n);
bool demo_chance(uint64_t *state, int per_mille);

/* ---- names.c --------------------------------------------------------------- */
int demo_kind(uint64_t *random); /* index into operator_kinds */
/* Fills everything a person would type in; no is the number of the operator from 0. */
void demo_operator(struct arena *a, uint64_t *random, int64_t no, struct operator* o);
const char *demo_person(struct arena *a, uint64_t *random);

/* ---- steps, in this order -------------------------------------------------- */
enum err demo_people(struct demo *d, struct fault *why);
enum err demo_year(
	struct demo *d, struct fault *why); /* operators and inspections in the order of time */
/* A kitchen camera with its whole register, and more cameras without one (camera.c). */
enum err demo_camera(struct demo *d, struct fault *why);
/* A cairo picture of that width and height as JPEG (camera.c). */
struct bytes demo_jpeg(struct arena *a, void *picture);
/* Records of the tablet with photos and signatures, and risk profiles (tablet.c). */
enum err demo_tablet(struct demo *d, struct fault *why);
/* Cold stores with their sensors, readings and an alarm (stores.c). */
enum err demo_stores(struct demo *d, struct fault *why);
/* Body cameras, tablets, thermometers of the first stations (equipment.c). */
enum err demo_equipment(struct demo *d, struct fault *why);
/* Officers with cards, cells, the draw of the month (grid.c). */
enum err demo_grid(struct demo *d, struct fault *why);
/* Entries by hand in the files of the first operators (file.c). */
enum err demo_file(struct demo *d, struct fault *why);
/* National grades, risk levels, credit classes of everybody (scales.c). */
enum err demo_scales(struct demo *d, struct fault *why);
/* An accident, corrections, a request, a rehearsal (graded.c). */
enum err demo_graded(struct demo *d, struct fault *why);
/* Complaints, and early warnings of each kind with their tasks; after files and grid (warnings.c).
 */
enum err demo_warnings(struct demo *d, struct fault *why);
/* Cases of the ordinary procedure (cases.c). */
enum err demo_cases(struct demo *d, struct fault *why);
/* Fines paid, late and in parts, goods seized (after.c). */
enum err demo_after(struct demo *d, struct fault *why);
/* A fine of this case is paid through the bank, now (after.c). */
enum err demo_pay(struct req *rq, int64_t case_id, const char *bank_no, int64_t fen);
/* Cases of the past year that are over, and what of them is public (closed.c). */
enum err demo_closed(struct demo *d, struct fault *why);
/* A finished round of appraisal over them (appraisals.c). */
enum err demo_appraisals(struct demo *d, struct fault *why);
enum err demo_settings(struct demo *d, struct fault *why);

/* Builds the district in an empty app; E_CONFLICT when it holds one that is not this demonstration.
 */
struct demo_plan {
	int64_t operators, today; /* today: local midnight */
	const char *camera_url;
	int64_t kitchens; /* >= 1: with a camera; of several the addresses end in 0, 1 ... */
};
enum err demo_build(struct app *app, const struct demo_plan *plan, bool *built, struct fault *why);

#endif
