/* The answers, read. */
#include <string.h>

#include "workers/onvif/message.h"

enum { NAME_MAX_BYTES = 200, SIDE_MAX = 32768, YEAR_MIN = 1970, YEAR_MAX = 2099 };

#define SCOPE "onvif://www.onvif.org/"

static const char *kept(struct arena *a, const char *s, size_t max)
{
	size_t n = strlen(s);
	if (n > max)
		for (n = max; n && !utf8_valid(s, n); n--)
			continue;
	return arena_copy(a, s, n);
}

/* ---- who is there ------------------------------------------------------------------------- */
/* The next word of a list parted by blanks; NULL at its end. */
static const char *next_word(struct arena *a, const char **s)
{
	*s += strspn(*s, " ");
	size_t n = strcspn(*s, " ");
	const char *word = n ? arena_copy(a, *s, n) : NULL;
	*s += n;
	return word;
}

static const char *scope_value(struct arena *a, const char *scope, const char *kind)
{
	char *v;
	const char *rest;
	if (!text_starts(scope, SCOPE) || !text_starts(scope + strlen(SCOPE), kind))
		return NULL;
	rest = scope + strlen(SCOPE) + strlen(kind);
	v = strchr(rest, '+') ? NULL : url_decode(a, rest, strlen(rest));
	if (!v || !utf8_valid(v, strlen(v)))
		return kept(a, rest, NAME_MAX_BYTES);
	return kept(a, text_trim(a, onvif_clean(a, v)), NAME_MAX_BYTES);
}

static void scopes_read(struct arena *a, const char *scopes, struct onvif_found *f)
{
	const char *word, *v;
	while ((word = next_word(a, &scopes))) {
		if (!*f->name && (v = scope_value(a, word, "name/")))
			f->name = v;
		else if (!*f->hardware && (v = scope_value(a, word, "hardware/")))
			f->hardware = v;
	}
}

static void xaddrs_read(struct arena *a, const char *list, struct onvif_found *f)
{
	const char *word;
	while (f->n_xaddrs < ONVIF_XADDRS_MAX && (word = next_word(a, &list)))
		if ((text_starts(word, "http://") || text_starts(word, "https://")) &&
			strlen(word) <= ONVIF_URL_MAX)
			f->xaddrs[f->n_xaddrs++] = word;
}

static bool same_device(const struct onvif_found *a, const struct onvif_found *b)
{
	if (*a->endpoint || *b->endpoint)
		return text_is(a->endpoint, b->endpoint);
	return a->n_xaddrs && b->n_xaddrs && text_is(a->xaddrs[0], b->xaddrs[0]);
}

static void add_found(struct onvif_founds *out, const struct onvif_found *f)
{
	for (size_t i = 0; i < out->n; i++)
		if (same_device(&out->at[i], f))
			return;
	if (out->n == ONVIF_FOUND_MAX)
		out->more = true;
	else
		out->at[out->n++] = *f;
}

/* Some devices leave urn: out, or write capitals. One that names no question is believed. */
static bool answers_us(const char *relates, const char *uuid)
{
	size_t n = strlen(relates), m = strlen(uuid);
	return n == 0 || (n >= m && strcasecmp(relates + n - m, uuid) == 0);
}

enum err onvif_matches_read(struct arena *a, struct bytes datagram, const char *uuid,
	struct onvif_founds *out, struct fault *why)
{
	struct onvif_xml *root;
	TRY(onvif_xml_read(a, datagram, &root, why));
	const struct onvif_xml *all = onvif_xml_at(root, "Body/ProbeMatches");
	if (!onvif_is_envelope(root) || !all)
		return fault(why, E_INVALID, "no ProbeMatches");
	if (!answers_us(onvif_xml_text(root, "Header/RelatesTo"), uuid))
		return fault(why, E_INVALID, "an answer to another question");
	for (const struct onvif_xml *m = all->child; m; m = m->next) {
		if (!text_is(m->name, "ProbeMatch"))
			continue;
		struct onvif_found f = { .from = "", .name = "", .hardware = "" };
		f.endpoint =
			kept(a, onvif_xml_text(m, "EndpointReference/Address"), NAME_MAX_BYTES);
		scopes_read(a, onvif_xml_text(m, "Scopes"), &f);
		xaddrs_read(a, onvif_xml_text(m, "XAddrs"), &f);
		if (*f.endpoint || f.n_xaddrs)
			add_found(out, &f);
	}
	return OK;
}

