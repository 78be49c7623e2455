#include "workers/vision/site_heads.h"

#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct named_head {
	struct site_head head;
	char name[SITE_NAME + 1];
};

struct site_heads {
	pthread_rwlock_t lock;
	size_t n;
	struct named_head *at;
};

struct site_heads *site_heads_new(void)
{
	struct site_heads *s = calloc(1, sizeof *s);
	if (s)
		pthread_rwlock_init(&s->lock, NULL);
	return s;
}

void site_heads_free(struct site_heads *s)
{
	if (!s)
		return;
	pthread_rwlock_destroy(&s->lock);
	free(s->at);
	free(s);
}

static enum err read_one(json_t *item, struct named_head *out, struct fault *why)
{
	const char *rule, *digest, *text;
	char hex[65];
	if (json_unpack(item, "{ss ss ss}", "rule", &rule, "sha256", &digest, "head", &text))
		return fault(why, E_INVALID, "an entry lacks rule, sha256 or head");
	struct bytes file = { (const uint8_t *)text, strlen(text) };
	site_head_name(file, out->name, hex);
	if (!text_is(hex, digest))
		return fault(why, E_INVALID, "a head is not the file that was announced");
	TRY(site_head_parse(file, &out->head, why));
	return text_is(out->head.rule, rule)
		       ? OK
		       : fault(why, E_INVALID, "a head is of another rule than announced");
}

static void read_all(json_t *list, struct named_head *at, size_t *n)
{
	size_t i;
	json_t *item;
	json_array_foreach(list, i, item)
	{
		struct fault why = { 0 };
		if (*n == SITE_HEADS_MAX)
			return;
		if (read_one(item, &at[*n], &why))
			log_event(LOG_ERROR, "vision.site_head_refused", "why", why.text, NULL);
		else
			++*n;
	}
}

enum err site_heads_take(struct site_heads *s, struct bytes answer, struct fault *why)
{
	json_t *tree = json_loadb((const char *)answer.at, answer.n, 0, NULL);
	json_t *list = json_object_get(tree, "models");
	struct named_head *at = NULL;
	size_t n = 0;
	if (json_is_array(list) && json_array_size(list)) {
		at = calloc(SITE_HEADS_MAX, sizeof *at);
		if (at)
			read_all(list, at, &n);
	}
	bool ok = json_is_array(list) && (at || !json_array_size(list));
	json_decref(tree);
	if (!ok)
		return fault(why, E_INVALID, "this is no list of models");
	pthread_rwlock_wrlock(&s->lock);
	struct named_head *before = s->at;
	s->at = at;
	s->n = n;
	pthread_rwlock_unlock(&s->lock);
	free(before);
	return OK;
}

static const struct named_head *find(const struct site_heads *s, const char *rule)
{
	for (size_t i = 0; i < s->n; i++)
		if (text_is(s->at[i].head.rule, rule))
			return &s->at[i];
	return NULL;
}

bool site_heads_keep(struct site_heads *s, const char *rule, struct features *f)
{
	pthread_rwlock_rdlock(&s->lock);
	const struct named_head *h = find(s, rule);
	f->site = h ? site_head_judge(&h->head, f) : -1;
	bool keep = f->site < 0 || f->site >= h->head.threshold;
	pthread_rwlock_unlock(&s->lock);
	return keep;
}

void site_heads_name(struct site_heads *s, const char *rule, char *out, size_t size)
{
	pthread_rwlock_rdlock(&s->lock);
	const struct named_head *h = find(s, rule);
	snprintf(out, size, "%s%s%s%s", h ? "+site-" : "", h ? rule : "", h ? "@" : "",
		h ? h->name : "");
	pthread_rwlock_unlock(&s->lock);
}
