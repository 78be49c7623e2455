/* The picture of a camera as it is now: files that the media worker wrote, and fragments as it
 * writes them. */
#include "domains/cameras/play.h"

#include <string.h>

/* Both streams have the same addresses below another word. */
static const char *folder_name(struct req *rq)
{
	const char *sub = strstr(rq->http->path, "/sub/") ? "-sub" : "";
	return arena_printf(rq->arena, "%" PRId64 "%s", rq->id, sub);
}

static enum err media_file(struct req *rq, const char *name, const char *type)
{
	const char *path = arena_printf(rq->arena, "media/%s/%s", folder_name(rq), name);
	return reply_file(rq, path, type);
}

enum err live_playlist(struct req *rq)
{
	reply_set_header(rq, "Cache-Control", "no-store");
	return media_file(rq, "live.m3u8", "application/vnd.apple.mpegurl");
}

enum err live_segment(struct req *rq)
{
	reply_set_header(rq, "Cache-Control", "private, max-age=3600, immutable");
	return media_file(rq, arena_printf(rq->arena, "%s.m4s", rq->key), "video/iso.segment");
}

enum err live_head(struct req *rq)
{
	reply_set_header(rq, "Cache-Control", "private, max-age=3600, immutable");
	return media_file(rq, arena_printf(rq->arena, "%s.mp4", rq->key), "video/mp4");
}

enum err live_socket(struct req *rq)
{
	return reply_live(rq, folder_name(rq));
}

/* ---- on pages ------------------------------------------------------------------------------ */

static bool takes_snapshots(const struct camera *c)
{
	return text_starts(c->url, "http://") || text_starts(c->url, "https://");
}

static const char *address(struct req *rq, int64_t camera, const char *rest)
{
	return arena_printf(rq->arena, "/cameras/%" PRId64 "/%s", camera, rest);
}

enum err put_player(struct req *rq, const char *name, const struct camera *c)
{
	struct node *p = put_map(rq->view, name);
	int64_t sub;

	TRY(db_int(rq, &sub, "SELECT count(*) FROM camera_settings WHERE id = $1 AND sub_url <> ''",
		c->id));
	const struct {
		const char *name, *rest;
		bool there;
	} all[] = { { "src", "live/live.m3u8", true }, { "ws_src", "live/ws", true },
		{ "sub_src", "sub/live.m3u8", sub }, { "sub_ws", "sub/ws", sub },
		{ "image_src", "live/latest.jpg", takes_snapshots(c) } };
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		put_text(p, all[i].name, all[i].there ? address(rq, c->id, all[i].rest) : "");
	put_text(p, "poster", "");
	put_text(p, "label", c->name);
	put_flag(p, "auto", true);
	return OK;
}
