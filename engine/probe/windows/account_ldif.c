/* Attributes of an account in the directory: numbers, so the same in every language. */
#include "account_ldif.h"

#include "file_kind.h"

#define NEVER INT64_MAX
#define FROM_1601_MS 11644473600000ll

static enum ldif_line expires(int64_t ticks, int64_t *ms)
{
	*ms = ticks == 0 || ticks == NEVER ? NEVER : ticks / 10000 - FROM_1601_MS;
	return ticks >= 0 ? LDIF_EXPIRES : LDIF_OTHER;
}

enum ldif_line account_ldif(struct slice line, int64_t *out)
{
	static const struct {
		const char *name;
		enum ldif_line kind;
	} names[] = {{"userAccountControl", LDIF_CONTROL},
	             {"msDS-User-Account-Control-Computed", LDIF_COMPUTED},
	             {"accountExpires", LDIF_EXPIRES}};
	struct slice value = line, name = slice_trim(slice_cut(&value, ':'));

	value = slice_trim(value);
	if (slice_are(name, "dn"))
		return LDIF_ENTRY;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!slice_are(name, names[i].name))
			continue;
		*out = NEVER;
		if (!slice_are(value, "9223372036854775807") && !slice_int(value, out))
			return LDIF_OTHER;
		return names[i].kind == LDIF_EXPIRES ? expires(*out, out) : names[i].kind;
	}
	return LDIF_OTHER;
}

bool account_ldif_looks(const char *text, size_t n)
{
	return mem_find_fold(text, n, "\nuserAccountControl: ") != NULL ||
	       slice_begin(slice_of(text, n), "userAccountControl: ");
}
