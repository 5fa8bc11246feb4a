/* What is taken for a secret, what it becomes, and that a planted one is found in whatever form it was
 * written: secrets in every field of a case, in every encoding, every format at every level searched by brute
 * force. */
#include "report_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include "redact_int.h"
#include "report_int.h"

/* A case of one note, redacted: the note as it leaves. */
static char *redact_note(const char *note, enum redact_level level)
{
	struct flow *flow = test_flow();
	struct report_options options = {.made_ms = REPORT_MADE_BY_CASE, .redact = level};
	struct record rec = {.kind = REC_NOTE, .u.note.text = note};
	struct casefile cf;
	struct report *r;
	struct err err;
	char *out;

	casefile_init(&cf, "01JDA3V7H8Q2W4E6R8T0Y2V4X6", flow->id, flow->hash, 0);
	assert_non_null(casefile_append(&cf, &rec, &err));
	r = report_new(flow, &cf, &options);
	out = strdup(r->cf->log[0].u.note.text);
	report_free(r);
	casefile_release(&cf);
	flow_free(flow);
	return out;
}

static void test_patterns(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
	        /* one machine, one token */
	        {"ndes01.contoso.com and dc01.contoso.com", "HOST-1 and HOST-2"},
	        {"ndes01.corp.contoso.com, then NDES01 and Contoso", "HOST-1, then HOST-1 and DOMAIN-2"},
	        {"https://ndes01.contoso.co.uk:8443/certsrv/mscep/mscep.dll",
	         "https://HOST-1:8443/certsrv/mscep/mscep.dll"},
	        {"https://ndes-fabrikam.msappproxy.net/certsrv", "https://HOST-1.msappproxy.net/certsrv"},
	        {"fabrikam.onmicrosoft.com", "TENANT-1.onmicrosoft.com"},
	        {"*.contoso.com", "*.DOMAIN-1"},
	        {"http://crl.contoso.com/ca.crl", "http://HOST-1/ca.crl"},
	        {"\\\\fs01\\share\\u_ex.log", "\\\\HOST-1\\share\\u_ex.log"},
	        /* the whole world knows these */
	        {"ndes.example.com, 192.0.2.7, 2001:db8::7, ndes.contoso.example, user@example.org",
	         "ndes.example.com, 192.0.2.7, 2001:db8::7, ndes.contoso.example, user@example.org"},
	        {"enterpriseregistration.windows.net, x.blob.core.windows.net",
	         "enterpriseregistration.windows.net, HOST-1.core.windows.net"},
	        {"https://login.microsoftonline.com/common", "https://login.microsoftonline.com/common"},
	        {"autoupdate.msappproxy.net:443 ndes-contoso.msappproxy.net aadcdn.msauth.net",
	         "autoupdate.msappproxy.net:443 HOST-1.msappproxy.net aadcdn.msauth.net"},
	        {"http://crl3.digicert.com/x.crl", "http://crl3.digicert.com/x.crl"},
	        {"localhost 127.0.0.1 ::1", "localhost 127.0.0.1 ::1"},
	        /* addresses */
	        {"from 10.20.7.31 to 10.20.7.3, again 10.20.7.31",
	         "from ADDRESS-1 to ADDRESS-2, again ADDRESS-1"},
	        {"fe80::f53d:89b8:c3e8:5fec%13 GET", "ADDRESS-1%13 GET"},
	        {"[2a02:8071::7]:443", "[ADDRESS-1]:443"},
	        {"1.2.3.456, 1.2.3.4567, 256.2.3.4, 1.2.3, 0001.2.3.4",
	         "1.2.3.456, 1.2.3.4567, 256.2.3.4, 1.2.3, 0001.2.3.4"},
	        {"9.8.7.255. 0.9.8.7, 9.8.7.6:443", "ADDRESS-1. 0.9.8.7, ADDRESS-2:443"},
	        {"00:1a:2B:3c:4d:5e", "MAC-1"},
	        {"at 14:02:11, version 10.0.19041.1466, Chrome/114.0.0.0",
	         "at 14:02:11, version 10.0.19041.1466, Chrome/114.0.0.0"},
	        /* people */
	        {"jane.doe@contoso.com, Jane Doe, Jane", "ACCOUNT-1@DOMAIN-1, ACCOUNT-1, ACCOUNT-1"},
	        {"CONTOSO\\svc_ndes failed, svc_ndes is locked",
	         "DOMAIN-1\\ACCOUNT-1 failed, ACCOUNT-1 is locked"},
	        {"NT AUTHORITY\\SYSTEM and IIS APPPOOL\\SCEP", "NT AUTHORITY\\SYSTEM and IIS APPPOOL\\SCEP"},
	        {"C:\\Users\\jdoe\\Downloads\\u_ex.log", "C:\\Users\\ACCOUNT-1\\Downloads\\u_ex.log"},
	        {"/home/jdoe/u_ex.log", "/home/ACCOUNT-1/u_ex.log"},
	        {"\\\\fs7\\users$\\p.larsen\\certs\\a.cer", "\\\\HOST-1\\users$\\ACCOUNT-1\\certs\\a.cer"},
	        {"\\\\fs7\\c$\\Users\\p.larsen, then p.larsen",
	         "\\\\HOST-1\\c$\\Users\\ACCOUNT-1, then ACCOUNT-1"},
	        {"\\\\fs7\\d$\\Profiles\\ola", "\\\\HOST-1\\d$\\Profiles\\ACCOUNT-1"},
	        {"file://fs7.corp.contoso.com/users$/larsen/a.log", "file://HOST-1/users$/ACCOUNT-1/a.log"},
	        {"//fs7/users$/larsen", "//HOST-1/users$/ACCOUNT-1"},
	        {"D:\\Home\\larsen\\a.log", "D:\\Home\\ACCOUNT-1\\a.log"},
	        {"\\\\fs7\\admin$\\system32 and C:\\Users\\Public\\a.log",
	         "\\\\HOST-1\\admin$\\system32 and C:\\Users\\Public\\a.log"},
	        {"%SystemDrive%\\inetpub\\logs\\W3SVC1", "%SystemDrive%\\inetpub\\logs\\W3SVC1"},
	        {"HKLM\\SOFTWARE\\Microsoft\\Cryptography\\MSCEP",
	         "HKLM\\SOFTWARE\\Microsoft\\Cryptography\\MSCEP"},
	        {"User: jdoe Computer: DESKTOP-7FA12", "User: ACCOUNT-1 Computer: HOST-1"},
	        {"https://jdoe:geheim1@proxy.contoso.com:3128", "https://<removed, 12 bytes>@HOST-1:3128"},
	        /* ids */
	        {"S-1-5-21-1004336348-1177238915-682003330-512", "SID-1"},
	        {"S-1-5-18 and S-1-5-32-568", "S-1-5-18 and S-1-5-32-568"},
	        {"id 4f1c9a7722d04be6a1b2c3d4e5f60718.", "id ID-1."},
	        {"tenant 11111111-2222-3333-4444-555555555555", "tenant TENANT-1"},
	        {"DeviceId=11111111-2222-3333-4444-555555555556", "DeviceId=DEVICE-1"},
	        {"LogicalName_39907e78_e61b_4730_b9fa_d44a53e4111c;Hash=1677525787",
	         "LogicalName_ID-1;Hash=1677525787"},
	        /* certificates */
	        {"[dn=CN=jdoe; serial=1]", "[dn=CN=CERT-1; serial=1]"},
	        {"CN=NDES01-MSCEP-RA, C=US", "CN=HOST-1-MSCEP-RA, C=US"},
	        {"CN=DigiCert Global Root G2, O=DigiCert Inc", "CN=DigiCert Global Root G2, O=DigiCert Inc"},
	        /* encoded */
	        {"user=jane.doe%40contoso.com&x=1", "user=<removed, 22 bytes>&x=1"},
	        {"jane.doe&#64;contoso.com", "ACCOUNT-1@DOMAIN-1"},
	        {"amFuZS5kb2VAY29udG9zby5jb20=", "(encoded text withheld)"},
	        {"jane.doe@contoso.com is amFuZS5kb2VAY29udG9zby5jb20=",
	         "ACCOUNT-1@DOMAIN-1 is (encoded text withheld)"},
	        /* what must stay */
	        {"500 0 1346, event 36, 0x80190194, failInfo 2",
	         "500 0 1346, event 36, 0x80190194, failInfo 2"},
	        {"aabbccddeeff00112233445566778899aabbccdd", "aabbccddeeff00112233445566778899aabbccdd"},
	        {"mscep.dll w3wp.exe scep.url u_ex261122.log ASP.NET",
	         "mscep.dll w3wp.exe scep.url u_ex261122.log ASP.NET"},
	        {"org.jscep.transport.UrlConnectionGetTransport",
	         "org.jscep.transport.UrlConnectionGetTransport"},
	        {"2026-11-22T14:02:11.120Z", "2026-11-22T14:02:11.120Z"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *got = redact_note(rows[i].in, REDACT_STANDARD);

		if (strcmp(got, rows[i].out) != 0)
			fail_msg("%s\n  became   %s\n  expected %s", rows[i].in, got, rows[i].out);
		free(got);
	}
}

