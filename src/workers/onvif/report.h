/* What discover and look found, for people and for programs. */
#ifndef WORKERS_ONVIF_REPORT_H
#define WORKERS_ONVIF_REPORT_H

#include "workers/onvif/onvif.h"

void onvif_founds_text(const struct onvif_founds *f, struct buf *out);
void onvif_founds_json(const struct onvif_founds *f, struct buf *out); /* an array, a line */
void onvif_device_text(const struct onvif_device *d, struct buf *out);
void onvif_device_json(const struct onvif_device *d, struct buf *out); /* an object, a line */

#endif
