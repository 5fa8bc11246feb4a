/* Device logs: the article's own lines, other shapes of the same log, failures, times. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <zlib.h>

#include "dev_log.h"
#include "probe_seen.h"

#include <casebook/xalloc.h>

#define CERTMGR "Event com.microsoft.omadm.platforms.android.certmgr.CertificateEnrollmentManager 18327 10 "
#define JSCEP "Event org.jscep."
#define URL "https://<server>.msappproxy.net/certsrv/mscep/mscep.dll"

/* As the article shows them. */
static const char android[] =
        "2018-02-27T05:16:08.2500000 VERB " CERTMGR "There are 1 requests\n"
        "2018-02-27T05:16:08.2500000 VERB " CERTMGR "Trying to enroll certificate request: "
        "ModelName=AC_51bad41f-3854-4eb5-a2f2-0f7a94034ee8%2FLogicalName_39907e78_"
        "e61b_4730_b9fa_d44a53e4111c;Hash=1677525787\n"
        "2018-02-27T05:16:09.5530000 VERB " JSCEP
        "transport.UrlConnectionGetTransport 18327 10 Sending GetCACaps(ca) to " URL
        "?operation=GetCACaps&message=ca\n"
        "2018-02-27T05:16:14.6440000 VERB " JSCEP
        "transport.UrlConnectionGetTransport 18327 10 Received '200 OK' when sending GetCACaps(ca) to " URL
        "?operation=GetCACaps&message=ca\n"
        "2018-02-27T05:16:21.8220000 VERB " JSCEP "message.PkiMessageEncoder 18327 10 Encoding message: "
        "org.jscep.message.PkcsReq@2b06f45f[messageData=org.<server>.pkcs.PKCS10CertificationRequest@699b3cd,"
        "messageType="
        "PKCS_REQ,senderNonce=Nonce "
        "[D447AE9955E624A56A09D64E2B3AE76E],transId=251E592A777C82996C7CF96F3AAADCF996FC31FF]\n"
        "2018-02-27T05:16:21.8790000 VERB " JSCEP "message.PkiMessageEncoder 18327 10 Signing pkiMessage "
        "using key belonging to [dn=CN=<uesrname>; serial=1]\n"
        "2018-02-27T05:16:21.9580000 VERB " JSCEP
        "transaction.EnrollmentTransaction 18327 10 Sending org.<server>.cms.CMSSignedData@ad57775\n";

#define IOS_URL "https://<server>-contoso.msappproxy.net/certsrv/mscep/mscep.dll"
static const char ios[] =
        "debug 18:30:53.691033 -0500 profiled Performing synchronous URL request: " IOS_URL
        "?operation=GetCACert&message=SCEP%20Authority\\\n"
        "debug 18:30:54.640644 -0500 profiled Performing synchronous URL request: " IOS_URL
        "?operation=GetCACaps&message=SCEP%20Authority\\\n"
        "default 18:30:55.483977 -0500 profiled Attempting to retrieve issued certificate...\\\n"
        "debug 18:30:55.487798 -0500 profiled Sending CSR via GET.\\\n"
        "debug 18:30:55.487908 -0500 profiled Performing synchronous URL request: " IOS_URL
        "?operation=PKIOperation&message="
        "MIAGCSqGSIb3DQEHAqCAMIACAQExDzANBglghkgBZQMEAgMFADCABgkqhkiG9w0BBwGggCSABIIZfzCABgkqhki"
        "G9w0BBwOggDCAAgEAMYIBgjCCAX4CAQAwZjBPMRUwEwYKCZImiZPyLGQBGRYFbG9jYWwxHDAaBgoJkiaJk\n";

static void run_on(struct probe_seen *s, const char *id, const char *text)
{
	probe_run(s, id, "file", test_file("device.log", text, SIZE_MAX), NULL);
	if (s->e.outcome != EV_MEASURED)
		fail_msg("%s", s->e.why);
}

