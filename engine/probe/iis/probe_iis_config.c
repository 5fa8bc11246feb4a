/*
 * iis.config: applicationHost.config, a web.config, or what `appcmd list config` prints.  A value counts
 * from the nearest place: the <location> with the longest path that leads to the application, then the
 * server's own section.  In a whole applicationHost.config an absent requestLimits means IIS' defaults
 * (maxUrl 4096, maxQueryString 2048); in a web.config it means "inherited", so unknown.
 */
#include "file_kind.h"
#include "file_quote.h"
#include "iis_xml.h"
#include "slice.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DEFAULT_MAX_URL 4096
#define DEFAULT_MAX_QUERY 2048
#define LIMIT_WANTED 65534

#define APPCMD "%windir%\\System32\\inetsrv\\appcmd list config "

static const struct param_def params[] = {
        {"file", true, "applicationHost.config, web.config, or output of appcmd list config"},
        {NULL, false, NULL},
};

static const struct fact_def facts[] = {
        {"max_url", FACT_INT, NULL, "bytes of a URL that request filtering lets through to mscep.dll",
         SERVES},
        {"max_query_string", FACT_INT, NULL, "bytes of a query string that request filtering lets through",
         SERVES},
        {"limits_ok", FACT_BOOL, NULL, "both are 65534 or more",
         SPEAKS({"= false, max_url known, max_query_string known",
                 "Request filtering lets URLs of {max_url} and queries of {max_query_string} bytes through; NDES needs 65,534."},
                {"= false",
                 "Request filtering does not let URLs and queries of 65,534 bytes through, which NDES needs."},
                {"= true", "Request filtering lets URLs and queries of 65,534 bytes through."})},
        {"limits_default", FACT_BOOL, NULL, "neither is set: IIS' defaults of 4096 and 2048 hold",
         SPEAKS({"= true",
                 "Request filtering is at IIS' defaults of 4,096 and 2,048 bytes; NDES needs 65,534."},
                {"= false", "Limits of request filtering are set."})},
        {"windows_authentication", FACT_BOOL, NULL,
         "Windows authentication of CertificateRegistrationSvc (old connector)",
         SPEAKS({"= true",
                 "CertificateRegistrationSvc has Windows authentication on, which the old connector cannot use."},
                {"= false", "CertificateRegistrationSvc has Windows authentication off."})},
        {"anonymous_authentication", FACT_BOOL, NULL,
         "anonymous authentication of CertificateRegistrationSvc (old connector)", SILENT},
        {"mscep_anonymous", FACT_BOOL, NULL, "anonymous authentication of CertSrv/mscep",
         SPEAKS({"= false", "Anonymous authentication is off for CertSrv/mscep; no device can answer that."},
                {"= true", "Anonymous authentication is on for CertSrv/mscep."})},
        {"client_certificate_required", FACT_BOOL, NULL,
         "SSL settings of CertSrv/mscep demand a client certificate",
         SPEAKS({"= true",
                 "CertSrv/mscep demands a client certificate, which no device has before it enrols."},
                {"= false", "CertSrv/mscep demands no client certificate."})},
        {"scep_pool", FACT_BOOL, NULL, "an application pool SCEP is defined", SILENT},
        {"scep_pool_32bit", FACT_BOOL, NULL,
         "the pool SCEP runs 32-bit programs, in which mscep.dll cannot load",
         SPEAKS({"= true", "The pool SCEP runs 32-bit programs, and mscep.dll cannot load there."},
                {"= false", "The pool SCEP runs 64-bit."})},
        {"mscep_application", FACT_BOOL, NULL, "the application /CertSrv/mscep is defined",
         SPEAKS({"= false", "There is no application CertSrv/mscep on that server."},
                {"= true", "The application CertSrv/mscep is there."})},
        {"mscep_pool", FACT_STR, NULL, "application pool of /CertSrv/mscep",
         SPEAKS({"= SCEP", "CertSrv/mscep runs in the pool SCEP."},
                {"known",
                 "CertSrv/mscep runs in the pool {value}, so the state of the pool SCEP does not matter."})},
        {"pool_account", FACT_STR, NULL,
         "the account as which that pool runs; an identity without one by its name (ApplicationPoolIdentity)",
         SPEAKS({"known", "The pool of CertSrv/mscep runs as {value}."})},
        {"default_site", FACT_STR, NULL, "name of site 1; the old connector's set-up wants Default Web Site",
         SILENT},
        {"log_directory", FACT_STR, NULL, "folder of the IIS logs of site 1", SILENT},
        {"whole", FACT_BOOL, NULL, "it is a whole applicationHost.config, so that what is absent is not set",
         SILENT},
        {NULL, FACT_BOOL, NULL, NULL},
};

