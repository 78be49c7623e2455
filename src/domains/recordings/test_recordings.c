/* Recordings from a dock: pieces, digests, who carried the device, who may look, what stays. On
 * SQLite, and on PostgreSQL where one is there. */
#include "core/proc/container.h"
#include "domains/recordings/recordings.h"
#include "domains/recordings/rules.h"
#include "harness.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { LIST_STATEMENTS = 12, PAGE_STATEMENTS = 24 };

#define DOCK_1 "dock:CZ-0001" /* its key, see harness.h */

static const char *device_new(struct bench *b, const char *number, const char *kind)
{
	return bench_post(b, "officer1", "/equipment", "number", number, "kind", kind, "model", "m",
		"serial", "s", "gb_id", "", "calibration_due", "", "words", "", "camera", "0",
		"area", "0", NULL)
		->location;
}

static int open_bench(void **state)
{
	struct bench *b = bench_open_on(NULL, *state != NULL);
	id_seed(7);
	device_new(b, "CZ-0001", "dock");
	*state = b;
	return 0;
}

/* ---- rules ------------------------------------------------------------------------------------
 */
static void test_rules(void **state)
{
	(void)state;
	assert_int_equal(true_time(0, 1500), 0);
	assert_int_equal(true_time(10000, 1500), 8500);
	assert_int_equal(true_time(10000, -1500), 11500);
	assert_true(issue_covers(100, 0, 100)); /* from the signature on */
	assert_true(issue_covers(100, 200, 199));
	assert_false(issue_covers(100, 200, 200)); /* handed back */
	assert_false(issue_covers(100, 200, 99));
	assert_false(issue_covers(0, 0, 99));  /* never signed for */
	assert_false(issue_covers(100, 0, 0)); /* time unknown */
	struct times t = times_of(&(struct told){ 1000, 50, 9000 });
	assert_string_equal(t.source, "container");
	assert_int_equal(t.end, 1050);
	t = times_of(&(struct told){ 0, 50, 9000 });
	assert_string_equal(t.source, "file");
	assert_int_equal(t.start, 8950);
	assert_string_equal(times_of(&(struct told){ 0, 0, 9000 }).source, "none");
	assert_null(part_wrong(0, 10, 0, 10));
	assert_null(part_wrong(4, 6, 4, 10));
	assert_null(part_wrong(2, 4, 4, 10)); /* again, in part */
	assert_non_null(part_wrong(5, 5, 4, 10));
	assert_non_null(part_wrong(4, 7, 4, 10));
	assert_non_null(part_wrong(-1, 1, 0, 10));
	assert_non_null(part_wrong(0, 0, 0, 10));
	assert_non_null(part_wrong(INT64_MAX, 1, INT64_MAX, 10));
	assert_null(link_wrong("kept", "filed", "why"));
	assert_non_null(link_wrong("kept", "filed", ""));
	assert_non_null(link_wrong("kept", "closed", "why"));
	assert_non_null(link_wrong("removed", "filed", "why"));
	assert_true(term_over(0, 183, 0, 183 * DAY));
	assert_false(term_over(0, 183, 0, 183 * DAY - 1));
	assert_false(term_over(0, 183, 1, 999 * DAY));
	assert_string_equal(media_type("mov,mp4,m4a,3gp,3g2,mj2"), "video/mp4");
	assert_string_equal(media_type("avi"), "application/octet-stream");
}

/* ---- a recording: the sample clip, with another time in its head and bytes after its end --------
 */
static void put32(uint8_t *at, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(v >> (24 - 8 * i));
}

/* Made at that time (ms UTC; 0: the device did not know); mark and extra make files differ. */
static struct bytes mp4(struct bench *b, int64_t at_ms, int mark, size_t extra)
{
	const char *root = getenv("SHIAN_SOURCE");
	struct bytes clip;
	struct fault why = { 0 };

