/* libFuzzer target: the look at a snapshot camera's JPEG, and the names of stills. */
#include "core/recordings/still.h"
#include "workers/media/jpeg.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct jpeg_facts f;
	char name[STILL_NAME_SIZE], back[STILL_NAME_SIZE];
	int64_t at;
	if (!jpeg_look((struct bytes){ data, n }, &f, NULL) &&
		(f.n > n || f.n < 4 || f.width < JPEG_SIDE_MIN || f.height > JPEG_SIDE_MAX))
		abort();
	size_t length = n < sizeof(name) - 1 ? n : sizeof(name) - 1;
	if (length)
		memcpy(name, data, length);
	name[length] = '\0';
	if (still_parse(name, &at)) {
		still_name(back, at);
		if (strcmp(name, back) != 0)
			abort();
	}
	return 0;
}
