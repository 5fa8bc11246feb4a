/* This machine. */
#ifndef CASEBOOK_HOST_H
#define CASEBOOK_HOST_H

#include <stddef.h>

#define HOST_SIZE 256
/* Its name, cleaned to one line; "" when it cannot be told. */
void host_name(char out[HOST_SIZE]);

#endif
