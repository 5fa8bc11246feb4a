/* Top-level domains. */
#ifndef CASEBOOK_TLD_H
#define CASEBOOK_TLD_H

#include <stdbool.h>
#include <stddef.h>

/* Whether hosts end so: a top-level domain of the public suffix list (publicsuffix.org), in letters or as
 * "xn--", or one of those that are used within houses ("local", "lan", "corp"); assets/tlds.txt.  ASCII case
 * ignored. */
bool tld_known(const char *label, size_t n);

#endif
