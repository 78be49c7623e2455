/* Signature fields in a PDF, by incremental update (ISO 32000-1, 7.5.6 and 12.8): what was there
 * stays, byte for byte. With the first field the file is told its language, its title and its
 * metadata in XMP.
 *
 *	pdf_open()         the file, and how many fields it will have
 *	pdf_field()        room for the next signature; what it covers: pdf_covered()
 *	pdf_fill()         the signature into its room
 *
 * Fields are signed in turn, each over all that stands before it. Only files with a table of
 * cross-references are taken, as cairo writes them. Everything lives in the arena. */
#ifndef CORE_DOCUMENTS_PDF_SIGN_H
#define CORE_DOCUMENTS_PDF_SIGN_H

#include "core/base/base.h"

enum { PDF_FIELDS = 4, PDF_ROOM = 6144 }; /* bytes of DER that one signature may have */

struct pdf_about {
	const char *title, *office, *reason;
	int64_t made_at, signed_at;	/* ms UTC */
	const char *fields[PDF_FIELDS]; /* names, ASCII */
	size_t n_fields;
};

struct pdf_file {
	struct arena *arena;
	struct pdf_about about;
	struct buf all;
	size_t xref;		   /* where the last table stands */
	int64_t root, info, next;  /* numbers of objects; next: the first free one */
	int64_t page, first_field; /* the first page; the fields' widgets, one after the other */
	size_t fields_made;
	size_t hole, hole_end;		   /* of the signature in the work: < and behind > */
	const char *catalogue, *page_dict; /* what stands inside their << >> */
};

/* E_INVALID when the file is not as cairo writes it. */
enum err pdf_open(struct arena *a, struct bytes pdf, const struct pdf_about *about,
	struct pdf_file *out, struct fault *why);
enum err pdf_field(struct pdf_file *f, struct fault *why);
/* The two parts that the field covers, until the next call. */
void pdf_covered(const struct pdf_file *f, struct bytes part[2]);
/* E_TOO_LARGE when it has more than PDF_ROOM bytes. */
enum err pdf_fill(struct pdf_file *f, struct bytes signature, struct fault *why);
struct bytes pdf_bytes(const struct pdf_file *f);

/* Of a finished file: what the nth signature, counted from 0, covers, and its room in hexadecimal
 * digits. False when there is none, or when its range is not all of the file up to an end. */
struct pdf_cover {
	struct bytes part[2];
	const char *room;
	size_t room_n;
};
bool pdf_signature_at(struct arena *a, struct bytes pdf, size_t nth, struct pdf_cover *out);

#endif
