/*
 * Facts that the readers must not claim: a word within another one, a page for an answer, a monitor for a
 * device, a slot for what the file says itself.  Each row stands beside one that does bear the fact.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "probe_seen.h"

#include <cmocka.h>

#define FIELDS                                                                                              \
	"#Fields: date time cs-method cs-uri-stem cs-uri-query c-ip cs(User-Agent) sc-status sc-substatus " \
	"sc-win32-status\n"
#define NDES_CLIENT "Mozilla/4.0+(compatible;+Win32;+NDES+client+10.0.26100.2894/ge_release)"

struct row {
	const char *text, *facts[12]; /* fact, JSON, ..., NULL */
};

static void expect_store(const char *probe, const char *text, const char *store, const char *const *facts)
{
	struct probe_seen s;
	const char *path = test_file("file.txt", text, SIZE_MAX);

	if (store != NULL)
		probe_run(&s, probe, "file", path, "store", store, NULL);
	else
		probe_run(&s, probe, "file", path, NULL);
	if (s.e.outcome != EV_MEASURED)
		fail_msg("%s: %s\n%s", probe, s.e.why, text);
	for (size_t i = 0; facts[i] != NULL; i += 2) {
		const char *json = evidence_fact(&s.e, facts[i]) != NULL ? seen_json(&s, facts[i]) : "null";

		if (strcmp(json, facts[i + 1]) != 0)
			fail_msg("%s %s is %s, expected %s in\n%s", probe, facts[i], json, facts[i + 1],
			         text);
	}
	probe_seen_release(&s);
}

static void expect(const char *probe, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++)
		expect_store(probe, rows[i].text, NULL, rows[i].facts);
}
#define EXPECT(probe, rows) expect(probe, rows, sizeof(rows) / sizeof((rows)[0]))

static void who_asks_iis_and_for_what(void **state)
{
#define LINE(stem, agent, status) \
	"2026-11-22 10:52:17 GET " stem " operation=GetCACaps 10.1.1.1 " agent " " status "\n"
	static const struct row rows[] = {
	        {FIELDS LINE("/certsrv/mscep/mscep.dll", NDES_CLIENT, "200 0 0"),
	         {"scep_requests", "1", "device_requests", "1", NULL}},
	        {FIELDS LINE("/certsrv/mscep/mscep.dll/pkiclient.exe", NDES_CLIENT, "200 0 0"),
	         {"scep_requests", "1", "device_requests", "1", NULL}},
	        {FIELDS LINE("/certsrv/mscep/mscep.dllx", NDES_CLIENT, "404 0 2"),
	         {"lines", "1", "scep_requests", "0", "device_requests", "0", NULL}},
	        {FIELDS LINE("/x/amscep.dll", NDES_CLIENT, "404 0 2"),
	         {"lines", "1", "scep_requests", "0", "device_requests", "0", NULL}},
	        {FIELDS LINE("/certsrv/mscep/mscep.dll.bak/x", NDES_CLIENT, "404 0 2"),
	         {"scep_requests", "0", NULL}},
	        /* who only looks whether something answers */
	        {FIELDS LINE("/certsrv/mscep/mscep.dll", "-",
	                     "200 0 0") LINE("/certsrv/mscep/mscep.dll", "curl/8.5.0",
	                                     "200 0 0") LINE("/certsrv/mscep/mscep.dll", "Zabbix", "200 0 0")
	                 LINE("/certsrv/mscep/mscep.dll", "ELB-HealthChecker/2.0", "200 0 0")
	                         LINE("/certsrv/mscep/mscep.dll",
	                              "Mozilla/4.0+(compatible;+MSIE+7.0;+Windows+NT+6.1)", "200 0 0"),
	         {"scep_requests", "5", "device_requests", "0", "by_platform",
	          "{\"browser\":1,\"monitor\":4}", "conversation_count", "0", NULL}},
	        /* a log without agents says nothing of them */
	        {"#Fields: date time cs-method cs-uri-stem cs-uri-query c-ip sc-status\n2026-11-22 10:52:17 GET "
	         "/certsrv/mscep/mscep.dll operation=GetCACaps 10.1.1.1 200\n",
	         {"device_requests", "1", NULL}},
	        /* without #Fields, and with columns added behind the numbers */
	        {"2026-10-04 22:00:34 W3SVC2 NDES01 10.20.29.62 GET /certsrv/mscep/mscep.dll/pkiclient.exe "
	         "operation=GetCACert&message=default 443 - 10.20.36.40 HTTP/1.1 " NDES_CLIENT
	         " - - ndes.contoso.example 500 0 1346 1437 534 31 198.51.100.77\n",
	         {"scep_requests", "1", "last_status", "500", "last_win32", "1346", "guessed", "true", NULL}},
	};

	(void)state;
	EXPECT("iis.log", rows);
}

