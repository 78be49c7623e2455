#include "harness.h"

#include "folder.h"
#include "world.h"

#include "core/app/accounts.h"
#include "core/app/session.h"
#include "modules.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TOKEN = 43, MAX_PAIRS = 64, MAX_FILES = 8 };

struct bench {
	struct arena *arena;
	struct app *app;
	char dir[64];
	char database[32], url[300]; /* on PostgreSQL */
	bool postgres, english, no_token;
	const struct module *const *modules;
	const char *party; /* whose session row is there already */
	struct http_file files[MAX_FILES + 1];
	int n_files;
};

/* What was freed is kept for a while, to find who still uses it; 256 MiB of it, as unless said,
 * cost a fifth of a test's time in pages touched for the first time. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "quarantine_size_mb=32";
}

static void broken(const char *what, const char *why)
{
	fprintf(stderr, "harness: %s: %s\n", what, why);
	abort();
}

bool bench_has_postgres(void)
{
	const char *url = getenv("SHIAN_TEST_PG");
	return url && *url;
}

struct app *bench_app(struct bench *b)
{
	return b->app;
}

struct arena *bench_arena(struct bench *b)
{
	return b->arena;
}

const char *bench_dir(struct bench *b)
{
	return b->dir;
}

void bench_english(struct bench *b, bool on)
{
	b->english = on;
}

void bench_no_token(struct bench *b, bool on)
{
	b->no_token = on;
}

/* ---- people ---------------------------------------------------------- */
static const struct {
	const char *login, *name, *role, *card;
	int64_t area;
} people[] = {
	{ "officer1", "李明", "officer", "沪市监01001", HARNESS_AREA },
	{ "officer2", "王芳", "officer", "沪市监01002", HARNESS_AREA },
	{ "officer3", "赵强", "officer", "沪市监02001", HARNESS_AREA2 },
	{ "reviewer1", "陈静", "reviewer", "沪市监90001", 0 },
	{ "head1", "孙局", "head", "沪市监90002", 0 },
	{ "command1", "周岚", "command", "", 0 },
	{ "auditor1", "吴审", "auditor", "", 0 },
	{ "admin1", "郑管", "administrator", "", 0 },
};

static const char *token_of(struct arena *a, const char *who)
{
	char *t = arena_alloc(a, TOKEN + 1);
	memset(t, '-', TOKEN);
	size_t n = strlen(who);
	memcpy(t, who, n < TOKEN ? n : TOKEN);
	return t;
}

static const char *hash_of(struct arena *a, const char *token)
{
	struct digest d = sm3(token, strlen(token));
	return digest_hex(a, &d);
}

struct session_row {
	const char *token, *kind;
	int64_t user, entity, subject;
};

static enum err session_write(struct req *rq, void *arg)
{
	const struct session_row *s = arg;
	return db_run(rq,
		"INSERT INTO sessions (token, kind, user_id, entity, subject, full_login, "
		"created_at, expires_at, seen_at)"
		" VALUES ($1, $2, $3, $4, $5, 1, $6, $7, $7) ON CONFLICT (token) DO NOTHING",
		s->token, s->kind, s->user, s->entity, s->subject, rq->now, rq->now + 4000 * DAY);
}

static enum err people_write(struct req *rq, void *arg)
{
	(void)arg;
	for (size_t i = 0; i < sizeof(people) / sizeof(*people); i++) {
		struct account u = { .login = people[i].login,
			.name = people[i].name,
			.role = people[i].role,
			.card_no = people[i].card,
			.area = people[i].area,
			.phone = "",
			.totp_secret = "",
			.password = "$none" };
		TRY(account_create(rq, &u));
		struct session_row s = { hash_of(rq->arena, token_of(rq->arena, u.login)), "user",
			u.id, 0, 0 };
		TRY(session_write(rq, &s));
	}
	return OK;
}

enum err bench_write(struct bench *b, enum err (*work)(struct req *rq, void *arg), void *arg)
{
	struct fault why = { 0 };
	enum err e = app_write(b->app, work, arg, &why);
	if (e)
		fprintf(stderr, "harness: write: %s\n", why.text);
	return e;
}

struct login {
	const char *login;
	int64_t id;
};

static enum err login_write(struct req *rq, void *arg)
{
	struct login *l = arg;
	TRY(db_int(rq, &l->id, "SELECT id FROM users WHERE login = $1", l->login));
	struct session_row s = { hash_of(rq->arena, token_of(rq->arena, l->login)), "user", l->id,
		0, 0 };
	return session_write(rq, &s);
}

