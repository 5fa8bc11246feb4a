/* httperr.log: both column orders, with and without #Fields; reasons and what concerns SCEP. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "httperr.h"
#include "probe_seen.h"

#define TOP "#Software: Microsoft HTTP API 2.0\r\n#Version: 1.0\r\n#Date: 2026-11-22 08:09:10\r\n"
#define NEW                                                                                          \
	"#Fields: date time c-ip c-port s-ip s-port cs-version cs-method cs-uri streamid sc-status " \
	"s-siteid "                                                                                  \
	"s-reason s-queuename\r\n"

static void run_on(struct probe_seen *s, const char *text)
{
	probe_run(s, "httperr.log", "file", test_file("httperr1.log", text, SIZE_MAX), NULL);
	if (s->e.outcome != EV_MEASURED)
		fail_msg("%s", s->e.why);
}

static void what_concerns_scep(void **state)
{
	static const char log[] = TOP NEW
	        "2026-11-22 08:09:10 10.1.1.1 2094 10.0.0.5 443 HTTP/1.1 GET "
	        "/certsrv/mscep/mscep.dll?operation=GetCACaps&message=ca - 503 1 Disabled SCEP\r\n"
	        "2026-11-22 08:10:10 10.1.1.1 2095 10.0.0.5 443 HTTP/1.1 GET /certsrv/mscep/mscep.dll - 503 "
	        "1 "
	        "AppOffline SCEP\r\n"
	        "2026-11-22 08:11:10 10.1.1.1 2096 10.0.0.5 443 - - - - - - Timer_ConnectionIdle -\r\n"
	        "2026-11-22 08:12:10 10.1.1.1 2097 10.0.0.5 443 HTTP/1.1 GET /CERTSRV/MSCEP/MSCEP.DLL?x - - "
	        "1 "
	        "Connection_Abandoned_By_ReqQueue SCEP\r\n"
	        "2026-11-22 08:13:10 10.1.1.1 2097 10.0.0.5 443 HTTP/1.1 GET /other - 400 - Hostname -\r\n"
	        "cut off here\r\n";
	struct probe_seen s;

	(void)state;
	run_on(&s, log);
	assert_int_equal(seen_int(&s, "records"), 5);
	assert_int_equal(seen_int(&s, "bad_lines"), 1);
	assert_int_equal(seen_int(&s, "scep_records"), 3);
	assert_string_equal(seen_json(&s, "scep_reasons"),
	                    "{\"AppOffline\":1,\"Connection_Abandoned_By_ReqQueue\":1,\"Disabled\":1}");
	assert_string_equal(seen_json(&s, "scep_classes"), "{\"pool_crashed\":2,\"pool_stopped\":1}");
	assert_string_equal(seen_json(&s, "by_status"), "{\"503\":2,\"400\":1}");
	assert_string_equal(seen_json(&s, "queues"), "{\"SCEP\":3}");
	assert_string_equal(seen_str(&s, "last_scep_reason"), "Connection_Abandoned_By_ReqQueue");
	assert_string_equal(seen_str(&s, "last_scep_time"), "2026-11-22T08:12:10Z");
	assert_string_equal(seen_str(&s, "first_time"), "2026-11-22T08:09:10Z");
	assert_string_equal(seen_str(&s, "last_time"), "2026-11-22T08:13:10Z");
	assert_int_equal(seen_pin(&s, "last_scep_reason")->line, 8);
	assert_false(seen_bool(&s, "guessed"));
	assert_int_equal(s.c.fault, 1);
	probe_seen_release(&s);
}

static void without_fields_by_number(void **state)
{
	static const char log[] =
	        "2002-07-05 18:45:09 172.31.77.6 2094 172.31.77.6 80 HTTP/1.1 GET /qos/1kbfile.txt 503 - "
	        "ConnLimit\r\n"
	        "2018-01-01 08:09:10 172.31.77.6 2094 172.31.77.6 80 HTTP/1.1 GET /mscep.dll 503 1 QueueFull "
	        "SCEP\r\n"
	        "2018-12-30 14:22:07 ::1%0 49958 ::1%0 80 - - - - - - Timer_ConnectionIdle -\r\n";
	struct probe_seen s;

	(void)state;
	run_on(&s, log);
	assert_int_equal(seen_int(&s, "records"), 3);
	assert_true(seen_bool(&s, "guessed"));
	assert_string_equal(seen_json(&s, "by_reason"),
	                    "{\"ConnLimit\":1,\"QueueFull\":1,\"Timer_ConnectionIdle\":1}");
	assert_string_equal(seen_json(&s, "scep_reasons"), "{\"QueueFull\":1}");
	probe_seen_release(&s);
}

static void reasons_have_a_class(void **state)
{
	static const struct {
		const char *reason;
		enum err_class class;
	} rows[] = {
	        {"Disabled", CLASS_POOL_STOPPED},
	        {"Connection_Abandoned_By_AppPool", CLASS_POOL_CRASHED},
	        {"Connection_Dropped", CLASS_CLIENT_GONE},
	        {"Connection_Dropped_List_Full", CLASS_CLIENT_GONE},
	        {"Timer_SslRenegotiation", CLASS_TLS},
	        {"Timer_EntityBody", CLASS_TIMEOUT},
	        {"Timer_ConnectionIdle", CLASS_IDLE},
	        {"FieldLength", CLASS_LIMIT},
	        {"URL", CLASS_REFUSED},
	        {"Something_New", CLASS_OTHER},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(httperr_class(rows[i].reason, strlen(rows[i].reason)), rows[i].class);
}

static void an_iis_log_is_none(void **state)
{
	struct probe_seen s;

	(void)state;
	probe_run(&s, "httperr.log", "file",
	          test_file("u_ex.log",
	                    "#Fields: date time cs-method cs-uri-stem sc-status\r\n2026-11-22 10:00:00 GET / "
	                    "200\r\n",
	                    SIZE_MAX),
	          NULL);
	assert_int_equal(s.e.outcome, EV_UNREADABLE);
	assert_non_null(strstr(s.e.why, "not an HTTPERR log"));
	probe_seen_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(what_concerns_scep),
	        cmocka_unit_test(without_fields_by_number),
	        cmocka_unit_test(reasons_have_a_class),
	        cmocka_unit_test(an_iis_log_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, test_folder_remove);
}
