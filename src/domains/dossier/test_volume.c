/* The archive volume: its order, what hinders it, the bound file and the folder as programs that
 * are not ours see them. */
#include "domains/dossier/test_matter.h"
#include "domains/dossier/volume.h"

#include "contracts/facts.h"
#include "core/ledger/crypto.h"
#include "signature_png.h"

#include <fcntl.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jpeglib.h>
#include <sodium.h>

#include <cmocka.h>

enum { PAGE_STATEMENTS = 18, SIDE = 64 };

/* ---- a closed case with papers and evidence */

struct archive {
	struct bench *b;
	int64_t id;
};

static const char *at(const struct archive *s, const char *rest)
{
	return arena_printf(bench_arena(s->b), "/cases/%" PRId64 "%s", s->id, rest);
}

static struct answer *status_is(struct answer *r, int status)
{
	const char *from = strstr(r->body, "<main");
	if (r->status != status)
		fail_msg("%d and not %d: %.2500s", r->status, status, from ? from : r->body);
	return r;
}

/* A grey wedge. */
static struct bytes jpeg(struct arena *a)
{
	struct jpeg_compress_struct c;
	struct jpeg_error_mgr errors;
	unsigned char *at = NULL;
	unsigned long n = 0;
	uint8_t row[SIDE];

	c.err = jpeg_std_error(&errors);
	jpeg_create_compress(&c);
	jpeg_mem_dest(&c, &at, &n);
	c.image_width = c.image_height = SIDE;
	c.input_components = 1;
	c.in_color_space = JCS_GRAYSCALE;
	jpeg_set_defaults(&c);
	jpeg_start_compress(&c, TRUE);
	for (int y = 0; y < SIDE; y++) {
		JSAMPROW rows[] = { row };
		for (int x = 0; x < SIDE; x++)
			row[x] = (uint8_t)(x * 4);
		jpeg_write_scanlines(&c, rows, 1);
	}
	jpeg_finish_compress(&c);
	jpeg_destroy_compress(&c);
	struct bytes out = { (const uint8_t *)arena_copy(a, (const char *)at, n), n };
	free(at);
	return out;
}

struct stored {
	struct bytes content;
	struct object o;
};
static enum err put(struct req *rq, void *arg)
{
	struct stored *s = arg;
	struct fault why = { 0 };
	return store_put(rq_store(rq), rq->arena, s->content, &s->o, &why);
}

static struct entry_file stored(struct bench *b, struct bytes content)
{
	struct stored s = { .content = content };
	struct digest a = sm3(content.at, content.n), c = sha256(content.at, content.n);
	assert_int_equal(bench_write(b, put, &s), OK);
	return (struct entry_file){ digest_hex(bench_arena(b), &a), digest_hex(bench_arena(b), &c),
		"" };
}

static void evidence(const struct archive *s, int64_t taken_at)
{
	struct arena *a = bench_arena(s->b);
	const char clip[] = "....ftypiso5 a clip";
	struct entry_file still = stored(s->b, jpeg(a)),
			  moving = stored(
				  s->b, (struct bytes){ (const uint8_t *)clip, sizeof clip });
	bench_run(s->b,
		arena_printf(a,
			"INSERT INTO case_evidence (id, version, case_id, lead, kind, taken_at, "
			"still_sm3, still_sha256, clip_sm3, clip_sha256, method, usable, "
			"usable_why, "
			"added_at) VALUES (%" PRId64 ", 1, %" PRId64 ", %" PRId64
			", 'EV_AV', %" PRId64
			", '%s', '%s', '%s', '%s', '连续录像，自动截取', 1, '', 0)",
			s->id + 7, s->id, s->id + 7, taken_at, still.sm3, still.sha256, moving.sm3,
			moving.sha256));
}

