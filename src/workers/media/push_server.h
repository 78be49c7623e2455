/* The inside of the RTMP server: push.c (sockets) and push_list.c (keys). */
#ifndef WORKERS_MEDIA_PUSH_SERVER_H
#define WORKERS_MEDIA_PUSH_SERVER_H

#include "workers/media/push_stream.h"
#include "workers/media/rtmp.h"

struct push_connection {
	struct push_server *server;
	int fd;
	char peer[64]; /* its address, for the log */
	struct rtmp *rtmp;
	struct push_stream *stream; /* what it publishes; NULL: a stranger yet */
	uint64_t turn;
	struct flv_config config;
	int64_t opened, heard; /* clock_mono */
	int64_t leave_by;      /* told to go: is read to nobody until then; 0: it stays */
	bool dead;	       /* to be closed at the end of this round */
	bool wants_out;	       /* waits until the peer reads */
};

struct push_server {
	int listener, epoll, wake, port;
	pthread_t thread;
	bool started;
	atomic_bool stop;
	struct push_connection **connections; /* the thread's */
	size_t n;
	bool dirty;	       /* one of them is dead */
	int64_t refusal_noted; /* clock_mono */
	uint8_t *buffer;
	pthread_mutex_t lock; /* guards what follows */
	struct push_stream **known;
	size_t known_n;
};

#endif
