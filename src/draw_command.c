/* shian draw verify: replays a random draw, or the sample of a round of appraisal, from its file
 * alone, offline, and says line by line what holds (docs/DRAW.md). */
#include "draw_command.h"
#include "cli.h"
#include "commands.h"
#include "domains/draws/replay.h"

#include <stdio.h>
#include <string.h>

static const struct told_check words[DRAW_CHECKS] = {
	[CHECK_FORMAT] = { "the file can be read", "文件格式正确" },
	[CHECK_SNAPSHOT] = { "the snapshot of the pools has the published digest",
		"名录库快照与公布的摘要一致" },
	[CHECK_COMMITMENT] = { "the seed is the one committed to before the draw",
		"种子与抽取前公布的承诺一致" },
	[CHECK_POOL] = { "the snapshot is whole and in order", "名录库快照完整、有序" },
	[CHECK_OBJECTS] = { "the draw gives these objects", "检查对象与重放结果一致" },
	[CHECK_INSPECTORS] = { "the draw gives these inspectors and redraws",
		"检查人员及回避重抽与重放结果一致" },
	[CHECK_NUMBERS] = { "it takes as many random numbers as the file says",
		"随机数用量与文件所载一致" },
	[CHECK_RECUSED] = { "two inspectors for each object, none recused",
		"每户两名检查人员，均无应回避情形" },
	[CHECK_EXCHANGES] = { "each exchange is the next of the same numbers",
		"每次调换均由同一随机数序列产生" },
};

void tell_check(const struct told_check *c, enum check_state state, const char *detail)
{
	static const char *const marks[][2] = { [NOT_LOOKED] = { "-", "-" },
		[HOLDS] = { "ok", "通过" },
		[FAILS] = { "FAILED", "不符" } };
	bool zh = cli_speaks_chinese();

	printf("%-8s%s%s%s\n", marks[state][zh], zh ? c->zh : c->en, *detail ? ": " : "", detail);
}

static void tell_draw(const struct replay *r, bool zh)
{
	const struct draw_file *f = &r->file;

	if (r->pool.title)
		printf("%s %s\n", zh ? "抽查:" : "draw:", r->pool.title);
	printf("%s %s\n%s %s\n", zh ? "承诺时间:" : "committed:", f->committed_at,
		zh ? "抽取时间:" : "drawn:", f->drawn_at);
	if (f->mixed.head_size)
		printf(zh ? "混入账本树头: 规模 %" PRId64 "，根 %s\n"
			  : "mixed in: head of the ledger over %" PRId64 " facts, root %s\n",
			f->mixed.head_size, f->mixed.head_root);
	if (*f->mixed.word)
		printf("%s %s\n",
			zh ? "混入现场监督人给出的词:" : "mixed in, said by the supervisor:",
			f->mixed.word);
	printf("%s %s\n", zh ? "现场监督人:" : "witness:", f->witness);
}

static void tell_end(const struct replay *r, bool zh)
{
	printf(zh ? "对象 %zu 户（名录 %zu 户），人员 %zu 人，每人 %" PRId64 "–%" PRId64
		    " 户，重抽 %zu 次，调换 %zu 次\n"
		  : "%zu objects of %zu, %zu inspectors with %" PRId64 " to %" PRId64
		    " each, %zu redraws, %zu exchanges\n",
		r->file.n_lots, r->pool.n_objects, r->pool.n_inspectors, r->load_min, r->load_max,
		r->file.n_redraws, r->file.n_exchanges);
	printf("%s %s\n", zh ? "与公示页面核对——快照:" : "compare with the public page: snapshot",
		r->file.snapshot);
	printf("%s %s\n%s %s\n", zh ? "承诺:" : "commitment", r->file.commitment,
		zh ? "结果:" : "result", r->digest);
}

static bool draw_verify(struct arena *a, struct bytes in)
{
	struct replay r;
	bool zh = cli_speaks_chinese(), holds = draw_replay(a, in, &r);

	if (r.state[CHECK_FORMAT] == HOLDS)
		tell_draw(&r, zh);
	for (int c = 0; c < DRAW_CHECKS; c++)
		tell_check(&words[c], r.state[c], r.detail[c]);
	if (r.state[CHECK_FORMAT] == HOLDS)
		tell_end(&r, zh);
	return holds;
}

/* The first line says which of the two it is. */
static int verify(const char *path)
{
	static const char sample[] = "shian-appraisal-draw ";
	struct arena *a = arena_new();
	struct fault why = { 0 };
	struct bytes in;

	if (file_read(a, path, DRAW_FILE_MAX, &in, &why)) {
		fprintf(stderr, "shian draw: %s\n", why.text);
		arena_free(a);
		return 2;
	}
	bool holds = in.n >= strlen(sample) && memcmp(in.at, sample, strlen(sample)) == 0
			     ? sample_verify(a, in)
			     : draw_verify(a, in);
	arena_free(a);
	return holds ? 0 : 1;
}

int draw_command(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "verify") == 0)
		return verify(argv[2]);
	fputs("usage: shian draw verify FILE\n", stderr);
	return 2;
}