/* A PDF that an officer added: one that is sound, or one that is none. */
static void exhibit(const struct archive *s, const char *title, struct bytes pdf)
{
	struct arena *a = bench_arena(s->b);
	struct entry_file f = stored(s->b, pdf);
	int64_t id = bench_int(s->b, "SELECT coalesce(max(id), 0) + 1 FROM case_exhibits");
	bench_run(s->b,
		arena_printf(a,
			"INSERT INTO case_exhibits (id, version, case_id, kind, title, taken_at, "
			"place, method, maker, words, speaker, sm3, sha256, type, sign_sm3, "
			"sign_sha256, refusal, paper, added_by, added_at) VALUES (%" PRId64
			", 1, %" PRId64 ", 'EV_DOC', '%s', 1795000000000, '店内', '复印', '张三', "
			"'与原件一致', '', '%s', '%s', 'application/pdf', '', '', '', 0, 0, 0)",
			id, s->id, title, f.sm3, f.sha256));
}

/* A letter that brought the matter, with a file. */
static void source(const struct archive *s, struct bytes pdf)
{
	struct entry_file f = stored(s->b, pdf);
	bench_run(s->b,
		arena_printf(bench_arena(s->b),
			"INSERT INTO case_sources (id, version, case_id, kind, from_whom, "
			"document, received_at, words, sm3, sha256, type, registered_by, "
			"registered_at) VALUES (%" PRId64 ", 1, %" PRId64
			", 'transferred', '区教育局', '〔2026〕3号', 1794900000000, '食堂未戴帽', "
			"'%s', '%s', 'application/pdf', 0, 1794900000000)",
			s->id + 9, s->id, f.sm3, f.sha256));
}

/* What the rule asks of a simple case, made by its own forms but for the decision. */
struct ordering {
	const struct archive *s;
	const char *template;
	const struct paper_value *v;
	size_t n;
};
static enum err order(struct req *rq, void *arg)
{
	struct ordering *o = arg;
	struct paper_ref ref;
	return paper_order(rq,
		&(struct paper_order){ .template = o->template,
			.subject = o->s->id,
			.area = HARNESS_AREA,
			.values = o->v,
			.n = o->n },
		&ref);
}

static void paper(const struct archive *s, const char *template)
{
	static const struct paper_value v[] = { { "party_name", "示范餐饮管理有限公司" },
		{ "party_id", "91310112MA1GB12345" }, { "party_address", "江川路 1288 号" },
		{ "party_legal", "王五" }, { "party_phone", "13912345678" },
		{ "case_no", "示范市监立〔2026〕1号" }, { "cause", "未戴帽案" },
		{ "filed_at", "2026年11月19日" }, { "officer1", "张三" }, { "officer1_card", "1" },
		{ "officer2", "李四" }, { "officer2_card", "2" },
		{ "act_time", "2026年11月18日10时00分" }, { "act_place", "江川路 1288 号" },
		{ "act", "未戴工作帽" }, { "provision", "食品安全法第三十三条" },
		{ "basis", "食品安全法第一百二十六条" }, { "evidence", "视频片段" },
		{ "defence", "无" }, { "penalty_kind", "警告" },
		{ "review_body", "示范区人民政府" }, { "court", "示范区人民法院" },
		{ "decision_time", "2026年11月20日10时00分" }, { "decision_place", "示范" },
		{ "origin", "监督检查" }, { "found_at", "2026年11月18日" },
		{ "content", "涉嫌未戴帽。" }, { "registrar", "张三" },
		{ "registered_at", "2026年11月18日" }, { "opinion", "予以核查。" },
		{ "requirement", "立即戴帽" }, { "deadline", "2026年11月30日" },
		{ "contact", "张三" }, { "contact_phone", "12315" } };
	struct ordering o = { s, template, v, sizeof v / sizeof *v };
	assert_int_equal(bench_write(s->b, order, &o), OK);
	bench_jobs(s->b);
}

static void closed(const struct archive *s)
{
	bench_run(s->b, arena_printf(bench_arena(s->b),
				"UPDATE cases SET state = 'closed', closed_at = 1795500000000, "
				"decided_at = "
				"1795400000000, outcome = 'penalty', penalty = 'PEN_WARN' WHERE id "
				"= %" PRId64,
				s->id));
}

static struct archive archive(struct bench *b)
{
	struct archive s = { b, filed_matter(b) };
	evidence(&s, 1794990000000);
	paper(&s, "correction_order");
	return s;
}

