/* scep.url, scep.caps and scep.cacert against real servers dressed as IIS, HTTP.sys, proxies and worse. */
#include "probe_run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct probe_call call;

struct row {
	const char *server;
	const char *expect[12];
};

static const struct row urls[] = {
        {"NDES",
         {"outcome=measured", "fault=0", "status=403", "page=\"forbidden-iis\"", "layer=\"iis\"",
          "error=\"none\"", "iis_page=true", "path_ok=true", "app_proxy=false", "tls_trusted=null",
          "server=\"Microsoft-IIS/10.0\""}},
        {"TLS", {"status=403", "page=\"forbidden-iis\"", "tls_trusted=true", "fault=0"}},
        {"GENERAL", {"fault=1", "status=200", "page=\"ndes-general\"", "layer=\"ndes\""}},
        {"GENERAL_UTF8", {"page=\"ndes-general\"", "title=\"Network Device Enrollment Service\""}},
        {"S503", {"fault=1", "status=503", "page=\"service-unavailable\"", "layer=\"httpsys\""}},
        {"GW504",
         {"status=504", "page=\"gateway-timeout\"", "layer=\"entra-app-proxy\"", "app_proxy=true",
          "proxy_headers={\"X-MS-Proxy-Service-Name\":\"test\"}"}},
        {"GW502", {"status=502", "page=\"bad-gateway\"", "layer=\"entra-app-proxy\""}},
        {"PROXY403", {"fault=1", "status=403", "page=\"forbidden-proxy\"", "layer=\"entra-app-proxy\""}},
        {"PROXY500", {"status=500", "page=\"internal-error\"", "connector_error=\"Unauthorized\""}},
        {"S500", {"status=500", "page=\"internal-error\"", "layer=\"iis\"", "connector_error=null"}},
        {"S404", {"status=404", "page=\"not-found\"", "layer=\"iis\""}},
        {"S401", {"status=401", "page=\"unauthorized\"", "www_authenticate=\"Negotiate\""}},
        {"NGINX502", {"status=502", "page=\"bad-gateway\"", "layer=\"other-proxy\""}},
        {"LOGIN302", {"status=302", "page=\"login-redirect\"", "app_proxy=true"}},
        {"LOOP302", {"status=302", "page=\"other\"", "layer=\"other-proxy\""}},
        {"REDIRECT_FILE", {"status=302", "page=\"other\"", "location=\"file:///etc/passwd\""}},
        {"REDIRECT_AWAY", {"status=302", "page=\"other\""}},
        {"PORTAL", {"status=200", "page=\"other\"", "layer=\"not-ndes\"", "fault=1"}},
        /* certificates that are wrong, and what lies behind them */
        {"TLS_EXPIRED",
         {"outcome=unreached", "fault=1", "status=null", "page=\"none\"", "error=\"tls\"",
          "tls_trusted=false", "status_behind=403", "page_behind=\"forbidden-iis\""}},
        {"TLS_WRONGHOST", {"error=\"tls\"", "page=\"none\"", "page_behind=\"forbidden-iis\""}},
        {"TLS_NOINTER", {"error=\"tls\"", "page=\"none\"", "page_behind=\"forbidden-iis\""}},
        /* no answer */
        {"REFUSED",
         {"outcome=unreached", "fault=1", "status=null", "page=\"none\"", "error=\"connect\"",
          "layer=\"none\""}},
        {"CLOSES", {"outcome=unreached", "page=\"none\"", "error=\"protocol\""}},
        {"RESET", {"outcome=unreached", "page=\"none\"", "error=\"protocol\""}},
        {"SSH", {"outcome=unreached", "page=\"none\"", "error=\"protocol\""}},
        {"ENDLESS_HEADERS", {"outcome=measured", "fault=1", "error=\"protocol\"", "page=\"other\""}},
        {"ENDLESS_BODY", {"outcome=measured", "status=200", "page=\"other\"", "bytes=1048576"}},
        {"GZIP_BOMB", {"outcome=measured", "page=\"other\""}},
        {"CONTROL_BYTES", {"outcome=measured", "page=\"other\"", "fault=1"}},
};

