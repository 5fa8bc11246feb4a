/* The other direction of key_label(), by trying. */
#include "key_named.h"

#include <string.h>

#include <casebook/utf8.h>

#include "test.h"

struct key key_named(const char *name)
{
	struct key k = {0};
	char label[24];

	for (int i = K_NONE + 1; i < K__MAX; i++) {
		k.kind = (enum key_kind)i;
		if (i != K_CHAR && i != K_CTRL && strcmp(key_label(k, label), name) == 0)
			return k;
	}
	k.kind = K_CTRL;
	for (k.cp = 'A'; k.cp <= 'Z'; k.cp++)
		if (strcmp(key_label(k, label), name) == 0)
			return k;
	k = (struct key){K_CHAR, ' ', false};
	if (strcmp(name, "Space") != 0 &&
	    (*name == '\0' || utf8_decode(name, strlen(name), &k.cp) != strlen(name)))
		fail_msg("no key is called '%s'", name);
	return k;
}
