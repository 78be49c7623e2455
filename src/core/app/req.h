/* What a handler sees of a request.
 *
 *   - memory   everything lives in rq->arena and dies with the request; nothing is freed by hand
 *   - errors   a function that can fail returns enum err; TRY() passes it up; fail() keeps the
 * words
 *   - SQL      the text is a literal (the compiler insists), values are always bound as $1, $2, ...
 *   - HTML     templates escape; a handler never prints markup
 *   - writes   a POST runs in one transaction, durable before the answer leaves; GET cannot write
 *
 * A handler may run twice (a lost race on PostgreSQL): it keeps nothing outside the request.
 */
#ifndef CORE_REQ_H
#define CORE_REQ_H

#include "contracts/rights.h"
#include "core/base/base.h"
#include "core/base/val.h"
#include "core/db/db.h"
#include "core/http/http.h"
#include "core/ledger/ledger.h"
#include "core/ledger/store.h"
#include "core/model/model.h"
#include "core/model/node.h"

struct app;
struct module;

struct user {
	int64_t id; /* 0: nobody, or the program itself */
	const char *login, *name, *role, *card_no;
	enum role_id role_id;
	int64_t area;		 /* the town or sub-district it works in; 0 the whole district */
	int64_t entity;		 /* parties: the operator it speaks for; 0 for others */
	int64_t link_subject;	 /* parties: the case its link opens */
	const char *link_powers; /* a delegate's: "state,papers"; parties themselves, others: "" */
};

struct req {
	struct arena *arena;
	struct app *app;
	const struct user *user; /* never NULL */
	const struct http_request
		*http;	   /* NULL in jobs and listeners called from the command line */
	int64_t id, id2;   /* :id and :id2 of the route, or 0 */
	const char *key;   /* :key of the route (letters, digits, - and _), or "" */
	int64_t now;	   /* clock_now() once, at the beginning */
	bool zh;	   /* the visitor's language is Chinese */
	int status;	   /* of the answer; 200 unless set */
	struct node *view; /* the value tree of the answer */
	struct req_private *priv;
};

/* The visitor's language: text is the English sentence, which is the key of the Chinese one. */
const char *tr(struct req *rq, const char *text) __attribute__((format_arg(2)));
/* A clause as rules and steps write it, "O2 33 · AEL 19": in Chinese with the names of the laws. */
const char *clause_text(struct req *rq, const char *clause);

/* Ends the handler with an error and its words, translated: return fail(rq, E_CONFLICT, "...",
 * ...). */
#define fail(rq, e, ...) fail_(rq, e, __VA_ARGS__)
enum err fail_(struct req *rq, enum err e, const char *fmt, ...) PRINTF(3, 4);
/* Adds a message to a field of the form; the handler then returns form_again(). */
void field_error(struct req *rq, const char *field, const char *fmt, ...) PRINTF(3, 4);

/* ---- database ------------------------------------------------------------------------------ */
/* "" sql "" compiles only for a literal: text from outside can never become SQL. */
#define db_one(rq, model, row, sql, ...)  db_one_(rq, model, row, "" sql "", BINDS(__VA_ARGS__))
#define db_all(rq, model, list, sql, ...) db_all_(rq, model, list, "" sql "", BINDS(__VA_ARGS__))
#define db_run(rq, sql, ...)		  db_run_(rq, "" sql "", BINDS(__VA_ARGS__))
#define db_change(rq, sql, ...)		  db_change_(rq, "" sql "", BINDS(__VA_ARGS__))
#define db_int(rq, out, sql, ...)	  db_int_(rq, out, "" sql "", BINDS(__VA_ARGS__))
#define db_text(rq, out, sql, ...)	  db_text_(rq, out, "" sql "", BINDS(__VA_ARGS__))
#define db_query(rq, rows, sql, ...)	  db_query_(rq, rows, "" sql "", BINDS(__VA_ARGS__))
enum err db_one_(struct req *rq, const struct model *m, void *row, const char *sql,
	const struct val *b); /* E_NOT_FOUND */
enum err db_all_(struct req *rq, const struct model *m, struct list *l, const char *sql,
	const struct val *b);
enum err db_run_(struct req *rq, const char *sql, const struct val *b);
enum err db_change_(
	struct req *rq, const char *sql, const struct val *b); /* E_CONFLICT unless a row changed */
