/* tls.handshake against one real server for each fault, with a CA made for the test. */
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
	const char *expect[14];
};

static const struct row rows[] = {
        {"TLS",
         {"outcome=measured", "fault=0", "error=\"none\"", "chain_ok=true", "name_ok=true", "expired=false",
          "missing_intermediate=false", "tls12_ok=true", "tls13_ok=true", "eku_server_auth=true",
          "client_certificate_requested=false", "versions=[\"TLS 1.2\",\"TLS 1.3\"]", "chain_ordered=true"}},
        {"TLS_SOON", {"outcome=measured", "fault=0", "chain_ok=true", "days_left=9", "expired=false"}},
        {"TLS_EXPIRED",
         {"outcome=measured", "fault=1", "chain_ok=false", "expired=true", "days_left=-5", "verify_code=10",
          "missing_intermediate=false", "name_ok=true"}},
        {"TLS_FUTURE",
         {"outcome=measured", "fault=1", "chain_ok=false", "not_yet_valid=true", "expired=false",
          "verify_code=9"}},
        {"TLS_WRONGHOST",
         {"outcome=measured", "fault=1", "chain_ok=true", "name_ok=false",
          "names=[\"other.contoso.test\",\"*.apps.contoso.test\"]"}},
        /* A name in the subject alone counts for no client of today (RFC 9525, 2), with another SAN or with
           none. */
        {"TLS_CNONLY",
         {"outcome=measured", "fault=1", "chain_ok=true", "name_ok=false", "names=[]",
          "name_in_cn_only=true"}},
        {"TLS_CNOTHER",
         {"outcome=measured", "fault=1", "chain_ok=true", "name_ok=false",
          "names=[\"other.contoso.test\",\"*.apps.contoso.test\"]"}},
        {"TLS_NOINTER",
         {"outcome=measured", "fault=1", "chain_ok=false", "missing_intermediate=true",
          "untrusted_root=false", "missing_issuer=\"CN=Contoso Test Issuing CA, DC=contoso, DC=test\"",
          "found_intermediate=null", "external=[\"127.0.0.1\"]"}},
        {"TLS_SELF",
         {"outcome=measured", "fault=1", "chain_ok=false", "self_signed=true", "missing_intermediate=false",
          "verify_code=18"}},
        {"TLS_UNORDERED", {"outcome=measured", "fault=0", "chain_ok=true", "chain_ordered=false"}},
        {"TLS_CLIENTONLY",
         {"outcome=measured", "fault=1", "chain_ok=false", "eku_server_auth=false", "verify_code=26",
          "name_ok=true"}},
        {"TLS_SHA1",
         {"outcome=measured", "fault=1", "weak_signature=true", "chain_ok=false",
          "signature=\"sha1WithRSAEncryption\""}},
        {"TLS_WEAK",
         {"outcome=measured", "fault=1", "weak_key=true", "key=\"RSA 1024\"", "weak_signature=false"}},
        {"TLS_EC",
         {"outcome=measured", "fault=0", "key=\"EC prime256v1\"", "weak_key=false", "chain_ok=true"}},
        {"TLS10",
         {"outcome=measured", "fault=1", "protocol=\"TLSv1\"", "tls12_ok=false", "tls13_ok=false",
          "versions=[\"TLS 1.0\"]", "chain_ok=true"}},
        {"TLS12",
         {"outcome=measured", "fault=0", "tls12_ok=true", "tls13_ok=false", "versions=[\"TLS 1.2\"]"}},
        {"TLS13",
         {"outcome=measured", "fault=1", "tls12_ok=false", "tls13_ok=true", "versions=[\"TLS 1.3\"]"}},
        /* nginx asks and refuses later, in HTTP; a strict server ends the handshake */
        {"TLS_CLIENT",
         {"outcome=measured", "client_certificate_requested=true", "client_certificate_required=false",
          "chain_ok=true"}},
        {"TLS_CLIENT_REQUIRED",
         {"outcome=measured", "fault=1", "client_certificate_requested=true",
          "client_certificate_required=true", "chain_ok=true"}},
        /* no handshake at all */
        {"REFUSED", {"outcome=unreached", "fault=1", "error=\"refused\"", "chain_ok=null", "tls12_ok=null"}},
        {"RESET_AT_ONCE", {"outcome=unreached", "error=\"reset\"", "chain_ok=null"}},
        {"RESET_AFTER_HELLO", {"outcome=unreached", "error=\"reset\""}},
        {"CLOSE_AFTER_HELLO", {"outcome=unreached", "error=\"closed\""}},
        {"ALERT", {"outcome=unreached", "error=\"alert\"", "alert=40"}},
        {"PLAIN_HTTP", {"outcome=unreached", "error=\"protocol\""}},
        {"SSH", {"outcome=unreached", "error=\"protocol\""}},
};

