/* crl.fetch: CRLs and OCSP of the certificates of a SCEP server, of a TLS server and of a file. */
#include "probe_run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void of_url(struct probe_run *r, const char *server)
{
	struct probe_call call = {0};
	char name[64], url[200];
	const char *const args[] = {url, NULL};

	snprintf(name, sizeof(name), "SRV_URL_%s", server);
	snprintf(url, sizeof(url), "url=%s", srv(name));
	probe_run(r, "crl.fetch", &call, args);
}

static void of_host(struct probe_run *r, const char *server, const char *host, bool external)
{
	struct probe_call call = {.allow_external = external};
	char name[64], h[100], p[80];
	const char *const args[] = {h, p, NULL};

	snprintf(name, sizeof(name), "SRV_%s", server);
	snprintf(h, sizeof(h), "host=%s", host);
	snprintf(p, sizeof(p), "port=%s", srv(name));
	probe_run(r, "crl.fetch", &call, args);
}

static void ra_certificates(void **state)
{
	static const char *const expect[] = {"outcome=measured",
	                                     "fault=0",
	                                     "ok=true",
	                                     "reachable=true",
	                                     "valid=true",
	                                     "fresh=true",
	                                     "signer_ok=true",
	                                     "revoked=false",
	                                     "certificates=3",
	                                     "external=[]",
	                                     "unreachable=[]",
	                                     "hours_left=167",
	                                     NULL};
	struct probe_run r;

	(void)state;
	of_url(&r, "NDES_RA");
	run_expect(&r, "RA certificates", expect);
	probe_run_release(&r);
}

static const struct value *at(const struct probe_run *r, const char *list, const char *end)
{
	const struct value *v = run_value(r, list);

	for (size_t i = 0; i < v->u.list.n; i++) {
		const char *url = value_find(&v->u.list.items[i], "url")->u.s;
		if (strlen(url) >= strlen(end) && strcmp(url + strlen(url) - strlen(end), end) == 0)
			return &v->u.list.items[i];
	}
	fail_msg("no %s in %s", end, list);
	return NULL;
}

static void tls_chain_with_delta_and_ocsp(void **state)
{
	static const char *const expect[] = {"outcome=measured", "fault=0",        "ok=true", "ocsp_ok=true",
	                                     "revoked=false",    "certificates=2", NULL};
	struct probe_run r;

	(void)state;
	of_host(&r, "TLS", "127.0.0.1", false); /* the host that the certificates point to */
	run_expect(&r, "TLS chain", expect);
	assert_string_equal(value_find(at(&r, "crls", "inter-delta.crl"), "kind")->u.s, "delta");
	assert_true(value_find(at(&r, "crls", "inter-delta.crl"), "valid")->u.b);
	assert_string_equal(value_find(at(&r, "ocsp", "/ocsp"), "says")->u.s, "good");
	probe_run_release(&r);
}

static void revoked(void **state)
{
	static const char *const expect[] = {"outcome=measured", "fault=1", "revoked=true", "ocsp_ok=false",
	                                     NULL};
	struct probe_run r;

	(void)state;
	of_host(&r, "TLS_REVOKED", "127.0.0.1", false);
	run_expect(&r, "revoked", expect);
	assert_string_equal(value_find(at(&r, "ocsp", "/ocsp"), "says")->u.s, "revoked");
	assert_true(value_find(at(&r, "crls", "inter.crl"), "revoked")->u.b);
	probe_run_release(&r);
}

/* Past its next update, signed by another key, not there, a page instead. */
static void each_way_to_be_wrong(void **state)
{
	static const char *const expect[] = {"outcome=measured", "fault=1",     "ok=false",
	                                     "reachable=true",   "valid=false", "fresh=false",
	                                     "signer_ok=false",  NULL};
	struct probe_run r;
	const struct value *v;

	(void)state;
	of_host(&r, "TLS_STALECRL", "127.0.0.1", false);
	run_expect(&r, "wrong CRLs", expect);
	v = at(&r, "crls", "stale.crl");
	assert_true(value_find(v, "valid")->u.b && value_find(v, "signer_ok")->u.b &&
	            !value_find(v, "fresh")->u.b);
	v = at(&r, "crls", "forged.crl");
	assert_true(value_find(v, "valid")->u.b && !value_find(v, "signer_ok")->u.b &&
	            value_find(v, "fresh")->u.b);
	v = at(&r, "crls", "absent.crl");
	assert_true(!value_find(v, "reachable")->u.b && value_find(v, "status")->u.i == 404);
	v = at(&r, "crls", "page.crl");
	assert_true(value_find(v, "reachable")->u.b && !value_find(v, "valid")->u.b);
	assert_true(run_value(&r, "unreachable")->u.list.n == 2);
	probe_run_release(&r);
}

/* Hosts other than the named one are told, not asked. */
static void external_is_asked_only_when_allowed(void **state)
{
	static const char *const unknown[] = {
	        "outcome=measured",         "fault=-1", "ok=null", "reachable=null", "revoked=null",
	        "external=[\"127.0.0.1\"]", NULL};
	static const char *const known[] = {"fault=0", "ok=true", "reachable=true", "external=[]", NULL};
	struct probe_run r;

	(void)state;
	of_host(&r, "TLS", "localhost", false);
	run_expect(&r, "not allowed", unknown);
	probe_run_release(&r);
	of_host(&r, "TLS", "localhost", true);
	run_expect(&r, "allowed", known);
	probe_run_release(&r);
}

static void of_a_file(void **state)
{
	static const char *const quiet[] = {"outcome=measured", "ok=null", "external=[\"127.0.0.1\"]",
	                                    "certificates=3", NULL};
	static const char *const known[] = {"outcome=measured", "ok=true", "fault=0", NULL};
	static const char *const none[] = {"outcome=unreadable", "ok=null", NULL};
	struct probe_call call = {0};
	char file[400];
	const char *const args[] = {file, NULL};
	struct probe_run r;

	(void)state;
	snprintf(file, sizeof(file), "file=%s/getcacert-ra.p7b", srv("SRV_PKI"));
	probe_run(&r, "crl.fetch", &call, args);
	run_expect(&r, "file", quiet);
	assert_non_null(r.e.sha256);
	probe_run_release(&r);
	call.allow_external = true;
	probe_run(&r, "crl.fetch", &call, args);
	run_expect(&r, "file, allowed", known);
	probe_run_release(&r);
	snprintf(file, sizeof(file), "file=%s/ca.cnf", srv("SRV_PKI"));
	probe_run(&r, "crl.fetch", &call, args);
	run_expect(&r, "no certificate", none);
	probe_run_release(&r);
}

static void nobody_there(void **state)
{
	static const char *const expect[] = {"outcome=unreached", "ok=null", "certificates=null", NULL};
	struct probe_run r;

	(void)state;
	of_url(&r, "REFUSED");
	run_expect(&r, "refused", expect);
	probe_run_release(&r);
	of_host(&r, "PLAIN_HTTP", "localhost", false);
	run_expect(&r, "no TLS", expect);
	probe_run_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(ra_certificates),
	        cmocka_unit_test(tls_chain_with_delta_and_ocsp),
	        cmocka_unit_test(revoked),
	        cmocka_unit_test(each_way_to_be_wrong),
	        cmocka_unit_test(external_is_asked_only_when_allowed),
	        cmocka_unit_test(of_a_file),
	        cmocka_unit_test(nobody_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
