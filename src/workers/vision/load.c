#include "workers/vision/load.h"

static int64_t looks_of(const struct load *l)
{
	return l->looks.inferred + l->looks.gated + l->looks.asleep;
}

static int64_t share(int64_t part, int64_t whole)
{
	return whole > 0 ? part * 10000 / whole : 0;
}

static const char *number(struct arena *a, int64_t v)
{
	return arena_printf(a, "%" PRId64, v < 0 ? 0 : v);
}

/* Hundredths of looks a second. */
static int64_t rate(const struct load *l)
{
	return l->over_ms > 0 ? looks_of(l) * 100 * SECOND / l->over_ms : 0;
}

static int64_t busy(const struct load *l)
{
	return share(l->busy_us / 1000, l->over_ms * l->threads);
}

/* The rules that want an eye without a model: "phone_in_hand,animal". */
static const char *rules_unable(struct arena *a, unsigned able)
{
	struct buf b = { .arena = a };
	for (int code = RULE_UNKNOWN + 1; code < RULE_CODES; code++)
		if (rule_needs((enum rule_code)code) & ~able)
			buf_printf(&b, "%s%s", b.n ? "," : "", rule_name((enum rule_code)code));
	return b.n ? buf_text(&b) : "";
}

enum err load_post(const struct web *web, const char *node, const struct load *l)
{
	struct arena *a = arena_new();
	struct fault why = { 0 };
	const struct part parts[] = {
		{ .name = "node", .text = node },
		{ .name = "cameras", .text = number(a, l->cameras) },
		{ .name = "looks", .text = number(a, rate(l)) },
		{ .name = "gated", .text = number(a, share(l->looks.gated, looks_of(l))) },
		{ .name = "busy", .text = number(a, busy(l)) },
		{ .name = "stretch", .text = number(a, l->stretch) },
		{ .name = "late", .text = number(a, l->late) },
		{ .name = "unable", .text = rules_unable(a, l->able) },
	};
	enum err e =
		web_post(web, "/internal/vision/status", parts, sizeof parts / sizeof *parts, &why);
	arena_free(a);
	return e;
}

void load_log(const struct load *l)
{
	struct arena *a = arena_new();
	log_event(LOG_INFO, "vision.load", "cameras", number(a, l->cameras), "looks",
		number(a, looks_of(l)), "gated", number(a, l->looks.gated), "busy_percent",
		number(a, busy(l) / 100), "interval_percent", number(a, l->stretch / 100), NULL);
	arena_free(a);
}
