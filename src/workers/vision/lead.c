#include "workers/vision/lead.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILE_MODE = 0640, JSON_MAX = 256 * 1024, STILL_MAX = 32 << 20, CLIP_MAX = 80 << 20 };

void lead_key(const struct lead *l, char out[static LEAD_KEY_MAX])
{
	snprintf(out, LEAD_KEY_MAX, "%s-%s-%" PRId64, l->camera, rule_name(l->rule), l->started_at);
}

const char *lead_findings(const struct lead *l, struct arena *a)
{
	struct buf b = { .arena = a };
	buf_putc(&b, '[');
	for (size_t i = 0; i < l->n; i++) {
		const struct finding *f = &l->findings[i];
		char time[24], json[FINDING_JSON];
		snprintf(time, sizeof time, "%" PRId64, f->time);
		finding_json(f, finding_name(f->kind), time, json);
		/* the finding that the still shows says so, inside its object */
		bool shown = f->time == l->still_at;
		buf_printf(&b, "%s%.*s%s", i ? "," : "", (int)strlen(json) - shown, json,
			shown ? ",\"still\":1}" : "");
	}
	buf_putc(&b, ']');
	return buf_text(&b);
}

static const char *path_of(struct arena *a, const char *dir, const char *key, const char *end)
{
	return arena_printf(a, "%s/%s.%s", dir, key, end);
}

/* ---- writing --------------------------------------------------------- */

static json_t *finding_tree(const struct finding *f)
{
	return json_pack("{sI si si s[iiii]}", "time", (json_int_t)f->time, "kind", (int)f->kind,
		"score", (int)f->score, "box", (int)f->box.x, (int)f->box.y, (int)f->box.w,
		(int)f->box.h);
}

static json_t *features_tree(const struct features *f)
{
	char text[FEATURES_TEXT];
	features_text(f, text);
	return json_pack("{ss si si ss}", "net", f->net, "base", (int)f->base, "site", (int)f->site,
		"at", text);
}

static json_t *lead_tree(const struct lead *l)
{
	json_t *list = json_array();
	for (size_t i = 0; i < l->n; i++)
		json_array_append_new(list, finding_tree(&l->findings[i]));
	json_t *tree = json_pack("{ss ss ss ss sI sI si sI sI sb si si so}", "camera", l->camera,
		"rule", rule_name(l->rule), "rule_version", l->rule_version, "model", l->model,
		"started_at", (json_int_t)l->started_at, "ended_at", (json_int_t)l->ended_at,
		"score", (int)l->score, "clip_from", (json_int_t)l->clip_from, "clip_to",
		(json_int_t)l->clip_to, "clip_kept", (int)l->clip_kept, "width", (int)l->width,
		"height", (int)l->height, "findings", list);
	if (tree && l->still_at)
		json_object_set_new(tree, "still_at", json_integer((json_int_t)l->still_at));
	if (tree && l->posted)
		json_object_set_new(tree, "posted", json_true());
	if (tree && l->features.n)
		json_object_set_new(tree, "features", features_tree(&l->features));
	return tree;
}

static enum err write_json(
	const char *dir, const struct lead *l, struct arena *a, struct fault *why)
{
	char key[LEAD_KEY_MAX];
	json_t *tree = lead_tree(l);
	char *text = tree ? json_dumps(tree, JSON_COMPACT) : NULL;
	json_decref(tree);
	if (!text)
		return fault(why, E_INTERNAL, "a lead cannot be written as JSON");
	lead_key(l, key);
	enum err e = file_write(path_of(a, dir, key, "json"), text, strlen(text), FILE_MODE, why);
	free(text);
	return e;
}

enum err lead_keep(const char *dir, const struct lead *l, struct bytes still, struct fault *why)
{
	char key[LEAD_KEY_MAX];
	struct arena *a = arena_new();
	lead_key(l, key);
	enum err e = file_write(path_of(a, dir, key, "jpg"), still.at, still.n, FILE_MODE, why);
	if (!e)
		e = write_json(dir, l, a, why);
	arena_free(a);
	return e;
}

enum err lead_keep_clip(const char *dir, struct lead *l, struct bytes clip, struct fault *why)
{
	char key[LEAD_KEY_MAX];
	struct arena *a = arena_new();
	lead_key(l, key);
	enum err e = file_write(path_of(a, dir, key, "mp4"), clip.at, clip.n, FILE_MODE, why);
	if (!e) {
		l->clip_kept = true;
		e = write_json(dir, l, a, why);
	}
	arena_free(a);
	return e;
}

enum err lead_mark_posted(const char *dir, struct lead *l, struct fault *why)
{
	struct arena *a = arena_new();
	l->posted = true;
	enum err e = write_json(dir, l, a, why);
	arena_free(a);
	return e;
}

void lead_drop(const char *dir, const char *key)
{
	static const char *const ends[] = { "json", "jpg", "mp4" };
	struct arena *a = arena_new();
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		unlink(path_of(a, dir, key, ends[i]));
	arena_free(a);
}

/* ---- reading --------------------------------------------------------- */

static bool copy_text(char *out, size_t size, const char *text)
{
	size_t n = text ? strlen(text) : size;
	if (n >= size)
		return false;
	memcpy(out, text, n + 1);
	return true;
}

