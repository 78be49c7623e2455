/* By what each step must be recorded, as shipped: a row for each step and what it lacks. */
#include "domains/cases/recorded.h"
#include "domains/cases/test_law_data.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct arena *arena;
static const struct node *steps;

static int setup(void **state)
{
	(void)state;
	arena = arena_new();
	steps = node_find(law_read(arena, "cases/procedure"), "recorded.steps");
	return steps ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

static const struct node *step_of(const char *code)
{
	NODE_EACH (s, steps)
		if (strcmp(node_text(s, "code", ""), code) == 0)
			return s;
	fail_msg("no step %s", code);
	return NULL;
}

enum { MOST = 4 };
struct row {
	const char *step;
	struct {
		const char *code;
		enum record_medium medium;
		const char *at;
	} marks[MOST];
	enum record_state want;
	const char *begun;
};

#define D1	"2026-11-23 09:00"
#define D1_LATE "2026-11-23 23:59"
#define D2	"2026-11-24 00:00"
static const struct row rows[] = {
	{ "precheck", { { "opened", NO_MEDIUM, D1 } }, LACKS_ALL, D1 },
	{ "precheck", { { "opened", NO_MEDIUM, D1 }, { "found", PICTURE_RECORD, D1 } }, RECORDED,
		D1 },
	{ "precheck", { { "opened", NO_MEDIUM, D1 }, { "source", TEXT_RECORD, D1 } }, RECORDED,
		D1 },
	{ "rights", { { "EV_DOC", TEXT_RECORD, D1 } }, NOT_BEGUN, "" },
	{ "rights", { { "rights", TEXT_RECORD, D1 } }, RECORDED, D1 },
	{ "scene", { { "found", PICTURE_RECORD, D1 } }, NOT_BEGUN, "" },
	{ "scene", { { "visit", NO_MEDIUM, D1 } }, LACKS_ALL, D1 },
	{ "scene", { { "scene_record", TEXT_RECORD, D1 } }, LACKS_PICTURE, D1 },
	{ "scene", { { "EV_SITE_RECORD", PICTURE_RECORD, D1 } }, LACKS_TEXT, D1 },
	{ "scene", { { "scene_record", TEXT_RECORD, D1 }, { "EV_AV", PICTURE_RECORD, D2 } },
		RECORDED, D1 },
	{ "scene",
		{ { "scene_record", TEXT_RECORD, D1 }, { BODY_CAMERA, PICTURE_RECORD, D1_LATE } },
		RECORDED, D1 },
	{ "scene", { { "scene_record", TEXT_RECORD, D1 }, { BODY_CAMERA, PICTURE_RECORD, D2 } },
		LACKS_PICTURE, D1 },
	{ "inquiry", { { BODY_CAMERA, PICTURE_RECORD, D1 } }, NOT_BEGUN, "" },
	{ "inquiry", { { "inquiry_record", TEXT_RECORD, D2 }, { "EV_PARTY", TEXT_RECORD, D1 } },
		RECORDED, D1 },
	{ "inquiry", { { "EV_WITNESS", PICTURE_RECORD, D1 } }, LACKS_TEXT, D1 },
	{ "sampling", { { "test", NO_MEDIUM, D1 } }, LACKS_ALL, D1 },
	{ "sampling", { { "test", NO_MEDIUM, D1 }, { "test_commission", TEXT_RECORD, D2 } },
		RECORDED, D1 },
	{ "measures", { { "measure", NO_MEDIUM, D1 }, { "property_list", TEXT_RECORD, D1 } },
		LACKS_PICTURE, D1 },
	{ "measures",
		{ { "measure", NO_MEDIUM, D1 }, { "property_list", TEXT_RECORD, D1 },
			{ BODY_CAMERA, PICTURE_RECORD, D1 } },
		RECORDED, D1 },
	{ "review", { { "reviewed", NO_MEDIUM, D1 } }, LACKS_ALL, D1 },
	{ "telling", { { "told", NO_MEDIUM, D1 } }, LACKS_ALL, D1 },
	{ "telling", { { "told", NO_MEDIUM, D1 }, { "message", TEXT_RECORD, D1 } }, RECORDED, D1 },
	{ "telling", { { "told", NO_MEDIUM, D1 }, { "statement", PICTURE_RECORD, D1 } }, LACKS_TEXT,
		D1 },
	{ "hearing", { { "hearing", NO_MEDIUM, D1 }, { BODY_CAMERA, PICTURE_RECORD, D1 } },
		LACKS_TEXT, D1 },
	{ "hearing", { { "hearing", NO_MEDIUM, D1 }, { "hearing_record", TEXT_RECORD, D2 } },
		RECORDED, D1 },
	{ "decision", { { "decided", NO_MEDIUM, D1 }, { "onspot_decision", TEXT_RECORD, D1 } },
		RECORDED, D1 },
	{ "service", { { "served", NO_MEDIUM, D1 } }, LACKS_ALL, D1 },
	{ "service", { { "served", NO_MEDIUM, D1 }, { "service_receipt", TEXT_RECORD, D1 } },
		RECORDED, D1 },
};

static void every_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *r = &rows[i];
		struct record_mark marks[MOST];
		struct record_marks m = { marks, 0 };
		int64_t begun;

		for (size_t k = 0; k < MOST && r->marks[k].code; k++)
			marks[m.n++] = (struct record_mark){ r->marks[k].code, "",
				r->marks[k].medium, law_moment(r->marks[k].at) };
		enum record_state s = record_state_of(step_of(r->step), &m, &begun);
		if (s != r->want || begun != law_moment(r->begun))
			fail_msg("row %d, %s: state %d", (int)i, r->step, (int)s);
	}
}

/* Each step has a name in both languages, and a paper that it names is one of the forms. */
static void data_hold(void **state)
{
	(void)state;
	NODE_EACH (s, steps) {
		assert_true(*node_text(s, "name", "") && *node_text(s, "name_en", ""));
		assert_true(node_find(s, "begun")->count > 0 && node_find(s, "text")->count > 0);
		NODE_EACH (t, node_find(s, "text")) {
			bool of_rows =
				strncmp(t->s, "EV_", 3) == 0 || strcmp(t->s, "source") == 0 ||
				strcmp(t->s, "inspection") == 0 || strcmp(t->s, "readings") == 0 ||
				strcmp(t->s, "rights") == 0 || strcmp(t->s, "message") == 0;
			if (!of_rows && !law_read(arena, arena_printf(arena, "documents/%s", t->s)))
				fail_msg("%s is no form", t->s);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_row),
		cmocka_unit_test(data_hold) };
	return cmocka_run_group_tests(tests, setup, teardown);
}
