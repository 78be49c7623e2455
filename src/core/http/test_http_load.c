/* Many at once: waiting POSTs, event streams, slow clients, stopping. */
#include "core/http/test_site.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STREAMS = 50 };

/* ---- many at once ------------------------------------------------------------------------- */

static void stays_quick_while_posts_wait(void **state)
{
	struct site *s = *state;
	int fd[PARALLEL];

	for (int i = 0; i < PARALLEL; i++) {
		fd[i] = dial(s->port);
		say(fd[i], WAITING_POST);
	}
	site_await(s, PARALLEL);
	/* all workers stand still: every GET must be answered all the same */
	for (int i = 0; i < 50; i++)
		assert_int_equal(ask_status(s->port, GET("/echo", "")), 200);
	/* the last GET is answered a moment before the server counts it out */
	EVENTUALLY(http_stats(s->server).in_flight == PARALLEL);
	site_open(s);
	for (int i = 0; i < PARALLEL; i++) {
		struct answer a = hear(fd[i], false);
		assert_string_equal(a.body, "waited");
		free(a.body);
		close(fd[i]);
	}
	EVENTUALLY(http_stats(s->server).in_flight == 0);
	assert_int_equal(http_stats(s->server).by_class[2], PARALLEL + 50);
}

/* With one place in the queue and every worker busy the next but one is told to come back. */
static void says_when_busy(void **state)
{
	struct site *s;
	struct limits l = small_limits;
	int fd[PARALLEL + 1];

	l.queue = 1;
	site_start((void **)&s, &l);
	for (int i = 0; i < PARALLEL; i++) {
		fd[i] = dial(s->port);
		say(fd[i], WAITING_POST);
		site_await(s, i + 1);
	}
	fd[PARALLEL] = dial(s->port);
	say(fd[PARALLEL], WAITING_POST);
	EVENTUALLY(http_stats(s->server).in_flight == PARALLEL + 1);
	EVENTUALLY(atomic_load(&s->server->handlers) == PARALLEL + 1);
	assert_int_equal(ask_status(s->port, WAITING_POST), 503);
	site_open(s);
	for (int i = 0; i <= PARALLEL; i++) {
		struct answer a = hear(fd[i], false);
		assert_int_equal(a.status, 200);
		free(a.body);
		close(fd[i]);
	}
	(void)state;
	site_teardown((void **)&s);
}

static void *stop_it(void *server)
{
	http_stop(server);
	return NULL;
}

/* A POST that runs while the server stops is answered; nothing new is. */
static void stop_lets_requests_finish(void **state)
{
	struct site *s = *state;
	pthread_t stopper;
	int post = dial(s->port), idle = dial(s->port);

	say(idle, GET("/", ""));
	struct answer a = hear(idle, false);
	free(a.body);
	say(post, WAITING_POST);
	site_await(s, 1);
	assert_int_equal(pthread_create(&stopper, NULL, stop_it, s->server), 0);
	EVENTUALLY(atomic_load(&s->server->stopping));
	say(idle, GET("/", ""));
	a = hear(idle, false);
	assert_int_equal(a.status, 503);
	free(a.body);
	site_open(s);
	a = hear(post, false);
	assert_int_equal(a.status, 200);
	assert_string_equal(a.body, "waited");
	free(a.body);
	pthread_join(stopper, NULL);
	s->server = NULL;
	assert_true(ends(post));
	close(post);
	close(idle);
}

/* ---- events ------------------------------------------------------------------------------- */

static int subscribe(struct site *s, const char *who)
{
	char request[128];
	int fd = dial(s->port);

	snprintf(request, sizeof(request), GET("/events?who=%s", "Last-Event-ID: 7\r\n"), who);
	say(fd, request);
	assert_true(hear_until(fd, "Content-Type: text/event-stream\r\n"));
	assert_true(hear_until(fd, "retry: 3000\n\n"));
	return fd;
}