static enum err add_job(struct req *rq, void *arg)
{
	const struct archive *s = arg;
	return job_add(rq, "dossier.volume", s->id);
}

static void is_closed_told(struct archive *s)
{
	assert_int_equal(bench_write(s->b, add_job, s), OK);
	bench_jobs(s->b);
}

static int64_t number(const struct archive *s, const char *what)
{
	return bench_int(s->b,
		arena_printf(bench_arena(s->b),
			"SELECT %s FROM dossier_volumes WHERE case_id = %" PRId64, what, s->id));
}

/* ---- tools */

/* Runs a script in the folder of the test with the file as $1; what it said. */
static const char *tool(const struct archive *s, const char *script, struct bytes in)
{
	struct arena *a = bench_arena(s->b);
	struct fault why = { 0 };
	struct bytes out = { 0 };
	const char *file = arena_printf(a, "%s/in", bench_dir(s->b)),
		   *to = arena_printf(a, "%s/out", bench_dir(s->b));
	char *argv[] = { arena_dup(a, "sh"), arena_dup(a, "-c"),
		arena_printf(a, "cd '%s' || exit 9\n%s", bench_dir(s->b), script),
		arena_dup(a, "sh"), arena_dup(a, file), NULL };
	posix_spawn_file_actions_t files;
	pid_t pid;
	int status = 0;

	assert_int_equal(file_write(file, in.at, in.n, 0600, &why), OK);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(
		&files, STDOUT_FILENO, to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
	assert_int_equal(posix_spawnp(&pid, "sh", &files, NULL, argv, environ), 0);
	posix_spawn_file_actions_destroy(&files);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(file_read(a, to, 1 << 22, &out, &why), OK);
	const char *text = arena_copy(a, (const char *)out.at, out.n);
	if (status != 0)
		fail_msg("%s: %s", script, text);
	return text;
}

static struct bytes file_of(const struct archive *s, const char *ending)
{
	struct fault why = { 0 };
	struct bytes out;
	struct arena *a = bench_arena(s->b);
	const char *sm3 = bench_text(
		s->b, arena_printf(a,
			      "SELECT %s_sm3 FROM dossier_volumes WHERE case_id = %" PRId64
			      " ORDER BY edition DESC LIMIT 1",
			      ending, s->id));
	const char *path =
		arena_printf(a, "%s/objects/%.2s/%.2s/%s", bench_dir(s->b), sm3, sm3 + 2, sm3);
	assert_int_equal(file_read(a, path, 64 << 20, &out, &why), OK);
	return out;
}

static bool in_order(const char *text, const char *const *words)
{
	for (; *words; words++) {
		const char *found = strstr(text, *words);
		if (!found) {
			fprintf(stderr, "'%s' does not follow in: %.1500s\n", *words, text);
			return false;
		}
		text = found + strlen(*words);
	}
	return true;
}

/* ---- tests */

static void missing_paper_hinders(void **state)
{
	struct archive s = archive(*state);
	struct bench *b = s.b;
	bench_english(b, true);
	/* not before it is concluded */
	struct answer *r = status_is(bench_get(b, "officer1", at(&s, "/volume")), 200);
	assert_true(answer_has(r, "Only a concluded case is archived (O2 article 78)."));
	status_is(bench_post(b, "officer1", at(&s, "/volume"), NULL), 409);
	closed(&s);
	is_closed_told(&s);
	assert_int_equal(number(&s, "count(*)"), 0);
	r = status_is(bench_get(b, "officer1", at(&s, "/volume")), 200);
	assert_true(answer_has(r, "Decision on the spot") && answer_has(r, "O2 article 68"));
	assert_true(r->statements <= PAGE_STATEMENTS);
	/* refused with the article; what was typed stays */
	r = status_is(
		bench_post(b, "officer1", at(&s, "/volume"), "reason.onspot_decision", "x", NULL),
		422);
	assert_true(answer_has(r, "O2 article 68") && answer_has(r, "value=\"x\""));
	assert_int_equal(number(&s, "count(*)"), 0);
	/* only an officer of the case, in its area, with the right to write */
	status_is(bench_post(b, "officer3", at(&s, "/volume"), NULL), 403);
	status_is(bench_post(b, "auditor1", at(&s, "/volume"), NULL), 403);
	status_is(bench_get(b, "officer3", at(&s, "/volume")), 403);
	status_is(bench_get(b, "auditor1", at(&s, "/volume")), 200);
	bench_english(b, false);
	bench_run(b, "UPDATE papers SET code = 'verify-it'"); /* one by chance each time */
	r = bench_get(b, "officer1", at(&s, "/volume"));
	bench_golden(b, r, "src/domains/dossier/golden/volume_missing.html");
	/* the receipt of the order is missing as well */
	assert_true(bench_torture(b, "officer1", at(&s, "/volume"), "reason.onspot_decision",
			    "当场处罚决定书写在纸上，扫描件另附",
			    arena_printf(bench_arena(b), "reason.receipt:%" PRId64,
				    bench_int(b, "SELECT max(paper) FROM pub_services")),
			    "当事人拒收，另行送达", NULL) > 6);
	assert_int_equal(number(&s, "count(*)"), 1);
	assert_int_equal(bench_int(b, "SELECT count(*) FROM dossier_gaps"), 2);
	bench_jobs(b);
	assert_int_equal(number(&s, "missing"), 2);
	const char *text = tool(&s, "pdftotext -layout \"$1\" -", file_of(&s, "pdf"));
	assert_non_null(strstr(text, "缺：当场处罚"));
	assert_non_null(strstr(text, "原因：当场处罚决定书写在纸上"));
	assert_int_equal(
		bench_int(b, arena_printf(bench_arena(b),
				     "SELECT count(*) FROM ledger WHERE name = '" VOLUME_MADE
				     "' AND subject = %" PRId64,
				     s.id)),
		1);
}

static void serve(const struct archive *s)
{
	/* as the room of service keeps a paper that was served, its receipt a paper too */
	paper(s, "case_source");
	bench_run(s->b,
		arena_printf(bench_arena(s->b),
			"UPDATE service_tasks SET state = 'served', receipt = (SELECT max(id) FROM "
			"papers) WHERE case_id = %" PRId64
			" AND id = (SELECT min(id) FROM service_tasks)",
			s->id));
}

/* The file of the last paper. */
static struct bytes file_of_paper(const struct archive *s)
{
	struct fault why = { 0 };
	struct bytes out;
	struct arena *a = bench_arena(s->b);
	const char *sm3 = bench_text(s->b, "SELECT sm3 FROM papers ORDER BY id LIMIT 1");
	assert_int_equal(file_read(a,
				 arena_printf(a, "%s/objects/%.2s/%.2s/%s", bench_dir(s->b), sm3,
					 sm3 + 2, sm3),
				 64 << 20, &out, &why),
		OK);
	return out;
}

static void evidence_again(const struct archive *s)
{
	bench_run(s->b, arena_printf(bench_arena(s->b),
				"UPDATE cases SET correction_sm3 = still_sm3, correction_sha256 = "
				"still_sha256, correction_words = '已戴帽', correction_at = "
				"1795000000001 FROM "
				"case_evidence WHERE case_evidence.case_id = cases.id AND cases.id "
				"= %" PRId64,
				s->id));
}

static void bound_in_the_order_of_the_rule(void **state)
{
	struct archive s = archive(*state);
	struct bench *b = s.b;
	static const uint8_t junk[] = "%PDF-1.4 nothing";

	paper(&s, "onspot_decision");
	bench_run(b, "DELETE FROM service_tasks WHERE template = 'onspot_decision'");
	serve(&s);
	exhibit(&s, "营业执照复印件", file_of_paper(&s));
	exhibit(&s, "损坏的附件", (struct bytes){ junk, sizeof junk });
	closed(&s);
	is_closed_told(&s);
	assert_int_equal(number(&s, "count(*)"), 1);
	assert_string_equal(
		bench_text(b, "SELECT number FROM dossier_volumes"), "示范市监档〔2026〕1号");
	struct bytes pdf = file_of(&s, "pdf");
	(void)tool(&s, "qpdf --check \"$1\"", pdf);
	/* no signature is claimed by what is bound, and all type is embedded */
	assert_null(strstr(tool(&s, "qpdf --qdf --object-streams=disable \"$1\" - | strings", pdf),
		"/FT /Sig"));
	assert_null(
		strstr(tool(&s, "pdffonts \"$1\" | awk 'NR > 2 { print $(NF-4) }'", pdf), "no"));
	const char *text = tool(&s, "pdftotext \"$1\" -", pdf);
	assert_true(in_order(
		text, (const char *const[]){ "行政处罚案卷", "卷内文件目录", "当场行政处罚决定书",
			      "责令改正通知书", "营业执照复印件", "损坏的附件", "\f",
			      "当场行政处罚决定书", "责令改正通知书", "后厨视频片段及截图", "SM3：",
			      "营业执照复印件", "各页附后", "损坏的附件", "不能装订", "卷内备考表",
			      "全过程记录", "的原件为准", NULL }));
	/* the numbers run from 1 through the whole volume, at the upper right of each page */
	int64_t pages = number(&s, "pages");
	assert_true(pages >= 6);
	const char *numbers = tool(&s,
		"pdftotext -x 480 -y 20 -W 90 -H 30 -r 72 \"$1\" - | tr -d '\\f' | grep -v '^$' | "
		"tr '\\n' ' '",
		pdf);
	struct buf expected = { .arena = bench_arena(b) };
	for (int64_t i = 1; i <= pages; i++)
		buf_printf(&expected, "%" PRId64 " ", i);
	assert_string_equal(numbers, buf_text(&expected));
	/* nothing has changed: no new edition, no new number */
	bench_english(b, true);
	status_is(bench_post(b, "officer1", at(&s, "/volume"), NULL), 409);
	assert_int_equal(number(&s, "count(*)"), 1);
	/* something was added: a new number */
	evidence_again(&s);
	status_is(bench_post(b, "officer2", at(&s, "/volume"), NULL), 303);
	bench_jobs(b);
	assert_int_equal(number(&s, "max(edition)"), 2);
	assert_string_equal(
		bench_text(b, "SELECT max(number) FROM dossier_volumes"), "示范市监档〔2026〕2号");
	struct answer *r = status_is(bench_get(b, "officer1", at(&s, "/volume")), 200);
	assert_true(answer_has(r, "The volume holds all that belongs into it."));
}

/* What came with the source is internal: it stands in the side file, never in the main one. */
static void source_in_the_side_file(void **state)
{
	struct archive s = archive(*state);
	struct bench *b = s.b;

	paper(&s, "onspot_decision");
	bench_run(b, "DELETE FROM service_tasks");
	source(&s, file_of_paper(&s));
	closed(&s);
	is_closed_told(&s);
	const char *said = tool(&s,
		"rm -rf folder && mkdir folder && python3 -m zipfile -e \"$1\" folder && cd folder "
		"&& ls main side",
		file_of(&s, "zip"));
	assert_non_null(strstr(said, "side:\n001-source.pdf"));
	assert_null(strstr(strstr(said, "main:"), "003-source"));
	const char *text = tool(&s, "pdftotext \"$1\" -", file_of(&s, "pdf"));
	assert_true(in_order(
		text, (const char *const[]){ "行政处罚案卷", "责令改正通知书", "卷内备考表",
			      "行政处罚案卷", "案件来源所附材料", "来件单位：区教育局",
			      "来件编号：〔2026〕3号", "内容：食堂未戴帽", "卷内备考表", NULL }));
}

/* The folder, checked by sha256sum and openssl; each file is the very one that was sealed. */
static void folder_with_its_manifest(void **state)
{
	struct archive s = archive(*state);
	struct bench *b = s.b;

	paper(&s, "onspot_decision");
	bench_run(b, "DELETE FROM service_tasks");
	closed(&s);
	is_closed_told(&s);
	struct bytes zip = file_of(&s, "zip");
	const char *said = tool(&s,
		"rm -rf folder && mkdir folder && python3 -m zipfile -e \"$1\" folder && cd folder "
		"&& "
		"sha256sum -c SHA256SUMS && while read -r sum path; do [ \"$(openssl dgst -sm3 -r "
		"\"$path\" | cut -d' ' -f1)\" = \"$sum\" ] || exit 3; done < SM3SUMS && ls . main "
		"&& cat "
		"manifest.json",
		zip);
	assert_non_null(strstr(said, "volume.pdf: OK"));
	assert_non_null(strstr(said, "main/001-onspot_decision.pdf: OK"));
	assert_non_null(strstr(said, "main/002-correction_order.pdf: OK"));
	assert_non_null(strstr(said, "main/003-evidence.jpg: OK"));
	assert_non_null(strstr(said, "main/003-evidence-2.mp4: OK"));
	assert_non_null(strstr(said, "\"ledger_seq\""));
	int64_t seq = bench_int(b,
		"SELECT seq FROM ledger l JOIN papers p ON p.id = l.subject WHERE l.name = "
		"'paper.sealed' AND p.template = 'onspot_decision'");
	assert_non_null(strstr(said, arena_printf(bench_arena(b), "\"ledger_seq\":%" PRId64, seq)));
	/* the signed original, not the bound page */
	assert_non_null(strstr(
		said, bench_text(b, "SELECT sm3 FROM papers WHERE template = 'onspot_decision'")));
	/* files go to who may read the case */
	const char *pdf = at(&s, arena_printf(bench_arena(b), "/volumes/%" PRId64 ".pdf",
					 number(&s, "id"))),
		   *folder = at(&s, arena_printf(bench_arena(b), "/volumes/%" PRId64 ".zip",
					    number(&s, "id")));
	assert_string_equal(status_is(bench_get(b, "auditor1", pdf), 200)->type, "application/pdf");
	assert_string_equal(
		status_is(bench_get(b, "officer1", folder), 200)->type, "application/zip");
	status_is(bench_get(b, "officer3", pdf), 403);
	status_is(bench_get(b, "admin1", pdf), 403);
	bench_english(b, false);
	struct answer *r = status_is(bench_get(b, "officer1", "/volumes"), 200);
	bench_golden(b, r, "src/domains/dossier/golden/volumes.html");
	r = status_is(bench_get(b, "officer3", "/volumes"), 200);
	assert_null(strstr(r->body, "示范市监档"));
}

static enum err seal_late(struct req *rq, void *arg)
{
	(void)arg;
	int64_t id;
	TRY(db_int(rq, &id, "SELECT id FROM papers WHERE state = 'ordered'"));
	return job_add(rq, "papers.make", id);
}

/* Papers that are not sealed yet are waited for, however long the signer's token is away. */
/* A record with its signatures, a recording of the party with its words: all of it in list, pages
 * and folder, each behind what it belongs to. */
static enum err order_signed(struct req *rq, void *arg)
{
	const struct archive *s = arg;
	static const struct paper_value v[] = { { "cause", "未戴帽案" },
		{ "party_name", "示范餐饮管理有限公司" }, { "present", "王五" },
		{ "started_at", "2026年11月19日" }, { "place", "后厨" }, { "officer1", "张三" },
		{ "officer1_card", "1" }, { "officer2", "李四" }, { "officer2_card", "2" },
		{ "content", "未戴帽" }, { "signed_at", "2026年11月19日" } };
	struct rows *r;
	bool more;
	struct paper_ref ref;
	struct paper_picture signs[] = { { "party_sig", "" }, { "officer1_sig", "" } };

	TRY(db_query(rq, &r,
		"SELECT sm3 FROM case_party_files WHERE case_id = $1 AND type = $2 "
		"ORDER BY id",
		s->id, "image/png"));
	for (size_t i = 0; i < 2; i++) {
		TRY(rows_next(r, &more));
		signs[i].sm3 = more ? arena_dup(rq->arena, rows_text(r, 0)) : "";
	}
	rows_close(r);
	return paper_order(rq,
		&(struct paper_order){ .template = "scene_record",
			.subject = s->id,
			.area = HARNESS_AREA,
			.values = v,
			.n = sizeof v / sizeof *v,
			.pictures = signs,
			.n_pictures = 2 },
		&ref);
}

static struct bytes png_of(struct bench *b, const char *url)
{
	const char *at = strchr(url, ',') + 1;
	size_t n;
	uint8_t *out = arena_alloc(bench_arena(b), strlen(at) + 1);
	assert_int_equal(sodium_base642bin(out, strlen(at), at, strlen(at), NULL, &n, NULL,
				 sodium_base64_VARIANT_ORIGINAL),
		0);
	return (struct bytes){ out, n };
}

static void sent(const struct archive *s, int64_t id, const char *type, struct bytes content)
{
	struct entry_file f = stored(s->b, content);
	bench_run(s->b, arena_printf(bench_arena(s->b),
				"INSERT INTO case_party_files (id, version, case_id, about, sm3, "
				"sha256, type, sent_at) VALUES (%" PRId64 ", 1, %" PRId64
				", 'statement', '%s', '%s', '%s', 1794995000000)",
				id, s->id, f.sm3, f.sha256, type));
}

static void signatures_and_words_of_recordings(void **state)
{
	struct archive s = archive(*state);
	struct bench *b = s.b;
	struct bytes one = png_of(b, SIGNATURE_PNG), two = png_of(b, OTHER_SIGNATURE_PNG);
	static const uint8_t sound[] = "ID3 a voice";
	struct arena *a = bench_arena(b);

	paper(&s, "onspot_decision");
	bench_run(b, "DELETE FROM service_tasks");
	sent(&s, s.id + 21, "image/png", one);
	sent(&s, s.id + 22, "image/png", two);
	assert_int_equal(bench_write(b, order_signed, &s), OK);
	bench_jobs(b);
	bench_run(
		b, arena_printf(a, "DELETE FROM case_party_files WHERE case_id = %" PRId64, s.id));
	sent(&s, s.id + 23, "audio/mpeg", (struct bytes){ sound, sizeof sound });
	closed(&s);
	is_closed_told(&s);
	assert_int_equal(number(&s, "count(*)"), 1);
	/* words that are written later are a new content, so a new edition */
	bench_run(
		b, arena_printf(a,
			   "INSERT INTO case_transcripts (id, version, case_id, recording, words, "
			   "written_by, written_at) VALUES (%" PRId64 ", 1, %" PRId64 ", %" PRId64
			   ", '王五：当天未戴帽。', 0, 1794999000000)",
			   s.id + 24, s.id, s.id + 23));
	is_closed_told(&s);
	assert_int_equal(number(&s, "count(*)"), 2);
	const char *text = tool(&s, "pdftotext -layout \"$1\" -", file_of(&s, "pdf"));
	assert_true(in_order(
		text, (const char *const[]){ "卷内文件目录", "当事人提交的录音", "当事人提交的录音",
			      "现场笔录", "签名图2件", "\f", "当事人提交的录音的文字说明",
			      "当天未戴帽", "现场笔录", NULL }));
	struct bytes zip = file_of(&s, "zip");
	const char *list = tool(&s,
		"rm -rf two && mkdir two && python3 -m zipfile -e \"$1\" two && cd two && "
		"sha256sum -c SHA256SUMS && ls main && cat "
		"main/*transcript.txt manifest.json",
		zip);
	assert_true(strstr(list, "scene_record-2.png: OK"));
	assert_true(strstr(list, "scene_record-3.png: OK"));
	assert_true(strstr(list, "transcript.txt: OK") && strstr(list, "当天未戴帽"));
	const struct bytes pictures[] = { one, two };
	for (int i = 0; i < 2; i++) { /* both digests of each stand in the manifest */
		struct digest m = sm3(pictures[i].at, pictures[i].n),
			      h = sha256(pictures[i].at, pictures[i].n);
		assert_true(strstr(list, digest_hex(a, &m)));
		assert_true(strstr(strstr(list, digest_hex(a, &m)), digest_hex(a, &h)));
	}
}

static void waits_for_its_papers(void **state)
{
	struct archive s = archive(*state);
	struct bench *b = s.b;

	paper(&s, "onspot_decision");
	paper(&s, "case_source");
	bench_run(b, "DELETE FROM service_tasks");
	bench_run(b, "UPDATE papers SET state = 'ordered' WHERE template = 'case_source'");
	bench_run(b, "DELETE FROM paper_fields WHERE paper IN (SELECT id FROM papers WHERE state = "
		     "'ordered')");
	closed(&s);
	is_closed_told(&s);
	assert_int_equal(number(&s, "count(*)"), 0);
	bench_clock(b, clock_now() + 5 * DAY);
	bench_jobs(b);
	assert_int_equal(number(&s, "count(*)"), 0);
	assert_int_equal(bench_write(b, seal_late, NULL), OK);
	bench_jobs(b);
	assert_int_equal(number(&s, "count(*)"), 1);
	assert_string_equal(bench_text(b, "SELECT state FROM dossier_volumes"), "made");
}

/* The duties of rules/papers/volume.json: procedure, outcome, whether it was decided. */
static void duties(void **state)
{
	static const struct {
		const char *procedure, *outcome;
		int64_t decided_at;
		const char *asks, *not ;
	} rows[] = { { "simple", "penalty", 1, "onspot_decision", "filing_form" },
		{ "ordinary", "penalty", 1, "penalty_notice", "no_penalty_decision" },
		{ "ordinary", "penalty", 1, "review_form", "onspot_decision" },
		{ "ordinary", "no_penalty", 1, "no_penalty_decision", "penalty_notice" },
		{ "ordinary", "not_proven", 1, "no_penalty_decision", "penalty_decision" },
		{ "ordinary", "to_office", 1, "transfer_letter", "penalty_decision" },
		{ "ordinary", "to_police", 1, "crime_transfer", "transfer_letter" },
		{ "ordinary", "", 0, "closing_form", "investigation_report" } };
	struct bench *b = *state;
	struct fault why = { 0 };
	struct bytes json;
	struct node *rule;

	assert_int_equal(
		file_read(bench_arena(b), "rules/papers/volume.json", 1 << 20, &json, &why), OK);
	assert_int_equal(json_parse(bench_arena(b), json, &rule, &why), OK);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct dossier_case c = { .procedure = rows[i].procedure,
			.outcome = rows[i].outcome,
			.decided_at = rows[i].decided_at };
		bool asks = false, not = false;
		NODE_EACH (d, node_find(rule, "duty"))
			if (volume_duty_applies(d, &c)) {
				assert_true(
					*node_text(d, "article", "") && *node_text(d, "title", ""));
				asks |= text_is(node_text(d, "papers.0", ""), rows[i].asks);
				not |= text_is(node_text(d, "papers.0", ""), rows[i].not );
			}
		assert_true(asks && !not );
	}
	/* each paper of a case has its place, and one that the rule does not name is kept */
	struct entry e;
	assert_true(volume_place(rule, "case_source", &e) && e.side && e.part == 0);
	assert_true(volume_place(rule, "penalty_decision", &e) && !e.side && e.part == 1);
	assert_true(volume_place(rule, "a_new_form", &e) && !e.side && e.part == 6);
	assert_false(volume_place(rule, "door_sign", &e));
}

#define ON_SQLITE(f)   { #f, f, bench_begin, bench_end, NULL },
#define ON_POSTGRES(f) { #f " on PostgreSQL", f, bench_begin, bench_end, (void *)"postgres" },
#define TESTS(X)                                                                                   \
	X(missing_paper_hinders)                                                                   \
	X(bound_in_the_order_of_the_rule)                                                          \
	X(source_in_the_side_file)                                                                 \
	X(folder_with_its_manifest)                                                                \
	X(waits_for_its_papers) X(duties) X(signatures_and_words_of_recordings)

int main(void)
{
	const struct CMUnitTest tests[] = { TESTS(ON_SQLITE) TESTS(ON_POSTGRES) };
	size_t n = sizeof tests / sizeof *tests;
	return _cmocka_run_group_tests(
		"volume", tests, bench_has_postgres() ? n : n / 2, NULL, NULL);
}
