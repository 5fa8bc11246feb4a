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
const char *const iis_platform_names[PLAT__MAX] = {"android", "ios",       "macos",   "windows", "other",
                                                   "browser", "validator", "monitor", "casebook"};

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
		if (rest.n == 0)
			return false; /* it names none: those before go on */
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

/* A value in quotes; quotes inside are doubled.  Returns the place behind it. */
static const char *quoted_value(const char *p, const char *end, struct iis_slice *out)
{
	const char *from = ++p;

	for (; p < end && (*p != '"' || (p + 1 < end && p[1] == '"')); p++)
		p += *p == '"';
	if (p > end)
		p = end;
	out->p = from;
	out->n = (size_t)(p - from);
	return p < end ? p + 1 : end;
}

/* The next blank, or end.  Queries are long: memchr() beats a loop on them. */
static const char *next_blank(const char *p, const char *end, bool tabs)
{
	const char *blank = memchr(p, ' ', (size_t)(end - p)), *tab;

	if (!blank)
		blank = end;
	tab = tabs ? memchr(p, '\t', (size_t)(blank - p)) : NULL;
	return tab ? tab : blank;
}

size_t iis_split(const char *p, size_t n, bool quoted, bool tabs, struct iis_slice f[IIS_MAX_COLS])
{
	const char *end = p + n;
	size_t count = 0;
	char other = tabs ? '\t' : ' ';

	for (;;) {
		while (p < end && (*p == ' ' || *p == other))
			p++;
		if (p == end)
			return count;
		if (count == IIS_MAX_COLS)
			return IIS_MAX_COLS + 1;
		if (quoted && *p == '"') {
			p = quoted_value(p, end, &f[count++]);
			continue;
		}
		f[count].p = p;
		p = next_blank(p, end, tabs);
		f[count].n = (size_t)(p - f[count].p);
		count++;
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
	const char *end = p + n, *dot = n >= 9 ? p + 5 : end;

	if (n >= 10 && end[-4] == '.' && end[-10] == '/' &&
	    iis_is_mscep(end - 4)) /* where it nearly always stands */
		return true;
	while (end - dot >= 4 && (dot = memchr(dot, '.', (size_t)(end - dot) - 3)) != NULL) {
		if (iis_is_mscep(dot) && (dot - p < 6 || dot[-6] == '/') && (dot + 4 == end || dot[4] == '/'))
			return true;
		dot++;
	}
	return false;
}

/* Readable for 12 bytes. */
static bool is_pkioperation(const char *p)
{
	return iis_lower8(p) == iis_lower8("pkiopera") && iis_lower8(p + 4) == iis_lower8("peration");
}

static enum iis_op op_named(const char *p, size_t n)
{
	if (n == 9 && iis_lower8(p) == iis_lower8("getcacap") && (p[8] | 0x20) == 's')
		return OP_CAPS;
	if (n == 9 && iis_lower8(p) == iis_lower8("getcacer") && (p[8] | 0x20) == 't')
		return OP_CACERT;
	if (n == 12 && is_pkioperation(p))
		return OP_PKI;
	return n == 13 && strncasecmp(p, "GetNextCACert", n) == 0 ? OP_NEXTCA : OP_OTHER;
}

/* The value of operation=, or NULL. */
static const char *operation(const char *query, size_t n)
{
	const char *p = query;

	if (n >= 10 && iis_lower8(query) == iis_lower8("operatio") && (query[8] | 0x20) == 'n' &&
	    query[9] == '=')
		return query + 10;
	p = mem_find_fold(query, n > 4096 ? 4096 : n, "operation=");
	return p ? p + strlen("operation=") : NULL;
}

enum iis_op iis_op_of(const char *query, size_t n, bool *validator)
{
	const char *end = query + n, *value, *p;

	*validator = false;
	if (n == 0 || (n == 1 && query[0] == '-'))
		return OP_NONE;
	if (n == 3 && memcmp(query, "...", 3) == 0)
		return OP_PKI;
	value = operation(query, n);
	if (!value)
		return OP_OTHER;
	p = end - value >= 12 && is_pkioperation(value) ? value + 12 : value;
	while (p < end && *p != '&')
		p++;
	*validator =
	        end - p > 13 && memcmp(p + 9, "NDES", 4) == 0 && strncasecmp(p, "&message=NDES", 13) == 0;
	return op_named(value, (size_t)(p - value));
}

bool iis_asks(const char *query, size_t n)
{
	return n >= 18 && iis_lower8(query) == iis_lower8("operatio") && (query[8] | 0x20) == 'n' &&
	       query[9] == '=' &&
	       (iis_lower8(query + 10) == iis_lower8("getcacap") ||
	        iis_lower8(query + 10) == iis_lower8("getcacer"));
}

static bool has(const char *p, size_t n, const char *word)
{
	return mem_find_fold(p, n, word) != NULL;
}

/* Who only looks whether something answers. */
static bool is_monitor(const char *p, size_t n)
{
	static const char *const begins[] = {
	        "curl/", "Wget/", "check_http", "HTTPie/", "python-requests/", "ApacheBench/"};
	static const char *const names[] = {"Zabbix",       "Nagios",        "PRTG",          "HealthCheck",
	                                    "Health+Check", "Health Check",  "Health+Probe",  "Health Probe",
	                                    "kube-probe",   "Load+Balancer", "Load Balancer", "HAProxy",
	                                    "BIG-IP",       "NetScaler",     "GoogleHC",      "UptimeRobot",
	                                    "Pingdom",      "StatusCake",    "Site24x7",      "SolarWinds",
	                                    "Datadog",      "Checkmk",       "check_mk",      "Uptime-Kuma",
	                                    "Icinga",       "monitoring",    "ELB-",          "Postman"};

	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
		if (n >= strlen(begins[i]) && strncasecmp(p, begins[i], strlen(begins[i])) == 0)
			return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (has(p, n, names[i]))
			return true;
	return false;
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
	if (is_monitor(p, n))
		return PLAT_MONITOR;
	if (n >= 12 && (strncasecmp(p, "Mozilla/5.0", 11) == 0 || strncasecmp(p, "Mozilla/4.0", 11) == 0) &&
	    (p[11] == '+' || p[11] == ' '))
		return PLAT_BROWSER;
	if (n >= 6 && strncasecmp(p, "Opera/", 6) == 0)
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

static bool time_in_day(struct iis_day *day, const char *date, const char *time, int64_t *at_s)
{
	int hour = two(time), minute = two(time + 3), second = two(time + 6);

	if (memcmp(day->text, date, 10) != 0) {
		if (!iis_parse_time(date, "00:00:00", &day->s))
			return false;
		memcpy(day->text, date, 10);
	}
	if (time[2] != ':' || time[5] != ':' || (unsigned)hour > 23 || (unsigned)minute > 59 ||
	    (unsigned)second > 59)
		return false;
	*at_s = day->s + hour * 3600 + minute * 60 + second;
	return true;
}

static bool time_of(const struct iis_layout *l, const char *date, const struct iis_slice *f,
                    struct iis_day *day, int64_t *at_s)
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
	return d.n == 10 && t.n >= 8 && time_in_day(day, d.p, t.p, at_s);
}

bool iis_request_of(const struct iis_layout *l, const char *date, const struct iis_slice *f,
                    struct iis_day *day, struct iis_request *out)
{
	struct iis_slice s;

	memset(out, 0, sizeof(*out));
	if (!status_of(l, f, &out->status) || !time_of(l, date, f, day, &out->at_s))
		return false;
	column(l, f, COL_QUERY, &out->query);
	column(l, f, COL_C_IP, &out->client);
	out->blank = column(l, f, COL_AGENT, &out->agent) && out->agent.n == 1 && *out->agent.p == '-';
	if (!column(l, f, COL_COMPUTER, &out->server) || (out->server.n == 1 && *out->server.p == '-'))
		column(l, f, COL_S_IP, &out->server);
	if (column(l, f, COL_FORWARDED, &s) && !(s.n == 1 && *s.p == '-'))
		out->client = s;
	out->get = column(l, f, COL_METHOD, &s) && s.n == 3 && (s.p[0] | 0x20) == 'g' &&
	           (s.p[1] | 0x20) == 'e' && (s.p[2] | 0x20) == 't';
	out->dotted = out->query.n == 3 && memcmp(out->query.p, "...", 3) == 0;
	out->op = iis_op_of(out->query.p, out->query.n, &out->validator);
	return true;
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
