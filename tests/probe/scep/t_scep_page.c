/* One row per line of the signature table, in every encoding that the page may come in. */
#include "scep_page.h"

#include "scep_front.h"

#include <casebook/buf.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define IIS "Microsoft-IIS/10.0"
#define HTTPAPI "Microsoft-HTTPAPI/2.0"

struct row {
	const char *file; /* below pages/; NULL: no body */
	int status;
	const char *server, *location;
	const char *page, *layer;
};

static const struct row rows[] = {
        /* no answer */
        {NULL, 0, NULL, NULL, "none", "none"},
        /* pre-authentication */
        {NULL, 302, NULL, "https://login.microsoftonline.com/common/oauth2/authorize?client_id=1",
         "login-redirect", "entra-app-proxy"},
        {"login.html", 302, IIS, "https://login.microsoftonline.us/x", "login-redirect", "entra-app-proxy"},
        {NULL, 302, NULL, "https://login.partner.microsoftonline.cn/", "login-redirect", "entra-app-proxy"},
        {NULL, 302, NULL, "https://sts.contoso.test/adfs/ls?wa=1", "login-redirect", "other-proxy"},
        {NULL, 302, "BigIP", "/my.policy", "login-redirect", "other-proxy"},
        {NULL, 302, NULL, "/logon/LogonPoint/index.html", "login-redirect", "other-proxy"},
        {NULL, 302, NULL, "/elsewhere", "other", "not-ndes"},
        {NULL, 302, "nginx", "http://127.0.0.1/common/oauth2/authorize", "login-redirect", "other-proxy"},
        {NULL, 301, "nginx", "https://www.contoso.test/", "other", "other-proxy"},
        /* the application proxy's own pages */
        {"appproxy-504.html", 504, NULL, NULL, "gateway-timeout", "entra-app-proxy"},
        {"appproxy-504-old.html", 504, NULL, NULL, "gateway-timeout", "entra-app-proxy"},
        {"appproxy-504-typographic.html", 504, NULL, NULL, "gateway-timeout", "entra-app-proxy"},
        {"appproxy-504-ja.html", 504, NULL, NULL, "gateway-timeout", "entra-app-proxy"},
        {"appproxy-502.html", 502, NULL, NULL, "bad-gateway", "entra-app-proxy"},
        {"appproxy-502-typographic.html", 502, NULL, NULL, "bad-gateway", "entra-app-proxy"},
        {"appproxy-502-de.html", 502, NULL, NULL, "bad-gateway", "entra-app-proxy"},
        {"appproxy-403.html", 403, NULL, NULL, "forbidden-proxy", "entra-app-proxy"},
        {"appproxy-403.html", 403, IIS, NULL, "forbidden-proxy", "entra-app-proxy"},
        {"appproxy-403-typographic.html", 403, NULL, NULL, "forbidden-proxy", "entra-app-proxy"},
        {"appproxy-403-fr.html", 403, NULL, NULL, "forbidden-proxy", "entra-app-proxy"},
        {"appproxy-500.html", 500, NULL, NULL, "internal-error", "entra-app-proxy"},
        {"appproxy-500-typographic.html", 500, NULL, NULL, "internal-error", "entra-app-proxy"},
        {"appproxy-404.html", 404, NULL, NULL, "not-found", "entra-app-proxy"},
        {"appproxy-404.html", 400, NULL, NULL, "other", "entra-app-proxy"},
        /* 503 by HTTP.sys, with and without its header; by IIS */
        {"httpsys-503.html", 503, HTTPAPI, NULL, "service-unavailable", "httpsys"},
        {"httpsys-503.html", 503, NULL, NULL, "service-unavailable", "httpsys"},
        {NULL, 503, HTTPAPI, NULL, "service-unavailable", "httpsys"},
        {"iis-503.html", 503, IIS, NULL, "service-unavailable", "iis"},
        {NULL, 503, "nginx", NULL, "service-unavailable", "other-proxy"},
        /* 403 */
        {"iis-403.html", 403, IIS, NULL, "forbidden-iis", "iis"},
        {"iis-403.html", 403, NULL, NULL, "forbidden-iis", "iis"},
        {"iis-403-de.html", 403, IIS, NULL, "forbidden-iis", "iis"},
        {"iis-403-de.html", 403, NULL, NULL, "forbidden-iis", "iis"},
        {"iis-403-ja.html", 403, IIS, NULL, "forbidden-iis", "iis"},
        {"iis-403-ja.html", 403, NULL, NULL, "forbidden-iis", "iis"},
        {"iis-403-detailed.html", 403, IIS, NULL, "forbidden-iis", "iis"},
        {"iis-403-4.html", 403, NULL, NULL, "forbidden-iis", "iis"},
        {NULL, 403, IIS, NULL, "forbidden-iis", "iis"},
        {"nginx-403.html", 403, "nginx", NULL, "forbidden-other", "other-proxy"},
        {"apache-403.html", 403, "Apache/2.4.57 (Debian)", NULL, "forbidden-other", "other-proxy"},
        {"waf-403.html", 403, NULL, NULL, "forbidden-other", "other-proxy"},
        {"waf-403.html", 200, "Microsoft-IIS/10.0", NULL, "other", "other-proxy"},
        {"article-on-firewalls.html", 200, NULL, NULL, "other", "not-ndes"},
        {"article-on-firewalls.html", 404, "Microsoft-IIS/10.0", NULL, "not-found", "iis"},
        {"names-a-firewall.html", 404, NULL, NULL, "not-found", "not-ndes"},
        {NULL, 403, NULL, NULL, "forbidden-other", "not-ndes"},
        /* the general page */
        {"ndes-general.html", 200, IIS, NULL, "ndes-general", "ndes"},
        {"ndes-general.html", 200, NULL, NULL, "ndes-general", "ndes"},
        {"ndes-general-de.html", 200, IIS, NULL, "ndes-general", "ndes"},
        /* 500, too long, bad request */
        {"iis-500.html", 500, IIS, NULL, "internal-error", "iis"},
        {"iis-500-fr.html", 500, NULL, NULL, "internal-error", "iis"},
        {"iis-500-de.html", 500, NULL, NULL, "internal-error", "iis"},
        {"httpsys-414.html", 414, HTTPAPI, NULL, "uri-too-long", "httpsys"},
        {"httpsys-414.html", 414, NULL, NULL, "uri-too-long", "httpsys"},
        {"nginx-414.html", 414, "nginx", NULL, "uri-too-long", "other-proxy"},
        {"httpsys-400-long.html", 400, HTTPAPI, NULL, "uri-too-long", "httpsys"},
        {"httpsys-400-long.html", 400, NULL, NULL, "uri-too-long", "httpsys"},
        {"httpsys-400-url.html", 400, NULL, NULL, "other", "httpsys"},
        {"httpsys-400-host.html", 400, NULL, NULL, "other", "httpsys"},
        /* wrong path, credentials, gateways of others */
        {"iis-404.html", 404, IIS, NULL, "not-found", "iis"},
        {"iis-404.html", 404, NULL, NULL, "not-found", "iis"},
        {"iis-404-de.html", 404, NULL, NULL, "not-found", "iis"},
        {"httpsys-404.html", 404, NULL, NULL, "not-found", "httpsys"},
        {"iis-401.html", 401, IIS, NULL, "unauthorized", "iis"},
        {"iis-401-fr.html", 401, NULL, NULL, "unauthorized", "iis"},
        {"nginx-502.html", 502, "nginx", NULL, "bad-gateway", "other-proxy"},
        {NULL, 504, "nginx", NULL, "gateway-timeout", "other-proxy"},
        /* something that is not NDES */
        {"portal.html", 200, "nginx", NULL, "other", "not-ndes"},
        {"login.html", 200, NULL, NULL, "other", "not-ndes"},
        {"iis-welcome.html", 200, IIS, NULL, "other", "iis"},
        {NULL, 200, IIS, NULL, "other", "not-ndes"},
        {"squid-407.html", 407, "squid", NULL, "other", "other-proxy"},
};

