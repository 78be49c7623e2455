/* Preloaded into the program by the browser stories: its calendar runs ahead of the machine's by
 * what the file SHIAN_TEST_CLOCK says (64 bits, ms), which a story may change at any time. The
 * program itself has no such switch: dates stand in court. Only CLOCK_REALTIME moves; what is
 * waited for by the monotonic clock is not waited for longer. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

typedef int clock_reader(clockid_t, struct timespec *);
static clock_reader *real;
static const _Atomic int64_t *ahead; /* mapped before any process gives up its rights */

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("SHIAN_TEST_CLOCK");
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;

	real = (clock_reader *)(uintptr_t)dlsym(RTLD_NEXT, "clock_gettime");
	if (fd < 0)
		return;
	void *at = mmap(NULL, sizeof(*ahead), PROT_READ, MAP_SHARED, fd, 0);
	close(fd);
	if (at != MAP_FAILED)
		ahead = at;
}

__attribute__((visibility("default"))) int clock_gettime(clockid_t which, struct timespec *t)
{
	int status = real ? real(which, t) : -1;

	if (!status && ahead && which == CLOCK_REALTIME) {
		int64_t ms = atomic_load(ahead) + t->tv_nsec / 1000000;
		t->tv_sec += ms / 1000;
		t->tv_nsec = ms % 1000 * 1000000 + t->tv_nsec % 1000000;
		if (t->tv_nsec < 0) {
			t->tv_nsec += 1000000000;
			t->tv_sec--;
		}
	}
	return status;
}
