/* Reads the embedded table: seven columns parted by tabs, '#' begins a comment; and the index over it. */
#include "explain_int.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include <casebook/table.h>
#include <casebook/xalloc.h>

#define COLUMNS 7
#define CODE_ROWS_MAX 4000 /* a ceiling far past what a field can remember */
#define BUCKETS 2048u

extern const unsigned char codes_tsv[];
extern const size_t codes_tsv_size;

static struct code_row row_of(struct arena *mem, const char *line, size_t n)
{
	const char *col[COLUMNS];
	const char *p = line, *end = line + n;
	size_t i = 0;

	while (i < COLUMNS) {
		const char *tab = memchr(p, '\t', (size_t)(end - p));
		const char *stop = tab != NULL ? tab : end;

		col[i++] = arena_strndup(mem, p, (size_t)(stop - p));
		if (tab == NULL)
			break;
		p = tab + 1;
	}
	if (i != COLUMNS)
		BUG("a row of codes.tsv does not have seven columns");
	return (struct code_row){col[0], col[1], col[2], col[3], col[4], col[5], col[6]};
}

size_t explain_all(struct arena *mem, const struct code_row **out)
{
	struct code_row *rows = arena_array(mem, CODE_ROWS_MAX, sizeof(*rows));
	const char *p = (const char *)codes_tsv, *end = p + codes_tsv_size, *row;
	size_t len;
	size_t n = 0;

	while (n < CODE_ROWS_MAX && table_row(&p, end, &row, &len))
		rows[n++] = row_of(mem, row, len);
	*out = rows;
	return n;
}

static uint32_t bucket(const char *s)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (; *s != '\0'; s++)
		h = (h ^ (uint32_t)tolower((unsigned char)*s)) * 16777619u;
	return h % BUCKETS;
}

struct explain *explain_new(struct arena *mem)
{
	struct explain *x = arena_alloc(mem, sizeof(*x));

	x->nrows = explain_all(mem, &x->rows);
	x->by_code = arena_array(mem, BUCKETS, sizeof(*x->by_code));
	x->by_name = arena_array(mem, BUCKETS, sizeof(*x->by_name));
	x->next_code = arena_array(mem, x->nrows, sizeof(*x->next_code));
	x->next_name = arena_array(mem, x->nrows, sizeof(*x->next_name));
	for (size_t i = x->nrows; i-- > 0;) { /* backwards: chains come out in the table's order */
		uint32_t c = bucket(x->rows[i].code), m = bucket(x->rows[i].name);

		x->next_code[i] = x->by_code[c];
		x->by_code[c] = (uint32_t)i + 1;
		x->next_name[i] = x->by_name[m];
		x->by_name[m] = (uint32_t)i + 1;
	}
	phrases_load(x, mem);
	return x;
}

const struct code_row *explain_row(const struct explain *x, const char *dialect, const char *code)
{
	for (uint32_t i = x->by_code[bucket(code)]; i != 0; i = x->next_code[i - 1])
		if (strcmp(x->rows[i - 1].dialect, dialect) == 0 &&
		    strcasecmp(x->rows[i - 1].code, code) == 0)
			return &x->rows[i - 1];
	return NULL;
}

void found_start(struct found *f, const struct explain *x, struct arena *mem)
{
	f->x = x;
	f->mem = mem;
	f->n = 0;
	f->known = false;
}

static bool known(const struct found *f, const struct code_row *row)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->rows[i].code == row->code)
			return true;
	return false;
}

static bool dialect_is(const char *have, const char *want)
{
	size_t n = want != NULL ? strlen(want) : 0;

	if (want == NULL)
		return true;
	if (n != 0 && want[n - 1] == '*')
		return strncasecmp(have, want, n - 1) == 0;
	return strcasecmp(have, want) == 0;
}

static void keep(struct found *f, const struct code_row *row)
{
	if (f->n < ROWS_MAX && !known(f, row))
		f->rows[f->n++] = *row;
	f->known = true;
}

bool take(struct found *f, const char *dialect, const char *code)
{
	const struct explain *x = f->x;
	bool any = false;

	for (uint32_t i = x->by_code[bucket(code)]; i != 0; i = x->next_code[i - 1]) {
		const struct code_row *row = &x->rows[i - 1];

		if (!dialect_is(row->dialect, dialect) || strcasecmp(row->code, code) != 0)
			continue;
		keep(f, row);
		any = true;
	}
	return any;
}

bool take_name(struct found *f, const char *name)
{
	const struct explain *x = f->x;
	bool any = false;

	if (name[0] == '\0' || strcmp(name, "-") == 0)
		return false;
	for (uint32_t i = x->by_name[bucket(name)]; i != 0; i = x->next_name[i - 1]) {
		if (strcasecmp(x->rows[i - 1].name, name) != 0)
			continue;
		keep(f, &x->rows[i - 1]);
		any = true;
	}
	return any;
}

void take_made(struct found *f, const char *dialect, const char *code, const char *name, const char *meaning)
{
	if (f->n < ROWS_MAX)
		f->rows[f->n++] = (struct code_row){dialect, code, name, meaning, "-", "-", "its own parts"};
}

/* Where a number without any context is most often met in this field. */
static const char *const order[] = {
        "http",
        "iis",
        "hresult",
        "event:ndes",
        "event:connector",
        "event:device",
        "event:certenroll",
        "event:ca",
        "mcscep",
        "failinfo",
        "pkistatus",
        "win32",
        "event:app",
        "event:was",
        "apple:",
        "event:w3wp",
        "event:schannel",
        "event:capi2",
        "event:",
        "ntstatus",
        "curl",
        "verify",
        "syncml",
        "csp",
        "msi",
};
/* Numbers that are better known elsewhere than that order says. */
static const struct {
	const char *code, *dialect;
} better[] = {
        {"30", "event:capi2"},  {"32", "event:device"},
        {"36", "event:device"}, {"37", "event:device"},
        {"38", "event:device"}, {"39", "event:device"},
        {"53", "event:ca"},     {"64", "win32"},
        {"1000", "event:app"},  {"1001", "event:app"},
        {"5", "win32"},         {"2", "event:ndes"},
        {"3", "pkistatus"},     {"4", "event:kerberos"},
        {"401", "http"},        {"12020", "apple:MCMDMErrorDomain"},
        {"0", "win32"},         {"11", "event:capi2"},
};

static size_t rank_of(const struct code_row *row)
{
	for (size_t i = 0; i < sizeof(better) / sizeof(better[0]); i++)
		if (strcmp(better[i].code, row->code) == 0 && strcmp(better[i].dialect, row->dialect) == 0)
			return 0;
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (strncmp(order[i], row->dialect, strlen(order[i])) == 0)
			return i + 1;
	return sizeof(order);
}

void found_rank(struct found *f)
{
	for (size_t i = 1; i < f->n; i++) {
		struct code_row row = f->rows[i];
		size_t k = i, r = rank_of(&row);

		for (; k > 0 && rank_of(&f->rows[k - 1]) > r; k--)
			f->rows[k] = f->rows[k - 1];
		f->rows[k] = row;
	}
}