static void the_articles_android_lines(void **state)
{
	struct probe_seen s;

	(void)state;
	run_on(&s, "android.omadm", android);
	assert_int_equal(seen_int(&s, "lines"), 7);
	assert_string_equal(seen_str(&s, "connection"), "connected");
	assert_true(seen_bool(&s, "reached_ndes"));
	assert_true(seen_bool(&s, "in_order"));
	assert_int_equal(seen_int(&s, "requests"), 1);
	assert_true(seen_bool(&s, "caps_ok"));
	assert_false(seen_bool(&s, "cacert_ok"));
	assert_true(seen_bool(&s, "signing"));
	assert_string_equal(seen_str(&s, "stage"), "sent");
	assert_string_equal(seen_str(&s, "pki_status"), "(null)");
	assert_string_equal(seen_str(&s, "url"), URL);
	assert_string_equal(seen_str(&s, "host"), "<server>.msappproxy.net");
	assert_string_equal(seen_str(&s, "zone"), "unstated");
	assert_string_equal(seen_str(&s, "first_stamp"), "2018-02-27T05:16:08.2500000");
	assert_string_equal(seen_str(&s, "first_time"), "(null)");
	assert_int_equal(seen_fact(&s, "key_lines")->u.list.n, 7);
	assert_string_equal(seen_json(&s, "errors"), "[]");
	assert_int_equal(seen_pin(&s, "key_lines")->line, 1);
	probe_seen_release(&s);
}

static void the_articles_ios_lines(void **state)
{
	struct probe_seen s;
	const struct pin *last;

	(void)state;
	run_on(&s, "ios.console", ios);
	assert_int_equal(seen_int(&s, "lines"), 5);
	assert_string_equal(seen_str(&s, "connection"), "connected");
	assert_string_equal(seen_str(&s, "sending_csr"), "get");
	assert_string_equal(seen_str(&s, "stage"), "pkioperation");
	assert_true(seen_bool(&s, "was_rtf"));
	assert_true(seen_bool(&s, "in_order"));
	assert_string_equal(seen_str(&s, "url"), IOS_URL);
	assert_string_equal(seen_str(&s, "zone"), "offset");
	assert_string_equal(seen_str(&s, "first_time"), "(null)");
	last = &s.e.pins[s.e.npins - 1];
	assert_int_equal(last->line, 5);
	assert_non_null(strstr(last->text, "message=<removed, "));
	assert_null(strstr(last->text, "MIAGCSqG"));
	probe_seen_release(&s);
	/* With the day, the same stamps are times. */
	probe_run(&s, "ios.console", "file", test_file("device.log", ios, SIZE_MAX), "date", "2018-02-27",
	          "attempt", "2018-02-27T23:00:00Z", NULL);
	assert_string_equal(seen_str(&s, "first_time"), "2018-02-27T23:30:53.691Z");
	assert_false(seen_bool(&s, "covers_attempt"));
	assert_int_equal(seen_pin(&s, "key_lines")->at_ms, 1519774253691);
	probe_seen_release(&s);
}

