/* The table of probes, from probes.def: a file of its own so that tests can bring theirs. */
#include "probe_int.h"

#define ROW(room, name) extern const struct probe_impl probe_##name;
#include "probes.def"
#undef ROW

const struct probe_impl *const probe_impls[] = {
#define ROW(room, name) &probe_##name,
#include "probes.def"
#undef ROW
        NULL,
};
