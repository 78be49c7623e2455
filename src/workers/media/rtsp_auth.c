#include "workers/media/rtsp_auth.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "workers/media/span.h"

enum { HEX_MAX = 65 };

/* "auth" among "auth,auth-int" */
static bool offers_auth(struct bytes qop)
{
	struct bytes one;
	bool more;
	do {
		more = span_cut(&qop, ',', &one);
		if (span_is(span_trim(one), "auth"))
			return true;
	} while (more);
	return false;
}

/* How good a challenge is: 0 not known, then Basic, Digest with MD5, Digest with SHA-256. */
static int worth(struct bytes scheme, struct bytes rest)
{
	struct bytes algorithm, qop;
	if (span_is(scheme, "Basic"))
		return 1;
	if (!span_is(scheme, "Digest"))
		return 0;
	if (span_parameter(rest, ',', "qop", &qop) && qop.n && !offers_auth(qop))
		return 0;
	if (!span_parameter(rest, ',', "algorithm", &algorithm) || span_is(algorithm, "MD5"))
		return 2;
	return span_is(algorithm, "SHA-256") ? 3 : 0;
}

static bool take_digest(struct rtsp_auth *a, struct bytes rest, bool sha256)
{
	struct bytes v;
	uint8_t random[8];
	a->scheme = AUTH_DIGEST;
	a->sha256 = sha256;
	a->count = 0;
	random_bytes(random, sizeof(random));
	hex_encode(a->cnonce, random, sizeof(random));
	a->qop = span_parameter(rest, ',', "qop", &v) && v.n;
	a->has_opaque = span_parameter(rest, ',', "opaque", &v);
	if (a->has_opaque && !span_copy(v, a->opaque, sizeof(a->opaque)))
		return false;
	a->algorithm[0] = '\0';
	if (span_parameter(rest, ',', "algorithm", &v) &&
		!span_copy(v, a->algorithm, sizeof(a->algorithm)))
		return false;
	if (!span_parameter(rest, ',', "realm", &v) || !span_copy(v, a->realm, sizeof(a->realm)))
		return false;
	return span_parameter(rest, ',', "nonce", &v) && span_copy(v, a->nonce, sizeof(a->nonce));
}

static bool stale(struct bytes rest)
{
	struct bytes v;
	return span_parameter(rest, ',', "stale", &v) && span_is(v, "true");
}

static bool same_nonce(const struct rtsp_auth *a, struct bytes rest)
{
	struct bytes v;
	return span_parameter(rest, ',', "nonce", &v) && v.n == strlen(a->nonce) &&
	       memcmp(v.at, a->nonce, v.n) == 0;
}

enum rtsp_verdict rtsp_auth_challenge(struct rtsp_auth *a, const struct rtsp_unit *u)
{
	struct bytes value, scheme, best = { 0 };
	int most = 0;
	for (int i = 0; rtsp_header(u, "WWW-Authenticate", i, &value); i++) {
		(void)span_cut(&value, ' ', &scheme);
		int w = worth(scheme, value);
		if (w > most) {
			most = w;
			best = value;
		}
	}
	if (!most)
		return AUTH_NOT_KNOWN;
	if (!*a->user)
		return AUTH_WRONG;
	bool answered = a->scheme != AUTH_NONE;
	if (most == 1) {
		a->scheme = AUTH_BASIC;
		return answered ? AUTH_WRONG : AUTH_AGAIN;
	}
	bool renewed = stale(best) || (a->accepted && !same_nonce(a, best));
	a->accepted = false;
	if (!take_digest(a, best, most == 3))
		return AUTH_NOT_KNOWN;
	return answered && !renewed ? AUTH_WRONG : AUTH_AGAIN;
}

/* Lower-case hex of the digest of the parts, joined by colons. */
static void digest(const struct rtsp_auth *a, const char *const *parts, char out[HEX_MAX])
{
	uint8_t sum[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	out[0] = '\0';
	if (c && EVP_DigestInit_ex(c, a->sha256 ? EVP_sha256() : EVP_md5(), NULL)) {
		for (const char *const *p = parts; *p; p++) {
			if (p != parts)
				EVP_DigestUpdate(c, ":", 1);
			EVP_DigestUpdate(c, *p, strlen(*p));
		}
		if (EVP_DigestFinal_ex(c, sum, &n) && n * 2 < HEX_MAX)
			hex_encode(out, sum, n);
	}
	EVP_MD_CTX_free(c);
}

static void write_user(const char *user, struct buf *out)
{
	buf_puts(out, "username=\"");
	for (; *user; user++) {
		if (*user == '"' || *user == '\\')
			buf_putc(out, '\\');
		buf_putc(out, *user);
	}
	buf_puts(out, "\"");
}

static void write_digest(
	struct rtsp_auth *a, const char *method, const char *address, struct buf *out)
{
	char ha1[HEX_MAX], ha2[HEX_MAX], answer[HEX_MAX], count[9];
	snprintf(count, sizeof(count), "%08x", ++a->count);
	digest(a, (const char *const[]){ a->user, a->realm, a->password, NULL }, ha1);
	digest(a, (const char *const[]){ method, address, NULL }, ha2);
	if (a->qop)
		digest(a,
			(const char *const[]){ ha1, a->nonce, count, a->cnonce, "auth", ha2, NULL },
			answer);
	else
		digest(a, (const char *const[]){ ha1, a->nonce, ha2, NULL }, answer);
	buf_puts(out, "Authorization: Digest ");
	write_user(a->user, out);
	/* What the camera said goes back as it stood between its quotes. */
	buf_printf(out, ", realm=\"%s\", nonce=\"%s\", uri=\"%s\", response=\"%s\"", a->realm,
		a->nonce, address, answer);
	if (a->has_opaque)
		buf_printf(out, ", opaque=\"%s\"", a->opaque);
	if (*a->algorithm)
		buf_printf(out, ", algorithm=%s", a->algorithm);
	if (a->qop)
		buf_printf(out, ", qop=auth, nc=%s, cnonce=\"%s\"", count, a->cnonce);
	buf_puts(out, "\r\n");
}

static void write_basic(const struct rtsp_auth *a, struct buf *out)
{
	char text[260];
	uint8_t coded[352];
	int n = snprintf(text, sizeof(text), "%s:%s", a->user, a->password);
	if (n < 0 || (size_t)n >= sizeof(text))
		return;
	EVP_EncodeBlock(coded, (const uint8_t *)text, n);
	buf_printf(out, "Authorization: Basic %s\r\n", (const char *)coded);
}

void rtsp_auth_write(struct rtsp_auth *a, const char *method, const char *address, struct buf *out)
{
	if (a->scheme == AUTH_BASIC)
		write_basic(a, out);
	else if (a->scheme == AUTH_DIGEST)
		write_digest(a, method, address, out);
}