/* The first key lines of one platform in other clothes. */
static void other_shapes_of_the_ios_log(void **state)
{
	static const struct {
		const char *text;
		const char *first;
	} rows[] = {
	        /* idevicesyslog */
	        {"Feb 27 18:30:53 iPhone profiled(ManagedConfiguration)[123] <Debug>: Performing synchronous "
	         "URL request: "
	         "https://h/certsrv/mscep/mscep.dll?operation=GetCACert&message=x\n"
	         "Feb 27 18:30:55 iPhone profiled[123] <Notice>: Attempting to retrieve issued "
	         "certificate...\n"
	         "Feb 27 18:30:55 iPhone profiled[123] <Debug>: Sending CSR via POST.\n"
	         "Feb 27 18:30:56 iPhone profiled[123] <Debug>: request "
	         "https://h/certsrv/mscep/mscep.dll?operation=PKIOperation\n",
	         "Feb 27 18:30:53"},
	        /* Console.app, columns by tabs, as text */
	        {"debug\t18:30:53.691033-0500\tprofiled\tPerforming synchronous URL request: "
	         "https://h/certsrv/mscep/mscep.dll?operation=GetCACert&message=x\r\n"
	         "default\t18:30:55.483977-0500\tprofiled\tAttempting to retrieve issued certificate...\r\n"
	         "debug\t18:30:55.487798-0500\tprofiled\tSending CSR via POST.\r\n"
	         "debug\t18:30:56.487798-0500\tprofiled\thttps://h/certsrv/mscep/"
	         "mscep.dll?operation=PKIOperation\r\n",
	         "18:30:53.691033-0500"},
	        /* macOS `log show` */
	        {"Timestamp                       Thread     Type        Activity             PID    TTL\n"
	         "2018-02-27 18:30:53.691033-0500 0x1f2a     Debug       0x0                  123    0    "
	         "profiled: "
	         "(ManagedConfiguration) https://h/certsrv/mscep/mscep.dll?operation=GetCACert&message=x\n"
	         "2018-02-27 18:30:55.483977-0500 0x1f2a     Default     0x0                  123    0    "
	         "profiled: Attempting "
	         "to retrieve issued certificate...\n"
	         "2018-02-27 18:30:55.487798-0500 0x1f2a     Debug       0x0                  123    0    "
	         "profiled: Sending CSR "
	         "via POST.\n"
	         "2018-02-27 18:30:56.487798-0500 0x1f2a     Debug       0x0                  123    0    "
	         "profiled: "
	         "https://h/certsrv/mscep/mscep.dll?operation=PKIOperation\n",
	         "2018-02-27 18:30:53.691033-0500"},
	        /* TextEdit */
	        {"{\\rtf1\\ansi\\ansicpg1252{\\fonttbl\\f0\\fnil Menlo;}\n\\f0\\fs22 debug   18:30:53.691033 "
	         "-0500   profiled   "
	         "Performing synchronous URL request: "
	         "https://h/certsrv/mscep/mscep.dll?operation=GetCACert&message=x\\\n"
	         "default 18:30:55.483977 -0500 profiled Attempting to retrieve issued certificate...\\\n"
	         "debug 18:30:55.487798 -0500 profiled Sending CSR via POST.\\\n"
	         "debug 18:30:56.487798 -0500 profiled "
	         "https://h/certsrv/mscep/mscep.dll?operation=PKIOperation\\\n}",
	         "18:30:53.691033 -0500"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct probe_seen s;

		run_on(&s, "ios.console", rows[i].text);
		assert_string_equal(seen_str(&s, "connection"), "connected");
		assert_string_equal(seen_str(&s, "sending_csr"), "post");
		assert_string_equal(seen_str(&s, "first_stamp"), rows[i].first);
		assert_string_equal(seen_str(&s, "url"), "https://h/certsrv/mscep/mscep.dll");
		probe_seen_release(&s);
	}
}

static void other_shapes_of_the_android_log(void **state)
{
	static const char *const rows[] = {
	        /* without the Event column, by tabs */
	        "2018-02-27T05:16:08.2500000\tVERB\tcom.microsoft.omadm.certmgr."
	        "CertificateEnrollmentManager\t18327\t10\tThere are 1 "
	        "requests\n"
	        "2018-02-27T05:16:14.6440000\tVERB\torg.jscep.transport."
	        "UrlConnectionGetTransport\t18327\t10\tReceived '200 OK' when "
	        "sending GetCACaps(ca) to https://h/certsrv/mscep/mscep.dll?operation=GetCACaps&message=ca\n"
	        "2018-02-27T05:16:21.8790000\tVERB\torg.jscep.message.PkiMessageEncoder\t18327\t10\tSigning "
	        "pkiMessage using key "
	        "belonging to [dn=CN=x; serial=1]\n",
	        /* adb logcat */
	        "02-27 05:16:08.250 18327 18337 V CertificateEnrollmentManager: com.microsoft.omadm: There "
	        "are 1 requests\n"
	        "02-27 05:16:14.644 18327 18337 V UrlConnectionGetTransport: Received '200 OK' when sending "
	        "GetCACaps(ca) to "
	        "https://h/certsrv/mscep/mscep.dll?operation=GetCACaps&message=ca\n"
	        "02-27 05:16:21.879 18327 18337 V PkiMessageEncoder: Signing pkiMessage using key belonging "
	        "to [dn=CN=x; serial=1]\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct probe_seen s;

		run_on(&s, "android.omadm", rows[i]);
		assert_string_equal(seen_str(&s, "connection"), "connected");
		assert_string_equal(seen_str(&s, "url"), "https://h/certsrv/mscep/mscep.dll");
		probe_seen_release(&s);
	}
}

#define A(time, what) \
	"2026-11-22T" time ".0000000 VERB Event org.jscep.transport.UrlConnectionGetTransport 1 2 " what "\n"

static void android_failures(void **state)
{
	static const struct {
		const char *text, *connection, *reached, *errors, *stage;
	} rows[] = {
	        {A("10:00:00", "There are 1 requests")
	                 A("10:00:01", "Sending GetCACaps(ca) to https://h/certsrv/mscep/mscep.dll?x")
	                         A("10:00:02", "Received '403 Forbidden' when sending GetCACaps(ca) to "
	                                       "https://h/certsrv/mscep/mscep.dll?x"),
	         "partly", "null", "http-error", "contacting"},
	        {A("10:00:00", "There are 1 requests")
	                 A("10:00:01",
	                   "Sending GetCACaps(ca) to https://h/certsrv/mscep/mscep.dll?x") "\tat "
	                                                                                   "java.net\nCaused "
	                                                                                   "by: "
	                                                                                   "java.net."
	                                                                                   "UnknownHostExcept"
	                                                                                   "ion: Unable to "
	                                                                                   "resolve host "
	                                                                                   "\"h\"\n",
	         "partly", "false", "unknown-host", "contacting"},
	        {A("10:00:00",
	           "There are 1 requests") "javax.net.ssl.SSLHandshakeException: "
	                                   "java.security.cert.CertPathValidatorException: Trust anchor for "
	                                   "certification path not found.\n",
	         "partly", "false", "trust-anchor-missing", "requested"},
	        {A("10:00:00", "There are 0 requests"), "silent", "null", NULL, "none"},
	        {A("10:00:00", "nothing of interest"), "silent", "null", NULL, "none"},
	        {A("10:00:09",
	           "Response: org.jscep.message.CertRep@1[failInfo=badRequest,pkiStatus=FAILURE,x=y]"),
	         "silent", "true", "refused-by-ca", "answered"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct probe_seen s;

		run_on(&s, "android.omadm", rows[i].text);
		assert_string_equal(seen_str(&s, "connection"), rows[i].connection);
		assert_string_equal(seen_json(&s, "reached_ndes"), rows[i].reached);
		assert_string_equal(seen_str(&s, "stage"), rows[i].stage);
		if (rows[i].errors && !strstr(seen_json(&s, "errors"), rows[i].errors))
			fail_msg("%zu: %s", i, seen_json(&s, "errors"));
		probe_seen_release(&s);
	}
}

static void what_came_back_to_android(void **state)
{
	static const char log[] =
	        A("10:00:09", "Response: "
	                      "org.jscep.message.CertRep@1[failInfo=<null>,pkiStatus=SUCCESS,recipientNonce="
	                      "x]") "2026-11-22T10:00:10.0000000 INFO Event "
	                            "com.microsoft.omadm.NativeScepCertInstallStateMachine 1 2 SCEP cert 'x' "
	                            "from "
	                            "CERT_INSTALLING to CERT_ACCESS_GRANTED\n";
	struct probe_seen s;

	(void)state;
	run_on(&s, "android.omadm", log);
	assert_string_equal(seen_str(&s, "pki_status"), "SUCCESS");
	assert_string_equal(seen_str(&s, "fail_info"), "(null)");
	assert_string_equal(seen_str(&s, "state"), "CERT_ACCESS_GRANTED");
	assert_int_equal(s.c.fault, 0);
	probe_seen_release(&s);
}

#define ENTRY(at, kind, message)                                                                    \
	"{\"traceID\":17205759403792794628,\"eventMessage\":\"" message                             \
	"\",\"source\":null,\"backtrace\":{\"frames\":[{\"imageOffset\":1}]},\"processImagePath\":" \
	"\"\\/usr\\/libexec\\/profiled\",\"timestamp\":\"2026-11-22 18:30:" at                      \
	"-0500\",\"messageType\":\"" kind "\",\"processID\":321}"
#define ASKS(op)                                                                                    \
	"Performing synchronous URL request: https:\\/\\/h\\/mscep.dll?operation=" op "&message=x " \
	"{\\\"a\\\"}"

/* `log show --style ndjson` and --style json of macOS, whole and with an entry cut off. */
static void ios_log_as_json(void **state)
{
	static const struct {
		const char *text;
		int64_t lines, caps_line;
		bool whole;
	} rows[] = {
	        {"Filtering the log data using \"process\"\n" ENTRY(
	                 "53.691033", "Debug",
	                 ASKS("GetCACert")) "\n" ENTRY("54.691033", "Debug",
	                                               ASKS("GetCACaps")) "\n"
	                                                                  "{\"count\":2,\"finished\":1}\n",
	         2, 3, true},
	        {"[" ENTRY("53.691033", "Debug", ASKS("GetCACert")) ",\n{\n  \"eventMessage\" : \"" ASKS(
	                 "GetCACaps") "\",\n  \"b\" : {\n    \"c\" : 1\n  },\n  \"timestamp\" : \"2026-11-22 "
	                              "18:30:54-0500\"\n},{\n  "
	                              "\"eventMessage\" : \"last\",\n  \"timestamp\" : \"2026-11-22 "
	                              "18:30:55-0500\"\n}]\n",
	         3, 2, true},
	        {ENTRY("53.691033", "Debug", ASKS("GetCACert")) "\n{\"eventMessage\":\"cut off by a full "
	                                                        "di\n" ENTRY("54.691033", "Debug",
	                                                                     ASKS("GetCACaps")) "\n",
	         2, 3, false},
	        {"[{\n\"timestamp\":\"2026-11-22 18:30:50-0500\",\n\"eventMessage\":\"lost by "
	         "profiled\",\n\"b\":{\n},{\n"
	         "\"eventMessage\" : \"" ASKS(
	                 "GetCACaps") "\", \"timestamp\":\"2026-11-22 18:30:54-0500\"}]\n",
	         1, 5, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct probe_seen s;

		probe_run(&s, "ios.console", "file", test_file("log.txt", rows[i].text, SIZE_MAX), NULL);
		assert_int_equal(s.e.outcome, rows[i].whole ? EV_MEASURED : EV_UNREADABLE);
		if (!rows[i].whole &&
		    (!s.e.why || !strstr(s.e.why, "begins an entry that is not JSON (1 in all)")))
			fail_msg("%zu: %s", i, s.e.why);
		assert_int_equal(seen_int(&s, "lines"), rows[i].lines);
		assert_true(seen_bool(&s, "getcacaps"));
		assert_string_equal(seen_str(&s, "url"), "https://h/mscep.dll");
		assert_string_equal(seen_str(&s, "zone"), "offset");
		assert_int_equal(s.e.pins[s.e.npins - 1].line, rows[i].caps_line);
		probe_seen_release(&s);
	}
}

static void ios_failures(void **state)
{
	static const char log[] =
	        "debug 18:30:53.691033 -0500 profiled Performing synchronous URL request: "
	        "https://h/x?operation=GetCACert&message=x\n"
	        "error 18:30:54.691033 -0500 profiled The Registration Authority\\'92s response is "
	        "invalid.\\\n"
	        "error 18:30:54.791033 -0500 profiled Cannot retrieve SCEP identity: NSError: Desc : The "
	        "SCEP server returned an "
	        "invalid response. US Desc: x Domain : MCSCEPErrorDomain Code : 22013 Type : MCFatalError\n"
	        "error 18:30:55.791033 -0500 profiled Error Domain=NSURLErrorDomain Code=-1200 \"An SSL "
	        "error\"\n";
	struct probe_seen s;

	(void)state;
	run_on(&s, "ios.console", log);
	assert_string_equal(seen_str(&s, "connection"), "partly");
	assert_string_equal(seen_json(&s, "error_codes"), "{\"22013\":1}");
	assert_string_equal(seen_json(&s, "network_codes"), "{\"-1200\":1}");
	assert_string_equal(seen_str(&s, "stage"), "cacert");
	assert_false(seen_bool(&s, "reached_ndes"));
	assert_int_equal(seen_fact(&s, "errors")->u.list.n, 6);
	assert_non_null(strstr(seen_json(&s, "errors"), "ra-response-invalid"));
	assert_non_null(strstr(seen_json(&s, "errors"), "tls-failed"));
	assert_int_equal(s.c.fault, 1);
	probe_seen_release(&s);
}

/* TLS as CFNetwork names it, and only by the process that enrols: the console shows all of them. */
static void ios_tls_by_its_domain(void **state)
{
	static const char log[] =
	        "default 18:30:54.1 -0500 profiled HTTP load failed "
	        "(kCFStreamErrorDomainSSL, -9814)\n"
	        "default 18:30:54.2 -0500 profiled CFNetwork SSLHandshake failed (-9807)\n"
	        "default\t18:30:54.3 -0500\tWeather\tCFNetwork SSLHandshake failed (-9801)\n"
	        "Nov 27 18:30:54 iPad News(CFNetwork)[88] <Notice>: NSURLErrorDomain Code=-1009\n";
	struct probe_seen s;

	(void)state;
	run_on(&s, "ios.console", log);
	assert_string_equal(seen_json(&s, "network_codes"), "{\"-9814\":1,\"-9807\":1}");
	assert_non_null(strstr(seen_json(&s, "errors"), "tls-failed"));
	probe_seen_release(&s);
}

/* An error that names a host of Intune is none of SCEP; one that names the SCEP server is. */
static void android_errors_of_other_hosts(void **state)
{
	static const char log[] =
	        "2018-02-27T05:16:08.2500000 VERB Event org.jscep.transport.X 1 2 Sending GetCACaps(ca) to "
	        "https://ndes.example/mscep.dll?x\n"
	        "2018-02-27T05:16:09.2500000 ERR Event com.microsoft.omadm.X 1 2 java.net.UnknownHostException: "
	        "Unable to resolve host \"fef.manage.microsoft.com\"\n";
	static const char ours[] =
	        "2018-02-27T05:16:09.2500000 ERR Event com.microsoft.omadm.X 1 2 java.net.UnknownHostException: "
	        "Unable to resolve host \"ndes.example\"\n";
	char both[1024];
	struct probe_seen s;

	(void)state;
	run_on(&s, "android.omadm", log);
	assert_null(strstr(seen_json(&s, "errors"), "unknown-host"));
	probe_seen_release(&s);
	snprintf(both, sizeof(both), "%s%s", log, ours);
	run_on(&s, "android.omadm", both);
	assert_non_null(strstr(seen_json(&s, "errors"), "unknown-host"));
	probe_seen_release(&s);
}

/* An error over several lines, as Console of older macOS writes it. */
static void ios_error_of_many_lines(void **state)
{
	static const char log[] =
	        "1/27/17, 3:33:14 PM profiled[388]: (Note ) MC: Profile queued for installation.\n"
	        "1/27/17, 3:33:18\xe2\x80\xaf"
	        "PM profiled[388]: (Error) MC: Installation failed. Error: NSError:\n"
	        "\tDesc   : Profile Installation Failed\n\tDomain : MCInstallationErrorDomain\n\tCode   : 4001\n"
	        "\t...Underlying error:\n\tNSError:\n\tDesc   : The SCEP server returned an invalid response.\n"
	        "\tDomain : MCSCEPErrorDomain\n\tCode   : 22013\n\tType   : MCFatalError\n"
	        "\t...Underlying error:\n\tDomain : NSURLErrorDomain\n\tCode   : -1202\n";
	struct probe_seen s;

	(void)state;
	run_on(&s, "ios.console", log);
	assert_string_equal(seen_json(&s, "error_codes"), "{\"22013\":1}");
	assert_string_equal(seen_json(&s, "network_codes"), "{\"-1202\":1}");
	assert_string_equal(seen_str(&s, "first_stamp"), "1/27/17, 3:33:14 PM");
	assert_non_null(strstr(seen_json(&s, "errors"), "tls-failed"));
	assert_int_equal(s.c.fault, 1);
	probe_seen_release(&s);
	/* The zone is not said, the day is: only the month of 27 can be the first number. */
	probe_run(&s, "ios.console", "file", test_file("device.log", log, SIZE_MAX), "shift", "300", NULL);
	assert_string_equal(seen_str(&s, "last_time"), "2017-01-27T20:33:18Z");
	probe_seen_release(&s);
}

/* The process that enrols since macOS 14 and iOS 17. */
static void certificate_service(void **state)
{
	static const char log[] =
	        "default\t23:58:54.801510-0400\tCertificateService\tTask <25E4>.<1> sent request, body N 0\n"
	        "default\t23:58:54.871668-0400\tCertificateService\tTask <25E4>.<1> received response, status 200 "
	        "content K\n"
	        "default\t23:58:54.873048-0400\tCertificateService\tSCEP failed to find candidate RA certificates\n"
	        "error\t23:58:54.873110-0400\tCertificateService\tGetCACert: Validating response failed: -67731 "
	        "(The key usage is incorrect.)\n"
	        "error\t23:58:54.873204-0400\tmdmclient\t[ERROR] Unable to obtain certificate from SCEP server at "
	        "\"https://scep.example/scep\". <MDM-SCEP:15002>\n";
	struct probe_seen s;

	(void)state;
	run_on(&s, "ios.console", log);
	assert_true(seen_bool(&s, "reached_ndes"));
	assert_true(seen_bool(&s, "getcacert"));
	assert_string_equal(seen_str(&s, "stage"), "cacert");
	assert_string_equal(seen_json(&s, "getcacaps"), "null");
	assert_string_equal(seen_str(&s, "url"), "https://scep.example/scep");
	assert_string_equal(seen_json(&s, "error_codes"), "{\"-67731\":1,\"15002\":1}");
	assert_non_null(strstr(seen_json(&s, "errors"), "ra-response-invalid"));
	assert_int_equal(s.c.fault, 1);
	probe_seen_release(&s);
}

static void times_and_the_attempt(void **state)
{
	static const char log[] = A("00:00:00", "There are 1 requests") A("23:59:00", "There are 1 requests");
	static const struct {
		const char *attempt, *shift, *covers;
	} rows[] = {
	        {"2026-11-22T12:00:00Z", "0", "true"},   {"2026-11-22T12:00:00Z", "60", "true"},
	        {"2026-11-22T00:30:00Z", "60", "false"}, {"2026-11-22T00:30:00Z", "-60", "true"},
	        {"2026-11-22T12:00:00Z", NULL, "null"},  {"2026-11-25T12:00:00Z", NULL, "false"},
	        {"2026-11-20T12:00:00Z", NULL, "false"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct probe_seen s;

		probe_run(&s, "android.omadm", "file", test_file("device.log", log, SIZE_MAX), "attempt",
		          rows[i].attempt, rows[i].shift ? "shift" : NULL, rows[i].shift, NULL);
		if (strcmp(seen_json(&s, "covers_attempt"), rows[i].covers) != 0)
			fail_msg("%s shift %s: %s", rows[i].attempt, rows[i].shift,
			         seen_json(&s, "covers_attempt"));
		probe_seen_release(&s);
	}
}

static void the_url_is_compared(void **state)
{
	static const struct {
		const char *url;
		bool same;
	} rows[] = {{"https://<SERVER>.msappproxy.net/CertSrv/mscep/mscep.dll", true},
	            {"https://<server>.msappproxy.net/certsrv/mscep/mscep.dll/pkiclient.exe", true},
	            {"https://ndes.contoso.com/certsrv/mscep/mscep.dll", false},
	            {"https://<server>.msappproxy.net/certsrv/mscep/", false}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct probe_seen s;

		probe_run(&s, "android.omadm", "file", test_file("device.log", android, SIZE_MAX), "url",
		          rows[i].url, NULL);
		assert_int_equal(seen_bool(&s, "url_matches"), rows[i].same);
		probe_seen_release(&s);
	}
}

/* A large log in one file and the same gzipped: read in two ways, said alike. */
static size_t make_big(char *text, size_t cap)
{
	size_t n = 0;

	for (unsigned i = 0; n < cap; i++) {
		n += (size_t)snprintf(text + n, 200,
		                      "2018-02-27T05:16:%02u.0000000 INFO Event com.microsoft.omadm.x 1 2 of "
		                      "no interest, number %u\n",
		                      i % 60, i);
		if (i % 97 == 0) {
			memcpy(text + n, android, sizeof(android) - 1);
			n += sizeof(android) - 1;
		}
		if (i % 1009 == 0) {
			memset(text + n, 'z', 3000);
			n += 3000;
			text[n++] = '\n';
		}
	}
	return n;
}

static void plain_and_packed_say_the_same(void **state)
{
	size_t cap = 5u << 20, n;
	char *text = xmalloc(cap + 8192), *plain, *packed;
	const char *path;
	struct probe_seen s;
	gzFile gz;

	(void)state;
	n = make_big(text, cap);
	/* Under one name, one after the other. */
	path = test_file("big.log", text, n);
	probe_run(&s, "android.omadm", "file", path, "hash", "no", NULL);
	assert_true(seen_int(&s, "lines") > 1000);
	plain = seen_all(&s);
	probe_seen_release(&s);
	gz = gzopen(path, "wb1");
	assert_non_null(gz);
	assert_int_equal(gzwrite(gz, text, (unsigned)n), n);
	gzclose(gz);
	probe_run(&s, "android.omadm", "file", path, "hash", "no", NULL);
	assert_non_null(strstr(seen_json(&s, "files"), "\"packing\":\"gzip\""));
	packed = seen_all(&s);
	assert_string_equal(strstr(plain, "\npin "), strstr(packed, "\npin "));
	*strstr(packed, "files [") = *strstr(plain, "files [") = '\0';
	assert_string_equal(plain, packed);
	probe_seen_release(&s);
	free(plain);
	free(packed);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_articles_android_lines),
	        cmocka_unit_test(the_articles_ios_lines),
	        cmocka_unit_test(other_shapes_of_the_ios_log),
	        cmocka_unit_test(other_shapes_of_the_android_log),
	        cmocka_unit_test(android_failures),
	        cmocka_unit_test(what_came_back_to_android),
	        cmocka_unit_test(ios_log_as_json),
	        cmocka_unit_test(ios_failures),
	        cmocka_unit_test(ios_tls_by_its_domain),
	        cmocka_unit_test(android_errors_of_other_hosts),
	        cmocka_unit_test(ios_error_of_many_lines),
	        cmocka_unit_test(certificate_service),
	        cmocka_unit_test(times_and_the_attempt),
	        cmocka_unit_test(the_url_is_compared),
	        cmocka_unit_test(plain_and_packed_say_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, test_folder_remove);
}
