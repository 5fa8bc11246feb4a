/* The flows built into the program, from flows.def. */
#include <casebook/flow.h>

#define ROW(symbol, name, heading)                  \
	extern const unsigned char flow_##symbol[]; \
	extern const size_t flow_##symbol##_size;
#include "flows.def"
#undef ROW

const struct builtin_flow builtin_flows[] = {
#define ROW(symbol, name, heading) {name, heading, flow_##symbol, &flow_##symbol##_size},
#include "flows.def"
#undef ROW
        {NULL, NULL, NULL, NULL},
};

size_t builtin_count(void)
{
	return sizeof(builtin_flows) / sizeof(builtin_flows[0]) - 1;
}
