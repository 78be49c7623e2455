/* The command room: what waits for each person, the wall with the six promises, and the ledger
 * open to whoever watches. It keeps nothing and tells nothing: it reads what the other rooms show.
 */
#include "domains/command/command.h"

const struct module command = {
	.name = "command",
	.routes = (const struct route[]){ { GET, "/desk", desk, SIGNED_IN, .about = "My desk" },
		{ GET, "/desk/waiting", waiting_page, SIGNED_IN,
			.about = "What waits for me, by the term that ends first; ?of=" },
		{ GET, "/wall", wall, WALL_READ, .about = "The big screen" },
		{ GET, "/command/wall.json", wall_data, WALL_READ, .about = "Its numbers" },
		{ GET, "/ledger", ledger_list, LEDGER_READ, .about = "Facts, newest first" },
		{ GET, "/ledger/:id", ledger_fact, LEDGER_READ, .about = "A fact and its proof" },
		{ GET, "/heads.json", ledger_heads, ANYBODY,
			.about = "Signed heads of the ledger, for whoever keeps them" },
		{ GET, "/keys/:key.pem", ledger_key, ANYBODY,
			.about = "A public key that signed heads and papers" },
		{ 0 } },
	.nav = (const struct nav[]){ { "/desk", "My desk", SIGNED_IN, NULL },
		{ "/wall", "Big screen", WALL_READ, NULL },
		{ "/ledger", "Ledger", LEDGER_READ, NULL }, { 0 } },
};
