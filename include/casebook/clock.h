/* Times are int64_t milliseconds since 1970-01-01T00:00:00Z.  Only ui/ and the
 * probe executable read the clock; everything else gets the time as an argument. */
#ifndef CASEBOOK_CLOCK_H
#define CASEBOOK_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define CLOCK_TEXT 32

int64_t clock_now_ms(void); /* honours SOURCE_DATE_EPOCH only in exports, not here */
int64_t clock_monotonic_ms(void);
/* "2026-11-22T10:52:17Z", or with ".123" when the milliseconds are not 0.  Returns out. */
const char *clock_iso(int64_t ms, char out[CLOCK_TEXT]);
/* "20261130T081500": for names of files. */
void clock_digits(int64_t ms, char out[CLOCK_TEXT]);
/* Whether it falls within the years 0001 to 9999 UTC, the range of ISO text.  Times from foreign files and
 * servers may fall outside. */
bool clock_fits(int64_t ms);
/* ISO 8601 with 'T' or a blank, optional fraction of any length, Z, +hh:mm, -hhmm or nothing (taken as
 * UTC).  The whole string must match, and the time in UTC must fit (clock_fits). */
bool clock_parse_iso(const char *s, int64_t *ms);
/* No zone is further from UTC: so far a local time may lie from the truth. */
#define CLOCK_ZONE (14 * 3600000ll)
/* Whole days from `now` to an end that may be either of two times, each off by up to `slack`: of both the
 * nearer. False when they do not agree on whether it is over, or one lies within the slack. */
bool clock_days_left(const int64_t ends[2], int64_t now, int64_t slack, int64_t *days);
/* UTC date and time to ms; false when a field is out of range. */
bool clock_from_civil(int year, int month, int day, int hour, int min, int sec, int64_t *ms);

#endif
