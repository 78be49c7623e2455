/* libFuzzer target: the small readers that every form goes through: numbers, dates, degrees, codes,
 * hours, addresses, telephones. What a field takes, it shows, and takes again unchanged. */
#include "core/model/model.h"
#include "workers/vision/hours.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

struct row {
	int64_t whole, date, fen, hundredths, degrees;
	int small;
	bool flag;
	const char *text, *phone, *uscc, *url, *hours;
};
static const struct model row_model = MODEL("rows", struct row,
	FIELDS(INPUT(struct row, whole, "a"), INPUT(struct row, small, "b", .min = -5, .max = 70),
		INPUT(struct row, date, "c", .as = AS_DATE),
		INPUT(struct row, fen, "d", .as = AS_FEN),
		INPUT(struct row, hundredths, "e", .as = AS_HUNDREDTHS),
		INPUT(struct row, degrees, "f", .as = AS_DEGREES), INPUT(struct row, flag, "g"),
		INPUT(struct row, text, "h", .max = 40),
		INPUT(struct row, phone, "i", .check = check_phone),
		INPUT(struct row, uscc, "j", .check = check_uscc),
		INPUT(struct row, url, "k", .check = check_url),
		INPUT(struct row, hours, "l", .check = check_hours)));

static void one_field(struct arena *a, const struct field *f, const char *text)
{
	struct row r = { .text = "", .phone = "", .uscc = "", .url = "", .hours = "" }, again = r;

	if (field_read(a, f, &r, text))
		return;
	const char *shown = field_text(a, f, &r);
	if (f->type == F_BOOL || (f->type != F_TEXT && !row_int(f, &r)))
		return; /* shown as a word, or as nothing */
	if (field_read(a, f, &again, shown))
		abort();
	if (f->type != F_TEXT && row_int(f, &again) != row_int(f, &r))
		abort();
	(void)model_digest(a, &row_model, &r);
}

static void times(struct arena *a, const char *text)
{
	int64_t ms;
	struct hours h;

	if (date_parse(text, &ms) && strcmp(date_text(a, ms), text) != 0)
		abort();
	if (!hours_parse(text, &h, NULL)) {
		if (h.n > HOURS_MAX)
			abort();
		(void)hours_closed(&h, 1764000000000);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new();
	char *text = arena_copy(a, (const char *)data, n);

	times(a, text);
	char *plain = url_decode(a, text, strlen(text));
	if (plain && strcmp(url_decode(a, url_encode(a, plain), strlen(url_encode(a, plain))),
			     plain) != 0)
		abort();
	if (utf8_valid(text, strlen(text))) /* forms hold nothing else */
		for (const struct field *f = row_model.fields; f->type; f++)
			one_field(a, f, text);
	arena_free(a);
	return 0;
}
