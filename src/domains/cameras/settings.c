/* Settings of a device's streams: what kind of place it watches, its second stream, who reads it,
 * how long its recordings stay. */
#include "contracts/facts.h"
#include "domains/cameras/cameras.h"
#include "domains/cameras/rules.h"
#include "domains/cameras/watch.h"

const struct choice camera_kinds[] = {
	{ "kitchen", "Kitchen", "neutral" },
	{ "canteen", "School or works canteen", "neutral" },
	{ "banquet", "Village banquet", "neutral" },
	{ "store", "Storeroom", "neutral" },
	{ "market", "Market", "neutral" },
	{ "body", "Body camera", "neutral" },
	{ 0 },
};
static const struct choice readers[] = {
	{ "", "The usual one", "neutral" },
	{ "libav", "The other one (libav), for odd devices", "neutral" },
	{ 0 },
};

const struct model camera_settings_model = MODEL("camera_settings", struct camera_settings,
	.witnessed = true,
	FIELDS(STORED(struct camera_settings, id), STORED(struct camera_settings, version),
		INPUT(struct camera_settings, kind, "What it watches", .choices = camera_kinds,
			.required = true),
		INPUT(struct camera_settings, sub_url, "Address of its small stream", .max = 400,
			.check = check_stream,
			.hint = "For walls of pictures, and for browsers that cannot show H.265."),
		INPUT(struct camera_settings, reader, "Reader of the stream", .choices = readers),
		INPUT(struct camera_settings, keep_days, "Days its recordings stay", .min = 0,
			.max = 3650, .hint = "0: as the rule for its kind says."),
		INPUT(struct camera_settings, position, "Where it stands", .max = 40,
			.check = check_position,
			.hint = "Latitude and longitude, such as 31.1128,121.3812; empty: at the "
				"address of the business.")));

enum err settings_load(struct req *rq, int64_t camera, struct camera_settings *s)
{
	enum err e = db_one(rq, &camera_settings_model, s,
		"SELECT * FROM camera_settings WHERE id = $1", camera);
	if (e != E_NOT_FOUND)
		return e;
	*s = (struct camera_settings){
		.id = camera, .kind = "kitchen", .sub_url = "", .reader = "", .position = ""
	};
	return OK;
}

static void put_form(struct req *rq, const struct camera *c, const struct camera_settings *s)
{
	put_text(rq->view, "camera_name", c->name);
	put_printf(rq->view, "action", "/cameras/%" PRId64 "/settings", c->id);
	put_printf(rq->view, "back", "/cameras/%" PRId64, c->id);
	show_form(rq, "form", &camera_settings_model, s);
}

enum err settings_page(struct req *rq)
{
	struct camera c;
	struct camera_settings s;

	TRY(camera_load(rq, rq->id, &c));
	TRY(settings_load(rq, c.id, &s));
	put_form(rq, &c, &s);
	return page(rq, "cameras/settings");
}

enum err settings_save(struct req *rq)
{
	struct camera c;
	struct camera_settings s;

	TRY(camera_load(rq, rq->id, &c));
	TRY(settings_load(rq, c.id, &s));
	if (form_read(rq, &camera_settings_model, &s)) {
		put_form(rq, &c, &s);
		return form_again(rq, "cameras/settings");
	}
	s.id = c.id;
	TRY(s.version ? db_update(rq, &camera_settings_model, &s)
		      : db_insert(rq, &camera_settings_model, &s));
	TRY(emit(rq, CAMERA_CHANGED, c.id, c.operator, json_of(rq, &camera_settings_model, &s)));
	notice(rq, "Kept. The recorder follows within seconds.");
	return redirect(rq, "/cameras/%" PRId64, c.id);
}
