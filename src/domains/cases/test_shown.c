/* What leaves the bureau: faces are covered, an officer of the case may release, and by no address
 * of the house does a party reach a picture as it was recorded. */
#include "domains/cases/cases.h"
#include "modules.h"
#include "test_story.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define STILL	   "a still of the kitchen" /* in the files of test_story.c */
#define CLIP	   "a clip of the kitchen"
#define COVERED	   "faces covered"
#define at(b, ...) arena_printf(bench_arena(b), __VA_ARGS__)

static int begin(void **state)
{
	*state = bench_open_on(NULL, *state != NULL);
	bench_english(*state, true);
	return 0;
}

static int end(void **state)
{
	bench_close(*state);
	return 0;
}

/* ---- helpers ----------------------------------------------------------- */
static const char *of_evidence(const struct story *s, const char *column)
{
	return bench_text(s->b,
		at(s->b, "SELECT CAST(%s AS text) FROM case_evidence WHERE case_id = %" PRId64,
			column, s->id));
}

static const char *file(const struct story *s, const char *room, const char *what)
{
	return at(s->b, "%s/%" PRId64 "/evidence/%s/%s", room, s->id, of_evidence(s, "id"), what);
}

static void attach(struct bench *b, int i)
{
	bench_file(b, at(b, "picture%d", i), "blurred.jpg", "image/jpeg",
		(struct bytes){ (const uint8_t *)COVERED, strlen(COVERED) });
}

/* As the vision worker would: the still and three pictures of the clip. */
static void cover(const struct story *s)
{
	struct bench *b = s->b;

	attach(b, 0);
	status_is(bench_machine_post(b, at(b, "/internal/blurs/%s", of_evidence(s, "still_sm3")),
			  "method", "head-blocks/1 m@1", "times", "0", "areas", "2", NULL),
		200);
	for (int i = 0; i < 3; i++)
		attach(b, i);
	status_is(bench_machine_post(b, at(b, "/internal/blurs/%s", of_evidence(s, "clip_sm3")),
			  "method", "head-blocks/1 m@1", "times", "0,1000,2000", "areas", "2,0,1",
			  NULL),
		200);
}

static struct answer *release(const struct story *s, const char *who, const char *what)
{
	return bench_post(s->b, who, file(s, "/cases", "release"), "what", what, "reason",
		"身份有争议，需辨认", NULL);
}

static const char *header_of(const struct answer *r, const char *name)
{
	for (int i = 0; i < r->reply.n_headers; i++)
		if (strcasecmp(r->reply.headers[i].name, name) == 0)
			return r->reply.headers[i].value;
	return NULL;
}

/* ---- the party's page and files ---------------------------------------- */
static void covered_by_default(void **state)
{
	struct story s = filed(*state);
	struct bench *b = s.b;
	struct answer *r = status_is(bench_get(b, s.party, my(&s, "evidence")), 200);

	assert_true(says(r, "is being prepared"));
	assert_non_null(header_of(r, "refresh"));
	assert_null(strstr(r->body, "<img"));
	status_is(bench_get(b, s.party, file(&s, "/my/cases", "still")), 404);
	status_is(bench_get(b, s.party, file(&s, "/my/cases", "clip")), 403);
	cover(&s);
	r = status_is(bench_get(b, s.party, my(&s, "evidence")), 200);
	assert_null(header_of(r, "refresh"));
	assert_true(says(r, "/still\""));
	assert_true(says(r, "/frames/2.jpg"));
	assert_true(says(r, "head-blocks/1 m@1"));
	assert_null(strstr(r->body, "<video"));
	assert_int_equal(r->statements, 13);
	assert_string_equal(
		status_is(bench_get(b, s.party, file(&s, "/my/cases", "still")), 200)->body,
		COVERED);
	assert_string_equal(
		status_is(bench_get(b, s.party, file(&s, "/my/cases", "frames/2.jpg")), 200)->body,
		COVERED);
	status_is(bench_get(b, s.party, file(&s, "/my/cases", "frames/3.jpg")), 404);
	status_is(bench_get(b, s.party, file(&s, "/my/cases", "frames/x.jpg")), 404);
	assert_true(says(status_is(bench_get(b, s.party, file(&s, "/my/cases", "clip")), 403),
		"single pictures"));
	/* the evidence itself is what it was */
	assert_true(says(bench_get(b, "officer1", file(&s, "/cases", "still")), STILL));
	assert_true(says(bench_get(b, "officer1", file(&s, "/cases", "clip")), CLIP));
}

