/* The program: one binary, its commands. */
#include "commands.h"
#include "core/base/base.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *usage;
};

static const struct command commands[] = {
	{ "serve", serve_main,
		"serve --data DIR [--listen HOST:PORT] [--db postgresql://...] [--site URL] "
		"[--rtmp HOST:PORT] [--gb28181 HOST:PORT --gb-id 20DIGITS] [--media-address IP]" },
	{ "demo", demo_main,
		"demo --data DIR [--operators N] [--at DATE] "
		"[--camera RTSP_URL] [--db URL]" },
	{ "import", import_main,
		"import operators|licences|relations FILE.csv --data DIR [--db URL]" },
	{ "export", export_main, "export operators --data DIR [--db URL]" },
	{ "verify", verify_main, "verify --data DIR [--db URL]" },
	{ "user", user_main,
		"user add NAME --role ROLE --data DIR [--name FULL_NAME] [--card NO] [--area "
		"CODE]" },
	{ "watch", watch_main,
		"watch FILE|URL [--every SECONDS] [--json] "
		"[--hours HH:MM-HH:MM] [--models DIR]" },
	{ "sensors", sensors_command,
		"sensors broker --data DIR --out DIR --cert FILE --key FILE [--port N] | verify "
		"--data DIR" },
	{ "media", media_command,
		"media --web URL --token-file FILE --data DIR [--node NAME] [--capacity N] [--rtmp "
		"HOST:PORT] [--gb28181 HOST:PORT --gb-id 20DIGITS] [--media-address IP]" },
	{ "vision", vision_command,
		"vision --web URL --token-file FILE --data DIR [--node NAME] [--models DIR]\n"
		"  shian vision train --data DIR [--db URL] [--rule CODE] [--dry-run] [--activate "
		"LOGIN --reason TEXT]" },
	{ "onvif", onvif_command,
		"onvif discover [--to ADDR[:PORT]] [--wait MS] [--json] | stream URL [--user NAME] "
		"[--json]" },
	{ "dock", dock_command,
		"dock FILE|FOLDER... --device NUMBER --web URL --token-file FILE [--patience "
		"SECONDS]\n"
		"  shian dock key NUMBER --data DIR [--db URL]" },
	{ "draw", draw_command, "draw verify FILE" },
	{ "head", head_command,
		"head sign|show --data DIR [--db URL] [--size N] | target --data DIR [--file PATH] "
		"[--url URL]\n"
		"  shian head fetch URL | compare HEADS|URL --data DIR | compare HEADS HEADS" },
	{ "key", key_command,
		"key show --data DIR [--db URL] | protect --data DIR [--passphrase-file FILE]\n"
		"  shian key rotate --data DIR [--db URL] [--papers] [--token FILE | --file]" },
	{ "proof", proof_command,
		"proof check FILE [--head HEADFILE] [--key KEY.pem] [--file COPY]\n"
		"  shian proof make fact N | paper CODE | file SM3 --data DIR [--db URL] [--head "
		"HEADFILE] [--out FILE]" },
	{ "targeting", targeting_command,
		"targeting score|evaluate --history VISITS.csv --from DATE --to DATE" },
	{ "doc", doc_main, "doc events|openapi" },
};

static int usage(FILE *to)
{
	fputs("Shian: food-safety supervision of a district, in one program.\n\nusage:\n", to);
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		fprintf(to, "  shian %s\n", commands[i].usage);
	return to == stdout ? 0 : 2;
}

int main(int argc, char **argv)
{
	log_to(LOG_WARN, "shian"); /* a command says what matters itself; serve logs more */
	if (argc < 2)
		return usage(stderr);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)
		return usage(stdout);
	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	fprintf(stderr, "shian: there is no command %s\n\n", argv[1]);
	return usage(stderr);
}
