/* iis.log on small logs: the article's own lines, changing #Fields, damage, refusals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probe_seen.h"

#define FIELDS                                                                                               \
	"#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) " \
	"cs(Referer) sc-status sc-substatus sc-win32-status time-taken\r\n"
#define TOP                                                                                              \
	"#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Date: 2026-11-22 " \
	"00:00:00\r\n"
#define IOS "profiled/1.0+CFNetwork/1494.0.7+Darwin/23.4.0"
#define ANDROID "Dalvik/2.1.0+(Linux;+U;+Android+14;+Pixel+7a+Build/UP1A)"
#define WINDOWS "Mozilla/4.0+(compatible;+Win32;+NDES+client+10.0.22621.1/ni_release)"
#define BROWSER "Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64)+AppleWebKit/537.36"
#define LINE(time, query, client, agent, end)                                                         \
	"2026-11-22 " time " 10.0.0.5 GET /certsrv/mscep/mscep.dll " query " 443 - " client " " agent \
	" - " end "\r\n"

static void run_on(struct probe_seen *s, const char *text)
{
	probe_run(s, "iis.log", "file", test_file("u_ex.log", text, SIZE_MAX), NULL);
	if (s->e.outcome != EV_MEASURED)
		fail_msg("%s", s->e.why);
}

static void run_at(struct probe_seen *s, const char *text, const char *attempt)
{
	probe_run(s, "iis.log", "file", test_file("u_ex.log", text, SIZE_MAX), "attempt", attempt, NULL);
}

/* The lines that the article shows, as they stand there. */
static void the_articles_windows_lines(void **state)
{
	struct probe_seen s;

	(void)state;
	run_on(&s, "fe80::f53d:89b8:c3e8:5fec%13 GET /certsrv/mscep/mscep.dll/pkiclient.exe "
	           "operation=GetCACaps&message=default 80 - fe80::f53d:89b8:c3e8:5fec%13 "
	           "Mozilla/4.0+(compatible;+Win32;+NDES+client) - 200 0 0 186 0.\n"
	           "And\n"
	           "fe80::f53d:89b8:c3e8:5fec%13 GET /certsrv/mscep/mscep.dll/pkiclient.exe "
	           "operation=GetCACert&message=default 80 - fe80::f53d:89b8:c3e8:5fec%13 "
	           "Mozilla/4.0+(compatible;+Win32;+NDES+client) - 200 0 0 3567 0\n");
	assert_true(seen_bool(&s, "guessed"));
	assert_int_equal(seen_int(&s, "scep_requests"), 2);
	assert_int_equal(seen_int(&s, "last_status"), 200);
	assert_int_equal(seen_int(&s, "last_win32"), 0);
	assert_string_equal(seen_json(&s, "by_status"), "{\"200.0.0\":2}");
	assert_string_equal(seen_json(&s, "by_operation"), "{\"GetCACaps\":1,\"GetCACert\":1}");
	assert_string_equal(seen_json(&s, "by_platform"), "{\"windows\":2}");
	assert_string_equal(seen_str(&s, "stage"), "cacert");
	assert_string_equal(seen_str(&s, "first_time"), "(null)");
	probe_seen_release(&s);
}

/* What a spreadsheet saved: the agent holds the separator, a cell may be quoted or empty. */
static void cells_of_a_spreadsheet(void **state)
{
	struct probe_seen s;

	(void)state;
	run_on(&s,
	       "date;time;s-ip;cs-method;cs-uri-stem;cs-uri-query;s-port;cs-username;c-ip;cs(User-Agent);"
	       "cs(Referer);sc-status;sc-substatus;sc-win32-status;time-taken\r\n"
	       "2026-11-22;14:05:00;10.1.0.4;GET;/certsrv/mscep/mscep.dll;operation=GetCACaps&message=ca;443;-;"
	       "10.1.7.9;Dalvik/2.1.0+(Linux;+U;+Android+14;+Pixel);;200;0;0;31\r\n"
	       "2026-11-22,14:05:01,10.1.0.4,GET,/certsrv/mscep/mscep.dll,operation=PKIOperation&message=MIIP,443,-,"
	       "10.1.7.9,\"Dalvik/2.1.0+(Linux;+U;+Android+14;+Pixel)\",-,404,15,0,31\r\n");
	assert_true(seen_bool(&s, "guessed"));
	assert_string_equal(seen_json(&s, "by_status"), "{\"200.0.0\":1,\"404.15.0\":1}");
	assert_string_equal(seen_json(&s, "by_platform"), "{\"android\":2}");
	assert_string_equal(seen_str(&s, "first_time"), "2026-11-22T14:05:00Z");
	probe_seen_release(&s);
}