static void fans_out(void **state)
{
	struct site *s = *state;
	int fd[STREAMS];

	for (int i = 0; i < STREAMS; i++)
		fd[i] = subscribe(s, i % 2 ? "odd" : "even");
	EVENTUALLY(http_stats(s->server).events_open == STREAMS);
	for (int k = 1; k <= 20; k++)
		http_publish(s->server, "odd", "lead", k, "{\"x\":1}");
	http_publish(s->server, NULL, "all\nx", 0, "a\r\nb");
	for (int i = 0; i < STREAMS; i++) {
		char expected[64];
		for (int k = 1; i % 2 && k <= 20; k++) {
			snprintf(expected, sizeof(expected),
				"id: %d\nevent: lead\ndata: {\"x\":1}\n\n", k);
			assert_true(hear_until(fd[i], expected));
		}
		assert_true(hear_until(fd[i], "event: all x\ndata: a  b\n\n"));
	}
	for (int i = 0; i < STREAMS / 2; i++)
		close(fd[i]);
	/* who has gone is noticed at the next words */
	EVENTUALLY((http_publish(s->server, NULL, "x", 1, "y"),
		http_stats(s->server).events_open <= STREAMS / 2));
	http_stop(s->server);
	s->server = NULL;
	for (int i = STREAMS / 2; i < STREAMS; i++) {
		assert_true(hear_until(fd[i], "0\r\n\r\n")); /* ended as it should */
		close(fd[i]);
	}
}

static void drops_slow_listeners(void **state)
{
	struct site *s = *state;
	static char big[20000];
	int fd = subscribe(s, "slow");

	memset(big, 'x', sizeof(big) - 1);
	EVENTUALLY((http_publish(s->server, "slow", "x", 1, big),
		http_stats(s->server).events_open == 0));
	close(fd);
	assert_int_equal(ask_status(s->port, GET("/", "")), 200);
}

static void keeps_streams_alive(void **state)
{
	struct site *s;
	struct limits l = small_limits;

	(void)state;
	l.events_keepalive_ms = 50;
	l.events_max = 1;
	site_start((void **)&s, &l);
	int fd = subscribe(s, "a");
	assert_true(hear_until(fd, ":\n\n"));
	assert_true(hear_until(fd, ":\n\n"));
	assert_int_equal(ask_status(s->port, GET("/events", "")), 503);
	close(fd);
	site_teardown((void **)&s);
}

/* ---- slow clients ------------------------------------------------------------------------- */

static void closes_slow_clients(void **state)
{
	struct site *s;
	struct limits l = { .idle_ms = 200, .head_ms = 200, .body_ms = 200, .slowest = 1 << 30 };

	(void)state;
	site_start((void **)&s, &l);
	int silent = dial(s->port), line = dial(s->port), head = dial(s->port),
	    body = dial(s->port);
	say(line, "GET / HT");
	say(head, "GET / HTTP/1.1\r\nHost: x\r\nX: ");
	say(body, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc");
	/* a letter now and then does not help */
	for (int i = 0; i < 1000 && say_bytes(head, "y", 1); i++)
		usleep(10000);
	assert_true(ends(silent));
	assert_true(ends(line));
	assert_true(ends(body));
	assert_false(say_bytes(head, "y", 1));
	close(silent), close(line), close(head), close(body);
	EVENTUALLY(http_stats(s->server).in_flight == 0);
	int reader = dial(s->port); /* asks for much and never reads */
	for (int i = 0; i < 200; i++)
		if (!say_bytes(reader, GET("/file", ""), strlen(GET("/file", ""))))
			break;
	EVENTUALLY(clients_count(&s->server->clients) == 0);
	close(reader);
	site_teardown((void **)&s);
}

static void limits_addresses(void **state)
{
	struct clients c = { 0 };
	struct sockaddr_in far = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x0a000001) };
	struct sockaddr_in near = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000001) };
	struct client *one, *two, *here;
	(void)state;

	clients_open(&c, 2);
	here = clients_add(&c, -1, (struct sockaddr *)&near);
	assert_true(here->local);
	assert_true(clients_admit(&c, (struct sockaddr *)&near));
	one = clients_add(&c, -1, (struct sockaddr *)&far);
	assert_string_equal(one->remote, "10.0.0.1");
	assert_false(one->local);
	assert_true(clients_admit(&c, (struct sockaddr *)&far));
	two = clients_add(&c, -1, (struct sockaddr *)&far);
	assert_false(clients_admit(&c, (struct sockaddr *)&far));
	clients_remove(&c, one);
	assert_true(clients_admit(&c, (struct sockaddr *)&far));
	assert_int_equal(clients_count(&c), 2);
	clients_remove(&c, two);
	clients_remove(&c, here);
	clients_close(&c);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, site_setup, site_teardown)
	const struct CMUnitTest tests[] = {
		T(stays_quick_while_posts_wait),
		cmocka_unit_test(says_when_busy),
		T(stop_lets_requests_finish),
		T(fans_out),
		T(drops_slow_listeners),
		cmocka_unit_test(keeps_streams_alive),
		cmocka_unit_test(closes_slow_clients),
		cmocka_unit_test(limits_addresses),
	};
	log_to(LOG_ERROR + 1, "test");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
