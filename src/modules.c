/* To add a domain: run tools/new-domain NAME, which adds its line to src/modules.list. A
 * domain is one folder in src/domains; docs/guide/add-a-domain.md walks through it, and a test
 * follows that guide to the letter. */
#include "modules.h"

#include "core/app/accounts.h"

#define MODULE(name) extern const struct module name;
#include "modules.list"
#undef MODULE

#define MODULE(name) &name,
const struct module *const modules[] = {
#include "modules.list"
	&accounts_module, &login_module, &system_module, NULL
};
