/* Fetching from a server in the middle of a case: from where, remembered as a note of the case, and what
 * came. */
#ifndef CASEBOOK_UI_COLLECTED_H
#define CASEBOOK_UI_COLLECTED_H

#include "wizard.h"

#define COLLECTED_ADDRESS 400

/* The address of the last collection of the case, without ssh://; "" when there was none. */
void collected_from(const struct casefile *cf, char out[COLLECTED_ADDRESS]);
/* With the terminal as a shell has it: asks the server and returns the folder, in mem, and the note for the
 * case; NULL: nothing came, and it was said. */
const char *collected_fetch(const struct wizard_options *opt, struct session *s, const char *address,
                            struct arena *mem, const char **note);

#endif
