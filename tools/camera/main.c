/* The command line and the RTSP server around the clip.
 *
 * All clients share one pipeline, so that they see the same moment, as with a real camera. The clip
 * is sent as it is; each round's times go on from the round before, so that to a client it never
 * ends. */
#include "camera.h"

#include <getopt.h>
#include <glib-unix.h>
#include <gst/app/gstappsrc.h>
#include <gst/rtsp-server/rtsp-server.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COUNT_MAX = 1000 };

struct options {
	const char *file;
	char address[64];
	char port[8];
	const char *path, *user; /* user:password, or NULL */
	unsigned count;
	bool basic;
};

/* What one pipeline is sending: it starts afresh when the first client comes back. */
struct playing {
	const struct clip *clip;
	size_t next;
	uint64_t round;
};

static const char USAGE[] =
	"usage: shian-camera FILE [--listen 127.0.0.1:8554] [--path /kitchen] [--count N]\n"
	"       [--user NAME:PASSWORD [--basic]]\n"
	"\n"
	"Plays FILE (H.264 or H.265 in MP4) for ever as a camera: rtsp://127.0.0.1:8554/kitchen\n"
	"\n"
	"  --listen ADDRESS:PORT  where to listen (default 127.0.0.1:8554)\n"
	"  --path /NAME           the stream's path (default /kitchen)\n"
	"  --count N              N cameras: /kitchen0, /kitchen1 ... (1 to 1000)\n"
	"  --user NAME:PASSWORD   who may look; asks for a digest\n"
	"  --basic                asks for the password itself instead\n"
	"  --help                 this text\n"
	"\n"
	"SIGTERM and SIGINT end it.\n";

static bool split_listen(struct options *o, const char *text)
{
	const char *colon = strrchr(text, ':');
	size_t host = colon ? (size_t)(colon - text) : 0;
	char *end = NULL;
	guint64 port = colon ? g_ascii_strtoull(colon + 1, &end, 10) : 0;
	if (!host || host >= sizeof(o->address) || !end || *end || port < 1 || port > 65535) {
		fprintf(stderr, "shian-camera: --listen wants ADDRESS:PORT, not '%s'\n", text);
		return false;
	}
	memcpy(o->address, text, host);
	o->address[host] = '\0';
	snprintf(o->port, sizeof(o->port), "%u", (unsigned)port);
	return true;
}

static void take_option(struct options *o, int c)
{
	if (c == 'p')
		o->path = optarg;
	else if (c == 'n')
		o->count = (unsigned)g_ascii_strtoull(optarg, NULL, 10);
	else if (c == 'u')
		o->user = optarg;
	else if (c == 'b')
		o->basic = true;
}