static void test_strict_withholds_what_people_wrote(void **state)
{
	char *got = redact_note("The door code is 4711.", REDACT_STRICT);

	(void)state;
	assert_string_equal(got, "(withheld)");
	free(got);
}

/* All of a text at once. */
static bool finds(struct leak_search *s, const void *mem, size_t n, struct leak *out)
{
	leak_begin(s);
	return leak_feed(s, mem, n, out) || leak_end(s, out);
}

/* Each form of one secret, in a text around it: the search after writing must see it. */
static void test_leaks_are_found(void **state)
{
	static const struct {
		const char *form, *bytes;
		size_t n;
	} rows[] = {
#define ROW(form, text) {form, text, sizeof(text) - 1}
	        ROW("plain", "xx svc_ndes-7 yy"),
	        ROW("plain", "xx SVC_Ndes-7 yy"),
	        ROW("percent-encoded", "q=%73%76%63%5f%6E%64%65%73%2D%37"),
	        ROW("HTML-escaped", "&#115;&#118;&#99;&#95;&#110;&#100;&#101;&#115;&#45;&#55;"),
	        ROW("HTML-escaped", "&#x73;&#x76;&#x63;&#x5f;&#x6e;&#x64;&#x65;&#x73;&#x2d;&#x37;"),
	        ROW("escaped as in Markdown", "svc\\_ndes-7"),
	        ROW("UTF-16", "s\0v\0c\0_\0n\0d\0e\0s\0-\0"
	                      "7\0"),
	        ROW("UTF-16", "\0s\0v\0c\0_\0n\0d\0e\0s\0-\0"
	                      "7"),
	        ROW("base64", "c3ZjX25kZXMtNw=="),     /* svc_ndes-7 */
	        ROW("base64", "eHN2Y19uZGVzLTd4"),     /* xsvc_ndes-7x */
	        ROW("base64", "eHhzdmNfbmRlcy03eHg="), /* xxsvc_ndes-7xx */
	        ROW("base64", "U1ZDX05ERVMtNw=="),     /* SVC_NDES-7 */
	        ROW("base64 of UTF-16",
	            "cwB2AGMAXwBuAGQAZQBzAC0ANwA="), /* as PowerShell -EncodedCommand has it */
#undef ROW
	};
	struct redaction *r = redaction_new(REDACT_STANDARD);
	struct leak_search *s;
	struct leak leak;

	(void)state;
	secret_add(r, S_USER, "svc_ndes-7", 10, NULL);
	s = leak_search_new(r);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!finds(s, rows[i].bytes, rows[i].n, &leak))
			fail_msg("row %zu: not seen: %s", i, rows[i].form);
		assert_string_equal(leak.form, rows[i].form);
	}
	assert_false(finds(s, "svc_other ACCOUNT-1", 19, &leak));
	assert_true(finds(s, "one\ntwo\nsvc_ndes-7", 18, &leak));
	assert_int_equal(leak.line, 3);
	leak_search_free(s);
	redaction_free(r);
}