static const struct row caps[] = {
        {"NDES",
         {"outcome=measured", "fault=0", "status=200", "empty=false", "post=true",
          "strongest_digest=\"SHA-256\"", "strongest_cipher=\"AES\"", "sha2=true", "weaknesses=[]",
          "caps=[\"Renewal\",\"SHA-1\",\"SHA-256\",\"AES\",\"DES3\",\"SCEPStandard\",\"POSTPKIOperation\"]"}},
        {"NDES_RA",
         {"fault=0", "post=true", "strongest_digest=\"SHA-512\"", "strongest_cipher=\"DES3\"", "aes=false",
          "caps=[\"POSTPKIOperation\",\"Renewal\",\"SHA-512\",\"SHA-256\",\"SHA-1\",\"DES3\"]"}},
        {"GET_ONLY", {"fault=0", "post=false", "sha2=false", "strongest_digest=\"SHA-1\"", "empty=false"}},
        {"CAPS_EMPTY", {"fault=1", "caps=[]", "empty=true", "status=200", "html_instead=false"}},
        {"CAPS_403", {"fault=1", "caps=[]", "status=403", "page=\"forbidden-iis\"", "html_instead=true"}},
        {"HTML_CACERT", {"fault=1", "caps=[]", "html_instead=true", "status=200"}},
        {"S503", {"fault=1", "caps=[]", "page=\"service-unavailable\"", "layer=\"httpsys\""}},
        {"HALF_BODY", {"cut=true", "caps=[\"Renewal\",\"SHA-1\"]", "post=null", "strongest_digest=null"}},
        {"TLS_EXPIRED", {"outcome=measured", "tls_trusted=false", "status=403"}},
        {"REFUSED", {"outcome=unreached", "caps=null", "post=null", "status=null", "error=\"connect\""}},
};

static const struct row certs[] = {
        {"NDES",
         {"outcome=measured", "fault=0", "shape=\"der\"", "content_type_ok=true", "count=1",
          "ra_present=false", "ra_days_left=null", "chain_complete=true"}},
        {"NDES_RA",
         {"outcome=measured", "fault=0", "shape=\"pkcs7\"", "count=4", "ra_pair=true", "ra_days_left=399",
          "ra_expired=false", "ra_warning=\"none\"", "ra_issuer_ok=true", "chain_complete=true",
          "ca_subject=\"CN=Contoso Test Issuing CA, DC=contoso, DC=test\""}},
        {"TLS_RA", {"fault=0", "count=4", "asked=4", "nodes_differ=false", "tls_trusted=true"}},
        {"RA_SOON", {"fault=0", "ra_days_left=19", "ra_warning=\"30-days\""}},
        {"RA_EXPIRED",
         {"fault=1", "ra_days_left=-3", "ra_expired=true", "ra_warning=\"expired\"", "ra_issuer_ok=true"}},
        /* who gave nothing is not compared; each asking is a connection of its own */
        {"NODES_DIFFER", {"fault=1", "asked=4", "nodes_differ=true", "ra_issuer_ok=true"}},
        {"NODES_DOWN", {"fault=0", "asked=1", "nodes_differ=null", "ra_pair=true"}},
        {"RA_OTHER", {"fault=1", "ra_issuer_ok=false", "ra_expired=false", "ra_days_left=399"}},
        {"RA_SHA1", {"fault=0", "weak_signature=true", "pss_signature=false"}},
        {"RA_NOCHAIN", {"fault=0", "chain_complete=false", "ra_issuer_ok=true", "count=3"}},
        {"CA_ONLY", {"shape=\"der\"", "content_type_ok=false", "count=1", "chain_complete=false"}},
        {"RA_BASE64", {"fault=0", "shape=\"pem-pkcs7\"", "content_type_ok=false", "count=4", "ra_pair=true"}},
        {"HTML_CACERT", {"fault=1", "shape=\"html\"", "html_instead=true", "count=0", "certificates=[]"}},
        {"CAPS_403", {"fault=1", "status=403", "page=\"forbidden-iis\"", "count=0"}},
        {"HUGE_CERTIFICATE", {"outcome=measured", "fault=1", "shape=\"unknown\"", "count=0", "cut=true"}},
        {"ENDLESS_BODY", {"fault=1", "shape=\"unknown\"", "cut=true", "count=0"}},
        {"REFUSED", {"outcome=unreached", "fault=1", "count=null", "error=\"connect\""}},
};

static void run_on(struct probe_run *r, const char *id, const char *server)
{
	char name[64], url[200];
	const char *const args[] = {url, NULL};

	snprintf(name, sizeof(name), "SRV_URL_%s", server);
	snprintf(url, sizeof(url), "url=%s", srv(name));
	probe_run(r, id, &call, args);
}

static void table(const char *id, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct probe_run r;
		run_on(&r, id, rows[i].server);
		run_expect(&r, rows[i].server, rows[i].expect);
		assert_non_null(r.e.by_hand);
		probe_run_release(&r);
	}
}

