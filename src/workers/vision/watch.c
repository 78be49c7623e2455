#include "workers/vision/watch.h"
#include "workers/vision/decoder.h"
#include "workers/vision/eyes.h"
#include "workers/vision/hours.h"
#include "workers/vision/scene.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { EVERY_MS = 2000, EVERY_MAX_S = 3600, WAIT_MS = 30 * SECOND, SHOWN_TIME = 48 };

struct watching {
	const char *what;	/* file or address */
	const char *models_dir; /* NULL: where it is usually found */
	int64_t every_ms;
	bool json, help;
	struct hours hours;
	unsigned eyes; /* enum eye, or-ed */
	struct scene scene;
};

void watch_usage(FILE *to)
{
	fputs("usage: shian watch FILE|ADDRESS [--every SECONDS] [--json] [--hours "
	      "HH:MM-HH:MM[,..]]\n"
	      "                   [--rules RULE[,..]] [--models DIR]\n"
	      "\n"
	      "Shows what the models see on a picture (JPEG, PNG), a video file, or a camera's "
	      "address\n"
	      "(rtsp, rtsps, http, https).\n"
	      "  --every SECONDS  how often a video is looked at (2)\n"
	      "  --json           one JSON object a line; time is seconds into a file, a date for "
	      "a camera\n"
	      "  --hours SPANS    people outside these hours, local time, are person_off_hours; a "
	      "file is\n"
	      "                   taken as if it were being recorded now\n"
	      "  --rules RULES    what is looked for: head_uncovered, person_off_hours, "
	      "mask_missing,\n"
	      "                   phone_in_hand, animal, hand_at_mouth, camera_covered, "
	      "camera_moved,\n"
	      "                   camera_frozen, camera_dark (head_uncovered,person_off_hours)\n"
	      "  --models DIR     where libonnxruntime.so, multipose256.onnx, head.onnx, mask.onnx "
	      "and\n"
	      "                   things.onnx are\n",
		to);
}

/* ---- arguments ------------------------------------------------------- */

/* Seconds with at most three decimals: "2", "0.5". */
static enum err parse_every(const char *text, int64_t *ms, struct fault *why)
{
	int64_t whole = 0, part = 0, unit = SECOND;
	const char *s = text;
	bool any = false;
	for (; *s >= '0' && *s <= '9' && whole <= EVERY_MAX_S; s++, any = true)
		whole = whole * 10 + (*s - '0');
	if (*s == '.')
		for (s++; *s >= '0' && *s <= '9' && unit > 1; s++, any = true)
			part += (*s - '0') * (unit /= 10);
	*ms = whole * SECOND + part;
	if (!any || *s || *ms < 1 || *ms > (int64_t)EVERY_MAX_S * SECOND)
		return fault(why, E_INVALID,
			"--every takes seconds between 0.001 and %d, not \"%.40s\"", EVERY_MAX_S,
			text);
	return OK;
}

/* Rules that need time or hours (moving_small, unstaffed) are no findings of a picture. */
static enum err parse_rules(const char *text, unsigned *eyes, struct fault *why)
{
	*eyes = 0;
	for (const char *s = text; *s;) {
		char name[32] = "";
		size_t n = strcspn(s, ",");
		if (n < sizeof name)
			memcpy(name, s, n);
		enum rule_code code = rule_code_of(name);
		if (code == RULE_UNKNOWN || code == RULE_MOVING_SMALL || code == RULE_UNSTAFFED)
			return fault(why, E_INVALID, "--rules does not know \"%.*s\"", (int)n, s);
		*eyes |= rule_needs(code);
		s += n + (s[n] == ',');
	}
	return *eyes ? OK : fault(why, E_INVALID, "--rules takes at least one rule");
}

static enum err parse_option(
	struct watching *w, const char *name, const char *value, bool *used, struct fault *why)
{
	*used = true;
	if (!value)
		return fault(why, E_INVALID, "%s needs a value", name);
	if (text_is(name, "--every"))
		return parse_every(value, &w->every_ms, why);
	if (text_is(name, "--hours"))
		return hours_parse(value, &w->hours, why);
	if (text_is(name, "--rules"))
		return parse_rules(value, &w->eyes, why);
	w->models_dir = value;
	return OK;
}

