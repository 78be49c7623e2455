/* The command line, and the loop over all devices. */
#include <arpa/inet.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "device.h"

static const char USAGE[] =
	"usage: shian-gb-device FILE --platform HOST:PORT --platform-id ID --id ID --password "
	"WORD\n"
	"\n"
	"Plays FILE (H.264 or H.265, mp4 or bare) for ever as a GB/T 28181 device.\n"
	"\n"
	"  --count N        so many devices, numbered upwards from --id (1)\n"
	"  --channels N     of each (1)\n"
	"  --edition 2016   or 2022 (X-GB-Ver, GB18030, the platform's best digest)\n"
	"  --sip udp        or tcp\n"
	"  --own ADDRESS    to send from (127.0.0.1)\n"
	"  --keepalive MS   (60000)      --expires S   (3600)\n"
	"  --alarm MS       an alarm that often (0: none)\n"
	"  --move           tells its position when asked to\n"
	"  --busy           answers a second invitation to a channel with 486\n"
	"  --lose N         of 1000 media packets are lost\n"
	"  --odd WORD       dollar, no-ssrc, other-ssrc, no-map, zero-length, wrong-length, sound, "
	"packs\n"
	"\n"
	"SIGUSR1 stops the pictures of all calls, SIGUSR2 ends all calls, SIGTERM ends the "
	"program.\n";

static volatile sig_atomic_t stall, leave, ending;

static void on_signal(int sig)
{
	if (sig == SIGUSR1)
		stall = 1;
	else if (sig == SIGUSR2)
		leave = 1;
	else
		ending = 1;
}