static void the_articles_wrapped_android_lines(void **state)
{
	struct probe_seen s;
	const struct pin *pin;

	(void)state;
	run_on(&s, "fe80::f53d:89b8:c3e8:5fec%13 GET /certsrv/mscep/mscep.dll operation=GetCACert&message=ca "
	           "443 -\n"
	           "fe80::f53d:89b8:c3e8:5fec%13 Dalvik/2.1.0+(Linux;+U;+Android+5.0;+P01M+Build/LRX21V) - "
	           "200 0 0 3909 0\n"
	           "fe80::f53d:89b8:c3e8:5fec%13 GET /certsrv/mscep/mscep.dll operation=GetCACaps&message=ca "
	           "443 -\n"
	           "fe80::f53d:89b8:c3e8:5fec%13 Dalvik/2.1.0+(Linux;+U;+Android+5.0;+P01M+Build/LRX21V) - "
	           "200 0 0 421\n");
	assert_true(seen_bool(&s, "guessed"));
	assert_int_equal(seen_int(&s, "lines"), 2);
	assert_int_equal(seen_int(&s, "bad_lines"), 0);
	assert_string_equal(seen_json(&s, "by_status"), "{\"200.0.0\":2}");
	assert_string_equal(seen_json(&s, "by_platform"), "{\"android\":2}");
	assert_int_equal(seen_pin(&s, "last_win32")->line, 3);
	/* The checksum is known after the facts; the list of files is sent again with it. */
	assert_non_null(s.e.sha256);
	assert_non_null(strstr(seen_json(&s, "files"), s.e.sha256));
	pin = seen_pin(&s, "last_status");
	assert_int_equal(pin->line, 3);
	assert_non_null(strstr(pin->text, "- 200 0 0 421"));
	probe_seen_release(&s);
}

static void the_articles_500(void **state)
{
	struct probe_seen s;
	const struct pin *pin;

	(void)state;
	run_on(&s, "2017-08-08 20:22:16 IP_address GET /certsrv/mscep/mscep.dll "
	           "operation=GetCACert&message=SCEP%20Authority "
	           "443 - 10.5.14.22 profiled/1.0+CFNetwork/811.5.4+Darwin/16.6.0 - 500 0 1346 31\n");
	assert_int_equal(seen_int(&s, "last_status"), 500);
	assert_int_equal(seen_int(&s, "last_substatus"), 0);
	assert_int_equal(seen_int(&s, "last_win32"), 1346);
	assert_string_equal(seen_json(&s, "by_status"), "{\"500.0.1346\":1}");
	assert_string_equal(seen_str(&s, "first_time"), "2017-08-08T20:22:16Z");
	assert_string_equal(seen_str(&s, "stage"), "cacert");
	assert_string_equal(seen_str(&s, "answered_stage"), "none");
	assert_string_equal(seen_json(&s, "by_platform"), "{\"ios\":1}");
	assert_int_equal(s.c.fault, 1);
	pin = seen_pin(&s, "last_500");
	assert_int_equal(pin->line, 1);
	assert_int_equal(pin->at_ms, 1502223736000);
	probe_seen_release(&s);
}

