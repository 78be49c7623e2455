#include "contracts/facts.h"
#include "domains/cases/deeds.h"
#include "domains/cases/edata.h"

#include <string.h>
#include <unistd.h>

enum { PIECES_MOST = 40 }; /* with their files on one form; of more the form says so */

const struct model edata_record_model =
	MODEL("case_edata_records", struct edata_record, .witnessed = true,
		FIELDS(STORED(struct edata_record, id), STORED(struct edata_record, version),
			STORED(struct edata_record, case_id, .as = AS_ID),
			STORED(struct edata_record, answer),
			INPUT(struct edata_record, words, "What was noted", .as = AS_LONG,
				.required = true, .max = 200),
			STORED(struct edata_record, pieces),
			STORED(struct edata_record, paper, .as = AS_ID),
			STORED(struct edata_record, made_by, .as = AS_ID),
			STORED(struct edata_record, made_at, .as = AS_TIME)));

/* ---- what the devices gave --------------------------------------------- */
/* A piece with what the register says of its device; of a sensor that part is "". */
struct piece {
	int64_t id, taken_at, clip_from, clip_to, found_at, camera, clock_checked_at,
		clock_offset_ms;
	const char *kind, *method, *still_sm3, *still_sha256, *clip_sm3, *clip_sha256, *model,
		*name, *place, *owner, *standard;
};
#define P(m) STORED(struct piece, m)
static const struct model piece_model = MODEL("case_evidence", struct piece,
	FIELDS(P(id), P(taken_at), P(clip_from), P(clip_to), P(found_at), P(camera),
		P(clock_checked_at), P(clock_offset_ms), P(kind), P(method), P(still_sm3),
		P(still_sha256), P(clip_sm3), P(clip_sha256), P(model), P(name), P(place), P(owner),
		P(standard)));
#undef P

static enum err pieces_load(struct req *rq, int64_t case_id, struct list *l)
{
	return db_all(rq, &piece_model, l,
		"SELECT e.id, e.taken_at, coalesce(d.clip_from, e.taken_at) AS clip_from, "
		"coalesce(d.clip_to, e.taken_at) AS clip_to, coalesce(d.found_at, e.added_at) AS "
		"found_at, coalesce(d.camera, 0) AS camera, coalesce(r.clock_checked_at, 0) AS "
		"clock_checked_at, coalesce(d.clock_offset_ms, 0) AS clock_offset_ms, e.kind, "
		"e.method, e.still_sm3, e.still_sha256, e.clip_sm3, e.clip_sha256, "
		"coalesce(d.model, '') AS model, coalesce(r.name, '') AS name, coalesce(r.place, "
		"'') "
		"AS place, coalesce(r.owner, '') AS owner, coalesce(r.standard, '') AS standard "
		"FROM case_evidence e LEFT JOIN pub_leads d ON d.id = e.lead LEFT JOIN "
		"pub_camera_registers r ON r.id = d.camera WHERE e.case_id = $1 AND e.usable = 1 "
		"AND "
		"e.kind IN ('EV_AV', 'EV_ED') ORDER BY e.taken_at, e.id LIMIT $2",
		case_id, (int)PIECES_MOST);
}

enum err edata_look(struct req *rq, int64_t case_id, struct edata_state *out)
{
	TRY(db_int(rq, &out->pieces,
		"SELECT count(*) FROM case_evidence WHERE case_id = $1 AND usable = 1 AND kind IN "
		"('EV_AV', 'EV_ED')",
		case_id));
	return db_int(rq, &out->uncovered,
		"SELECT count(*) FROM case_evidence e WHERE e.case_id = $1 AND e.usable = 1 AND "
		"e.kind IN ('EV_AV', 'EV_ED') AND e.added_at > coalesce((SELECT max(r.made_at) "
		"FROM "
		"case_edata_records r WHERE r.case_id = $1), -1)",
		case_id);
}

enum err put_recorded(struct req *rq, int64_t case_id)
{
	struct edata_state now;

	TRY(edata_look(rq, case_id, &now));
	put_flag(rq->view, "recorded", now.pieces > 0);
	return OK;
}

