/* Text of the directory made into values; knows nothing of connections. */
#include "ad_value.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <casebook/clock.h>

#define FROM_1601_MS 11644473600000ll
#define TICKS_PER_MS 10000

bool ad_int(const char *text, size_t n, int64_t *out)
{
	bool minus = n != 0 && text[0] == '-';
	uint64_t v = 0, most = minus ? (uint64_t)INT64_MAX + 1 : INT64_MAX;

	if (n == (size_t)minus)
		return false;
	for (size_t i = minus; i < n; i++) {
		unsigned digit = (unsigned)text[i] - '0';

		if (digit > 9 || v > (most - digit) / 10)
			return false;
		v = v * 10 + digit;
	}
	*out = minus ? (int64_t)(0 - v) : (int64_t)v;
	return true;
}

enum ad_time ad_filetime(const char *text, size_t n, int64_t *ms)
{
	int64_t ticks;

	if (!ad_int(text, n, &ticks) || ticks < 0)
		return AD_TIME_BAD;
	if (ticks == 0 || ticks == INT64_MAX)
		return AD_TIME_NEVER;
	*ms = ticks / TICKS_PER_MS - FROM_1601_MS;
	return AD_TIME_AT;
}

bool ad_generalized(const char *text, size_t n, int64_t *ms)
{
	int v[6] = {0};
	static const int width[6] = {4, 2, 2, 2, 2, 2};
	size_t at = 0;

	for (size_t i = 0; i < 6; i++)
		for (int k = 0; k < width[i]; k++, at++) {
			if (at >= n || text[at] < '0' || text[at] > '9')
				return false;
			v[i] = v[i] * 10 + (text[at] - '0');
		}
	if (at < n && text[at] == '.')
		for (at++; at < n && text[at] >= '0' && text[at] <= '9';)
			at++;
	return at + 1 == n && text[at] == 'Z' && clock_from_civil(v[0], v[1], v[2], v[3], v[4], v[5], ms);
}

enum ad_tri ad_flag(const char *text, size_t n, int64_t flag)
{
	int64_t flags;

	if (!ad_int(text, n, &flags))
		return AD_UNKNOWN;
	return (flags & flag) != 0 ? AD_YES : AD_NO;
}

void ad_escape(struct buf *out, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c < 0x20 || c >= 0x7f || strchr("*()\\/&|!=<>~", c) != NULL)
			buf_fmt(out, "\\%02x", c);
		else
			buf_put(out, text + i, 1);
	}
}

/* Names of accounts that stand in no directory. */
static bool is_local(const struct ad_name *a)
{
	static const char *const domains[] = {
	        "NT AUTHORITY", "NT-AUTORIT\xC3\x84T", "IIS APPPOOL", "NT SERVICE", "BUILTIN", "."};
	static const char *const names[] = {"LocalSystem", "LocalService", "NetworkService",
	                                    "ApplicationPoolIdentity", "SYSTEM"};

	for (size_t i = 0; i < sizeof(domains) / sizeof(domains[0]); i++)
		if (!a->upn && strcasecmp(a->domain, domains[i]) == 0)
			return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (a->domain[0] == '\0' && strcasecmp(a->name, names[i]) == 0)
			return true;
	return false;
}

static bool part(char *to, size_t size, const char *from, size_t n)
{
	if (n >= size)
		return false;
	memcpy(to, from, n);
	to[n] = '\0';
	return true;
}

bool ad_name(const char *text, struct ad_name *out)
{
	const char *back = strchr(text, '\\'), *at = strrchr(text, '@');
	bool fits;

	memset(out, 0, sizeof(*out));
	if (back != NULL) {
		fits = part(out->domain, sizeof(out->domain), text, (size_t)(back - text)) &&
		       part(out->name, sizeof(out->name), back + 1, strlen(back + 1));
	} else if (at != NULL) {
		out->upn = true;
		fits = part(out->name, sizeof(out->name), text, (size_t)(at - text)) &&
		       part(out->domain, sizeof(out->domain), at + 1, strlen(at + 1));
	} else {
		fits = part(out->name, sizeof(out->name), text, strlen(text));
	}
	out->local = fits && is_local(out);
	return fits && out->name[0] != '\0';
}
