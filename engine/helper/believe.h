/* What a check may say: its own facts, of their types, about what it was asked to look at. */
#ifndef CASEBOOK_HELPER_BELIEVE_H
#define CASEBOOK_HELPER_BELIEVE_H

#include <casebook/wire.h>

/* False when the message says what this check cannot know: *why, in mem, is a sentence about it. */
bool believe(struct arena *mem, const char **why, const struct probe *p, const struct probe_arg *args,
             size_t nargs, const struct wire_message *m);

#endif
