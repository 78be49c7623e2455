/* What is asked and how answers are read: no sockets, no clock. Whatever is read, what comes out
 * lies in the limits of onvif.h. */
#ifndef WORKERS_ONVIF_MESSAGE_H
#define WORKERS_ONVIF_MESSAGE_H

#include "workers/onvif/onvif.h"
#include "workers/onvif/xml.h"

#define ONVIF_DEVICE_SPACE "http://www.onvif.org/ver10/device/wsdl"
#define ONVIF_MEDIA_SPACE  "http://www.onvif.org/ver10/media/wsdl"
#define ONVIF_MEDIA2_SPACE "http://www.onvif.org/ver20/media/wsdl"

/* ---- asking ------------------------------------------------------------------------------- */
struct onvif_call {
	const char *space, *name; /* namespace and name of the operation */
	const char *inside;	  /* its content: prefix x: is that namespace, tt: ONVIF's schema */
};

struct onvif_token { /* WS-UsernameToken with PasswordDigest */
	const char *user, *password;
	uint8_t nonce[16];
	int64_t created; /* by the device's clock */
};

/* The SOAP 1.2 envelope; token NULL: unsigned. */
char *onvif_envelope(
	struct arena *a, const struct onvif_call *call, const struct onvif_token *token);
/* base64(SHA-1(nonce, created, password)) */
char *onvif_digest(struct arena *a, struct bytes nonce, const char *created, const char *password);
char *onvif_time_text(struct arena *a, int64_t ms); /* 2026-11-28T00:29:03.000Z */
char *onvif_escape(struct arena *a, const char *s); /* for text and attributes */
char *onvif_probe(struct arena *a, const char *uuid);

/* ---- reading ------------------------------------------------------------------------------ */
/* Adds what a datagram says, once per endpoint. E_INVALID: it is no answer to this question. */
enum err onvif_matches_read(struct arena *a, struct bytes datagram, const char *uuid,
	struct onvif_founds *out, struct fault *why);

/* All of these take the whole envelope, and copy what they keep into a. */
bool onvif_is_envelope(const struct onvif_xml *root);
/* NULL: it is no SOAP fault. *login: it is one about user name or password. */
const char *onvif_fault_text(struct arena *a, const struct onvif_xml *root, bool *login);
bool onvif_time_read(const struct onvif_xml *root, int64_t *ms);
/* Where the media services are, as the device says; "" when it does not. */
struct onvif_services {
	const char *media, *media2;
};
void onvif_capabilities_read(
	struct arena *a, const struct onvif_xml *root, struct onvif_services *out);
void onvif_services_read(struct arena *a, const struct onvif_xml *root, struct onvif_services *out);
void onvif_profiles_read(struct arena *a, const struct onvif_xml *root, struct onvif_device *out);
/* Of GetStreamUri and GetSnapshotUri, either service. */
const char *onvif_uri_read(struct arena *a, const struct onvif_xml *root);

/* ---- addresses ---------------------------------------------------------------------------- */
/* What was typed as an address of a device service; NULL when it is none. */
const char *onvif_url(struct arena *a, const char *typed);
/* An address that the device named, on the host it was reached by; NULL when it is none. service:
 * another host's port is not kept either. *moved is set when the device named another host. */
struct onvif_reached {
	const char *by; /* onvif_url() */
	bool service;
	bool moved;
};
const char *onvif_reach(struct arena *a, const char *told, struct onvif_reached *r);

/* Sets main and sub: the largest picture, and the largest H.264 up to 1280x720 that is smaller. */
void onvif_choose(struct onvif_device *d);

#endif