enum err db_int_(struct req *rq, int64_t *out, const char *sql,
	const struct val *b); /* E_NOT_FOUND without a row */
enum err db_text_(
	struct req *rq, const char **out, const char *sql, const struct val *b); /* in the arena */
enum err db_query_(struct req *rq, struct rows **out, const char *sql,
	const struct val *b); /* then rows_next() */
enum err db_insert(
	struct req *rq, const struct model *m, void *row); /* gives id (when 0) and version 1 */
/* n rows that lie one after another, many in a statement: for thousands of them. */
enum err db_insert_all(struct req *rq, const struct model *m, void *rows, size_t n);
enum err db_update(struct req *rq, const struct model *m,
	void *row); /* by id and version; E_CONFLICT when stale */
struct conn *rq_conn(struct req *rq);

/* ---- forms --------------------------------------------------------------------------------- */
/* Reads the INPUT fields from the form or the JSON body into row. E_INVALID: messages are kept; the
 * handler returns form_again(rq, template) to show the form with what was typed. */
enum err form_read(struct req *rq, const struct model *m, void *row);
const char *form_text(struct req *rq, const char *name); /* trimmed; "" when absent */
const char *form_raw(struct req *rq, const char *name);	 /* as it came: passwords; "" when absent */
int64_t form_int(struct req *rq, const char *name, int64_t fallback);
bool form_flag(struct req *rq, const char *name);	      /* present and not "", "0", "false" */
const char *request_header(struct req *rq, const char *name); /* lower case; "" when absent */
const char *query_text(struct req *rq, const char *name);
int64_t query_int(struct req *rq, const char *name, int64_t fallback);
const struct http_file *form_file(
	struct req *rq, const char *field); /* NULL when absent or empty */
/* Which of the types ("image/jpeg,image/png") the file is, by its first bytes: what the sender
 * calls it only decides between sound and pictures in one kind of container. NULL: none of them. */
const char *file_is(struct req *rq, const struct http_file *f, const char *types);
bool form_failed(struct req *rq); /* did field_error() say anything */
/* What was typed, of so many characters at most: beyond them a message at the field. */
const char *form_words(struct req *rq, const char *name, int most);
/* Puts {name}.fields for the partial form_fields: label, hint, value, error, kind, choices of each
 * INPUT. */
void show_form(struct req *rq, const char *name, const struct model *m, const void *row);
/* Status 422, or the one (400 and above) that rq->status has already, and the error summary. What
 * was typed is in the template's map `typed`, by the names of the fields. */
enum err form_again(struct req *rq, const char *template);
/* A field that no struct has, because what it asks comes from data: one of the choices, or without
 * them a box to tick. Added behind the fields that show_form() put; read by form_text(). */
struct asked_field {
	const char *name, *label, *hint; /* hint: may be NULL */
	const char *value;		 /* the chosen code; not "" is ticked; may be NULL */
	const struct choice *choices;	 /* NULL: a box to tick, or a line */
	const char *heading; /* above it, where a new group of fields begins; may be NULL */
	bool required;	     /* only said; who reads the form checks it */
	bool line;	     /* a line of text instead of a box to tick */
};
void form_ask(struct req *rq, const char *form, const struct asked_field *q);
/* The node of a field that show_form() or form_ask() put, to say more beside it; NULL when there is
 * none. */
struct node *form_field(struct req *rq, const char *form, const char *name);

/* ---- pages --------------------------------------------------------------------------------- */
struct node *show(struct req *rq, const char *name, const struct model *m, const void *row);
struct node *show_list(
	struct req *rq, const char *name, const struct model *m, const struct list *l);
/* As show_list, and the list is what CSV answers consist of. */
struct node *show_table(
	struct req *rq, const char *name, const struct model *m, const struct list *l);
/* Options of a select out of rows of (number, label): adds value, label and selected of each to
 * list, and closes the rows. */
enum err options_of(struct req *rq, struct rows *r, struct node *list, int64_t chosen);
/* Page numbers: reads ?page=, gives limit+1 rows to ask for and the offset; show_pages() then cuts
 * the extra one. */
