/* probe_try ID [--ca FILE] [--external] [--side-effects] key=value...: one probe by hand, its evidence as
 * JSON on stderr. */
#include "probe_run.h"

#include <string.h>

int main(int argc, char **argv)
{
	struct probe_call call = {0};
	struct probe_run r;
	const char *args[16];
	size_t n = 0;

	for (int i = 2; i < argc && n < 15; i++) {
		if (strcmp(argv[i], "--ca") == 0 && i + 1 < argc)
			call.ca_file = argv[++i];
		else if (strcmp(argv[i], "--proxy") == 0 && i + 1 < argc)
			call.proxy = argv[++i];
		else if (strcmp(argv[i], "--external") == 0)
			call.allow_external = true;
		else if (strcmp(argv[i], "--side-effects") == 0)
			call.allow_side_effects = true;
		else
			args[n++] = argv[i];
	}
	args[n] = NULL;
	if (argc < 2)
		return 2;
	probe_run(&r, argv[1], &call, args);
	run_print(&r);
	probe_run_release(&r);
	return 0;
}