/* ---- the form ---------------------------------------------------------- */
static const char *device_words(struct req *rq, const struct piece *p)
{
	if (!*p->name)
		return text_is(p->kind, EVIDENCE_DATA) ? "温湿度传感器（登记设备）"
						       : "登记的摄像设备";
	return arena_printf(rq->arena, "%s（安装位置：%s；设备所有者：%s；执行标准：%s）", p->name,
		p->place, p->owner, p->standard);
}

static const char *clock_words(struct req *rq, const struct piece *p)
{
	if (text_is(p->kind, EVIDENCE_DATA))
		return "读数按系统接收时间记载";
	return arena_printf(rq->arena, "设备时钟快%" PRId64 "毫秒（%s）", p->clock_offset_ms,
		p->clock_checked_at
			? arena_printf(rq->arena, "%s校验", date_zh(rq->arena, p->clock_checked_at))
			: "自动比对");
}

/* Adds a text once: ten clips of one camera name it once. */
static void once(struct buf *b, const char *text)
{
	if (*text && (!b->n || !strstr(b->s, text)))
		buf_printf(b, "%s%s", b->n ? "；" : "", text);
}

static const char *size_of(struct req *rq, const char *sm3)
{
	struct fault why = { 0 };
	int64_t size;
	int fd;

	if (store_fd(rq_store(rq), sm3, &fd, &size, &why))
		return "——";
	close(fd);
	return arena_printf(rq->arena, "%" PRId64, size);
}

struct taken_file {
	const char *name, *format, *sm3, *sha256;
};

static void put_file(struct req *rq, struct form *f, const struct taken_file *t, int *n)
{
	if (!*t->sm3)
		return;
	(*n)++;
#define FILE_VALUE(member) arena_printf(rq->arena, "file.%d." member, *n)
	form_puts(f, FILE_VALUE("name"), t->name, FILE_VALUE("format"), t->format,
		FILE_VALUE("size"), size_of(rq, t->sm3), FILE_VALUE("sm3"), t->sm3,
		FILE_VALUE("sha256"), t->sha256, NULL);
}

static void put_piece(struct req *rq, struct form *f, const struct piece *p, int *n)
{
	bool data = text_is(p->kind, EVIDENCE_DATA);

	put_file(rq, f,
		&(struct taken_file){
			arena_printf(rq->arena,
				data ? "chart-%" PRId64 ".svg" : "still-%" PRId64 ".jpg", p->id),
			data ? "SVG" : "JPEG", p->still_sm3, p->still_sha256 },
		n);
	put_file(rq, f,
		&(struct taken_file){
			arena_printf(rq->arena,
				data ? "readings-%" PRId64 ".csv" : "clip-%" PRId64 ".mp4", p->id),
			data ? "CSV" : "MP4", p->clip_sm3, p->clip_sha256 },
		n);
	if (*p->clip_sm3)
		form_put(f, FILE_VALUE("period"),
			arena_printf(rq->arena, "%s 至 %s", time_text(rq->arena, p->clip_from),
				time_text(rq->arena, p->clip_to)));
}

/* Who saw it, in words of the form; "" leaves the form's own: read and in agreement. */
static void put_view(struct req *rq, struct form *f, const struct edata_view *v)
{
	if (text_is(v->answer, "disputes"))
		form_put(f, "party_view",
			arena_printf(rq->arena, "当事人已阅看以上笔录和所列电子数据，提出异议：%s",
				v->words));
	else if (text_is(v->answer, "accepts") && *v->words)
		form_put(f, "party_view",
			arena_printf(rq->arena,
				"以上笔录已核对，提取的电子数据与原始载体一致。当事人补充说明：%s",
				v->words));
	if (text_is(v->answer, "accepts") || text_is(v->answer, "disputes"))
		return;
	form_puts(f, "party_view",
		arena_printf(rq->arena, "当事人%s：%s",
			text_is(v->answer, "silent") ? "未核对、签名" : "拒绝签名", v->words),
		"refusal", "未签名，由两名执法人员注明", NULL);
}