/* A token says what the machine is; two names of one machine have one. */
/* What a URL keeps as it is, and what it has to write otherwise. */
static void test_leaks_of_other_signs(void **state)
{
	static const char *const rows[] = {"r%26d%20%2B7", "%72%26%64%20%2b%37", "r&d++7", "r&amp;d +7"};
	struct redaction *r = redaction_new(REDACT_STANDARD);
	struct leak_search *s;
	struct leak leak;

	(void)state;
	secret_add(r, S_USER, "r&d +7", 6, NULL);
	s = leak_search_new(r);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (!finds(s, rows[i], strlen(rows[i]), &leak))
			fail_msg("not seen: %s", rows[i]);
	leak_search_free(s);
	redaction_free(r);
}

/* A name that a fact's text gives away is hidden wherever else it stands, also alone. */
static void test_names_in_facts_are_learned(void **state)
{
	static const char *const facts[] = {"{\"message\":\"log on of CONTOSO\\\\svcqx7 failed\"}",
	                                    "{\"list\":[\"fine\",\"CONTOSO\\\\svcqx7\"]}",
	                                    "{\"map\":{\"deep\":{\"a\":\"CONTOSO\\\\svcqx7\"}}}",
	                                    "{\"map\":{\"CONTOSO\\\\svcqx7\":1}}"};
	struct report_options options = {.made_ms = REPORT_MADE_BY_CASE, .details = true};
	struct flow *flow = test_flow();

	(void)state;
	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
		struct casefile cf;
		struct report *r;
		char json[1000], *text;

		casefile_init(&cf, NULL, flow->id, flow->hash, 0);
		snprintf(
		        json, sizeof(json),
		        "{\"kind\":\"evidence\",\"at\":\"2026-11-30T12:00:00Z\",\"evidence\":{\"probe\":"
		        "\"scep.url\",\"target\":\"https://x.test/\",\"step\":null,\"outcome\":\"measured\","
		        "\"vantage\":{\"host\":\"PC\",\"proxy\":null},\"started\":\"2026-11-30T12:00:00Z\","
		        "\"took_ms\":1,\"facts\":%s,\"pins\":[],\"sha256\":null,\"by_hand\":null,\"why\":null}}",
		        facts[i]);
		test_append(&cf, json);
		test_append(
		        &cf,
		        "{\"kind\":\"note\",\"at\":\"2026-11-30T12:01:00Z\",\"text\":\"svcqx7 is locked\"}");
		r = report_new(flow, &cf, &options);
		text = test_render(r, "md");
		assert_non_null(strstr(text, "is locked"));
		if (strstr(text, "svcqx7") != NULL)
			fail_msg("not learned from %s", facts[i]);
		free(text);
		report_free(r);
		casefile_release(&cf);
	}
	flow_free(flow);
}