static void cannot_be_covered(void **state)
{
	struct story s = filed(*state);
	struct bench *b = s.b;

	status_is(bench_machine_post(b, at(b, "/internal/blurs/%s", of_evidence(&s, "still_sm3")),
			  "method", "head-blocks/1 m@1", "refused", "unreadable", NULL),
		200);
	struct answer *r = status_is(bench_get(b, s.party, my(&s, "evidence")), 200);
	assert_true(says(r, "could not be covered"));
	assert_null(strstr(r->body, "<img"));
	status_is(bench_get(b, s.party, file(&s, "/my/cases", "still")), 404);
	bench_clock(b, clock_now() + 11 * MINUTE); /* the clip is still not there */
	r = status_is(bench_get(b, s.party, my(&s, "evidence")), 200);
	assert_null(header_of(r, "refresh"));
	status_is(release(&s, "officer1", "still"), 303);
	assert_true(says(bench_get(b, s.party, file(&s, "/my/cases", "still")), STILL));
}

static void handed_on_by_an_officer(void **state)
{
	struct story s = filed(*state);
	struct bench *b = s.b;

	status_is(bench_get(b, "officer1", file(&s, "/cases", "still?blurred=1")), 404);
	cover(&s);
	assert_string_equal(
		bench_get(b, "officer1", file(&s, "/cases", "still?blurred=1"))->body, COVERED);
	/* of the clip only a copy that a person has looked at: the room of privacy gives it */
	struct answer *r =
		status_is(bench_get(b, "officer1", file(&s, "/cases", "clip?blurred=1")), 303);
	assert_string_equal(r->location, at(b, "/covers/of/%s", of_evidence(&s, "clip_sm3")));
	const char *of = arena_dup(bench_arena(b), r->location);
	assert_true(says(bench_get(b, "officer1", at(b, "/cases/%" PRId64 "/evidence", s.id)), of));
	status_is(bench_get(b, "officer1", of), 200);
	status_is(bench_get(b, "officer3", of), 403);
	status_is(bench_get(b, s.party, of), 403);
}

/* Videos that are no clip of a camera are covered as well; other files are no clips. */
static void videos_of_others(void **state)
{
	struct story s = filed(*state);
	struct bench *b = s.b;
	static const char *const types[] = { "video/mp4", "audio/mpeg" };

	for (int i = 0; i < 2; i++) {
		const char *sm3 = at(b, "%064d", i + 7);
		bench_run(b, at(b,
				     "INSERT INTO case_party_files VALUES (%d, 1, %" PRId64
				     ", 'statement', '%s', '%064d', '%s', 1)",
				     i + 1, s.id, sm3, i + 9, types[i]));
		status_is(bench_get(b, "officer1", at(b, "/covers/of/%s", sm3)), i ? 422 : 200);
		status_is(bench_post(b, "officer1", "/covers", "original", sm3, "why", "x", NULL),
			i ? 422 : 303);
	}
}

