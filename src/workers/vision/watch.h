/* shian watch FILE|ADDRESS: what the models see, on a terminal or as JSON lines. */
#ifndef WORKERS_VISION_WATCH_H
#define WORKERS_VISION_WATCH_H

#include <stdio.h>

enum { WATCH_OK = 0, WATCH_FAILED = 2 };

/* argv[0] is "watch". Prints findings to stdout, one clear line to stderr when it cannot.
 * The models are looked for in --models DIR, else in $SHIAN_MODELS, else in models_dir_default.
 * Returns WATCH_OK or WATCH_FAILED. Call it before any thread is started: it forks. */
int watch_main(int argc, char **argv);

void watch_usage(FILE *to);

#endif
