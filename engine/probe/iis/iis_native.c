/*
 * The format of IIS itself (Microsoft: IIS Log File Format), fixed and separated by ", ":
 * client, user, date, time, W3SVC1, computer, server address, time-taken, bytes in, bytes out, status, win32,
 * method, target, query.  It has neither agent nor sub-status; date and time are local.
 */
#include "iis_native.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include <casebook/clock.h>

enum {
	CLIENT,
	USER,
	DATE,
	TIME,
	SITE,
	COMPUTER,
	S_IP,
	TAKEN,
	IN,
	OUT,
	STATUS,
	WIN32,
	METHOD,
	TARGET,
	QUERY,
	CELLS
};

static bool cells_of(const char *p, size_t n, struct iis_slice f[CELLS])
{
	const char *end = p + n;

	for (size_t i = 0; i < CELLS; i++) {
		const char *comma = memchr(p, ',', (size_t)(end - p));

		if (comma == NULL && i != QUERY)
			return false;
		if (comma == NULL)
			comma = end;
		f[i] = (struct iis_slice){p, (size_t)(comma - p)};
		p = comma < end ? comma + 1 : end;
		while (p < end && *p == ' ')
			p++;
	}
	return true;
}

static bool number(const struct iis_slice *s, unsigned long most, unsigned long *v)
{
	*v = 0;
	for (size_t i = 0; i < s->n; i++) {
		if (!isdigit((unsigned char)s->p[i]) || *v > most)
			return false;
		*v = *v * 10 + (unsigned long)(s->p[i] - '0');
	}
	return s->n != 0 && *v <= most;
}

/* Three numbers with a mark between each two of them, and nothing behind. */
static bool three(const struct iis_slice *s, const char *marks, int v[3])
{
	size_t at = 0;

	for (int i = 0; i < 3; i++) {
		size_t digits = 0;

		for (v[i] = 0; at < s->n && isdigit((unsigned char)s->p[at]) && digits < 4; at++, digits++)
			v[i] = v[i] * 10 + (s->p[at] - '0');
		if (digits == 0)
			return false;
		if (i < 2 && (at == s->n || strchr(marks, s->p[at++]) == NULL))
			return false;
	}
	return at == s->n;
}

/* "11/30/2026", "30.11.26": of two orders the one that is possible, else month first, as an English server
 * writes. */
static bool moment(const struct iis_slice *date, const struct iis_slice *time, int64_t *at_s)
{
	int d[3], t[3], year, month, day;
	int64_t ms;

	if (!three(date, "/.-", d) || !three(time, ":", t))
		return false;
	year = d[0] > 31 ? d[0] : d[2];
	month = d[0] > 31 ? d[1] : d[0];
	day = d[0] > 31 ? d[2] : d[1];
	if (d[0] <= 31 && (month > 12 || memchr(date->p, '.', date->n) != NULL)) {
		int first = month;

		month = day;
		day = first;
	}
	if (!clock_from_civil(year + (year < 100 ? 2000 : 0), month, day, t[0], t[1], t[2], &ms))
		return false;
	*at_s = ms / 1000;
	return true;
}

bool iis_native(const char *p, size_t n, struct iis_request *out, bool *is_scep)
{
	struct iis_slice f[CELLS];
	unsigned long status, win32, taken;

	if (!cells_of(p, n, f) || f[SITE].n < 6 || strncasecmp(f[SITE].p, "W3SVC", 5) != 0 ||
	    !number(&f[STATUS], 599, &status) || status < 100 || !number(&f[WIN32], UINT32_MAX, &win32) ||
	    !number(&f[TAKEN], UINT32_MAX, &taken) || f[TARGET].n == 0 || *f[TARGET].p != '/' ||
	    !moment(&f[DATE], &f[TIME], &out->at_s))
		return false;
	*is_scep = iis_stem_is_scep(f[TARGET].p, f[TARGET].n);
	out->local = true;
	out->get = f[METHOD].n == 3 && strncasecmp(f[METHOD].p, "GET", 3) == 0;
	out->query = f[QUERY];
	out->op = iis_op_of(out->query.p, out->query.n, &out->validator);
	out->client = f[CLIENT];
	out->server = f[COMPUTER].n > 1 ? f[COMPUTER] : f[S_IP];
	out->agent = (struct iis_slice){"-", 1};
	out->status = (struct iis_status){(uint16_t)status, 0, (uint32_t)win32, 3};
	return true;
}