	assert_int_equal(
		file_read(bench_arena(b),
			arena_printf(bench_arena(b), "%s/tests/clip.mp4", root ? root : "."),
			1 << 20, &clip, &why),
		OK);
	uint8_t *all = arena_alloc(bench_arena(b), clip.n + 8 + extra), *end = all + clip.n;
	memcpy(all, clip.at, clip.n);
	uint8_t *head = memmem(all, clip.n, "mvhd", 4);
	assert_non_null(head);
	put32(head + 8, at_ms ? (uint32_t)(at_ms / 1000 + 2082844800) : 0); /* since 1904 */
	put32(end, (uint32_t)(8 + extra));
	memcpy(end + 4, "free", 4);
	for (size_t i = 0; i < extra; i++)
		end[8 + i] = (uint8_t)(i * 31 + (size_t)mark);
	return (struct bytes){ all, clip.n + 8 + extra };
}

static const char *digest_of(struct bench *b, struct bytes f, bool chinese)
{
	struct digest d = chinese ? sm3(f.at, f.n) : sha256(f.at, f.n);
	return digest_hex(bench_arena(b), &d);
}

/* ---- the container, behind its wall
 * -------------------------------------------------------------- */
static enum err container_of(struct bench *b, struct bytes f, struct container *c)
{
	struct fault why = { 0 };
	const char *path = arena_printf(bench_arena(b), "%s/tmp/container", bench_dir(b));
	assert_int_equal(file_write(path, f.at, f.n, 0600, &why), OK);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum err e = container_read(fd, c, &why);
	close(fd);
	return e;
}

static void test_container(void **state)
{
	struct bench *b = *state;
	struct container c;
	int64_t at = clock_now() - HOUR;

	assert_int_equal(container_of(b, mp4(b, at, 90, 100), &c), OK);
	assert_int_equal(c.started_at, at / 1000 * 1000);
	assert_int_equal(c.duration_ms, 2000);
	assert_string_equal(c.video, "h264");
	assert_int_equal(container_of(b, mp4(b, 0, 90, 100), &c), OK);
	assert_int_equal(c.started_at, 0); /* 1904: it does not know */
	struct bytes f = mp4(b, at, 90, 100);
	assert_int_equal(container_of(b, (struct bytes){ f.at, 60 }, &c), E_INVALID);
	assert_int_equal(
		container_of(b, (struct bytes){ (const uint8_t *)"text", 4 }, &c), E_INVALID);
	/* a list of other files is no recording */
	static const char list[] = "ffconcat version 1.0\nfile /etc/passwd\n";
	assert_int_equal(container_of(b, (struct bytes){ (const uint8_t *)list, sizeof list }, &c),
		E_INVALID);
}

/* ---- a dock
 * -------------------------------------------------------------------------------------- */
static const char *account(struct bench *b, const char *login)
{
	return arena_printf(bench_arena(b), "%" PRId64,
		bench_int(b, arena_printf(bench_arena(b), "SELECT id FROM users WHERE login = '%s'",
				     login)));
}

static void hand_over(struct bench *b, const char *device, const char *who)
{
	bench_post(b, "officer1", arena_printf(bench_arena(b), "%s/give", device), "officer",
		account(b, who), NULL);
	bench_post(b, who, arena_printf(bench_arena(b), "%s/receive", device), NULL);
}

static void hand_back(struct bench *b, const char *device, const char *who)
{
	bench_post(b, who, arena_printf(bench_arena(b), "%s/return", device), NULL);
	bench_post(b, "officer1", arena_printf(bench_arena(b), "%s/take", device), NULL);
}

static struct answer *promise_by(
	struct bench *b, const char *dock, const char *device, struct bytes f)
{
	return bench_post(b, dock, "/internal/recordings/begin", "device", device, "name",
		"20261123_090000.mp4", "sm3", digest_of(b, f, true), "sha256",
		digest_of(b, f, false), "size", arena_printf(bench_arena(b), "%zu", f.n),
		"modified", "0", NULL);
}

static struct answer *promise(struct bench *b, const char *device, struct bytes f)
{
	return promise_by(b, DOCK_1, device, f);
}

static const char *step_of(struct bench *b, struct bytes f, const char *step)
{
	return arena_printf(
		bench_arena(b), "/internal/recordings/%s%s", digest_of(b, f, true), step);
}

