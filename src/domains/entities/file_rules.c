#include "domains/entities/file_rules.h"

#include <string.h>

const struct choice entry_kinds[] = {
	{ "talk", "Talk with the responsible person", "info" },
	{ "correction", "Correction", "info" },
	{ "sampling", "Sampling test", "info" },
	{ "rapid_test", "Rapid test", "info" },
	{ "complaint", "Complaint", "yellow" },
	{ "report", "Report by an informer", "yellow" },
	{ "recall", "Recall", "red" },
	{ "accident", "Food-safety accident", "red" },
	{ "self_check", "Self-check record", "green" },
	{ "assessment", "Third-party assessment", "info" },
	{ "insurance", "Liability insurance", "green" },
	{ "honour", "Honour", "green" },
	{ "certificate", "Certificate of a system", "green" },
	{ "notice", "Public notice", "info" },
	{ NULL },
};

int entry_kind(const char *code)
{
	for (int i = 0; i < ENTRY_KINDS; i++)
		if (strcmp(entry_kinds[i].code, code) == 0)
			return i;
	return -1;
}

const struct file_section file_sections[FILE_SECTIONS] = {
	{ "identity", "Particulars", { NO_ENTRY } },
	{ "licences", "Licences", { NO_ENTRY } },
	{ "grades", "Grades", { NO_ENTRY } },
	{ "inspections", "Inspections", { NO_ENTRY } },
	{ "cameras", "Cameras", { NO_ENTRY } },
	{ "cases", "Cases", { NO_ENTRY } },
	{ "tests", "Sampling and rapid tests", { 2, 3, NO_ENTRY } },
	{ "complaints", "Complaints and reports", { 4, 5, NO_ENTRY } },
	{ "talks", "Talks and corrections", { 0, 1, NO_ENTRY } },
	{ "recalls", "Recalls and accidents", { 6, 7, NO_ENTRY } },
	{ "self_check", "Self-checks", { 8, NO_ENTRY } },
	{ "assessments", "Third-party reports", { 9, NO_ENTRY } },
	{ "insurance", "Insurance", { 10, NO_ENTRY } },
	{ "honours", "Honours and certificates", { 11, 12, NO_ENTRY } },
	{ "notices", "Public notices", { 13, NO_ENTRY } },
	{ "relations", "Relations", { NO_ENTRY } },
};

static bool holds(const struct file_section *s, int kind)
{
	for (int i = 0; i < 3 && s->entries[i] != NO_ENTRY; i++)
		if (s->entries[i] == kind)
			return true;
	return false;
}

const struct file_section *entry_section(int kind)
{
	for (int i = 0; i < FILE_SECTIONS; i++)
		if (holds(&file_sections[i], kind))
			return &file_sections[i];
	return &file_sections[0];
}

/* ---- parts ----------------------------------------------------------------- */
static bool of_kind(const struct node *kinds, const char *kind)
{
	if (!kinds)
		return true;
	NODE_EACH (k, kinds)
		if (text_is(k->s, kind))
			return true;
	return false;
}

static bool within(int64_t at, int64_t now, int days)
{
	return at && day_number(now) - day_number(at) <= days;
}

/* An entry as a part: its kind's words; 31 days count as a month, in favour of the file. */
static bool entry_part(
	const struct node *n, const struct file_facts *f, int64_t now, struct file_part *out)
{
	int kind = entry_kind(node_text(n, "entry", ""));

	if (kind < 0)
		return false;
	out->label = entry_kinds[kind].label;
	out->months = (int)node_int(n, "months", 0);
	out->there = out->months ? within(f->entry_at[kind], now, out->months * 31)
				 : f->entry_at[kind] != 0;
	return true;
}

static bool own_part(
	const char *code, const struct file_facts *f, int64_t now, struct file_part *out)
{
	const struct operator* o = f->o;
	int days;
	enum licence_state licence = licence_state(o->licence_valid_to, now, 0, &days);
	const struct {
		const char *code, *label;
		bool there;
	} all[] = {
		{ "uscc", "Unified social credit code", *o->uscc },
		{ "legal_person", "Legal person", *o->legal_person },
		{ "phone", "Telephone", *o->phone },
		{ "place", "Place on the map", o->lat && o->lon },
		{ "licence_day", "Licence with its last valid day",
			licence != LICENCE_UNKNOWN || f->licence_endless },
		{ "licence_valid", "Licence still valid",
			licence == LICENCE_VALID || licence == LICENCE_EXPIRING ||
				f->licence_endless },
		{ "grade", "A grade", f->graded },
		{ "inspection", "An inspection", f->inspections > 0 },
		{ "inspection_2y", "An inspection within two years",
			within(f->last_inspection_at, now, 731) },
		{ "camera", "A registered kitchen camera", f->cameras > 0 },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (strcmp(all[i].code, code) == 0) {
			out->label = all[i].label;
			out->there = all[i].there;
			return true;
		}
	return false;
}

size_t file_parts(const struct node *rule, const struct file_facts *f, int64_t now,
	struct file_part parts[FILE_PARTS_MAX])
{
	size_t n = 0;

	NODE_EACH (p, node_find(rule, "parts")) {
		const char *code = node_text(p, "part", "");
		struct file_part x = { .section = node_text(p, "section", ""),
			.law = node_text(p, "law", ""),
			.law_en = node_text(p, "law_en", "") };
		if (n == FILE_PARTS_MAX || !of_kind(node_find(p, "kinds"), f->o->kind))
			continue;
		if (text_is(code, "entry") ? entry_part(p, f, now, &x) : own_part(code, f, now, &x))
			parts[n++] = x;
	}
	return n;
}

int file_percent(const struct file_part *parts, size_t n)
{
	size_t there = 0;

	for (size_t i = 0; i < n; i++)
		there += parts[i].there;
	return n ? (int)(there * 100 / n) : 100;
}

const char *entry_days_wrong(int64_t at, int64_t until, int64_t now)
{
	if (day_number(at) > day_number(now))
		return "The day lies in the future.";
	if (until && until < at)
		return "It ends before it begins.";
	return NULL;
}
