/* scep.longurl: each layer's limit is found and named, and nothing is sent before it was allowed. */
#include "probe_run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void run_on(struct probe_run *r, const char *server, bool allowed)
{
	struct probe_call call = {.allow_side_effects = allowed};
	char name[64], url[200];
	const char *const args[] = {url, NULL};

	snprintf(name, sizeof(name), "SRV_URL_%s", server);
	snprintf(url, sizeof(url), "url=%s", srv(name));
	probe_run(r, "scep.longurl", &call, args);
}

static void limits(void **state)
{
	static const struct {
		const char *server;
		int64_t limit; /* of the server; the answer is near it */
		const char *expect[10];
	} rows[] = {
	        {"NDES_RA",
	         0,
	         {"outcome=measured", "fault=0", "largest_ok=40960", "smallest_refused=null",
	          "layer=\"none\"", "enough=true", "enough_for_40k=true", "post=true"}},
	        {"NDES", 0, {"fault=0", "enough=true", "smallest_refused=null"}},
	        /* 2048 bytes of query behind 24 of path and the question mark */
	        {"LONG_FILTER",
	         2048 + 25,
	         {"outcome=measured", "fault=1", "refused_with=\"404\"", "layer=\"request-filtering\"",
	          "enough=false"}},
	        {"LONG_HTTPSYS",
	         16384,
	         {"fault=1", "refused_with=\"414\"", "layer=\"httpsys\"", "enough=false", "post=true"}},
	        {"LONG_PROXY",
	         8192,
	         {"fault=1", "refused_with=\"414\"", "layer=\"other-proxy\"", "post=null"}},
	        {"GET_ONLY", 0, {"fault=0", "post=false"}},
	        {"SSH", 0, {"outcome=unreached", "fault=1", "largest_ok=null", "enough=null", "requests=1"}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct probe_run r;
		run_on(&r, rows[i].server, true);
		run_expect(&r, rows[i].server, rows[i].expect);
		if (rows[i].limit > 0) {
			int64_t ok = run_int(&r, "largest_ok"), no = run_int(&r, "smallest_refused");
			if (ok >= no || no - ok > 64 || ok > rows[i].limit + 64 || no < rows[i].limit - 200)
				fail_msg("%s: %lld passed and %lld did not, the limit is %lld",
				         rows[i].server, (long long)ok, (long long)no,
				         (long long)rows[i].limit);
		}
		probe_run_release(&r);
	}
}

static bool log_holds(const char *word)
{
	char path[300], line[70000];
	bool found = false;
	FILE *f;

	snprintf(path, sizeof(path), "%s/access.log", srv("SRV_RUN"));
	f = fopen(path, "r");
	assert_non_null(f);
	while (!found && fgets(line, sizeof(line), f) != NULL)
		found = strstr(line, word) != NULL;
	fclose(f);
	return found;
}

static void marker_is_in_the_log(void **state)
{
	struct probe_run r;

	(void)state;
	run_on(&r, "NDES_RA", true);
	assert_true(log_holds(run_str(&r, "marker")));
	probe_run_release(&r);
}

static void asks_first(void **state)
{
	static const char *const expect[] = {"outcome=unreached", "fault=-1", "requests=null", "marker=null",
	                                     NULL};
	struct probe_run r;

	(void)state;
	assert_false(log_holds("operation=PKIOperation&message=casebook-longurl"));
	run_on(&r, "NDES", false);
	run_expect(&r, "not allowed", expect);
	assert_non_null(strstr(r.e.why, "event 17"));
	assert_false(log_holds("operation=PKIOperation&message=casebook-longurl"));
	probe_run_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(asks_first), cmocka_unit_test(limits),
	                                   cmocka_unit_test(marker_is_in_the_log)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
