/* The room of papers: the type face all official papers are set in, found once and warmed.
 *
 * One family only, Noto Serif CJK SC: a fallback face would make the same paper look different on
 * another machine. A sign the family lacks is therefore refused, never replaced. (cairo 1.16 loses
 * glyphs when it cuts such fonts for a PDF; text.c goes round it, test_glyphs.c watches it.)
 *
 * Thread-safe. Reads /etc/fonts, /usr/share/fonts and the cache of fontconfig: a process that locks
 * itself in must leave them readable. */
#ifndef CORE_DOCUMENTS_H
#define CORE_DOCUMENTS_H

#include "core/base/base.h"

/* Finds both weights of the family and shapes a line with each. Call once per process before the
 * first paper, else the first paper pays for it (about 0.2 s). E_INTERNAL when the family is
 * missing. */
enum err documents_init(struct fault *why);

/* Gives back what the libraries keep for the life of the process, so that leak checkers see only
 * leaks. The last call of a process, when no other thread is left that makes papers. */
void documents_quit(void);

/* True when text is valid UTF-8 and both weights have every sign of it; a newline is fine, other
 * control signs are not. Otherwise false, and bad (may be NULL) names the first wrong sign as
 * "U+XXXX". For forms: tell the visitor before a paper is wanted. */
enum { SIGN_MAX = 12 };
bool documents_can_draw(const char *text, char bad[SIGN_MAX]);

#endif
