/* Times relative to now, as logs and tools write them: the placeholders of a scenario. */
#include "practice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MAX_PLACE 80

bool moment_move(const char *offset, size_t n, int64_t now_ms, int64_t *out_ms)
{
	int64_t sign = 1, t = now_ms;
	size_t i = 0;

	while (i < n && offset[i] == ' ')
		i++;
	if (n - i == 3 && memcmp(offset + i, "now", 3) == 0)
		i = n;
	while (i < n) {
		int64_t count = 0, unit;
		size_t from;

		if (offset[i] == '+' || offset[i] == '-')
			sign = offset[i++] == '-' ? -1 : 1; /* holds until the next one: -2h30m */
		for (from = i; i < n && offset[i] >= '0' && offset[i] <= '9' && count < 1000000000; i++)
			count = count * 10 + (offset[i] - '0');
		if (i == from || i == n)
			return false;
		switch (offset[i++]) {
		case 's':
			unit = 1;
			break;
		case 'm':
			unit = 60;
			break;
		case 'h':
			unit = 3600;
			break;
		case 'd':
			unit = 86400;
			break;
		case 'y':
			unit = (int64_t)365 * 86400;
			break;
		default:
			return false;
		}
		t += sign * count * unit * 1000;
		while (i < n && offset[i] == ' ')
			i++;
	}
	*out_ms = t;
	return true;
}

/* strftime's words in English, and what it has not: %1 month, %2 day, %3 hour of twelve, %4 hour, without a
 * leading zero; %5 AM or PM; %6 seconds since 1970. */
static const struct format {
	const char *name, *how;
	bool clear; /* moved back to a day above 12: the order of day and month is not told otherwise */
} formats[] = {
        {"iis", "%Y-%m-%d %H:%M:%S", false}, /* W3C and HTTPERR, UTC */
        {"iso", "%Y-%m-%dT%H:%M:%SZ", false},
        {"xml", "%Y-%m-%dT%H:%M:%S.4412093Z", false}, /* TimeCreated of an event */
        {"csv", "%m/%d/%Y %H:%M:%S", false},
        {"date", "%Y-%m-%d", false},
        {"time", "%H:%M:%S", false},
        {"yymmdd", "%y%m%d", false}, /* names of IIS logs */
        {"epoch", "%6", false},
        {"http", "%a, %d %b %Y %H:%M:%S GMT", false},
        {"us", "%1/%2/%Y %3:%M:%S %5", false},
        {"us-m", "%1/%2/%Y %3:%M %5", true}, /* certutil */
        {"us-day", "%1/%2/%Y", false},
        {"de", "%d.%m.%Y %H:%M:%S", false},
        {"de-m", "%d.%m.%Y %H:%M", false},
        {"fr", "%d/%m/%Y %H:%M:%S", false},
        {"fr-m", "%d/%m/%Y %H:%M", false},
        {"es", "%2/%1/%Y %4:%M:%S", false},
        {"nl", "%d-%m-%Y %H:%M:%S", false},
        {"ja", "%Y/%m/%d %4:%M:%S", false},
        {"sv", "%Y-%m-%d %H:%M:%S", false},
        {"sv-m", "%Y-%m-%d %H:%M", false},
        {"omadm", "%Y-%m-%dT%H:%M:%S.2500000", false},
        {"ios-time", "%H:%M:%S.102233", false},
        {"ios-day", "%Y-%m-%d %H:%M:%S.102233", false},
        {"ios-old", "%1/%2/%y, %3:%M:%S %5", false},
        {"syslog", "%b %e %H:%M:%S", false},
        {"msi", "%H:%M:%S:118", false},
};

static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
static const char *const weekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

static void put_field(struct buf *out, char word, const struct tm *tm, time_t t)
{
	switch (word) {
	case 'Y':
		buf_fmt(out, "%04d", tm->tm_year + 1900);
		break;
	case 'y':
		buf_fmt(out, "%02d", tm->tm_year % 100);
		break;
	case 'm':
		buf_fmt(out, "%02d", tm->tm_mon + 1);
		break;
	case 'd':
		buf_fmt(out, "%02d", tm->tm_mday);
		break;
	case 'e':
		buf_fmt(out, "%2d", tm->tm_mday);
		break;
	case 'H':
		buf_fmt(out, "%02d", tm->tm_hour);
		break;
	case 'M':
		buf_fmt(out, "%02d", tm->tm_min);
		break;
	case 'S':
		buf_fmt(out, "%02d", tm->tm_sec);
		break;
	case 'b':
		buf_str(out, months[tm->tm_mon]);
		break;
	case 'a':
		buf_str(out, weekdays[tm->tm_wday]);
		break;
	case '1':
		buf_int(out, tm->tm_mon + 1);
		break;
	case '2':
		buf_int(out, tm->tm_mday);
		break;
	case '3':
		buf_int(out, (tm->tm_hour + 11) % 12 + 1);
		break;
	case '4':
		buf_int(out, tm->tm_hour);
		break;
	case '5':
		buf_str(out, tm->tm_hour < 12 ? "AM" : "PM");
		break;
	default:
		buf_int(out, (int64_t)t);
		break;
	}
}

static void put_time(struct buf *out, const struct format *f, time_t t)
{
	struct tm tm;

	gmtime_r(&t, &tm);
	while (f->clear && tm.tm_mday <= 12) {
		t -= 86400;
		gmtime_r(&t, &tm);
	}
	for (const char *p = f->how; *p != '\0'; p++) {
		if (*p == '%')
			put_field(out, *++p, &tm, t);
		else
			buf_char(out, *p);
	}
}

/* One placeholder's inside: OFFSET... FORMAT [MINUTES east of Greenwich]. */
static bool put_place(struct buf *out, const char *place, int64_t now_ms)
{
	char words[MAX_PLACE + 1], *last;
	int64_t t;
	long zone = 0;

	snprintf(words, sizeof(words), "%s", place);
	last = strrchr(words, ' ');
	if (last != NULL && (last[1] == '+' || last[1] == '-')) {
		char *end;

		zone = strtol(last + 1, &end, 10);
		if (*end != '\0')
			return false;
		*last = '\0';
		last = strrchr(words, ' ');
	}
	if (last == NULL || !moment_move(words, (size_t)(last - words), now_ms, &t))
		return false;
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcmp(formats[i].name, last + 1) == 0) {
			put_time(out, &formats[i], (time_t)(t / 1000 + zone * 60));
			return true;
		}
	}
	return false;
}

int moment_expand(struct buf *out, const char *text, size_t n, int64_t now_ms, struct err *err)
{
	const char *end = text + n;

	while (text < end) {
		const char *open = strstr(text, "{{");
		const char *close = open != NULL ? strstr(open, "}}") : NULL;
		char place[MAX_PLACE + 1];
		size_t length;

		if (close == NULL) {
			buf_put(out, text, (size_t)(end - text));
			return 0;
		}
		buf_put(out, text, (size_t)(open - text));
		for (open += 2; open < close && *open == ' '; open++)
			;
		for (length = (size_t)(close - open); length > 0 && open[length - 1] == ' '; length--)
			;
		snprintf(place, sizeof(place), "%.*s", (int)(length > MAX_PLACE ? MAX_PLACE : length), open);
		if (!put_place(out, place, now_ms))
			return err_set(err, FAIL_FORMAT, 0, "{{%s}} names no time", place);
		text = close + 2;
	}
	return 0;
}
