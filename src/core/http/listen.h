/* The listening socket. */
#ifndef CORE_HTTP_LISTEN_H
#define CORE_HTTP_LISTEN_H

#include "core/http/http.h"

/* Takes o->listen_fd or opens o->listen ("127.0.0.1:8080", "[::1]:0"). port is 0 for a UNIX socket.
 */
enum err listen_on(const struct http_options *o, int *fd, int *port, struct fault *why);
/* Raises the soft limit of open files as far as is useful; returns wanted, or half of what is
 * allowed. */
int files_for_connections(int wanted);

#endif
