/* Files by the machine that they come from. */
#ifndef CASEBOOK_UI_ANALYZE_MACHINE_H
#define CASEBOOK_UI_ANALYZE_MACHINE_H

#include <casebook/analyze.h>
#include <casebook/arena.h>

/* The computer or device of a file; NULL when nothing tells it, or when the file is of several. */
const char *analyze_machine(const struct analyzed *f);
/* The indices of all files, those of one machine together, those of none last; *machines: how many there are.
 */
size_t *analyze_by_machine(const struct analysis *a, struct arena *mem, size_t *machines);

#endif
