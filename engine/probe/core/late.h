/*
 * The time at which a check stops reading. From then on file reads fail, so that a reader stops as it would
 * at damage and sends its results before it is killed. One per process, since a process runs one check.
 */
#ifndef CASEBOOK_LATE_H
#define CASEBOOK_LATE_H

#include <stdbool.h>
#include <stdint.h>

void late_from(int64_t ends_ms); /* of clock_monotonic_ms(); 0: never.  Resets late_was(). */
/* Whether that time has passed; a true answer counts as having been stopped by it. */
bool late_now(void);
bool late_was(void);        /* Something was stopped by it. */
void late_forget(bool was); /* Sets late_was(): an unfinished checksum is no loss. */

#endif