struct paging {
	int64_t limit, offset, page;
};
struct paging paging(struct req *rq, int64_t per_page);
void show_pages(struct req *rq, struct paging p, struct list *l);
/* The map of partials/map, as view.map: {{#map}}{{> partials/map}}{{/map}}. data is a map node with
 * the list points (put_point) and perhaps the list trail of the same; asked for as JSON, the page
 * answers it again, so src may be the page's own address: then it is asked for anew every so many
 * seconds. A list beside it says the same in words. */
struct map_view {
	const char *label, *src; /* src: "" when it stands still */
	int every;		 /* seconds */
	const struct node *data;
	/* What the colours mean, up to an end of NULL: its label (a sentence) and tone. NULL: what
	 * they mean for devices. */
	const struct choice *keys;
};
struct map_point {
	int64_t id, lat, lon;				  /* micro-degrees */
	const char *label, *state, *detail, *href, *tone; /* texts for people; NULL is "" */
};
void put_point(struct node *points, const struct map_point *p);
void show_map(struct req *rq, const struct map_view *m);
/* The template as HTML, the view as JSON (Accept: application/json), the table as CSV (Accept:
 * text/csv or ?format=csv). template: "cases/case" is src/domains/cases/pages/case.html,
 * "layouts/..." and "partials/..." are in web/. */
enum err page(struct req *rq, const char *template);
enum err reply_json(struct req *rq); /* the view as JSON, whoever asks */
enum err redirect(struct req *rq, const char *fmt, ...)
	PRINTF(2, 3); /* 303; JSON clients get {"location":...} */
void notice(struct req *rq, const char *fmt, ...)
	PRINTF(2, 3); /* shown once on the next page; translated */
enum err reply_text(struct req *rq, const char *type, const char *text);
enum err reply_bytes(struct req *rq, const char *type, struct bytes b,
	const char *download_as); /* name or NULL */
enum err reply_object(struct req *rq, const char *sm3, const char *type,
	const char *download_as); /* ranges, ETag */
/* Reads a kept file again: E_CONFLICT when it is not what its digests say, E_NOT_FOUND when it is
 * gone. Says nothing to the visitor. sha256 may be "". */
enum err object_check(struct req *rq, const char *sm3, const char *sha256);
/* Removes a kept file whose term is over, unless some row still names the same bytes. For jobs: the
 * row that says so is written before. */
enum err object_remove(struct req *rq, const char *sm3);
enum err reply_file(struct req *rq, const char *path,
	const char *type); /* a file below the data folder; E_NOT_FOUND */
/* The answer is the same for everybody: no cookie is set with it, and it may be cached for so long.
 * Before page(). */
void reply_cache(struct req *rq, int seconds);
void reply_set_header(struct req *rq, const char *name, const char *value);
enum err reply_events(
	struct req *rq, const char *audience); /* the connection becomes an event stream */

/* The live fragments of a camera recorded on this machine, as a WebSocket: first a text (JSON:
 * codec, size, wall clock of time zero), then the head and fragments of MP4, binary; a new text
 * begins a new run. Ends within a minute after the person may not see it any more. */
enum err reply_live(struct req *rq, const char *camera);

/* ---- rights -------------------------------------------------------------------------------- */
bool may(struct req *rq, enum right right);
enum err in_area(struct req *rq, int64_t area); /* E_FORBIDDEN outside the user's area */

/* ---- facts ---------------------------------------------------------------------------------- */
struct event {
	const char *name;
	int64_t subject, entity;
	const char *data;   /* JSON object; NULL is {} */
	int64_t seq, cause; /* filled in by emit() */
};
/* Writes the fact with the rows changed since the last one, then calls the listeners; all in the
 * request's transaction. A listener that refuses undoes everything. */
#define emit(rq, ...) emit_(rq, (struct event){ __VA_ARGS__ })
enum err emit_(struct req *rq, struct event e);
/* What the fact says, as a tree. E_INTERNAL when it is no JSON. */
enum err event_data(struct req *rq, const struct event *e, const struct node **out);
const char *json_of(struct req *rq, const struct model *m, const void *row);
const char *json_text(struct req *rq, const struct node *n);
/* {"a":"..","b":".."} from pairs of name and text, ended by NULL. */
const char *json_pairs(struct req *rq, ...) __attribute__((sentinel));

