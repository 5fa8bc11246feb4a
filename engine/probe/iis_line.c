/*
 * One line of an IIS log: its columns, the request in it, what the header lines
 * say.  Pure; knows no files.
 */
#include "iis.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <casebook/clock.h>

#include "file_kind.h"

const char *const iis_op_names[OP__MAX] = {"none",         "GetCACaps",     "GetCACert",
                                           "PKIOperation", "GetNextCACert", "other"};
const char *const iis_stage_names[] = {"none", "caps", "cacert", "pkioperation"};
const char *const iis_platform_names[PLAT__MAX] = {"android", "ios",     "macos",     "windows",
                                                   "other",   "browser", "validator", "casebook"};

/* ---- header lines ---- */

static const struct {
	const char *name;
	enum iis_col col;
} columns[] = {
        {"date", COL_DATE},
        {"date-local", COL_DATE},
        {"time", COL_TIME},
        {"time-local", COL_TIME},
        {"s-sitename", COL_SITE},
        {"s-computername", COL_COMPUTER},
        {"s-ip", COL_S_IP},
        {"cs-method", COL_METHOD},
        {"cs-uri-stem", COL_STEM},
        {"cs-uri-query", COL_QUERY},
        {"cs-username", COL_USER},
        {"c-ip", COL_C_IP},
        {"cs(User-Agent)", COL_AGENT},
        {"cs(Cookie)", COL_COOKIE},
        {"sc-status", COL_STATUS},
        {"sc-substatus", COL_SUB},
        {"sc-win32-status", COL_WIN32},
        {"X-Forwarded-For", COL_FORWARDED},
        {"cs(X-Forwarded-For)", COL_FORWARDED},
        {"original-ip", COL_FORWARDED},
        {"OriginalIP", COL_FORWARDED},
        {"ClientIP", COL_FORWARDED},
};

static bool is_word(const struct iis_slice *s, const char *word)
{
	return s->n == strlen(word) && strncasecmp(s->p, word, s->n) == 0;
}

void iis_layout_parse(struct iis_layout *l, const char *p, size_t n)
{
	struct iis_slice f[IIS_MAX_COLS];
	size_t count = iis_split(p, n, false, true, f);

	memset(l, 0, sizeof(*l));
	memset(l->col, -1, sizeof(l->col));
	if (count > IIS_MAX_COLS)
		count = IIS_MAX_COLS;
	l->n = (uint8_t)count;
	l->tabs = memchr(p, '\t', n) != NULL;
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < sizeof(columns) / sizeof(columns[0]); k++)
			if (is_word(&f[i], columns[k].name) && l->col[columns[k].col] < 0)
				l->col[columns[k].col] = (int8_t)i;
		l->local |= is_word(&f[i], "time-local");
	}
}

