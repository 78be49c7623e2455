/* What a device answers, read as every kind of answer: whatever comes in, it ends, and what is
 * taken lies within bounds and can be shown. The first byte says which kind. */
#include "workers/onvif/message.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define UUID "00000000-0000-4000-8000-000000000000"

static void fine(const char *s, size_t max)
{
	if (!s || strlen(s) > max || !utf8_valid(s, strlen(s)))
		abort();
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			abort();
}

static void matches(struct arena *a, struct bytes in)
{
	struct onvif_founds *f = NEW(a, struct onvif_founds);
	if (onvif_matches_read(a, in, UUID, f, NULL))
		return;
	for (size_t i = 0; i < f->n; i++) {
		const struct onvif_found *d = &f->at[i];
		fine(d->endpoint, 200);
		if (d->name)
			fine(d->name, 200);
		if (d->hardware)
			fine(d->hardware, 200);
		for (size_t x = 0; x < d->n_xaddrs; x++)
			fine(d->xaddrs[x], ONVIF_URL_MAX);
		if (!*d->endpoint && !d->n_xaddrs)
			abort();
	}
}

static void reached(struct arena *a, const char *told)
{
	struct onvif_reached r = { .by = "http://camera:8080/onvif/device_service" };
	const char *url = onvif_reach(a, told, &r);
	if (url && strncmp(url, "http", 4) != 0 && strncmp(url, "rtsp", 4) != 0)
		abort();
	r.service = true;
	url = onvif_reach(a, told, &r);
	if (url && !strstr(url, "://camera") && !strstr(url, "://CAMERA") && !r.moved &&
		strncasecmp(strstr(url, "://") + 3, "camera", 6) != 0)
		abort();
}

static void profiles(struct arena *a, const struct onvif_xml *root)
{
	struct onvif_device *d = NEW(a, struct onvif_device);
	onvif_profiles_read(a, root, d);
	if (d->n > ONVIF_PROFILES_MAX)
		abort();
	for (size_t i = 0; i < d->n; i++) {
		struct onvif_profile *p = &d->profiles[i];
		fine(p->token, 200);
		fine(p->name, 200);
		fine(p->codec, 16);
		if (p->width < 0 || p->height < 0 || p->fps100 < 0 || p->fps100 > 100000)
			abort();
		p->stream = arena_printf(a, "rtsp://camera/%zu", i);
	}
	onvif_choose(d);
	if (d->main >= (int)d->n || d->sub >= (int)d->n || (d->sub >= 0 && d->sub == d->main))
		abort();
}

static void envelope(struct arena *a, struct bytes in)
{
	struct onvif_xml *root;
	struct onvif_services s;
	int64_t ms;
	bool login;
	if (onvif_xml_read(a, in, &root, NULL) || !onvif_is_envelope(root))
		return;
	const char *words = onvif_fault_text(a, root, &login);
	if (words)
		fine(words, 200);
	if (onvif_time_read(root, &ms))
		fine(onvif_time_text(a, ms), 24);
	onvif_capabilities_read(a, root, &s);
	fine(s.media, ONVIF_URL_MAX);
	onvif_services_read(a, root, &s);
	fine(s.media, ONVIF_URL_MAX);
	fine(s.media2, ONVIF_URL_MAX);
	profiles(a, root);
	reached(a, onvif_uri_read(a, root));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_new();
	if (size && data[0] == 'm')
		matches(a, (struct bytes){ data + 1, size - 1 });
	else if (size && data[0] == 'u')
		reached(a, arena_copy(a, (const char *)data + 1, size - 1));
	else if (size)
		envelope(a, (struct bytes){ data + 1, size - 1 });
	arena_free(a);
	return 0;
}
