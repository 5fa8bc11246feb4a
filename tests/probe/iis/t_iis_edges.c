/* IIS logs at their edges: files that just follow one another, and lines broken at every width. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <string.h>

#include <casebook/buf.h>

#include "probe_seen.h"

#include <cmocka.h>

#define FIELDS                                                                                                         \
	"#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status " \
	"sc-substatus sc-win32-status time-taken\r\n"
#define AT(time) "2026-11-22 " time " 10.0.0.5 GET / - 443 - 10.1.1.1 - 200 0 0 1\r\n"

/* Two logs of which the second begins an hour after the first ends count as one stretch; a second later, as
 * two. */
static void files_that_follow_within_an_hour(void **state)
{
	static const struct {
		const char *second;
		bool covers;
	} rows[] = {
	        {FIELDS AT("10:00:00") AT("12:00:00"), true},
	        {FIELDS AT("10:00:01") AT("12:00:00"), false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct probe_seen s;

		(void)test_file("u_ex1.log", FIELDS AT("07:00:00") AT("09:00:00"), SIZE_MAX);
		(void)test_file("u_ex2.log", rows[i].second, SIZE_MAX);
		probe_run(&s, "iis.log", "file", test_folder(), "attempt", "2026-11-22T09:30:00Z", NULL);
		assert_int_equal(s.e.outcome, EV_MEASURED);
		assert_int_equal(seen_bool(&s, "covers_attempt"), rows[i].covers);
		probe_seen_release(&s);
		test_folder_remove(NULL);
	}
}

#define LINE(time, query, agent, rest)                                                              \
	"2026-11-22 " time " 10.0.0.5 GET /certsrv/mscep/mscep.dll " query " 443 - 10.1.1.2 " agent \
	" - " rest "\n"
#define ANDROID "Dalvik/2.1.0+(Linux;+U;+Android+13;+Pixel)"

/* As terminals and mails give it: cut at a column, whatever stands there.  The width is nowhere written. */
static void lines_cut_at_any_width(void **state)
{
	static const char whole[] =
	        LINE("10:00:00", "operation=GetCACaps&message=default", ANDROID, "200 0 0 15")
	                LINE("10:00:01", "operation=GetCACert&message=default", ANDROID, "200 0 0 15")
	                        LINE("10:00:02", "operation=PKIOperation&message=MIIAAAABBBBCCCCDDDD",
	                             ANDROID, "500 0 1346 15");

	int missed = 0;

	(void)state;
	for (size_t width = 40; width <= 140; width++) {
		char text[2 * sizeof(whole)];
		size_t n = 0, column = 0;
		struct probe_seen s;

		for (const char *p = whole; *p != '\0'; p++) {
			if (column == width && *p != '\n') {
				text[n++] = '\n';
				column = 0;
			}
			column = *p == '\n' ? 0 : column + 1;
			text[n++] = *p;
		}
		text[n] = '\0';
		probe_run(&s, "iis.log", "file", test_file("wrapped.log", text, SIZE_MAX), NULL);
		assert_int_equal(s.e.outcome, EV_MEASURED);
		if (strcmp(seen_json(&s, "by_operation"),
		           "{\"GetCACaps\":1,\"GetCACert\":1,\"PKIOperation\":1}") == 0) {
			assert_int_equal(seen_int(&s, "last_status"), 500);
			assert_int_equal(seen_int(&s, "bad_lines"), 0);
		} else if (++missed > 1 ||
		           seen_int(&s, "bad_lines") != 1) { /* where a blank falls on the cut */
			fail_msg("at %zu columns: %s\n%s", width, seen_json(&s, "by_operation"), text);
		}
		probe_seen_release(&s);
		test_folder_remove(NULL);
	}
}

/* The last requests one by one, with what took long, who had gone, and how long each query was. */
static void the_last_requests_are_told(void **state)
{
	static const char log[] =
	        "#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query cs(User-Agent) sc-status sc-substatus "
	        "sc-win32-status time-taken\n"
	        "2026-04-13 06:10:12 10.20.0.77 GET /certsrv/mscep/mscep.dll operation=GetCACaps NDES+client 200 0 0 31\n"
	        "2026-04-13 06:10:13 10.20.0.5 GET /iisstart.htm - Mozilla 200 0 0 99000\n"
	        "2026-04-13 06:10:14 10.20.0.77 POST /certsrv/mscep/mscep.dll operation=PKIOperation NDES+client 200 0 64 "
	        "21047\n"
	        "#Fields: time date c-ip cs-uri-stem cs-uri-query cs(User-Agent) sc-status\n"
	        "06:11:00 2026-04-13 10.20.0.78 /certsrv/mscep/mscep.dll operation=GetCACert Dalvik/2.1.0 500\n";
	struct probe_seen s;

	(void)state;
	probe_run(&s, "iis.log", "file", test_file("told.log", log, SIZE_MAX), NULL);
	assert_string_equal(
	        seen_json(&s, "told"),
	        "[{\"at\":\"2026-04-13T06:10:12Z\",\"client\":\"10.20.0.77\",\"platform\":\"windows\",\"operation\":"
	        "\"GetCACaps\",\"status\":\"200.0.0\",\"took_ms\":31,\"query_bytes\":19,\"line\":2},"
	        "{\"at\":\"2026-04-13T06:10:14Z\",\"client\":\"10.20.0.77\",\"platform\":\"windows\",\"operation\":"
	        "\"PKIOperation\",\"status\":\"200.0.64\",\"took_ms\":21047,\"query_bytes\":22,\"line\":4},"
	        "{\"at\":\"2026-04-13T06:11:00Z\",\"client\":\"10.20.0.78\",\"platform\":\"android\",\"operation\":"
	        "\"GetCACert\",\"status\":\"500\",\"took_ms\":null,\"query_bytes\":19,\"line\":6}]");
	assert_int_equal(seen_int(&s, "slow_answers"), 1);
	assert_int_equal(seen_int(&s, "slowest_ms"), 21047);
	assert_int_equal(seen_int(&s, "given_up"), 1);
	probe_seen_release(&s);
}

/* Of a long log the end is told, by the columns that its head names. */
static void the_end_of_a_long_log_is_told(void **state)
{
	struct probe_seen s;
	struct buf log;

	(void)state;
	buf_init(&log, 8u << 20);
	buf_str(&log, "#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query cs(User-Agent) sc-status "
	              "sc-substatus sc-win32-status time-taken\n");
	for (int i = 0; i < 60000; i++)
		buf_fmt(&log,
		        "2026-04-13 %02d:%02d:%02d 10.20.0.%d GET /certsrv/mscep/mscep.dll operation=GetCACaps "
		        "NDES+client 200 0 0 %d\n",
		        i / 3600, i / 60 % 60, i % 60, i % 200, i);
	probe_run(&s, "iis.log", "file", test_file("long.log", log.p, log.n), NULL);
	assert_int_equal(seen_fact(&s, "told")->u.list.n, 40);
	assert_int_equal(seen_int(&s, "slowest_ms"), 59999);
	assert_non_null(strstr(seen_json(&s, "told"), "\"took_ms\":59960,"));
	buf_release(&log);
	probe_seen_release(&s);
}

#define NATIVE(date, status)                                                             \
	"10.1.1.1, -, " date ", 9:12:33, W3SVC1, NDES01, 10.0.0.5, 31, 300, 12, " status \
	", GET, /certsrv/mscep/mscep.dll, operation=GetCACaps&message=ca,\r\n"

/* The format of IIS itself: local times, no sub-status, the day in either order where only one is possible.
 */
static void the_format_of_iis_itself(void **state)
{
	static const struct {
		const char *log, *first, *status;
	} rows[] = {
	        {NATIVE("11/30/2026", "500, 1346"), "2026-11-30T09:12:33Z", "{\"500.0.1346\":1}"},
	        {NATIVE("30/11/26", "200, 0"), "2026-11-30T09:12:33Z", "{\"200.0.0\":1}"},
	        {NATIVE("05.11.2026", "404, 2"), "2026-11-05T09:12:33Z", "{\"404.0.2\":1}"},
	        {NATIVE("2026/11/5", "403, 64"), "2026-11-05T09:12:33Z", "{\"403.0.64\":1}"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct probe_seen s;

		probe_run(&s, "iis.log", "file", test_file("inetsv1.log", rows[i].log, SIZE_MAX), NULL);
		assert_int_equal(s.e.outcome, EV_MEASURED);
		assert_string_equal(seen_str(&s, "first_time"), rows[i].first);
		assert_string_equal(seen_str(&s, "times"), "local");
		assert_string_equal(seen_json(&s, "by_status"), rows[i].status);
		probe_seen_release(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(files_that_follow_within_an_hour),
	        cmocka_unit_test(lines_cut_at_any_width),
	        cmocka_unit_test(the_last_requests_are_told),
	        cmocka_unit_test(the_end_of_a_long_log_is_told),
	        cmocka_unit_test(the_format_of_iis_itself),
	};

	return cmocka_run_group_tests(tests, NULL, test_folder_remove);
}
