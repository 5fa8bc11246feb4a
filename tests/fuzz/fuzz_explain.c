/* Any text: places in order, inside the text and apart, each with a meaning and rows; nothing beyond the
 * ceilings. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/explain.h>
#include <casebook/utf8.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_row(const struct code_row *r)
{
	const char *const cols[] = {r->dialect, r->code, r->name, r->meaning, r->seen, r->next, r->source};

	for (size_t i = 0; i < sizeof(cols) / sizeof(cols[0]); i++)
		if (cols[i] == NULL || cols[i][0] == '\0' || !utf8_valid(cols[i], strlen(cols[i])))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena *tables, *mem;
	static const struct explain *x;
	struct explain_result r;
	size_t end = 0;

	if (x == NULL) {
		tables = arena_new();
		mem = arena_new();
		x = explain_new(tables);
	}
	r = explain_text(x, mem, (const char *)data, size);
	if (r.n > EXPLAIN_HITS_MAX || (size > EXPLAIN_TEXT_MAX && !r.cut))
		abort();
	for (size_t i = 0; i < r.n; i++) {
		const struct explained *h = &r.hits[i];

		if (h->at < end || h->len == 0 || h->at + h->len > size || h->nrows == 0 ||
		    h->meaning == NULL)
			abort();
		end = h->at + h->len;
		if (h->code != h->rows[0].code || h->dialect != h->rows[0].dialect)
			abort();
		for (size_t k = 0; k < h->nrows; k++)
			check_row(&h->rows[k]);
	}
	arena_reset(mem);
	return 0;
}
