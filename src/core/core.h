/* Everything a domain may see of the core. */
#ifndef CORE_H
#define CORE_H

#include "core/app/calendar.h"
#include "core/app/module.h"
#include "core/app/req.h"
#include "core/papers/papers.h"

#endif
