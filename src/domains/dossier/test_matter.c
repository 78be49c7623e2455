#include "domains/dossier/test_matter.h"

int64_t filed_matter(struct bench *b)
{
	int64_t o = bench_operator(b, "示范餐饮管理有限公司", HARNESS_AREA);
	int64_t id = bench_int(b, "SELECT coalesce(max(id), 0) + 100 FROM cases");
	bench_run(b,
		arena_printf(bench_arena(b),
			"INSERT INTO cases (id, version, number, operator, area, act, act_name, "
			"state, opened_at,"
			" precheck_due, officer1, officer2, filed_at, filed_reason, decide_due, "
			"party_phone,"
			" link_sent_at, viewed_at, answer, answer_words, answered_at, e_service, "
			"e_phone,"
			" post_address, receiver, address_sign, address_sign_sha256, address_at, "
			"address_paper,"
			" correction_text, correction_due, order_paper, correction_sm3, "
			"correction_sha256,"
			" correction_words, correction_at, correction_state, told_at, "
			"told_penalty, hear_due,"
			" statement, statement_words, heard_at, defence_adopted, proposed_by, "
			"outcome, penalty,"
			" fine_fen, decided_at, decision_paper, served_at, service_way, closed_at, "
			"close_reason)"
			" SELECT %" PRId64 ", 1, '示范市监立〔2026〕%" PRId64 "号', %" PRId64
			", %d, 'V01',"
			" '从业人员未穿戴清洁的工作衣、帽', 'filed', 1795000000000, 0, a.id, b.id, "
			"1795100000000, 'x',"
			" 0, '', 0, 0, '', '', 0, 0, '', '', '', '', '', 0, 0, '', 0, 0, '', '', "
			"'', 0, '', 0, '',"
			" 0, '', '', 0, '', 0, '', '', 0, 0, 0, 0, '', 0, '' FROM users a, users b"
			" WHERE a.login = 'officer1' AND b.login = 'officer2'",
			id, id, o, HARNESS_AREA));
	return id;
}