static bool read_finding(json_t *from, struct finding *f)
{
	json_int_t time;
	int kind, score, x, y, w, h;
	if (json_unpack(from, "{sI si si s[iiii]}", "time", &time, "kind", &kind, "score", &score,
		    "box", &x, &y, &w, &h))
		return false;
	*f = (struct finding){ time, (enum finding_kind)kind, score, { x, y, w, h }, 0 };
	return kind >= SEEN_PERSON && kind < FINDING_KINDS;
}

/* Without them the lead is whole all the same. */
static void read_features(json_t *from, struct features *f)
{
	const char *net, *text;
	int base, site;
	*f = (struct features){ 0 };
	if (!from || json_unpack(from, "{ss si si ss}", "net", &net, "base", &base, "site", &site,
			     "at", &text))
		return;
	if (features_parse(text, f, NULL) || !copy_text(f->net, sizeof f->net, net))
		f->n = 0;
	f->base = base;
	f->site = site;
}

static bool read_tree(json_t *tree, struct lead *l)
{
	const char *camera, *rule, *version, *model;
	json_int_t started, ended, from, to;
	int score, kept, width, height;
	json_t *list;
	*l = (struct lead){ 0 };
	if (json_unpack(tree, "{ss ss ss ss sI sI si sI sI sb si si so}", "camera", &camera, "rule",
		    &rule, "rule_version", &version, "model", &model, "started_at", &started,
		    "ended_at", &ended, "score", &score, "clip_from", &from, "clip_to", &to,
		    "clip_kept", &kept, "width", &width, "height", &height, "findings", &list))
		return false;
	l->rule = rule_code_of(rule);
	l->started_at = started;
	l->ended_at = ended;
	l->score = score;
	l->clip_from = from;
	l->clip_to = to;
	l->clip_kept = kept;
	l->still_at = json_integer_value(json_object_get(tree, "still_at"));
	l->posted = json_is_true(json_object_get(tree, "posted"));
	l->width = width;
	l->height = height;
	size_t i;
	json_t *item;
	json_array_foreach(list, i, item)
	{
		if (l->n == VOTES_MAX || !read_finding(item, &l->findings[l->n]))
			return false;
		l->n++;
	}
	read_features(json_object_get(tree, "features"), &l->features);
	return l->rule != RULE_UNKNOWN && copy_text(l->camera, sizeof l->camera, camera) &&
	       copy_text(l->rule_version, sizeof l->rule_version, version) &&
	       copy_text(l->model, sizeof l->model, model);
}

enum err lead_read(
	const char *dir, const char *key, struct arena *a, struct lead *l, struct fault *why)
{
	struct bytes json;
	TRY(file_read(a, path_of(a, dir, key, "json"), JSON_MAX, &json, why));
	json_t *tree = json_loadb((const char *)json.at, json.n, 0, NULL);
	bool ok = tree && read_tree(tree, l);
	json_decref(tree);
	return ok ? OK : fault(why, E_INVALID, "%s.json is damaged", key);
}

enum err lead_files(const char *dir, const struct lead *l, struct arena *a, struct lead_files *out,
	struct fault *why)
{
	char key[LEAD_KEY_MAX];
	lead_key(l, key);
	*out = (struct lead_files){ 0 };
	TRY(file_read(a, path_of(a, dir, key, "jpg"), STILL_MAX, &out->still, why));
	if (l->clip_kept)
		return file_read(a, path_of(a, dir, key, "mp4"), CLIP_MAX, &out->clip, why);
	return OK;
}

void lead_set_aside(const char *dir, const char *key)
{
	struct arena *a = arena_new();
	const char *from = path_of(a, dir, key, "json");
	if (rename(from, path_of(a, dir, key, "damaged")))
		log_event(LOG_ERROR, "vision.lead_stuck", "key", key, "why", strerror(errno), NULL);
	arena_free(a);
}

/* ---- the list -------------------------------------------------------- */

/* Keys end in the time of their event: 13 digits. */
static int by_time(const void *pa, const void *pb)
{
	const char *a = strrchr(*(const char *const *)pa, '-');
	const char *b = strrchr(*(const char *const *)pb, '-');
	int r = strcmp(a ? a : "", b ? b : "");
	return r ? r : strcmp(*(const char *const *)pa, *(const char *const *)pb);
}

enum err lead_keys(
	const char *dir, struct arena *a, const char ***keys, size_t *n, struct fault *why)
{
	*n = 0;
	*keys = NEWS(a, const char *, LEADS_MAX);
	DIR *d = opendir(dir);
	if (!d)
		return fault(why, E_INTERNAL, "%s: %s", dir, strerror(errno));
	for (struct dirent *e; (e = readdir(d)) && *n < LEADS_MAX;) {
		size_t length = strlen(e->d_name);
		if (e->d_name[0] != '.' && text_ends(e->d_name, ".json"))
			(*keys)[(*n)++] = arena_copy(a, e->d_name, length - strlen(".json"));
	}
	closedir(d);
	qsort(*keys, *n, sizeof **keys, by_time);
	return OK;
}
