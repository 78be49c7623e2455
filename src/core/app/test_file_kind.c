/* What a file is says its beginning, not who sends it. */
#include "core/app/req.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define PICTURES "image/jpeg,image/png"
#define SOUND	 "audio/mpeg,audio/mp4,audio/wav,audio/webm,audio/ogg"
#define ANY	 PICTURES ",application/pdf," SOUND ",video/mp4,video/webm"

static const struct {
	const char *bytes;
	size_t n;
	const char *sent_as, *types, *is; /* is: NULL, refused */
} rows[] = {
	{ "\xff\xd8\xff\xe0 jpeg", 9, "image/jpeg", PICTURES, "image/jpeg" },
	{ "\xff\xd8\xff\xe0 jpeg", 9, "", PICTURES, "image/jpeg" },
	{ "\xff\xd8\xff\xe0 jpeg", 9, "application/pdf", PICTURES, "image/jpeg" },
	{ "\xff\xd8\xff\xe0 jpeg", 9, "image/jpeg", "image/png", NULL },
	{ "\x89PNG\r\n\x1a\n", 8, "image/png", PICTURES, "image/png" },
	{ "%PDF-1.7", 8, "application/pdf", ANY, "application/pdf" },
	/* a part of a type, or nothing at all, is no type */
	{ "MZ\x90", 3, "", PICTURES, NULL },
	{ "MZ\x90", 3, "image/", PICTURES, NULL },
	{ "MZ\x90", 3, "image/jpeg", PICTURES, NULL },
	{ "<svg onload=x>", 14, "image/jpeg", PICTURES, NULL },
	{ "", 0, "image/jpeg", PICTURES, NULL },
	{ "\xff", 1, "image/jpeg", PICTURES, NULL },
	{ "ID3\x04", 4, "audio/mpeg", SOUND, "audio/mpeg" },
	{ "\xff\xfb\x90\x64", 4, "audio/mpeg", SOUND, "audio/mpeg" },
	{ "\xff\xf1\x50\x80", 4, "audio/aac", SOUND, NULL }, /* ADTS */
	{ "RIFF....WAVEfmt ", 16, "audio/x-wav", SOUND, "audio/wav" },
	{ "RIFF....AVI LIST", 16, "audio/wav", SOUND, NULL },
	{ "\x4fggS", 4, "audio/ogg", SOUND, "audio/ogg" },
	/* one container, sound or pictures: the list says, or else who sends it */
	{ "....ftypisom", 12, "video/mp4", SOUND, "audio/mp4" },
	{ "....ftypisom", 12, "video/mp4", ANY, "video/mp4" },
	{ "....ftypM4A ", 12, "audio/mp4", ANY, "audio/mp4" },
	{ "\x1a\x45\xdf\xa3", 4, "video/webm", ANY, "video/webm" },
	{ "\x1a\x45\xdf\xa3", 4, "", SOUND, "audio/webm" },
};

static void by_its_first_bytes(void **state)
{
	const char *path = "test-file-kind.tmp";

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct http_file f = { .type = rows[i].sent_as, .path = path };
		struct fault why = { 0 };
		(void)unlink(path);
		assert_int_equal(file_write(path, rows[i].bytes, rows[i].n, 0600, &why), OK);
		const char *is = file_is(NULL, &f, rows[i].types);
		if (!rows[i].is != !is || (is && strcmp(is, rows[i].is)))
			fail_msg("row %zu: %s and not %s", i, is ? is : "-",
				rows[i].is ? rows[i].is : "-");
	}
	(void)unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(by_its_first_bytes) };
	return cmocka_run_group_tests_name("kinds of files", tests, NULL, NULL);
}
