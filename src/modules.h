/* The one list of modules: what the program consists of, in the order of the navigation. */
#ifndef MODULES_H
#define MODULES_H
#include "core/app/module.h"
extern const struct module *const modules[];
#endif
