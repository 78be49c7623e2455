/* Each way of service: what the law allows and refuses, a row a rule, each naming its article. */
#include "core/core.h"
#include "domains/service/rules.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NOW = 1000 };

static struct service_facts facts(void)
{
	return (struct service_facts){ .state = "waiting",
		.sealed_at = 10,
		.now = NOW,
		.needs_direct = true,
		.needs_post = true };
}

/* Everything that could be asked for is there. */
static struct service_deed deed(const char *way, const char *result)
{
	return (struct service_deed){ .way = way,
		.result = result,
		.at = NOW,
		.signature = true,
		.photo = true,
		.servers = true,
		.receiver = "张三",
		.relation = "",
		.refusal = "不同意处罚",
		.witness = "李四",
		.mail_no = "XA1",
		.place = "示例路1号",
		.words = "无人" };
}

struct row {
	const char *what, *clause; /* "O2 82"; of which a refusal speaks, unless it is only sense */
	const char *way, *result;
	void (*change)(struct service_facts *f, struct service_deed *d);
	const char *refused; /* a part of the sentence; NULL: allowed */
};

#define CHANGE(name, ...)                                                                          \
	static void name(struct service_facts *f, struct service_deed *d)                          \
	{                                                                                          \
		(void)f;                                                                           \
		(void)d;                                                                           \
		__VA_ARGS__;                                                                       \
	}
CHANGE(nothing, )
CHANGE(served, f->state = "served")
CHANGE(future, d->at = NOW + 1)
CHANGE(at_the_seal, d->at = 10)
CHANGE(before_the_seal, d->at = 9)
CHANGE(one_server, d->servers = false)
CHANGE(no_place, d->place = "")
CHANGE(no_receiver, d->receiver = "")
CHANGE(no_reason, d->refusal = "")
CHANGE(photo_only, d->signature = false)
CHANGE(no_sign, d->signature = d->photo = false)
CHANGE(refused_before, f->refused = 1)
CHANGE(no_witness, (f->refused = 1, d->witness = ""))
CHANGE(video, (f->refused = 1, d->witness = "", d->video = true))
CHANGE(confirmed, (f->confirmed_at = 5, d->at_confirmed_address = true))
CHANGE(confirmed_no_photo, (f->confirmed_at = 5, d->at_confirmed_address = true, d->photo = false))
CHANGE(consent, (f->confirmed_at = 5, f->consent = true))
CHANGE(consent_sent, (f->confirmed_at = 5, f->consent = f->e_sent = true))
CHANGE(for_another, (f->confirmed_at = 5, f->consent = f->another = true))
CHANGE(account, (f->confirmed_at = 5, f->consent = d->by_hand = d->account_named = true))
CHANGE(account_while_sent,
	(f->confirmed_at = 5, f->consent = f->e_sent = d->by_hand = d->account_named = true))
CHANGE(account_unsigned, (f->confirmed_at = 5, f->consent = d->by_hand = true))
CHANGE(account_no_consent, d->by_hand = d->account_named = true)
CHANGE(account_no_proof,
	(f->confirmed_at = 5, f->consent = d->by_hand = d->account_named = true, d->photo = false))
CHANGE(account_video, (f->confirmed_at = 5, f->consent = d->by_hand = d->account_named = true,
			      d->photo = false, d->video = true))
CHANGE(message_failed,
	(f->absent = f->post_returned = 1, f->confirmed_at = 5, f->consent = f->e_failed = true))
CHANGE(consent_unsigned, f->consent = true)
CHANGE(no_number, d->mail_no = "")
CHANGE(no_words, d->words = "")
CHANGE(all_failed, f->absent = f->post_returned = 1)
CHANGE(refused_and_returned, f->refused = f->post_returned = 1)
CHANGE(only_post, f->post_returned = 1)
CHANGE(only_direct, f->absent = 1)
CHANGE(under_way, f->absent = f->post_returned = f->under_way = 1)
CHANGE(failed_no_words, (f->absent = f->post_returned = 1, d->words = ""))
CHANGE(failed_but_consent,
	(f->absent = f->post_returned = 1, f->confirmed_at = 5, f->consent = true))