static bool takes_value(const char *name)
{
	return text_is(name, "--every") || text_is(name, "--hours") || text_is(name, "--models") ||
	       text_is(name, "--rules");
}

static enum err parse_arguments(int argc, char **argv, struct watching *w, struct fault *why)
{
	*w = (struct watching){ .every_ms = EVERY_MS, .eyes = EYE_PEOPLE | EYE_HEADS };
	for (int i = 1; i < argc; i++) {
		const char *a = argv[i];
		bool used = false;
		if (text_is(a, "--json"))
			w->json = true;
		else if (text_is(a, "--help") || text_is(a, "-h"))
			w->help = true;
		else if (takes_value(a))
			TRY(parse_option(w, a, i + 1 < argc ? argv[i + 1] : NULL, &used, why));
		else if (a[0] == '-' && a[1])
			return fault(why, E_INVALID, "unknown option %.60s", a);
		else if (w->what)
			return fault(why, E_INVALID, "one file or address at a time");
		else
			w->what = a;
		i += used;
	}
	if (!w->what && !w->help)
		return fault(why, E_INVALID, "which file or address? shian watch --help");
	return OK;
}

/* ---- the source ------------------------------------------------------ */

static bool is_address(const char *what)
{
	return strstr(what, "://") != NULL;
}

static enum err check_address(const char *address, struct fault *why)
{
	static const char *const known[] = { "rtsp://", "rtsps://", "http://", "https://" };
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (text_starts(address, known[i]) && strlen(address) > strlen(known[i]))
			return OK;
	return fault(
		why, E_INVALID, "an address begins with rtsp://, rtsps://, http:// or https://");
}

