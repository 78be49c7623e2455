/* "shian import operators|licences|relations" and "shian export operators". */
#include "cli.h"
#include "commands.h"
#include "domains/entities/entities.h"

#include <stdio.h>

int import_main(int argc, char **argv)
{
	struct fault why = { 0 };
	struct import_totals t = { 0 };
	struct app *app;

	if (argc < 3 || text_starts(argv[1], "-") || text_starts(argv[2], "-")) {
		fputs("usage: shian import operators|licences|relations FILE.csv --data DIR [--db "
		      "URL]\n",
			stderr);
		return 2;
	}
	if (cli_app(argc, argv, false, &app, &why))
		return cli_fail("import", &why, 2);
	enum err e = file_import(app, (const char *const[2]){ argv[1], argv[2] }, &t, &why);
	app_close(app);
	if (e)
		fprintf(stderr, "shian import: %s: %s\n", argv[2], why.text);
	if (e && !t.imported && !t.rejected)
		return 2;
	printf("imported %" PRId64 ", rejected %" PRId64 "\n", t.imported, t.rejected);
	if (t.rejected)
		fprintf(stderr, "shian import: the rejected rows are in %s.rejected.csv\n",
			argv[2]);
	return e || t.rejected ? 1 : 0;
}

int export_main(int argc, char **argv)
{
	struct fault why = { 0 };
	struct app *app;

	if (argc < 2 || !text_is(argv[1], "operators")) {
		fputs("usage: shian export operators --data DIR [--db URL] > FILE.csv\n", stderr);
		return 2;
	}
	if (cli_app(argc, argv, true, &app, &why))
		return cli_fail("export", &why, 2);
	enum err e = operators_export(app, &why);
	app_close(app);
	return e ? cli_fail("export", &why, 2) : 0;
}
