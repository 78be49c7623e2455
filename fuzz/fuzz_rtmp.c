/* libFuzzer target: what an RTMP peer sends, from the first byte to the pictures handed on. The
 * first byte says in what pieces it comes, and whether the handshake and the beginning of a
 * publisher stand before it, so that the rest needs not be found each time. */
#include "workers/media/fixture_rtmp.h"
#include "workers/media/flv.h"

const char *codec_text(enum stream_codec c)
{
	return c == CODEC_H264 ? "h264" : "h265";
}

struct peer {
	struct flv_config config;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static bool on_publish(void *at, const char *key)
{
	(void)at;
	size_t n = strlen(key);
	if (n < 1 || n > RTMP_KEY_MAX)
		abort();
	return key[0] != 'x';
}

static void on_picture(struct peer *p, const struct flv_video *v)
{
	struct flv_unit u;
	if (flv_annexb(&p->config, v, &u, NULL))
		return;
	if (u.n < 1 || u.n > FRAME_BYTES_MAX || (u.key && !v->key))
		abort();
	/* Every byte is there to be read. */
	volatile unsigned sum = 0;
	for (size_t i = 0; i < u.n; i++)
		sum = sum + u.at[i];
	free(u.at);
}

static void on_video(void *at, int64_t ms, struct bytes message)
{
	struct peer *p = at;
	struct flv_video v;
	if (ms > INT64_MAX / 100 || ms < INT64_MIN / 100)
		abort();
	if (flv_read(message, &v, NULL))
		return;
	if (v.kind == FLV_HEADER)
		(void)flv_config_read(&v, &p->config, NULL);
	else if (v.kind == FLV_PICTURE)
		on_picture(p, &v);
	if (p->config.n > PARAMETER_BYTES_MAX)
		abort();
}

static void on_unpublish(void *at)
{
	((struct peer *)at)->config = (struct flv_config){ 0 };
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct peer p = { 0 };
	struct rtmp_sink sink = { &p, on_publish, on_video, on_unpublish };
	struct wire w = { 0 };
	if (n < 1)
		return 0;
	size_t piece = data[0] & 0x3f ? (size_t)(data[0] & 0x3f) * 7 : 1;
	if (data[0] & 0x80)
		wire_begin(&w, "0123456789abcdef");
	else if (data[0] & 0x40)
		wire_hello(&w);
	wire_add(&w, data + 1, n - 1);
	struct rtmp *r = rtmp_new(&sink);
	for (size_t i = 0; i < w.n; i += piece) {
		size_t now = w.n - i < piece ? w.n - i : piece;
		if (rtmp_feed(r, (struct bytes){ w.at + i, now }, NULL))
			break;
		if (rtmp_out(r).n > RTMP_OUT_MAX)
			abort();
		rtmp_sent(r, rtmp_out(r).n / 2);
	}
	rtmp_free(r);
	wire_free(&w);
	return 0;
}
