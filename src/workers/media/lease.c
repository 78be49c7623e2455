#include "workers/media/lease.h"

#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

static bool allowed(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '_' || c == '-';
}

bool node_name_valid(const char *name)
{
	size_t n = name ? strlen(name) : 0;
	for (size_t i = 0; i < n; i++)
		if (!allowed(name[i]))
			return false;
	return n >= 1 && n <= NODE_NAME_MAX && name[0] != '.';
}

char *node_name_usual(struct arena *a)
{
	char name[NODE_NAME_MAX + 1] = "";
	(void)!gethostname(name, NODE_NAME_MAX);
	for (char *p = name; *p; p++)
		if (!allowed(*p) || (p == name && *p == '.'))
			*p = '-';
	return arena_dup(a, *name ? name : "node");
}

void lease_look_at_disk(struct lease_request *r, const char *folder)
{
	struct statvfs v;
	if (statvfs(folder, &v) != 0)
		return;
	r->disk_total = (int64_t)(v.f_blocks * v.f_frsize);
	r->disk_free = (int64_t)(v.f_bavail * v.f_frsize);
}

char *lease_json(struct arena *a, const struct lease_request *r)
{
	return arena_printf(a,
		"{\"node\":\"%s\",\"capacity\":%" PRId64 ",\"takes\":[\"rtsp\",\"http\"%s%s],"
		"\"disk_total\":%" PRId64 ",\"disk_free\":%" PRId64 ",\"recorded\":%" PRId64
		",\"oldest\":%" PRId64 ",\"push_at\":\"%s\"}",
		r->node, r->capacity, r->takes_push ? ",\"push\"" : "",
		r->takes_gb ? ",\"gb28181\"" : "", r->disk_total, r->disk_free, r->recorded,
		r->oldest_ms, r->push_at ? r->push_at : "");
}
