/* Closed sets of words for facts of this room (windows/win_sets.c says why they are apart). */
#include "cert_store.h"

const char *const store_forms[] = {"none", "der", "pkcs7", "pem", "sst", "certutil", "powershell", NULL};
