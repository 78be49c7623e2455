#include "core/documents/documents.h"
#include "core/documents/text.h"

#include <fontconfig/fontconfig.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* The library wants one answer per process: which signs both weights hold. Written under once only.
 */
static pthread_once_t once = PTHREAD_ONCE_INIT;
static FcCharSet *signs;

static FcCharSet *signs_of(int weight)
{
	FcCharSet *found = NULL;
	FcPattern *want = FcPatternBuild(NULL, FC_FAMILY, FcTypeString, TEXT_FAMILY, FC_WEIGHT,
		FcTypeInteger, weight, FC_SLANT, FcTypeInteger, FC_SLANT_ROMAN, (char *)NULL);
	FcObjectSet *fields = FcObjectSetBuild(FC_CHARSET, (char *)NULL);
	FcFontSet *set = want && fields ? FcFontList(NULL, want, fields) : NULL;
	FcCharSet *first;
	if (set && set->nfont > 0 &&
		FcPatternGetCharSet(set->fonts[0], FC_CHARSET, 0, &first) == FcResultMatch)
		found = FcCharSetCopy(first);
	if (set)
		FcFontSetDestroy(set);
	if (fields)
		FcObjectSetDestroy(fields);
	if (want)
		FcPatternDestroy(want);
	return found;
}

static void find_signs(void)
{
	if (!FcInit())
		return;
	FcCharSet *regular = signs_of(FC_WEIGHT_REGULAR);
	FcCharSet *bold = signs_of(FC_WEIGHT_BOLD);
	if (regular && bold)
		signs = FcCharSetIntersect(regular, bold);
	if (regular)
		FcCharSetDestroy(regular);
	if (bold)
		FcCharSetDestroy(bold);
}

enum err documents_init(struct fault *why)
{
	pthread_once(&once, find_signs);
	if (!signs)
		return fault(why, E_INTERNAL,
			"the font family %s is missing in regular or bold (Debian: fonts-noto-cjk)",
			TEXT_FAMILY);
	text_warm();
	return OK;
}

void documents_quit(void)
{
	if (signs)
		FcCharSetDestroy(signs);
	signs = NULL;
	pango_cairo_font_map_set_default(NULL);
	cairo_debug_reset_static_data();
	FcFini();
}

/* Reads one sign of valid UTF-8 and steps over it. */
static uint32_t next_sign(const char **s)
{
	const unsigned char *p = (const unsigned char *)*s;
	uint32_t v = p[0];
	int more = v < 0x80 ? 0 : v < 0xe0 ? 1 : v < 0xf0 ? 2 : 3;
	if (more)
		v &= 0x3fu >> more;
	for (int i = 1; i <= more; i++)
		v = v << 6 | (p[i] & 0x3fu);
	*s += more + 1;
	return v;
}

/* Signs that draw nothing, choose a variant, or turn the direction of reading: with them a paper
 * could say another thing than it seems to. */
static bool leaves_no_ink(uint32_t c)
{
	static const uint32_t ranges[][2] = {
		{ 0x034f, 0x034f },
		{ 0x061c, 0x061c },
		{ 0x115f, 0x1160 },
		{ 0x17b4, 0x17b5 },
		{ 0x180b, 0x180f },
		{ 0x200b, 0x200f },
		{ 0x2028, 0x202e },
		{ 0x2060, 0x206f },
		{ 0x3164, 0x3164 },
		{ 0xfe00, 0xfe0f },
		{ 0xfeff, 0xfeff },
		{ 0xffa0, 0xffa0 },
		{ 0xfff0, 0xfffb },
		{ 0xe0000, 0xe0fff },
	};
	for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (c >= ranges[i][0] && c <= ranges[i][1])
			return true;
	return false;
}

static bool sign_is_fine(uint32_t c)
{
	if (c == '\n')
		return true;
	if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad)
		return false;
	return !leaves_no_ink(c) && FcCharSetHasChar(signs, c);
}

bool documents_can_draw(const char *text, char bad[SIGN_MAX])
{
	char unused[SIGN_MAX];
	char *out = bad ? bad : unused;
	out[0] = 0;
	pthread_once(&once, find_signs);
	if (!signs || !utf8_valid(text, strlen(text))) {
		snprintf(out, SIGN_MAX, "%s", signs ? "UTF-8" : "font");
		return false;
	}
	for (const char *s = text; *s;) {
		uint32_t c = next_sign(&s);
		if (!sign_is_fine(c)) {
			snprintf(out, SIGN_MAX, "U+%04X", (unsigned)c);
			return false;
		}
	}
	return true;
}
