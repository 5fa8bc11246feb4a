/*
 * account.state on `net user` in a language whose labels it does not know: the order of the lines and the
 * shape of the values tell, and of the words only yes and no.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "probe_seen.h"

#include <cmocka.h>

static const struct row {
	const char *active, *password_ends, *required;
	const char *enabled, *locked, *expired, *usable;
} rows[] = {
        {"Uzam\xC4\x8D"
         "eno",
         "Nikdy", "Ano", "null", "true", "null", "false"},
        {"Ano", "Nikdy", "Ano", "true", "null", "null", "null"},
        {"Ne", "Nikdy", "Ano", "false", "null", "null", "false"},
        /* The day is over, or to come, in whichever order day and month stand. */
        {"Ano", "18.11.2019 8:00:00", "Ano", "true", "null", "true", "false"},
        {"Ano", "2019-11-18 08:00:00", "Ano", "true", "null", "true", "false"},
        {"Ano", "5/4/2019 8:00:00 AM", "Ano", "true", "null", "true", "false"},
        {"Ano", "18.11.2091 8:00:00", "Ano", "true", "null", "false", "null"},
        {"Ano", "18.11. 8:00:00", "Ano", "true", "null", "null", "null"},
        {"Ano", "99.99.2019", "Ano", "true", "null", "null", "null"},
        /* Neither yes nor no, and none of the words of this list is known: it may be yes. */
        {"Tiek", "Nikdy", "Tiek", "null", "null", "null", "null"},
};

static void check(const struct probe_seen *seen, const char *fact, const char *want)
{
	assert_string_equal(evidence_fact(&seen->e, fact) != NULL ? seen_json(seen, fact) : "null", want);
}

static void order_and_shape_tell(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct probe_seen seen;
		char text[1200];

		snprintf(
		        text, sizeof(text),
		        "Po\xC5\xBE\x61\x64\x61vek bude zpracov\xC3\xA1n na \xC5\x99\x61\x64i\xC4\x8Di "
		        "dom\xC3\xA9ny.\r\n\r\n"
		        "U\xC5\xBEivatel                     svc-ndes\r\nJm\xC3\xA9no  NDES\r\n"
		        "Koment\xC3\xA1\xC5\x99                  \r\nKoment\xC3\xA1\xC5\x99 u.\r\n"
		        "Zem\xC4\x9B                         000 (V\xC3\xBD\x63hoz\xC3\xAD)\r\n"
		        "Je aktivn\xC3\xAD                   %s\r\nKonec  Nikdy\r\n\r\n"
		        "Heslo nastaveno              1.9.2019 8:00:00\r\nKonec hesla                  %s\r\n"
		        "Lze zm\xC4\x9Bnit                  2.9.2019 8:00:00\r\n"
		        "Heslo je nutn\xC3\xA9               %s\r\nSm\xC3\xAD zm\xC4\x9Bnit                  %s\r\n",
		        rows[i].active, rows[i].password_ends, rows[i].required, rows[i].required);
		probe_run(&seen, "account.state", "file", test_file("account.txt", text, SIZE_MAX), NULL);
		print_message("%s, %s\n", rows[i].active, rows[i].password_ends);
		check(&seen, "enabled", rows[i].enabled);
		check(&seen, "locked", rows[i].locked);
		check(&seen, "password_expired", rows[i].expired);
		check(&seen, "usable", rows[i].usable);
		probe_seen_release(&seen);
	}
}

#define PAIR                                                                                                     \
	"[{\"account\":\"svc-a\",\"enabled\":true,\"locked\":true,\"password_expired\":false,\"usable\":false}," \
	"{\"account\":\"svc-b\",\"enabled\":true,\"locked\":false,\"password_expired\":false,\"usable\":true}]"

/* What Export-Csv makes of Get-ADUser: one account is read, of several all, for IIS to say which is the
 * pool's. */
