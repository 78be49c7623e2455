/* Private to the room of cameras: GB/T 28181 devices. */
#ifndef CAMERAS_DEVICES_H
#define CAMERAS_DEVICES_H

#include "core/core.h"

struct gb_device {
	int64_t id, version;
	const char *device, *label;
	int64_t area;
	const char *state;
	int64_t created_by, created_at;
};
extern const struct model gb_device_model;

/* The 20 digits of a number, its password: for the media worker alone. */
enum err put_devices(struct req *rq, struct node *view);

/* devices.c */
enum err device_index(struct req *rq);
enum err device_new(struct req *rq);
enum err device_create(struct req *rq);
enum err device_page(struct req *rq);
enum err device_password(struct req *rq);
enum err device_close(struct req *rq);
/* What the channel becomes: finds the business, leads to the form of a new camera. */
enum err device_channel(struct req *rq);
enum err device_alarms(struct req *rq);
/* devices_told.c */
enum err internal_devices(struct req *rq);

const char *check_gb_number(const char *value);

#endif
