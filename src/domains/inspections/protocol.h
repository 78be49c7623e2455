/* Private to the room of inspections: the record made on site, and what follows from it. */
#ifndef INSPECTIONS_PROTOCOL_H
#define INSPECTIONS_PROTOCOL_H

#include "domains/inspections/inspections.h"
#include "domains/inspections/protocol_rules.h"

struct protocol {
	int64_t id, version, inspection, operator, area;
	const char *client_key, *record_sm3, *record_sha256; /* the record as the tablet sent it */
	const char *task, *place, *met, *met_role;
	const char *name1, *card1, *name2, *card2;
	const char *notice_answer, *recusal;
	int64_t started_at, ended_at;		    /* corrected */
	int64_t device_started_at, device_ended_at; /* as the device had it */
	int64_t device_ahead_ms, received_at;	    /* positive: its clock is ahead of ours */
	const char *obstruction, *obstruction_words, *explanation;
	const char *sign1, *sign1_sha256, *sign2, *sign2_sha256;
	const char *sign_party, *sign_party_sha256; /* "": refused */
	const char *refusal, *witness, *sign_witness, *sign_witness_sha256;
	const char *accepted; /* conflicts the officer decided about: codes, comma between */
	int64_t paper;
	const char *link; /* SM3 of the token of the operator's link */
	int64_t publish_by, warned_at;
};
struct finding {
	int64_t id, version, inspection;
	const char *item, *answer, *codes, *words;
};
struct photo {
	int64_t id, version, inspection, correction;
	const char *item, *sm3, *sha256;
	int64_t taken_at;
};
struct correction {
	int64_t id, version, inspection, operator, area;
	const char *item, *item_text, *finding;
	int64_t days, due;
	const char *state;
	int64_t ordered_at;
	const char *served_way; /* signed: by the operator's signature; witness: left before one;
				   link, hand: after a check by video */
	int64_t served_at;	/* 0: it has not reached the operator, and does not run */
	int64_t seen_at;
	const char *words;
	int64_t submitted_at, submitted_by; /* 0: by the operator's link */
	int64_t checked_at, checked_by;
	const char *check_words;
	int64_t overdue_at;
};
struct check_code {
	int64_t id, version;
	const char *code;
	int64_t operator, area;
	const char *kind, *task, *table_id, *table_title;
	int64_t items;
	const char *officers;
	int64_t made_by, made_at, inspection, rating;
	const char *rating_words;
	int64_t rated_at;
};
/* A picture of a camera of the business. */
struct still {
	int64_t id, version, inspection, photo, camera;
	const char *camera_name;
};
/* How the result of a check by video reaches the business. */
struct delivery {
	int64_t id, version, inspection, operator, area;
	const char *phone;
	int64_t sent_at;
	const char *way;
	int64_t served_at; /* 0: nobody confirmed it yet */
	const char *served_to;
	int64_t served_by; /* 0: by the operator's link */
	int64_t unserved_at;
};
extern const struct model still_model, delivery_model;
extern const struct model protocol_model, finding_model, photo_model, correction_model,
	check_code_model;

struct inspection_terms {
	int64_t publish_workdays, warn_workdays, link_days, rate_days, usual_days, confirm_workdays;
	const struct node *days; /* the choices of days to correct */
};
enum err terms_load(struct req *rq, struct inspection_terms *t);

/* A business of pub_operators, in one's area (E_FORBIDDEN otherwise). */
struct visited {
	int64_t id, area;
	const char *name, *address, *kind, *licence_no, *phone, *state, *code;
};
extern const struct model visited_model;
enum err visited_load(struct req *rq, int64_t id, struct visited *v);

/* ---- tables.c: versions of a table are compiled in, or were brought in by an administrator ----
 */
/* The one in force at the time. E_NOT_FOUND. */
enum err table_in_force(struct req *rq, const char *id, int64_t at, struct check_table *out);
/* A certain version, whenever it was in force. */
enum err table_version_load(
	struct req *rq, const char *id, const char *version, struct check_table *out);
/* Which table the kind of business asks for. */
enum err table_of_kind(struct req *rq, const char *kind, const char **id);
enum err tables_page(struct req *rq);
enum err tables_new(struct req *rq);
enum err tables_import(struct req *rq);
enum err table_page(struct req *rq);
struct check_table_row {
	int64_t id, version;
	const char *table_id, *table_version, *title;
	int64_t valid_from, items, key_items;
	const char *data, *sm3, *sha256;
	int64_t imported_by, imported_at;
};
extern const struct model check_table_model;