/* ---- envelopes ---------------------------------------------------------------------------- */
bool onvif_is_envelope(const struct onvif_xml *root)
{
	return root && text_is(root->name, "Envelope") && onvif_xml_at(root, "Body");
}

static bool about_login(const char *code)
{
	static const char *const CODES[] = { "NotAuthorized", "FailedAuthentication",
		"InvalidSecurity", "InvalidSecurityToken", "MessageExpired" };
	const char *colon = strrchr(code, ':');
	for (size_t i = 0; i < sizeof(CODES) / sizeof(*CODES); i++)
		if (text_is(colon ? colon + 1 : code, CODES[i]))
			return true;
	return false;
}

/* The innermost subcode says most; SOAP 1.1 has faultcode and faultstring instead. */
const char *onvif_fault_text(struct arena *a, const struct onvif_xml *root, bool *login)
{
	const struct onvif_xml *f = onvif_xml_at(root, "Body/Fault"), *c = onvif_xml_at(f, "Code");
	*login = false;
	if (!f)
		return NULL;
	const char *words = onvif_xml_text(f, "Reason/Text"), *code = "";
	for (; c; c = onvif_xml_at(c, "Subcode")) {
		code = onvif_xml_text(c, "Value");
		*login = *login || about_login(code);
	}
	if (!*code)
		code = onvif_xml_text(f, "faultcode");
	*login = *login || about_login(code);
	if (!*words)
		words = onvif_xml_text(f, "faultstring");
	if (!*words)
		words = *code ? code : "no reason given";
	return kept(a, words, NAME_MAX_BYTES);
}

/* ---- time --------------------------------------------------------------------------------- */
static bool number(const struct onvif_xml *x, const char *path, int64_t most, int *out)
{
	int64_t v;
	if (!text_to_int(onvif_xml_text(x, path), &v) || v < 0 || v > most)
		return false;
	*out = (int)v;
	return true;
}

bool onvif_time_read(const struct onvif_xml *root, int64_t *ms)
{
	const struct onvif_xml *x = onvif_xml_at(
		root, "Body/GetSystemDateAndTimeResponse/SystemDateAndTime/UTCDateTime");
	struct civil c = { 0 };
	if (!number(x, "Date/Year", YEAR_MAX, &c.year) || c.year < YEAR_MIN ||
		!number(x, "Date/Month", 12, &c.month) || c.month < 1 ||
		!number(x, "Date/Day", 31, &c.day) || c.day < 1 ||
		!number(x, "Time/Hour", 23, &c.hour) || !number(x, "Time/Minute", 59, &c.minute) ||
		!number(x, "Time/Second", 61, &c.second))
		return false;
	*ms = civil_to_ms(c) + 8 * HOUR; /* civil_to_ms() is local */
	return true;
}

/* ---- services and profiles ---------------------------------------------------------------- */
void onvif_capabilities_read(
	struct arena *a, const struct onvif_xml *root, struct onvif_services *out)
{
	out->media = kept(a,
		onvif_xml_text(root, "Body/GetCapabilitiesResponse/Capabilities/Media/XAddr"),
		ONVIF_URL_MAX);
	out->media2 = "";
}

void onvif_services_read(struct arena *a, const struct onvif_xml *root, struct onvif_services *out)
{
	const struct onvif_xml *x = onvif_xml_at(root, "Body/GetServicesResponse");
	out->media = out->media2 = "";
	for (x = x ? x->child : NULL; x; x = x->next) {
		const char *space = onvif_xml_text(x, "Namespace"),
			   *at = onvif_xml_text(x, "XAddr");
		if (text_is(space, ONVIF_MEDIA_SPACE))
			out->media = kept(a, at, ONVIF_URL_MAX);
		else if (text_is(space, ONVIF_MEDIA2_SPACE))
			out->media2 = kept(a, at, ONVIF_URL_MAX);
	}
}