static void put_pieces(struct req *rq, struct form *f, const struct list *l, int64_t all)
{
	struct buf devices = { .arena = rq->arena }, clocks = { .arena = rq->arena },
		   models = { .arena = rq->arena }, steps = { .arena = rq->arena };
	int64_t from = 0, to = 0;
	int files = 0;

	for (struct piece *p = LIST_OF(struct piece, l); p < LIST_END(struct piece, l); p++) {
		once(&devices, device_words(rq, p));
		once(&clocks, clock_words(rq, p));
		once(&models, p->model);
		buf_printf(&steps, "%s%s", steps.n ? "\n" : "", p->method);
		from = !from || p->found_at < from ? p->found_at : from;
		to = p->found_at > to ? p->found_at : to;
		put_piece(rq, f, p, &files);
	}
	if (all > PIECES_MOST)
		buf_printf(
			&steps, "\n另有%" PRId64 "件载于证据目录，均附校验值。", all - PIECES_MOST);
	form_puts(f, "started_at", moment_zh(rq, from), "ended_at", moment_zh(rq, to), "device",
		buf_text(&devices), "clock", buf_text(&clocks), "software",
		arena_printf(rq->arena, "视频录制、截取与识别程序%s%s",
			models.n ? "；识别模型 " : "", buf_text(&models)),
		"steps", buf_text(&steps), NULL);
}

enum err edata_form(
	struct req *rq, const struct course *k, const struct edata_view *v, struct form *f)
{
	const char *both = arena_printf(
		rq->arena, "%s、%s", user_name(rq, k->c.officer1), user_name(rq, k->c.officer2));
	struct edata_state now;
	struct list l;

	TRY(edata_look(rq, k->c.id, &now));
	TRY(pieces_load(rq, k->c.id, &l));
	form_party(f, &k->party);
	form_officers(rq, f, &k->c);
	form_puts(f, "cause", k->c.act_name, "place",
		setting(rq, "decision_place", "市场监督管理局智慧监管云中心（非现场执法）"),
		"system", "食品安全智慧监管系统（非现场执法）", "network",
		"设备经网络实时传输至本局系统；提取时在线", "method",
		"系统自动录制、截取，逐个文件计算校验值，未作任何改动（程序规定第二十六条）",
		"medium", "本局服务器存储，按校验值存放，只读", "made_at", moment_zh(rq, v->at),
		"maker", both, NULL);
	put_pieces(rq, f, &l, now.pieces);
	put_view(rq, f, v);
	form_named(f, "edata_record");
	return OK;
}

/* ---- kept -------------------------------------------------------------- */
enum err edata_add(struct req *rq, const struct course *k, struct edata_record *r)
{
	struct edata_state now;

	TRY(edata_look(rq, k->c.id, &now));
	r->case_id = k->c.id;
	r->pieces = now.pieces;
	r->made_by = rq->user->id;
	r->made_at = rq->now;
	return course_add(rq, k, &(struct written){ &edata_record_model, r, CASE_EDATA_RECORDED });
}

static enum err without_the_party(struct req *rq, const struct course *k, struct edata_record *r)
{
	const struct edata_view v = { r->answer, r->words, rq->now };
	struct form f = { .aside = text_is(r->answer, "silent") };

	TRY(edata_form(rq, k, &v, &f));
	TRY(form_order(rq, &k->c, &f, &r->paper));
	return edata_add(rq, k, r);
}

enum err edata_settle(struct req *rq, const struct course *k)
{
	struct edata_state now;
	struct edata_record r = { .answer = "silent",
		.words = "当事人未在手机页面核对、签名；执法人员已核对文件校验值。" };

	TRY(edata_look(rq, k->c.id, &now));
	return now.uncovered ? without_the_party(rq, k, &r) : OK;
}

/* ---- the officers' step ------------------------------------------------- */
static enum err edata_note(struct req *rq, struct course *k, void *row)
{
	struct edata_record *r = row;
	struct edata_state now;

	TRY(edata_look(rq, k->c.id, &now));
	if (!now.uncovered)
		return fail(rq, E_CONFLICT,
			"What the devices recorded stands in a record already (O2 article 26).");
	r->answer = "refuses";
	return without_the_party(rq, k, r);
}

const struct deed edata_deeds[] = {
	{ STEP_EDATA, &edata_record_model, sizeof(struct edata_record), NULL, edata_note, NULL,
		false,
		"When the party does not sign the record of electronic data on its telephone: the "
		"two officers note why (O2 articles 26 and 29).",
		NULL },
	{ 0 },
};
