/* The card of the case's page that says by what each step is recorded, and which has no record
 * yet. */
#include "domains/cases/recorded.h"

struct found {
	const char *code, *name;
	int64_t medium, at;
};
static const struct model found_model = MODEL("", struct found,
	FIELDS(STORED(struct found, code), STORED(struct found, name), STORED(struct found, medium),
		STORED(struct found, at)));

/* medium: as enum record_medium. What is written stands in papers, sources and messages, what is
 * seen or heard in clips, photos and recordings; a hand-added file is text unless its type says
 * otherwise. */
#define MARKS                                                                                      \
	"SELECT 'opened' AS code, '' AS name, 0 AS medium, opened_at AS at FROM cases WHERE id = " \
	"$1 "                                                                                      \
	"UNION ALL SELECT 'told', '', 0, told_at FROM cases WHERE id = $1 AND told_at > 0 "        \
	"UNION ALL SELECT 'message', 'Message', 1, told_at FROM cases c WHERE id = $1 AND "        \
	"told_at > 0 AND link_sent_at > 0 AND NOT EXISTS (SELECT 1 FROM case_tellings t WHERE "    \
	"t.case_id = c.id) "                                                                       \
	"UNION ALL SELECT 'decided', '', 0, decided_at FROM cases WHERE id = $1 AND decided_at "   \
	"> 0 UNION ALL SELECT 'served', '', 0, served_at FROM cases WHERE id = $1 AND served_at "  \
	"> 0 UNION ALL SELECT 'source', 'Source of the matter', 1, received_at FROM case_sources " \
	"WHERE case_id = $1 UNION ALL SELECT CASE kind WHEN 'EV_AV' THEN 'found' WHEN 'EV_ED' "    \
	"THEN 'readings' ELSE 'inspection' END, CASE kind WHEN 'EV_AV' THEN 'Clip' WHEN 'EV_ED' "  \
	"THEN 'Readings of a sensor' ELSE 'Record of an inspection' END, CASE kind WHEN 'EV_AV' "  \
	"THEN 2 ELSE 1 END, taken_at FROM case_evidence WHERE case_id = $1 "                       \
	"UNION ALL SELECT kind, CASE WHEN type LIKE 'image/%' OR type LIKE 'audio/%' OR type "     \
	"LIKE 'video/%' THEN 'Photo or recording' ELSE 'Document' END, CASE WHEN type LIKE "       \
	"'image/%' OR type LIKE 'audio/%' OR type LIKE 'video/%' THEN 2 ELSE 1 END, taken_at "     \
	"FROM case_exhibits WHERE case_id = $1 AND paper = 0 "                                     \
	"UNION ALL SELECT 'rights', 'Noted with a piece of evidence', 1, told_at FROM "            \
	"case_rights WHERE case_id = $1 "                                                          \
	"UNION ALL SELECT 'statement', 'Photo or recording', 2, sent_at FROM case_party_files "    \
	"WHERE case_id = $1 AND about = 'statement' "                                              \
	"UNION ALL SELECT 'test', '', 0, from_at FROM case_spans WHERE case_id = $1 AND kind = "   \
	"'test' UNION ALL SELECT 'measure', '', 0, taken_at FROM pub_measures WHERE case_id = $1 " \
	"AND taken_at > 0 UNION ALL SELECT 'reviewed', '', 0, reviewed_at FROM case_reviews "      \
	"WHERE case_id = $1 AND reviewed_at > 0 UNION ALL SELECT 'hearing', '', 0, at FROM "       \
	"case_hearings WHERE case_id = $1 AND state IN ('held', 'reported') "                      \
	"UNION ALL SELECT template, title, 1, ordered_at FROM pub_papers WHERE subject = $1 "      \
	"UNION ALL SELECT '" BODY_CAMERA "', 'Body camera', 2, r.started_at FROM "                 \
	"pub_recording_links k JOIN pub_recordings r ON r.id = k.recording WHERE k.case_id = $1 "  \
	"ORDER BY 4, 1"

/* A place that must be inspected (the act is established there) lacks its record until it is. */
static enum err marks_load(struct req *rq, const struct course *k, struct record_marks *out)
{
	struct list l;
	size_t n = 0;

	TRY(db_all(rq, &found_model, &l, MARKS, k->c.id));
	struct record_mark *at = NEWS(rq->arena, struct record_mark, l.n + 2);
	if (k->f.unvisited && k->c.filed_at)
		at[n++] = (struct record_mark){ "visit", "", NO_MEDIUM, k->c.filed_at };
	for (const struct found *f = LIST_OF(struct found, &l); f < LIST_END(struct found, &l); f++)
		at[n++] = (struct record_mark){ f->code, f->name, (enum record_medium)f->medium,
			f->at };
	*out = (struct record_marks){ at, n };
	return OK;
}

/* "现场笔录、执法记录仪": each name once. */
static const char *names_of(
	struct req *rq, const struct node *step, const struct record_marks *m, int medium)
{
	struct buf b = { .arena = rq->arena };

	for (size_t i = 0; i < m->n; i++) {
		bool again = (int)m->at[i].medium != medium || !record_of_step(step, m, &m->at[i]);
		for (size_t j = 0; j < i && !again; j++)
			again = text_is(m->at[j].name, m->at[i].name) &&
				(int)m->at[j].medium == medium &&
				record_of_step(step, m, &m->at[j]);
		if (!again)
			buf_printf(&b, "%s%s", b.n ? " · " : "", tr(rq, m->at[i].name));
	}
	return buf_text(&b);
}

static void put_step(struct req *rq, struct node *n, enum record_state s)
{
	static const struct choice states[] = {
		[NOT_BEGUN] = { "not_begun", "Not begun", "neutral" },
		[RECORDED] = { "recorded", "Has its record", "green" },
		[LACKS_TEXT] = { "lacks_text", "No record in writing", "red" },
		[LACKS_PICTURE] = { "lacks_picture", "No picture or sound", "yellow" },
		[LACKS_ALL] = { "lacks_all", "No record yet", "red" },
	};
	struct node *tag = put_map(n, "tag");

	put_text(tag, "label", tr(rq, states[s].label));
	put_text(tag, "tone", states[s].tone);
}

enum err put_whole_record(struct req *rq, const struct course *k)
{
	struct record_marks m;
	struct node *to = put_map(rq->view, "recorded"), *list = put_list(to, "steps");
	int64_t gaps = 0, at;

	TRY(marks_load(rq, k, &m));
	NODE_EACH (step, node_find(k->law, "recorded.steps")) {
		enum record_state s = record_state_of(step, &m, &at);
		if (s == NOT_BEGUN)
			continue;
		gaps += s != RECORDED;
		struct node *n = put_map(list, NULL);
		put_text(n, "name", node_text(step, rq->zh ? "name" : "name_en", ""));
		put_text(n, "at", date_text(rq->arena, at));
		put_text(n, "text", names_of(rq, step, &m, TEXT_RECORD));
		put_text(n, "picture", names_of(rq, step, &m, PICTURE_RECORD));
		put_step(rq, n, s);
	}
	put_text(to, "gaps",
		gaps ? arena_printf(rq->arena, tr(rq, "Without a record it needs: %d"), (int)gaps)
		     : "");
	return OK;
}