static void run_on(struct probe_run *r, const struct probe_call *c, const char *server, const char *host)
{
	char name[64], h[80], p[80];
	const char *const args[] = {h, p, NULL};

	snprintf(name, sizeof(name), "SRV_%s", server);
	snprintf(h, sizeof(h), "host=%s", host);
	snprintf(p, sizeof(p), "port=%s", srv(name));
	probe_run(r, "tls.handshake", c, args);
}

static void every_fault(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct probe_run r;
		run_on(&r, &call, rows[i].server, "localhost");
		run_expect(&r, rows[i].server, rows[i].expect);
		assert_non_null(r.e.by_hand);
		probe_run_release(&r);
	}
}

/* Without --ca a private root is not held against the server, and what cannot be proven is unknown. */
static void private_ca_not_told(void **state)
{
	static const char *const whole[] = {"outcome=measured",           "fault=-1",     "chain_ok=false",
	                                    "missing_intermediate=false", "name_ok=true", NULL};
	static const char *const leaf_only[] = {"chain_ok=false", "missing_intermediate=null", NULL};
	struct probe_call c = {0};
	struct probe_run r;

	(void)state;
	run_on(&r, &c, "TLS", "localhost");
	run_expect(&r, "TLS without --ca", whole);
	probe_run_release(&r);
	run_on(&r, &c, "TLS_NOINTER", "localhost");
	run_expect(&r, "TLS_NOINTER without --ca", leaf_only);
	probe_run_release(&r);
}

/* An issuing CA alone, and a CA that issued nothing here: the first is trusted as it stands, the second is
 * not. */
static void told_an_issuing_ca(void **state)
{
	static const char *const issuing[] = {
	        "outcome=measured",           "fault=0", "chain_ok=true", "name_ok=true",
	        "missing_intermediate=false", NULL};
	static const char *const leaf_only[] = {"outcome=measured", "chain_ok=true", NULL};
	static const char *const other[] = {"outcome=measured", "fault=1", "chain_ok=false", NULL};
	struct probe_call c = {0};
	struct probe_run r;
	char file[4096];

	(void)state;
	c.ca_file = file;
	snprintf(file, sizeof(file), "%s/inter.pem", srv("SRV_PKI"));
	run_on(&r, &c, "TLS", "localhost");
	run_expect(&r, "TLS with --ca = the issuing CA", issuing);
	probe_run_release(&r);
	run_on(&r, &c, "TLS_NOINTER", "localhost");
	run_expect(&r, "TLS_NOINTER with --ca = the issuing CA", leaf_only);
	probe_run_release(&r);
	snprintf(file, sizeof(file), "%s/other.pem", srv("SRV_PKI"));
	run_on(&r, &c, "TLS", "localhost");
	run_expect(&r, "TLS with --ca = another CA", other);
	probe_run_release(&r);
}

/* The issuer is fetched from the named host, or with --allow-external from any. */
static void found_by_aia(void **state)
{
	static const char *const found[] = {
	        "missing_intermediate=true", "chain_ok=false", "chain_ok_with_found=true",
	        "found_intermediate=\"CN=Contoso Test Issuing CA, DC=contoso, DC=test\"", NULL};
	struct probe_call c = call;
	struct probe_run r;

	(void)state;
	run_on(&r, &call, "TLS_NOINTER", "127.0.0.1"); /* the host that the certificate points to */
	run_expect(&r, "AIA on the named host", found);
	probe_run_release(&r);
	c.allow_external = true;
	run_on(&r, &c, "TLS_NOINTER", "localhost");
	run_expect(&r, "AIA with --allow-external", found);
	probe_run_release(&r);
	c.ca_file = NULL; /* even without knowing the root: what issued it is no root */
	run_on(&r, &c, "TLS_NOINTER", "localhost");
	assert_true(run_bool(&r, "missing_intermediate"));
	probe_run_release(&r);
}