static struct answer *piece(struct bench *b, struct bytes f, size_t from, size_t to)
{
	bench_file(b, "part", "part", "application/octet-stream",
		(struct bytes){ f.at + from, to - from });
	return bench_post(b, DOCK_1, step_of(b, f, "/part"), "offset",
		arena_printf(bench_arena(b), "%zu", from), NULL);
}

static void dock(struct bench *b, const char *device, struct bytes f)
{
	assert_int_equal(promise(b, device, f)->status, 200);
	assert_int_equal(piece(b, f, 0, f.n)->status, 200);
	assert_int_equal(bench_post(b, DOCK_1, step_of(b, f, "/end"), NULL)->status, 200);
	bench_jobs(b);
	assert_true(answer_has(bench_get(b, DOCK_1, step_of(b, f, "")), "\"kept\""));
}

static int facts(struct bench *b, const char *name)
{
	return (int)bench_int(b, arena_printf(bench_arena(b),
					 "SELECT count(*) FROM ledger WHERE name = '%s'", name));
}

static const char *newest(struct bench *b)
{
	return arena_printf(bench_arena(b), "/recordings/%" PRId64,
		bench_int(b, "SELECT max(id) FROM recordings"));
}

/* In pieces, broken off, gone on with, sent twice: one recording. */
static void test_pieces(void **state)
{
	struct bench *b = *state;
	struct bytes f = mp4(b, clock_now() - HOUR, 60, 5000);

	assert_int_equal(promise(b, "ZF-0001", f)->status, 422); /* not in the register */
	device_new(b, "ZF-0001", "body_camera");
	struct answer *r = promise(b, "ZF-0001", f);
	assert_true(answer_has(r, "\"offset\":0"));
	assert_int_equal(piece(b, f, 0, 2000)->status, 200);
	assert_int_equal(piece(b, f, 3000, 4000)->status, 409); /* a hole */
	assert_int_equal(bench_post(b, DOCK_1, step_of(b, f, "/end"), NULL)->status, 409);
	/* the line broke: asked again, it says where to go on */
	assert_true(answer_has(promise(b, "ZF-0001", f), "\"offset\":2000"));
	assert_int_equal(piece(b, f, 1000, 3000)->status, 200); /* part of it again */
	assert_int_equal(piece(b, f, 3000, f.n)->status, 200);
	assert_int_equal(bench_post(b, DOCK_1, step_of(b, f, "/end"), NULL)->status, 200);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM recordings"), 0); /* not yet */
	assert_true(answer_has(bench_get(b, DOCK_1, step_of(b, f, "")), "\"checking\""));
	assert_int_equal(piece(b, f, 0, 10)->status, 409);
	bench_jobs(b);
	assert_true(answer_has(bench_get(b, DOCK_1, step_of(b, f, "")), "\"kept\""));
	assert_true(answer_has(promise(b, "ZF-0001", f), "\"kept\""));
	assert_int_equal(bench_post(b, DOCK_1, step_of(b, f, "/end"), NULL)->status, 200);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM recordings"), 1);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM recording_uploads"), 0);
	assert_int_equal(facts(b, "recording.docked"), 1);
	assert_string_equal(bench_text(b, "SELECT sha256 FROM recordings"), digest_of(b, f, false));
	assert_int_equal(
		bench_post(b, "officer1", "/internal/recordings/begin", NULL)->status, 403);
}

static void test_digests(void **state)
{
	struct bench *b = *state;
	struct bytes f = mp4(b, clock_now() - HOUR, 60, 500), other = mp4(b, 0, 61, 500);

	device_new(b, "ZF-0001", "body_camera");
	promise(b, "ZF-0001", f);
	bench_file(b, "part", "part", "application/octet-stream", other); /* as long, other bytes */
	assert_int_equal(
		bench_post(b, DOCK_1, step_of(b, f, "/part"), "offset", "0", NULL)->status, 200);
	bench_post(b, DOCK_1, step_of(b, f, "/end"), NULL);
	bench_jobs(b);
	struct answer *r = bench_get(b, DOCK_1, step_of(b, f, ""));
	assert_true(answer_has(r, "\"refused\""));
	assert_true(answer_has(r, "与采集时的摘要不一致"));
	assert_int_equal(bench_int(b, "SELECT count(*) FROM recordings"), 0);
	assert_int_equal(facts(b, "recording.docked"), 0);
	dock(b, "ZF-0001", f); /* and again, as it is */
	assert_int_equal(bench_int(b, "SELECT count(*) FROM recordings"), 1);
	r = bench_post(b, DOCK_1, "/internal/recordings/begin", "device", "ZF-0001", "name", "x",
		"sm3", "12", "sha256", "", "size", "1", NULL);
	assert_int_equal(r->status, 422);
	bench_run(b, "UPDATE jobs SET state = state"); /* no job is left that could fail */
	assert_int_equal(
		bench_int(b, "SELECT count(*) FROM jobs WHERE kind LIKE 'recordings.%'"), 0);
}

