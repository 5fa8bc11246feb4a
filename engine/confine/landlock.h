/* Landlock, asked for at run time: what the kernel has may be more or less than its header here. */
#ifndef CASEBOOK_CONFINE_LANDLOCK_H
#define CASEBOOK_CONFINE_LANDLOCK_H

#include <stdbool.h>
#include <stddef.h>

/* The kernel's ABI, 0 where it has none. */
int landlock_abi(void);
/* Only these paths can be opened from now on, for reading; TCP to servers only with `network`.  False where
 * the kernel does not do it. */
bool landlock_take(const char *const *paths, size_t n, bool network);

#endif