/* The trap on which other readers lose the 500s: new columns in mid-file. */
static void fields_change_in_mid_file(void **state)
{
	static const char log[] = TOP FIELDS LINE("10:00:00", "operation=GetCACaps&message=ca", "10.1.1.1",
	                                          ANDROID, "200 0 0 15") TOP
	        "#Fields: date time cs-method cs-uri-stem cs-uri-query sc-status sc-substatus "
	        "sc-win32-status s-ip "
	        "s-computername c-ip cs(User-Agent) cs-host sc-bytes cs-bytes time-taken\r\n"
	        "2026-11-22 10:01:00 GET /CertSrv/MSCEP/MSCEP.DLL operation=GetCACert&message=ca 500 0 1346 "
	        "10.0.0.5 NDES01 "
	        "10.1.1.1 " ANDROID " ndes.example 1208 300 31\r\n"
	        "2026-11-22 10:02:00 GET /certsrv/mscep/mscep.dll operation=GetCACert&message=ca 500 0 64 "
	        "10.0.0.5 NDES01 "
	        "10.1.1.1 " ANDROID " ndes.example 1208 300 31\r\n" TOP FIELDS LINE(
	                "10:03:00", "operation=GetCACert&message=ca", "10.1.1.1", ANDROID, "200 0 0 15");
	struct probe_seen s;

	(void)state;
	run_on(&s, log);
	assert_int_equal(seen_int(&s, "lines"), 4);
	assert_int_equal(seen_int(&s, "bad_lines"), 0);
	assert_int_equal(seen_int(&s, "fields_changes"), 2);
	assert_string_equal(seen_json(&s, "by_status"), "{\"200.0.0\":2,\"500.0.64\":1,\"500.0.1346\":1}");
	assert_string_equal(seen_str(&s, "last_500"), "2026-11-22T10:02:00Z");
	assert_string_equal(seen_str(&s, "last_request_time"), "2026-11-22T10:03:00Z");
	assert_int_equal(seen_pin(&s, "last_500")->line, 11);
	assert_false(seen_bool(&s, "guessed"));
	probe_seen_release(&s);
}

static void conversations_and_where_they_stall(void **state)
{
	static const char log[] = TOP FIELDS LINE("10:00:00", "operation=GetCACert&message=SCEP%20Authority",
	                                          "10.1.1.1", IOS, "200 0 0 15")
	        LINE("10:00:01", "operation=GetCACaps&message=SCEP%20Authority", "10.1.1.1", IOS,
	             "200 0 0 15") LINE("10:00:03", "operation=PKIOperation&message=MIIB", "10.1.1.1", IOS,
	                                "200 0 0 900") LINE("10:00:10", "operation=GetCACaps&message=default",
	                                                    "10.1.1.2", WINDOWS, "200 0 0 15")
	                LINE("10:00:11", "operation=GetCACert&message=default", "10.1.1.2", WINDOWS,
	                     "200 0 0 15") LINE("10:00:20", "operation=GetCACaps&message=ca", "10.1.1.3",
	                                        ANDROID, "503 0 0 15")
	                        LINE("10:30:00", "-", "10.1.1.9", BROWSER, "403 0 0 15")
	                                LINE("10:30:30", "operation=GetCACaps&message=ca", "10.1.1.4",
	                                     ANDROID, "200 0 0 15");
	struct probe_seen s;

	(void)state;
	run_on(&s, log);
	assert_int_equal(seen_int(&s, "conversation_count"), 4);
	assert_int_equal(seen_int(&s, "complete"), 1);
	assert_int_equal(seen_int(&s, "stalled"), 2);
	assert_int_equal(seen_int(&s, "devices"), 4);
	assert_string_equal(seen_json(&s, "progress"),
	                    "{\"android\":{\"conversations\":2,\"complete\":0,\"stalled\":1,\"none\":0,"
	                    "\"caps\":2,\"cacert\":0,"
	                    "\"pkioperation\":0},\"ios\":{\"conversations\":1,\"complete\":1,\"stalled\":0,"
	                    "\"none\":0,\"caps\":0,"
	                    "\"cacert\":0,\"pkioperation\":1},\"windows\":{\"conversations\":1,\"complete\":"
	                    "0,\"stalled\":1,"
	                    "\"none\":0,\"caps\":0,\"cacert\":1,\"pkioperation\":0}}");
	/* The last one may still go on: the log ends. */
	assert_non_null(
	        strstr(seen_json(&s, "conversations"),
	               "\"client\":\"10.1.1.4\",\"platform\":\"android\",\"agent\":\"" ANDROID "\",\"first\":"
	               "\"2026-11-22T10:30:30Z\",\"last\":\"2026-11-22T10:30:30Z\",\"caps\":1,\"cacert\":0,"
	               "\"pkioperation\":0,\"status\":\"200.0.0\",\"stage\":\"caps\",\"stalled\":null}"));
	assert_string_equal(seen_str(&s, "stage"), "pkioperation");
	assert_int_equal(seen_int(&s, "scep_requests"), 8);
	assert_int_equal(seen_int(&s, "device_requests"), 7);
	probe_seen_release(&s);
}

