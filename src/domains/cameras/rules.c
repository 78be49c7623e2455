#include "domains/cameras/rules.h"

#include "core/model/model.h"

#include <math.h>
#include <string.h>

const char *clip_unusable(const struct register_state *r, int64_t clip_from, int64_t clip_to)
{
	if (!r->legal_passed || r->legal_at > clip_from)
		return "The device had not passed its legal review when the clip was taken.";
	if (!r->technical_passed || r->technical_at > clip_from)
		return "The device had not passed its technical review when the clip was taken.";
	if (!r->sign_there)
		return "No photo shows that the device is marked by a sign.";
	if (!r->notice_at || r->notice_at > clip_from)
		return "The place of the device had not been published when the clip was taken.";
	if (clip_from < r->valid_from || (r->valid_to && clip_to >= r->valid_to + DAY))
		return "The clip lies outside the time for which the device is registered.";
	return NULL;
}

bool clip_coming(const char *usable_why, int64_t found_at, int64_t now)
{
	return strcmp(usable_why, CLIP_COMING) == 0 && now < found_at + CLIP_WAIT_MS;
}

const char *clip_awaited(const char *state, bool confirm, bool coming)
{
	if (confirm && coming && strcmp(state, "second") == 0)
		return "The clip has not arrived yet; the second review waits for it.";
	return NULL;
}

/* The number of leading characters of s that are in set. */
static bool only(const char *s, size_t n, const char *set)
{
	return strspn(s, set) >= n;
}

static bool push_key(const char *s)
{
	size_t n = strlen(s);
	return n >= 16 && n <= 64 &&
	       only(s, n, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_");
}

static bool gb_channel(const char *s)
{
	enum { DIGITS = 20 };
	if (strlen(s) < 2 * DIGITS + 1 || !only(s, DIGITS, "0123456789") || s[DIGITS] != '/' ||
		!only(s + DIGITS + 1, DIGITS, "0123456789"))
		return false;
	const char *rest = s + 2 * DIGITS + 1;
	return !*rest || strcmp(rest, "?transport=udp") == 0 ||
	       strcmp(rest, "?transport=tcp-passive") == 0 ||
	       strcmp(rest, "?transport=tcp-active") == 0;
}

const char *check_stream(const char *value)
{
	static const char push[] = "push://", gb[] = "gb28181://";
	if (strcmp(value, push) == 0)
		return NULL; /* the program makes a key */
	if (strncmp(value, push, sizeof(push) - 1) == 0)
		return push_key(value + sizeof(push) - 1)
			       ? NULL
			       : "has a key of 16 to 64 letters, digits, - and _ after push://";
	if (strncmp(value, gb, sizeof(gb) - 1) == 0)
		return gb_channel(value + sizeof(gb) - 1)
			       ? NULL
			       : "names device and channel with 20 digits each: "
				 "gb28181://DEVICE/CHANNEL";
	return check_url(value) ? "is an address that begins with rtsp://, rtsps://, http://, "
				  "https://, push:// or gb28181://"
				: NULL;
}

/* "31.1128" in micro-degrees; *end is behind it. */
static bool degrees(const char *s, const char **end, int64_t *out)
{
	int64_t v = 0, unit = 1000000;
	size_t n = strspn(s, "0123456789");
	if (n < 1 || n > 3)
		return false;
	for (size_t i = 0; i < n; i++)
		v = v * 10 + (s[i] - '0');
	v *= unit;
	s += n;
	if (*s == '.')
		for (s++; *s >= '0' && *s <= '9'; s++) {
			unit /= 10;
			v += (*s - '0') * unit;
		}
	*end = s;
	*out = v;
	return true;
}

bool position_read(const char *value, int64_t *lat, int64_t *lon)
{
	const int64_t unit = 1000000;
	const char *s;
	if (!degrees(value, &s, lat) || *s != ',' || !degrees(s + 1, &s, lon) || *s)
		return false;
	/* China, its islands included */
	return *lat >= 3 * unit && *lat <= 54 * unit && *lon >= 73 * unit && *lon <= 136 * unit;
}

const char *check_position(const char *value)
{
	int64_t lat, lon;
	return !*value || position_read(value, &lat, &lon)
		       ? NULL
		       : "is latitude and longitude in degrees, such as 31.1128,121.3812";
}

struct lease_change lease_decide(const struct lease_state *s)
{
	int64_t nodes = s->nodes > 0 ? s->nodes : 1;
	int64_t share = (s->cameras + nodes - 1) / nodes;
	share = share > s->capacity ? s->capacity : share;
	if (s->held > share)
		return (struct lease_change){ .release = s->held - share };
	return (struct lease_change){ .take = share - s->held };
}

bool outage_to_tell(const struct outage *o)
{
	if (o->now - o->since < o->tell_after_ms)
		return false;
	return !o->told_at || o->told_at < o->since || o->now - o->told_at >= o->tell_again_ms;
}

int64_t uptime_hundredths(const struct spell *spells, size_t n, int64_t from, int64_t to)
{
	int64_t live = 0, observed = 0;
	for (size_t i = 0; i < n; i++) {
		int64_t begin = spells[i].since > from ? spells[i].since : from;
		int64_t end = spells[i].until && spells[i].until < to ? spells[i].until : to;
		if (end <= begin)
			continue;
		observed += end - begin;
		live += spells[i].live ? end - begin : 0;
	}
	return observed ? (live * 10000 + observed / 2) / observed : -1;
}

void share_interval(struct share *s)
{
	const double z = 1.959964;
	double n = (double)s->of, p = n > 0 ? (double)s->yes / n : 0;
	s->share = (int64_t)lround(p * 10000);
	s->low = 0;
	s->high = 10000;
	if (s->of <= 0)
		return;
	double middle = (p + z * z / (2 * n)) / (1 + z * z / n);
	double reach = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
	s->low = (int64_t)lround(fmax(middle - reach, 0) * 10000);
	s->high = (int64_t)lround(fmin(middle + reach, 1) * 10000);
}

bool rule_below(const struct share *s, int64_t set_share, int64_t least_decided)
{
	return s->of >= least_decided && s->of > 0 && s->high < set_share;
}
