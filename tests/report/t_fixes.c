/* Before and after of each fix, when a case has several of them. */
#include "report_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include "report_int.h"

#include <cmocka.h>

#define URL "https://ndes01.contoso.com/certsrv/mscep/mscep.dll"
#define SEEN(at, status, page)                                                                            \
	"{\"kind\":\"evidence\",\"at\":\"" at "\",\"evidence\":{\"probe\":\"scep.url\",\"target\":\"" URL \
	"\",\"step\":\"server-url\",\"outcome\":\"measured\",\"vantage\":{\"host\":\"ADMIN-PC7\","        \
	"\"proxy\":null},\"started\":\"" at "\",\"took_ms\":9,\"facts\":{\"status\":" status              \
	",\"page\":\"" page "\"},\"pins\":[],\"sha256\":null,\"by_hand\":null,\"why\":null}}"
#define SAID(at, step, answer)                                                              \
	"{\"kind\":\"answer\",\"at\":\"" at "\",\"step\":\"" step "\",\"answer\":\"" answer \
	"\",\"by\":\"person\",\"seen\":null,\"evidence\":0}"

static void status_of(const struct fix_try *t, int64_t was, int64_t is)
{
	for (size_t i = 0; i < t->nchanges; i++) {
		if (strcmp(t->changes[i].fact, "status") != 0)
			continue;
		assert_int_equal(t->changes[i].was->u.i, was);
		assert_int_equal(t->changes[i].is->u.i, is);
		return;
	}
	fail_msg("no change from %d to %d", (int)was, (int)is);
}

/* What the second changed is not what the first did. */
static void each_has_its_own(void **state)
{
	static const char *const more[] = {
	        SAID("2026-11-22T14:20:00Z", "fix-crash", "not-fixed"),
	        SEEN("2026-11-22T14:21:00Z", "500", "other"),
	        SAID("2026-11-22T14:30:00Z", "fix-crash", "fixed"),
	        SEEN("2026-11-22T14:31:00Z", "200", "ndes-general"),
	};
	struct flow *flow = test_flow();
	struct casefile cf;
	struct report *r;

	(void)state;
	test_case(flow, "fault-fixed", &cf);
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++)
		test_append(&cf, more[i]);
	r = report_new(flow, &cf, NULL);
	assert_int_equal(r->model->nfixes, 3);
	status_of(&r->model->fixes[0], 503, 500); /* until the next one that was said to help */
	assert_int_equal(r->model->fixes[1].nchanges, 0);
	status_of(&r->model->fixes[2], 500, 200);
	report_free(r);
	casefile_release(&cf);
	flow_free(flow);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(each_has_its_own)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
