/* The conversation with one device, in the order in which it makes sense: its time (or no digest
 * would be right), its media service, its profiles, their addresses. */
#include "workers/onvif/talk.h"

struct look {
	struct arena *arena;
	struct onvif_talk talk;
	struct onvif_device *out;
	struct onvif_reached reached;
	const char *media; /* address of the media service */
};

/* A device that does not tell its time without a password is taken to have ours. */
static enum err ask_time(struct look *k, struct fault *why)
{
	struct onvif_ask q = { k->out->url, { ONVIF_DEVICE_SPACE, "GetSystemDateAndTime", "" },
		false };
	struct onvif_xml *root;
	struct fault own = { 0 };
	int64_t told, before = clock_now();
	enum err e = onvif_talk_ask(&k->talk, &q, &root, &own);
	if (e == E_LOGIN && !k->talk.http_digest)
		return OK;
	if (e)
		return fault(why, e, "%s", own.text);
	if (!onvif_time_read(root, &told))
		return OK;
	k->out->clock_known = k->talk.clock_known = true;
	k->out->clock_offset_ms = k->talk.offset_ms = told - (before + clock_now()) / 2;
	return OK;
}

static const char *service(struct look *k, const char *told)
{
	k->reached.service = true;
	const char *url = *told ? onvif_reach(k->arena, told, &k->reached) : NULL;
	k->reached.service = false;
	return url ? url : "";
}

/* A wrong password ends the talk at once: devices lock an account after a few. Other refusals are
 * a device that does not know the question. */
static enum err ask_services(struct look *k, struct onvif_services *s, struct fault *why)
{
	struct onvif_ask capabilities = { k->out->url,
		{ ONVIF_DEVICE_SPACE, "GetCapabilities", "<x:Category>All</x:Category>" }, true };
	struct onvif_ask services = { k->out->url,
		{ ONVIF_DEVICE_SPACE, "GetServices",
			"<x:IncludeCapability>false</x:IncludeCapability>" },
		true };
	struct onvif_services more = { "", "" };
	struct onvif_xml *root;
	*s = more;
	enum err e = onvif_talk_ask(&k->talk, &capabilities, &root, why);
	if (!e)
		onvif_capabilities_read(k->arena, root, s);
	else if (e != E_INVALID)
		return e;
	e = onvif_talk_ask(&k->talk, &services, &root, why);
	if (!e)
		onvif_services_read(k->arena, root, &more);
	else if (e != E_INVALID)
		return e;
	s->media2 = service(k, more.media2);
	s->media = service(k, *s->media ? s->media : more.media);
	if (!*s->media && !*s->media2)
		return e ? e : fault(why, E_INVALID, "the device names no media service");
	return OK;
}

static enum err ask_profiles(struct look *k, const char *url, int media, struct fault *why)
{
	struct onvif_ask q = { url,
		{ media == 2 ? ONVIF_MEDIA2_SPACE : ONVIF_MEDIA_SPACE, "GetProfiles",
			media == 2 ? "<x:Type>VideoEncoder</x:Type>" : "" },
		true };
	struct onvif_xml *root;
	TRY(onvif_talk_ask(&k->talk, &q, &root, why));
	onvif_profiles_read(k->arena, root, k->out);
	k->out->media = media;
	k->media = url;
	return k->out->n ? OK : fault(why, E_INVALID, "the device has no profile of a stream");
}

/* Only the second media service knows H.265; where it does not answer, the first does. */
static enum err ask_either(struct look *k, struct fault *why)
{
	struct onvif_services s;
	TRY(ask_services(k, &s, why));
	if (*s.media2) {
		enum err e = ask_profiles(k, s.media2, 2, why);
		if (!e || !*s.media || e != E_INVALID)
			return e;
	}
	return ask_profiles(k, s.media, 1, why);
}

struct uri {
	const char *operation, *inside; /* the token is added to it */
	const struct onvif_profile *profile;
};

static enum err ask_uri(struct look *k, const struct uri *u, const char **uri, struct fault *why)
{
	struct onvif_ask q = { k->media,
		{ k->out->media == 2 ? ONVIF_MEDIA2_SPACE : ONVIF_MEDIA_SPACE, u->operation,
			arena_printf(k->arena, "%s<x:ProfileToken>%s</x:ProfileToken>", u->inside,
				onvif_escape(k->arena, u->profile->token)) },
		true };
	struct onvif_xml *root;
	TRY(onvif_talk_ask(&k->talk, &q, &root, why));
	*uri = onvif_reach(k->arena, onvif_uri_read(k->arena, root), &k->reached);
	return *uri ? OK : fault(why, E_INVALID, "the device names no address");
}

/* A profile without an address is told, the others are asked for all the same. */
static enum err ask_addresses(struct look *k, struct onvif_profile *p, struct fault *why)
{
	const struct uri stream = { "GetStreamUri",
		k->out->media == 2
			? "<x:Protocol>RTSP</x:Protocol>"
			: "<x:StreamSetup><tt:Stream>RTP-Unicast</tt:Stream><tt:Transport>"
			  "<tt:Protocol>RTSP</tt:Protocol></tt:Transport></x:StreamSetup>",
		p };
	const struct uri snapshot = { "GetSnapshotUri", "", p };
	struct fault own = { 0 };
	const char *uri = "";
	enum err e = ask_uri(k, &stream, &uri, &own);
	if (!e)
		p->stream = uri;
	else
		p->wrong = arena_dup(k->arena, own.text);
	if (e == E_LOGIN)
		return fault(why, e, "%s", own.text);
	e = ask_uri(k, &snapshot, &uri, &own);
	if (!e)
		p->snapshot = uri;
	return e == E_LOGIN ? fault(why, e, "%s", own.text) : OK;
}

static enum err look(struct look *k, struct fault *why)
{
	TRY(ask_time(k, why));
	TRY(ask_either(k, why));
	for (size_t i = 0; i < k->out->n; i++)
		TRY(ask_addresses(k, &k->out->profiles[i], why));
	onvif_choose(k->out);
	k->out->moved = k->reached.moved;
	return OK;
}

enum err onvif_look(struct arena *a, const struct onvif_question *q, struct onvif_device *out,
	struct fault *why)
{
	struct look k = { .arena = a, .out = out, .media = "" };
	*out = (struct onvif_device){ .main = -1, .sub = -1 };
	out->url = onvif_url(a, q->url);
	if (!out->url)
		return fault(why, E_INVALID,
			"this is no address like http://192.168.1.64/onvif/device_service "
			"(user name and password do not stand in it)");
	k.reached = (struct onvif_reached){ .by = out->url };
	TRY(onvif_talk_open(&k.talk, q, why));
	enum err e = look(&k, why);
	onvif_talk_close(&k.talk);
	return e;
}