/* -1: go on, else the exit status. */
static int parse_options(struct options *o, int argc, char **argv)
{
	static const struct option names[] = {
		{ "listen", required_argument, NULL, 'l' },
		{ "path", required_argument, NULL, 'p' },
		{ "count", required_argument, NULL, 'n' },
		{ "user", required_argument, NULL, 'u' },
		{ "basic", no_argument, NULL, 'b' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	*o = (struct options){ .address = "127.0.0.1", .port = "8554", .path = "/kitchen" };
	for (int c; (c = getopt_long(argc, argv, "", names, NULL)) != -1;) {
		if (c == 'h') {
			fputs(USAGE, stdout);
			return 0;
		}
		if (c == '?' || (c == 'l' && !split_listen(o, optarg))) {
			fputs(USAGE, stderr);
			return 2;
		}
		take_option(o, c);
	}
	if (argc - optind != 1 || o->path[0] != '/' || o->count > COUNT_MAX ||
		(o->user && !strchr(o->user, ':'))) {
		fputs(USAGE, stderr);
		return 2;
	}
	o->file = argv[optind];
	return -1;
}

/* The pictures stay in the clip's memory; a buffer only points there. */
static void push_next(GstElement *source, guint wanted, gpointer at)
{
	struct playing *p = at;
	const struct picture *f = &p->clip->pictures[p->next];
	GstFlowReturn flow = GST_FLOW_OK;
	GstBuffer *b = gst_buffer_new_wrapped_full(
		GST_MEMORY_FLAG_READONLY, f->at, f->n, 0, f->n, NULL, NULL);
	(void)wanted;
	GST_BUFFER_PTS(b) = p->round * p->clip->duration + f->pts;
	GST_BUFFER_DTS(b) = GST_BUFFER_PTS(b);
	GST_BUFFER_DURATION(b) = f->duration;
	if (!f->key)
		GST_BUFFER_FLAG_SET(b, GST_BUFFER_FLAG_DELTA_UNIT);
	if (++p->next == p->clip->n) {
		p->next = 0;
		p->round++;
	}
	g_signal_emit_by_name(source, "push-buffer", b, &flow);
	gst_buffer_unref(b);
}

static void configure(GstRTSPMediaFactory *factory, GstRTSPMedia *media, gpointer at)
{
	const struct clip *clip = at;
	(void)factory;
	GstElement *bin = gst_rtsp_media_get_element(media);
	GstElement *source = gst_bin_get_by_name_recurse_up(GST_BIN(bin), "clip");
	GstBuffer *head = gst_buffer_new_memdup(clip->head, clip->head_size);
	GstCaps *caps = gst_caps_new_simple(clip->h265 ? "video/x-h265" : "video/x-h264",
		"stream-format", G_TYPE_STRING, clip->h265 ? "hvc1" : "avc", "alignment",
		G_TYPE_STRING, "au", "codec_data", GST_TYPE_BUFFER, head, "width", G_TYPE_INT,
		clip->width, "height", G_TYPE_INT, clip->height, NULL);
	gst_app_src_set_caps(GST_APP_SRC(source), caps);
	gst_caps_unref(caps);
	gst_buffer_unref(head);

	struct playing *p = g_new0(struct playing, 1);
	p->clip = clip;
	g_object_set_data_full(G_OBJECT(media), "playing", p, g_free);
	g_signal_connect(source, "need-data", G_CALLBACK(push_next), p);
	gst_object_unref(source);
	gst_object_unref(bin);
}

#define SOURCE	"( appsrc name=clip format=time max-buffers=4 max-bytes=0 ! "
#define PAYLOAD " name=pay0 pt=96 config-interval=-1 aggregate-mode=none )"

static GstRTSPMediaFactory *factory_new(struct clip *clip)
{
	GstRTSPMediaFactory *f = gst_rtsp_media_factory_new();
	gst_rtsp_media_factory_set_launch(
		f, clip->h265 ? SOURCE "rtph265pay" PAYLOAD : SOURCE "rtph264pay" PAYLOAD);
	gst_rtsp_media_factory_add_role(f, "viewer", GST_RTSP_PERM_MEDIA_FACTORY_ACCESS,
		G_TYPE_BOOLEAN, TRUE, GST_RTSP_PERM_MEDIA_FACTORY_CONSTRUCT, G_TYPE_BOOLEAN, TRUE,
		NULL);
	gst_rtsp_media_factory_set_shared(f, TRUE);
	gst_rtsp_media_factory_set_protocols(
		f, GST_RTSP_LOWER_TRANS_TCP | GST_RTSP_LOWER_TRANS_UDP);
	g_signal_connect(f, "media-configure", G_CALLBACK(configure), clip);
	return f;
}

static void add_cameras(GstRTSPServer *server, const struct options *o, struct clip *clip)
{
	GstRTSPMountPoints *mounts = gst_rtsp_server_get_mount_points(server);
	if (!o->count)
		gst_rtsp_mount_points_add_factory(mounts, o->path, factory_new(clip));
	for (unsigned i = 0; i < o->count; i++) {
		char path[256];
		snprintf(path, sizeof(path), "%s%u", o->path, i);
		gst_rtsp_mount_points_add_factory(mounts, path, factory_new(clip));
	}
	g_object_unref(mounts);
}

/* Only that user may look at anything. */
static void ask_for_user(GstRTSPServer *server, const struct options *o)
{
	char *name = g_strdup(o->user);
	char *password = strchr(name, ':');
	*password++ = '\0';
	GstRTSPAuth *auth = gst_rtsp_auth_new();
	GstRTSPToken *token = gst_rtsp_token_new(
		GST_RTSP_TOKEN_MEDIA_FACTORY_ROLE, G_TYPE_STRING, "viewer", NULL);
	if (o->basic) {
		char *basic = gst_rtsp_auth_make_basic(name, password);
		gst_rtsp_auth_add_basic(auth, basic, token);
		g_free(basic);
	} else {
		gst_rtsp_auth_set_supported_methods(auth, GST_RTSP_AUTH_DIGEST);
		gst_rtsp_auth_add_digest(auth, name, password, token);
	}
	gst_rtsp_token_unref(token);
	gst_rtsp_server_set_auth(server, auth);
	g_object_unref(auth);
	g_free(name);
}

/* Clients that vanished without a word are found by their session's time-out. */
static gboolean drop_dead_sessions(gpointer server)
{
	GstRTSPSessionPool *pool = gst_rtsp_server_get_session_pool(server);
	gst_rtsp_session_pool_cleanup(pool);
	g_object_unref(pool);
	return G_SOURCE_CONTINUE;
}

static gboolean end_loop(gpointer loop)
{
	g_main_loop_quit(loop);
	return G_SOURCE_CONTINUE;
}

static int serve(const struct options *o, struct clip *clip)
{
	GMainLoop *loop = g_main_loop_new(NULL, FALSE);
	GstRTSPServer *server = gst_rtsp_server_new();
	gst_rtsp_server_set_address(server, o->address);
	gst_rtsp_server_set_service(server, o->port);
	gst_rtsp_server_set_backlog(server, 128);
	add_cameras(server, o, clip);
	if (o->user)
		ask_for_user(server, o);
	if (!gst_rtsp_server_attach(server, NULL)) {
		fprintf(stderr,
			"shian-camera: cannot listen on %s:%s: in use, or not an address here\n",
			o->address, o->port);
		g_object_unref(server);
		g_main_loop_unref(loop);
		return 1;
	}
	g_timeout_add_seconds(10, drop_dead_sessions, server);
	g_unix_signal_add(SIGTERM, end_loop, loop);
	g_unix_signal_add(SIGINT, end_loop, loop);
	printf("shian-camera: rtsp://%s:%s%s (%zu pictures, %u.%u s a round)\n", o->address,
		o->port, o->path, clip->n, (unsigned)(clip->duration / 1000000000),
		(unsigned)(clip->duration / 100000000 % 10));
	fflush(stdout);
	g_main_loop_run(loop);
	g_object_unref(server);
	g_main_loop_unref(loop);
	return 0;
}

int main(int argc, char **argv)
{
	struct options o;
	static struct clip clip; /* the pipelines read it until the very end */
	int rc = parse_options(&o, argc, argv);
	if (rc >= 0)
		return rc;
	if (!clip_load(&clip, o.file)) {
		clip_free(&clip);
		return 1;
	}
	gst_init(NULL, NULL);
	rc = serve(&o, &clip);
	/* The pipelines' threads may still point into the clip: the kernel frees it. */
	return rc;
}
