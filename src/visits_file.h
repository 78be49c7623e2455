/* A file of visits on disk, perhaps compressed. */
#ifndef VISITS_FILE_H
#define VISITS_FILE_H

#include "domains/targeting/score.h"

/* Reads the visits before the window's end into v (started); a file of gzip is unpacked. What an
 * operator is, is taken from before the window. The reason begins with the path. */
enum err visits_file_load(struct visits *v, const char *path, struct window w, struct fault *why);

#endif
