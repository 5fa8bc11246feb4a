/* What a reader needs first: which finding it is about, and which failure was the last. */
#include "report_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdlib.h>
#include <string.h>

#include "report_int.h"

#include <casebook/brief.h>

#include <cmocka.h>

#define URL "https://ndes01.contoso.com/certsrv/mscep/mscep.dll"
#define SEEN(at, status, page)                                                                            \
	"{\"kind\":\"evidence\",\"at\":\"" at "\",\"evidence\":{\"probe\":\"scep.url\",\"target\":\"" URL \
	"\",\"step\":\"server-url\",\"outcome\":\"measured\",\"vantage\":{\"host\":\"ADMIN-PC7\","        \
	"\"proxy\":null},\"started\":\"" at "\",\"took_ms\":9,\"facts\":{\"status\":" status              \
	",\"page\":\"" page "\"},\"pins\":[],\"sha256\":null,\"by_hand\":null,\"why\":null}}"
#define SHA(c) c c c c c c c c c c c c c c c c
/* An HTTPERR log with one refusal of a device. */
#define REFUSED(file, sha, ms, client)                                                                    \
	"{\"kind\":\"evidence\",\"at\":\"2026-11-22T16:00:00Z\",\"evidence\":{\"probe\":\"httperr.log\"," \
	"\"target\":\"" file "\",\"step\":null,\"outcome\":\"measured\",\"vantage\":{\"host\":\"LAB-3\"," \
	"\"proxy\":null},\"started\":\"2026-11-22T16:00:00Z\",\"took_ms\":1,\"facts\":{\"lines\":1},"     \
	"\"rows\":[{\"kind\":\"refusal\",\"part\":0,\"line\":5,"                                          \
	"\"first_ms\":" ms ",\"last_ms\":" ms ",\"n\":1,\"data\":{\"code\":503,\"reason\":\"Disabled\","  \
	"\"client\":\"" client "\"}}],\"pins\":[],\"sha256\":\"" SHA(sha) "\",\"by_hand\":null,"          \
	                                                                  "\"why\":null}}"

static struct report *report_of(const char *name, const char *const *more, size_t n, struct flow **flow,
                                struct casefile *cf)
{
	static const struct report_options full = {.redact = REDACT_FULL, .made_ms = REPORT_MADE_BY_CASE};

	*flow = test_flow();
	test_case(*flow, name, cf);
	for (size_t i = 0; i < n; i++)
		test_append(cf, more[i]);
	return report_new(*flow, cf, &full);
}

/* A second fault shows after the first was fixed: the report is about the one that is there now. */
static void about_the_open_one(void **state)
{
	static const char *const more[] = {SEEN("2026-11-22T14:40:00Z", "200", "ndes-general")};
	struct flow *flow;
	struct casefile cf;
	struct report *r = report_of("fault-fixed", more, 1, &flow, &cf);
	char *md = test_render(r, "md");

	(void)state;
	assert_int_equal(r->diag->verdict, VERDICT_FAULT);
	assert_string_equal(r->diag->findings[0].id, "app-pool-stopped"); /* by the order of the flow */
	assert_string_equal(report_main(r)->id, "connector-not-installed");
	assert_non_null(strstr(md, "fault: The SCEP application pool is not started (fixed)"));
	assert_null(strstr(md, "fault: The connector is not installed"));
	assert_non_null(strstr(md, "- Install the connector again."));
	assert_non_null(strstr(md, "section \"General NDES message\""));
	free(md);
	report_free(r);
	casefile_release(&cf);
	flow_free(flow);
}

/* The newest of all logs where no finding says which; a file that was read twice is one. */
static void last_of_every_log(void **state)
{
	static const char *const more[] = {REFUSED("httperr1.log", "11ab", "1795338000000", "10.20.7.31"),
	                                   REFUSED("httperr2.log", "22ab", "1795341600000", "10.20.7.32"),
	                                   REFUSED("copy.log", "22ab", "1795341600000", "10.20.7.32")};
	struct flow *flow;
	struct casefile cf;
	struct report *r = report_of("inconclusive", more, 3, &flow, &cf);

	(void)state;
	assert_int_equal(r->brief->nproofs, 0);
	assert_non_null(r->brief->last);
	assert_string_equal(r->brief->last_place, "httperr2.log line 5");
	assert_string_equal(r->brief->since, "at least 22 Nov 2026 09:00 UTC");
	assert_string_equal(r->brief->who, "2 requests from 2 addresses; HTTPERR names no platform");
	report_free(r);
	casefile_release(&cf);
	flow_free(flow);
}

/* A host that is called like a word of the first look is no leak where the report says the word. */
static void words_are_no_names(void **state)
{
	static const char *const hosts[] = {"Independent", "Nov", "Affected"};
	struct flow *flow = test_flow();
	struct casefile cf;

	(void)state;
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		struct report *r;

		test_case(flow, "fault-fixed", &cf);
		cf.host = hosts[i];
		r = report_new(flow, &cf, NULL);
		for (size_t f = 0; report_formats[f] != NULL; f++) {
			struct buf out;
			struct err err = {0};

			buf_init(&out, BUF_MAX_TEXT);
			if (report_render(r, report_formats[f], &out, &err) != 0)
				fail_msg("%s: %s", hosts[i], err.msg);
			buf_release(&out);
		}
		report_free(r);
		casefile_release(&cf);
	}
	flow_free(flow);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(about_the_open_one),
	                                   cmocka_unit_test(last_of_every_log),
	                                   cmocka_unit_test(words_are_no_names)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