bool iis_layout_equal(const struct iis_layout *a, const struct iis_layout *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static bool directive(const char *p, size_t n, const char *name, struct iis_slice *rest)
{
	size_t m = strlen(name);

	if (n < m || strncasecmp(p, name, m) != 0)
		return false;
	while (m < n && (p[m] == ' ' || p[m] == '\t'))
		m++;
	rest->p = p + m;
	rest->n = n - m;
	return true;
}

bool iis_header(struct iis_state *s, const char *p, size_t n)
{
	struct iis_slice rest;

	if (directive(p, n, "#Fields:", &rest)) {
		iis_layout_parse(&s->layout, rest.p, rest.n);
		s->layout.quoted = s->advanced;
		return true;
	}
	if (directive(p, n, "#Date:", &rest) && rest.n >= 10) {
		memcpy(s->date, rest.p, 10);
		s->date[10] = '\0';
	} else if (directive(p, n, "#Software:", &rest)) {
		snprintf(s->software, sizeof(s->software), "%.*s", (int)(rest.n > 79 ? 79 : rest.n), rest.p);
		s->advanced = mem_find_fold(rest.p, rest.n, "Advanced Logging") != NULL;
	}
	return false;
}

/* ---- columns ---- */

size_t iis_split(const char *p, size_t n, bool quoted, bool tabs, struct iis_slice f[IIS_MAX_COLS])
{
	const char *end = p + n;
	size_t count = 0;
	char other = tabs ? '\t' : ' ';

	for (;;) {
		const char *from;

		while (p < end && (*p == ' ' || *p == other))
			p++;
		if (p == end)
			return count;
		if (count == IIS_MAX_COLS)
			return IIS_MAX_COLS + 1;
		from = p;
		if (quoted && *p == '"') {
			/* Quotes inside are doubled. */
			for (p++; p < end && (*p != '"' || (p + 1 < end && p[1] == '"')); p++)
				p += *p == '"';
			f[count].p = from + 1;
			f[count++].n = (size_t)((p < end ? p : end) - from - 1);
			p = p < end ? p + 1 : end;
			continue;
		}
		while (p < end && *p != ' ' && *p != other)
			p++;
		f[count].p = from;
		f[count++].n = (size_t)(p - from);
	}
}

static bool whole_number(const struct iis_slice *s, uint64_t max, uint64_t *out)
{
	uint64_t v = 0;

	if (!s->n || s->n > 12)
		return false;
	for (size_t i = 0; i < s->n; i++) {
		if ((unsigned)(s->p[i] - '0') > 9)
			return false;
		v = v * 10 + (unsigned)(s->p[i] - '0');
	}
	*out = v;
	return v <= max;
}

static int two(const char *p)
{
	return (unsigned)(p[0] - '0') < 10 && (unsigned)(p[1] - '0') < 10 ? (p[0] - '0') * 10 + p[1] - '0'
	                                                                  : -1000;
}

bool iis_parse_time(const char *date, const char *time, int64_t *s)
{
	int year = two(date) * 100 + two(date + 2), month = two(date + 5), day = two(date + 8);
	int hour = two(time), minute = two(time + 3), second = two(time + 6);
	int64_t ms;

	if (date[4] != '-' || date[7] != '-' || time[2] != ':' || time[5] != ':')
		return false;
	if (year < 1970 || month < 0 || day < 0 || hour < 0 || minute < 0 || second < 0 || second > 59 ||
	    !clock_from_civil(year, month, day, hour, minute, second, &ms))
		return false;
	*s = ms / 1000;
	return true;
}

/* ---- the request ---- */

bool iis_stem_is_scep(const char *p, size_t n)
{
	return mem_find_fold(p, n, "mscep.dll") != NULL;
}

enum iis_op iis_op_of(const char *query, size_t n, bool *validator)
{
	static const struct {
		const char *name;
		enum iis_op op;
	} ops[] = {{"GetCACaps", OP_CAPS},
	           {"GetCACert", OP_CACERT},
	           {"PKIOperation", OP_PKI},
	           {"GetNextCACert", OP_NEXTCA}};
	const char *p, *end = query + n, *value;

	*validator = false;
	if (!n || (n == 1 && query[0] == '-'))
		return OP_NONE;
	if (n == 3 && memcmp(query, "...", 3) == 0)
		return OP_PKI;
	p = mem_find_fold(query, n > 4096 ? 4096 : n, "operation=");
	if (!p)
		return OP_OTHER;
	value = p + strlen("operation=");
	for (p = value; p < end && *p != '&'; p++)
		;
	*validator = end - p > 13 && strncasecmp(p, "&message=NDES", 13) == 0;
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if ((size_t)(p - value) == strlen(ops[i].name) &&
		    strncasecmp(value, ops[i].name, (size_t)(p - value)) == 0)
			return ops[i].op;
	return OP_OTHER;
}

static bool has(const char *p, size_t n, const char *word)
{
	return mem_find_fold(p, n, word) != NULL;
}

enum iis_platform iis_platform_of(const char *p, size_t n)
{
	if (n >= 8 && strncasecmp(p, "casebook", 8) == 0)
		return PLAT_CASEBOOK;
	if (has(p, n, "PowerShell"))
		return PLAT_VALIDATOR;
	if (has(p, n, "NDES+client") || has(p, n, "NDES client"))
		return PLAT_WINDOWS;
	if (has(p, n, "Dalvik/") || has(p, n, "okhttp"))
		return PLAT_ANDROID;
	if (has(p, n, "mdmclient"))
		return PLAT_MACOS;
	if (has(p, n, "profiled") || (has(p, n, "CFNetwork/") && has(p, n, "Darwin/")))
		return has(p, n, "x86_64") ? PLAT_MACOS : PLAT_IOS;
	if (n >= 12 && strncasecmp(p, "Mozilla/5.0+", 12) == 0)
		return PLAT_BROWSER;
	if (n >= 12 && strncasecmp(p, "Mozilla/5.0 ", 12) == 0)
		return PLAT_BROWSER;
	return PLAT_OTHER;
}

static bool column(const struct iis_layout *l, const struct iis_slice *f, enum iis_col col,
                   struct iis_slice *out)
{
	if (l->col[col] < 0) {
		out->p = "-";
		out->n = 1;
		return false;
	}
	*out = f[l->col[col]];
	return true;
}

static bool status_of(const struct iis_layout *l, const struct iis_slice *f, struct iis_status *out)
{
	struct iis_slice s;
	uint64_t v;

	memset(out, 0, sizeof(*out));
	if (!column(l, f, COL_STATUS, &s) || !whole_number(&s, 999, &v))
		return false;
	out->status = (uint16_t)v;
	out->parts = 1;
	if (!column(l, f, COL_SUB, &s))
		return true;
	if (!whole_number(&s, 65535, &v))
		return false;
	out->sub = (uint16_t)v;
	out->parts = 2;
	if (!column(l, f, COL_WIN32, &s))
		return true;
	if (!whole_number(&s, UINT32_MAX, &v))
		return false;
	out->win32 = (uint32_t)v;
	out->parts = 3;
	return true;
}

static bool time_of(const struct iis_layout *l, const char *date, const struct iis_slice *f, int64_t *at_s)
{
	struct iis_slice d, t;

	*at_s = IIS_NO_TIME;
	if (!column(l, f, COL_TIME, &t))
		return true;
	if (!column(l, f, COL_DATE, &d)) {
		d.p = date;
		d.n = strlen(date);
		if (!d.n)
			return true;
	}
	return d.n == 10 && t.n >= 8 && iis_parse_time(d.p, t.p, at_s);
}

bool iis_request_of(const struct iis_layout *l, const char *date, const struct iis_slice *f,
                    struct iis_request *out)
{
	struct iis_slice s;

	memset(out, 0, sizeof(*out));
	if (!status_of(l, f, &out->status) || !time_of(l, date, f, &out->at_s))
		return false;
	column(l, f, COL_QUERY, &out->query);
	column(l, f, COL_C_IP, &out->client);
	column(l, f, COL_AGENT, &out->agent);
	if (!column(l, f, COL_COMPUTER, &out->server) || (out->server.n == 1 && *out->server.p == '-'))
		column(l, f, COL_S_IP, &out->server);
	if (column(l, f, COL_FORWARDED, &s) && !(s.n == 1 && *s.p == '-'))
		out->client = s;
	out->get = column(l, f, COL_METHOD, &s) && s.n == 3 && strncasecmp(s.p, "GET", 3) == 0;
	out->dotted = out->query.n == 3 && memcmp(out->query.p, "...", 3) == 0;
	out->op = iis_op_of(out->query.p, out->query.n, &out->validator);
	return true;
}

bool iis_status_equal(struct iis_status a, struct iis_status b)
{
	return a.status == b.status && a.sub == b.sub && a.win32 == b.win32 && a.parts == b.parts;
}

void iis_status_text(struct iis_status s, char out[32])
{
	if (s.parts == 3)
		snprintf(out, 32, "%u.%u.%u", s.status, s.sub, s.win32);
	else if (s.parts == 2)
		snprintf(out, 32, "%u.%u", s.status, s.sub);
	else
		snprintf(out, 32, "%u", s.status);
}
