/* The sign for the door: the Shanghai face and letter, and beside it the national face and the
 * letter of the year, each under its own name; with a code to the public page. */
#include "domains/grading/grading.h"

#include <string.h>

struct sign {
	const char *name, *licence_no, *address, *letter, *value;
	int64_t inspected_at, since, area;
};
static const struct model sign_model = MODEL("grades", struct sign,
	FIELDS(STORED(struct sign, name), STORED(struct sign, licence_no),
		STORED(struct sign, address), STORED(struct sign, letter),
		STORED(struct sign, value), STORED(struct sign, inspected_at),
		STORED(struct sign, since), STORED(struct sign, area)));

/* "QG_YEAR_B" as the letter people see; a dash when there is none. */
static const char *year_letter(struct req *rq, const char *value)
{
	return text_starts(value, "QG_YEAR_") && !text_is(value, "QG_YEAR_NONE")
		       ? arena_dup(rq->arena, value + strlen("QG_YEAR_"))
		       : "—";
}

static enum err value_of(struct req *rq, const char *scheme, const char **out)
{
	enum err e = db_text(rq, out,
		"SELECT value FROM scales WHERE operator = $1 AND scheme = $2 AND until = 0",
		rq->id, scheme);

	if (e == E_NOT_FOUND)
		*out = "";
	return e == E_NOT_FOUND ? OK : e;
}

enum err door_sign_order(struct req *rq)
{
	struct sign s;
	const char *dynamic, *year;
	struct paper_ref ref;
	enum err e = db_one(rq, &sign_model, &s,
		"SELECT o.name, o.licence_no, o.address, o.area, g.letter, '' AS value, "
		"g.inspected_at, g.since FROM grades g JOIN pub_operators o ON o.id = g.operator "
		"WHERE g.operator = $1 AND g.letter <> ''",
		rq->id);

	if (e == E_NOT_FOUND)
		return fail(rq, E_CONFLICT, "There is no grade yet, so there is no sign.");
	TRY(e);
	TRY(value_of(rq, "QG", &dynamic));
	TRY(value_of(rq, "QG_YEAR", &year));
	bool national = *dynamic && !text_is(dynamic, "QG_NONE");
	const struct paper_value values[] = { { "name", s.name }, { "licence", s.licence_no },
		{ "address", s.address }, { "grade", s.letter },
		{ "inspected_at", date_zh(rq->arena, s.inspected_at ? s.inspected_at : s.since) },
		{ "graded_at", date_zh(rq->arena, s.since) },
		{ "national", national ? dynamic : "" },
		{ "national_year", national ? year_letter(rq, year) : "" } };
	TRY(paper_order(rq,
		&(struct paper_order){ .template = "door_sign",
			.subject = rq->id,
			.entity = rq->id,
			.area = s.area,
			.values = values,
			.n = national ? 8 : 6 },
		&ref));
	notice(rq, "The sign is being made.");
	return redirect(rq, "/v/%s", ref.code);
}
