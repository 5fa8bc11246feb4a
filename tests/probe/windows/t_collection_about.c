/* collection.about: what collect-ndes.cmd, casebook collect and the script of old write about a folder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "probe_seen.h"

#include <cmocka.h>

static const struct {
	const char *text;
	const char *facts[16]; /* key, JSON, ... NULL */
} rows[] = {
        {"casebook collection\r\ncomputer: NDES01\r\ntime: 2026-11-30T08:31:07Z\r\nrole: server\r\nover=ssh\r\n"
         "row=services file=services.txt outcome=no answer in time code=0 bytes=0 ms=60000\r\n"
         "row=mscep file=mscep.txt outcome=got code=0 bytes=12 ms=60\r\nrow=a file=a.txt outcome=not there code=1\r\n",
         {"computer", "\"NDES01\"", "role", "\"server\"", "missing", "[\"services.txt (no answer in time)\"]",
          "admin", "null"}},
        {"casebook-about=1\r\ncomputer=NDES01\r\nfqdn=NDES01.contoso.example\r\nutc=2026-11-30T08:31:07Z\r\n"
         "zone=W. Europe Standard Time\r\nelevated=True\r\nmscep=True\r\nspan_days=7\r\ncomputer=NDES01 \r\n"
         "local=30.11.2026  9:31:08,52\r\nAktive Codepage: 850.\r\n    ActiveTimeBias    REG_DWORD    0xffffffc4\r\n"
         "file=apppools.txt rc=0 bytes=214 at= 9:31:10,07\r\nfile=CAPI2.evtx rc=15007 bytes= at= 9:31:11,00\r\n"
         "file=iis\\ rc=1 files=3 at= 9:31:12,00\r\nfile=httperr\\ rc=16 files=0 at= 9:31:12,00\r\n",
         {"computer", "\"NDES01.contoso.example\"", "taken", "\"2026-11-30T08:31:07Z\"", "role", "\"ndes\"",
          "admin", "true", "days", "7", "zone", "\"W. Europe Standard Time\"", "missing",
          "[\"CAPI2.evtx (15007)\",\"httperr\\\\ (16)\"]"}},
        /* without PowerShell, without a domain */
        {"casebook collection\r\nadmin=no\r\ncomputer=NDES01 \r\nfqdn=NDES01.\r\nutc=31.11.2026\r\nfile=b.txt rc=9009 "
         "bytes=0\r\n",
         {"computer", "\"NDES01\"", "admin", "false", "role", "\"unknown\"", "missing", "[\"b.txt (9009)\"]",
          "taken", "null"}},
};

static void each_says_whose_it_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct probe_seen seen;

		probe_run(&seen, "collection.about", "file", test_file("about.txt", rows[i].text, SIZE_MAX),
		          NULL);
		assert_int_equal(seen.e.outcome, EV_MEASURED);
		for (const char *const *f = rows[i].facts; *f != NULL; f += 2)
			if (strcmp(f[1], "null") == 0)
				assert_null(evidence_fact(&seen.e, f[0]));
			else
				assert_string_equal(seen_json(&seen, f[0]), f[1]);
		probe_seen_release(&seen);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(each_says_whose_it_is)};

	return cmocka_run_group_tests(tests, NULL, test_folder_remove);
}