static void silent_and_unknown(void **state)
{
	static const char *const silent[] = {"outcome=timeout", "error=\"timeout\"", "chain_ok=null", NULL};
	static const char *const no_name[] = {"outcome=unreached", "error=\"dns\"", NULL};
	struct probe_call c = call;
	struct probe_run r;

	(void)state;
	c.timeout_ms = 3000;
	run_on(&r, &c, "SILENT", "localhost");
	run_expect(&r, "silent", silent);
	probe_run_release(&r);
	run_on(&r, &call, "TLS", "no-such-host.invalid");
	run_expect(&r, "unknown name", no_name);
	probe_run_release(&r);
}

/* Through a proxy that takes CONNECT, through one that refuses, and without the secrets of its address. */
static void through_a_proxy(void **state)
{
	static const char *const good[] = {"outcome=measured", "chain_ok=true", "tls12_ok=true",
	                                   "name_ok=true", NULL};
	static const char *const refused[] = {"outcome=unreached", "error=\"proxy\"", "chain_ok=null", NULL};
	struct probe_call c = call;
	struct probe_run r;
	char proxy[100];

	(void)state;
	snprintf(proxy, sizeof(proxy), "http://me:secret@127.0.0.1:%s", srv("SRV_PROXY"));
	c.proxy = proxy;
	run_on(&r, &c, "TLS", "localhost");
	run_expect(&r, "CONNECT", good);
	assert_non_null(r.e.proxy);
	assert_null(strstr(r.e.proxy, "secret"));
	probe_run_release(&r);
	snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%s", srv("SRV_PROXY_REFUSES"));
	run_on(&r, &c, "TLS", "localhost");
	run_expect(&r, "CONNECT refused", refused);
	probe_run_release(&r);
	snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%s", srv("SRV_REFUSED"));
	run_on(&r, &c, "TLS", "localhost");
	run_expect(&r, "no proxy there", refused);
	probe_run_release(&r);
}

/* A version that the server never answers is not known, and does not keep the rest from being told. */
static void versions_left_waiting(void **state)
{
	static const char *const expect[] = {"outcome=measured",
	                                     "chain_ok=true",
	                                     "protocol=\"TLSv1.3\"",
	                                     "versions=[]",
	                                     "tls12_ok=null",
	                                     "tls13_ok=null",
	                                     NULL};
	struct probe_call c = call;
	struct probe_run r;

	(void)state;
	c.timeout_ms = 20000;
	run_on(&r, &c, "TLS_PICKY", "localhost");
	run_expect(&r, "picky", expect);
	probe_run_release(&r);
}

static void certificates_as_sent(void **state)
{
	struct probe_run r;
	const struct value *list, *subject;

	(void)state;
	run_on(&r, &call, "TLS", "localhost");
	list = run_value(&r, "certificates");
	assert_int_equal(list->u.list.n, 2);
	subject = value_find(&list->u.list.items[1], "subject");
	assert_string_equal(subject->u.s, "CN=Contoso Test Issuing CA, DC=contoso, DC=test");
	assert_string_equal(value_find(&list->u.list.items[1], "role")->u.s, "ca");
	assert_true(run_has(&r, "names", "127.0.0.1"));
	assert_true(run_has(&r, "names", "::1"));
	probe_run_release(&r);
}

int main(void)
{
	static char ca[512];
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(every_fault),           cmocka_unit_test(private_ca_not_told),
	        cmocka_unit_test(told_an_issuing_ca),    cmocka_unit_test(found_by_aia),
	        cmocka_unit_test(silent_and_unknown),    cmocka_unit_test(through_a_proxy),
	        cmocka_unit_test(versions_left_waiting), cmocka_unit_test(certificates_as_sent)};

	snprintf(ca, sizeof(ca), "%s/root.pem", getenv("SRV_PKI") != NULL ? getenv("SRV_PKI") : ".");
	call.ca_file = ca;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
