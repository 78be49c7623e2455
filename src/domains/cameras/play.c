/* The picture of a camera as it is now: files that the media worker wrote, and fragments as it
 * writes them. */
#include "domains/cameras/play.h"

#include <string.h>

/* Both streams, and what was fetched from the device, have the same addresses below another word.
 */
static const char *folder_name(struct req *rq)
{
	const char *end = strstr(rq->http->path, "/sub/")      ? "-sub"
			  : strstr(rq->http->path, "/device/") ? "-device"
							       : "";
	return arena_printf(rq->arena, "%" PRId64 "%s", rq->id, end);
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

/* Of a snapshot camera: the newest still, or the one of that name. */
enum err live_still(struct req *rq)
{
	bool newest = text_is(rq->key, "latest");
	reply_set_header(
		rq, "Cache-Control", newest ? "no-store" : "private, max-age=3600, immutable");
	return media_file(rq, arena_printf(rq->arena, "%s.jpg", rq->key), "image/jpeg");
}

enum err live_socket(struct req *rq)
{
	return reply_live(rq, folder_name(rq));
}

/* ---- on pages ------------------------------------------------------------------------------ */

static bool takes_snapshots(const char *url)
{
	return text_starts(url, "http://") || text_starts(url, "https://");
}

static const char *address(struct req *rq, int64_t camera, const char *rest)
{
	return arena_printf(rq->arena, "/cameras/%" PRId64 "/%s", camera, rest);
}

void fill_player(struct req *rq, struct node *p, const struct playable *c, bool small)
{
	bool only_sub = c->sub && small;
	const struct {
		const char *name, *rest;
		bool there;
	} all[] = { { "src", only_sub ? "sub/live.m3u8" : "live/live.m3u8", true },
		{ "ws_src", only_sub ? "sub/ws" : "live/ws", true },
		{ "sub_src", "sub/live.m3u8", c->sub && !small },
		{ "sub_ws", "sub/ws", c->sub && !small },
		{ "image_src", "live/latest.jpg", takes_snapshots(c->url) } };
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		put_text(p, all[i].name, all[i].there ? address(rq, c->id, all[i].rest) : "");
	put_text(p, "poster", "");
	put_text(p, "label", c->label);
	put_flag(p, "auto", true);
}

enum err put_player(struct req *rq, const char *name, const struct camera *c)
{
	int64_t sub;
	TRY(db_int(rq, &sub, "SELECT count(*) FROM camera_settings WHERE id = $1 AND sub_url <> ''",
		c->id));
	struct playable p = { c->id, c->name, c->url, sub != 0 };
	fill_player(rq, put_map(rq->view, name), &p, false);
	return OK;
}