static void test_roles(void **state)
{
	static const char *const records[] = {
	        "{\"kind\":\"input\",\"at\":\"2026-11-22T14:00:00Z\",\"key\":\"server_url\",\"by\":\"person\","
	        "\"value\":\"https://scep.contoso.com/certsrv/mscep/mscep.dll\"}",
	        "{\"kind\":\"evidence\",\"at\":\"2026-11-22T14:00:03Z\",\"evidence\":{\"probe\":\"certutil.output\","
	        "\"target\":\"certutil.txt\",\"step\":null,\"outcome\":\"measured\",\"vantage\":{\"host\":\"HELPDESK4\","
	        "\"proxy\":\"http://webproxy.contoso.com:3128\"},\"started\":\"2026-11-22T14:00:03Z\",\"took_ms\":5,"
	        "\"facts\":{\"ca\":\"pki7.contoso.com\\\\Contoso Issuing CA 2\","
	        "\"proxy_headers\":{\"Via\":\"1.1 varnish, 1.1 waf9.contoso.com:80 (squid), 1.0 ISA-07\"}},\"pins\":[],"
	        "\"parts\":[{\"computer\":\"NDES01.corp.contoso.com\",\"role\":\"ndes\"}]}}",
	        "{\"kind\":\"note\",\"at\":\"2026-11-22T14:00:02Z\",\"text\":\"scep.contoso.com, ndes01, pki7, helpdesk4, "
	        "webproxy, Contoso Issuing CA 2, filer3.contoso.com, ndes01.fabrikam.de, waf9, isa-07, varnish\"}",
	};
	struct report_options options = {.made_ms = REPORT_MADE_BY_CASE};
	struct flow *flow = test_flow();
	struct casefile cf;
	struct report *r;

	(void)state;
	casefile_init(&cf, NULL, flow->id, flow->hash, 0);
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++)
		test_append(&cf, records[i]);
	r = report_new(flow, &cf, &options);
	assert_string_equal(r->cf->log[2].u.note.text,
	                    "NDES-1, NDES-1, CA-1, PC-1, PROXY-1, CERT-1, HOST-1, HOST-2, GATEWAY-1, "
	                    "GATEWAY-2, varnish");
	report_free(r);
	casefile_release(&cf);
	flow_free(flow);
}