static void a_table_of_accounts(void **state)
{
	static const struct {
		const char *text, *locked, *usable;
		enum evidence_outcome outcome;
	} tables[] = {
	        {"\"SamAccountName\",\"Enabled\",\"LockedOut\",\"PasswordExpired\"\r\n"
	         "\"svc-a\",\"True\",\"True\",\"False\"\r\n",
	         "true", "false", EV_MEASURED},
	        {"#TYPE Microsoft.ActiveDirectory.Management.ADUser\r\n"
	         "\"DistinguishedName\";\"LockedOut\";\"Enabled\";\"PasswordExpired\"\r\n"
	         "\"CN=a;OU=b\";\"False\";\"True\";\"False\"\r\n",
	         "false", "true", EV_MEASURED},
	        {"\"SamAccountName\",\"Enabled\",\"LockedOut\",\"PasswordExpired\"\r\n"
	         "\"svc-a\",\"True\",\"True\",\"False\"\r\n\"svc-b\",\"True\",\"False\",\"False\"\r\n",
	         "null", "null", EV_MEASURED},
	        /* The same as Format-List writes it, and net user one after the other. */
	        {"Enabled : True\r\nLockedOut : True\r\nPasswordExpired : False\r\nSamAccountName : svc-a\r\n\r\n"
	         "Enabled : True\r\nLockedOut : False\r\nPasswordExpired : False\r\nSamAccountName : svc-b\r\n",
	         "null", "null", EV_MEASURED},
	        {"SamAccountName : svc-a\r\nEnabled : True\r\nLockedOut : True\r\nPasswordExpired : False\r\n",
	         "true", "false", EV_MEASURED},
	};
	static const char *const lists[] = {"null", "null", PAIR, PAIR, "null"};

	(void)state;
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		struct probe_seen seen;

		probe_run(&seen, "account.state", "file", test_file("account.csv", tables[i].text, SIZE_MAX),
		          NULL);
		assert_int_equal(seen.e.outcome, tables[i].outcome);
		check(&seen, "locked", tables[i].locked);
		check(&seen, "usable", tables[i].usable);
		check(&seen, "accounts", lists[i]);
		probe_seen_release(&seen);
	}
}

static void one_net_user_after_the_other(void **state)
{
	static const char one[] =
	        "User name                    %s\r\nFull Name                    NDES\r\nComment\r\n"
	        "User's comment\r\nCountry/region code          000 (System Default)\r\n"
	        "Account active               %s\r\nAccount expires              Never\r\n\r\n"
	        "The command completed successfully.\r\n\r\n";
	struct probe_seen seen;
	char text[2000];
	int n = snprintf(text, sizeof(text), one, "svc-a", "Yes");

	(void)state;
	snprintf(text + n, sizeof(text) - (size_t)n, one, "svc-b", "Locked");
	probe_run(&seen, "account.state", "file", test_file("account.txt", text, SIZE_MAX), NULL);
	check(&seen, "enabled", "null");
	check(&seen, "accounts",
	      "[{\"account\":\"svc-a\",\"enabled\":true},{\"account\":\"svc-b\",\"locked\":true,\"usable\":false}]");
	probe_seen_release(&seen);
}

/* The directory's own numbers: lower case as .NET gives names, any order. */
static void the_directory_tells_by_bits(void **state)
{
	static const struct {
		const char *text, *enabled, *locked, *password, *over, *usable;
	} of[] = {
	        {"# computer=NDES01 utc=2026-11-30T08:31:07Z\r\nmsds-user-account-control-computed: 0\r\n"
	         "useraccountcontrol: 512\r\naccountexpires: 9223372036854775807\r\nsamaccountname: svc_ndes\r\n",
	         "true", "false", "false", "false", "true"},
	        {"useraccountcontrol: 512\nmsds-user-account-control-computed: 16\naccountexpires: 0\n",
	         "true", "true", "false", "false", "false"},
	        {"userAccountControl: 66050\nmsDS-User-Account-Control-Computed: 0\n", "false", "false",
	         "false", "null", "false"},
	        {"useraccountcontrol: 512\nmsds-user-account-control-computed: 8388608\n", "true", "false",
	         "true", "null", "false"},
	        {"useraccountcontrol: 512\nmsds-user-account-control-computed: 0\naccountexpires: "
	         "132000000000000000\n",
	         "true", "false", "false", "true", "false"},
	        {"useraccountcontrol: 512\naccountexpires: 189000000000000000\n", "true", "null", "null",
	         "false", "null"},
	        {"useraccountcontrol: 66048\nmsds-user-account-control-computed: x\n", "true", "null", "null",
	         "null", "null"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		const char *path = test_file("account.ldif", of[i].text, SIZE_MAX);
		struct probe_seen seen;

		probe_run(&seen, "account.state", "file", path, NULL);
		check(&seen, "enabled", of[i].enabled);
		check(&seen, "locked", of[i].locked);
		check(&seen, "password_expired", of[i].password);
		check(&seen, "account_expired", of[i].over);
		check(&seen, "usable", of[i].usable);
		probe_seen_release(&seen);
		probe_run(&seen, "file.recognise", "file", path, NULL);
		assert_string_equal(seen_str(&seen, "kind"), "account.state");
		probe_seen_release(&seen);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(order_and_shape_tell), cmocka_unit_test(the_directory_tells_by_bits),
	        cmocka_unit_test(a_table_of_accounts), cmocka_unit_test(one_net_user_after_the_other)};

	return cmocka_run_group_tests(tests, NULL, test_folder_remove);
}