/* The party sees the clip itself when its copy was looked at, and not before. */
static void covered_clip_to_the_party(void **state)
{
	struct story s = filed(*state);
	struct bench *b = s.b;

	cover(&s);
	struct answer *r = status_is(bench_post(b, "officer1", "/covers", "original",
					     of_evidence(&s, "clip_sm3"), "why", "party", NULL),
		303);
	const char *copy = arena_dup(bench_arena(b), r->location);
	bench_file(b, "copy", "covered.mp4", "video/mp4",
		(struct bytes){ (const uint8_t *)"a covered clip", 14 });
	status_is(bench_machine_post(b, at(b, "/internal%s", copy), "method", "m", "width", "768",
			  "height", "432", "length", "9000", "frames", "90", "looks", "45", "found",
			  "40", NULL),
		200);
	status_is(bench_get(b, s.party, file(&s, "/my/cases", "clip")), 403);
	assert_null(strstr(bench_get(b, s.party, my(&s, "evidence"))->body, "<video"));
	status_is(bench_get(b, s.party, copy), 403);
	status_is(bench_get(b, s.party, at(b, "%s/copy", copy)), 403);
	status_is(bench_get(b, s.party, at(b, "%s.zip", copy)), 403);
	status_is(bench_post(b, "officer1", at(b, "%s/confirm", copy), "looked", "1", "sm3",
			  bench_text(b, "SELECT sm3 FROM covers"), NULL),
		303);
	assert_string_equal(
		status_is(bench_get(b, s.party, file(&s, "/my/cases", "clip")), 200)->body,
		"a covered clip");
	r = status_is(bench_get(b, s.party, my(&s, "evidence")), 200);
	assert_true(says(r, "<video") && says(r, "derived from it"));
	assert_null(strstr(r->body, "/frames/"));
	status_is(bench_post(b, "officer1", at(b, "%s/withdraw", copy), "words", "x", "sm3",
			  bench_text(b, "SELECT sm3 FROM covers"), NULL),
		303);
	status_is(bench_get(b, s.party, file(&s, "/my/cases", "clip")), 403);
}

/* ---- released ---------------------------------------------------------- */
static void released_with_a_reason(void **state)
{
	struct story s = filed(*state);
	struct bench *b = s.b;
	const char *path = file(&s, "/cases", "release");

	cover(&s);
	status_is(release(&s, s.party, "still"), 403);
	status_is(release(&s, "auditor1", "still"), 403);
	status_is(release(&s, "officer3", "still"), 403);
	assert_true(says(status_is(bench_post(b, "officer1", path, "what", "still", NULL), 409),
		"why the case needs"));
	status_is(release(&s, "officer1", "all"), 422);
	assert_int_equal(facts_in_story(&s, "case.evidence_released"), 0);
	assert_string_equal(bench_get(b, s.party, file(&s, "/my/cases", "still"))->body, COVERED);

	assert_true(
		bench_torture(b, "officer1", path, "what", "still", "reason", "需辨认", NULL) > 3);
	assert_int_equal(facts_in_story(&s, "case.evidence_released"), 1);
	status_is(release(&s, "officer2", "still"), 409);
	assert_true(says(bench_get(b, s.party, file(&s, "/my/cases", "still")), STILL));
	status_is(bench_get(b, s.party, file(&s, "/my/cases", "clip")), 403); /* named: not this */
	struct answer *r = bench_get(b, "officer1", desk_of(&s, ""));
	assert_true(says(r, "需辨认"));
	assert_true(says(r, "A picture is given as it was recorded")); /* in its history */

	status_is(release(&s, "officer2", "clip"), 303);
	assert_true(says(bench_get(b, s.party, file(&s, "/my/cases", "clip")), CLIP));
	assert_true(says(bench_get(b, s.party, my(&s, "evidence")), "<video"));
	assert_string_equal(
		bench_text(b, "SELECT still_sm3 FROM case_evidence"), of_evidence(&s, "still_sm3"));
}

static void only_by_officers_of_the_case(void **state)
{
	struct story s = precheck(*state);
	struct bench *b = s.b;

	assert_true(says(status_is(release(&s, "officer1", "still"), 409), "filed"));
	status_is(file_it(&s), 303);
	bench_run(b, "UPDATE cases SET officer2 = 1");
	assert_true(says(status_is(release(&s, "officer2", "still"), 409), "officer of the case"));
}

