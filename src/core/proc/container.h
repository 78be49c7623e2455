/* What a recording says of itself: its container, streams, and when it was made. The file comes
 * from a device that anybody may have had in hand, so it is parsed by libavformat in a fresh child
 * without rights: no open, no sockets, no new processes, limited memory and time. */
#ifndef CORE_PROC_CONTAINER_H
#define CORE_PROC_CONTAINER_H

#include "core/base/base.h"

struct container {
	char format[32];     /* libavformat's name: "mov,mp4,m4a,3gp,3g2,mj2" */
	char video[24];	     /* codec: "h264"; "" without pictures */
	char audio[24];	     /* codec: "aac"; "" without sound */
	int64_t started_at;  /* its creation_time, ms UTC by the device's clock; 0: it says none */
	int64_t duration_ms; /* 0: unknown */
	int32_t width, height; /* 0 without pictures */
};

/* Reads it from the descriptor, which stays the caller's; its position changes. E_INVALID: no
 * recording, or one damaged beyond reading; E_INTERNAL: no child could be made. */
enum err container_read(int fd, struct container *out, struct fault *why);

#endif
