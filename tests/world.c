#include "world.h"

#include <fcntl.h>
#include <libpq-fe.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static const unsigned long long roomy = 1ULL << 30; /* bytes; a bench has a few million */

static void broken(const char *what, const char *why)
{
	(void)fprintf(stderr, "world: %s: %s\n", what, why);
	abort();
}

void world_folder(char dir[64])
{
	struct statvfs v;
	const char *place = "/dev/shm";

	if (access(place, W_OK) || statvfs(place, &v) ||
		(unsigned long long)v.f_bavail * v.f_frsize < roomy)
		place = "/tmp";
	(void)snprintf(dir, 64, "%s/shian-test-XXXXXX", place);
	if (!mkdtemp(dir))
		broken("mkdtemp", dir);
}

void world_url(char *url, unsigned long n, const char *database)
{
	const char *given = getenv("SHIAN_TEST_PG"), *host = given ? strstr(given, "://") : NULL;
	if (!host)
		broken("SHIAN_TEST_PG", "is no URL");
	host += strlen("://");
	size_t before = strcspn(host, "/?");
	const char *rest = host + before;
	rest += strcspn(rest, "?");
	(void)snprintf(url, n, "%.*s/%s%s", (int)(host - given + (ptrdiff_t)before), given,
		database, rest);
}

static void database_do(const char *sql)
{
	PGconn *c = PQconnectdb(getenv("SHIAN_TEST_PG"));
	PGresult *r = PQexec(c, sql);
	if (PQresultStatus(r) != PGRES_COMMAND_OK)
		broken(sql, PQerrorMessage(c));
	PQclear(r);
	PQfinish(c);
}

void world_database(const char *name, const char *copied_from)
{
	char sql[200];
	(void)snprintf(sql, sizeof(sql), "CREATE DATABASE %s TEMPLATE %s", name,
		copied_from ? copied_from : "template0");
	database_do(sql);
}

void world_database_drop(const char *name)
{
	char sql[200];
	(void)snprintf(sql, sizeof(sql), "DROP DATABASE IF EXISTS %s WITH (FORCE)", name);
	database_do(sql);
}

bool world_copy(const char *from, const char *to)
{
	struct stat st;
	int in = open(from, O_RDONLY | O_CLOEXEC),
	    out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	bool good = in >= 0 && out >= 0 && !fstat(in, &st);
	for (off_t left = good ? st.st_size : 0; good && left > 0;) {
		ssize_t n = sendfile(out, in, NULL, (size_t)left);
		good = n > 0;
		left -= n;
	}
	if (in >= 0)
		(void)close(in);
	return out >= 0 && !close(out) && good;
}
