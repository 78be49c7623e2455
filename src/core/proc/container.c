#include "core/proc/container.h"
#include "core/proc/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <libavformat/avformat.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	FILE_AT = 3, /* where the child finds its descriptors */
	PIPE_AT = 4,
	AVIO_BYTES = 64 * 1024,
	PROBE_BYTES = 4 * 1024 * 1024,
	MEMORY = 1024 * 1024 * 1024,
	CPU_SECONDS = 20,
	WAIT_MS = 30 * SECOND,
	MAGIC = 0x53484354,
};

/* Of the formats that body cameras and telephones write; a list of files is not among them. */
#define FORMATS "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,asf,flv,mp3,wav,aac,amr"

struct answer {
	uint32_t magic;
	int32_t readable;
	struct container c;
};

/* ---- the child ------------------------------------------------------- */
static int read_some(void *self, uint8_t *at, int n)
{
	ssize_t r;
	(void)self;
	do
		r = read(FILE_AT, at, (size_t)n);
	while (r < 0 && errno == EINTR);
	return r > 0 ? (int)r : AVERROR_EOF;
}

static int64_t move(void *self, int64_t to, int whence)
{
	struct stat st;
	(void)self;
	if (whence & AVSEEK_SIZE)
		return fstat(FILE_AT, &st) ? -1 : st.st_size;
	return lseek(FILE_AT, to, whence & ~AVSEEK_FORCE);
}

/* "2026-11-23T02:00:00.000000Z", as libavformat gives it. */
static int64_t creation_time(const AVDictionary *d)
{
	const AVDictionaryEntry *e = av_dict_get(d, "creation_time", NULL, 0);
	int64_t parts[6] = { 0 };
	static const uint8_t at[6] = { 0, 5, 8, 11, 14, 17 };

	if (!e || strlen(e->value) < 19)
		return 0;
	for (int i = 0; i < 6; i++)
		for (int k = 0; k < (i ? 2 : 4); k++) {
			char c = e->value[at[i] + k];
			if (c < '0' || c > '9')
				return 0;
			parts[i] = parts[i] * 10 + (c - '0');
		}
	struct civil c = { (int)parts[0], (int)parts[1], (int)parts[2], (int)parts[3],
		(int)parts[4], (int)parts[5], 0 };
	/* 1904 and 1970 are what devices write that do not know the time */
	return c.year < 2000 ? 0 : civil_to_ms(c) + 8 * (int64_t)HOUR;
}

static void name_into(char *out, size_t n, const char *name)
{
	size_t k = strnlen(name, n - 1);
	memcpy(out, name, k);
	out[k] = '\0';
}

static void describe(AVFormatContext *f, struct container *c)
{
	name_into(c->format, sizeof c->format, f->iformat->name);
	c->started_at = creation_time(f->metadata);
	c->duration_ms = f->duration > 0 ? f->duration / 1000 : 0;
	for (unsigned i = 0; i < f->nb_streams; i++) {
		const AVCodecParameters *p = f->streams[i]->codecpar;
		const char *codec = avcodec_get_name(p->codec_id);
		if (!c->started_at)
			c->started_at = creation_time(f->streams[i]->metadata);
		if (p->codec_type == AVMEDIA_TYPE_AUDIO && !*c->audio)
			name_into(c->audio, sizeof c->audio, codec);
		if (p->codec_type != AVMEDIA_TYPE_VIDEO || *c->video)
			continue;
		name_into(c->video, sizeof c->video, codec);
		c->width = p->width;
		c->height = p->height;
	}
}

static bool look(struct container *c)
{
	AVFormatContext *f = avformat_alloc_context();
	uint8_t *room = av_malloc(AVIO_BYTES);
	AVDictionary *o = NULL;

	if (!f || !room)
		return false;
	f->pb = avio_alloc_context(room, AVIO_BYTES, 0, NULL, read_some, NULL, move);
	f->format_whitelist = av_strdup(FORMATS);
	f->probesize = PROBE_BYTES;
	av_dict_set(&o, "enable_drefs", "0", 0); /* never a file beside */
	if (!f->pb || avformat_open_input(&f, "recording", NULL, &o) < 0)
		return false;
	if (f->duration <= 0 || !f->nb_streams)
		(void)avformat_find_stream_info(f, NULL);
	describe(f, c);
	return f->nb_streams > 0; /* what was allocated goes with the process */
}

