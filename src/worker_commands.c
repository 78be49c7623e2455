/* shian media, shian vision: a worker alone, on a machine that has no database. It speaks to the
 * web process of another machine with the token of DATA/keys/machine.token, copied by hand. */
#include "cli.h"
#include "commands.h"

#include "workers/media/lease.h"
#include "workers/media/media.h"
#include "workers/vision/worker.h"

#include <stdlib.h>
#include <string.h>

struct post {
	const char *web, *data, *node;
	char token[CLI_TOKEN_MAX];
};

static enum err read_post(struct post *p, int argc, char **argv, struct fault *why)
{
	const char *token = option(argc, argv, "--token-file", NULL);
	p->web = option(argc, argv, "--web", NULL);
	p->data = option(argc, argv, "--data", NULL);
	p->node = option(argc, argv, "--node", NULL);
	if (!p->web || !p->data || !token)
		return fault(
			why, E_INVALID, "--web URL, --token-file FILE and --data DIR are needed");
	if (p->node && !node_name_valid(p->node))
		return fault(why, E_INVALID, "--node is 1 to 60 of A-Z a-z 0-9 . _ -");
	return cli_token(token, p->token, why);
}

int media_command(int argc, char **argv)
{
	struct post p = { 0 };
	struct fault why = { 0 };
	int64_t capacity = 0;
	if (read_post(&p, argc, argv, &why))
		return cli_fail("media", &why, 2);
	if (!text_to_int(option(argc, argv, "--capacity", "0"), &capacity) || capacity < 0 ||
		capacity > 4096)
		return cli_complain("--capacity is a number of cameras, at most 4096", 2);
	log_to(LOG_INFO, "media");
	return media_main(&(struct media_options){ .web_url = p.web,
		.token = p.token,
		.data_dir = p.data,
		.node = p.node,
		.capacity = capacity,
		.push_listen = option(argc, argv, "--rtmp", NULL),
		.gb_listen = option(argc, argv, "--gb28181", NULL),
		.gb_id = option(argc, argv, "--gb-id", NULL),
		.address = option(argc, argv, "--media-address", NULL) });
}

int vision_command(int argc, char **argv)
{
	struct post p = { 0 };
	struct fault why = { 0 };
	const char *set = getenv("SHIAN_MODELS");
	if (argc > 1 && text_is(argv[1], "train"))
		return train_main(argc, argv);
	if (read_post(&p, argc, argv, &why))
		return cli_fail("vision", &why, 2);
	log_to(LOG_INFO, "vision");
	return vision_main(&(struct vision_options){ .web_url = p.web,
		.token = p.token,
		.data_dir = p.data,
		.node = p.node,
		.models_dir =
			option(argc, argv, "--models", set ? set : "/usr/share/shian/models") });
}