static void the_last_word_is_a_devices(void **state)
{
	static const char log[] =
	        TOP FIELDS LINE("10:00:00", "operation=GetCACert&message=ca", "10.1.1.1", IOS,
	                        "500 0 1346 15") LINE("10:30:00", "-", "10.1.1.9", BROWSER, "403 0 0 15")
	                LINE("10:31:00", "operation=GetCACaps&message=casebook", "10.1.1.9", "casebook/0.1.0",
	                     "200 0 0 15") "2026-11-22 10:32:00 10.0.0.5 GET /certsrv/mscep/mscep.dll "
	                                   "operation=PKIOperation&message=NDESLongUrlValidatorFiller 443 - "
	                                   "10.1.1.9 - - 200 0 0 1\r\n";
	struct probe_seen s;

	(void)state;
	run_on(&s, log);
	assert_int_equal(seen_int(&s, "last_status"), 500);
	assert_int_equal(seen_int(&s, "own_requests"), 1);
	assert_int_equal(seen_int(&s, "scep_requests"), 3);
	assert_int_equal(seen_int(&s, "device_requests"), 1);
	assert_string_equal(seen_json(&s, "by_platform"), "{\"ios\":1,\"browser\":1,\"validator\":1}");
	assert_string_equal(seen_str(&s, "stage"), "cacert");
	probe_seen_release(&s);
	run_on(&s, TOP FIELDS LINE("10:30:00", "-", "10.1.1.9", BROWSER, "403 0 0 15"));
	assert_int_equal(seen_int(&s, "last_status"), 403);
	assert_string_equal(seen_str(&s, "stage"), "none");
	assert_string_equal(seen_str(&s, "last_device_time"), "(null)");
	probe_seen_release(&s);
}

static void not_logged_is_only_said_of_a_log_that_covers(void **state)
{
	static const char log[] =
	        TOP FIELDS "2026-11-22 08:00:00 10.0.0.5 GET / - 443 - 10.1.1.1 - - 200 0 0 1\r\n"
	                   "2026-11-22 12:00:00 10.0.0.5 GET / - 443 - 10.1.1.1 - - 200 0 0 1\r\n";
	static const struct {
		const char *attempt;
		bool covers;
	} rows[] = {
	        {"2026-11-22T10:00:00Z", true},  {"2026-11-22T08:05:00Z", true},
	        {"2026-11-22T08:04:59Z", false}, {"2026-11-22T07:00:00Z", false},
	        {"2026-11-22T11:55:00Z", true},  {"2026-11-22T11:56:00Z", false},
	        {"2026-11-23T10:00:00Z", false}, {"2026-11-22 13:00:00+02:00", true},
	};
	struct probe_seen s;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		run_at(&s, log, rows[i].attempt);
		if (s.e.outcome != EV_MEASURED)
			fail_msg("%s: %s", rows[i].attempt, s.e.why);
		assert_int_equal(seen_bool(&s, "covers_attempt"), rows[i].covers);
		assert_int_equal(seen_int(&s, "requests_near_attempt"), 0);
		probe_seen_release(&s);
	}
	run_on(&s, log);
	assert_string_equal(seen_str(&s, "covers_attempt"), "(null)");
	assert_string_equal(
	        seen_json(&s, "gaps"),
	        "[{\"from\":\"2026-11-22T08:00:00Z\",\"to\":\"2026-11-22T12:00:00Z\",\"minutes\":240}]");
	probe_seen_release(&s);
	run_at(&s, log, "yesterday");
	assert_int_equal(s.e.outcome, EV_UNREADABLE);
	probe_seen_release(&s);
}

