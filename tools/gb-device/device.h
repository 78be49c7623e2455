/* A GB/T 28181 device that is none: registers, answers, sends a clip as its picture. For tests and
 * for trying the platform out. It shares the program's reader of SIP and its digests; what it
 * writes is its own. */
#ifndef GB_DEVICE_H
#define GB_DEVICE_H

#include <netinet/in.h>

#include "workers/gb/gb.h"
#include "workers/gb/mux.h"

enum { CALLS_MAX = 8, PACKET_PAYLOAD = 1400 };

struct picture {
	uint8_t *at;
	size_t n;
	int64_t pts; /* 1/90000 s from the start */
	bool key;
};

struct clip {
	struct picture *pictures;
	size_t n;
	int64_t length; /* 1/90000 s */
	bool h265;
};
bool clip_load(struct clip *c, const char *path);
void clip_free(struct clip *c);

struct options {
	const char *file, *platform_id, *password;
	char id[GB_ID_DIGITS + 1];
	struct sockaddr_in platform, own;
	int count, channels;
	bool edition_2022, tcp, dollar, no_ssrc, other_ssrc, busy, move;
	int keepalive_ms, expires_s, alarm_ms, lose; /* lose: packets of 1000 */
	struct mux_way way;
};

struct call {
	bool used, playing, history, stalled;
	char call_id[128], from[256], to[256]; /* lines of the dialog, ours is to */
	struct peer_of_call {
		struct sockaddr_in at;
		bool tcp, connects; /* connects: we do */
	} peer;
	int fd, listener;
	uint32_t ssrc, time;
	uint16_t seq;
	size_t next;
	int64_t begun, round,
		until;	    /* clock_mono; round: pts added; until: pts of the end, 0: none */
	int channel, speed; /* speed: of a download, else 1 */
	uint32_t cseq;
};

struct device {
	const struct options *options;
	const struct clip *clip;
	char id[GB_ID_DIGITS + 1];
	int fd;
	uint8_t *in; /* TCP */
	size_t in_n;
	bool registered, refused;
	uint32_t cseq, sn;
	char reg_call_id[64];
	int64_t next_register, next_keepalive, next_alarm, next_position;
	bool positions;
	char sub_from[256], sub_to[256], sub_call_id[128];
	struct call calls[CALLS_MAX];
	struct arena *arena;
};

/* talk.c */
bool device_open(struct device *d);
void device_read(struct device *d);
void device_turn(struct device *d, int64_t now);
void device_send(struct device *d, const char *text, size_t n);
void device_bye(struct device *d, struct call *c);
char *channel_id(struct device *d, int n);
void tell(struct device *d, const char *event, const char *detail); /* a line on stdout */
void device_message(struct device *d, const char *xml);

/* answers.c */
void answer_query(struct device *d, const struct gb_xml *x);
void send_keepalive(struct device *d);
void send_alarm(struct device *d);
char *position_xml(struct device *d);

/* stream.c */
bool call_prepare(struct device *d, struct call *c, const struct gb_sdp *offer);
void call_turn(struct device *d, struct call *c, int64_t now);
void call_end(struct call *c);

#endif
