/* The gate for secrets as a filter: texts divided by zero bytes in, the same cleaned and divided so out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/secret.h>
#include <casebook/xalloc.h>

int main(void)
{
	size_t n = 0, cap = 1 << 20, got;
	char *all = xmalloc(cap);

	while ((got = fread(all + n, 1, cap - n, stdin)) > 0) {
		n += got;
		if (n == cap)
			all = xrealloc(all, cap *= 2);
	}
	for (size_t from = 0; from < n;) {
		struct arena *mem = arena_new();
		const char *end = memchr(all + from, '\0', n - from);
		size_t len = end != NULL ? (size_t)(end - all) - from : n - from;
		const char *out = secret_clean_bytes(mem, all + from, len, NULL);

		fwrite(out, 1, strlen(out) + 1, stdout);
		arena_free(mem);
		from += len + 1;
	}
	free(all);
	return 0;
}
