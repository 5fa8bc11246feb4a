/* Runs a fuzz target over files and folders once: seeds as ordinary tests. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned ran;

static int run_file(const char *path)
{
	FILE *in = fopen(path, "rb");
	uint8_t *data = NULL;
	size_t n = 0, cap = 0, got;

	if (in == NULL) {
		perror(path);
		return -1;
	}
	do {
		if (n == cap) {
			uint8_t *more = realloc(data, cap = cap == 0 ? 65536 : 2 * cap);

			if (more == NULL) {
				free(data);
				fclose(in);
				return -1;
			}
			data = more;
		}
		got = fread(data + n, 1, cap - n, in);
		n += got;
	} while (got > 0);
	fclose(in);
	/* an exact copy, so that the sanitizers see a read past its end */
	uint8_t *exact = malloc(n > 0 ? n : 1);

	for (size_t i = 0; exact != NULL && i < n; i++)
		exact[i] = data[i];
	free(data);
	if (exact == NULL)
		return -1;
	LLVMFuzzerTestOneInput(exact, n);
	free(exact);
	ran++;
	return 0;
}

static int run_path(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *e;
	int rc = 0;

	if (dir == NULL)
		return run_file(path);
	while ((e = readdir(dir)) != NULL && rc == 0) {
		char name[4096];

		if (e->d_name[0] != '.' &&
		    (size_t)snprintf(name, sizeof(name), "%s/%s", path, e->d_name) < sizeof(name))
			rc = run_file(name);
	}
	closedir(dir);
	return rc;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (run_path(argv[i]) < 0)
			return 1;
	printf("%u inputs\n", ran);
	return ran > 0 ? 0 : 1; /* a test that ran nothing has shown nothing */
}