static void pages(void **state)
{
	(void)state;
	table("scep.url", urls, sizeof(urls) / sizeof(*urls));
}

static void capabilities(void **state)
{
	(void)state;
	table("scep.caps", caps, sizeof(caps) / sizeof(*caps));
}

static void certificates(void **state)
{
	(void)state;
	table("scep.cacert", certs, sizeof(certs) / sizeof(*certs));
}

static void no_answer_in_time(void **state)
{
	static const char *const expect[] = {"outcome=timeout", "error=\"timeout\"", "status=null", NULL};
	static const char *const ids[] = {"scep.url", "scep.caps", "scep.cacert"};
	static const char *const servers[] = {"SILENT", "HANG", "DRIP"};

	(void)state;
	call.timeout_ms = 3000;
	for (size_t i = 0; i < 3; i++) {
		struct probe_run r;
		run_on(&r, ids[i], servers[i]);
		run_expect(&r, servers[i], expect);
		probe_run_release(&r);
	}
	call.timeout_ms = 0;
}

/* The name is not published: "this page can't be displayed". */
static void no_such_name(void **state)
{
	static const char *const expect[] = {"outcome=unreached", "fault=1",     "error=\"dns\"",
	                                     "page=\"none\"",     "status=null", "layer=\"none\"",
	                                     "app_proxy=true",    NULL};
	static const char *const args[] = {
	        "url=https://no-such-tenant.invalid.msappproxy.net/certsrv/mscep/mscep.dll", NULL};
	struct probe_run r;

	(void)state;
	setenv("CASEBOOK_RESOLVER", "127.0.0.1:9", 1); /* nobody is asked */
	call.timeout_ms = 3000;
	probe_run(&r, "scep.url", &call, args);
	run_expect(&r, "no such name", expect);
	probe_run_release(&r);
	call.timeout_ms = 0;
	unsetenv("CASEBOOK_RESOLVER");
}

static const struct value *choice(const struct probe_run *r, const char *client)
{
	const struct value *list = run_value(r, "choices");

	for (size_t i = 0; i < list->u.list.n; i++)
		if (strcmp(value_find(&list->u.list.items[i], "client")->u.s, client) == 0)
			return &list->u.list.items[i];
	fail_msg("no choice for %s", client);
	return NULL;
}

/* What each client makes of the same certificates. */
static void clients(void **state)
{
	static const struct {
		const char *server, *client;
		bool takes;
	} want[] = {
	        {"NDES_RA", "windows", true},     {"NDES_RA", "apple", true},
	        {"NDES_RA", "jscep", true},       {"NDES_RA", "sscep", true},
	        {"RA_SHA1", "apple", false},      {"RA_SHA1", "windows", true},
	        {"RA_EXPIRED", "windows", false}, {"RA_OTHER", "jscep", false},
	        {"RA_OTHER", "windows", false},   {"NDES", "jscep", true},
	};
	struct probe_run r;
	const struct value *list, *jscep;

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(*want); i++) {
		run_on(&r, "scep.cacert", want[i].server);
		if (value_find(choice(&r, want[i].client), "takes")->u.b != want[i].takes)
			fail_msg("%s with %s: takes should be %d", want[i].client, want[i].server,
			         want[i].takes);
		probe_run_release(&r);
	}
	/* it encrypts to the one for encryption and expects answers of the other */
	run_on(&r, "scep.cacert", "NDES_RA");
	jscep = choice(&r, "jscep");
	list = run_value(&r, "certificates");
	for (size_t i = 0; i < list->u.list.n; i++) {
		const struct value *c = &list->u.list.items[i];
		const char *role = value_find(c, "role")->u.s, *sha1 = value_find(c, "sha1")->u.s;
		if (strcmp(role, "ra-encryption") == 0) {
			assert_string_equal(sha1, value_find(jscep, "encryption_sha1")->u.s);
			assert_string_equal(value_find(c, "template")->u.s, "CEPEncryption");
		}
		if (strcmp(role, "ra-signing") == 0)
			assert_string_equal(sha1, value_find(jscep, "signing_sha1")->u.s);
	}
	probe_run_release(&r);
}

int main(void)
{
	static char ca[512];
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(pages),        cmocka_unit_test(capabilities),
	        cmocka_unit_test(certificates), cmocka_unit_test(no_answer_in_time),
	        cmocka_unit_test(clients),      cmocka_unit_test(no_such_name)};

	snprintf(ca, sizeof(ca), "%s/root.pem", getenv("SRV_PKI") != NULL ? getenv("SRV_PKI") : ".");
	call.ca_file = ca;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
