/* scep.pkioperation: the whole conversation with servers that have RA certificates, and with answers that
 * lie. */
#include "probe_run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/x509.h>

struct row {
	const char *server;
	const char *expect[16];
};

static const struct row rows[] = {
        {"NDES_RA",
         {"outcome=measured", "fault=0", "answered=true", "method=\"POST\"", "status=200", "verified=true",
          "signer_known=true", "signer=\"CN=NDES01-MSCEP-RA, C=US\"", "transaction_ok=true", "nonce_ok=true",
          "pki_status=\"failure\"", "fail_info=\"badMessageCheck\"",
          "fail_info_text=\"The message could not be opened.\"", "digest=\"SHA-256\"",
          "message_type=\"CertRep\""}},
        {"GET_ONLY",
         {"outcome=measured", "fault=0", "method=\"GET\"", "answered=true", "verified=true",
          "nonce_ok=true"}},
        {"NDES_PENDING", {"fault=0", "pki_status=\"pending\"", "fail_info=null", "verified=true"}},
        {"NDES_NONCE", {"nonce_ok=false", "transaction_ok=true", "verified=true"}},
        {"NDES_TRANSACTION", {"transaction_ok=false", "transaction=\"ANOTHER\"", "nonce_ok=true"}},
        {"NDES_SIGNATURE", {"fault=1", "verified=false", "signer_known=true", "answered=true"}},
        {"NDES_STRANGER", {"verified=true", "signer_known=false", "signer=\"CN=localhost\""}},
        {"NDES_BARE", {"fault=0", "verified=true", "signer_known=true", "certificates=0"}},
        /* the real one of others: it says so in an error page of its own */
        {"NDES", {"outcome=measured", "fault=-1", "answered=false", "status=500", "method=\"POST\""}},
        {"CAPS_403",
         {"outcome=measured", "fault=1", "answered=false", "status=403", "page=\"forbidden-iis\""}},
        {"S503", {"outcome=measured", "fault=1", "answered=false", "page=\"service-unavailable\""}},
        {"REFUSED", {"outcome=unreached", "fault=1", "error=\"connect\"", "answered=false"}},
};

static void run_on(struct probe_run *r, const char *server, bool allowed)
{
	struct probe_call call = {.allow_side_effects = allowed};
	char name[64], url[200];
	const char *const args[] = {url, NULL};

	snprintf(name, sizeof(name), "SRV_URL_%s", server);
	snprintf(url, sizeof(url), "url=%s", srv(name));
	probe_run(r, "scep.pkioperation", &call, args);
}

static void conversations(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct probe_run r;
		run_on(&r, rows[i].server, true);
		run_expect(&r, rows[i].server, rows[i].expect);
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

static void asks_first(void **state)
{
	static const char *const expect[] = {"outcome=unreached", "fault=-1", "answered=null", NULL};
	struct probe_run r;

	(void)state;
	run_on(&r, "NDES_RA", false);
	run_expect(&r, "not allowed", expect);
	assert_non_null(strstr(r.e.why, "0x80090005"));
	assert_false(log_holds("operation="));
	probe_run_release(&r);
}

/* What went over the wire was never for a key of the server: the log has our GET, and it is read back. */
static void never_for_the_server(void **state)
{
	static const char *const expect[] = {"outcome=measured",
	                                     "direction=\"request\"",
	                                     "message_type=\"PKCSReq\"",
	                                     "complete=true",
	                                     "verified=true",
	                                     "signer=\"CN=casebook-probe\"",
	                                     NULL};
	char path[300], line[70000];
	const char *const args[] = {line, NULL};
	struct probe_call call = {0};
	struct probe_run r;
	const struct value *to;
	FILE *f;

	(void)state;
	run_on(&r, "GET_ONLY", true);
	probe_run_release(&r);
	snprintf(path, sizeof(path), "%s/access.log", srv("SRV_RUN"));
	f = fopen(path, "r");
	assert_non_null(f);
	memcpy(line, "url=", 5);
	while (fgets(line + 4, sizeof(line) - 4, f) != NULL)
		if (strstr(line, "message=MII") != NULL)
			break;
	fclose(f);
	assert_non_null(strstr(line, "message=MII"));
	probe_run(&r, "scep.pkioperation", &call,
	          args); /* a pasted URL is read, not sent: nothing was allowed */
	run_expect(&r, "our own request", expect);
	to = run_value(&r, "recipients");
	assert_int_equal(to->u.list.n, 1);
	assert_string_equal(value_find(&to->u.list.items[0], "issuer")->u.s, "CN=casebook-probe");
	probe_run_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(asks_first), cmocka_unit_test(conversations),
	                                   cmocka_unit_test(never_for_the_server)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
