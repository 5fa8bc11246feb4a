/* The line that names a store above its certificates. */
#include "cert_store.h"

#include <stdio.h>
#include <string.h>

#include <casebook/about.h>
#include <casebook/clock.h>

#include "file_kind.h"

static const char begin[] = "# store=";

static void read_mark(struct slice line, struct store_mark *out)
{
	struct slice rest = slice_of(line.p + sizeof(begin) - 1, line.n - (sizeof(begin) - 1)),
	             store = slice_next(&rest), word;
	char utc[64];

	*out = (struct store_mark){.utc_ms = ABOUT_NO_TIME, .count = -1};
	for (const char *slash; (slash = memchr(store.p, '\\', store.n)) != NULL;)
		store = slice_of(slash + 1, (size_t)(store.p + store.n - slash) - 1);
	slice_copy(out->store, sizeof(out->store), store);
	while ((word = slice_next(&rest)).n != 0) {
		struct slice key = slice_cut(&word, '=');

		if (slice_are(key, "computer")) {
			slice_copy(out->computer, sizeof(out->computer), word);
		} else if (slice_are(key, "utc")) {
			slice_copy(utc, sizeof(utc), word);
			if (!clock_parse_iso(utc, &out->utc_ms))
				out->utc_ms = ABOUT_NO_TIME;
		} else if (slice_are(key, "count") && !slice_int(word, &out->count)) {
			out->count = -1;
		}
	}
}

const char *store_mark_next(const char *p, const char *end, struct store_mark *out)
{
	const char *first = p;

	for (;; p++) {
		const char *nl;

		p = p < end ? mem_find(p, (size_t)(end - p), begin, sizeof(begin) - 1) : NULL;
		if (p == NULL)
			return NULL;
		if (p != first && p[-1] != '\n')
			continue;
		nl = memchr(p, '\n', (size_t)(end - p));
		nl = nl != NULL ? nl : end;
		read_mark(slice_of(p, (size_t)(nl - p) - (nl[-1] == '\r')), out);
		return p;
	}
}