static void an_excerpt_of_a_device(void **state)
{
#define V "2018-02-27T05:16:08.2500000 VERB com.microsoft.omadm 1 "
#define CAPS V "Received '200 OK' when sending GetCACaps(ca) to https://n.example/certsrv/mscep/mscep.dll\n"
#define CACERT V "Received '200 OK' when sending GetCACert(ca) to https://n.example/certsrv/mscep/mscep.dll\n"
	static const struct row android[] = {
	        {V "There are 1 requests\n" CAPS CACERT,
	         {"reached_ndes", "true", "caps_ok", "true", "cacert_ok", "true", "stage", "\"cacert\"",
	          NULL}},
	        {V "There are 1 requests\n" CAPS V "java.lang.Exception: Content-Type mismatch\n" CACERT V
	           "Expected [application/x-x509-ca-cert] but was text/html\n",
	         {"reached_ndes", "null", "caps_ok", "false", "cacert_ok", "false", NULL}},
	        {V "There are 1 requests\n" V "Cleartext HTTP traffic to n.example not permitted (omadm)\n",
	         {"reached_ndes", "false", NULL}},
	};
#define D "debug\t18:30:53.691033 -0500\tprofiled\t"
	static const struct row ios[] = {
	        {D "Profile \xE2\x80\x9CSCEP\xE2\x80\x9D installed.\n", {"installed", "true", NULL}},
	        {D "Profile \xE2\x80\x9CSCEP\xE2\x80\x9D could not be installed.\n",
	         {"installed", "false", NULL}},
	        {D "The profile \"SCEP\" cannot be installed. Profile X was not installed.\n",
	         {"installed", "false", NULL}},
	        {D "GET https://n.example/mscep.dll?operation=GetCACert\n" D
	           "GET https://n.example/mscep.dll?operation=GetCACaps\n",
	         {"reached_ndes", "true", NULL}},
	        {D "GET https://n.example/mscep.dll?operation=GetCACert\n" D
	           "GET https://n.example/mscep.dll?operation=GetCACaps\n" D
	           "SCEP server returned an invalid response. Domain : MCSCEPErrorDomain Code : 22013\n",
	         {"reached_ndes", "null", NULL}},
	};

	(void)state;
	EXPECT("android.omadm", android);
	EXPECT("ios.console", ios);
}

/* ---- stores ---- */

#define CERT(n, issuer, subject, from, to, more)                                                             \
	"================ Certificate " n " ================\r\nSerial Number: 0" n "\r\nIssuer: CN=" issuer \
	"\r\n NotBefore: " from "\r\n NotAfter: " to "\r\nSubject: CN=" subject "\r\n" more                  \
	"Cert Hash(sha1): 0a0b0c0d0e0f10111213141516171819" n "a1b1c1d\r\n\r\n"
#define DONE "CertUtil: -store command completed successfully.\r\n"
#define ISSUED \
	CERT("1", "Contoso Issuing", "ndes.contoso.example", "1/2/2020 8:00 AM", "1/2/2090 8:00 AM", "")