/* Who had signed for the camera at the corrected time, at both edges; nobody otherwise. */
static void test_carrier(void **state)
{
	struct bench *b = *state;
	const char *device = device_new(b, "ZF-0001", "body_camera");
	int64_t t0 = clock_now();

	hand_over(b, device, "officer2");
	bench_clock(b, t0 + 2 * HOUR);
	hand_back(b, device, "officer2");
	bench_run(b, "UPDATE equipment SET clock_offset_ms = 60000");
	bench_clock(b, t0 + 3 * HOUR);
	const struct {
		int64_t device_start;
		bool carried;
	} edges[] = { { t0 + MINUTE, true }, { t0 + MINUTE - SECOND, false },
		{ t0 + 2 * HOUR + MINUTE - SECOND, true }, { t0 + 2 * HOUR + MINUTE, false } };
	for (int i = 0; i < 4; i++) {
		dock(b, "ZF-0001", mp4(b, edges[i].device_start, 10 + i, 100));
		assert_int_equal(
			bench_int(b, "SELECT CASE WHEN officer > 0 AND issue > 0 THEN 1 ELSE 0 "
				     "END FROM recordings ORDER BY id DESC LIMIT 1"),
			edges[i].carried);
	}
	assert_int_equal(
		bench_int(b, "SELECT min(device_started_at - started_at) FROM recordings"), MINUTE);
	dock(b, "ZF-0001", mp4(b, 0, 20, 100)); /* says no time */
	assert_string_equal(
		bench_text(b, "SELECT time_source FROM recordings ORDER BY id DESC LIMIT 1"),
		"none");
	struct answer *r = bench_get(b, "command1", newest(b));
	assert_true(answer_has(r, "当时无人签收领用该设备"));
	assert_true(answer_has(r, "录像仍已采集"));
	assert_true(answer_has(bench_get(b, "officer2", "/recordings"), "20261123_090000.mp4"));
	assert_true(answer_has(bench_get(b, "officer1", device), "已采集的录像"));
}