struct config {
	struct evidence_out *out;
	const char *file;
	struct iis_xml *xml;
	const char *site;
	bool whole;
};

static void pin(struct config *c, const char *fact, const struct iis_attr *a)
{
	char text[PIN_TEXT];
	int n = snprintf(text, sizeof(text), "<%s %s=\"%s\">%s%s", a->element, a->name, a->value,
	                 a->location[0] != '\0' ? " in location " : "", a->location);

	if (n > 0)
		ev_pin(c->out, fact, c->file, a->line, 0, PIN_NO_TIME, text,
		       (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1);
}

/* The attribute nearest to SITE/path; false when it is set nowhere. */
static bool nearest(struct config *c, const char *path, const char *section, const char *name,
                    struct iis_attr *a)
{
	char target[300];

	snprintf(target, sizeof(target), "%s%s", c->site, path);
	return iis_xml_nearest(c->xml, target, section, name, a);
}

static int64_t send_limit(struct config *c, const char *fact, const char *name, int64_t standard, bool *set)
{
	struct iis_attr a;
	int64_t v = -1;

	*set = nearest(c, "/CertSrv/mscep", "security/requestFiltering/requestLimits", name, &a) &&
	       slice_int(slice_of(a.value, strlen(a.value)), &v);
	if (*set)
		pin(c, fact, &a);
	else
		v = c->whole || iis_xml_in_force(c->xml, "security/requestFiltering") ? standard : -1;
	if (v >= 0)
		ev_int(c->out, fact, v);
	return v;
}

static void send_limits(struct config *c)
{
	bool url_set, query_set;
	int64_t url = send_limit(c, "max_url", "maxUrl", DEFAULT_MAX_URL, &url_set);
	int64_t query = send_limit(c, "max_query_string", "maxQueryString", DEFAULT_MAX_QUERY, &query_set);

	if (url < 0 || query < 0)
		return;
	ev_bool(c->out, "limits_default", !url_set && !query_set);
	ev_bool(c->out, "limits_ok", url >= LIMIT_WANTED && query >= LIMIT_WANTED);
	ev_fault(c->out, url < LIMIT_WANTED || query < LIMIT_WANTED);
}

static void send_flag(struct config *c, const char *fact, const char *path, const char *section,
                      const char *name)
{
	struct iis_attr a;

	if (!nearest(c, path, section, name, &a))
		return;
	ev_bool(c->out, fact, strcasecmp(a.value, "true") == 0);
	pin(c, fact, &a);
}

static void send_authentication(struct config *c)
{
	static const char windows[] = "security/authentication/windowsAuthentication";
	static const char anonymous[] = "security/authentication/anonymousAuthentication";
	struct iis_attr a;

	/* Only when the service exists: the current connector has none of it. */
	if (!c->whole || iis_xml_application(c->xml, "/CertificateRegistrationSvc", &a)) {
		send_flag(c, "windows_authentication", "/CertificateRegistrationSvc", windows, "enabled");
		send_flag(c, "anonymous_authentication", "/CertificateRegistrationSvc", anonymous, "enabled");
	}
	if (c->whole)
		send_flag(c, "mscep_anonymous", "/CertSrv/mscep", anonymous, "enabled");
	if (nearest(c, "/CertSrv/mscep", "security/access", "sslFlags", &a)) {
		ev_bool(c->out, "client_certificate_required",
		        slice_have(slice_of(a.value, strlen(a.value)), "SslRequireCert"));
		pin(c, "client_certificate_required", &a);
	}
}

static void send_pools(struct config *c)
{
	struct iis_attr a;
	bool scep = iis_xml_pool(c->xml, "SCEP", "name", &a);

	/* What is not in an excerpt may stand in the rest. */
	if (scep || c->whole)
		ev_bool(c->out, "scep_pool", scep);
	if (scep)
		pin(c, "scep_pool", &a);
	if (iis_xml_pool(c->xml, "SCEP", "enable32BitAppOnWin64", &a)) {
		ev_bool(c->out, "scep_pool_32bit", strcasecmp(a.value, "true") == 0);
		pin(c, "scep_pool_32bit", &a);
	} else if (scep) {
		ev_bool(c->out, "scep_pool_32bit", false);
	}
	if (c->whole)
		ev_bool(c->out, "mscep_application", false);
	if (iis_xml_application(c->xml, "/CertSrv/mscep", &a)) {
		ev_bool(c->out, "mscep_application", true);
		ev_str(c->out, "mscep_pool", a.value);
		pin(c, "mscep_pool", &a);
	}
	if (iis_xml_log_directory(c->xml, &a))
		ev_str(c->out, "log_directory", a.value);
}

/* The pool SCEP when nothing says in which one the application runs. */
static void send_account(struct config *c)
{
	struct iis_attr a, type;
	const char *pool =
	        iis_xml_application(c->xml, "/CertSrv/mscep", &a) && a.value[0] != '\0' ? a.value : "SCEP";
	bool own = iis_xml_pool_model(c->xml, pool, "identityType", &type);

	if (own && strcasecmp(type.value, "SpecificUser") != 0)
		a = type;
	else if (!iis_xml_pool_model(c->xml, pool, "userName", &a) || a.value[0] == '\0')
		return;
	ev_str(c->out, "pool_account", a.value);
	pin(c, "pool_account", &a);
}

static enum evidence_outcome judge(struct config *c)
{
	struct iis_attr site;

	c->whole = iis_xml_whole(c->xml);
	c->site = iis_xml_site(c->xml, &site) ? site.value : "Default Web Site";
	ev_bool(c->out, "whole", c->whole);
	if (iis_xml_site(c->xml, &site))
		ev_str(c->out, "default_site", c->site);
	send_pools(c);
	send_account(c);
	send_limits(c);
	send_authentication(c);
	return EV_MEASURED;
}

/* What a console shows around the XML, its prompt and the command, becomes blanks; lines keep their numbers.
 */
static size_t only_xml(char *bytes, size_t n)
{
	char *root;
	size_t from = 0;

	n = file_unquote(bytes, n);
	bytes[n] = '\0';
	if (strlen(bytes) != n) /* UTF-16 */
		return n;
	root = bytes + strspn(bytes, "\xef\xbb\xbf \t\r\n");
	if (*root == '<' || *root == '\0')
		return n;
	while ((root = strchr(bytes + from, '<')) != NULL && !isalpha((unsigned char)root[1]))
		from = (size_t)(root + 1 - bytes);
	for (char *p = bytes; root != NULL && p < root; p++)
		*p = *p == '\n' ? '\n' : ' ';
	while (root != NULL && n != 0 && bytes[n - 1] != '>')
		n--;
	root = root != NULL ? strrchr(bytes, '<') : NULL;
	if (root != NULL &&
	    memchr(root, '>', (size_t)(bytes + n - root)) != NULL) /* "C:\>" stands behind the end */
		n = (size_t)((char *)memchr(root, '>', (size_t)(bytes + n - root)) + 1 - bytes);
	return n;
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct config c = {.out = out, .file = call_arg(call, "file")};
	enum evidence_outcome ended;
	struct file_src *src;
	char sha[SHA256_HEX];
	char *bytes;
	size_t n;
	struct err err;

	ev_target(out, c.file);
	if (file_open(c.file, true, &src, &err) != 0)
		return file_refuse(out, &err);
	if (file_load(src, IIS_XML_MAX, &bytes, &n, &err) != 0) {
		file_close(src);
		return file_refuse(out, &err);
	}
	if (file_sha256(src, sha))
		ev_sha256(out, sha);
	n = only_xml(bytes, n);
	c.xml = iis_xml_parse(c.file, bytes, n, ev_mem(out), &err);
	ended = c.xml != NULL ? judge(&c) : file_refuse(out, &err);
	iis_xml_free(c.xml);
	free(bytes);
	file_close(src);
	return ended;
}

static unsigned recognise(const struct sample *s)
{
	if (s->text == NULL)
		return 0;
	if (sample_has(s, "<system.applicationHost") ||
	    sample_has(s, "sectionGroup name=\"system.webServer\""))
		return 95;
	if (sample_has(s, "<system.webServer"))
		return 90;
	return sample_has(s, "<configuration") && sample_has(s, "configSections") ? 60 : 0;
}

const struct probe_impl probe_iis_config = {
        .desc = {.id = "iis.config",
                 .title = "IIS configuration",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 20000,
                 .by_hand = "%windir%\\System32\\inetsrv\\appcmd list config \"Default Web Site\" "
                            "/section:requestFiltering",
                 .source = "The article, HTTP 414 and HTTP Error 503 cause 3; IIS configuration reference, "
                           "requestLimits",
                 /* Not the file itself: it holds the passwords of pools, encrypted. */
                 .fetch = "mkdir C:\\casebook 2>nul & " APPCMD
                          "\"Default Web Site/CertSrv/mscep\" /section:requestFiltering > "
                          "C:\\casebook\\request-filtering.xml & " APPCMD
                          "\"Default Web Site/CertSrv/mscep\" /section:access > "
                          "C:\\casebook\\ssl-settings.xml & " APPCMD
                          "\"Default Web Site/CertificateRegistrationSvc\" /section:windowsAuthentication > "
                          "C:\\casebook\\crs-windows-authentication.xml"},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