/* ---- by no address ----------------------------------------------------- */
struct guess {
	const char *id, *id2, *key, *query;
};

static const char *address_of(struct bench *b, const char *pattern, const struct guess *g)
{
	struct buf t = { .arena = bench_arena(b) };

	for (const char *s = pattern; *s;) {
		bool id2 = text_starts(s, ":id2"), key = text_starts(s, ":key"),
		     id = !id2 && text_starts(s, ":id");
		if (id2 || key || id)
			buf_puts(&t, id2 ? g->id2 : key ? g->key : g->id);
		else
			buf_printf(&t, "%c", *s);
		s += id2 || key ? 4 : id ? 3 : 1;
	}
	buf_puts(&t, g->query);
	return t.s;
}

static bool is_original(const struct answer *r)
{
	return memmem(r->body, r->body_n, STILL, strlen(STILL)) ||
	       memmem(r->body, r->body_n, CLIP, strlen(CLIP));
}

/* Every address below a path with every id, key and query that a party may have learnt; gives how
 * many answers held an original. */
static int originals_seen(const struct story *s, const char *who, const char *below)
{
	struct bench *b = s->b;
	const char *ids[] = { of_evidence(s, "case_id"), of_evidence(s, "id"),
		of_evidence(s, "lead"),
		at(b, "%" PRId64, bench_int(b, "SELECT max(id) FROM pub_cameras")),
		at(b, "%" PRId64, bench_int(b, "SELECT coalesce(max(blur), 0) FROM pub_blurs")) };
	const char *keys[] = { of_evidence(s, "still_sm3"), of_evidence(s, "clip_sm3"), "0" };
	static const char *const queries[] = { "", "?blurred=0&original=1&released=1&format=json" };
	int seen = 0;

	for (const struct module *const *m = modules; *m; m++)
		for (const struct route *r = (*m)->routes; r && r->path; r++)
			for (int i = 0; r->method == GET && i < 5 * 5 * 3 * 2; i++) {
				struct guess g = { ids[i % 5], ids[i / 5 % 5], keys[i / 25 % 3],
					queries[i / 75] };
				bool skip = !text_starts(r->path, below) ||
					    (!strstr(r->path, ":id2") && i / 5 % 5) ||
					    (!strstr(r->path, ":key") && i / 25 % 3) ||
					    (!strstr(r->path, ":id") && i % 5);
				if (!skip)
					seen += is_original(
						bench_get(b, who, address_of(b, r->path, &g)));
			}
	return seen;
}

static void by_no_address(void **state)
{
	struct story s = filed(*state);

	assert_int_equal(originals_seen(&s, s.party, "/"), 0); /* before they are covered, */
	cover(&s);
	assert_int_equal(originals_seen(&s, s.party, "/"), 0); /* and after */
	assert_int_equal(originals_seen(&s, "", "/"), 0);
	assert_true(originals_seen(&s, "officer1", "/cases") >= 4); /* the search does find them */
	status_is(release(&s, "officer1", "still"), 303);
	assert_true(originals_seen(&s, s.party, "/") >= 1);
	/* a released picture of one case is none of another's */
	assert_int_equal(originals_seen(&s, at(s.b, "party:%" PRId64 ":1", s.operator), "/"), 0);
}

#define TESTS(X)                                                                                   \
	X(covered_by_default)                                                                      \
	X(cannot_be_covered)                                                                       \
	X(handed_on_by_an_officer)                                                                 \
	X(covered_clip_to_the_party)                                                               \
	X(videos_of_others)                                                                        \
	X(released_with_a_reason) X(only_by_officers_of_the_case) X(by_no_address)
#define ON_SQLITE(f)   { #f, f, begin, end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, begin, end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"shown", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
