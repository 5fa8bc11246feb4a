/* When it began, what failed last and who was hit, from rows of logs: what counts as a failure and as a
 * success, and the words for each. */
#include "report_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <casebook/brief.h>

#define HOUR INT64_C(3600000)
#define NOON INT64_C(1795953600000) /* 2026-11-29T12:00:00Z */

struct log_row {
	const char *kind, *data;
	int64_t first_ms, last_ms;
	unsigned n;
};

static struct flow *flow;
static struct casefile cf;
static struct arena *mem;
static unsigned files;

static int begin(void **state)
{
	(void)state;
	flow = test_flow();
	mem = arena_new();
	casefile_init(&cf, "01JDA3V7H8Q2W4E6R8T0Y2V4X7", flow->id, flow->hash, NOON);
	return 0;
}

static int end(void **state)
{
	(void)state;
	casefile_release(&cf);
	flow_free(flow);
	arena_free(mem);
	return 0;
}

static void add_log(const char *probe, const struct log_row *rows, size_t n, const char *more)
{
	char json[4000];
	int at = snprintf(
	        json, sizeof(json),
	        "{\"kind\":\"evidence\",\"at\":\"2026-11-30T12:00:00Z\",\"evidence\":{\"probe\":\"%s\","
	        "\"target\":\"file%u\",\"step\":null,\"outcome\":\"measured\",\"vantage\":{\"host\":"
	        "\"PC\",\"proxy\":null},\"started\":\"2026-11-30T12:00:00Z\",\"took_ms\":1,"
	        "\"facts\":{\"lines\":1}%s,\"rows\":[",
	        probe, ++files, more);

	for (size_t i = 0; i < n; i++)
		at += snprintf(json + at, sizeof(json) - (size_t)at,
		               "%s{\"kind\":\"%s\",\"line\":%zu,\"first_ms\":%lld,\"last_ms\":%lld,\"n\":%u,"
		               "\"data\":%s}",
		               i > 0 ? "," : "", rows[i].kind, i + 5, (long long)rows[i].first_ms,
		               (long long)rows[i].last_ms, rows[i].n, rows[i].data);
	snprintf(json + at, sizeof(json) - (size_t)at,
	         "],\"pins\":[],\"sha256\":\"%064u\",\"by_hand\":null,\"why\":null}}", files);
	test_append(&cf, json);
}

static struct brief *brief_at(int64_t made_ms)
{
	struct brief_options o = {.made_ms = made_ms};
	struct replay r;
	struct brief *b;

	replay_init(&r, flow, &cf, NULL);
	b = brief_new(mem, &r, &o);
	/* Its texts are in mem. */
	replay_release(&r);
	return b;
}

static void forget(void)
{
	cf.nlog = 0;
}

/* ---- what counts as what ---- */

enum went { NOTHING, WELL, WRONG };

