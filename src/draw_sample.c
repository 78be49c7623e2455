/* The part of shian draw verify for the samples of closed cases. */
#include "cli.h"
#include "domains/appraisals/replay.h"
#include "draw_command.h"

#include <stdio.h>

static const struct told_check words[SAMPLE_CHECKS] = {
	[SAMPLE_FORMAT] = { "the file can be read", "文件格式正确" },
	[SAMPLE_LIST] = { "the list of candidates has the published digest",
		"备选案卷清单与抽取前固定的摘要一致" },
	[SAMPLE_COMMITMENT] = { "the seed is the one committed to before the draw",
		"种子与抽取前的承诺一致" },
	[SAMPLE_CANDIDATES] = { "the list is whole and in order", "备选案卷清单完整、有序" },
	[SAMPLE_ORDER] = { "the draw gives this order and this sample",
		"抽取顺序和样本与重放结果一致" },
	[SAMPLE_NUMBERS] = { "it takes as many random numbers as the file says",
		"随机数用量与文件所载一致" },
};

static void tell_sample(const struct sample_replay *r, bool zh)
{
	const struct contribution *m = &r->file.mixed;

	if (r->sample.title)
		printf(zh ? "案卷评查: %s（结案 %s 至 %s）\n" : "round: %s (closed %s to %s)\n",
			r->sample.title, r->sample.from_day, r->sample.to_day);
	if (m->head_size)
		printf(zh ? "混入账本树头: 规模 %" PRId64 "，根 %s\n"
			  : "mixed in: head of the ledger over %" PRId64 " facts, root %s\n",
			m->head_size, m->head_root);
	if (*m->word)
		printf("%s %s\n", zh ? "混入的词:" : "mixed in, a word:", m->word);
}

static void tell_end(const struct sample_replay *r, bool zh)
{
	size_t drawn = 0;

	for (size_t i = 0; i < r->file.n; i++)
		drawn += r->file.at[i].drawn;
	printf(zh ? "备选案卷 %zu 件，%zu 层，抽取 %zu 件\n"
		  : "%zu candidates in %zu strata, %zu drawn\n",
		r->file.n, r->sample.n_strata, drawn);
	printf("%s %s\n%s %s\n%s %s\n",
		zh ? "与批次页面核对——清单:" : "compare with the round's page: list", r->file.list,
		zh ? "承诺:" : "commitment", r->file.commitment, zh ? "结果:" : "result",
		r->digest);
}

bool sample_verify(struct arena *a, struct bytes in)
{
	struct sample_replay r;
	bool zh = cli_speaks_chinese(), holds = sample_replay(a, in, &r);

	if (r.state[SAMPLE_FORMAT] == HOLDS)
		tell_sample(&r, zh);
	for (int c = 0; c < SAMPLE_CHECKS; c++)
		tell_check(&words[c], r.state[c], r.detail[c]);
	if (r.state[SAMPLE_FORMAT] == HOLDS)
		tell_end(&r, zh);
	return holds;
}
