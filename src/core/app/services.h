/* Private to the app room: what services.c gives to its neighbours. */
#ifndef CORE_SERVICES_H
#define CORE_SERVICES_H
#include "core/app/app.h"
/* Rules compiled in, then those in DATA/rules/, which win over a compiled-in one of the same name
 * and version. */
enum err rules_load(struct app *app, struct fault *why);
#endif
