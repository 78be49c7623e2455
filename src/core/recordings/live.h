/* The newest fragments of a camera, as the media worker hands them on while it records: the socket
 * <data>/media/live.sock.
 *
 * A reader connects, writes the camera's id and a line end, and is sent messages until it goes: for
 * each run of the stream LIVE_INFO and LIVE_HEAD, then LIVE_FRAGMENTs, the first of them a keyframe
 * that lies back at most one group of pictures. A reader that does not keep up loses what lies
 * before the next keyframe. The connection ends when the camera is not recorded here, and when it
 * stops being so; it stays, silent, while a camera is lost. The bytes are those of the files. */
#ifndef CORE_RECORDINGS_LIVE_H
#define CORE_RECORDINGS_LIVE_H

#include "core/base/base.h"

enum live_kind {
	LIVE_INFO = 'I',     /* JSON: {"codec":"avc1.64001f","width":..,"height":..,"at":ms UTC of
				time zero} */
	LIVE_HEAD = 'H',     /* ftyp + moov */
	LIVE_FRAGMENT = 'F', /* moof + mdat */
};

enum { LIVE_HEADER = 16, LIVE_MESSAGE_MAX = 24 << 20 };

struct live_message {
	enum live_kind kind;
	bool sync;	 /* a fragment: begins with a keyframe */
	uint32_t n;	 /* bytes that follow the header, at most LIVE_MESSAGE_MAX */
	int64_t time_ms; /* a fragment: UTC of its first picture; else 0 */
};

void live_header_write(uint8_t out[LIVE_HEADER], const struct live_message *m);
bool live_header_read(const uint8_t in[LIVE_HEADER], struct live_message *out); /* false: not one */

/* An address of <media>/live.sock for connect() or bind(), however long the path is; *folder is to
 * be closed behind that call. */
struct live_address {
	char path[108];
	int folder; /* -1: none was needed */
};
enum err live_address(const char *media, struct live_address *out, struct fault *why);

/* Connects and asks; *fd is the caller's. E_NOT_FOUND: no media worker is there. */
enum err live_connect(const char *media, const char *camera, int *fd, struct fault *why);

#endif
