/* The descriptions of all checks, for the wizard: no code of theirs and no library.  The checks' own files
 * are compiled once more for it, with PROBE_DESCRIBE and their symbol named described_NAME (CMakeLists.txt).
 */
#include <string.h>

#include "probe_int.h"

#define ROW(room, name) extern const struct probe_impl described_##name;
#include "probes.def"
#undef ROW

const struct probe *const probe_table[] = {
#define ROW(room, name) &described_##name.desc,
#include "probes.def"
#undef ROW
        NULL,
};

const struct probe *probe_find(const char *id)
{
	for (size_t i = 0; id != NULL && probe_table[i] != NULL; i++)
		if (strcmp(probe_table[i]->id, id) == 0)
			return probe_table[i];
	return NULL;
}
