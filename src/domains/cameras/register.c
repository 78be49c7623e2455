/* The register of devices: particulars, reviews, sign, validity (cases.md section 3). */
#include "contracts/facts.h"
#include "domains/cameras/keep.h"
#include "domains/cameras/play.h"
#include "domains/cameras/learning.h"
#include "domains/cameras/rules.h"
#include "domains/cameras/watch.h"

#include <string.h>

enum err camera_load(struct req *rq, int64_t id, struct camera *c)
{
	TRY(db_one(rq, &camera_model, c, "SELECT * FROM cameras WHERE id = $1", id));
	return in_area(rq, c->area);
}

/* "push://" alone asks for a key: whoever knows it may publish as this camera. */
static void key_make(struct req *rq, struct camera *c)
{
	uint8_t b[16];
	char hex[2 * sizeof(b) + 1];
	if (!text_is(c->url, "push://"))
		return;
	random_bytes(b, sizeof(b));
	hex_encode(hex, b, sizeof(b));
	c->url = arena_printf(rq->arena, "push://%s", hex);
}

enum err camera_register(struct req *rq, struct camera *c)
{
	TRY(db_int(rq, &c->area, "SELECT area FROM pub_operators WHERE id = $1", c->operator));
	TRY(in_area(rq, c->area));
	c->state = "open";
	c->created_at = rq->now;
	key_make(rq, c);
	if (!c->watch || !*c->watch)
		c->watch = "head_uncovered,person_off_hours";
	TRY(db_insert(rq, &camera_model, c));
	return emit(rq, CAMERA_REGISTERED, c->id, c->operator, json_of(rq, &camera_model, c));
}

/* ---- list ------------------------------------------------------------ */
struct camera_row {
	int64_t id;
	const char *name, *place, *operator_name, *area_name, *state, *live;
	int64_t valid_to, leads;
};
static const struct model camera_row_model = MODEL("cameras", struct camera_row,
	FIELDS(STORED(struct camera_row, id), STORED(struct camera_row, name),
		STORED(struct camera_row, place), STORED(struct camera_row, operator_name),
		STORED(struct camera_row, area_name),
		STORED(struct camera_row, state, .choices = camera_states),
		STORED(struct camera_row, live, .choices = live_states),
		STORED(struct camera_row, valid_to, .as = AS_DATE),
		STORED(struct camera_row, leads)));

enum err camera_index(struct req *rq)
{
	struct list l;
	struct paging p = paging(rq, 50);
	const char *q = query_text(rq, "q");

	TRY(db_all(rq, &camera_row_model, &l,
		"SELECT c.id, c.name, c.place, o.name AS operator_name, a.name AS area_name, "
		"c.state,"
		" coalesce(s.state, '') AS live, c.valid_to,"
		" (SELECT count(*) FROM leads WHERE camera = c.id AND state IN ('new', 'second')) "
		"AS leads"
		" FROM cameras c JOIN pub_operators o ON o.id = c.operator JOIN pub_areas a ON "
		"a.id = c.area"
		" LEFT JOIN camera_status s ON s.camera = c.id"
		" WHERE ($1 = 0 OR c.area = $1) AND ($2 = '' OR lower(o.name) LIKE lower($3) OR "
		"lower(c.name) LIKE lower($3))"
		" ORDER BY c.id DESC LIMIT $4 OFFSET $5",
		rq->user->area, q, arena_printf(rq->arena, "%%%s%%", q), p.limit, p.offset));
	show_pages(rq, p, &l);
	show_table(rq, "cameras", &camera_row_model, &l);
	put_text(rq->view, "q", q);
	put_keep_warning(rq);
	return page(rq, "cameras/cameras");
}

/* ---- particulars ----------------------------------------------------- */
static void put_operator_name(struct req *rq, int64_t operator)
{
	const char *name = "";
	if (db_text(rq, &name, "SELECT name FROM pub_operators WHERE id = $1", operator))
		name = "";
	put_text(rq->view, "operator_name", name);
	put_printf(rq->view, "operator", "%" PRId64, operator);
}

