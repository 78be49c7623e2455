#include "workers/vision/finding.h"

#include <stdio.h>

const char *finding_name(enum finding_kind kind)
{
	static const char *const names[] = { "person", "head_uncovered", "head_covered",
		"head_unclear" };
	return names[kind];
}

void finding_json(const struct finding *f, const char *kind, const char *time, char *out)
{
	snprintf(out, FINDING_JSON,
		"{\"time\":%.40s,\"kind\":\"%.32s\",\"score\":%" PRId32 ",\"box\":[%" PRId32
		",%" PRId32 ",%" PRId32 ",%" PRId32 "]}",
		time, kind, f->score, f->box.x, f->box.y, f->box.w, f->box.h);
}