void bench_sign_in(struct bench *b, const char *login)
{
	if (bench_write(b, login_write, &(struct login){ login, 0 }))
		broken("sign in", login);
}

/* ---- opening --------------------------------------------------------- */
struct bench *bench_beside(struct bench *b)
{
	struct arena *a = arena_new();
	struct bench *beside = NEW(a, struct bench);
	*beside = *b;
	beside->arena = a;
	memset(beside->files, 0, sizeof(beside->files));
	beside->n_files = 0;
	return beside;
}

void bench_beside_end(struct bench *beside)
{
	arena_free(beside->arena);
}

void bench_app_open(struct bench *b, bool migrate)
{
	struct fault why = { 0 };
	struct app_options o = { .data_dir = b->dir,
		.db_url = b->postgres ? b->url : NULL,
		.site_url = "http://shian.test",
		.modules = b->modules,
		.migrate = migrate };
	if (app_open(&o, &b->app, &why))
		broken("app_open", why.text);
	if (signer_open_local(
		    arena_printf(b->arena, "%s/keys", b->dir), true, &b->app->signer, &why))
		broken("signer", why.text);
}

void bench_shut(struct bench *b)
{
	db_close(b->app->db);
	b->app->db = NULL;
}

void bench_open_again(struct bench *b)
{
	struct fault why = { 0 };
	struct db_options d = { .path = arena_printf(b->app->arena, "%s/shian.db", b->dir),
		.url = b->postgres ? b->url : NULL };
	if (db_open(&d, &b->app->db, &why))
		broken("db_open", why.text);
}

static struct bench *bench_make(const struct module *const *list, bool postgres)
{
	struct arena *a = arena_new();
	struct bench *b = NEW(a, struct bench);

	b->arena = a;
	b->postgres = postgres;
	b->modules = list;
	world_folder(b->dir);
	if (postgres) {
		snprintf(b->database, sizeof(b->database), "t%" PRId64, id_new());
		world_url(b->url, sizeof(b->url), b->database);
	}
	return b;
}

static void bench_end_of(struct bench *b)
{
	if (b->app)
		app_close(b->app);
	if (b->postgres)
		world_database_drop(b->database);
	folder_remove(b->dir);
	arena_free(b->arena);
}

/* The benches of this program that others begin as copies of; their programs are closed. */
static struct bench *firsts[8];
static pid_t firsts_of; /* a child that a test forked removes nothing */

static void firsts_remove(void)
{
	for (size_t i = 0; i < sizeof(firsts) / sizeof(*firsts); i++)
		if (firsts[i] && firsts_of == getpid()) {
			free((void *)firsts[i]->modules);
			bench_end_of(firsts[i]);
		}
}

static struct bench *first_make(const struct module *const *list, bool postgres)
{
	size_t n = 0;
	while (list[n])
		n++;
	const struct module **kept = calloc(n + 1, sizeof(*kept)); /* for as long as the program */
	memcpy(kept, list, n * sizeof(*kept));
	struct bench *b = bench_make(kept, postgres);

	if (postgres)
		world_database(b->database, NULL);
	bench_app_open(b, true);
	if (bench_write(b, people_write, NULL))
		broken("people", "not written");
	app_close(b->app);
	b->app = NULL;
	return b;
}