enum err camera_new(struct req *rq)
{
	struct camera c = { .operator= query_int(rq, "operator", 0),
		.name = query_text(rq, "name"), /* from a channel of a device */
		.url = query_text(rq, "url"),
		.hours = "06:00-22:00",
		.interval_ms = 2000,
		.watch = "head_uncovered,person_off_hours",
		.standard = "GB/T 28181-2022" };
	int64_t there;

	TRY(db_int(rq, &there, "SELECT count(*) FROM pub_operators WHERE id = $1", c.operator));
	if (!there)
		return fail(rq, E_INVALID,
			"Open the file of the business first and register its camera from there.");
	put_operator_name(rq, c.operator);
	put_text(rq->view, "action", "/cameras");
	show_form(rq, "form", &camera_model, &c);
	return page(rq, "cameras/camera_form");
}

static bool dates_wrong(struct req *rq, const struct camera *c)
{
	if (!c->valid_from || !c->valid_to || c->valid_from <= c->valid_to)
		return false;
	field_error(rq, "valid_to", "The register ends before it begins.");
	return true;
}

static enum err form_refused(struct req *rq, const struct camera *c, const char *action)
{
	put_operator_name(rq, c->operator);
	put_text(rq->view, "action", action);
	show_form(rq, "form", &camera_model, c);
	return form_again(rq, "cameras/camera_form");
}

enum err camera_create(struct req *rq)
{
	struct camera c = { .operator= form_int(rq, "operator", 0) };
	enum err e = form_read(rq, &camera_model, &c);

	if (dates_wrong(rq, &c) || e)
		return form_refused(rq, &c, "/cameras");
	TRY(camera_register(rq, &c));
	notice(rq, "The camera was registered. It still needs its legal and technical review.");
	return redirect(rq, "/cameras/%" PRId64, c.id);
}

enum err camera_edit(struct req *rq)
{
	struct camera c;
	TRY(camera_load(rq, rq->id, &c));
	put_operator_name(rq, c.operator);
	put_printf(rq->view, "action", "/cameras/%" PRId64, c.id);
	show_form(rq, "form", &camera_model, &c);
	return page(rq, "cameras/camera_form");
}

static enum err camera_changed(struct req *rq, struct camera *c)
{
	TRY(db_update(rq, &camera_model, c));
	TRY(emit(rq, CAMERA_CHANGED, c->id, c->operator, json_of(rq, &camera_model, c)));
	return redirect(rq, "/cameras/%" PRId64, c->id);
}

/* Another place or stream is another device to the law: its reviews begin anew. */
enum err camera_save(struct req *rq)
{
	struct camera c, before;

	TRY(camera_load(rq, rq->id, &c));
	before = c;
	enum err e = form_read(rq, &camera_model, &c);
	if (dates_wrong(rq, &c) || e)
		return form_refused(rq, &c, arena_printf(rq->arena, "/cameras/%" PRId64, c.id));
	key_make(rq, &c);
	if (!text_is(before.place, c.place) || !text_is(before.url, c.url)) {
		c.legal_result = c.technical_result = "";
		c.legal_at = c.technical_at = 0;
		notice(rq, "Place or stream changed: legal and technical review begin anew.");
	}
	return camera_changed(rq, &c);
}

/* ---- reviews, sign, end ---------------------------------------------- */
static enum err review_read(struct req *rq, const char **number, const char **result)
{
	*number = form_text(rq, "number");
	*result = form_text(rq, "result");
	if (!*number[0])
		return fail(rq, E_INVALID, "Give the number of the review.");
	if (!text_is(*result, "passed") && !text_is(*result, "failed"))
		return fail(rq, E_INVALID, "Choose whether the device passed or failed.");
	return OK;
}

static enum err reviewed(struct req *rq, struct camera *c, const char *kind, const char *result)
{
	TRY(db_update(rq, &camera_model, c));
	TRY(emit(rq, CAMERA_REVIEWED, c->id, c->operator,
		json_pairs(rq, "kind", kind, "result", result, NULL)));
	return redirect(rq, "/cameras/%" PRId64, c->id);
}

