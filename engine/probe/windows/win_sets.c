/* Closed sets of words for facts of this room: in a file of their own, since the table of descriptions has
 * them without the code around them. */
#include "cert_store.h"

const char *const store_forms[] = {"none", "der", "pkcs7", "pem", "sst", "certutil", NULL};
