/* Sound is evidence with its words written out (O2 25): an officer writes down what the party said
 * in a recording, and what is said in a linked recording of a body camera. */
#include "contracts/facts.h"
#include "domains/cases/deeds.h"
#include "domains/cases/statements.h"

const struct model transcript_model =
	MODEL("case_transcripts", struct transcript, .witnessed = true,
		FIELDS(STORED(struct transcript, id), STORED(struct transcript, version),
			STORED(struct transcript, case_id, .as = AS_ID),
			STORED(struct transcript, recording, .as = AS_ID),
			INPUT(struct transcript, words, "What is said in it", .as = AS_LONG,
				.required = true, .max = 4000,
				.hint = "Word for word, with who speaks; where nobody speaks, say "
					"so"),
			STORED(struct transcript, written_by, .as = AS_ID),
			STORED(struct transcript, written_at, .as = AS_TIME)));

/* Recordings of the case that nobody has written out, oldest first. */
#define UNWRITTEN                                                                                  \
	"SELECT r.id, r.at, r.own FROM (SELECT id, sent_at AS at, 1 AS own FROM case_party_files " \
	"WHERE case_id = $1 AND type LIKE 'audio/%' UNION ALL SELECT k.recording, k.linked_at, 0 " \
	"FROM pub_recording_links k WHERE k.case_id = $1) r WHERE NOT EXISTS (SELECT 1 FROM "      \
	"case_transcripts t WHERE t.case_id = $1 AND t.recording = r.id) ORDER BY r.at, r.id "     \
	"LIMIT 50"

struct unwritten {
	int64_t id, at, own;
};
static const struct model unwritten_model = MODEL("", struct unwritten,
	FIELDS(STORED(struct unwritten, id), STORED(struct unwritten, at),
		STORED(struct unwritten, own)));

static enum err choices_of(struct req *rq, int64_t case_id, struct choice **out)
{
	struct list l;
	size_t n = 0;

	TRY(db_all(rq, &unwritten_model, &l, UNWRITTEN, case_id));
	*out = NEWS(rq->arena, struct choice, l.n + 1);
	for (struct unwritten *u = LIST_OF(struct unwritten, &l);
		u < LIST_END(struct unwritten, &l); u++)
		(*out)[n++] = (struct choice){ arena_printf(rq->arena, "%" PRId64, u->id),
			arena_printf(rq->arena, "%s · %s",
				tr(rq, u->own ? "Recording of the party" : "Body camera"),
				time_text(rq->arena, u->at)),
			"" };
	return OK;
}

static void transcript_shown(struct req *rq, const struct course *k)
{
	struct choice *all;

	if (choices_of(rq, k->c.id, &all))
		return;
	form_ask(rq, "form",
		&(struct asked_field){ .name = "recording",
			.label = "Which recording",
			.value = all->code,
			.choices = all,
			.required = true });
}

static enum err transcript_write(struct req *rq, struct course *k, void *row)
{
	struct transcript *t = row;
	struct choice *all;
	int64_t wanted = form_int(rq, "recording", 0);
	bool there = false;

	TRY(choices_of(rq, k->c.id, &all));
	for (const struct choice *c = all; c->code; c++)
		there = there || text_is(c->code, arena_printf(rq->arena, "%" PRId64, wanted));
	if (!there) {
		field_error(rq, "recording", "Choose a recording that is not written out yet.");
		return E_INVALID;
	}
	t->case_id = k->c.id;
	t->recording = wanted;
	t->written_by = rq->user->id;
	t->written_at = rq->now;
	return course_add(rq, k, &(struct written){ &transcript_model, t, CASE_TRANSCRIBED });
}

enum err put_transcripts(struct req *rq, int64_t case_id)
{
	struct list l;
	struct node *list = put_list(rq->view, "transcripts");

	TRY(db_all(rq, &transcript_model, &l,
		"SELECT * FROM case_transcripts WHERE case_id = $1 ORDER BY written_at, id",
		case_id));
	for (struct transcript *t = LIST_OF(struct transcript, &l);
		t < LIST_END(struct transcript, &l); t++) {
		struct node *n = put_map(list, NULL);
		put_text(n, "words", t->words);
		put_text(n, "who", user_name(rq, t->written_by));
		put_text(n, "at", time_text(rq->arena, t->written_at));
	}
	return OK;
}

const struct deed transcript_deeds[] = {
	{ STEP_TRANSCRIBE, &transcript_model, sizeof(struct transcript), NULL, transcript_write,
		NULL, false,
		"A recording of sound is evidence with its words written out (O2 article 25).",
		transcript_shown },
	{ 0 },
};
