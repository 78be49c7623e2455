/* Passwords as the MQTT broker keeps them. */
#include "core/ledger/crypto.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 101, SALT = 12, HASH = 64 };

/* As mosquitto_passwd(1) writes it: "$7$rounds$salt$hash", PBKDF2 with SHA-512, base64. Few rounds
 * are enough for a password of 256 random bits. */
char *password_for_broker(struct arena *a, const char *password)
{
	uint8_t salt[SALT], hash[HASH];
	char salt64[4 * ((SALT + 2) / 3) + 1], hash64[4 * ((HASH + 2) / 3) + 1];

	random_bytes(salt, sizeof(salt));
	if (PKCS5_PBKDF2_HMAC(password, (int)strlen(password), salt, SALT, ROUNDS, EVP_sha512(),
		    HASH, hash) != 1)
		abort();
	EVP_EncodeBlock((unsigned char *)salt64, salt, SALT);
	EVP_EncodeBlock((unsigned char *)hash64, hash, HASH);
	return arena_printf(a, "$7$%d$%s$%s", ROUNDS, salt64, hash64);
}
