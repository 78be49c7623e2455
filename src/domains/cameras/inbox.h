/* Private to the room of cameras: the list of leads, and the way from one to the next. */
#ifndef CAMERAS_INBOX_H
#define CAMERAS_INBOX_H

#include "domains/cameras/cameras.h"

/* Leads of the same camera, rule and local day are shown as one: (time + shift) / day. */
#define LEAD_DAY       DAY
#define LEAD_DAY_SHIFT ((int64_t)8 * HOUR)

enum err lead_put_neighbours(struct req *rq, const struct lead *l);
/* Others of its camera, rule and day that wait too. */
enum err lead_put_similar(struct req *rq, const struct lead *l);
/* Usual reasons of a rejection, to choose from. */
void lead_put_reasons(struct req *rq);
/* The words of a chosen reason, translated; "" for none. */
const char *lead_reason_text(struct req *rq, const char *code);
/* After a review: the next lead that waits for this officer, else the lead itself. */
enum err lead_go_on(struct req *rq, const struct lead *l);

#endif