/* ---- jobs: after commit, with retry ---------------------------------- */
struct job {
	const char *kind; /* "cases.paper" */
	int64_t subject;
	const char *data; /* JSON object; NULL is {} */
	int64_t run_at;	  /* 0: now */
	int64_t id;
	int attempts;
};
#define job_add(rq, ...) job_add_(rq, (struct job){ __VA_ARGS__ })
enum err job_add_(struct req *rq, struct job j);
/* A job of this kind for each row, whose first column is the subject; closes the rows. None where
 * one waits, or was added in the last day and given up: for the minute of a room, which finds the
 * same row again until its job is done. Each row has a transaction of its own so, and one that
 * fails holds up no other. The first 200 rows; the next minute finds the rest. */
enum err jobs_once(struct req *rq, struct rows *r, const char *kind);
/* What the job was given, as a tree. E_INTERNAL when it is no JSON. */
enum err job_data(struct req *rq, const struct job *j, const struct node **out);

/* ---- services of the core -------------------------------------------------------------------- */
struct store *rq_store(struct req *rq);
/* Keeps an uploaded file in the store. */
enum err keep_file(struct req *rq, const struct http_file *f, struct object *out);
/* A law or standard as data: rules/<name>.json, the version in force at the time; E_NOT_FOUND when
 * there is none. */
enum err rules(struct req *rq, const char *name, int64_t at, const struct node **out);
const char *setting(struct req *rq, const char *name, const char *fallback); /* table settings */
enum err setting_put(struct req *rq, const char *name, const char *value);
/* The next number of a series without gaps ("onspot_decision:2026" -> 1, 2, ...): taken in this
 * transaction, so given back with it. */
enum err next_number(struct req *rq, const char *series, int64_t *out);
const char *site_url(
	struct req *rq); /* "http://127.0.0.1:8080": what QR codes and links begin with */
/* A message to a phone (adapter: outbox file by default); a job after commit. */
enum err sms_send(struct req *rq, const char *phone, const char *text);
/* The same of a message whose sender wants to know what became of it: SMS_ACCEPTED or SMS_FAILED is
 * told of about (not 0) when the gateway took it, or refused it for good. */
enum err sms_send_about(struct req *rq, int64_t about, const char *phone, const char *text);
/* A one-time link for a party: returns its path "/l/<token>"; only its digest is kept. */
struct party_link {
	int64_t entity, subject; /* whose link it is, and about what */
	const char *phone;	 /* where it is sent */
	int64_t valid_ms;	 /* from now on */
	const char *holder; /* the party's delegate, whose acts are told in this name; or NULL */
	const char
		*powers; /* what it may do for the party, as routes name it (module.h); or NULL */
	/* Beside a session that stays open: only links nobody opened yet, to other telephones, end.
	 * Else every earlier link and session of this subject and holder ends. */
	bool beside;
};
/* Ends the links and sessions of this holder of a matter at once. */
enum err link_end(struct req *rq, int64_t subject, const char *holder);
enum err link_new(struct req *rq, const struct party_link *l, const char **path);
/* The telephone that the party's own link of a matter went to last; "" when none did. */
enum err link_phone(struct req *rq, int64_t subject, const char **phone);
/* A link to a telephone that one person alone cannot vouch for waits for a second one's word: at
 * most one for a matter. by: who asked; 0: nothing waits. at: ms. */
struct link_asked {
	const char *phone, *reason;
	int64_t by, at;
};
enum err link_ask(struct req *rq, int64_t subject, const struct link_asked *a);
enum err link_ask_of(struct req *rq, int64_t subject, struct link_asked *a);
enum err link_ask_end(struct req *rq, int64_t subject);
/* The account of a food business (role operator: OWN_READ) behind a telephone, without a password:
 * a domain that has proved the telephone opens its session. Needs USER_CREATED, USER_CHANGED in the
 * module's tells. Closing ends its sessions at once. */
struct own_account {
	int64_t entity, area;
	const char *name, *phone;
};
enum err own_account_open(struct req *rq, const struct own_account *o, int64_t *account);
enum err own_account_close(struct req *rq, int64_t account);
enum err own_session_open(struct req *rq, int64_t account, int64_t valid_ms);
/* SM2 over "shian-document-v1\n<text>" by the signer. Slow: for jobs. E_LOCKED while the signer or
 * its token is away: the job waits. */
enum err sign_document(struct req *rq, const char *text, char **hex, const char **key_id);
/* The request's failure when the signer answered e. */
enum err signer_failed(struct req *rq, enum err e, const struct fault *why);

#endif