/* ---- intake.c, keep.c --------------------------------------------------------------------- */
struct intake {
	const char *key, *text; /* the client's key, the record as it came */
	const struct node *record;
	struct visited v;
	struct check_table t;
	struct inspection i;
	struct protocol p;
	uint8_t answers[MAX_ITEMS];
	const char *table_version_now; /* in force while it was sent */
	bool risk;
	const char *token; /* of the operator's link */
};
enum err record_take(struct req *rq);
/* Writes all of a checked intake: inspection, sheet, protocol, findings, photos, corrections. */
enum err record_keep(struct req *rq, struct intake *in);
/* 1 for each item that failed when it was looked at last. */
enum err what_failed(struct req *rq, const struct check_table *t, int64_t operator, uint8_t * out);
/* How answers of this kind of inspection are judged. mandatory: MAX_ITEMS, filled in. */
enum err judging_of(
	struct req *rq, const struct inspection *i, struct judging *j, uint8_t *mandatory);
/* Codes and own words of an item in one line. */
const char *finding_line(
	struct req *rq, const struct check_table *t, const char *item, const struct node *answer);
/* The answer of the record to an item, or NULL. */
const struct node *answer_node(const struct intake *in, const char *item);
/* days and due of the order at a failed item. */
enum err correction_term(struct req *rq, const struct intake *in, int item, struct correction *c);
/* The law's own word for a kind, as papers have it. */
const char *tr_zh_kind(const char *kind);
enum err sheet_order(struct req *rq, struct intake *in);

/* ---- offsite.c ---------------------------------------------------------------------------- */
bool by_video(const char *kind);
/* Only what a camera can show has to be answered, and less of it is enough. E_INVALID: no camera
 * shows anything of this table. */
enum err judging_by_video(struct req *rq, struct judging *j, uint8_t *mandatory);
/* "by_camera" of a table, with its items and minimums; nothing when it has none. */
enum err put_by_camera(struct req *rq, struct node *to, const struct check_table *t);
/* "cameras" of a business. */
enum err put_cameras(struct req *rq, struct node *to, int64_t operator);
/* Pictures come from this business's cameras; by video each item that failed has one. */
enum err stills_check(struct req *rq, const struct intake *in);
int stills_count(const struct intake *in);
/* n: the photo in the record; nothing is written when no camera took it. */
enum err still_keep(
	struct req *rq, const struct intake *in, const struct photo *p, const struct node *n);
/* Names of the cameras whose pictures the record has. */
const char *still_cameras(struct req *rq, const struct intake *in);
/* "camera" of each of these photos that a camera took. */
enum err put_still_cameras(struct req *rq, int64_t inspection, struct node *photos);
/* The result goes out by link; nothing for other kinds. */
enum err delivery_begin(struct req *rq, const struct intake *in);
enum err delivery_of(struct req *rq, int64_t inspection, struct delivery *d, bool *there);
/* The business confirmed it: orders begin to run. */
enum err delivery_seen(struct req *rq, int64_t inspection);
enum err inspection_hand(struct req *rq);
enum err deliveries_due(struct req *rq);

/* ---- corrections.c ------------------------------------------------------------------------ */
enum err correction_order(struct req *rq, const struct intake *in, int item);
enum err correction_load(struct req *rq, int64_t id, struct correction *c);
/* Text and photos of the form: SUBMITTED and its fact. by: the officer, 0 the operator. */
enum err correction_take(struct req *rq, struct correction *c, int64_t by);
enum err corrections_list(struct req *rq);
enum err correction_page(struct req *rq);
enum err correction_submit(struct req *rq);
enum err correction_check(struct req *rq);
enum err correction_case(struct req *rq);
enum err correction_photo(struct req *rq);
/* photos of an inspection (correction 0) or of a correction, as view list */
enum err put_photos(struct req *rq, const struct photo *of, const char *base);

/* shown.c: the protocol and what follows from it, as view. */
enum err put_record(struct req *rq, const struct inspection *i, const struct check_table *t);
/* Does a list of codes, comma between, hold this one. */
bool names_code(const char *codes, const char *code);

/* ---- today.c, codes.c, party.c, due.c ----------------------------------------------------- */
enum err today_page(struct req *rq);
enum err today_operators(struct req *rq);
enum err code_create(struct req *rq);
enum err code_page(struct req *rq);
enum err code_rate(struct req *rq);
enum err party_page(struct req *rq);
enum err party_seen(struct req *rq);
enum err party_submit(struct req *rq);
enum err party_photo(struct req *rq);
enum err party_sheet(struct req *rq);
enum err my_inspections(struct req *rq);
enum err due_list(struct req *rq);
enum err inspections_every_minute(struct req *rq);
/* The protocol of an inspection: E_NOT_FOUND when it was entered at a desk. */
enum err protocol_of(struct req *rq, int64_t inspection, struct protocol *p);

#endif
