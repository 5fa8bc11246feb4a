/* Time as milliseconds; civil dates by the days-from-civil method (proleptic Gregorian). */
#include <casebook/clock.h>

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

int64_t clock_now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t clock_monotonic_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Days since 1970-01-01 of a civil date; years count from March so that the leap day is last. */
static int64_t days_from_civil(int64_t y, int m, int d)
{
	int64_t era, yoe, doy;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static bool leap(int y)
{
	return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

bool clock_from_civil(int year, int month, int day, int hour, int min, int sec, int64_t *ms)
{
	static const int len[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int64_t days;

	if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || hour < 0 || hour > 23 ||
	    min < 0 || min > 59 || sec < 0 || sec > 60)
		return false;
	if (day > len[month - 1] + (month == 2 && leap(year)))
		return false;
	days = days_from_civil(year, month, day);
	*ms = ((days * 24 + hour) * 60 + min) * 60000 + (int64_t)sec * 1000;
	return true;
}

/* n digits and what follows them; printf would be most of the cost of a long timeline. */
static char *put_digits(char *to, int v, int n, char then)
{
	for (int i = n; i-- > 0; v /= 10)
		to[i] = (char)('0' + v % 10);
	to[n] = then;
	return to + n + 1;
}

#define FIRST_MS (-62135596800000LL) /* 0001-01-01T00:00:00Z */
#define LAST_MS 253402300799999LL    /* 9999-12-31T23:59:59.999Z */

void clock_digits(int64_t ms, char out[CLOCK_TEXT])
{
	char iso[CLOCK_TEXT];
	size_t n = 0;

	clock_iso(ms, iso);
	for (const char *p = iso; *p != '\0' && *p != '.' && *p != 'Z'; p++)
		if (*p != '-' && *p != ':')
			out[n++] = *p;
	out[n] = '\0';
}

bool clock_fits(int64_t ms)
{
	return ms >= FIRST_MS && ms <= LAST_MS;
}

const char *clock_iso(int64_t ms, char out[CLOCK_TEXT])
{
	int64_t days = ms / 86400000, rest = ms % 86400000;
	int64_t era, doe, yoe, doy, mp, year;
	int day, month;
	char *p;

	if (rest < 0) {
		rest += 86400000;
		days--;
	}
	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	doe = days - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	day = (int)(doy - (153 * mp + 2) / 5 + 1);
	month = (int)(mp < 10 ? mp + 3 : mp - 9);
	year = yoe + era * 400 + (month <= 2);
	if (!clock_fits(ms)) {
		snprintf(out, CLOCK_TEXT, "out of range");
		return out;
	}
	p = put_digits(out, (int)year, 4, '-');
	p = put_digits(p, month, 2, '-');
	p = put_digits(p, day, 2, 'T');
	p = put_digits(p, (int)(rest / 3600000), 2, ':');
	p = put_digits(p, (int)(rest / 60000 % 60), 2, ':');
	p = put_digits(p, (int)(rest / 1000 % 60), 2, rest % 1000 != 0 ? '.' : 'Z');
	if (rest % 1000 != 0)
		p = put_digits(p, (int)(rest % 1000), 3, 'Z');
	*p = '\0';
	return out;
}

/* Exactly n digits at *s, or -1. */
static int digits(const char **s, int n)
{
	int v = 0;

	for (int i = 0; i < n; i++, (*s)++) {
		if (!isdigit((unsigned char)**s))
			return -1;
		v = v * 10 + (**s - '0');
	}
	return v;
}

static bool expect(const char **s, char c)
{
	if (**s != c)
		return false;
	(*s)++;
	return true;
}

/* The zone behind the time: Z, +hh:mm, -hhmm or nothing. */
static bool zone(const char *s, int64_t *ms)
{
	int sign, h, m;

	if (*s == '\0' || ((*s == 'Z' || *s == 'z') && s[1] == '\0'))
		return true;
	if (*s != '+' && *s != '-')
		return false;
	sign = *s++ == '+' ? 1 : -1;
	h = digits(&s, 2);
	(void)expect(&s, ':');
	m = digits(&s, 2);
	if (h < 0 || h > 15 || m < 0 || m > 59 || *s != '\0')
		return false;
	*ms -= sign * (int64_t)(h * 60 + m) * 60000;
	return true;
}

bool clock_parse_iso(const char *s, int64_t *ms)
{
	int y, mo, d, h, mi, sec, frac = 0, scale = 100;
	int64_t at;

	y = digits(&s, 4);
	if (!expect(&s, '-'))
		return false;
	mo = digits(&s, 2);
	if (!expect(&s, '-'))
		return false;
	d = digits(&s, 2);
	if (*s != 'T' && *s != 't' && *s != ' ')
		return false;
	s++;
	h = digits(&s, 2);
	if (!expect(&s, ':'))
		return false;
	mi = digits(&s, 2);
	if (!expect(&s, ':'))
		return false;
	sec = digits(&s, 2);
	if (*s == '.' || *s == ',') {
		s++;
		if (!isdigit((unsigned char)*s))
			return false;
		for (; isdigit((unsigned char)*s); s++, scale /= 10)
			frac += (*s - '0') * scale;
	}
	if (y < 0 || !clock_from_civil(y, mo, d, h, mi, sec, &at) || !zone(s, &at))
		return false;
	*ms = at + frac;
	return clock_fits(*ms);
}

bool clock_days_left(const int64_t ends[2], int64_t now, int64_t slack, int64_t *days)
{
	const int64_t day = 86400000;
	int64_t left[2] = {ends[0] - now, ends[1] - now};

	for (int i = 0; i < 2; i++)
		if (slack != 0 && left[i] >= -slack && left[i] <= slack)
			return false;
	if ((left[0] < 0) != (left[1] < 0))
		return false;
	if ((left[0] < 0) != (left[0] > left[1]))
		left[0] = left[1];
	*days = left[0] / day - (left[0] % day < 0);
	return true;
}
