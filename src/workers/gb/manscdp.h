/* The XML of GB/T 28181 (MANSCDP), read by expat: what devices answer and tell. Hostile input: no
 * DTD and no entities, depth, elements and texts are bounded. Source: GB/T 28181-2016 annex A,
 * -2022 annex A. Devices say GB2312 and send GB18030 or UTF-8: what is valid UTF-8 is taken as
 * that, all else as GB18030, whatever is declared. */
#ifndef WORKERS_GB_MANSCDP_H
#define WORKERS_GB_MANSCDP_H

#include "core/base/base.h"

enum { GB_XML_MAX = 65536, GB_ITEMS_MAX = 512, GB_TEXT_MAX = 256 };
#define GB_NOWHERE INT64_MIN /* no such number */

/* One of a catalogue (id, name, ...) or of the list of recordings (id, name, start, end). */
struct gb_item {
	const char *id, *name, *manufacturer, *model, *parent, *status;
	const char *start, *end, *type;
	int64_t longitude, latitude; /* micro-degrees, or GB_NOWHERE */
	int64_t ptz;		     /* 1 dome, 2 half dome, 3 fixed, 4 remote ...; 0: not said */
};

/* Texts are in the arena, never NULL. */
struct gb_xml {
	const char *kind; /* Notify, Response, Query, Control */
	const char *cmd, *device, *status, *result;
	int64_t sn;
	const char *name, *manufacturer, *model, *firmware; /* of DeviceInfo */
	const char *priority, *method, *time, *description; /* of Alarm; time of MobilePosition */
	const char *start, *end;			    /* of a RecordInfo query */
	int64_t longitude, latitude;			    /* micro-degrees, or GB_NOWHERE */
	int64_t speed, direction; /* 1/100 km/h; 1/100 degree; or GB_NOWHERE */
	int64_t interval;	  /* s; 0: not said */
	int64_t sum;		  /* of items over all messages */
	struct gb_item *items;
	size_t n;
};

/* E_INVALID: no XML of this kind; E_TOO_LARGE. */
enum err gb_xml_read(struct arena *a, struct bytes xml, struct gb_xml *out, struct fault *why);

/* To UTF-8, without what is no text; never NULL. */
char *gb_utf8(struct arena *a, struct bytes text);
/* And back, for devices; characters that are not in it become '?'. */
struct bytes gb_gb18030(struct arena *a, const char *utf8);

/* 2026-11-23T14:05:00 and with a blank, fractions or a zone: local time. 0: not understood. */
int64_t gb_time_read(const char *s);
char *gb_time_text(struct arena *a, int64_t ms); /* 2026-11-23T14:05:00.000, local */

/* 121.4737 to 121473700; GB_NOWHERE when it is no number of that scale or beyond most. */
int64_t gb_decimal(const char *s, int digits, int64_t most);

/* The text for XML. */
char *gb_xml_escape(struct arena *a, const char *s);

#endif
