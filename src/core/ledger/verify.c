#include "core/ledger/verify.h"
#include "core/ledger/signer_key.h"
#include "core/ledger/verification.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

/* ---- what is found ------------------------------------------------------------------------ */

PRINTF(3, 0)
static void list_add(struct verification *v, struct verify_list *l, const char *fmt, va_list ap)
{
	if (l->count < VERIFY_FINDINGS)
		l->text[l->count] = arena_vprintf(v->o->arena, fmt, ap);
	l->count++;
}

void found(struct verification *v, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	list_add(v, &v->r->wrong, fmt, ap);
	va_end(ap);
}

void noted(struct verification *v, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	list_add(v, &v->r->notes, fmt, ap);
	va_end(ap);
}

void progress(const struct verification *v, const char *stage, int64_t done, int64_t total)
{
	if (v->o->progress)
		v->o->progress(v->o->ctx, stage, done, total);
}

const char *fact_words(const struct verification *v, const struct fact_row *r)
{
	struct arena *a = v->o->arena;
	const char *who = *r->actor_name ? r->actor_name : "the program";
	return arena_printf(a, "fact %" PRId64 " (%.100s, %s, %.100s)", r->seq, r->name,
		time_text(a, r->at), who);
}

/* ---- keys --------------------------------------------------------------------------------- */

static void keys_load(struct verification *v)
{
	struct arena *a = v->o->arena;
	if (!v->o->keys_dir) {
		noted(v, "signatures were not checked: no folder of keys was given");
		return;
	}
	const char *folder = arena_printf(a, "%s/public", v->o->keys_dir);
	DIR *dir = opendir(folder);
	if (!dir) {
		noted(v, "%s cannot be read: %s", folder, strerror(errno));
		return;
	}
	for (struct dirent *d; (d = readdir(dir));) {
		struct trusted_key *k = NEW(a, struct trusted_key);
		struct fault why = { 0 };
		if (!text_ends(d->d_name, ".pem"))
			continue;
		const char *path = arena_printf(a, "%s/%s", folder, d->d_name);
		if (sm2_load_public(path, &k->key, &why)) {
			noted(v, "a public key is of no use: %s", why.text);
			continue;
		}
		k->next = v->keys;
		v->keys = k;
	}
	(void)closedir(dir);
}

static void keys_free(struct verification *v)
{
	for (struct trusted_key *k = v->keys; k; k = k->next)
		sm2_free(k->key);
}

/* Before the snapshot: a head that the signer signs meanwhile may be over facts that the snapshot
 * lacks. */
static void remembered_load(struct verification *v)
{
	struct fault why = { 0 };
	if (!v->o->keys_dir)
		return;
	enum err e = last_head_read(v->o->arena, v->o->keys_dir, &v->remembered, &why);
	if (e) {
		v->remembered.size = 0;
		if (e != E_NOT_FOUND)
			noted(v, "the last head the signer signed is not known: %s", why.text);
	}
}

enum err head_signature(const struct verification *v, const struct tree_head *h)
{
	struct arena *a = arena_new();
	enum err e = E_NOT_FOUND;
	for (const struct trusted_key *k = v->keys; k && e == E_NOT_FOUND; k = k->next)
		if (text_is(sm2_key_id(k->key), h->key_id))
			e = signature_holds(k->key, "head", head_text(a, h), h->signature)
				    ? OK
				    : E_CONFLICT;
	arena_free(a);
	return e;
}

/* ---- guards ------------------------------------------------------------------------------- */

enum { GUARDS_SQLITE = 12, GUARDS_POSTGRES = 5 };

/* What STRICT tables and C strings cannot hold came from outside: a value of another type, or bytes
 * hidden behind a NUL, which no reader would see. */
static const char odd_rows[] =
	"SELECT seq FROM ledger WHERE typeof(seq) <> 'integer' OR typeof(at) <> 'integer'"
	" OR typeof(actor) <> 'integer' OR typeof(subject) <> 'integer'"
	" OR typeof(entity) <> 'integer' OR typeof(cause) <> 'integer' OR typeof(name) <> 'text'"
	" OR typeof(actor_name) <> 'text' OR typeof(data) <> 'text' OR typeof(rows) <> 'text'"
	" OR typeof(leaf) <> 'text' OR typeof(chain) <> 'text'"
	" OR instr(CAST(name || actor_name || data || rows || leaf || chain AS blob), x'00') > 0"
	" ORDER BY seq LIMIT 100";

static enum err odd_values(struct verification *v)
{
	struct rows *r = NULL;
	bool more = false;
	enum err e;
	SQL(v->c, v->why, conn_query(v->c, odd_rows, BINDS(), &r));
	while (!(e = rows_next(r, &more)) && more)
		found(v,
			"fact %" PRId64 " was written from outside: a value has the wrong type or"
			" hidden bytes",
			rows_int(r, 0));
	rows_close(r);
	return e ? sql_fault(v->c, e, v->why) : OK;
}

enum err verify_guards(struct verification *v)
{
	int64_t have = 0;
	bool pg = conn_is_postgres(v->c);
	if (!pg)
		TRY(odd_values(v));
	if (pg)
		SQL(v->c, v->why,
			conn_int(v->c,
				"SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal"
				" AND tgenabled <> 'D' AND tgrelid IN (to_regclass('ledger'),"
				" to_regclass('ledger_nodes'), to_regclass('ledger_state'),"
				" to_regclass('ledger_heads'))",
				BINDS(), &have));
	else
		SQL(v->c, v->why,
			conn_int(v->c,
				"SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND "
				"tbl_name"
				" IN ('ledger', 'ledger_nodes', 'ledger_state', 'ledger_heads')",
				BINDS(), &have));
	int want = pg ? GUARDS_POSTGRES : GUARDS_SQLITE;
	if (have < want)
		found(v,
			"only %" PRId64
			" of the %d triggers that guard the ledger are in place: somebody took"
			" them away",
			have, want);
	return OK;
}

/* ---- the run ------------------------------------------------------------------------------ */

static enum err in_snapshot(struct verification *v, struct file_list **files)
{
	int64_t begin = clock_mono();
	TRY(verify_facts(v));
	v->r->facts_ms = clock_mono() - begin;
	TRY(verify_guards(v));
	TRY(verify_rows(v));
	return verify_files_collect(v, files);
}

enum err ledger_verify(const struct verify_options *o, struct verify_report *r, struct fault *why)
{
	int64_t begin = clock_mono();
	struct verification v = { .o = o, .r = r, .why = why };
	struct file_list *files = NULL;
	*r = (struct verify_report){ 0 };
	keys_load(&v);
	remembered_load(&v);
	enum err e = db_read_begin(o->db, &v.c, why);
	if (!e) {
		v.rows = witness_map_new();
		e = in_snapshot(&v, &files);
		witness_map_free(v.rows);
		db_read_end(v.c);
	}
	if (!e)
		e = verify_files(&v, files);
	file_list_free(files);
	keys_free(&v);
	r->ms = clock_mono() - begin;
	return e;
}
