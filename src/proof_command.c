/* shian proof make: the proof of a fact, a paper or a file, out of a data folder. shian proof
 * check: whether one holds, from its text alone, offline (docs/LEDGER.md). */
#include "cli.h"
#include "commands.h"
#include "proof_rows.h"

#include "core/ledger/signer_key.h"
#include "core/papers/proofs.h"
#include "modules.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { HEAD_TEXT_MAX = 4096 };

static const struct {
	const char *en, *zh;
} words[PROOF_CHECKS] = {
	[PROOF_FORM] = { "the file can be read", "文件格式正确" },
	[PROOF_TREE] = { "the fact stands in the tree of the head", "该事实位于树头所载的树中" },
	[PROOF_SIGNATURE] = { "the head is signed with the key", "树头的签名与公钥相符" },
	[PROOF_KEY] = { "the key is the one you brought", "签名公钥即您提供的公钥" },
	[PROOF_ROW] = { "the fact witnesses the row as it is shown", "该事实见证的记录与所示一致" },
	[PROOF_NAMED] = { "the fact names the file", "该事实载明此文件的摘要" },
	[PROOF_COPY] = { "your copy is that file", "您的文件与之逐字节一致" },
	[PROOF_OLDER] = { "the head continues the earlier one", "树头延续了较早的树头" },
	[PROOF_PUBLISHED] = { "the published head agrees", "与已公布的树头一致" },
};

static const char *lang(bool zh, const char *in_zh, const char *in_en)
{
	return zh ? in_zh : in_en;
}

/* ---- check ---------------------------------------------------------------------------------- */

/* A stranger's file must not write to the terminal what moves its cursor: C0, DEL and C1, which
 * UTF-8 writes as C2 80 .. C2 9F. */
static const char *shown(struct arena *a, const char *text)
{
	char *out = arena_dup(a, text);

	for (char *c = out; *c; c++) {
		if ((unsigned char)*c == 0xc2 && (unsigned char)c[1] < 0xa0)
			*c++ = ' ', *c = ' ';
		else if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = ' ';
	}
	return out;
}

static void tell_line(struct arena *a, const struct proof_report *r, enum proof_check c, bool zh)
{
	static const char *const marks[][2] = { [PROOF_NOT_LOOKED] = { "-", "-" },
		[PROOF_HOLDS] = { "ok", "通过" },
		[PROOF_FAILS] = { "FAILED", "不符" } };

	printf("%-8s%s%s%s\n", marks[r->state[c]][zh], zh ? words[c].zh : words[c].en,
		*r->detail[c] ? ": " : "", shown(a, r->detail[c]));
}

static void tell_fact(struct arena *a, const struct proof_report *r, bool zh)
{
	const struct fact_row *f = &r->fact;

	printf("%s %" PRId64 "  %s  %s  %s\n", lang(zh, "事实", "fact"), f->seq, shown(a, f->name),
		time_iso(a, f->at), shown(a, f->actor_name));
	printf("%s %s\n", lang(zh, "内容", "data"), shown(a, f->data));
	if (*r->file.sm3)
		printf("%s SM3 %s\n", lang(zh, "文件", "file"), r->file.sm3);
	printf(zh ? "树头 含 %" PRId64 " 条事实，签于 %s，密钥 %s\n"
		  : "head of %" PRId64 " facts, signed %s, key %s\n",
		r->head.size, time_iso(a, r->head.at), r->head.key_id);
}

static void tell_end(const struct proof_asked *q, bool holds, bool zh)
{
	if (holds && !q->key)
		puts(lang(zh,
			"公钥取自证明文件本身：请核对其编号与监管局公布的一致，或以 --key 提供。",
			"The key came with the file: compare its name with what the bureau "
			"publishes, or give one with --key."));
	if (holds && !q->published)
		puts(lang(zh, "未与已公布的树头比对：请以 --head 提供您自存的树头。",
			"It was not compared with a published head: give the one you kept with "
			"--head."));
	puts(holds ? lang(zh, "证明成立。", "The proof holds.")
		   : lang(zh, "证明不成立。", "The proof does not hold."));
}

struct check_asked {
	struct proof_asked q;
	struct tree_head head;
	struct sm2_key *key;
};

static enum err head_bring(
	struct arena *a, const char *path, struct tree_head *out, struct fault *why)
{
	struct bytes in = { 0 };

	TRY(file_read(a, path, HEAD_TEXT_MAX, &in, why));
	return head_file_parse(a, in, out) ? OK : fault(why, E_INVALID, "%s is not a head", path);
}

static enum err copy_bring(
	struct arena *a, const char *path, struct proof_asked *q, struct fault *why)
{
	struct bytes in = { 0 };

	TRY(file_read(a, path, (size_t)1 << 30, &in, why));
	struct digest one = sm3(in.at, in.n), two = sha256(in.at, in.n);
	q->copy_sm3 = digest_hex(a, &one);
	q->copy_sha256 = digest_hex(a, &two);
	return OK;
}

static enum err bring_all(
	struct arena *a, int argc, char **argv, struct check_asked *x, struct fault *why)
{
	const char *head = option(argc, argv, "--head", NULL),
		   *key = option(argc, argv, "--key", NULL),
		   *copy = option(argc, argv, "--file", NULL);

