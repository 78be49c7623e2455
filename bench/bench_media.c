/* What recording a camera costs: our own RTSP reader, libavformat's in the same process, and a
 * process of its own for each camera with libavformat's, one after the other against the same
 * server (shian-camera, GStreamer's RTSP) with the same stream.
 *
 *     bench_media SHIAN-CAMERA CLIP LABEL FOLDER
 *
 * BENCH_CAMERAS (20), BENCH_SECONDS (30) of each. Processor time is user and system, from /proc;
 * memory is the proportional share (Pss), so that libraries count once. One line a number:
 * bench: NAME = VALUE UNIT (vs ALTERNATIVE) */
#include <errno.h>
#include <fcntl.h>
#include <libavutil/log.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/recordings/segment.h"
#include "workers/media/camera.h"

enum { CAMERAS_MAX = 1000, WARM_S = 8, PORT = 18654 };

struct plan {
	const char *program, *clip, *label, *folder;
	int cameras, seconds;
};

struct cost {
	double cpu_s; /* per camera-minute */
	double mib;   /* per camera */
	double whole; /* how much of the time is on disk, 0 to 1 */
};

static _Noreturn void give_up(const char *what)
{
	fprintf(stderr, "bench_media: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void pause_s(double s)
{
	struct timespec t = { (time_t)s, (long)((s - (double)(time_t)s) * 1e9) };
	nanosleep(&t, NULL);
}

static int number_of(const char *name, int usual)
{
	int64_t n = usual;
	(void)!text_to_int(getenv(name) ? getenv(name) : "", &n);
	return (int)n;
}

/* ---- the recorders: this program once more ------------------------------------------------ */

/* bench_media --record FOLDER READER FIRST COUNT */
static int record(char **argv)
{
	static struct camera *all[CAMERAS_MAX];
	static const struct doors none;
	struct fault why = { 0 };
	int64_t first = 0, n = 0;
	sigset_t term;
	int got;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	av_log_set_level(AV_LOG_QUIET);
	log_to(LOG_ERROR, "bench");
	(void)!(text_to_int(argv[4], &first) && text_to_int(argv[5], &n));
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	for (int64_t i = 0; i < n; i++) {
		char id[24], url[96];
		snprintf(id, sizeof(id), "%" PRId64, 1000 + first + i);
		snprintf(url, sizeof(url), "rtsp://127.0.0.1:%d/kitchen%" PRId64, PORT, first + i);
		struct camera_request r = {
			.media = argv[2], .id = id, .url = url, .reader = argv[3], .doors = &none
		};
		if (camera_start(&r, &all[i], &why))
			give_up(why.text);
	}
	sigwait(&term, &got);
	for (int64_t i = 0; i < n; i++)
		camera_ask_stop(all[i]);
	for (int64_t i = 0; i < n; i++)
		camera_join(all[i]);
	return 0;
}

/* ---- measuring ---------------------------------------------------------------------------- */

static double cpu_of(pid_t pid)
{
	char path[64], text[1024] = "";
	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	FILE *f = fopen(path, "r");
	unsigned long user = 0, system = 0;
	if (f && fgets(text, sizeof(text), f)) {
		char *p = strrchr(text, ')');
		for (int i = 0; p && i < 12; i++) /* to the 14th field */
			p = strchr(p + 1, ' ');
		if (p) {
			user = strtoul(p + 1, &p, 10);
			system = strtoul(p, NULL, 10);
		}
	}
	if (f)
		fclose(f);
	return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static double pss_mib(pid_t pid)
{
	char path[64], line[256];
	double kib = 0;
	snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", pid);
	FILE *f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		if (strncmp(line, "Pss:", 4) == 0)
			kib = strtod(line + 4, NULL);
	if (f)
		fclose(f);
	return kib / 1024;
}

static double recorded_part(const struct plan *p, const char *media, int64_t from, int64_t to)
{
	struct arena *a = arena_new();
	int64_t sum = 0;
	for (int i = 0; i < p->cameras; i++) {
		struct segment_query q = { .folder = arena_printf(a, "%s/%d", media, 1000 + i),
			.from_ms = from,
			.to_ms = to };
		struct segment_list l;
		if (segment_find(a, &q, &l, NULL))
			continue;
		for (size_t s = 0; s < l.n; s++) {
			int64_t begin = l.at[s].start_ms > from ? l.at[s].start_ms : from;
			int64_t end = segment_end(&l.at[s]) < to ? segment_end(&l.at[s]) : to;
			sum += end - begin;
		}
	}
	arena_free(a);
	return (double)sum / (double)(to - from) / p->cameras;
}

static pid_t spawn(const char *const *argv)
{
	pid_t pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);
		dup2(null, 1);
		execv(argv[0], (char *const *)argv);
		_exit(127);
	}
	if (pid < 0)
		give_up("fork");
	return pid;
}

static void end_all(pid_t *pids, int n)
{
	for (int i = 0; i < n; i++)
		kill(pids[i], SIGTERM);
	for (int i = 0; i < n; i++)
		waitpid(pids[i], NULL, 0);
}

/* processes: 1, or one for each camera. */
static struct cost measure(const struct plan *p, const char *reader, int processes)
{
	static pid_t pids[CAMERAS_MAX];
	struct arena *a = arena_new();
	const char *media = arena_printf(a, "%s/%s-%d-%s", p->folder, p->label, processes, reader);
	const char *each = arena_printf(a, "%d", p->cameras / processes);
	double before = 0, after = 0, mib = 0;
	if (mkdir(media, 0700) && errno != EEXIST)
		give_up(media);
	for (int i = 0; i < processes; i++)
		pids[i] = spawn((const char *const[]){ "/proc/self/exe", "--record", media, reader,
			arena_printf(a, "%d", i * (p->cameras / processes)), each, NULL });
	pause_s(WARM_S);
	int64_t from = clock_now(), since = clock_mono();
	for (int i = 0; i < processes; i++)
		before += cpu_of(pids[i]);
	pause_s(p->seconds);
	for (int i = 0; i < processes; i++) {
		after += cpu_of(pids[i]);
		mib += pss_mib(pids[i]);
	}
	double minutes = (double)(clock_mono() - since) / 60000;
	int64_t to = clock_now();
	end_all(pids, processes);
	struct cost c = { (after - before) / minutes / p->cameras, mib / p->cameras,
		recorded_part(p, media, from, to) };
	arena_free(a);
	return c;
}

static void say(const struct plan *p, const struct cost *own, const struct cost *libav,
	const struct cost *each)
{
	printf("bench: record_%s_cpu = %.3f s per camera-minute (vs libavformat's reader in the "
	       "same "
	       "process: %.3f, ratio %.1f; vs a process a camera with it: %.3f, ratio %.1f)\n",
		p->label, own->cpu_s, libav->cpu_s, libav->cpu_s / own->cpu_s, each->cpu_s,
		each->cpu_s / own->cpu_s);
	printf("bench: record_%s_memory = %.1f MiB a camera (vs libavformat's reader in the same "
	       "process: %.1f; vs a process a camera with it: %.1f)\n",
		p->label, own->mib, libav->mib, each->mib);
	printf("bench: record_%s_cameras = %.0f cameras a core at 60 %% load (vs %.0f with "
	       "libavformat's reader; %d cameras measured; %.1f %%, %.1f %% and %.1f %% of the "
	       "time "
	       "are on disk)\n",
		p->label, 36 / own->cpu_s, 36 / libav->cpu_s, p->cameras, own->whole * 100,
		libav->whole * 100, each->whole * 100);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	if (argc == 6 && strcmp(argv[1], "--record") == 0)
		return record(argv);
	if (argc != 5) {
		fprintf(stderr, "usage: bench_media SHIAN-CAMERA CLIP LABEL FOLDER\n");
		return 2;
	}
	struct plan p = { argv[1], argv[2], argv[3], argv[4], number_of("BENCH_CAMERAS", 20),
		number_of("BENCH_SECONDS", 30) };
	char where[32], count[16];
	if (p.cameras < 1 || p.cameras > CAMERAS_MAX)
		give_up("BENCH_CAMERAS");
	snprintf(where, sizeof(where), "127.0.0.1:%d", PORT);
	snprintf(count, sizeof(count), "%d", p.cameras);
	pid_t server = spawn((const char *const[]){
		p.program, p.clip, "--listen", where, "--count", count, NULL });
	pause_s(2);
	struct cost own = measure(&p, "", 1);
	struct cost libav = measure(&p, "libav", 1);
	struct cost each = measure(&p, "libav", p.cameras);
	end_all(&server, 1);
	say(&p, &own, &libav, &each);
	return 0;
}