static void dots_stand_for_a_long_query(void **state)
{
	struct probe_seen s;

	(void)state;
	run_on(&s, TOP FIELDS LINE("10:00:00", "...", "10.1.1.1", IOS, "404 15 0 15"));
	assert_int_equal(seen_int(&s, "truncated_queries"), 1);
	assert_string_equal(seen_json(&s, "by_operation"), "{\"PKIOperation\":1}");
	assert_int_equal(seen_int(&s, "last_substatus"), 15);
	assert_string_equal(seen_str(&s, "stage"), "pkioperation");
	assert_string_equal(seen_str(&s, "answered_stage"), "none");
	probe_seen_release(&s);
}

static void secrets_do_not_reach_pins(void **state)
{
	char log[8000], message[5000];
	struct probe_seen s;

	(void)state;
	memset(message, 'A', sizeof(message));
	snprintf(log, sizeof(log),
	         TOP "#Fields: date time cs-method cs-uri-stem cs-uri-query c-ip cs(User-Agent) cs(Cookie) "
	             "sc-status\r\n"
	             "2026-11-22 10:00:00 GET /certsrv/mscep/mscep.dll operation=PKIOperation&message=%.*s "
	             "10.1.1.1 " IOS " AppProxy=tokentoken 200\r\n",
	         (int)sizeof(message), message);
	run_on(&s, log);
	assert_string_equal(seen_pin(&s, "last_status")->text,
	                    "2026-11-22 10:00:00 GET /certsrv/mscep/mscep.dll "
	                    "operation=PKIOperation&message=<removed, 5000 bytes> "
	                    "10.1.1.1 " IOS " <removed, 19 bytes> 200");
	assert_string_equal(seen_json(&s, "by_status"), "{\"200\":1}");
	assert_string_equal(seen_str(&s, "last_substatus"), "(null)");
	probe_seen_release(&s);
}

static void odd_lines(void **state)
{
	static const char log[] = "\xEF\xBB\xBF" TOP FIELDS LINE(
	        "10:00:00", "operation=GetCACaps", "fe80::1%13",
	        "M\xF6"
	        "bile/1.0",
	        "200 0 0 15") "2026-11-22 10:00:01 10.0.0.5 GET /certsrv/mscep/mscep.dll operation=Get\r\n"
	                      "2026-11-22 25:00:01 10.0.0.5 GET / - 443 - 10.1.1.1 - - 200 0 0 1\r\n"
	                      "\r\n" LINE("10:00:02", "operation=getcacert&message=x", "10.1.1.1", "-",
	                                  "OOPS 0 0 15") "garbage\r\n" LINE("10:00:03",
	                                                                    "message=x&OPERATION=GetCACert",
	                                                                    "10.1.1.1", "-", "200 0 0 15");
	struct probe_seen s;

	(void)state;
	run_on(&s, log);
	assert_int_equal(seen_int(&s, "lines"), 6);
	assert_int_equal(seen_int(&s, "bad_lines"), 4);
	assert_int_equal(seen_int(&s, "scep_requests"), 2);
	assert_string_equal(seen_json(&s, "by_operation"), "{\"GetCACaps\":1,\"GetCACert\":1}");
	assert_non_null(strstr(seen_json(&s, "by_agent"), "M\xC3\xB6"
	                                                  "bile/1.0"));
	assert_int_equal(seen_pin(&s, "bad_lines")->line, 6);
	probe_seen_release(&s);
}

static void plugin_calls_are_told_apart(void **state)
{
	static const char call[] =
	        TOP FIELDS "2026-11-22 10:00:01 ::1 POST "
	                   "/CertificateRegistrationSvc/Certificate/VerifyRequest - 443 - ::1 NDES_Plugin - "
	                   "403 16 2148204809 31\r\n"
	                   "2026-11-22 10:00:02 ::1 POST /CertificateRegistrationSvc/Certificate/Notify - "
	                   "443 - ::1 NDES_Plugin - 204 0 0 3\r\n";
	struct probe_seen s;

	(void)state;
	run_on(&s, call);
	assert_int_equal(seen_int(&s, "scep_requests"), 0);
	assert_int_equal(seen_int(&s, "plugin_requests"), 2);
	assert_string_equal(seen_json(&s, "plugin_by_status"), "{\"204.0.0\":1,\"403.16.2148204809\":1}");
	assert_int_equal(seen_pin(&s, "plugin_by_status")->line, 5);
	probe_seen_release(&s);
}