static const struct {
	const char *probe, *kind, *data;
	enum went went;
} readings[] = {
        {"iis.log", "conversation",
         "{\"operation\":\"pkioperation\",\"code\":200,\"answered\":\"pkioperation\"}", WELL},
        {"iis.log", "conversation", "{\"operation\":\"getcacaps\",\"code\":400}", WRONG},
        {"iis.log", "conversation",
         "{\"operation\":\"pkioperation\",\"code\":500,\"answered\":\"pkioperation\"}", WRONG},
        {"iis.log", "conversation", "{\"operation\":\"getcacert\",\"code\":399,\"ended\":true}", WRONG},
        {"iis.log", "conversation", "{\"operation\":\"getcacert\",\"code\":200,\"ended\":false}", NOTHING},
        {"iis.log", "conversation", "{\"operation\":\"getcacert\",\"code\":200,\"ended\":1}", NOTHING},
        {"iis.log", "conversation", "{\"operation\":\"getcacert\",\"code\":200,\"answered\":\"getcacert\"}",
         NOTHING},
        {"httperr.log", "refusal", "{\"reason\":\"QueueFull\"}", WRONG},
        {"httperr.log", "refusal", "{\"code\":400,\"reason\":\"BadRequest\"}", WRONG},
        {"httperr.log", "refusal", "{\"code\":399,\"reason\":\"Odd\"}", NOTHING},
        {"windows.events", "connector", "{\"event\":4005}", WRONG},
        {"windows.events", "connector", "{\"event\":4007}", WRONG},
        {"windows.events", "connector", "{\"event\":4006}", WELL},
        {"windows.events", "connector", "{\"event\":4004}", NOTHING},
        {"windows.events", "device_installed", "{\"event\":39}", WELL},
        {"windows.events", "ndes_started", "{\"event\":1}", WELL},
        {"windows.events", "crash", "{\"event\":1000}", WRONG},
        {"windows.events", "ndes_failed", "{\"event\":10}", WRONG},
        {"windows.events", "ndes_password", "{\"event\":28}", WRONG},
        {"windows.events", "ndes_submit", "{\"event\":31}", WRONG},
        {"windows.events", "pool_disabled", "{\"event\":5002}", WRONG},
        {"windows.events", "pool_identity", "{\"event\":5021}", WRONG},
        {"windows.events", "worker_failed", "{\"event\":5011}", WRONG},
        {"windows.events", "ca_denied", "{\"event\":53}", WRONG},
        {"windows.events", "device_failed", "{\"event\":32}", WRONG},
        {"windows.events", "capi2", "{\"event\":30}", WRONG},
        {"windows.events", "logon", "{\"event\":4624}", NOTHING},
        {"setup.msi", "crash", "{\"event\":1000}", NOTHING}, /* the kind is of another log */
};

static void each_reading_counts_as_what_it_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(readings) / sizeof(readings[0]); i++) {
		struct log_row row = {readings[i].kind, readings[i].data, NOON, NOON, 1};
		struct log_row later = {"crash", "{\"event\":1000}", NOON + HOUR, NOON + HOUR, 1};
		const char *want[] = {"at least 29 Nov 2026 13:00 UTC",
		                      "29 Nov 2026 13:00 UTC, the first failure after a success",
		                      "at least 29 Nov 2026 12:00 UTC"};
		struct brief *b;

		forget();
		add_log(readings[i].probe, &row, 1, "");
		b = brief_at(NOON + HOUR);
		if ((b->last != NULL) != (readings[i].went == WRONG))
			fail_msg("%s %s alone: %s", row.kind, row.data,
			         b->last != NULL ? b->last : "no failure");
		if ((b->since != NULL) != (readings[i].went == WRONG))
			fail_msg("%s %s alone: since %s", row.kind, row.data,
			         b->since != NULL ? b->since : "never");
		add_log("windows.events", &later, 1, "");
		b = brief_at(NOON + 2 * HOUR);
		if (strcmp(b->since, want[readings[i].went]) != 0)
			fail_msg("%s %s, then a crash: since %s", row.kind, row.data, b->since);
	}
}

/* ---- its words ---- */

