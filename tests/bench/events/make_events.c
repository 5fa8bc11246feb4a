/* A large event log: make_events FILE MEGABYTES. */
#include <stdio.h>
#include <stdlib.h>

#include "evtx_write.h"

int main(int argc, char **argv)
{
	size_t chunks = argc == 3 ? strtoul(argv[2], NULL, 10) * 16 : 0, n = chunks * 110, size;
	struct evtx_event *events = calloc(n != 0 ? n : 1, sizeof(*events));
	unsigned char *bytes;
	FILE *f;

	if (n == 0 || events == NULL)
		return 2;
	for (size_t i = 0; i < n; i++)
		events[i] = (struct evtx_event){
		        (uint16_t)(1 + i * 37 % 60),
		        4,
		        i % 3 == 0 ? "Application Error" : "Microsoft-Windows-WAS",
		        "Application",
		        1795344737000 + (int64_t)i * 100,
		        {"AppPoolID", "ProcessID", "Text", NULL},
		        {"DefaultAppPool", "4711",
		         "A worker process served its time and was replaced by another one"}};
	bytes = evtx_write(events, n, 110, &size);
	f = fopen(argv[1], "wb");
	return f == NULL || fwrite(bytes, 1, size, f) != size || fclose(f) != 0;
}
