#include "workers/onvif/report.h"

#include <jansson.h>
#include <stdlib.h>

static const char *or_dash(const char *s)
{
	return s && *s ? s : "-";
}

void onvif_founds_text(const struct onvif_founds *f, struct buf *out)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct onvif_found *d = &f->at[i];
		buf_printf(out, "%-15s  %s  %s\n", d->from, or_dash(d->name), or_dash(d->hardware));
		for (size_t x = 0; x < d->n_xaddrs; x++)
			buf_printf(out, "    %s\n", d->xaddrs[x]);
	}
	if (f->more)
		buf_printf(out, "There are more; %d are shown. Ask one by its address (--to).\n",
			ONVIF_FOUND_MAX);
}

/* ---- JSON --------------------------------------------------------------------------------- */
static void put(json_t *o, const char *key, const char *value)
{
	json_object_set_new(o, key, json_string(value ? value : ""));
}

static void write_line(json_t *v, struct buf *out)
{
	char *text = json_dumps(v, JSON_COMPACT);
	buf_puts(out, text ? text : "null");
	buf_putc(out, '\n');
	free(text);
	json_decref(v);
}

void onvif_founds_json(const struct onvif_founds *f, struct buf *out)
{
	json_t *all = json_array();
	for (size_t i = 0; i < f->n; i++) {
		const struct onvif_found *d = &f->at[i];
		json_t *o = json_object(), *xaddrs = json_array();
		put(o, "from", d->from);
		put(o, "endpoint", d->endpoint);
		put(o, "name", d->name);
		put(o, "hardware", d->hardware);
		for (size_t x = 0; x < d->n_xaddrs; x++)
			json_array_append_new(xaddrs, json_string(d->xaddrs[x]));
		json_object_set_new(o, "xaddrs", xaddrs);
		json_array_append_new(all, o);
	}
	write_line(all, out);
}

static const char *use_of(const struct onvif_device *d, size_t i)
{
	return (int)i == d->main ? "main" : (int)i == d->sub ? "sub" : "";
}

static json_t *profile_json(const struct onvif_device *d, size_t i)
{
	const struct onvif_profile *p = &d->profiles[i];
	json_t *o = json_object();
	put(o, "token", p->token);
	put(o, "name", p->name);
	put(o, "use", use_of(d, i));
	put(o, "codec", p->codec);
	json_object_set_new(o, "width", json_integer(p->width));
	json_object_set_new(o, "height", json_integer(p->height));
	json_object_set_new(o, "fps", json_real(p->fps100 / 100.0));
	put(o, "stream", p->stream);
	put(o, "snapshot", p->snapshot);
	if (*p->wrong)
		put(o, "wrong", p->wrong);
	return o;
}

void onvif_device_json(const struct onvif_device *d, struct buf *out)
{
	json_t *o = json_object(), *profiles = json_array();
	put(o, "url", d->url);
	json_object_set_new(o, "clock_offset_ms",
		d->clock_known ? json_integer(d->clock_offset_ms) : json_null());
	json_object_set_new(o, "media", json_integer(d->media));
	json_object_set_new(o, "moved", json_boolean(d->moved));
	for (size_t i = 0; i < d->n; i++)
		json_array_append_new(profiles, profile_json(d, i));
	json_object_set_new(o, "profiles", profiles);
	write_line(o, out);
}

/* ---- text --------------------------------------------------------------------------------- */
static void clock_text(const struct onvif_device *d, struct buf *out)
{
	int64_t off = d->clock_offset_ms, s = (off < 0 ? -off : off) / SECOND;
	if (!d->clock_known) {
		buf_puts(out, "It does not tell its time.\n");
		return;
	}
	buf_puts(out, "Its clock is ");
	if (s >= DAY / SECOND)
		buf_printf(out, "%" PRId64 " days %" PRId64 " h ", s / 86400, s % 86400 / 3600);
	else if (s >= 60)
		buf_printf(out, "%" PRId64 " min ", s / 60);
	else
		buf_printf(out, "%" PRId64 " s ", s);
	buf_printf(out, "%s (offset %" PRId64 " ms)%s\n", off < 0 ? "behind" : "ahead", off,
		s >= 60 ? "; set it, its picture shows a wrong time" : "");
}

static void profile_text(const struct onvif_device *d, size_t i, struct buf *out)
{
	const struct onvif_profile *p = &d->profiles[i];
	buf_printf(
		out, "\nProfile %s: %s", or_dash(p->name), *p->codec ? p->codec : "codec unknown");
	if (p->width)
		buf_printf(out, " %dx%d", p->width, p->height);
	if (p->fps100 % 100)
		buf_printf(out, " %d.%02d fps", p->fps100 / 100, p->fps100 % 100);
	else if (p->fps100)
		buf_printf(out, " %d fps", p->fps100 / 100);
	if (*use_of(d, i))
		buf_printf(out, ", use as %s stream", use_of(d, i));
	buf_printf(out, "\n    stream    %s\n", *p->stream ? p->stream : p->wrong);
	buf_printf(out, "    snapshot  %s\n", or_dash(p->snapshot));
}

static void register_text(const struct onvif_device *d, struct buf *out)
{
	if (d->main < 0) {
		buf_puts(out, "\nNone of them is a stream that Shian records.\n");
		return;
	}
	buf_printf(out,
		"\nEnter in the register, with user name and password as in "
		"rtsp://NAME:PASSWORD@HOST/...:\n    address                      %s\n",
		d->profiles[d->main].stream);
	if (d->sub >= 0)
		buf_printf(
			out, "    address of its small stream  %s\n", d->profiles[d->sub].stream);
}

void onvif_device_text(const struct onvif_device *d, struct buf *out)
{
	buf_printf(out, "%s\n", d->url);
	clock_text(d, out);
	if (d->moved)
		buf_puts(out, "It names another host for itself; below is the one it was reached "
			      "by.\n");
	for (size_t i = 0; i < d->n; i++)
		profile_text(d, i, out);
	if (d->more)
		buf_printf(out, "\nThere are more profiles; %d are shown.\n", ONVIF_PROFILES_MAX);
	register_text(d, out);
}