static const struct {
	const char *probe, *kind, *data, *last, *who;
} words[] = {
        {"httperr.log", "refusal", "{\"code\":503,\"reason\":\"Disabled\",\"client\":\"192.0.2.1\"}",
         "503, HTTPERR reason Disabled", "1 request from 1 address; HTTPERR names no platform"},
        {"httperr.log", "refusal", "{\"reason\":\"QueueFull\"}", "HTTPERR reason QueueFull",
         "1 request; HTTPERR names no platform"},
        {"iis.log", "conversation",
         "{\"operation\":\"pkioperation\",\"code\":403,\"sub\":16,\"win32\":2148204809,\"platform\":\"android\"}",
         "pkioperation got 403.16, Win32 2148204809", "1 attempt, Android"},
        {"iis.log", "conversation",
         "{\"operation\":\"none\",\"code\":400,\"sub\":1,\"platform\":\"windows\",\"client\":\"192.0.2.9\"}",
         "the request got 400.1", "1 attempt from 1 address, Windows"},
        {"iis.log", "conversation", "{\"code\":500,\"sub\":0,\"platform\":\"toaster\"}",
         "the request got 500.0", "1 attempt"},
        {"iis.log", "conversation",
         "{\"operation\":\"getcacert\",\"code\":200,\"ended\":true,\"platform\":\"ios\"}",
         "getcacert was the last of the conversation", "1 attempt, iOS"},
        {"iis.log", "conversation", "{\"code\":399,\"ended\":true,\"platform\":\"macos\"}",
         "a request was the last of the conversation", "1 attempt, macOS"},
        {"windows.events", "ca_denied", "{\"event\":53,\"code\":\"0x80094012\"}",
         "CA event 53, 0x80094012 CERTSRV_E_TEMPLATE_DENIED: ", "not recorded, 1 event names no device"},
        {"windows.events", "connector", "{\"event\":4007,\"device\":\"d-1\"}", "connector event 4007",
         "1 device, 1 event"},
        {"windows.events", "ca_denied", "{\"event\":53,\"code\":\"nonsense\"}", "CA event 53, nonsense",
         "not recorded, 1 event names no device"},
        {"windows.events", "ca_denied", "{\"event\":53,\"request\":\"1682\",\"code\":\"nonsense\"}",
         "CA event 53, request 1682, nonsense", "not recorded, 1 event names no device"},
        {"windows.events", "ca_denied",
         "{\"event\":53,\"request\":\"1682\",\"subject\":\"CN=PC7\",\"code\":\"nonsense\"}",
         "CA event 53, request 1682 for CN=PC7, nonsense", "1 subject named by the CA, 1 event"},
};

static void each_failure_has_its_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct log_row row = {words[i].kind, words[i].data, NOON, NOON, 1};
		const char *head = "29 Nov 2026 12:00:00 UTC, 60 min before this report: ";
		struct brief *b;

		forget();
		add_log(words[i].probe, &row, 1, "");
		b = brief_at(NOON + HOUR);
		if (strncmp(b->last, head, strlen(head)) != 0)
			fail_msg("%s", b->last);
		if (strncmp(b->last + strlen(head), words[i].last, strlen(words[i].last)) != 0)
			fail_msg("%s instead of %s", b->last + strlen(head), words[i].last);
		assert_string_equal(b->who, words[i].who);
		if (strstr(b->last_place,
		           strcmp(words[i].probe, "windows.events") == 0 ? " record 5" : " line 5") == NULL)
			fail_msg("%s", b->last_place);
	}
}

/* A log that is newer than the report has no age. */
static void nothing_is_younger_than_now(void **state)
{
	struct log_row row = {"refusal", "{\"reason\":\"QueueFull\"}", NOON, NOON, 1};

	(void)state;
	add_log("httperr.log", &row, 1, "");
	assert_string_equal(brief_at(NOON - 1)->last, "29 Nov 2026 12:00:00 UTC: HTTPERR reason QueueFull");
	assert_string_equal(
	        brief_at(NOON)->last,
	        "29 Nov 2026 12:00:00 UTC, less than a minute before this report: HTTPERR reason QueueFull");
}

/* ---- several ---- */

/* Addresses and platforms once each, rows by their count; what went well, or before the success, is nobody's
 * failure. */
