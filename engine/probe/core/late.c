/* The time at which a check stops reading. */
#include "late.h"

#include <casebook/clock.h>

static struct {
	int64_t ends_ms;
	bool was;
} late;

void late_from(int64_t ends_ms)
{
	late.ends_ms = ends_ms;
	late.was = false;
}

bool late_now(void)
{
	if (late.ends_ms == 0 || clock_monotonic_ms() < late.ends_ms)
		return false;
	late.was = true;
	return true;
}

bool late_was(void)
{
	return late.was;
}

void late_forget(bool was)
{
	late.was = was;
}
