/* libFuzzer target: SIP as it comes over UDP and TCP: cut, parsed, its SDP read. */
#include "workers/gb/sip.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check(struct bytes b, const struct gb_sip *m)
{
	struct gb_sdp sdp;
	if (!m->call_id || !m->from_user || !m->cseq_method || !m->auth.nonce || !m->version)
		abort();
	if (m->body.n && (m->body.at < b.at || m->body.at + m->body.n > b.at + b.n))
		abort();
	gb_sdp_read(m->body, &sdp);
	if (strlen(sdp.address) >= sizeof(sdp.address) || sdp.port < 0 || sdp.port > 65535)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new();
	struct gb_sip m;
	struct fault why = { 0 };
	struct bytes all = { data, n };
	size_t at = 0;
	ssize_t cut;
	if (gb_sip_parse(a, all, &m, &why) == OK)
		check(all, &m);
	else if (!*why.text)
		abort();
	while (at < n && (cut = gb_sip_cut((struct bytes){ data + at, n - at })) > 0) {
		if ((size_t)cut > n - at)
			abort();
		struct bytes one = { data + at, (size_t)cut };
		if (gb_sip_parse(a, one, &m, &why) == OK)
			check(one, &m);
		at += (size_t)cut;
	}
	arena_free(a);
	return 0;
}