/* Opens a plain file and looks at its head: stills and videos are told apart by what they hold. */
static enum err open_file(const struct watching *w, struct source *s, struct fault *why)
{
	struct stat st;
	struct picture_facts facts;
	s->fd = open(w->what, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (s->fd < 0 || fstat(s->fd, &st))
		return fault(why, E_NOT_FOUND, "%s", strerror(errno));
	if (!S_ISREG(st.st_mode))
		return fault(why, E_INVALID, "not a file");
	uint8_t *head = malloc(PICTURE_HEAD);
	if (!head)
		return fault(why, E_INTERNAL, "out of memory");
	ssize_t n = pread(s->fd, head, PICTURE_HEAD, 0);
	enum err e = n < 0 ? fault(why, E_INVALID, "%s", strerror(errno))
			   : picture_look(head, (size_t)n, &facts, why);
	free(head);
	TRY(e);
	s->kind = facts.kind == KIND_VIDEO ? SOURCE_VIDEO : SOURCE_STILL;
	return OK;
}

static enum err open_source(const struct watching *w, struct source *s, struct fault *why)
{
	*s = (struct source){ .fd = -1, .every_ms = w->every_ms, .served = true };
	if (!is_address(w->what))
		return open_file(w, s, why);
	s->kind = SOURCE_ADDRESS;
	s->address = w->what;
	return check_address(w->what, why);
}

/* ---- showing --------------------------------------------------------- */

static const char *kind_shown(const struct watching *w, const struct finding *f)
{
	bool off = f->kind == SEEN_PERSON && hours_closed(&w->hours, clock_now());
	return off ? "person_off_hours" : finding_name(f->kind);
}

static void time_shown(const struct finding *f, bool live, char out[static SHOWN_TIME])
{
	if (!live) {
		snprintf(out, SHOWN_TIME, "%" PRId64 ".%03d", f->time / SECOND,
			(int)(f->time % SECOND));
		return;
	}
	struct civil c = civil_of(f->time);
	snprintf(out, SHOWN_TIME, "%04d-%02d-%02dT%02d:%02d:%02d.%03d+08:00", c.year, c.month,
		c.day, c.hour, c.minute, c.second, (int)(f->time % SECOND));
}

static void show(const struct watching *w, const struct finding *f, bool live)
{
	char time[SHOWN_TIME];
	time_shown(f, live, time);
	if (!w->json) {
		printf("%29s  %-16s %3d.%02d %%  %5d %5d %5d %5d\n", time, kind_shown(w, f),
			f->score / 100, f->score % 100, f->box.x, f->box.y, f->box.w, f->box.h);
		return;
	}
	char quoted[SHOWN_TIME + 2], line[FINDING_JSON];
	snprintf(quoted, sizeof quoted, live ? "\"%s\"" : "%s", time);
	finding_json(f, kind_shown(w, f), quoted, line);
	puts(line);
}

/* The same eyes as in the vision worker, without its gate: every picture is looked at. */
static enum err look_at(struct watching *w, const struct eyes *eyes, const struct view *v,
	const struct frame *f, struct fault *why)
{
	struct findings seen = { 0 };
	bool live = f->time_ms < 0;
	int64_t time = live ? clock_now() : f->time_ms;
	struct looking l = { v, time, w->eyes };
	if (w->eyes & EYE_SCENE)
		scene_see(&w->scene, &(struct scene_look){ &f->grey, time, v->width, v->height },
			&seen);
	TRY(eyes_look(eyes, &l, &seen, why));
	for (size_t i = 0; i < seen.n; i++)
		show(w, &seen.at[i], live);
	if (fflush(stdout))
		return fault(why, E_INTERNAL, "the output cannot be written: %s", strerror(errno));
	return OK;
}

static enum err look_at_all(
	struct watching *w, const struct eyes *eyes, struct decoding *job, struct fault *why)
{
	size_t pictures = 0;
	for (;;) {
		struct frame f;
		bool more = false;
		enum err e = decoding_next(job, WAIT_MS, &f, &more, why);
		if (e || !more)
			return e;
		if (pictures++ == 0 && !w->json)
			printf("%d x %d pixels\n%29s  %-16s %8s  %5s %5s %5s %5s\n",
				f.picture.width, f.picture.height, "time", "seen", "score", "x",
				"y", "width", "height");
		struct view v = view_of_frame(job, &f);
		TRY(look_at(w, eyes, &v, &f, why));
	}
}

/* ---- all of it ------------------------------------------------------- */

static const char *models_at(const struct watching *w, char *space)
{
	static const char *const beside[] = { "models", "../models", "../share/shian/models",
		"../lib/shian/models" };
	const char *env = getenv("SHIAN_MODELS");
	if (w->models_dir)
		return w->models_dir;
	if (env && *env)
		return env;
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	self[n > 0 ? n : 0] = '\0';
	char *slash = strrchr(self, '/');
	if (slash)
		*slash = '\0';
	for (size_t i = 0; i < sizeof beside / sizeof *beside; i++) {
		snprintf(space, PATH_MAX, "%.2000s/%s", self, beside[i]);
		char file[PATH_MAX];
		snprintf(file, sizeof file, "%.2100s/multipose256.onnx", space);
		if (access(file, R_OK) == 0)
			return space;
	}
	return "build/models";
}

static enum err run(struct watching *w, struct decoder *d, struct fault *why)
{
	char space[PATH_MAX];
	struct source s;
	struct eyes *eyes = NULL;
	struct decoding job = { .pipe = -1 };
	enum err e = open_source(w, &s, why);
	if (!e)
		e = eyes_open(&eyes, models_at(w, space), why);
	if (!e && eyes_able(eyes, w->eyes) != w->eyes)
		e = fault(why, E_NOT_FOUND, "a model that these rules need is not there");
	if (!e)
		e = decoding_start(d, &s, &job, why);
	if (!e)
		e = look_at_all(w, eyes, &job, why);
	decoding_end(&job);
	eyes_close(eyes);
	if (s.fd >= 0)
		close(s.fd);
	return e;
}

int watch_main(int argc, char **argv)
{
	struct watching w;
	struct fault why = { 0 };
	struct decoder *d = NULL;
	enum err e = parse_arguments(argc, argv, &w, &why);
	if (!e && w.help) {
		watch_usage(stdout);
		return WATCH_OK;
	}
	if (!e)
		e = decoder_open(&d, &why);
	if (!e)
		e = run(&w, d, &why);
	decoder_close(d);
	if (e)
		fprintf(stderr, "shian watch: %s%s%s\n", w.what ? w.what : "", w.what ? ": " : "",
			why.text);
	return e ? WATCH_FAILED : WATCH_OK;
}