static bool read_platform(struct options *o, const char *text)
{
	char host[64] = "";
	const char *colon = strrchr(text, ':');
	int64_t port;
	if (!colon || (size_t)(colon - text) >= sizeof(host) || !text_to_int(colon + 1, &port))
		return false;
	memcpy(host, text, (size_t)(colon - text));
	o->platform =
		(struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	return inet_pton(AF_INET, host, &o->platform.sin_addr) == 1;
}

static bool odd(struct options *o, const char *word)
{
	const struct {
		const char *word;
		bool *flag;
	} all[] = {
		{ "dollar", &o->dollar },
		{ "no-ssrc", &o->no_ssrc },
		{ "other-ssrc", &o->other_ssrc },
		{ "no-map", &o->way.no_map },
		{ "zero-length", &o->way.zero_length },
		{ "wrong-length", &o->way.wrong_length },
		{ "sound", &o->way.sound },
		{ "packs", &o->way.pack_for_each },
	};
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (text_is(all[i].word, word)) {
			*all[i].flag = true;
			return true;
		}
	return false;
}

static bool number(int *to, const char *text)
{
	int64_t v;
	if (!text_to_int(text, &v) || v < 0 || v > 100000000)
		return false;
	*to = (int)v;
	return true;
}

static bool take(struct options *o, int c, const char *arg)
{
	switch (c) {
	case 'P':
		return read_platform(o, arg);
	case 'I':
		o->platform_id = arg;
		return gb_id_valid(arg);
	case 'i':
		snprintf(o->id, sizeof(o->id), "%s", arg);
		return gb_id_valid(arg);
	case 'w':
		o->password = arg;
		return true;
	case 'e':
		o->edition_2022 = text_is(arg, "2022");
		return o->edition_2022 || text_is(arg, "2016");
	case 's':
		o->tcp = text_is(arg, "tcp");
		return o->tcp || text_is(arg, "udp");
	case 'o':
		return inet_pton(AF_INET, arg, &o->own.sin_addr) == 1;
	case 'x':
		return odd(o, arg);
	default:
		return false;
	}
}

static bool take_number(struct options *o, int c, const char *arg)
{
	int *const to = c == 'n'   ? &o->count
			: c == 'c' ? &o->channels
			: c == 'k' ? &o->keepalive_ms
			: c == 'E' ? &o->expires_s
			: c == 'a' ? &o->alarm_ms
				   : &o->lose;
	return number(to, arg);
}

static bool read_options(struct options *o, int argc, char **argv)
{
	static const struct option NAMES[] = { { "platform", 1, NULL, 'P' },
		{ "platform-id", 1, NULL, 'I' }, { "id", 1, NULL, 'i' },
		{ "password", 1, NULL, 'w' }, { "count", 1, NULL, 'n' },
		{ "channels", 1, NULL, 'c' }, { "edition", 1, NULL, 'e' }, { "sip", 1, NULL, 's' },
		{ "own", 1, NULL, 'o' }, { "keepalive", 1, NULL, 'k' }, { "expires", 1, NULL, 'E' },
		{ "alarm", 1, NULL, 'a' }, { "lose", 1, NULL, 'l' }, { "odd", 1, NULL, 'x' },
		{ "move", 0, NULL, 'm' }, { "busy", 0, NULL, 'b' }, { NULL, 0, NULL, 0 } };
	*o = (struct options){ .password = "",
		.count = 1,
		.channels = 1,
		.keepalive_ms = 60000,
		.expires_s = 3600,
		.own = { .sin_family = AF_INET } };
	o->own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	for (int c; (c = getopt_long(argc, argv, "", NAMES, NULL)) != -1;) {
		if (c == 'm')
			o->move = true;
		else if (c == 'b')
			o->busy = true;
		else if (strchr("nckEal", c) ? !take_number(o, c, optarg) : !take(o, c, optarg))
			return false;
	}
	o->file = argc - optind == 1 ? argv[optind] : NULL;
	return o->file && o->platform_id && *o->id && o->platform.sin_port;
}

static void prepare(struct device *d, const struct options *o, const struct clip *clip, int i)
{
	int64_t serial = 0;
	if (!text_to_int(o->id + 14, &serial))
		serial = 0;
	*d = (struct device){ .options = o, .clip = clip, .fd = -1, .arena = arena_new() };
	memcpy(d->id, arena_printf(d->arena, "%.14s%06u", o->id, (unsigned)(serial + i) % 1000000),
		GB_ID_DIGITS);
	snprintf(d->reg_call_id, sizeof(d->reg_call_id), "reg%" PRIx64 ".%s", (uint64_t)clock_now(),
		d->id);
	d->in = malloc(GB_SIP_MESSAGE_MAX);
	if (!d->in)
		abort();
	for (int c = 0; c < CALLS_MAX; c++)
		d->calls[c].fd = d->calls[c].listener = -1;
}

static void obey(struct device *d)
{
	for (int i = 0; i < CALLS_MAX; i++) {
		struct call *c = &d->calls[i];
		if (c->used && stall)
			c->stalled = true;
		if (c->used && leave)
			device_bye(d, c);
	}
}

static void loop(struct device *all, int n)
{
	struct pollfd *f = calloc((size_t)n, sizeof(*f));
	while (f && !ending) {
		for (int i = 0; i < n; i++)
			f[i] = (struct pollfd){ .fd = all[i].fd, .events = POLLIN };
		poll(f, (nfds_t)n, 10);
		for (int i = 0; i < n; i++) {
			if (f[i].revents)
				device_read(&all[i]);
			obey(&all[i]);
			device_turn(&all[i], clock_mono());
		}
		stall = leave = 0;
	}
	free(f);
}

int main(int argc, char **argv)
{
	struct options o;
	struct clip clip;
	struct sigaction act = { .sa_handler = on_signal };
	if (!read_options(&o, argc, argv)) {
		fputs(USAGE, stderr);
		return 2;
	}
	if (!clip_load(&clip, o.file)) {
		fprintf(stderr, "shian-gb-device: %s: no H.264 or H.265 in it\n", o.file);
		return 1;
	}
	sigaction(SIGUSR1, &act, NULL);
	sigaction(SIGUSR2, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGINT, &act, NULL);
	struct device *all = calloc((size_t)o.count, sizeof(*all));
	for (int i = 0; all && i < o.count; i++)
		prepare(&all[i], &o, &clip, i);
	if (all)
		loop(all, o.count);
	for (int i = 0; all && i < o.count; i++) {
		for (int c = 0; c < CALLS_MAX; c++)
			if (all[i].calls[c].used)
				call_end(&all[i].calls[c]);
		if (all[i].fd >= 0)
			close(all[i].fd);
		free(all[i].in);
		arena_free(all[i].arena);
	}
	free(all);
	clip_free(&clip);
	return 0;
}