static void a_wrapped_header_falls_back_to_shape(void **state)
{
	struct probe_seen s;

	(void)state;
	run_on(&s, "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port\n"
	           "cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status "
	           "time-taken\n"
	           "2026-11-22 10:00:00 10.0.0.5 GET /certsrv/mscep/mscep.dll operation=GetCACaps\n"
	           "443 - 10.1.1.1 " IOS " - 200 0 0 15\n");
	assert_true(seen_bool(&s, "guessed"));
	assert_string_equal(seen_json(&s, "by_status"), "{\"200.0.0\":1}");
	probe_seen_release(&s);
}

#define CUT_MESSAGE                                                                                      \
	"MIIChallengeOfSomebodyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" \
	"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

/* As a window of a terminal gives it: cut at the 76th column, whatever stands there. */
static void lines_cut_within_words(void **state)
{
	static const char whole[] =
	        LINE("10:00:00", "operation=GetCACert&message=default", "10.1.1.1", WINDOWS,
	             "200 0 0 15") "\n" LINE("10:00:01", "operation=PKIOperation&message=" CUT_MESSAGE,
	                                     "10.1.1.2", ANDROID, "500 0 1346 15");
	char text[2 * sizeof(whole)];
	const struct pin *pin;
	struct probe_seen s;
	size_t n = 0, column = 0;

	(void)state;
	for (const char *p = whole; *p != '\0'; p++) {
		if (column == 76 && *p != '\r') {
			text[n++] = '\n';
			column = 0;
		}
		column = *p == '\n' ? 0 : column + 1;
		text[n++] = *p;
	}
	text[n] = '\0';
	run_on(&s, text);
	assert_true(seen_bool(&s, "guessed"));
	assert_int_equal(seen_int(&s, "bad_lines"), 0);
	assert_string_equal(seen_json(&s, "by_operation"), "{\"GetCACert\":1,\"PKIOperation\":1}");
	assert_string_equal(seen_json(&s, "by_platform"), "{\"android\":1,\"windows\":1}");
	assert_string_equal(seen_json(&s, "by_status"), "{\"200.0.0\":1,\"500.0.1346\":1}");
	pin = seen_pin(&s, "last_500");
	assert_non_null(strstr(pin->text, "operation=PKIOperation&message=<removed"));
	for (size_t i = 0; i < s.e.npins; i++)
		assert_null(strstr(s.e.pins[i].text, "AAAAAAAA")); /* pieces of a message are one, too */
	assert_non_null(strstr(seen_pin(&s, "scep_requests")->text, "operation=GetCACert"));
	probe_seen_release(&s);
}

/* As a mail gives it: broken at blanks, a long agent alone on its line, quoted, blank lines between. */
static void lines_broken_at_blanks(void **state)
{
	struct probe_seen s;

	(void)state;
	run_on(&s,
	       "> 2026-11-22 10:00:00 10.0.0.5 GET /certsrv/mscep/mscep.dll/pkiclient.exe\n>\n"
	       "> operation=GetCACaps&message=default 443 - 10.1.1.1\n> " WINDOWS "\n> - 500 0 64\n> 15\n");
	assert_string_equal(seen_json(&s, "by_status"), "{\"500.0.64\":1}");
	assert_string_equal(seen_json(&s, "by_platform"), "{\"windows\":1}");
	assert_non_null(strstr(seen_pin(&s, "last_500")->text, "500 0 64"));
	probe_seen_release(&s);
}