/* ---- the hunt ---- */
#define HOST "ndes77.tailspin.example.com"
static const char *const planted[] = {"ndes77",
                                      "tailspin",
                                      "proxy9.tailspin",
                                      "pc-olga",
                                      "olga.petrowa",
                                      "Petrowa",
                                      "10.99.1.77",
                                      "fd00:77::9",
                                      "svc_tailspin",
                                      "S-1-5-21-777-888-999-1107",
                                      "77777777-1111-4222-8333-444444444444",
                                      "bGdhLnBldHJvd2",
                                      "olga.petrowa%40",
                                      "AA:BB:CC:77:88:99"};

static void plant(struct casefile *cf)
{
	static const char *const records[] = {
	        "{\"kind\":\"input\",\"at\":\"2026-11-22T14:00:00Z\",\"key\":\"server_url\",\"by\":"
	        "\"person\","
	        "\"value\":\"https://" HOST "/certsrv/mscep/mscep.dll\"}",
	        "{\"kind\":\"input\",\"at\":\"2026-11-22T14:00:01Z\",\"key\":\"gone_input\",\"by\":"
	        "\"person\",\"value\":\"olga.petrowa@tailspin.example.com\"}",
	        "{\"kind\":\"note\",\"at\":\"2026-11-22T14:00:02Z\",\"text\":\"Petrowa on PC-OLGA "
	        "(10.99.1.77, fd00:77::9, AA:BB:CC:77:88:99)\\n"
	        "TAILSPIN\\\\svc_tailspin S-1-5-21-777-888-999-1107 olga.petrowa%40tailspin.example.com "
	        "b2xnYS5wZXRyb3dhQHRhaWxzcGlu\"}",
	        "{\"kind\":\"evidence\",\"at\":\"2026-11-22T14:00:03Z\",\"evidence\":{\"probe\":\"scep.url\","
	        "\"target\":\"https://" HOST "/certsrv/mscep/"
	        "mscep.dll\",\"step\":\"server-url\",\"outcome\":\"unreached\","
	        "\"vantage\":{\"host\":\"PC-OLGA\",\"proxy\":"
	        "\"http://"
	        "proxy9.tailspin.example.com:8080\"},\"started\":\"2026-11-22T14:00:03Z\",\"took_ms\":5,"
	        "\"facts\":{\"status\":503,"
	        "\"page\":\"service-unavailable\",\"server\":\"" HOST
	        "\",\"by_user\":{\"olga.petrowa\":3},\"names\":[\"" HOST "\",\"x\"],"
	        "\"detail\":{\"deep\":{\"user\":\"olga.petrowa\",\"tenant\":\"77777777-1111-4222-8333-"
	        "444444444444\"}}},\"pins\":[{\"fact\":"
	        "\"status\",\"file\":\"/home/olga.petrowa/"
	        "log\",\"line\":3,\"offset\":9,\"time\":null,\"text\":\"GET / 10.99.1.77 "
	        "cs_host=" HOST " \\ufffds\\ufffdv\\ufffdc\\ufffd_"
	        "\\ufffdt\\ufffda\\ufffdi\\ufffdl\\ufffds\\ufffdp\\ufffdi\\ufffdn\"}],"
	        "\"sha256\":null,\"by_hand\":\"curl https://" HOST
	        "/ # olga.petrowa\",\"why\":\"connect to 10.99.1.77 failed\"}}",
	        "{\"kind\":\"answer\",\"at\":\"2026-11-22T14:00:04Z\",\"step\":\"server-url\",\"answer\":"
	        "\"stopped\",\"by\":\"probe\",\"seen\":\"stopped\",\"evidence\":4}",
	};

	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++)
		test_append(cf, records[i]);
}