CHANGE(runs, (f->absent = f->post_returned = 1, f->state = "notice"))
CHANGE(post_not_asked, (f->absent = 1, f->needs_post = false))

static const struct row rows[] = {
	{ "handed over", "O2 82", "direct", "delivered", nothing, NULL },
	{ "its signed page photographed", "O2 82", "direct", "delivered", photo_only, NULL },
	{ "nothing signed", "O2 81", "direct", "delivered", no_sign, "article 81" },
	{ "nobody named", "O2 82", "direct", "delivered", no_receiver, "article 82" },
	{ "no place", "O2 82", "direct", "delivered", no_place, "article 82" },
	{ "one officer", "O2 22", "direct", "delivered", one_server, "article 22" },
	{ "in the moment of the seal", "O2 82", "direct", "delivered", at_the_seal, NULL },
	{ "before the seal", "sense", "direct", "delivered", before_the_seal, "not sealed" },
	{ "to come", "sense", "direct", "delivered", future, "future" },
	{ "a second time", "sense", "direct", "delivered", served, "already" },
	{ "refused", "O2 82", "direct", "refused", nothing, NULL },
	{ "refused, no reason", "O2 82", "direct", "refused", no_reason, "reason of the refusal" },
	{ "nobody there", "O2 82", "direct", "absent", no_receiver, NULL },
	{ "no result", "O2 82", "direct", "perhaps", nothing, "received, refused" },
	{ "while a notice runs", "O2 82", "direct", "delivered", runs, NULL },
	{ "left without a refusal", "O2 82", "left", "delivered", nothing, "record the refusal" },
	{ "left before a witness", "O2 82", "left", "delivered", refused_before, NULL },
	{ "left, nobody saw it", "O2 82", "left", "delivered", no_witness, "witness" },
	{ "left, recorded", "O2 82", "left", "delivered", video, NULL },
	{ "left, one officer", "O2 82", "left", "delivered", one_server, "record the refusal" },
	{ "left at the confirmed address", "O2 82", "left", "delivered", confirmed, NULL },
	{ "there, no photo", "O2 82", "left", "delivered", confirmed_no_photo,
		"record the refusal" },
	{ "no consent", "O2 82(3)", "electronic", "sent", nothing, "article 82, APL article 61" },
	{ "consent that nobody signed", "O2 82(3)", "electronic", "sent", consent_unsigned,
		"signed" },
	{ "consent", "O2 82(3)", "electronic", "sent", consent, NULL },
	{ "posted", "O2 82", "post", "sent", nothing, NULL },
	{ "posted by one", "O2 82", "post", "sent", one_server, NULL },
	{ "no number", "O2 82", "post", "sent", no_number, "registered letter" },
	{ "no address", "O2 82", "post", "sent", no_place, "address" },
	{ "received at once", "O2 82", "post", "delivered", nothing, "follows later" },
	{ "entrusted", "O2 82", "entrusted", "sent", nothing, NULL },
	{ "to nobody", "O2 82", "entrusted", "sent", no_receiver, "Name the office" },
	{ "for no reason", "O2 82", "entrusted", "sent", no_words, "our own people" },
	{ "passed on", "O2 82", "forwarded", "sent", nothing, NULL },
	{ "by nobody", "O2 82", "forwarded", "sent", no_receiver, "Name the unit" },
	{ "for no reason", "O2 82", "forwarded", "sent", no_words, "only through this unit" },
	{ "nothing tried", "O2 82", "public_notice", "sent", nothing, "hand it over" },
	{ "only posted", "O2 82", "public_notice", "sent", only_post, "hand it over" },
	{ "not posted", "O2 82", "public_notice", "sent", only_direct, "by post" },
	{ "not posted, not asked for", "O2 82", "public_notice", "sent", post_not_asked, NULL },
	{ "all failed", "O2 82", "public_notice", "sent", all_failed, NULL },
	{ "refused and returned", "O2 82", "public_notice", "sent", refused_and_returned, NULL },
	{ "a letter under way", "O2 82", "public_notice", "sent", under_way, "under way" },
	{ "all failed, not said why", "O2 82", "public_notice", "sent", failed_no_words,
		"why the other" },
	{ "consented", "O2 82", "public_notice", "sent", failed_but_consent, "no public notice" },
	{ "a second notice", "sense", "public_notice", "sent", runs, "runs already" },
	{ "an eighth way", "O2 82", "pigeon", "delivered", nothing, "seven ways" },
	{ "a message on its way", "O2 82(3)", "electronic", "sent", consent_sent, "its arrival" },
	{ "for a witness", "O2 82(3)", "electronic", "sent", for_another, "somebody else" },
	{ "to a named account", "O2 82(3)", "electronic", "delivered", account, NULL },
	{ "while a message goes", "O2 82(3)", "electronic", "delivered", account_while_sent, NULL },
	{ "to another account", "O2 82(3)", "electronic", "delivered", account_unsigned, "signed" },
	{ "no consent", "O2 82(3)", "electronic", "delivered", account_no_consent, "consent" },
	{ "no proof", "O2 82(3)", "electronic", "delivered", account_no_proof, "screenshot" },
	{ "recorded", "O2 82(3)", "electronic", "delivered", account_video, NULL },
	{ "its message failed", "O2 82", "public_notice", "sent", message_failed, NULL },
};

