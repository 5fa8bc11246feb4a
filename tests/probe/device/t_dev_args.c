/* Arguments of the device logs and the list of what was read, at their limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <string.h>

#include "probe_seen.h"

#include <cmocka.h>

static const char omadm[] =
        "2026-11-22T00:00:00.0000000 VERB Event com.microsoft.omadm.platforms.android.certmgr."
        "CertificateEnrollmentManager 18327 10 There are 1 requests\n"
        "2026-11-22T23:59:00.0000000 VERB Event com.microsoft.omadm.platforms.android.certmgr."
        "CertificateEnrollmentManager 18327 10 There are 1 requests\n";

#define SERVER "ndes.contoso.com/certsrv/mscep/mscep.dll"

static void a_name_in_the_url_is_no_part_of_the_host(void **state)
{
	static const char log[] =
	        "2026-11-22T00:00:01.0000000 VERB Event org.jscep.transport.UrlConnectionGetTransport "
	        "18327 10 Sending GetCACert(null) to https://svc:Flieder%37@" SERVER
	        "?operation=GetCACert&message=null\n";
	struct probe_seen s;

	(void)state;
	probe_run(&s, "android.omadm", "file", test_file("device.log", log, SIZE_MAX), "url",
	          "https://" SERVER, NULL);
	assert_string_equal(seen_str(&s, "host"), "ndes.contoso.com");
	assert_true(seen_bool(&s, "url_matches"));
	probe_seen_release(&s);
}

static void a_shift_is_a_number_of_minutes_of_a_day(void **state)
{
	static const struct {
		const char *shift;
		bool good;
	} rows[] = {
	        {"0", true},
	        {"1440", true},
	        {"-1440", true},
	        {"1441", false},
	        {"-1441", false},
	        {"", false},
	        {"x", false},
	        {"60m", false},
	        {"6 0", false},
	        {"1e3", false},
	        {"99999999999999999999", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct probe_seen s;

		probe_run(&s, "android.omadm", "file", test_file("device.log", omadm, SIZE_MAX), "attempt",
		          "2026-11-22T12:00:00Z", "shift", rows[i].shift, NULL);
		if (s.e.outcome != (rows[i].good ? EV_MEASURED : EV_UNREADABLE))
			fail_msg("shift=%s: %s", rows[i].shift, evidence_outcome_name(s.e.outcome));
		if (!rows[i].good)
			assert_non_null(strstr(s.e.why, "-1440 to 1440"));
		probe_seen_release(&s);
		test_folder_remove(NULL);
	}
}

/* Every file that was read has its row: path, lines, encoding. */
static void what_was_read_is_listed(void **state)
{
	const struct value *files, *row;
	struct probe_seen s;

	(void)state;
	(void)test_file("OMADM_1.log", omadm, SIZE_MAX);
	(void)test_file("OMADM_2.log", omadm, strlen(omadm) / 2);
	probe_run(&s, "android.omadm", "file", test_folder(), NULL);
	assert_int_equal(s.e.outcome, EV_MEASURED);
	files = seen_fact(&s, "files");
	assert_int_equal(files->u.list.n, 2);
	for (size_t i = 0; i < 2; i++) {
		char name[32];

		row = &files->u.list.items[i];
		snprintf(name, sizeof(name), "/OMADM_%zu.log", i + 1);
		assert_int_equal(value_find(row, "path")->type, VAL_STR);
		assert_non_null(strstr(value_find(row, "path")->u.s, name));
		assert_int_equal(value_find(row, "lines")->u.i, i == 0 ? 2 : 1);
		assert_string_equal(value_find(row, "encoding")->u.s, "UTF-8");
	}
	probe_seen_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(a_name_in_the_url_is_no_part_of_the_host),
	        cmocka_unit_test(a_shift_is_a_number_of_minutes_of_a_day),
	        cmocka_unit_test(what_was_read_is_listed),
	};

	return cmocka_run_group_tests(tests, NULL, test_folder_remove);
}