static bool holds(const char *text, const char *what)
{
	size_t n = strlen(what);

	for (; *text != '\0'; text++)
		if (strncasecmp(text, what, n) == 0)
			return true;
	return false;
}

static void hunt(const struct flow *flow, const struct casefile *cf, enum redact_level level)
{
	struct report_options options = {.made_ms = REPORT_MADE_BY_CASE, .redact = level};
	struct report *r = report_new(flow, cf, &options);

	for (size_t f = 0; report_formats[f] != NULL; f++) {
		char *text = test_render(r, report_formats[f]->name);

		for (size_t i = 0; i < sizeof(planted) / sizeof(planted[0]); i++)
			if (holds(text, planted[i]) != (level == REDACT_FULL && holds(text, planted[i])))
				fail_msg("%s at level %s holds %s", report_formats[f]->name,
				         redact_level_name(level), planted[i]);
		assert_true(level == REDACT_FULL || holds(text, "NDES-1"));
		free(text);
	}
	report_free(r);
}

static void test_hunt(void **state)
{
	struct flow *flow = test_flow();
	struct casefile cf;

	(void)state;
	casefile_init(&cf, "01JDA3V7H8Q2W4E6R8T0Y2V4X6", flow->id, flow->hash, 0);
	cf.title = "Olga.Petrowa@tailspin.example.com: " HOST;
	cf.host = "pc-olga";
	plant(&cf);
	hunt(flow, &cf, REDACT_STANDARD);
	hunt(flow, &cf, REDACT_STRICT);
	casefile_release(&cf);
	flow_free(flow);
}

/* ---- what the search by shapes finds when nothing was learnt ---- */
static const char *const unlearnt[] = {"ndes01.brightwater.de",
                                       "pki.larkspur.co.uk",
                                       "scep.harrowpike.bank",
                                       "filer.corp.local",
                                       "gw7.intra.priv",
                                       "ndes.müßig.de",
                                       "mail.hasegawa.co.jp",
                                       "вход.завод.рф",
                                       "edge.forges.fr",
                                       "proxy2.toro.es",
                                       "10.20.30.40",
                                       "172.16.9.8",
                                       "93.184.216.34",
                                       "fd12:7::9a:1",
                                       "2a02:8071:1:2:3:4:5:6",
                                       "olga@brightwater.de",
                                       "j.müßig@larkspur.com",
                                       "svc-ndes@forges.fr",
                                       "BRIGHT\\petrowa",
                                       "CORP\\svc_ndes",
                                       "SRV-NDES01",
                                       "DESKTOP-4F7A2B1",
                                       "LAPTOP-9QX2K7P1",
                                       "MDM-SRV01",
                                       "PC-BERLIN-07",
                                       "S-1-5-21-1004336348-1177238915-682003330-1104",
                                       "00:1a:2b:3c:4d:5e",
                                       "490154203237518",
                                       "7c9e6679-7425-40de-944b-e07fc1f90ae7",
                                       "7c9e6679742540de944be07fc1f90ae7"};