/* The officer who made it, and the command room; another officer only through the case. */
static void test_rights(void **state)
{
	struct bench *b = *state;
	const char *device = device_new(b, "ZF-0001", "body_camera");
	struct bytes f = mp4(b, clock_now() + MINUTE, 30, 5000);

	hand_over(b, device, "officer2");
	bench_clock(b, clock_now() + HOUR);
	dock(b, "ZF-0001", f);
	const char *path = newest(b), *file = arena_printf(bench_arena(b), "%s/file", path),
		   *view = arena_printf(bench_arena(b), "%s/view", path);
	static const struct {
		const char *who;
		int status;
	} may_see[] = { { "officer1", 403 }, { "officer2", 200 }, { "officer3", 403 },
		{ "reviewer1", 403 }, { "head1", 200 }, { "command1", 200 }, { "auditor1", 200 },
		{ "admin1", 403 }, { "", 303 } };
	for (size_t i = 0; i < sizeof may_see / sizeof *may_see; i++) {
		assert_int_equal(bench_get(b, may_see[i].who, path)->status, may_see[i].status);
		if (*may_see[i].who && may_see[i].status != 200)
			assert_int_equal(
				bench_post(b, may_see[i].who, view, "way", "play", NULL)->status,
				403);
	}
	assert_null(strstr(bench_get(b, "officer1", "/recordings")->body, "20261123_090000.mp4"));
	struct answer *r = bench_get(b, "officer2", "/recordings");
	assert_true(r->statements <= LIST_STATEMENTS);
	bench_golden(b, r, "src/domains/recordings/golden/list.html");

	/* looking is written down first */
	assert_int_equal(bench_get(b, "officer2", file)->status, 403);
	assert_int_equal(bench_post(b, "officer2", view, "way", "play", NULL)->status, 303);
	r = bench_get(b, "officer2", file);
	assert_int_equal(r->status, 200);
	assert_int_equal(r->reply.fd_size, (int64_t)f.n);
	assert_string_equal(r->type, "video/mp4");
	assert_int_equal(bench_get(b, "command1", file)->status, 403);
	const char *load = arena_printf(bench_arena(b), "%s?download=1", file);
	assert_int_equal(bench_get(b, "officer2", load)->status, 403);
	assert_int_equal(bench_post(b, "officer2", view, "way", "download", NULL)->status, 303);
	assert_int_equal(bench_get(b, "officer2", load)->status, 200);
	assert_int_equal(facts(b, "recording.viewed"), 2);
	r = bench_get(b, "officer2", path);
	assert_true(r->statements <= PAGE_STATEMENTS);
	assert_true(answer_has(r, "<video"));
	bench_golden(b, r, "src/domains/recordings/golden/recording.html");
	bench_clock(b, clock_now() + 13 * HOUR);
	assert_int_equal(bench_get(b, "officer2", file)->status, 403); /* said too long ago */
	r = bench_get(b, "officer2", arena_printf(bench_arena(b), "%s/manifest.json", path));
	assert_true(answer_has(r, digest_of(b, f, true)));
	assert_true(answer_has(r, "clock_ahead_ms"));
	bench_torture(b, "officer2", view, "way", "play", NULL);
}

static int64_t case_new(struct bench *b)
{
	int64_t operator= bench_operator(b, "禾记小馆", HARNESS_AREA);
	bench_run(b,
		arena_printf(bench_arena(b),
			"INSERT INTO cases (id, version, number, operator, area, act, act_name, "
			"state, opened_at, precheck_due, officer1, officer2, filed_at, "
			"filed_reason, decide_due, party_phone, link_sent_at, viewed_at, answer, "
			"answer_words, answered_at, e_service, e_phone, post_address, receiver, "
			"address_sign, address_sign_sha256, address_at, address_paper, "
			"correction_text, correction_due, order_paper, correction_sm3, "
			"correction_sha256, correction_words, correction_at, correction_state, "
			"told_at, told_penalty, hear_due, statement, statement_words, heard_at, "
			"defence_adopted, proposed_by, outcome, penalty, fine_fen, decided_at, "
			"decision_paper, served_at, service_way, closed_at, close_reason) VALUES "
			"(77, 1, 'A-1', %" PRId64
			", %d, 'V01', '未戴工作帽', 'filed', 1, 1, %s, %s, 1, "
			"'x', 1, '', 0, 0, '', '', 0, 0, '', '', '', '', '', 0, 0, '', 0, 0, '', "
			"'', '', 0, '', 0, '', 0, '', '', 0, '', 0, '', '', 0, 0, 0, 0, '', 0, '')",
			operator, HARNESS_AREA, account(b, "officer1"), account(b, "officer2")));
	return 77;
}