static size_t read_page(const char *name, char *out, size_t max)
{
	char path[512];
	FILE *f;
	size_t n;
	snprintf(path, sizeof path, "%s/pages/%s", TEST_DIR, name);
	f = fopen(path, "rb");
	assert_non_null(f);
	n = fread(out, 1, max, f);
	fclose(f);
	assert_true(n > 0 && n < max);
	return n;
}

/* Latin-1 or ASCII bytes widened to UTF-16. */
static size_t widen(const char *in, size_t n, char *out, bool little, bool bom)
{
	size_t k = 0;
	if (bom) {
		out[k++] = little ? '\xff' : '\xfe';
		out[k++] = little ? '\xfe' : '\xff';
	}
	for (size_t i = 0; i < n; i++) {
		out[k++] = little ? in[i] : '\0';
		out[k++] = little ? '\0' : in[i];
	}
	return k;
}

static void check(const struct row *r, const char *how, const void *body, size_t n)
{
	struct scep_answer in = {
	        .status = r->status, .server = r->server, .location = r->location, .body = body, .body_n = n};
	struct scep_seen seen;
	scep_page_classify(&in, &seen);
	if (strcmp(scep_page_names[seen.page], r->page) != 0 ||
	    strcmp(scep_layer_names[seen.layer], r->layer) != 0)
		fail_msg("%s (%s) %d: %s by %s, expected %s by %s", r->file != NULL ? r->file : "-", how,
		         r->status, scep_page_names[seen.page], scep_layer_names[seen.layer], r->page,
		         r->layer);
	assert_non_null(seen.reason);
}