static void ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct service_facts f = facts();
		struct service_deed d = deed(rows[i].way, rows[i].result);
		rows[i].change(&f, &d);
		const char *why = deed_wrong(&f, &d), *no = strchr(rows[i].clause, ' ');
		char article[24] = "";
		if (no)
			snprintf(article, sizeof(article), "article %.*s",
				(int)strspn(no + 1, "0123456789"), no + 1);
		if (why && !strstr(why, article))
			fail_msg("%s (%s): %s is not named: %s", rows[i].what, rows[i].way,
				rows[i].clause, why);
		if (rows[i].refused ? !why || !strstr(why, rows[i].refused) : why != NULL)
			fail_msg("%s (%s, %s): %s", rows[i].what, rows[i].way, rows[i].clause,
				why ? why : "allowed");
	}
}

/* O2 83: the address that the party confirmed counts, even if wrong; not one confirmed later. */
static void returned(void **state)
{
	struct service_facts f = facts();
	struct service_deed d = deed("post", "returned");

	(void)state;
	assert_false(returned_counts(&f, &d, 100));
	f.confirmed_at = 100;
	assert_false(returned_counts(&f, &d, 100)); /* posted elsewhere */
	d.at_confirmed_address = true;
	assert_true(returned_counts(&f, &d, 100));
	assert_false(returned_counts(&f, &d, 99));
	d.way = "entrusted";
	assert_false(returned_counts(&f, &d, 100));
}

static void results(void **state)
{
	struct service_deed d = deed("post", "delivered");

	(void)state;
	assert_null(result_wrong(&d, 500, NOW));
	assert_null(result_wrong(&d, NOW, NOW));
	assert_non_null(strstr(result_wrong(&d, NOW + 1, NOW + 2), "before it was sent"));
	assert_non_null(strstr(result_wrong(&d, 500, NOW - 1), "future"));
	d.receiver = "";
	assert_non_null(strstr(result_wrong(&d, 500, NOW), "article 82"));
	d.result = "returned";
	assert_null(result_wrong(&d, 500, NOW));
	d.words = "";
	assert_non_null(strstr(result_wrong(&d, 500, NOW), "why it came back"));
	d.result = "lost";
	assert_non_null(result_wrong(&d, 500, NOW));
}