/* Linked with a reason, seen by the case's officers and on its page, kept beyond the term. */
static void test_case(void **state)
{
	struct bench *b = *state;
	const char *device = device_new(b, "ZF-0001", "body_camera");

	case_new(b);
	hand_over(b, device, "officer2");
	bench_clock(b, clock_now() + HOUR);
	dock(b, "ZF-0001", mp4(b, clock_now() - MINUTE, 30, 400));
	const char *path = newest(b), *links = arena_printf(bench_arena(b), "%s/links", path);
	dock(b, "ZF-0001", mp4(b, clock_now() - MINUTE, 31, 400)); /* of no case */
	assert_int_equal(bench_get(b, "officer1", path)->status, 403);
	assert_int_equal(
		bench_post(b, "officer2", links, "case", "77", "reason", "", NULL)->status, 409);
	assert_int_equal(
		bench_post(b, "officer2", links, "case", "78", "reason", "x", NULL)->status, 422);
	assert_int_equal(
		bench_post(b, "command1", links, "case", "77", "reason", "x", NULL)->status, 403);
	bench_torture(b, "officer2", links, "case", "77", "reason", "现场检查", NULL);
	assert_int_equal(
		bench_post(b, "officer2", links, "case", "77", "reason", "x", NULL)->status, 409);
	assert_int_equal(bench_get(b, "officer1", path)->status, 200);
	assert_int_equal(bench_get(b, "reviewer1", path)->status, 200);
	assert_int_equal(bench_get(b, "officer3", path)->status, 403);
	struct answer *r = bench_get(b, "officer1", "/cases/77");
	assert_int_equal(r->status, 200);
	assert_true(answer_has(r, "证据：执法记录仪录像"));
	assert_true(answer_has(r, "现场检查"));
	assert_true(answer_has(r, path));
	assert_int_equal(facts(b, "case.evidence_added"), 1);
	assert_int_equal(
		bench_int(b, "SELECT cause FROM ledger WHERE name = 'case.evidence_added'"),
		bench_int(b, "SELECT seq FROM ledger WHERE name = 'recording.linked'"));

	/* the term: a day before nothing goes, on its day only what belongs to no case */
	int64_t docked = bench_int(b, "SELECT max(docked_at) FROM recordings");
	bench_clock(b, docked + 183 * DAY - SECOND);
	bench_minute(b);
	assert_int_equal(facts(b, "recording.removed"), 0);
	bench_clock(b, docked + 183 * DAY);
	bench_minute(b);
	bench_jobs(b);
	assert_int_equal(facts(b, "recording.removed"), 1);
	const char *gone = newest(b);
	const char *sm3 = bench_text(b, "SELECT sm3 FROM recordings WHERE state = 'removed'");
	struct stat st;
	assert_int_not_equal(stat(arena_printf(bench_arena(b), "%s/objects/%.2s/%.2s/%s",
					  bench_dir(b), sm3, sm3 + 2, sm3),
				     &st),
		0);
	sm3 = bench_text(b, "SELECT sm3 FROM recordings WHERE state = 'kept'");
	assert_int_equal(stat(arena_printf(bench_arena(b), "%s/objects/%.2s/%.2s/%s", bench_dir(b),
				      sm3, sm3 + 2, sm3),
				 &st),
		0);
	assert_int_equal(
		bench_post(b, "officer2", arena_printf(bench_arena(b), "%s/view", gone), NULL)
			->status,
		410);
	assert_true(answer_has(bench_get(b, "officer2", gone), "已清除"));
	/* taken from the case, it goes as well */
	const char *end = arena_printf(bench_arena(b), "%s/%" PRId64 "/end", links,
		bench_int(b, "SELECT id FROM recording_links"));
	assert_int_equal(bench_post(b, "officer2", end, "reason", "", NULL)->status, 409);
	assert_int_equal(bench_post(b, "officer2", end, "reason", "误关联", NULL)->status, 303);
	assert_int_equal(facts(b, "recording.unlinked"), 1);
	bench_minute(b);
	bench_jobs(b);
	assert_int_equal(facts(b, "recording.removed"), 2);
}

/* A camera that came back without a recording is on the list, a day later, until one is docked. */
static void test_missing(void **state)
{
	struct bench *b = *state;
	const char *device = device_new(b, "ZF-0001", "body_camera");
	int64_t t0 = clock_now();

	hand_over(b, device, "officer2");
	bench_clock(b, t0 + HOUR);
	hand_back(b, device, "officer2");
	bench_clock(b, t0 + 25 * HOUR - SECOND);
	assert_null(strstr(bench_get(b, "command1", "/recordings/missing")->body, "ZF-0001"));
	bench_clock(b, t0 + 25 * HOUR);
	struct answer *r = bench_get(b, "command1", "/recordings/missing");
	assert_true(answer_has(r, "ZF-0001"));
	bench_golden(b, r, "src/domains/recordings/golden/missing.html");
	assert_true(answer_has(bench_get(b, "officer2", "/recordings/missing"), "ZF-0001"));
	assert_null(strstr(bench_get(b, "officer3", "/recordings/missing")->body, "ZF-0001"));
	dock(b, "ZF-0001", mp4(b, t0 + MINUTE, 30, 100));
	assert_null(strstr(bench_get(b, "command1", "/recordings/missing")->body, "ZF-0001"));
}