static _Noreturn void child_run(int fd, int pipe_fd)
{
	struct answer a = { .magic = MAGIC };
	struct fault why = { 0 };
	struct sandbox pure = { .profile = SANDBOX_PURE, .memory_max = MEMORY };
	struct rlimit cpu = { CPU_SECONDS, CPU_SECONDS };
	/* out of the way first: what is to be moved may lie where it is to go */
	int f = fcntl(fd, F_DUPFD, PIPE_AT + 1), p = fcntl(pipe_fd, F_DUPFD, PIPE_AT + 1);

	signal(SIGTERM, SIG_DFL);
	if (f < 0 || p < 0 || dup2(f, FILE_AT) < 0 || dup2(p, PIPE_AT) < 0 ||
		close_range(PIPE_AT + 1, ~0U, 0) || setrlimit(RLIMIT_CPU, &cpu) ||
		lseek(FILE_AT, 0, SEEK_SET))
		_exit(1);
	av_log_set_level(AV_LOG_QUIET);
	if (sandbox_enter(&pure, &why))
		_exit(1);
	a.readable = look(&a.c);
	_exit(write(PIPE_AT, &a, sizeof a) == (ssize_t)sizeof a ? 0 : 1);
}

/* ---- the caller ------------------------------------------------------ */
static size_t read_answer(int fd, struct answer *a)
{
	int64_t deadline = clock_mono() + WAIT_MS;
	size_t have = 0;

	while (have < sizeof *a) {
		int64_t left = deadline - clock_mono();
		struct pollfd wait = { .fd = fd, .events = POLLIN };
		int ready = left > 0 ? poll(&wait, 1, (int)left) : 0;
		if (ready < 0 && errno == EINTR)
			continue;
		ssize_t n = ready > 0 ? read(fd, (uint8_t *)a + have, sizeof *a - have) : 0;
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		have += (size_t)n;
	}
	return have;
}

/* The child is not trusted: what it says is checked like any input. */
static bool plausible(struct answer *a)
{
	struct container *c = &a->c;
	char *const names[] = { c->format, c->video, c->audio };
	const size_t sizes[] = { sizeof c->format, sizeof c->video, sizeof c->audio };

	for (int i = 0; i < 3; i++) {
		names[i][sizes[i] - 1] = '\0';
		for (char *s = names[i]; *s; s++)
			if (*s < ' ' || *s > '~')
				return false;
	}
	return a->magic == MAGIC && a->readable == 1 && c->started_at >= 0 &&
	       c->started_at < civil_to_ms((struct civil){ .year = 2200, .month = 1, .day = 1 }) &&
	       c->duration_ms >= 0 && c->duration_ms < 366 * DAY && c->width >= 0 && c->height >= 0;
}

enum err container_read(int fd, struct container *out, struct fault *why)
{
	int ends[2];
	struct answer a = { 0 };

	memset(out, 0, sizeof *out);
	if (pipe2(ends, O_CLOEXEC))
		return fault(why, E_INTERNAL, "pipe: %s", strerror(errno));
	pid_t self = getpid(), child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != self)
			_exit(1);
		child_run(fd, ends[1]);
	}
	close(ends[1]);
	size_t n = child > 0 ? read_answer(ends[0], &a) : 0;
	close(ends[0]);
	if (child < 0)
		return fault(why, E_INTERNAL, "fork: %s", strerror(errno));
	kill(child, SIGKILL); /* it is not reaped yet, so the number is still its own */
	while (waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
	if (n != sizeof a || !plausible(&a))
		return fault(why, E_INVALID, "not a recording that can be read");
	*out = a.c;
	return OK;
}
