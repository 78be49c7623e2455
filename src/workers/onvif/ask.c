/* The questions as XML. */
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "workers/onvif/message.h"

#define WSS "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"

char *onvif_escape(struct arena *a, const char *s)
{
	struct buf b = { .arena = a };
	for (; *s; s++) {
		if (*s == '&')
			buf_puts(&b, "&amp;");
		else if (*s == '<')
			buf_puts(&b, "&lt;");
		else if (*s == '>')
			buf_puts(&b, "&gt;");
		else if (*s == '"')
			buf_puts(&b, "&quot;");
		else
			buf_putc(&b, *s);
	}
	return arena_dup(a, buf_text(&b));
}

char *onvif_time_text(struct arena *a, int64_t ms)
{
	struct civil c = civil_of(ms - 8 * HOUR); /* civil_of() is local */
	int part = (int)(((ms % SECOND) + SECOND) % SECOND);
	return arena_printf(a, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", c.year, c.month, c.day,
		c.hour, c.minute, c.second, part);
}

static char *base64(struct arena *a, const uint8_t *at, size_t n)
{
	char *out = arena_alloc(a, (n + 2) / 3 * 4 + 1);
	EVP_EncodeBlock((uint8_t *)out, at, (int)n);
	return out;
}

char *onvif_digest(struct arena *a, struct bytes nonce, const char *created, const char *password)
{
	uint8_t sum[EVP_MAX_MD_SIZE];
	unsigned n = 0;
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	bool fine = c && EVP_DigestInit_ex(c, EVP_sha1(), NULL) &&
		    EVP_DigestUpdate(c, nonce.at, nonce.n) &&
		    EVP_DigestUpdate(c, created, strlen(created)) &&
		    EVP_DigestUpdate(c, password, strlen(password)) &&
		    EVP_DigestFinal_ex(c, sum, &n);
	EVP_MD_CTX_free(c);
	return fine ? base64(a, sum, n) : arena_dup(a, "");
}

static void add_token(struct arena *a, const struct onvif_token *t, struct buf *out)
{
	const char *created = onvif_time_text(a, t->created);
	struct bytes nonce = { t->nonce, sizeof(t->nonce) };
	buf_printf(out,
		"<wsse:Security s:mustUnderstand=\"1\" xmlns:wsse=\"" WSS
		"wssecurity-secext-1.0.xsd\" xmlns:wsu=\"" WSS "wssecurity-utility-1.0.xsd\">"
		"<wsse:UsernameToken><wsse:Username>%s</wsse:Username><wsse:Password Type=\"" WSS
		"username-token-profile-1.0#PasswordDigest\">%s</wsse:Password>"
		"<wsse:Nonce EncodingType=\"" WSS
		"soap-message-security-1.0#Base64Binary\">%s</wsse:Nonce>"
		"<wsu:Created>%s</wsu:Created></wsse:UsernameToken></wsse:Security>",
		onvif_escape(a, t->user), onvif_digest(a, nonce, created, t->password),
		base64(a, nonce.at, nonce.n), created);
}

char *onvif_envelope(
	struct arena *a, const struct onvif_call *call, const struct onvif_token *token)
{
	struct buf b = { .arena = a };
	buf_puts(&b, "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
		     "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"><s:Header>");
	if (token)
		add_token(a, token, &b);
	buf_printf(&b,
		"</s:Header><s:Body><x:%s xmlns:x=\"%s\" "
		"xmlns:tt=\"http://www.onvif.org/ver10/schema\">%s</x:%s></s:Body></s:Envelope>",
		call->name, call->space, call->inside, call->name);
	return arena_dup(a, buf_text(&b));
}

char *onvif_probe(struct arena *a, const char *uuid)
{
	return arena_printf(a,
		"<?xml version=\"1.0\" encoding=\"utf-8\"?>"
		"<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\" "
		"xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "
		"xmlns:d=\"http://schemas.xmlsoap.org/ws/2005/04/discovery\" "
		"xmlns:dn=\"http://www.onvif.org/ver10/network/wsdl\"><s:Header>"
		"<a:Action s:mustUnderstand=\"1\">"
		"http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</a:Action>"
		"<a:MessageID>urn:uuid:%s</a:MessageID><a:ReplyTo><a:Address>"
		"http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
		"</a:Address></a:ReplyTo><a:To s:mustUnderstand=\"1\">"
		"urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To></s:Header><s:Body><d:Probe>"
		"<d:Types>dn:NetworkVideoTransmitter</d:Types></d:Probe></s:Body></s:Envelope>",
		uuid);
}