static bool same_modules(const struct module *const *a, const struct module *const *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

static struct bench *first_of(const struct module *const *list, bool postgres)
{
	size_t i = 0, n = sizeof(firsts) / sizeof(*firsts);

	while (i < n && firsts[i] &&
		(!same_modules(firsts[i]->modules, list) || firsts[i]->postgres != postgres))
		i++;
	if (i == n)
		broken("benches", "with more kinds of modules than there is room for");
	if (!firsts_of) {
		firsts_of = getpid();
		(void)atexit(firsts_remove);
	}
	if (!firsts[i])
		firsts[i] = first_make(list, postgres);
	return firsts[i];
}

struct bench *bench_open_on(const struct module *const *list, bool postgres)
{
	log_to(getenv("SHIAN_TEST_LOG") ? LOG_INFO : LOG_ERROR + 1, "test");
	clock_set(civil_to_ms((struct civil){ .year = 2026, .month = 11, .day = 23, .hour = 10 }));
	list = list ? list : modules;
	struct bench *first = first_of(list, postgres), *b = bench_make(list, postgres);
	if (postgres)
		world_database(b->database, first->database);
	else if (!world_copy(arena_printf(b->arena, "%s/shian.db", first->dir),
			 arena_printf(b->arena, "%s/shian.db", b->dir)))
		broken("copy", b->dir);
	bench_app_open(b, false);
	return b;
}

struct bench *bench_open(const struct module *const *list)
{
	return bench_open_on(list, false);
}

void bench_close(struct bench *b)
{
	bench_end_of(b);
	clock_set(0);
}

int bench_begin(void **state)
{
	*state = bench_open_on(NULL, *state != NULL);
	id_seed(7);
	return 0;
}

int bench_end(void **state)
{
	bench_close(*state);
	id_seed(0);
	return 0;
}

bool answer_has(const struct answer *r, const char *text)
{
	if (strstr(r->body, text))
		return true;
	fprintf(stderr, "not found: %s\nin: %.6000s\n", text, r->body);
	return false;
}

void bench_clock(struct bench *b, int64_t ms)
{
	(void)b;
	clock_set(ms);
}

/* ---- requests -------------------------------------------------------- */
static const char *login_cookie(struct bench *b, const char *who)
{
	struct session_row s = { .kind = "party" };
	const char *token = token_of(b->arena, who);

	if (!text_starts(who, "party:"))
		return token;
	char *colon = strchr(who + 6, ':');
	if (!colon ||
		!text_to_int(arena_copy(b->arena, who + 6, (size_t)(colon - who - 6)), &s.entity) ||
		!text_to_int(colon + 1, &s.subject))
		broken("party", who);
	if (b->party && strcmp(b->party, who) == 0)
		return token;
	b->party = arena_dup(b->arena, who);
	s.token = hash_of(b->arena, token);
	if (bench_write(b, session_write, &s))
		broken("party", who);
	return token;
}

static const char *csrf_of(struct bench *b, const char *token)
{
	const char *hash = hash_of(b->arena, token);
	struct digest d = sm3_hmac(b->app->secret, sizeof(b->app->secret), hash, strlen(hash));
	return arena_copy(b->arena, digest_hex(b->arena, &d), 32);
}

static const struct http_pair *query_of(struct bench *b, const char *path, const char **plain)
{
	struct http_pair *q = NEWS(b->arena, struct http_pair, MAX_PAIRS + 1);
	char *copy = arena_dup(b->arena, path), *mark = strchr(copy, '?');
	int n = 0;

	*plain = copy;
	if (!mark)
		return q;
	*mark++ = 0;
	while (*mark && n < MAX_PAIRS) {
		size_t len = strcspn(mark, "&");
		char *pair = arena_copy(b->arena, mark, len), *equals = strchr(pair, '=');
		if (equals)
			*equals++ = 0;
		q[n].name = url_decode(b->arena, pair, strlen(pair));
		q[n++].value = equals ? url_decode(b->arena, equals, strlen(equals)) : "";
		mark += len + (mark[len] == '&');
	}
	return q;
}

struct call {
	const char *method, *who, *path, *json;
	const struct http_pair *form;
	bool machine;
};

static void take_body(struct bench *b, struct answer *r)
{
	r->status = r->reply.status;
	r->location = r->type = "";
	for (int i = 0; i < r->reply.n_headers; i++) {
		if (strcmp(r->reply.headers[i].name, "Location") == 0)
			r->location = arena_dup(b->arena, r->reply.headers[i].value);
		if (strcmp(r->reply.headers[i].name, "Content-Type") == 0)
			r->type = arena_dup(b->arena, r->reply.headers[i].value);
	}
	r->body_n = r->reply.body.n;
	r->body = arena_copy(b->arena, r->body_n ? (const char *)r->reply.body.at : "", r->body_n);
	if (r->reply.fd >= 0) {
		char *at = arena_alloc(b->arena, (size_t)r->reply.fd_size + 1);
		ssize_t n = read(r->reply.fd, at, (size_t)r->reply.fd_size);
		close(r->reply.fd);
		r->reply.fd = -1;
		r->body = at;
		r->body_n = n > 0 ? (size_t)n : 0;
	}
}

static struct answer *call(struct bench *b, const struct call *c)
{
	struct answer *r = NEW(b->arena, struct answer);
	struct http_pair *headers = NEWS(b->arena, struct http_pair, 6),
			 *cookies = NEWS(b->arena, struct http_pair, 4);
	bool dock = text_starts(c->who, "dock:"), bearer = c->machine || dock;
	const char *token = bearer || !*c->who ? NULL : login_cookie(b, c->who);
	int h = 0, k = 0;

	headers[h++] = (struct http_pair){ "accept",
		c->json || bearer ? "application/json" : "text/html" };
	if (c->json)
		headers[h++] = (struct http_pair){ "content-type", "application/json" };
	if (bearer)
		headers[h++] = (struct http_pair){ "authorization",
			arena_printf(b->arena, "Bearer %s",
				dock ? dock_key(b->arena, b->app, c->who + strlen("dock:"))
				     : b->app->machine_token) };
	if (token) {
		cookies[k++] = (struct http_pair){ "shian", token };
		headers[h] = (struct http_pair){ "x-csrf", csrf_of(b, token) };
	} else if (!bearer) { /* a visitor who loaded a form */
		token = token_of(b->arena, "visitor");
		struct digest d =
			sm3_hmac(b->app->secret, sizeof(b->app->secret), token, strlen(token));
		cookies[k++] = (struct http_pair){ "shian_v", token };
		headers[h] = (struct http_pair){ "x-csrf",
			arena_copy(b->arena, digest_hex(b->arena, &d), 32) };
	}
	if (b->no_token) /* it stood in the last place */
		headers[h] = (struct http_pair){ NULL, NULL };
	if (b->english)
		cookies[k++] = (struct http_pair){ "lang", "en" };
	struct http_request rq = { .arena = b->arena,
		.method = c->method,
		.headers = headers,
		.cookies = cookies,
		.form = c->form,
		.files = b->files,
		.remote = "127.0.0.1",
		.body = { (const uint8_t *)c->json, c->json ? strlen(c->json) : 0 } };
	rq.query = query_of(b, c->path, &rq.path);
	r->reply.fd = -1;
	app_serve(b->app, &rq, &r->reply);
	r->statements = b->app->statements;
	take_body(b, r);
	return r;
}

static void files_forget(struct bench *b)
{
	for (int i = 0; i < b->n_files; i++)
		unlink(b->files[i].path);
	memset(b->files, 0, sizeof(b->files));
	b->n_files = 0;
}

const struct http_pair *bench_pairs(struct bench *b, va_list ap)
{
	struct http_pair *p = NEWS(b->arena, struct http_pair, MAX_PAIRS + 1);
	for (int n = 0; n < MAX_PAIRS; n++) {
		p[n].name = va_arg(ap, const char *);
		if (!p[n].name)
			break;
		p[n].value = va_arg(ap, const char *);
	}
	return p;
}

struct answer *bench_get(struct bench *b, const char *who, const char *path)
{
	return call(b, &(struct call){ "GET", who, path, NULL, NULL, false });
}

struct answer *bench_post(struct bench *b, const char *who, const char *path, ...)
{
	va_list ap;
	va_start(ap, path);
	const struct http_pair *form = bench_pairs(b, ap);
	va_end(ap);
	struct answer *r = call(b, &(struct call){ "POST", who, path, NULL, form, false });
	files_forget(b);
	return r;
}

struct answer *bench_post_pairs(
	struct bench *b, const char *who, const char *path, const struct http_pair *form)
{
	return call(b, &(struct call){ "POST", who, path, NULL, form, false });
}

struct answer *bench_post_json(struct bench *b, const char *who, const char *path, const char *json)
{
	return call(b, &(struct call){ "POST", who, path, json, NULL, false });
}

struct answer *bench_machine_get(struct bench *b, const char *path)
{
	return call(b, &(struct call){ "GET", "", path, NULL, NULL, true });
}

struct answer *bench_machine_post(struct bench *b, const char *path, ...)
{
	va_list ap;
	va_start(ap, path);
	const struct http_pair *form = bench_pairs(b, ap);
	va_end(ap);
	struct answer *r = call(b, &(struct call){ "POST", "", path, NULL, form, true });
	files_forget(b);
	return r;
}

struct answer *bench_machine_json(struct bench *b, const char *path, const char *json)
{
	return call(b, &(struct call){ "POST", "", path, json, NULL, true });
}

void bench_file(struct bench *b, const char *field, const char *name, const char *type,
	struct bytes content)
{
	struct fault why = { 0 };
	struct digest d3 = sm3(content.at, content.n), d2 = sha256(content.at, content.n);
	char *path = arena_printf(b->arena, "%s/tmp/up-%" PRId64, b->dir, id_new());

	if (b->n_files == MAX_FILES || file_write(path, content.at, content.n, 0600, &why))
		broken("file", why.text);
	b->files[b->n_files++] = (struct http_file){ .field = field,
		.name = name,
		.type = type,
		.path = path,
		.size = (int64_t)content.n,
		.sm3 = digest_hex(b->arena, &d3),
		.sha256 = digest_hex(b->arena, &d2) };
}

/* ---- looking and tampering ------------------------------------------- */
int64_t bench_int(struct bench *b, const char *sql)
{
	struct conn *c;
	struct fault why = { 0 };
	int64_t v = 0;

	if (db_read_begin(b->app->db, &c, &why))
		broken("read", why.text);
	enum err e = conn_int(c, arena_dup(b->app->arena, sql), BINDS(), &v);
	if (e)
		broken(sql, conn_fault(c)->text);
	db_read_end(c);
	return v;
}

const char *bench_text(struct bench *b, const char *sql)
{
	struct conn *c;
	struct rows *r;
	struct fault why = { 0 };
	bool more = false;
	const char *out = "";

	if (db_read_begin(b->app->db, &c, &why))
		broken("read", why.text);
	if (conn_query(c, arena_dup(b->app->arena, sql), BINDS(), &r) || rows_next(r, &more))
		broken(sql, conn_fault(c)->text);
	if (more)
		out = arena_dup(b->arena, rows_text(r, 0));
	rows_close(r);
	db_read_end(c);
	return out;
}

static enum err raw_run(struct req *rq, void *arg)
{
	return conn_run(rq_conn(rq), arg, BINDS(), NULL);
}

void bench_run(struct bench *b, const char *sql)
{
	if (bench_write(b, raw_run, arena_dup(b->app->arena, sql)))
		broken("run", sql);
}

void bench_jobs(struct bench *b)
{
	struct fault why = { 0 };
	bool ran = true;

	for (int i = 0; ran && i < 1000; i++)
		if (app_run_job(b->app, &ran, &why))
			broken("job", why.text);
	const char *stuck =
		bench_text(b, "SELECT kind || ': ' || error FROM jobs WHERE error <> '' LIMIT 1");
	if (*stuck)
		broken("job", stuck);
}

void bench_minute(struct bench *b)
{
	struct fault why = { 0 };
	if (app_every_minute(b->app, &why))
		broken("minute", why.text);
}

/* ---- torture --------------------------------------------------------- */
static int64_t facts(struct bench *b)
{
	return bench_int(b, "SELECT count(*) FROM ledger");
}

int bench_torture(struct bench *b, const char *who, const char *path, ...)
{
	va_list ap;
	va_start(ap, path);
	const struct http_pair *form = bench_pairs(b, ap);
	va_end(ap);
	struct call c = { "POST", who, path, NULL, form, false };
	if (text_starts(who, "party:"))
		login_cookie(b, who);
	int64_t before = facts(b), jobs = bench_int(b, "SELECT count(*) FROM jobs");

	for (int round = 1; round < 500; round++) {
		db_fail_at(b->app->db, round);
		struct answer *r = call(b, &c);
		db_fail_at(b->app->db, 0);
		if (r->status < 400) {
			files_forget(b);
			return round;
		}
		if (r->status != 500 && r->status != 503 && r->status != 409)
			broken("torture: a made failure was answered otherwise",
				arena_printf(
					b->arena, "%d in round %d: %s", r->status, round, r->body));
		if (facts(b) != before || bench_int(b, "SELECT count(*) FROM jobs") != jobs)
			broken("torture: something stayed", path);
	}
	broken("torture: it never succeeded", path);
	return 0;
}

/* ---- golden pages ---------------------------------------------------- */
static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* "/assets/icons-e0139a4a.svg" is shown without its hash: how many signs of the hash stand here. */
static size_t asset_hash(const char *s, const char *end)
{
	size_t n = 1;
	while (s + n < end && n < 10 && isalnum((unsigned char)s[n]))
		n++;
	return *s == '-' && n == 9 && s + n < end && s[n] == '.' ? n : 0;
}

/* Identifiers met, in the order of their first appearance. */
enum { MOST_MET = 256 };
struct met {
	const char *at[MOST_MET];
	size_t len[MOST_MET];
	int n;
};

static int met_at(struct met *m, const char *s, size_t len)
{
	int i = 0;
	while (i < m->n && (m->len[i] != len || memcmp(m->at[i], s, len) != 0))
		i++;
	if (i == m->n && m->n < MOST_MET) {
		m->at[i] = s;
		m->len[m->n++] = len;
	}
	return i;
}

/* Is this number an identifier? Of a running program it is long. One of a fixed sequence lies
 * little above a multiple of 2^20 (id_seed()) and moves with every row and fact a test makes before
 * it; telephones, areas, times and sums lie elsewhere and stay as they are. */
static bool is_id(struct arena *a, const char *s, size_t len)
{
	enum { SEED_BITS = 20, SEEDS = 0xffff, OF_ONE_TEST = 1 << 14 };
	int64_t v;

	if (len >= 16)
		return true;
	return text_to_int(arena_copy(a, s, len), &v) && v >> SEED_BITS > 0 &&
	       v >> SEED_BITS <= SEEDS && (v & ((1 << SEED_BITS) - 1)) < OF_ONE_TEST;
}

/* Identifiers become ID1, ID2 in order of appearance; long hexadecimal, HEX; hashed assets lose
 * their hash. */
static const char *settle(struct bench *b, const char *from, size_t n)
{
	struct buf out = { .arena = b->arena };
	struct met ids = { .n = 0 };

	for (const char *s = from, *end = from + n; s < end;) {
		size_t len = asset_hash(s, end), digits = 0;
		if (len) {
			s += len;
			continue;
		}
		while (s + len < end && is_word(s[len]))
			digits += s[len] >= '0' && s[len] <= '9', len++;
		if (len && digits == len && is_id(b->arena, s, len)) {
			buf_printf(&out, "ID%d", met_at(&ids, s, len) + 1);
		} else if (len >= 32) {
			buf_puts(&out, "HEX");
		} else {
			buf_add(&out, s, len ? len : 1);
			len = len ? len : 1;
		}
		s += len;
	}
	return buf_text(&out);
}

void bench_golden(struct bench *b, const struct answer *r, const char *path)
{
	const char *root = getenv("SHIAN_SOURCE"), *mode = getenv("SHIAN_GOLDEN");
	const char *from = strstr(r->body, "<main"), *to = from ? strstr(from, "</main>") : NULL;
	char *file = arena_printf(b->arena, "%s/%s", root ? root : ".", path);
	struct fault why = { 0 };
	struct bytes want = { 0 };

	if (!to)
		broken("golden: no <main>", r->body);
	const char *got = settle(b, from, (size_t)(to - from));
	if (mode && strcmp(mode, "write") == 0) {
		char *slash = strrchr(file, '/');
		if (dir_make(arena_copy(b->arena, file, (size_t)(slash - file)), &why) ||
			file_write(file, got, strlen(got), 0644, &why))
			broken("golden", why.text);
		return;
	}
	if (file_read(b->arena, file, 1 << 22, &want, &why))
		broken("golden (SHIAN_GOLDEN=write makes it)", why.text);
	if (want.n != strlen(got) || memcmp(want.at, got, want.n) != 0) {
		size_t i = 0;
		while (i < want.n && got[i] && (char)want.at[i] == got[i])
			i++;
		size_t back = i > 60 ? i - 60 : 0;
		broken(path,
			arena_printf(b->arena,
				"differs at byte %zu:\n  golden: %.160s\n  now:    %.160s", i,
				arena_copy(b->arena, (const char *)want.at + back, want.n - back),
				got + back));
	}
}

int64_t bench_operator(struct bench *b, const char *name, int64_t area)
{
	/* licence numbers count up; one code with a right check digit serves all */
	int64_t n = bench_int(b, "SELECT count(*) FROM pub_operators") + 1;
	struct answer *r = bench_post(b, area == HARNESS_AREA2 ? "officer3" : "officer1",
		"/operators", "name", name, "uscc", "91310112MA1GB00A88", "licence_no",
		arena_printf(b->arena, "JY2310112%07" PRId64, n), "licence_valid_to", "2028-06-30",
		"kind", "small_caterer", "address", "示例路1号", "area",
		arena_printf(b->arena, "%" PRId64, area), "legal_person", "张三", "phone",
		"13900000000", "lat", "31.100000", "lon", "121.380000", NULL);
	if (r->status >= 400)
		broken("operator", r->body);
	return bench_int(b, "SELECT max(id) FROM pub_operators");
}