static void every_row(void **state)
{
	static char page[65536], wide[4 * 65536];
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t n = rows[i].file != NULL ? read_page(rows[i].file, page, sizeof page) : 0;
		check(&rows[i], "as stored", page, n);
		if (n == 0)
			continue;
		check(&rows[i], "UTF-16LE, BOM", wide, widen(page, n, wide, true, true));
		check(&rows[i], "UTF-16BE, BOM", wide, widen(page, n, wide, false, true));
		check(&rows[i], "UTF-16LE", wide, widen(page, n, wide, true, false));
		check(&rows[i], "UTF-16BE", wide, widen(page, n, wide, false, false));
		memcpy(wide, "\xef\xbb\xbf", 3);
		memcpy(wide + 3, page, n);
		check(&rows[i], "UTF-8 BOM", wide, n + 3);
	}
}

static void details(void **state)
{
	static char page[65536];
	struct scep_seen seen;
	struct scep_answer in = {.status = 403, .body = page};
	(void)state;

	in.body_n = read_page("iis-403-4.html", page, sizeof page);
	scep_page_classify(&in, &seen);
	assert_int_equal(seen.substatus, 4);
	assert_true(seen.iis_body);
	assert_string_equal(seen.title, "IIS 10.0 Detailed Error - 403.4 - Forbidden");

	in.body_n = read_page("iis-403.html", page, sizeof page);
	scep_page_classify(&in, &seen);
	assert_int_equal(seen.substatus, -1);
	assert_true(seen.iis_body);

	in.body_n = read_page("iis-403-de.html", page, sizeof page);
	scep_page_classify(&in, &seen);
	assert_string_equal(seen.title, "403 - Verboten: Zugriff verweigert.");

	in.body_n = 0;
	in.server = IIS;
	scep_page_classify(&in, &seen);
	assert_false(seen.iis_body);

	in.status = 500;
	in.body_n = read_page("appproxy-500.html", page, sizeof page);
	scep_page_classify(&in, &seen);
	assert_true(seen.app_proxy);
	assert_string_equal(seen.connector_error, "Unauthorized");
}

/* The same words with an entity for the apostrophe, tags between, odd blanks. */
static void spellings(void **state)
{
	static const char *const bodies[] = {
	        "<p>This corporate&nbsp;app can&#39;t be accessed</p>",
	        "<p>THIS CORPORATE\r\n\tAPP CAN&rsquo;T BE ACCESSED</p>",
	        "<p>This <b>corporate</b> <i>app</i> can't</p>",
	};
	(void)state;
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		struct row r = {"spelling", 504, NULL, NULL, "gateway-timeout", "entra-app-proxy"};
		check(&r, bodies[i], bodies[i], strlen(bodies[i]));
	}
}