enum err camera_review_legal(struct req *rq)
{
	struct camera c;
	TRY(camera_load(rq, rq->id, &c));
	TRY(review_read(rq, &c.legal_no, &c.legal_result));
	c.legal_at = rq->now;
	c.legal_by = rq->user->id;
	return reviewed(rq, &c, "legal", c.legal_result);
}

enum err camera_review_technical(struct req *rq)
{
	struct camera c;
	TRY(camera_load(rq, rq->id, &c));
	TRY(review_read(rq, &c.technical_no, &c.technical_result));
	c.technical_at = rq->now;
	c.technical_by = rq->user->id;
	return reviewed(rq, &c, "technical", c.technical_result);
}

enum err camera_sign(struct req *rq)
{
	struct camera c;
	struct object o;
	const struct http_file *f = form_file(rq, "photo");

	TRY(camera_load(rq, rq->id, &c));
	if (!f || !text_starts(f->type, "image/jpeg"))
		return fail(rq, E_INVALID, "Add a photo (JPEG) of the sign beside the device.");
	TRY(keep_file(rq, f, &o));
	c.sign_sm3 = o.sm3;
	c.sign_sha256 = o.sha256;
	return camera_changed(rq, &c);
}

enum err camera_sign_photo(struct req *rq)
{
	struct camera c;
	TRY(camera_load(rq, rq->id, &c));
	return reply_object(rq, c.sign_sm3, "image/jpeg", NULL);
}

enum err camera_close(struct req *rq)
{
	struct camera c;
	TRY(camera_load(rq, rq->id, &c));
	c.state = text_is(c.state, "open") ? "closed" : "open";
	return camera_changed(rq, &c);
}

/* ---- its page -------------------------------------------------------- */
static void put_row(struct req *rq, struct node *rows, const char *label, const char *value)
{
	struct node *n = put_map(rows, NULL);
	put_text(n, "label", tr(rq, label));
	put_text(n, "value", value);
	put_text(n, "href", "");
	put_text(n, "action", "");
}

static const char *reviewed_text(struct req *rq, const char *result, const char *no, int64_t at)
{
	if (!*result)
		return tr(rq, "Not yet");
	return arena_printf(rq->arena, "%s · %s · %s",
		tr(rq, text_is(result, "passed") ? "Passed" : "Failed"), no,
		date_text(rq->arena, at));
}

static void put_register(struct req *rq, const struct camera *c)
{
	struct node *rows = put_list(rq->view, "rows");
	struct register_state s = { text_is(c->legal_result, "passed"),
		text_is(c->technical_result, "passed"), *c->sign_sm3 != 0, c->legal_at,
		c->technical_at, c->notice_at, c->valid_from, c->valid_to };
	const char *why = clip_unusable(&s, rq->now, rq->now);

	rows->hidden = true;
	put_row(rq, rows, "Place in the kitchen", c->place);
	put_row(rq, rows, "Owner of the device", c->owner);
	put_row(rq, rows, "Standard it meets", c->standard);
	put_row(rq, rows, "Stream address", c->url);
	put_row(rq, rows, "Hours of work in the kitchen", c->hours);
	put_row(rq, rows, "Legal review",
		reviewed_text(rq, c->legal_result, c->legal_no, c->legal_at));
	put_row(rq, rows, "Technical review",
		reviewed_text(rq, c->technical_result, c->technical_no, c->technical_at));
	put_row(rq, rows, "Sign beside the device",
		tr(rq, *c->sign_sm3 ? "Photo is there" : "No photo yet"));
	put_row(rq, rows, "Public notice of the place",
		*c->notice_url ? arena_printf(rq->arena, "%s · %s",
					 date_text(rq->arena, c->notice_at), c->notice_url)
			       : tr(rq, "Not yet"));
	put_row(rq, rows, "Registered",
		arena_printf(rq->arena, "%s – %s", date_text(rq->arena, c->valid_from),
			date_text(rq->arena, c->valid_to)));
	put_row(rq, rows, "Clock ahead by (ms)",
		arena_printf(rq->arena, "%" PRId64 " · %s", c->clock_offset_ms,
			c->clock_checked_at ? date_text(rq->arena, c->clock_checked_at)
					    : tr(rq, "never checked")));
	put_flag(rq->view, "usable_now", why == NULL);
	put_text(rq->view, "unusable_why", why ? tr(rq, why) : "");
}