	TRY(file_read(a, argv[2], PROOF_FILE_MAX, &x->q.text, why));
	if (head) {
		TRY(head_bring(a, head, &x->head, why));
		x->q.published = &x->head;
	}
	if (copy)
		TRY(copy_bring(a, copy, &x->q, why));
	if (key) {
		TRY(sm2_load_public(key, &x->key, why));
		x->q.key = x->key;
	}
	return OK;
}

static int check(int argc, char **argv)
{
	struct arena *a = arena_new();
	struct check_asked x = { 0 };
	struct proof_report r;
	struct fault why = { 0 };
	bool zh = cli_speaks_chinese();

	if (bring_all(a, argc, argv, &x, &why)) {
		arena_free(a);
		return cli_fail("proof", &why, 2);
	}
	bool holds = proof_check(a, &x.q, &r);
	if (r.state[PROOF_FORM] == PROOF_HOLDS)
		tell_fact(a, &r, zh);
	for (int c = 0; c < PROOF_CHECKS; c++)
		tell_line(a, &r, (enum proof_check)c, zh);
	tell_end(&x.q, holds, zh);
	sm2_free(x.key);
	arena_free(a);
	return holds ? 0 : 1;
}

/* ---- make ----------------------------------------------------------------------------------- */

struct make_asked {
	const char *kind, *what; /* "fact", "paper", "file" and its number, code or digest */
	struct tree_head head;
	bool has_head;
	const char *text; /* the answer, in the app's arena */
};

static enum err file_digest(struct req *rq, const char *what, const char **sm3_hex)
{
	struct digest d;
	struct bytes in = { 0 };
	struct fault why = { 0 };

	*sm3_hex = what;
	if (digest_parse(what, &d))
		return OK;
	if (file_read(rq->arena, what, (size_t)1 << 30, &in, &why))
		return fail(rq, E_NOT_FOUND, "%s", why.text);
	d = sm3(in.at, in.n);
	*sm3_hex = digest_hex(rq->arena, &d);
	return OK;
}

static enum err make_file(struct req *rq, const struct make_asked *m, const struct tree_head *head,
	struct proof_file *p)
{
	struct file_asked f = { 0 };

	TRY(file_digest(rq, m->what, &f.sm3));
	enum err e = proof_of_file(rq, &f, head, p);
	return e == E_NOT_FOUND ? proof_of_row_file(rq, f.sm3, head, p) : e;
}

static enum err make_run(struct req *rq, void *arg)
{
	struct make_asked *m = arg;
	struct proof_file p;
	const struct tree_head *head = m->has_head ? &m->head : NULL;
	int64_t seq = 0;

	if (text_is(m->kind, "paper"))
		TRY(proof_of_paper(rq, m->what, head, &p));
	else if (text_is(m->kind, "file"))
		TRY(make_file(rq, m, head, &p));
	else if (text_to_int(m->what, &seq))
		TRY(proof_of_fact(rq, seq, head, &p));
	else
		return fail(rq, E_INVALID, "A fact is named by its number.");
	m->text = arena_dup(rq->app->arena, proof_text(rq, &p));
	return OK;
}

static enum err make_out(const char *path, const char *text, struct fault *why)
{
	if (path)
		return file_write(path, text, strlen(text), 0644, why);
	return fputs(text, stdout) < 0 ? fault(why, E_INTERNAL, "cannot be written") : OK;
}

static int make(int argc, char **argv)
{
	struct fault why = { 0 };
	struct app *app = NULL;
	struct arena *a = arena_new();
	struct make_asked m = { .kind = argv[2], .what = argv[3] };
	const char *head = option(argc, argv, "--head", NULL),
		   *data = option(argc, argv, "--data", NULL);
	struct app_options o = {
		.data_dir = data, .db_url = option(argc, argv, "--db", NULL), .modules = modules
	};
	enum err e = OK;

	if (!data || access(arena_printf(a, "%s/keys/web.secret", data), F_OK))
		e = fault(&why, E_NOT_FOUND, "--data DIR names no data folder of Shian");
	if (!e && head) {
		m.has_head = true;
		e = head_bring(a, head, &m.head, &why);
	}
	if (!e)
		e = app_open(&o, &app, &why);
	if (!e)
		e = app_read(app, make_run, &m, &why);
	if (!e)
		e = make_out(option(argc, argv, "--out", NULL), m.text, &why);
	app_close(app);
	arena_free(a);
	return e ? cli_fail("proof", &why, e == E_CONFLICT ? 1 : 2) : 0;
}

int proof_command(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	bool kind = argc >= 4 && (text_is(argv[2], "fact") || text_is(argv[2], "paper") ||
					 text_is(argv[2], "file"));

	if (text_is(what, "check") && argc >= 3 && argv[2][0] != '-')
		return check(argc, argv);
	if (text_is(what, "make") && kind)
		return make(argc, argv);
	return cli_complain(
		"usage: shian proof check FILE [--head HEADFILE] [--key KEY.pem] [--file COPY]\n"
		"       shian proof make fact N | paper CODE|NUMBER | file SM3|PATH --data DIR "
		"[--db URL] [--head HEADFILE] [--out FILE]",
		2);
}
