/* Names of machines, this one's among them. */
#ifndef CASEBOOK_HOST_H
#define CASEBOOK_HOST_H

#include <stdbool.h>
#include <stddef.h>

#define HOST_SIZE 256
/* Its name, cleaned to one line; "" when it cannot be told. */
void host_name(char out[HOST_SIZE]);
/* Whether two names are of one computer: NDES01 and ndes01.contoso.com are. */
bool host_same(const char *a, const char *b);

#endif
