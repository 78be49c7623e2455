#include "core/http/private.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

void clients_open(struct clients *c, int per_address)
{
	pthread_mutex_init(&c->lock, NULL);
	c->per_address = per_address;
}

void clients_close(struct clients *c)
{
	pthread_mutex_destroy(&c->lock);
}

/* ---- addresses ---------------------------------------------------------------------------- */

struct address {
	char text[48];
	bool local;
};

static struct address address_of(const struct sockaddr *sa)
{
	struct address a = { .text = "local", .local = true };

	if (sa->sa_family == AF_INET) {
		const struct sockaddr_in *v4 = (const void *)sa;
		inet_ntop(AF_INET, &v4->sin_addr, a.text, sizeof(a.text));
		a.local = ntohl(v4->sin_addr.s_addr) >> 24 == 127;
	} else if (sa->sa_family == AF_INET6) {
		const struct sockaddr_in6 *v6 = (const void *)sa;
		const struct in6_addr *ip = &v6->sin6_addr;
		bool mapped = IN6_IS_ADDR_V4MAPPED(ip);
		if (mapped)
			inet_ntop(AF_INET, ip->s6_addr + 12, a.text, sizeof(a.text));
		else
			inet_ntop(AF_INET6, ip, a.text, sizeof(a.text));
		a.local = mapped ? ip->s6_addr[12] == 127 : IN6_IS_ADDR_LOOPBACK(ip);
	}
	return a;
}

static struct client **bucket_of(struct clients *c, const char *text)
{
	uint32_t h = 2166136261U; /* FNV-1a */
	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 16777619U;
	return &c->bucket[h % CLIENT_BUCKETS];
}

/* ---- the register ------------------------------------------------------------------------- */

bool clients_admit(struct clients *c, const struct sockaddr *sa)
{
	struct address a = address_of(sa);
	int n = 0;

	if (a.local)
		return true;
	pthread_mutex_lock(&c->lock);
	for (struct client *one = *bucket_of(c, a.text); one; one = one->next)
		n += strcmp(one->remote, a.text) == 0;
	pthread_mutex_unlock(&c->lock);
	return n < c->per_address;
}

struct client *clients_add(struct clients *c, int fd, const struct sockaddr *sa)
{
	struct address a = address_of(sa);
	struct client *one = calloc(1, sizeof(*one));

	if (!one)
		abort();
	one->fd = fd;
	one->local = a.local;
	memcpy(one->remote, a.text, sizeof(one->remote));
	pthread_mutex_lock(&c->lock);
	one->link = bucket_of(c, a.text);
	one->next = *one->link;
	if (one->next)
		one->next->link = &one->next;
	*one->link = one;
	c->n++;
	pthread_mutex_unlock(&c->lock);
	return one;
}

int clients_count(const struct clients *c)
{
	return c->n;
}

void clients_remove(struct clients *c, struct client *one)
{
	pthread_mutex_lock(&c->lock);
	*one->link = one->next;
	if (one->next)
		one->next->link = one->link;
	c->n--;
	pthread_mutex_unlock(&c->lock);
	free(one);
}

void client_shut(struct client *one)
{
	shutdown(one->fd, SHUT_RDWR);
}

/* The descriptor of a registered client is open: it is closed only after clients_remove(). */
void clients_shut_late(struct clients *c, int64_t now)
{
	pthread_mutex_lock(&c->lock);
	for (int i = 0; i < CLIENT_BUCKETS; i++)
		for (struct client *one = c->bucket[i]; one; one = one->next) {
			int64_t deadline =
				atomic_load_explicit(&one->deadline, memory_order_relaxed);
			if (deadline && deadline <= now) {
				atomic_store_explicit(&one->deadline, 0, memory_order_relaxed);
				client_shut(one);
			}
		}
	pthread_mutex_unlock(&c->lock);
}
