/* Private to the room of cameras: what a GB/T 28181 device itself has recorded. */
#ifndef CAMERAS_DEVICE_PLAY_H
#define CAMERAS_DEVICE_PLAY_H

#include "core/core.h"

struct device_order {
	int64_t id, version, camera, operator, area;
	const char *kind; /* list, fetch */
	int64_t from_at, to_at;
	const char *reason;
	int64_t asked_by, asked_at;
};
extern const struct model device_order_model;

/* device_play.c */
enum err device_play(struct req *rq);	    /* the page; ?from&to plays what was fetched */
enum err device_play_ask(struct req *rq);   /* POST: which recordings are there */
enum err device_play_fetch(struct req *rq); /* POST: fetch a stretch, with a reason */
/* device_orders.c */
enum err internal_device_orders(struct req *rq);

#endif