/* TextEdit saves as RTF: what a fact rests on is the line that was read, not bytes of its frame. */
static void the_lines_of_an_rtf_are_shown_as_read(void **state)
{
	struct probe_seen s;
	const struct pin *pin;

	(void)state;
	run_on(&s, "{\\rtf1\\ansi{\\fonttbl\\f0\\fmodern Courier;}\n\\f0\\fs24 " FIELDS
	           "\\\n2026-11-22 10:00:00 10.0.0.5 GET /certsrv/mscep/mscep.dll operation=GetCACaps "
	           "443 - 10.1.1.1 " IOS " - 503 0 0 15\\\n}");
	pin = seen_pin(&s, "last_status");
	assert_int_equal(strncmp(pin->text, "2026-11-22 10:00:00 10.0.0.5 GET", 32), 0);
	probe_seen_release(&s);
}

/* Old Macs and some converters end lines with CR alone. */
static void lines_that_end_with_cr_alone(void **state)
{
	char text[] = FIELDS LINE("10:00:00", "operation=GetCACaps", "10.1.1.1", IOS, "200 0 0 15")
	        LINE("10:00:01", "operation=GetCACert", "10.1.1.1", IOS, "500 0 64 15");
	struct probe_seen s;
	const struct pin *pin;
	char *to = text;

	(void)state;
	for (const char *p = text; *p != '\0'; p++)
		if (*p != '\n')
			*to++ = *p;
	*to = '\0';
	run_on(&s, text);
	assert_string_equal(seen_json(&s, "by_status"), "{\"200.0.0\":1,\"500.0.64\":1}");
	pin = seen_pin(&s, "scep_requests");
	assert_null(strstr(pin->text, "GetCACert"));
	probe_seen_release(&s);
}

static void what_is_no_log_is_refused_with_its_nature(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
		const char *says;
	} rows[] = {
	        {"\xFF\xD8\xFF\xE0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0", 20, "is a JPEG image"},
	        {"", 0, "is empty"},
	        {"\0\0\0\0\0\0\0\0", 8, "NUL bytes"},
	        {"hello\nworld\n", 12, "text of a kind that is not known"},
	        {"<html><body>403</body></html>", 29, "is a web page"},
	        {"-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n", 58, "is a private key"},
	        {"-----BEGIN RSA PRIVATE KEY-----\nMIIE\n", 37, "keep it where it belongs"},
	        {"-----BEGIN CERTIFICATE REQUEST-----\nMIIC\n", 41, "is a certificate request"},
	        {"\x30\x82\x09\xD3\x02\x01\x03\x30\x82\x09\x89\x06\x09", 13, "is a PKCS#12 file"},
	        {"\x30\x00\x00\x00LfLe\x01\x00", 10, "save it anew as .evtx"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct probe_seen s;

		probe_run(&s, "iis.log", "file", test_file("photo.log", rows[i].bytes, rows[i].n), NULL);
		assert_int_equal(s.e.outcome, EV_UNREADABLE);
		if (!s.e.why || !strstr(s.e.why, rows[i].says))
			fail_msg("%s: %s", rows[i].says, s.e.why);
		assert_int_equal(s.e.nfacts, 0);
		probe_seen_release(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_articles_windows_lines),
	        cmocka_unit_test(cells_of_a_spreadsheet),
	        cmocka_unit_test(the_articles_wrapped_android_lines),
	        cmocka_unit_test(the_articles_500),
	        cmocka_unit_test(fields_change_in_mid_file),
	        cmocka_unit_test(conversations_and_where_they_stall),
	        cmocka_unit_test(the_last_word_is_a_devices),
	        cmocka_unit_test(not_logged_is_only_said_of_a_log_that_covers),
	        cmocka_unit_test(dots_stand_for_a_long_query),
	        cmocka_unit_test(secrets_do_not_reach_pins),
	        cmocka_unit_test(odd_lines),
	        cmocka_unit_test(plugin_calls_are_told_apart),
	        cmocka_unit_test(a_wrapped_header_falls_back_to_shape),
	        cmocka_unit_test(lines_cut_within_words),
	        cmocka_unit_test(lines_broken_at_blanks),
	        cmocka_unit_test(the_lines_of_an_rtf_are_shown_as_read),
	        cmocka_unit_test(lines_that_end_with_cr_alone),
	        cmocka_unit_test(what_is_no_log_is_refused_with_its_nature),
	};

	return cmocka_run_group_tests(tests, NULL, test_folder_remove);
}