static void delegates(void **state)
{
	static const struct delegate_deed fine = { "王五", "123X", "13900000000", "收发文书", true,
		NOW + 1, NOW };
	struct delegate_deed d = fine;
	const char *field = "";

	(void)state;
	assert_null(delegate_wrong(&d, &field));
	d.until = NOW;
	assert_non_null(strstr(delegate_wrong(&d, &field), "future"));
	assert_string_equal(field, "until");
	d = fine;
	d.signature = false;
	assert_non_null(strstr(delegate_wrong(&d, &field), "sign"));
	assert_string_equal(field, "signature");
	d = fine;
	d.id_last4 = "";
	assert_non_null(strstr(delegate_wrong(&d, &field), "identity number"));
	d = fine;
	d.name = "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十"
		 "一";
	assert_non_null(strstr(delegate_wrong(&d, &field), "40"));
	assert_string_equal(field, "name");
}

/* A name nobody makes a paper by would never be served, and nobody would notice. */
static void papers_there(void **state)
{
	struct arena *a = arena_new();
	const char *root = getenv("SHIAN_SOURCE");
	struct fault why = { 0 };
	struct bytes text;
	struct node *terms;
	int n = 0;

	(void)state;
	root = root ? root : ".";
	assert_int_equal(file_read(a, arena_printf(a, "%s/rules/service/terms.json", root), 1 << 20,
				 &text, &why),
		OK);
	assert_int_equal(json_parse(a, text, &terms, &why), OK);
	NODE_EACH (p, node_find(terms, "papers")) {
		struct bytes template;
		if (file_read(a, arena_printf(a, "%s/rules/documents/%s.json", root, p->s), 1 << 20,
			    &template, &why))
			fail_msg("no paper is called %s", p->s);
		n++;
	}
	assert_true(n > 10);
	arena_free(a);
}

static bool listed(const struct node *list, const char *code)
{
	NODE_EACH (p, list)
		if (strcmp(p->s, code) == 0)
			return true;
	return false;
}

/* What a form itself says goes to the party must wait here until it did (O2 81). */
static void every_form_to_the_party(void **state)
{
	struct arena *a = arena_new();
	const char *root = getenv("SHIAN_SOURCE");
	struct fault why = { 0 };
	struct bytes text;
	struct node *terms;
	struct dirent *f;
	int n = 0;

	(void)state;
	root = root ? root : ".";
	assert_int_equal(file_read(a, arena_printf(a, "%s/rules/service/terms.json", root), 1 << 20,
				 &text, &why),
		OK);
	assert_int_equal(json_parse(a, text, &terms, &why), OK);
	DIR *forms = opendir(arena_printf(a, "%s/rules/documents", root));
	assert_non_null(forms);
	while ((f = readdir(forms))) {
		struct node *form;
		if (!text_ends(f->d_name, ".json"))
			continue;
		assert_int_equal(
			file_read(a, arena_printf(a, "%s/rules/documents/%s", root, f->d_name),
				1 << 20, &text, &why),
			OK);
		assert_int_equal(json_parse(a, text, &form, &why), OK);
		const char *foot = node_text(form, "footer", ""),
			   *code = node_text(form, "code", "");
		if (!strstr(foot, "送达当事人") && !strstr(foot, "交付当事人") &&
			!strstr(foot, "送达被通知人"))
			continue;
		if (!listed(node_find(terms, "papers"), code))
			fail_msg("%s goes to its addressee and nobody serves it", code);
		n++;
	}
	closedir(forms);
	assert_true(n > 15);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(ways), cmocka_unit_test(returned),
		cmocka_unit_test(results), cmocka_unit_test(delegates),
		cmocka_unit_test(papers_there), cmocka_unit_test(every_form_to_the_party) };

	return cmocka_run_group_tests_name("rules of service", tests, NULL, NULL);
}
