/* Watching a camera: live, back in the day, many at once, and what is kept of it. */
#ifndef DOMAINS_CAMERAS_PLAY_H
#define DOMAINS_CAMERAS_PLAY_H

#include "domains/cameras/cameras.h"

struct playable {
	int64_t id;
	const char *label, *url;
	bool sub; /* has a second stream */
};
/* Fills a map for the partial player; small: the second stream is enough. */
void fill_player(struct req *rq, struct node *p, const struct playable *c, bool small);

/* Puts {name} for the partial player: the camera's live picture. */
enum err put_player(struct req *rq, const char *name, const struct camera *c);

/* The folder of the camera's recordings, of its second stream, or of what was fetched from the
 * device's own recordings. */
enum recorded { MAIN_STREAM, SUB_STREAM, OF_DEVICE };
const char *recordings_of(struct req *rq, int64_t camera, enum recorded which);

/* play.c: files and fragments, of /cameras/:id/live/ and, the second stream, /cameras/:id/sub/ */
enum err live_playlist(struct req *rq);
enum err live_segment(struct req *rq);
enum err live_head(struct req *rq);
enum err live_still(struct req *rq);
enum err live_socket(struct req *rq);

/* wall.c */
enum err camera_wall(struct req *rq);

/* day.c */
/* Puts {name} for the partial day_strip: the day of ?date=, else today. */
enum err put_day(struct req *rq, const char *name);
enum err camera_day(struct req *rq);
enum err recording(struct req *rq); /* .../recording/FROM-TO.m3u8 */

#endif
