/* Zones as officers write them: a line for each polygon, its corners as "x,y" in per-mille of the
 * picture, parted by blanks. "0,700 1000,700 1000,1000 0,1000" is the floor.
 */
#ifndef CAMERAS_ZONES_H
#define CAMERAS_ZONES_H

#include "core/model/node.h"

/* NULL: fine; else an English message for the field. "" is fine: the whole picture. */
const char *zones_check(const char *text);

/* Puts [[x,y,x,y,...],...] for the vision worker; nothing for a text that zones_check() refuses. */
void zones_put(struct node *in, const char *name, const char *text);

#endif