/* "12.5" is 1250; what is no such number, or above 1000, is 0. */
static int fps_of(const char *s)
{
	int v = 0, after = -1;
	for (; *s && after < 2; s++) {
		if (*s == '.' && after < 0) {
			after = 0;
			continue;
		}
		if (*s < '0' || *s > '9' || v > 100000)
			return 0;
		v = v * 10 + (*s - '0');
		after += after >= 0;
	}
	for (; after < 2; after = after < 0 ? 1 : after + 1)
		v *= 10;
	return v > 100000 ? 0 : v;
}

static void video_read(struct arena *a, const struct onvif_xml *v, struct onvif_profile *p)
{
	p->codec = kept(a, onvif_xml_text(v, "Encoding"), 16);
	if (!number(v, "Resolution/Width", SIDE_MAX, &p->width) ||
		!number(v, "Resolution/Height", SIDE_MAX, &p->height))
		p->width = p->height = 0;
	p->fps100 = fps_of(onvif_xml_text(v, "RateControl/FrameRateLimit"));
}

void onvif_profiles_read(struct arena *a, const struct onvif_xml *root, struct onvif_device *out)
{
	const struct onvif_xml *x = onvif_xml_at(root, "Body/GetProfilesResponse"), *v;
	out->n = 0;
	out->more = false;
	for (x = x ? x->child : NULL; x; x = x->next) {
		if (!text_is(x->name, "Profiles") || !*x->token ||
			strlen(x->token) > NAME_MAX_BYTES)
			continue;
		if (out->n == ONVIF_PROFILES_MAX) {
			out->more = true;
			return;
		}
		struct onvif_profile *p = &out->profiles[out->n++];
		*p = (struct onvif_profile){ .token = arena_dup(a, x->token) };
		p->name = kept(a, onvif_xml_text(x, "Name"), NAME_MAX_BYTES);
		p->stream = p->snapshot = p->wrong = "";
		v = onvif_xml_at(x, "VideoEncoderConfiguration");
		video_read(a, v ? v : onvif_xml_at(x, "Configurations/VideoEncoder"), p);
	}
}

const char *onvif_uri_read(struct arena *a, const struct onvif_xml *root)
{
	const struct onvif_xml *r = onvif_xml_at(root, "Body");
	r = r ? r->child : NULL;
	const char *uri = onvif_xml_text(r, "MediaUri/Uri");
	if (!*uri)
		uri = onvif_xml_text(r, "Uri");
	return strlen(uri) <= ONVIF_URL_MAX ? arena_dup(a, uri) : "";
}

/* ---- which -------------------------------------------------------------------------------- */
static int pixels(const struct onvif_profile *p)
{
	return p->width * p->height;
}

static bool recordable(const struct onvif_profile *p)
{
	return *p->stream && (!*p->codec || text_is(p->codec, "H264") || text_is(p->codec, "H265"));
}

/* Every browser shows H.264, and 1280x720 is more than the wall and the models need. */
static bool small_enough(const struct onvif_device *d, const struct onvif_profile *p)
{
	const struct onvif_profile *m = &d->profiles[d->main];
	return recordable(p) && text_is(p->codec, "H264") && pixels(p) > 0 &&
	       pixels(p) < pixels(m) && pixels(p) <= 1280 * 720 && !text_is(p->stream, m->stream);
}

void onvif_choose(struct onvif_device *d)
{
	d->main = d->sub = -1;
	for (size_t i = 0; i < d->n; i++)
		if (recordable(&d->profiles[i]) &&
			(d->main < 0 || pixels(&d->profiles[i]) > pixels(&d->profiles[d->main])))
			d->main = (int)i;
	for (size_t i = 0; d->main >= 0 && i < d->n; i++)
		if (small_enough(d, &d->profiles[i]) &&
			(d->sub < 0 || pixels(&d->profiles[i]) > pixels(&d->profiles[d->sub])))
			d->sub = (int)i;
}
