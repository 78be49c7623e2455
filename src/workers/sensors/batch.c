#include "workers/sensors/batch.h"

void batch_start(struct batch *b)
{
	if (!b->arena)
		b->arena = arena_new();
	arena_reset(b->arena);
	b->readings = (struct buf){ .arena = b->arena };
	b->refused = (struct buf){ .arena = b->arena };
	b->n = 0;
}

/* The reasons are sentences of ours: nothing in them needs to be escaped. */
static void refuse(struct batch *b, const char *device, const char *why)
{
	buf_printf(&b->refused, "%s{\"device\":\"%s\",\"why\":\"%s\"}", b->refused.n ? "," : "",
		device, why);
}

void batch_add(struct batch *b, const struct devices *d, const char *topic, struct bytes payload)
{
	char device[DEVICE_MAX + 1];
	struct payload p;

	b->n++;
	if (!device_of_topic(topic, device))
		return;
	const char *why = payload_read(payload, devices_map(d, device), &p);
	if (why) {
		refuse(b, device, why);
		return;
	}
	buf_printf(&b->readings, "%s{\"device\":\"%s\",\"at\":%" PRId64, b->readings.n ? "," : "",
		device, p.has_at ? p.at : clock_now());
	if (p.has_t)
		buf_printf(&b->readings, ",\"t\":%" PRId64, p.t);
	if (p.has_rh)
		buf_printf(&b->readings, ",\"rh\":%" PRId64, p.rh);
	buf_printf(&b->readings, ",\"clockless\":%s}", p.has_at ? "false" : "true");
}

struct bytes batch_body(struct batch *b)
{
	struct buf all = { .arena = b->arena };

	buf_puts(&all, "{\"readings\":[");
	buf_puts(&all, buf_text(&b->readings));
	buf_puts(&all, "],\"refused\":[");
	buf_puts(&all, buf_text(&b->refused));
	buf_puts(&all, "]}");
	return (struct bytes){ (const uint8_t *)all.s, all.n };
}
