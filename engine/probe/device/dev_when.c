/* Times as device logs write them: with and without day, year and zone. */
#include "dev_log.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <casebook/clock.h>

struct cursor {
	const char *p, *end;
};

static bool digits(struct cursor *c, int n, int *out)
{
	*out = 0;
	if (c->end - c->p < n)
		return false;
	for (int i = 0; i < n; i++) {
		if (!isdigit((unsigned char)c->p[i]))
			return false;
		*out = *out * 10 + c->p[i] - '0';
	}
	c->p += n;
	return true;
}

static bool one(struct cursor *c, const char *any)
{
	if (c->p == c->end || !*c->p || !strchr(any, *c->p))
		return false;
	c->p++;
	return true;
}

/* HH:MM:SS with any fraction, to ms. */
static bool time_of_day(struct cursor *c, int64_t *ms)
{
	int h, m, s, scale = 100;

	if (!digits(c, 2, &h) || !one(c, ":") || !digits(c, 2, &m) || !one(c, ":") || !digits(c, 2, &s) ||
	    h > 23 || m > 59 || s > 60)
		return false;
	*ms = ((h * 60 + m) * 60 + s) * 1000;
	if (c->p < c->end && (*c->p == '.' || *c->p == ',') && c->p + 1 < c->end &&
	    isdigit((unsigned char)c->p[1])) {
		for (c->p++; c->p < c->end && isdigit((unsigned char)*c->p); c->p++, scale /= 10)
			*ms += (*c->p - '0') * scale;
	}
	return true;
}

/* Z, +hhmm or -hh:mm, perhaps behind one blank. */
static void zone(struct cursor *c, struct dev_when *out)
{
	struct cursor at = *c;
	int h, m, sign;

	if (one(&at, "Z")) {
		out->zoned = true;
		*c = at;
		return;
	}
	one(&at, " \t");
	sign = at.p < at.end && *at.p == '-' ? -1 : 1;
	if (!one(&at, "+-") || !digits(&at, 2, &h))
		return;
	one(&at, ":");
	if (!digits(&at, 2, &m) || h > 14 || m > 59 || (at.p < at.end && isdigit((unsigned char)*at.p)))
		return;
	out->zoned = true;
	out->zone_min = sign * (h * 60 + m);
	*c = at;
}

/* 2018-02-27 and a T or a blank */
static bool iso_day(struct cursor *c, int64_t *ms)
{
	int y, m, d;

	return digits(c, 4, &y) && one(c, "-") && digits(c, 2, &m) && one(c, "-") && digits(c, 2, &d) &&
	       one(c, "T ") && clock_from_civil(y, m, d, 0, 0, 0, ms);
}

/* "02-27 " or "Feb 27 ": a day without a year, which does not place it */
static bool short_day(struct cursor *c)
{
	static const char *const months = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct cursor at = *c;
	int m, d;

	if (digits(&at, 2, &m) && one(&at, "-") && digits(&at, 2, &d) && one(&at, " ")) {
		*c = at;
		return true;
	}
	at = *c;
	for (m = 0; m < 12; m++)
		if (at.end - at.p > 4 && memcmp(at.p, months + 3 * m, 3) == 0)
			break;
	if (m == 12)
		return false;
	at.p += 3;
	while (one(&at, " "))
		;
	if (!digits(&at, 2, &d) && !digits(&at, 1, &d))
		return false;
	*c = at;
	return one(c, " ");
}

/* One or two digits. */
static bool few(struct cursor *c, int *out)
{
	return digits(c, 2, out) || digits(c, 1, out);
}

/* " PM", " pm", also behind the narrow blank of newer systems */
static bool half_day(struct cursor *c, bool *after_noon)
{
	static const char narrow[] = "\xe2\x80\xaf";
	struct cursor at = *c;

	if (at.end - at.p > 3 && memcmp(at.p, narrow, 3) == 0)
		at.p += 3;
	else if (!one(&at, " "))
		return false;
	if (at.p == at.end)
		return false;
	*after_noon = *at.p == 'P' || *at.p == 'p';
	if (!one(&at, "AaPp") || !one(&at, "Mm"))
		return false;
	*c = at;
	return true;
}

/* "1/27/17, 3:33:18 PM": month and day stand in either order, so only a number above 12 tells the day. */
static bool stamp12(struct cursor *c, struct dev_when *out)
{
	struct cursor at = *c;
	int a, b, year, h, m, s;
	bool pm;

	if (!few(&at, &a) || !one(&at, "/") || !few(&at, &b) || !one(&at, "/") ||
	    (!digits(&at, 4, &year) && !digits(&at, 2, &year)) || !one(&at, ",") || !one(&at, " ") ||
	    !few(&at, &h) || !one(&at, ":") || !digits(&at, 2, &m) || !one(&at, ":") || !digits(&at, 2, &s) ||
	    !half_day(&at, &pm) || h < 1 || h > 12 || m > 59 || s > 60)
		return false;
	memset(out, 0, sizeof(*out));
	year += year < 100 ? 2000 : 0;
	if (a > 12)
		out->dated = clock_from_civil(year, b, a, 0, 0, 0, &out->ms);
	else if (b > 12 || a == b)
		out->dated = clock_from_civil(year, a, b, 0, 0, 0, &out->ms);
	if (!out->dated)
		out->ms = 0;
	out->any = out->clock12 = true;
	out->ms += (((h % 12 + (pm ? 12 : 0)) * 60 + m) * 60 + s) * 1000ll;
	snprintf(out->text, sizeof(out->text), "%.*s", (int)(at.p - c->p), c->p);
	c->p = at.p;
	return true;
}

static bool stamp(struct cursor *c, struct dev_when *out)
{
	struct cursor at = *c;
	int64_t day = 0, ms;

	if (stamp12(c, out))
		return true;
	memset(out, 0, sizeof(*out));
	out->dated = iso_day(&at, &day);
	if (!out->dated) {
		at = *c;
		short_day(&at);
	}
	if (!time_of_day(&at, &ms))
		return false;
	zone(&at, out);
	out->any = true;
	out->ms = day + ms;
	snprintf(out->text, sizeof(out->text), "%.*s", (int)(at.p - c->p), c->p);
	c->p = at.p;
	return true;
}

/* At the front, or behind at most two words: "debug 18:30:53.691033 -0500". */
bool dev_when_parse(const char *p, size_t n, struct dev_when *out)
{
	struct cursor c = {p, p + (n > 120 ? 120 : n)};

	for (int word = 0; word < 3; word++) {
		while (one(&c, " \t[<"))
			;
		if (stamp(&c, out))
			return true;
		while (c.p < c.end && *c.p != ' ' && *c.p != '\t')
			c.p++;
	}
	memset(out, 0, sizeof(*out));
	return false;
}

bool dev_utc(const struct dev_run *r, const struct dev_when *w, int64_t *ms)
{
	int64_t at = w->ms, day;
	char iso[CLOCK_TEXT];

	if (!w->any)
		return false;
	if (!w->dated) {
		snprintf(iso, sizeof(iso), "%.10sT00:00:00", r->date ? r->date : "");
		if (!clock_parse_iso(iso, &day))
			return false;
		at += day;
	}
	if (w->zoned)
		*ms = at - w->zone_min * 60000;
	else if (r->shifted)
		*ms = at + r->shift_min * 60000;
	else
		return false;
	return true;
}