static void the_heading_counts_before_the_slot(void **state)
{
	static const struct {
		const char *text, *store, *facts[12];
	} rows[] = {
	        {"Root \"Trusted Root Certification Authorities\"\r\n" ISSUED DONE,
	         NULL,
	         {"store", "\"root\"", "intermediate_in_root", "true", "root_store", "true", NULL}},
	        {"my \"Personal\"\r\n" ISSUED DONE,
	         "root",
	         {"store", "\"my\"", "store_differs", "true", "root_store", "false", "intermediate_in_root",
	          "null", NULL}},
	        {"CA \"Zwischenzertifizierungsstellen\"\r\n" ISSUED DONE,
	         "root",
	         {"store", "\"ca\"", "intermediate_in_root", "null", NULL}},
	        {ISSUED DONE, "root", {"store", "null", "intermediate_in_root", "true", NULL}},
	        {ISSUED DONE, NULL, {"root_store", "false", "intermediate_in_root", "null", NULL}},
	        /* two stores in one file: what lies in the second is not in the first */
	        {"Root \"Trusted Root Certification Authorities\"\r\n" CERT("1", "R", "R", "1/2/2020 8:00 AM",
	                                                                    "1/2/2090 8:00 AM", "") DONE
	         "my \"Personal\"\r\n" ISSUED DONE,
	         "root",
	         {"root_store", "true", "intermediate_in_root", "false", "intermediates", "1", NULL}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect_store("certificate.store", rows[i].text, rows[i].store, rows[i].facts);
}

/* Dates are said only when every order of day and month comes to the same. */
static void dates_of_certutil_are_read_when_they_are_plain(void **state)
{
	struct probe_seen s;
	char text[4096], near[32];
	time_t in_a_month = time(NULL) + 30 * 86400;
	struct tm tm;
	bool plain;

	(void)state;
	snprintf(text, sizeof(text), "my \"Personal\"\r\n%s",
	         CERT("1", "Contoso", "NDES01-MSCEP-RA", "1/2/2018 8:00 AM", "1/2/2020 8:00 AM",
	              "Template: CEPEncryption\r\n")
	                 CERT("2", "Contoso", "x", "1.2.2018 08:00", "01.02.2090 08:00", "") DONE);
	probe_run(&s, "certificate.store", "file", test_file("my.txt", text, SIZE_MAX), NULL);
	assert_int_equal(seen_int(&s, "expired"), 1);
	assert_true(seen_int(&s, "ra_days_left") < -365);
	probe_seen_release(&s);
	gmtime_r(&in_a_month, &tm);
	strftime(near, sizeof(near), "%m/%d/%Y 8:00 AM", &tm);
	plain = tm.tm_mday > 12 || tm.tm_mday == tm.tm_mon + 1;
	snprintf(
	        text, sizeof(text), "my \"Personal\"\r\n%s%s%s",
	        "================ Certificate 1 ================\r\nIssuer: CN=a\r\n NotBefore: 1/2/2018 8:00 AM\r\n "
	        "NotAfter: ",
	        near,
	        "\r\nSubject: CN=b\r\nCert Hash(sha1): 0a0b0c0d0e0f101112131415161718191a1b1c1d\r\n" DONE);
	probe_run(&s, "certificate.store", "file", test_file("my.txt", text, SIZE_MAX), NULL);
	if (plain)
		assert_int_equal(seen_int(&s, "expired"), 0);
	probe_seen_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(who_asks_iis_and_for_what),
	        cmocka_unit_test(an_excerpt_of_a_device),
	        cmocka_unit_test(the_heading_counts_before_the_slot),
	        cmocka_unit_test(dates_of_certutil_are_read_when_they_are_plain),
	};

	return cmocka_run_group_tests(tests, NULL, test_folder_remove);
}
