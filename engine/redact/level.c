/* The levels of redaction by name. */
#include <casebook/redact.h>

#include <string.h>

int redact_level_from(const char *name)
{
	for (int i = REDACT_STANDARD; i <= REDACT_STRICT; i++)
		if (strcmp(redact_level_name((enum redact_level)i), name) == 0)
			return i;
	return -1;
}

const char *redact_level_name(enum redact_level l)
{
	static const char *const names[] = {"standard", "full", "strict"};

	return names[l];
}