/* Markdown, HTML and JSON write some characters in their own way. */
static bool told(const struct report *r, const char *format, const char *name)
{
	const char *text, *kind;

	for (size_t i = 0; redaction_left(r->redaction, i, &text, &kind); i++) {
		size_t k = 0;

		for (const char *p = text; *p != '\0' && name[k] != '\0'; p++)
			k += *p == name[k];
		if (name[k] == '\0')
			return true;
	}
	fail_msg("%s: %s stands in it and is not told", format, name);
	return false;
}

static void test_residue_of_every_format(void **state)
{
	struct report_options options = {.made_ms = REPORT_MADE_BY_CASE, .redact = REDACT_FULL};
	struct flow *flow = test_flow();
	struct casefile cf;

	(void)state;
	for (size_t f = 0; report_formats[f] != NULL; f++) {
		struct report *r;
		size_t seen = 0;
		char *text;

		test_case(flow, "fault-fixed", &cf);
		for (size_t i = 0; i < sizeof(unlearnt) / sizeof(unlearnt[0]); i++) {
			struct record note = {.kind = REC_NOTE, .u.note.text = unlearnt[i]};
			struct err err;

			assert_non_null(casefile_append(&cf, &note, &err));
		}
		r = report_new(flow, &cf, &options);
		r->redaction = redaction_new(REDACT_STANDARD); /* that has learnt nothing */
		for (size_t i = 0; i < sizeof(unlearnt) / sizeof(unlearnt[0]); i++)
			rn_add(r, r->doc, R_PARA, unlearnt[i]);
		text = test_render(r, report_formats[f]->name);
		for (size_t i = 0; i < sizeof(unlearnt) / sizeof(unlearnt[0]); i++)
			if (strstr(text, unlearnt[i]) != NULL)
				seen += told(r, report_formats[f]->name, unlearnt[i]);
		/* A ticket is made of the first look alone. */
		if (seen < 26 && strcmp(report_formats[f]->name, "ticket") != 0)
			fail_msg("%s: only %zu of them stand in it", report_formats[f]->name, seen);
		free(text);
		report_free(r);
		casefile_release(&cf);
	}
	flow_free(flow);
}

/* A report is searched in the pieces that it is written in: a word of a line that is longer than what is kept
 * of it is one word still. */
static void test_residue_of_a_long_line(void **state)
{
	static const char head[] = "\"server\":\"ndes01.bright", tail[] = "water.de\", \"port\":443\n";
	struct report_options options = {.made_ms = REPORT_MADE_BY_CASE, .redact = REDACT_FULL};
	struct flow *flow = test_flow();
	const char *text, *kind;
	struct redaction_pass *pass;
	struct casefile cf;
	struct report *r;
	struct err err;
	char *line = xmalloc(70000);

	(void)state;
	test_case(flow, "fault-fixed", &cf);
	r = report_new(flow, &cf, &options);
	r->redaction = redaction_new(REDACT_STANDARD);
	pass = redaction_pass_new(r);
	memset(line, ' ', 70000);
	memcpy(line + 70000 - strlen(head), head, strlen(head));
	redaction_pass_feed(pass, line, 70000);
	redaction_pass_feed(pass, tail, strlen(tail));
	assert_int_equal(redaction_pass_end(pass, "it", &err), 0);
	assert_true(redaction_left(r->redaction, 0, &text, &kind));
	assert_string_equal(text, "ndes01.brightwater.de");
	assert_string_equal(kind, "host");
	assert_false(redaction_left(r->redaction, 1, &text, &kind));
	free(line);
	report_free(r);
	casefile_release(&cf);
	flow_free(flow);
}

