/* Keys by the names that help and footers give them. */
#ifndef TESTS_UI_KEY_NAMED_H
#define TESTS_UI_KEY_NAMED_H

#include "key.h"

/* "PgDn", "Ctrl-A", "Space" or one character; fails the test at any other name. */
struct key key_named(const char *name);

#endif