static void the_affected_are_counted(void **state)
{
	static const struct log_row rows[] = {
	        {"conversation", "{\"code\":500,\"client\":\"a\",\"platform\":\"android\"}", NOON - 2 * HOUR,
	         NOON - 2 * HOUR, 50},
	        {"conversation", "{\"code\":200,\"answered\":\"pkioperation\",\"client\":\"z\"}", NOON, NOON,
	         7},
	        {"conversation", "{\"code\":500,\"client\":\"a\",\"platform\":\"android\"}", NOON - HOUR,
	         NOON + HOUR, 2},
	        {"conversation", "{\"code\":500,\"client\":\"b\",\"platform\":\"ios\"}", NOON + HOUR,
	         NOON + 2 * HOUR, 3},
	        {"conversation", "{\"code\":500,\"client\":\"a\",\"platform\":\"android\"}", NOON + 2 * HOUR,
	         NOON + 3 * HOUR, 4},
	        {"conversation", "{\"code\":500,\"client\":\"\"}", NOON + 2 * HOUR, NOON + 2 * HOUR, 1},
	};
	struct brief *b;

	(void)state;
	add_log("iis.log", rows, sizeof(rows) / sizeof(rows[0]), "");
	b = brief_at(NOON + 4 * HOUR);
	assert_string_equal(b->who, "10 attempts from 2 addresses, Android, iOS");
	/* A row that began before the success counts from its end. */
	assert_string_equal(b->since, "29 Nov 2026 13:00 UTC, the first failure after a success");
	assert_non_null(strstr(b->last, "29 Nov 2026 15:00:00 UTC, 60 min before"));
}

static void a_success_after_the_last_failure_ends_it(void **state)
{
	static const struct log_row rows[] = {
	        {"refusal", "{\"reason\":\"QueueFull\"}", NOON, NOON, 2},
	};
	static const struct log_row good[] = {
	        {"conversation", "{\"code\":200,\"answered\":\"pkioperation\"}", NOON + HOUR, NOON + HOUR, 1},
	};
	struct brief *b;

	(void)state;
	add_log("httperr.log", rows, 1, "");
	add_log("iis.log", good, 1, "");
	b = brief_at(NOON + 2 * HOUR);
	assert_string_equal(b->since, "no longer: answered well at 29 Nov 2026 13:00:00 UTC");
	assert_string_equal(b->who, "2 requests; HTTPERR names no platform");
}

/* Events and requests together are attempts to the reader, or requests where HTTPERR has them. */
static void the_word_for_what_is_counted(void **state)
{
	static const struct log_row event = {"crash", "{\"event\":1000}", NOON, NOON, 2};
	static const struct log_row conversation = {"conversation", "{\"code\":500}", NOON, NOON, 1};
	static const struct log_row refusal = {
	        "refusal", "{\"reason\":\"QueueFull\",\"platform\":\"windows\"}", NOON, NOON, 1};

	(void)state;
	add_log("windows.events", &event, 1, "");
	assert_string_equal(brief_at(NOON)->who, "not recorded, 2 events name no device");
	add_log("iis.log", &conversation, 1, "");
	assert_string_equal(brief_at(NOON)->who, "3 attempts");
	add_log("httperr.log", &refusal, 1, "");
	assert_string_equal(brief_at(NOON)->who, "4 requests, Windows");
}

/* Local times without a zone and rows without a time join no order. */
static void what_has_no_place_in_time(void **state)
{
	static const struct log_row rows[] = {{"crash", "{\"event\":1000}", NOON, NOON, 1}};
	static const struct log_row undated[] = {{"crash", "{\"event\":1000}", INT64_MIN, INT64_MIN, 1}};

	(void)state;
	assert_int_equal(ABOUT_NO_TIME, INT64_MIN);
	add_log("windows.events", rows, 1, ",\"parts\":[{\"slack_ms\":50400000}]");
	assert_null(brief_at(NOON)->last);
	forget();
	add_log("windows.events", undated, 1, "");
	assert_null(brief_at(NOON)->last);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(each_reading_counts_as_what_it_is, begin, end),
	        cmocka_unit_test_setup_teardown(each_failure_has_its_words, begin, end),
	        cmocka_unit_test_setup_teardown(nothing_is_younger_than_now, begin, end),
	        cmocka_unit_test_setup_teardown(the_affected_are_counted, begin, end),
	        cmocka_unit_test_setup_teardown(a_success_after_the_last_failure_ends_it, begin, end),
	        cmocka_unit_test_setup_teardown(the_word_for_what_is_counted, begin, end),
	        cmocka_unit_test_setup_teardown(what_has_no_place_in_time, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