/* Each mark of an IIS page alone is enough, in any language; of another status it is none. */
static void marks_of_iis(void **state)
{
	static const struct row marks[] = {
	        {"<h2>403 - Verboten</h2>", 403, NULL, NULL, "forbidden-iis", "iis"},
	        {"<TITLE>403 - Interdit</TITLE>", 403, NULL, NULL, "forbidden-iis", "iis"},
	        {"<div id=\"header\"><h1>x</h1></div><fieldset>", 403, NULL, NULL, "forbidden-iis", "iis"},
	        {"<h3>HTTP Error 403.0 - Forbidden</h3>", 403, NULL, NULL, "forbidden-iis", "iis"},
	        {"<h2>500 - Verboten</h2>", 403, NULL, NULL, "forbidden-other", "not-ndes"},
	        {"<div id=\"header\">", 403, NULL, NULL, "forbidden-other", "not-ndes"},
	        {"<h1>403 - Forbidden</h1>", 403, "nginx", NULL, "forbidden-other", "other-proxy"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		check(&marks[i], "mark alone", marks[i].file, strlen(marks[i].file));
}

/* The bare URL asks for no capabilities: who hands them out nonetheless kept them from another request. */
static void caches(void **state)
{
	static const char caps[] = "POSTPKIOperation\nSHA-256\n";
	struct scep_answer in = {
	        .status = 200, .server = "Microsoft-IIS/10.0", .body = caps, .body_n = sizeof(caps) - 1};
	struct scep_seen out;

	(void)state;
	scep_page_classify(&in, &out);
	assert_string_equal(scep_layer_names[out.layer], "not-ndes");
	in.via = "1.1 proxy01 (squid/5.7)";
	scep_page_classify(&in, &out);
	assert_string_equal(scep_layer_names[out.layer], "other-proxy");
}

struct fronted {
	int status;
	const char *file, *server, *location, *header, *layer;
};

/* A header of something in front, or a Location that leads to another host, tells who answered; a page of IIS
 * that was passed on stays one of IIS. */
static void in_front(void **state)
{
	static const struct fronted rows_[] = {
	        {404, NULL, NULL, NULL, "x-azure-ref", "other-proxy"},
	        {404, NULL, NULL, NULL, "x-cache", "other-proxy"},
	        {404, NULL, NULL, NULL, "cf-ray", "other-proxy"},
	        {404, NULL, NULL, NULL, "via", "other-proxy"},
	        {404, NULL, NULL, NULL, "x-viaduct", "not-ndes"},
	        {404, NULL, NULL, NULL, "x-powered-by", "not-ndes"},
	        {404, "iis-404.html", NULL, NULL, "x-azure-ref", "iis"},
	        {404, NULL, IIS, NULL, "x-azure-ref", "iis"},
	        {404, "httpsys-404.html", NULL, NULL, "x-cache", "httpsys"},
	        {307, NULL, NULL,
	         "https://gateway.zscloud.net:443/auD?origurl=https%3A%2F%2Fndes.contoso.test", "",
	         "other-proxy"},
	        {302, NULL, NULL, "https://login.zscaler.net/x", "", "other-proxy"},
	        {302, NULL, NULL, "https://www.contoso.test/", "", "other-proxy"},
	        {302, NULL, NULL, "//portal.contoso.test/", "", "other-proxy"},
	        {302, NULL, NULL, "https://user:x@www.contoso.test/", "", "not-ndes"},
	        {301, NULL, NULL, "HTTPS://NDES.contoso.test:443/start", "", "not-ndes"},
	        {301, NULL, NULL, "/x?to=http://www.contoso.test/", "", "not-ndes"},
	        {301, NULL, IIS, "https://www.contoso.test/", "", "iis"},
	};

	static char body[65536];

	(void)state;
	for (size_t i = 0; i < sizeof(rows_) / sizeof(*rows_); i++) {
		const struct fronted *r = &rows_[i];
		size_t n = r->file != NULL ? read_page(r->file, body, sizeof(body)) : 0;
		struct scep_answer in = {.status = r->status,
		                         .server = r->server,
		                         .location = r->location,
		                         .host = "ndes.contoso.test",
		                         .front = scep_front_header(r->header),
		                         .body = body,
		                         .body_n = n};
		struct scep_seen out;

		scep_page_classify(&in, &out);
		if (strcmp(scep_layer_names[out.layer], r->layer) != 0)
			fail_msg("row %zu: %s instead of %s", i, scep_layer_names[out.layer], r->layer);
	}
}

/* Length alone never decides, and foreign bytes never leave uncleaned. */
static void hostile(void **state)
{
	static char big[300000];
	static const char esc[] = "<title>\x1b]0;x\x07</title>";
	struct scep_seen seen;
	struct scep_answer in = {.status = 200, .body = big, .body_n = sizeof big};
	(void)state;
	memset(big, '<', sizeof big);
	scep_page_classify(&in, &seen);
	assert_int_equal(seen.page, SCEP_PAGE_OTHER);
	memset(big, 0xff, sizeof big);
	scep_page_classify(&in, &seen);
	memset(big, 0, sizeof big);
	scep_page_classify(&in, &seen);
	assert_int_equal(seen.page, SCEP_PAGE_OTHER);
	in.body = esc;
	in.body_n = sizeof esc - 1;
	scep_page_classify(&in, &seen);
	assert_null(strchr(seen.title, '\x1b'));
	assert_true(seen.title[0] != '\0');
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_row), cmocka_unit_test(details),
	                                   cmocka_unit_test(spellings), cmocka_unit_test(marks_of_iis),
	                                   cmocka_unit_test(caches),    cmocka_unit_test(hostile),
	                                   cmocka_unit_test(in_front)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
