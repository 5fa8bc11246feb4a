/* Which machine a file is from, as the file itself or what lies beside it says.  Decides nothing. */
#include "analyze_machine.h"

#include <casebook/host.h>

#define MACHINES 64 /* told apart; files of more than these follow in their own order */

static const char *name_of(const struct about *a)
{
	/* Elsewhere a device is one of those that a server speaks with. */
	bool own = (a->traces & TRACE_DEVICE) != 0 || a->role == ROLE_DEVICE;

	return a->computer != NULL && a->computer[0] != '\0'      ? a->computer
	       : own && a->device != NULL && a->device[0] != '\0' ? a->device
	                                                          : NULL;
}

const char *analyze_machine(const struct analyzed *f)
{
	const char *found = NULL;

	for (size_t i = 0; f->looked && i < f->e.nparts; i++) {
		const char *name = name_of(&f->e.parts[i].about);

		if (name != NULL && found != NULL && !host_same(name, found))
			return NULL; /* several: an event log of two computers */
		if (name != NULL)
			found = name;
	}
	return found;
}

size_t *analyze_by_machine(const struct analysis *a, struct arena *mem, size_t *machines)
{
	size_t *order = arena_array(mem, a->n + 1, sizeof(*order)),
	       *group = arena_array(mem, a->n + 1, sizeof(*group)), n = 0;
	const char *known[MACHINES];

	*machines = 0;
	for (size_t i = 0; i < a->n; i++) {
		const char *name = analyze_machine(&a->files[i]);

		for (group[i] = 0; name != NULL && group[i] < *machines; group[i]++)
			if (host_same(known[group[i]], name))
				break;
		if (name != NULL && group[i] == *machines && *machines < MACHINES)
			known[(*machines)++] = name;
		if (name == NULL)
			group[i] = MACHINES + 1;
	}
	for (size_t g = 0; g <= MACHINES + 1; g++)
		for (size_t i = 0; i < a->n; i++)
			if (group[i] == g)
				order[n++] = i;
	return order;
}