/* By hand: the same checks, the same once. Promises that nobody keeps are forgotten. */
static void test_form(void **state)
{
	struct bench *b = *state;
	struct bytes f = mp4(b, clock_now() - HOUR, 60, 700);

	device_new(b, "ZF-0001", "body_camera");
	struct answer *r = bench_get(b, "officer1", "/recordings/new?device=ZF-0001");
	assert_int_equal(r->status, 200);
	bench_golden(b, r, "src/domains/recordings/golden/new.html");
	assert_int_equal(
		bench_post(b, "officer1", "/recordings", "device", "ZF-0001", NULL)->status, 422);
	for (int i = 0; i < 2; i++) {
		bench_file(b, "file", "a.mp4", "video/mp4", f);
		assert_int_equal(
			bench_post(b, "officer1", "/recordings", "device", "ZF-0001", NULL)->status,
			303);
		bench_jobs(b);
		assert_int_equal(bench_int(b, "SELECT count(*) FROM recordings"), 1);
	}
	bench_file(b, "file", "a.mp4", "video/mp4", mp4(b, 0, 1, 1));
	assert_int_equal(
		bench_post(b, "officer3", "/recordings", "device", "ZF-0001", NULL)->status, 422);
	assert_int_equal(bench_get(b, "officer1", newest(b))->status, 200); /* who docked it */
	assert_int_equal(
		bench_post(b, "auditor1", "/recordings", "device", "ZF-0001", NULL)->status, 403);
	promise(b, "ZF-0001", mp4(b, 0, 9, 9));
	piece(b, mp4(b, 0, 9, 9), 0, 100);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM recording_uploads"), 1);
	bench_clock(b, clock_now() + 8 * DAY);
	bench_minute(b);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM recording_uploads"), 0);
}

/* A key opens the docks' doors only, and those only while its station is in use. */
static void test_key(void **state)
{
	struct bench *b = *state;
	struct bytes f = mp4(b, clock_now() - HOUR, 60, 700);

	device_new(b, "ZF-0001", "body_camera");
	const char *second = device_new(b, "CZ-0002", "dock");
	assert_int_equal(bench_get(b, "dock:CZ-0002", step_of(b, f, ""))->status, 200);
	assert_int_equal(bench_machine_get(b, step_of(b, f, ""))->status, 403);
	assert_int_equal(bench_get(b, "dock:CZ-0002", "/internal/cameras")->status, 403);
	assert_int_equal(bench_get(b, "dock:CZ-0002", "/recordings")->status, 403);
	dock(b, "ZF-0001", f);
	assert_string_equal(bench_text(b, "SELECT dock FROM recordings"), "CZ-0001");
	struct bytes other = mp4(b, clock_now() - HOUR, 61, 700);
	assert_int_equal(promise_by(b, "dock:CZ-0002", "ZF-0001", other)->status, 200);
	assert_int_equal(bench_post(b, "officer1", arena_printf(bench_arena(b), "%s/state", second),
				 "state", "lost", "reason", "偷走了", NULL)
				 ->status,
		303);
	struct bytes third = mp4(b, clock_now() - HOUR, 62, 700);
	assert_int_equal(promise_by(b, "dock:CZ-0002", "ZF-0001", third)->status, 422);
	assert_int_equal(promise_by(b, "dock:CZ-0003", "ZF-0001", third)->status,
		422); /* not in the register */
}

#define TESTS(X)                                                                                   \
	X(test_rules)                                                                              \
	X(test_container)                                                                          \
	X(test_pieces)                                                                             \
	X(test_digests)                                                                            \
	X(test_carrier) X(test_rights) X(test_case) X(test_missing) X(test_form) X(test_key)
#define ON_SQLITE(f)   { #f, f, open_bench, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, open_bench, bench_end, (void *)"postgres" },

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	const size_t n = sizeof(tests) / sizeof(*tests);
	return _cmocka_run_group_tests(
		"recordings", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