static enum err put_status(struct req *rq, int64_t camera)
{
	struct rows *r;
	bool more;
	struct node *n = put_map(rq->view, "stream");

	TRY(db_query(rq, &r,
		"SELECT state, since, reason, width, height, codec FROM camera_status WHERE camera "
		"= $1",
		camera));
	TRY(rows_next(r, &more));
	const char *state = more ? arena_dup(rq->arena, rows_text(r, 0)) : "";
	put_text(n, "state", state);
	put_text(n, "label", tr(rq, choice_label(live_states, state)));
	put_text(n, "tone",
		text_is(state, "live")	 ? "green"
		: text_is(state, "lost") ? "red"
					 : "neutral");
	put_time(n, "since", more ? rows_int(r, 1) : 0);
	put_text(n, "reason",
		more ? tr(rq, choice_label(stream_reasons, arena_dup(rq->arena, rows_text(r, 2))))
		     : "");
	put_printf(n, "picture", "%" PRId64 " × %" PRId64, more ? rows_int(r, 3) : 0,
		more ? rows_int(r, 4) : 0);
	rows_close(r);
	return OK;
}

/* What to enter in a camera that pushes, for those who may change it: the door of the node that
 * records it, else of any; where that names no host, the one that this page comes from. */
static enum err put_push(struct req *rq, const struct camera *c)
{
	struct rows *r;
	bool more;
	const char *at = "", *host = strstr(site_url(rq), "://");

	if (!text_starts(c->url, "push://") || !may(rq, CAMERA_WRITE))
		return OK;
	TRY(db_query(rq, &r,
		"SELECT d.push_at FROM media_doors d LEFT JOIN camera_leases l ON l.node = d.node "
		"AND l.camera = $1 ORDER BY CASE WHEN l.node IS NULL THEN 1 ELSE 0 END, d.node "
		"LIMIT 1",
		c->id));
	TRY(rows_next(r, &more));
	if (more)
		at = arena_dup(rq->arena, rows_text(r, 0));
	rows_close(r);
	host = host ? host + 3 : "";
	if (*at == ':')
		at = arena_printf(rq->arena, "%.*s%s", (int)strcspn(host, ":/"), host, at);
	put_flag(rq->view, "pushes", true)->hidden = true;
	const char *address =
		*at ? arena_printf(rq->arena, "rtmp://%s/live/%s", at, c->url + 7) : c->url + 7;
	put_text(rq->view, "push_address", address)->hidden = true;
	put_flag(rq->view, "no_door", !*at)->hidden = true;
	return OK;
}

enum err camera_page(struct req *rq)
{
	struct camera c;
	struct list l;

	TRY(camera_load(rq, rq->id, &c));
	show(rq, "camera", &camera_model, &c);
	put_operator_name(rq, c.operator);
	put_register(rq, &c);
	TRY(put_status(rq, c.id));
	TRY(put_push(rq, &c));
	TRY(put_player(rq, "player", &c));
	TRY(put_day(rq, "day"));
	put_flag(rq->view, "may_edit", may(rq, CAMERA_WRITE));
	put_flag(rq->view, "of_device", text_starts(c.url, "gb28181://"));
	put_flag(rq->view, "may_legal", may(rq, CAMERA_REVIEW_LEGAL));
	put_flag(rq->view, "may_technical", may(rq, CAMERA_REVIEW_TECH));
	TRY(db_all(rq, &lead_model, &l,
		"SELECT * FROM leads WHERE camera = $1 ORDER BY found_at DESC LIMIT 12", c.id));
	show_list(rq, "leads", &lead_model, &l);
	put_miss_form(rq);
	return page(rq, "cameras/camera");
}
