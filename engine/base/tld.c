/* Top-level domains: the list as a table of hashes, made when the first is looked up. */
#include <casebook/tld.h>

#include <stdint.h>
#include <string.h>

extern const unsigned char tlds[];
extern const size_t tlds_size;

#define SLOTS 8192u /* several times the lines of the list */

static unsigned char small(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

static uint32_t slot_of(const char *s, size_t n)
{
	uint32_t h = 2166136261u; /* FNV-1a, over small letters */

	for (size_t i = 0; i < n; i++)
		h = (h ^ small(s[i])) * 16777619u;
	return (h ^ h >> 15) % SLOTS;
}

static bool same(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (small(a[i]) != small(b[i]))
			return false;
	return true;
}

static struct line {
	uint32_t from, n; /* of the list; n 0: free */
} lines[SLOTS];

static void add_line(uint32_t from, uint32_t n)
{
	uint32_t at = slot_of((const char *)tlds + from, n);

	while (lines[at].n != 0)
		at = (at + 1) % SLOTS;
	lines[at] = (struct line){from, n};
}

static void make_table(void)
{
	const char *list = (const char *)tlds;

	for (size_t from = 0, added = 0; from < tlds_size && added < SLOTS / 2; added++) {
		const char *end = memchr(list + from, '\n', tlds_size - from);
		size_t n = end != NULL ? (size_t)(end - list) - from : tlds_size - from;

		if (n != 0)
			add_line((uint32_t)from, (uint32_t)n);
		from += n + 1;
	}
}

bool tld_known(const char *label, size_t n)
{
	static bool made;

	if (!made)
		make_table();
	made = true;
	for (uint32_t at = slot_of(label, n); lines[at].n != 0; at = (at + 1) % SLOTS)
		if (lines[at].n == n && same((const char *)tlds + lines[at].from, label, n))
			return true;
	return false;
}
