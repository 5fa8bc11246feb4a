/* The about.txt or metadata.txt beside the file at hand. */
#include "beside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/clock.h>
#include <casebook/host.h>

#include "slice.h"

/* One check runs in a process. */
static struct {
	bool known, whole; /* whole: the computer's name has its domain */
	enum tri admin;
	long days;
	char computer[ABOUT_TEXT], zone[ABOUT_TEXT];
	int64_t time_ms, written_ms;
	enum role role;
} beside = {.admin = TRI_UNKNOWN, .time_ms = ABOUT_NO_TIME, .written_ms = ABOUT_NO_TIME};

const char *const beside_names[BESIDE_NAMES] = {"about.txt", "metadata.txt"};

bool beside_is(const char *text, size_t n)
{
	static const char *const first[] = {"casebook collection", "casebook-about=",
	                                    "Intune Certificate Connector and NDES diagnostic bundle"};
	struct slice w = slice_of(text, n);

	if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		w = slice_of(text + 3, n - 3);
	for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++)
		if (slice_begin(w, first[i]))
			return true;
	return false;
}

void beside_forget(void)
{
	memset(&beside, 0, sizeof(beside));
	beside.time_ms = beside.written_ms = ABOUT_NO_TIME;
	beside.admin = TRI_UNKNOWN;
}

bool beside_known(void)
{
	return beside.known;
}

/* "NDES01." is a computer without a domain, ".example" what is left where no name was read. */
static void take_whole(struct slice value)
{
	const char *dot = memchr(value.p, '.', value.n);

	if (dot == NULL || dot == value.p || dot == value.p + value.n - 1)
		return;
	slice_copy(beside.computer, sizeof(beside.computer), value);
	beside.known = beside.whole = true;
}

void beside_line(const char *p, size_t n)
{
	struct slice value = slice_of(p, n), key;
	const char *colon, *equals;
	char text[64];
	int role;

	while (value.n != 0 && (value.p[value.n - 1] == '\r' || value.p[value.n - 1] == '\n'))
		value.n--;
	colon = memchr(value.p, ':', value.n);
	equals = memchr(value.p, '=', value.n);
	key = slice_trim(slice_cut(&value, equals != NULL && (colon == NULL || equals < colon) ? '=' : ':'));
	value = slice_trim(value);
	if (value.n == 0)
		return;
	snprintf(text, sizeof(text), "%.*s", (int)(value.n < sizeof(text) ? value.n : sizeof(text) - 1),
	         value.p);
	if (slice_are(key, "computer") || slice_are(key, "Host")) {
		if (!beside.whole)
			slice_copy(beside.computer, sizeof(beside.computer), value);
		beside.known = true;
	} else if (slice_are(key, "fqdn")) {
		take_whole(value);
	} else if (slice_are(key, "zone")) {
		slice_copy(beside.zone, sizeof(beside.zone), value);
	} else if (slice_are(key, "time") || slice_are(key, "utc") || slice_are(key, "Created")) {
		if (!clock_parse_iso(text, &beside.time_ms))
			beside.time_ms = ABOUT_NO_TIME;
	} else if (slice_are(key, "mscep")) {
		beside.role = slice_are(value, "True") ? ROLE_NDES : ROLE_SERVER;
	} else if (slice_are(key, "elevated") || slice_are(key, "admin")) {
		beside.admin = slice_are(value, "True") || slice_are(value, "yes") ? TRI_YES : TRI_NO;
	} else if (slice_are(key, "span_days")) {
		beside.days = strtol(text, NULL, 10);
	} else if (slice_are(key, "role")) {
		role = role_from(text);
		beside.role = role > 0 ? (enum role)role : ROLE_UNKNOWN;
	}
}

struct about beside_fill(const struct about *given)
{
	struct about a = *given;

	if (!beside.known || a.device != NULL || a.platform != NULL || (a.traces & TRACE_DEVICE) != 0 ||
	    (a.computer != NULL && a.computer[0] != '\0' && !host_same(a.computer, beside.computer)))
		return a;
	if (a.computer == NULL || a.computer[0] == '\0')
		a.computer = beside.computer;
	if (a.role == ROLE_UNKNOWN)
		a.role = beside.role;
	if (a.as_of_ms == ABOUT_NO_TIME)
		a.as_of_ms = beside.time_ms;
	return a;
}

const char *beside_computer(void)
{
	return beside.computer[0] != '\0' ? beside.computer : NULL;
}

const char *beside_zone(void)
{
	return beside.zone[0] != '\0' ? beside.zone : NULL;
}

void beside_written(int64_t ms)
{
	if (ms > beside.written_ms)
		beside.written_ms = ms;
}

int64_t beside_last_written(void)
{
	return beside.written_ms;
}

enum tri beside_admin(void)
{
	return beside.admin;
}

long beside_days(void)
{
	return beside.days;
}

int64_t beside_time(void)
{
	return beside.time_ms;
}

enum role beside_role(void)
{
	return beside.role;
}
