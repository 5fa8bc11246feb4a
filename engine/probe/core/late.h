/*
 * The time at which a check stops reading.  From then on reads of files fail, so that a reader ends as at
 * damage and sends what it has seen before it is killed.  One for the process, which runs one check.
 */
#ifndef CASEBOOK_LATE_H
#define CASEBOOK_LATE_H

#include <stdbool.h>
#include <stdint.h>

void late_from(int64_t ends_ms); /* of clock_monotonic_ms(); 0: never.  Nothing was late so far. */
/* Whether it is later than that; asking then counts as having been stopped by it. */
bool late_now(void);
bool late_was(void);        /* Something was stopped by it. */
void late_forget(bool was); /* Sets late_was(): a checksum that is not finished is no loss. */

#endif
