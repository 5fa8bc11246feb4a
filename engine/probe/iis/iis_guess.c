/*
 * IIS lines without a #Fields line, as people paste them: columns by shape.  What
 * it finds is a guess and is marked so by its caller.
 */
#include "iis.h"
#include "iis_native.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static bool is_method(const struct iis_slice *s)
{
	static const char *const names[] = {"GET",     "POST",   "HEAD",     "PUT",
	                                    "OPTIONS", "DELETE", "PROPFIND", "PATCH"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (s->n == strlen(names[i]) && memcmp(s->p, names[i], s->n) == 0)
			return true;
	return false;
}

static bool is_number(const struct iis_slice *s, uint64_t *v)
{
	*v = 0;
	if (!s->n || s->n > 10)
		return false;
	for (size_t i = 0; i < s->n; i++) {
		if (!isdigit((unsigned char)s->p[i]))
			return false;
		*v = *v * 10 + (unsigned)(s->p[i] - '0');
	}
	return *v <= UINT32_MAX;
}

void iis_trim(const char **p, size_t *n)
{
	const char *s = *p;
	size_t m = *n;

	for (;;) {
		while (m && strchr(" \t>`", *s) && *s) {
			s++;
			m--;
		}
		if (m < 2 || (s[0] != '-' && s[0] != '*') || s[1] != ' ')
			break;
		s += 2;
		m -= 2;
	}
	while (m && strchr(" \t\r`\\.,", s[m - 1]) && s[m - 1])
		m--;
	*p = s;
	*n = m;
}

void iis_glue(struct buf *out, const char *line, size_t n)
{
	const char *p = line, *end = line + n;
	size_t rest = n;

	iis_trim(&p, &rest);
	/* One blank more than a mark of quotation is followed by is the line's own. */
	if (out->n && p > line && p[-1] == ' ' && (p - line == 1 || p[-2] == ' '))
		p--;
	buf_put(out, p, (size_t)(end - p));
}

/* The method followed by a path; 0 when there is none among the first ten columns. */
static size_t find_method(const struct iis_slice *f, size_t n)
{
	for (size_t i = 0; i + 1 < n && i < 10; i++)
		if (is_method(&f[i]) && f[i + 1].p[0] == '/')
			return i + 1;
	return 0;
}

static int64_t time_before(const struct iis_slice *f, size_t method)
{
	int64_t at_s;

	for (size_t i = 0; i + 1 < method; i++)
		if (f[i].n == 10 && f[i + 1].n >= 8 && iis_parse_time(f[i].p, f[i + 1].p, &at_s))
			return at_s;
	return IIS_NO_TIME;
}

/* The last row of whole numbers that begins as a status does, at most six, none before column `from`.  What
 * stands behind it are columns that were added: an address that was forwarded, a host. */
static size_t numbers(const struct iis_slice *f, size_t n, size_t from, uint64_t v[6])
{
	size_t end = n;

	while (end > from) {
		size_t count = 0;
		uint64_t x;

		while (count < 6 && end - count > from && is_number(&f[end - count - 1], &x))
			count++;
		for (size_t i = 0; i < count; i++)
			is_number(&f[end - count + i], &v[i]);
		if (count >= 3 && v[0] >= 100 && v[0] <= 599)
			return count;
		end -= count != 0 ? count : 1;
	}
	return 0;
}

static bool is_address(const struct iis_slice *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (!isxdigit((unsigned char)s->p[i]) && !strchr(".:%", s->p[i]))
			return false;
	return s->n >= 3;
}

/* cs-version, which stands before the agent where it is logged. */
static bool is_version(const struct iis_slice *s)
{
	return s->n > 5 && memcmp(s->p, "HTTP/", 5) == 0;
}

/* Words that a break has torn, or glued together, put something else there. */
static bool is_sound(const struct iis_slice *f, size_t n, size_t stem)
{
	uint64_t port;

	return stem + 4 < n && is_number(&f[stem + 2], &port) && port <= 65535 && is_address(&f[stem + 4]);
}

/* A spreadsheet puts ';' or ',' between the columns.  Within an agent a '+' follows them, which stands for a
 * blank; in the comma-separated format of IIS itself a blank. */
static bool is_separator(const char *p, const char *end, char c)
{
	return *p == c && (p + 1 == end || (p[1] != '+' && p[1] != ' '));
}

/* ';', ',', or 0 where columns stand between blanks. */
static char separator(const char *p, size_t n)
{
	enum { FEWEST = 9 };
	size_t semicolons = 0, commas = 0, blanks = 0;
	const char *end = p + n;

	for (const char *at = p; at < end; at++) {
		blanks += *at == ' ';
		semicolons += is_separator(at, end, ';');
		commas += is_separator(at, end, ',');
	}
	if (blanks > 1) /* the date and the time may be one cell */
		return 0;
	return semicolons >= FEWEST ? ';' : commas >= FEWEST ? ',' : 0;
}

static size_t split_cells(const char *p, size_t n, char c, struct iis_slice f[IIS_MAX_COLS])
{
	const char *end = p + n;
	size_t count = 0;

	while (p < end) {
		const char *from = p;

		if (count == IIS_MAX_COLS)
			return IIS_MAX_COLS + 1;
		while (p < end && !is_separator(p, end, c))
			p++;
		f[count] = (struct iis_slice){from, (size_t)(p - from)};
		if (f[count].n >= 2 && *from == '"' && p[-1] == '"')
			f[count] = (struct iis_slice){from + 1, f[count].n - 2};
		if (f[count].n == 0)
			f[count] = (struct iis_slice){"-", 1};
		count++;
		p += p < end;
	}
	return count;
}

enum iis_guess iis_guess(const char *p, size_t n, struct iis_request *out, bool *is_scep)
{
	struct iis_slice f[IIS_MAX_COLS];
	size_t count, stem, tail, at;
	uint64_t v[6];
	char cells;

	memset(out, 0, sizeof(*out));
	*is_scep = false;
	iis_trim(&p, &n);
	if (iis_native(p, n, out, is_scep))
		return GUESS_WHOLE;
	cells = separator(p, n);
	count = cells != 0 ? split_cells(p, n, cells, f) : iis_split(p, n, false, true, f);
	if (count > IIS_MAX_COLS)
		return GUESS_NO;
	stem = find_method(f, count);
	if (!stem)
		return GUESS_NO;
	*is_scep = iis_stem_is_scep(f[stem].p, f[stem].n);
	out->at_s = time_before(f, stem - 1);
	out->get = f[stem - 1].n == 3;
	out->query = stem + 1 < count ? f[stem + 1] : (struct iis_slice){"-", 1};
	out->dotted = out->query.n == 3 && memcmp(out->query.p, "...", 3) == 0;
	out->op = iis_op_of(out->query.p, out->query.n, &out->validator);
	/* stem, query, port, user name, client, perhaps the version, agent, perhaps referer and more, numbers
	 */
	out->client = stem + 4 < count ? f[stem + 4] : (struct iis_slice){"-", 1};
	at = stem + 5 + (stem + 5 < count && is_version(&f[stem + 5]));
	out->agent = at < count ? f[at] : (struct iis_slice){"-", 1};
	out->sound = is_sound(f, count, stem);
	out->blank = out->sound && out->agent.n == 1 && *out->agent.p == '-';
	at = stem >= 2 ? stem - 2 : 0;
	out->server = stem >= 2 ? f[at] : (struct iis_slice){"-", 1};
	tail = count > stem + 6 ? numbers(f, count, stem + 5, v) : 0;
	if (tail < 3 || v[0] < 100 || v[0] > 999)
		return GUESS_HEAD;
	out->status = (struct iis_status){(uint16_t)v[0], (uint16_t)v[1], (uint32_t)v[2], 3};
	return GUESS_WHOLE;
}
