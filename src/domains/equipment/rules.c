#include "domains/equipment/rules.h"

#include <ctype.h>
#include <string.h>

const char *check_equipment_number(const char *value)
{
	size_t n = strlen(value);

	for (const char *s = value; *s; s++)
		if (!isalnum((unsigned char)*s) && *s != '-')
			return "may hold letters, digits and hyphens only";
	return n < 2 || n > 32 ? "has 2 to 32 characters" : NULL;
}

const char *check_gb_id(const char *value)
{
	return strlen(value) == 20 && strspn(value, "0123456789") == 20 ? NULL : "has 20 digits";
}

const char *equipment_move_wrong(const char *from, const char *to, const char *reason, bool open)
{
	if (text_is(from, "scrapped"))
		return "This device has been written off.";
	if (text_is(from, to))
		return "It is in this state already.";
	if (!reason || !*reason)
		return "Write why.";
	if (text_is(to, "lost"))
		return NULL;
	if (text_is(to, "issued"))
		return "A device is issued by two signatures.";
	if (open)
		return "Somebody has it: it must come back first.";
	if (text_is(to, "store") || text_is(to, "repair") || text_is(to, "scrapped"))
		return NULL;
	return "There is no such state.";
}

static const char *give_wrong(const struct issue_facts *f)
{
	if (*f->issue)
		return "Somebody has it, or it was offered to somebody: it must come back first.";
	if (!text_is(f->device, "store"))
		return "Only a device in store can be issued.";
	if (f->officer == f->signer)
		return "Nobody issues a device to themselves: a colleague signs.";
	return NULL;
}

const char *issue_step_wrong(const struct issue_facts *f, enum issue_step step)
{
	static const char *const from[] = { "", "offered", "held", "returning" };
	bool mine = f->officer == f->signer;

	if (step == ISSUE_GIVE)
		return give_wrong(f);
	bool withdrawn = step == ISSUE_TAKE && text_is(f->issue, "offered");
	if (!withdrawn && !text_is(f->issue, from[step]))
		return "This step is not due.";
	if (step == ISSUE_TAKE)
		return mine ? "Whoever hands a device back does not take it back: a colleague "
			      "signs."
			    : NULL;
	return mine ? NULL : "Only the officer named can sign this.";
}

const char *calibration_wrong(int64_t done, int64_t due, int64_t now)
{
	if (done > now)
		return "This day has not come yet.";
	return due && due <= done ? "It is due before it was done." : NULL;
}

int64_t day_begin(int64_t ms)
{
	struct civil c = civil_of(ms);

	return civil_to_ms((struct civil){ .year = c.year, .month = c.month, .day = c.day });
}

enum due_state due_state_of(int64_t due, int64_t now, int64_t until)
{
	if (!due)
		return DUE_NONE;
	if (due < now)
		return DUE_OVER;
	return due < until ? DUE_SOON : DUE_OK;
}

const char *position_wrong(int64_t longitude, int64_t latitude)
{
	if (!longitude && !latitude)
		return "no fix";
	if (longitude < -180000000 || longitude > 180000000 || latitude < -90000000 ||
		latitude > 90000000)
		return "not on earth";
	return NULL;
}

enum age position_age(int64_t at, int64_t now)
{
	if (!at)
		return AGE_NEVER;
	if (now - at <= 2 * MINUTE)
		return AGE_NOW;
	return now - at <= 15 * MINUTE ? AGE_LATE : AGE_OLD;
}
