#include "core/model/model.h"

#include <ctype.h>
#include <string.h>

static bool digits(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isdigit((unsigned char)s[i]))
			return false;
	return true;
}

static bool within(size_t n, size_t low, size_t high)
{
	return n >= low && n <= high;
}

/* 02164120000 or 021-64120000. */
static bool landline(const char *s)
{
	size_t area = strspn(s, "0123456789");
	const char *rest = s + area;
	if (*s != '0')
		return false;
	if (!*rest && within(area, 10, 12))
		return true;
	if (*rest == '-')
		rest++;
	size_t n = strlen(rest);
	return within(area, 3, 4) && within(n, 7, 8) && digits(rest, n);
}

const char *check_phone(const char *value)
{
	const char *s = text_starts(value, "+86") ? value + 3 : value;
	size_t n = strlen(s);
	if (n == 11 && s[0] == '1' && s[1] >= '3' && digits(s, n))
		return NULL;
	if (landline(s))
		return NULL;
	return "is not a telephone number such as 13800000000 or 021-64120000";
}

/* GB 32100-2015: 31 characters (no I O S V Z), weights 3^i mod 31, the last makes the sum 0 mod 31.
 */
const char *check_uscc(const char *value)
{
	static const char set[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	int sum = 0, weight = 1;

	if (strlen(value) != 18)
		return "has 18 characters";
	for (int i = 0; i < 18; i++) {
		const char *at = strchr(set, value[i]);
		if (!at)
			return "has only digits and capital letters without I, O, S, V, Z";
		if (i == 17)
			return (31 - sum % 31) % 31 == at - set ? NULL : "has a wrong check digit";
		sum += (int)(at - set) * weight;
		weight = weight * 3 % 31;
	}
	return NULL;
}

const char *check_url(const char *value)
{
	static const char *const schemes[] = { "rtsp://", "rtsps://", "http://", "https://" };
	for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++)
		if (text_starts(value, schemes[i]) && value[strlen(schemes[i])] &&
			!strpbrk(value, " \t\r\n\"<>"))
			return NULL;
	return "is an address that begins with rtsp://, rtsps://, http:// or https://";
}

static bool hour(const char *s)
{
	if (!digits(s, 2) || s[2] != ':' || !digits(s + 3, 2))
		return false;
	int h = (s[0] - '0') * 10 + s[1] - '0', m = (s[3] - '0') * 10 + s[4] - '0';
	return (h < 24 && m < 60) || (h == 24 && m == 0);
}

const char *check_hours(const char *value)
{
	for (const char *s = value;; s += 12) {
		if (strlen(s) < 11 || !hour(s) || s[5] != '-' || !hour(s + 6) ||
			(s[11] && s[11] != ','))
			return "is written as 06:00-22:00, several parted by commas";
		if (!s[11])
			return NULL;
	}
}