/* A word that a person asks to hide goes, even when it is an ordinary one. */
static void test_hide(void **state)
{
	static const char *const hide[] = {"Bluebird"};
	struct report_options options = {.made_ms = REPORT_MADE_BY_CASE, .hide = hide, .nhide = 1};
	struct flow *flow = test_flow();
	struct casefile cf;
	struct redact_item item;
	struct report *r;

	(void)state;
	casefile_init(&cf, NULL, flow->id, flow->hash, 0);
	cf.title = "Project bluebird";
	r = report_new(flow, &cf, &options);
	assert_string_equal(r->cf->title, "Project WORD-1");
	assert_true(redaction_item(r->redaction, 0, &item));
	assert_string_equal(item.value, "Bluebird");
	assert_int_equal(item.count, 1);
	assert_false(redaction_item(r->redaction, 1, &item));
	report_free(r);
	casefile_release(&cf);
	flow_free(flow);
}

/* A host called like a word of the report cannot be searched for; as a field it still goes. */
static void test_ordinary_words(void **state)
{
	struct report_options options = {.made_ms = REPORT_MADE_BY_CASE, .details = true};
	struct flow *flow = test_flow();
	struct casefile cf;
	struct redact_item item;
	struct report *r;
	char *text;

	(void)state;
	casefile_init(&cf, NULL, flow->id, flow->hash, 0);
	cf.title = "The timeline";
	cf.host = "Timeline";
	r = report_new(flow, &cf, &options);
	assert_string_equal(r->cf->host, "PC-1");
	assert_string_equal(r->cf->title, "The timeline");
	assert_true(redaction_item(r->redaction, 0, &item));
	assert_true(item.weak);
	text = test_render(r, "md");
	assert_non_null(strstr(text, "1 of the values are ordinary words"));
	free(text);
	report_free(r);
	casefile_release(&cf);
	flow_free(flow);
}

/* When replacing fails, writing stops: here the tree is changed behind its back. */
static void test_a_leak_stops_the_export(void **state)
{
	struct flow *flow = test_flow();
	struct casefile cf;
	struct report *r;
	struct buf out;
	struct err err;

	(void)state;
	test_case(flow, "fault-fixed", &cf);
	r = report_new(flow, &cf, NULL);
	rn_add(r, r->doc, R_PARA, "forgotten: ndes01.contoso.com");
	buf_init(&out, BUF_MAX_TEXT);
	assert_int_equal(report_render(r, report_format_find("md"), &out, &err), -1);
	assert_int_equal(err.code, FAIL_CONFLICT);
	assert_non_null(strstr(err.msg, "NDES-"));
	assert_non_null(strstr(err.msg, "line"));
	assert_null(strstr(err.msg, "ndes01"));
	buf_release(&out);
	report_free(r);
	casefile_release(&cf);
	flow_free(flow);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_patterns),
	        cmocka_unit_test(test_strict_withholds_what_people_wrote),
	        cmocka_unit_test(test_leaks_are_found),
	        cmocka_unit_test(test_leaks_of_other_signs),
	        cmocka_unit_test(test_names_in_facts_are_learned),
	        cmocka_unit_test(test_roles),
	        cmocka_unit_test(test_hunt),
	        cmocka_unit_test(test_residue_of_every_format),
	        cmocka_unit_test(test_residue_of_a_long_line),
	        cmocka_unit_test(test_hide),
	        cmocka_unit_test(test_ordinary_words),
	        cmocka_unit_test(test_a_leak_stops_the_export),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
