/*
 * Three hand-built cases in every format, compared with files that a person can
 * read.  Every row of formats.def is compared, so that a new format fails until its goldens are there.
 */
#include "golden_file.h"
#include "report_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const cases[] = {"healthy", "fault-fixed", "inconclusive"};
#define ROW(name) #name,
static const char *const formats[] = {
#include "fmt/formats.def"
};
#undef ROW

static void golden(const char *name, const char *ext, const char *got)
{
	const char *dot = strrchr(ext, '.');
	char path[512];

	snprintf(path, sizeof(path), "%s/golden/%s.%s", TEST_DIR, name, ext);
	if (strcmp(dot != NULL ? dot + 1 : ext, "json") == 0)
		golden_json(path, got);
	else
		golden_file(path, got);
}

static void one_case(const struct flow *flow, const char *name)
{
	struct report_options full = {.made_ms = REPORT_MADE_BY_CASE, .redact = REDACT_FULL};
	struct casefile cf;
	struct report *r;
	struct buf b;

	test_case(flow, name, &cf);
	/* As a store would say it. */
	snprintf(cf.told_head, sizeof(cf.told_head), "%s",
	         "3b1e0ed23a85c4aa892b847eef234abbcf87cb9fbacd7d44da069ff483e5ccb6");
	r = report_new(flow, &cf, &full);
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		char *text = test_render(r, formats[i]);

		golden(name, formats[i], text);
		free(text);
	}
	buf_init(&b, BUF_MAX_TEXT);
	report_run_json(r, &b);
	golden(name, "run.json", buf_cstr(&b));
	buf_release(&b);
	report_free(r);
	casefile_release(&cf);
}

/* What leaves the house by default, and what leaves it when nothing may. */
static void test_redacted_goldens(void **state)
{
	static const enum redact_level levels[] = {REDACT_STANDARD, REDACT_STRICT};
	struct flow *flow = test_flow();

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct report_options options = {.made_ms = REPORT_MADE_BY_CASE, .redact = levels[i]};
		struct casefile cf;
		struct report *r;
		char ext[32], *text;

		test_case(flow, "fault-fixed", &cf);
		r = report_new(flow, &cf, &options);
		text = test_render(r, "md");
		snprintf(ext, sizeof(ext), "%s.md", redact_level_name(levels[i]));
		golden("fault-fixed", ext, text);
		free(text);
		report_free(r);
		casefile_release(&cf);
	}
	flow_free(flow);
}

/* Which clocks can be compared, and why others cannot. */
static void test_clocks(void **state)
{
	struct report_options full = {.made_ms = REPORT_MADE_BY_CASE, .redact = REDACT_FULL, .details = true};
	struct flow *flow = test_flow();
	struct casefile cf;
	struct report *r;
	char *text, *table, *end;

	(void)state;
	test_case(flow, "clocks", &cf);
	r = report_new(flow, &cf, &full);
	text = test_render(r, "md");
	table = strstr(text, "## Timeline");
	assert_non_null(table);
	end = strstr(table, "| Time (UTC)");
	assert_non_null(end);
	*end = '\0';
	golden("clocks", "md", table);
	free(text);
	report_free(r);
	casefile_release(&cf);
	flow_free(flow);
}

static void test_goldens(void **state)
{
	struct flow *flow = test_flow();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		one_case(flow, cases[i]);
	flow_free(flow);
}

/* What nobody looked at is listed with the files that would tell. */
static void test_untested_names_the_file(void **state)
{
	struct report_options full = {.made_ms = REPORT_MADE_BY_CASE, .redact = REDACT_FULL, .details = true};
	struct flow *flow = test_flow();
	struct casefile cf;
	struct report *r;
	char *text;

	(void)state;
	casefile_init(&cf, "01JDA3V7H8Q2W4E6R8T0Y2V4X6", flow->id, flow->hash, 0);
	r = report_new(flow, &cf, &full);
	text = test_render(r, "md");
	assert_non_null(strstr(text, "Would decide: State of the application pools"));
	assert_non_null(strstr(text, "**Not given:** SCEP server URL"));
	free(text);
	report_free(r);
	casefile_release(&cf);
	flow_free(flow);
}

/* A deciding fact without a line of its own: the lines that the same reading kept stand for it. */
static void test_lines_beside_the_fact(void **state)
{
	struct report_options full = {.made_ms = REPORT_MADE_BY_CASE, .redact = REDACT_FULL, .details = true};
	struct flow *flow = test_flow();
	struct casefile cf;
	struct report *r;
	char *text;

	(void)state;
	casefile_init(&cf, "01JDA3V7H8Q2W4E6R8T0Y2V4X6", flow->id, flow->hash, 0);
	test_append(
	        &cf,
	        "{\"kind\":\"evidence\",\"at\":\"2026-11-22T14:00:03Z\",\"evidence\":{\"probe\":"
	        "\"httperr.log\",\"target\":\"httperr1.log\",\"outcome\":\"measured\","
	        "\"started\":\"2026-11-22T14:00:03Z\",\"took_ms\":5,\"facts\":{\"by_reason\":"
	        "{\"AppOffline\":3}},\"pins\":[{\"fact\":\"reason\",\"file\":\"./httperr1.log\",\"line\":7,"
	        "\"offset\":90,\"time\":null,\"text\":\"GET /certsrv 503 1 AppOffline SCEP\"}],"
	        "\"sha256\":\"1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f1f\"}}");
	r = report_new(flow, &cf, &full);
	text = test_render(r, "md");
	assert_non_null(strstr(text, "- E1 `httperr.log` `reason` in `./httperr1.log, line 7`"));
	free(text);
	report_free(r);
	casefile_release(&cf);
	flow_free(flow);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_goldens),
	        cmocka_unit_test(test_clocks),
	        cmocka_unit_test(test_redacted_goldens),
	        cmocka_unit_test(test_untested_names_the_file),
	        cmocka_unit_test(test_lines_beside_the_fact),
	};

	golden_args(argc, argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
