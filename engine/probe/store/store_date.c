/* Dates as certutil and PowerShell print them: in either order of day and month, of an unknown zone. */
#include "cert_store.h"

#include <string.h>

#include <casebook/clock.h>

#include "file_kind.h"

/* "08:00", "8:00 PM" from a place on; noon where the hour makes no sense. */
static bool paper_time(struct slice v, size_t i, int *hour, int *minute)
{
	int t[2] = {0};

	for (int k = 0; k < 2; k++) {
		while (i < v.n && (v.p[i] < '0' || v.p[i] > '9') && (k == 0 || v.p[i] == ':'))
			i++;
		for (size_t from = i; i < v.n && i - from < 2 && v.p[i] >= '0' && v.p[i] <= '9'; i++)
			t[k] = t[k] * 10 + (v.p[i] - '0');
	}
	*hour = t[0];
	*minute = t[1] < 60 ? t[1] : 0;
	if (slice_have(v, "AM") || slice_have(v, "PM"))
		*hour = t[0] % 12 + (slice_have(v, "PM") ? 12 : 0);
	if (*hour > 23)
		*hour = 12;
	return mem_find(v.p, v.n, ":", 1) != NULL;
}

/* "10.01.2027 08:00", "1/10/2027 8:00 AM", "2027-01-10 08:00", "2027/01/10 8:00": both readings of it. */
bool store_date(struct slice v, int64_t out[2])
{
	int n[3] = {0}, k = 0, hour, minute;
	size_t i = 0;

	for (; k < 3 && i < v.n; k++) {
		size_t from = i;

		for (; i < v.n && i - from < 4 && v.p[i] >= '0' && v.p[i] <= '9'; i++)
			n[k] = n[k] * 10 + (v.p[i] - '0');
		if (i == from)
			return false;
		while (k < 2 && i < v.n && strchr("./- ", v.p[i]) != NULL)
			i++;
	}
	if (k < 3 || !paper_time(v, i, &hour, &minute))
		return false;
	if (n[0] > 31)
		return clock_from_civil(n[0], n[1], n[2], hour, minute, 0, &out[0]) &&
		       clock_from_civil(n[0], n[1], n[2], hour, minute, 0, &out[1]);
	if (n[2] < 1950)
		return false;
	if (!clock_from_civil(n[2], n[1], n[0], hour, minute, 0, &out[0]) &&
	    !clock_from_civil(n[2], n[0], n[1], hour, minute, 0, &out[0]))
		return false;
	if (!clock_from_civil(n[2], n[0], n[1], hour, minute, 0, &out[1]))
		out[1] = out[0];
	return true;
}
