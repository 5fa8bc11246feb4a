/*
 * mdm.report: MDMDiagReport.xml of a Windows device: when it last spoke to its management, which SCEP
 * profiles arrived, and what the device says of their certificates.  Only names of elements count; versions
 * of Windows differ in where they put them.
 */
#include "tool_read.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <casebook/clock.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

#define REPORT_MAX (32u << 20) /* real ones are 1 to 8 MB */
#define DEPTH_MAX 64u

static const struct param_def params[] = {
        {"file", true, "MDMDiagReport.xml"},
        {NULL, false, NULL},
};

static const struct fact_def facts[] = {
        {"server", FACT_STR, NULL, "host of the management that the device is enrolled with", SILENT},
        {"last_success", FACT_TIME, NULL, "its last session with the management that succeeded", SERVES},
        {"last_failure", FACT_TIME, NULL, "its last session that failed", SERVES},
        {"sync_failed_last", FACT_BOOL, NULL, "the newest session that is known failed",
         SPEAKS({"= true, last_failure known",
                 "The newest session with the management failed, {last_failure}."},
                {"= true", "The newest session with the management failed."},
                {"= false, last_success known",
                 "The newest session with the management succeeded, {last_success}."},
                {"= false", "The newest session with the management succeeded."})},
        {"scep_profiles", FACT_INT, NULL, "SCEP profiles that the management set on the device",
         SPEAKS({"= 0", "The management set no SCEP profile on the device."},
                {"> 0", "The management set {n} SCEP {n?profile|profiles} on the device."})},
        {"scep_status", FACT_INT, NULL,
         "status of the newest listed SCEP certificate (ClientCertificateInstall: 1 done, 2 pending, 16 failed, 32 "
         "unknown)",
         SPEAKS({"= 1", "The newest SCEP certificate of the device is there."},
                {"= 2", "The newest SCEP certificate of the device is pending."},
                {"= 16", "The newest SCEP certificate of the device failed."},
                {"known", "The newest SCEP certificate of the device has the status {value}."})},
        {"scep_failed", FACT_BOOL, NULL, "one of them failed (16)",
         SPEAKS({"= true, scep_codes not empty", "A SCEP certificate of the device failed: {scep_codes}."},
                {"= true", "A SCEP certificate of the device failed."},
                {"= false", "No SCEP certificate of the device failed."})},
        {"scep_codes", FACT_LIST, NULL, "the codes of those that failed", SERVES},
        {"errors", FACT_LIST, NULL, "certificates that failed: id, text, line", SILENT},
        {NULL, FACT_BOOL, NULL, NULL},
};

struct mdm {
	struct evidence_out *out;
	const char *file;
	struct value_builder errors, codes;
	int64_t success, failure, profiles, status;
	bool sign, failed;
};

static bool named(const xmlNode *n, const char *name)
{
	return n->type == XML_ELEMENT_NODE && strcasecmp((const char *)n->name, name) == 0;
}

/* The element's text, trimmed; lives as long as the check. */
static struct slice text_of(const struct mdm *m, const xmlNode *n)
{
	xmlChar *s = xmlNodeGetContent(n);
	const char *copy = arena_strdup(ev_mem(m->out), s != NULL ? (const char *)s : "");

	xmlFree(s);
	return slice_trim(slice_of(copy, strlen(copy)));
}

static const xmlNode *child(const xmlNode *n, const char *name)
{
	for (const xmlNode *c = n->children; c != NULL; c = c->next)
		if (named(c, name))
			return c;
	return NULL;
}

/* "20260902T081102Z", or ISO with its signs. */
static int64_t time_of(struct slice w)
{
	char iso[40];
	int64_t ms;

	if (w.n >= 15 && w.n < 20 && w.p[8] == 'T')
		snprintf(iso, sizeof(iso), "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", w.p, w.p + 4, w.p + 6, w.p + 9,
		         w.p + 11, w.p + 13);
	else
		snprintf(iso, sizeof(iso), "%.*s", (int)(w.n < 39 ? w.n : 39), w.p);
	return clock_parse_iso(iso, &ms) ? ms : PIN_NO_TIME;
}

/* An element with a status and an error code, in or below one that speaks of SCEP. */
static void certificate(struct mdm *m, const xmlNode *n)
{
	const xmlNode *status = child(n, "Status"), *code = child(n, "ErrorCode");
	struct file_line line = {.number = (uint64_t)xmlGetLineNo(n)};
	struct slice text;
	int64_t number;
	char hex[11];

	if (status == NULL || !slice_int(text_of(m, status), &m->status))
		return;
	ev_int(m->out, "scep_status", m->status);
	if (m->status != 16 || code == NULL)
		return;
	m->failed = true;
	text = text_of(m, code);
	if (!tool_code(text, hex)) {
		if (!slice_int(text, &number))
			return;
		snprintf(hex, sizeof(hex), "0x%08X", (unsigned)(uint64_t)number);
	}
	vb_add(&m->codes, NULL, value_str(arena_strdup(ev_mem(m->out), hex)));
	text = child(n, "UniqueID") != NULL ? text_of(m, child(n, "UniqueID"))
	                                    : slice_of("a SCEP certificate", 18);
	tool_error(&m->errors, hex, text, &line);
	ev_pin(m->out, "scep_failed", m->file, line.number, 0, PIN_NO_TIME, text.p, text.n);
}

static void one(struct mdm *m, const xmlNode *n, bool of_scep)
{
	struct slice text;

	if (named(n, "ServerLastSuccessTime")) {
		m->success = time_of(text_of(m, n));
	} else if (named(n, "ServerLastFailureTime")) {
		m->failure = time_of(text_of(m, n));
	} else if (named(n, "MDMServerName")) {
		text = text_of(m, n);
		ev_strn(m->out, "server", text.p, text.n);
	} else if (named(n, "ResourceName")) {
		text = text_of(m, n);
		m->profiles += slice_have(text, "/ClientCertificateInstall/SCEP/") ||
		               slice_have(text, "/CertificateStore/My/SCEP/");
	} else if (of_scep && child(n, "Status") != NULL) {
		certificate(m, n);
	}
}

static void walk(struct mdm *m, const xmlNode *n, bool of_scep, unsigned depth)
{
	for (; n != NULL; n = n->next) {
		bool scep = of_scep;

		if (n->type != XML_ELEMENT_NODE)
			continue;
		for (const char *p = (const char *)n->name; *p != '\0' && !scep; p++)
			scep = strncasecmp(p, "SCEP", 4) == 0;
		one(m, n, scep);
		if (depth < DEPTH_MAX)
			walk(m, n->children, scep, depth + 1);
	}
}

static void send(struct mdm *m)
{
	struct about a = about_nothing;

	a.platform = "windows";
	a.traces = TRACE_DEVICE;
	a.as_of_ms = m->success;
	ev_part(m->out, 0, &a);
	if (m->success != PIN_NO_TIME)
		ev_time(m->out, "last_success", m->success);
	if (m->failure != PIN_NO_TIME)
		ev_time(m->out, "last_failure", m->failure);
	if (m->success != PIN_NO_TIME && m->failure != PIN_NO_TIME)
		ev_bool(m->out, "sync_failed_last", m->failure > m->success);
	ev_int(m->out, "scep_profiles", m->profiles);
	if (m->status != -1)
		ev_bool(m->out, "scep_failed", m->failed);
	if (m->codes.n != 0)
		ev_value(m->out, "scep_codes", vb_list(&m->codes));
	if (m->errors.n != 0)
		ev_value(m->out, "errors", vb_list(&m->errors));
	if (m->failed)
		ev_fault(m->out, true);
}

/* As UTF-8 whatever the file says of itself: a copy in another encoding still claims the old one. */
static void as_utf8(const char *bytes, size_t n, struct buf *out)
{
	enum file_encoding e = file_guess_encoding((const unsigned char *)bytes, n);
	size_t bom = file_bom((const unsigned char *)bytes, n);

	if (e == FILE_UTF16LE || e == FILE_UTF16BE)
		(void)file_from_utf16(out, (const unsigned char *)bytes, n, e == FILE_UTF16LE, true);
	else
		buf_put(out, bytes + bom, n - bom);
}

static enum evidence_outcome read_report(struct mdm *m, const char *bytes, size_t n)
{
	xmlDoc *doc;
	xmlNode *root;
	struct buf utf8;

	buf_init(&utf8, 2 * REPORT_MAX);
	as_utf8(bytes, n, &utf8);
	doc = xmlReadMemory(buf_cstr(&utf8), (int)utf8.n, NULL, "UTF-8",
	                    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	buf_release(&utf8);
	root = doc != NULL && doc->intSubset == NULL ? xmlDocGetRootElement(doc) : NULL;
	if (root == NULL || !named(root, "MDMEnterpriseDiagnosticsReport")) {
		xmlFreeDoc(doc);
		ev_why(m->out, "%s: no MDMEnterpriseDiagnosticsReport, or it is cut off", m->file);
		return EV_UNREADABLE;
	}
	walk(m, root, false, 0);
	send(m);
	xmlFreeDoc(doc);
	return EV_MEASURED;
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct mdm m = {.out = out,
	                .file = call_arg(call, "file"),
	                .success = PIN_NO_TIME,
	                .failure = PIN_NO_TIME,
	                .status = -1};
	enum evidence_outcome ended;
	struct file_src *src;
	char sha[SHA256_HEX];
	struct err err;
	char *bytes;
	size_t n;

	ev_target(out, m.file);
	vb_init(&m.errors, ev_mem(out));
	vb_init(&m.codes, ev_mem(out));
	if (file_open(m.file, true, &src, &err) != 0)
		return file_refuse(out, &err);
	if (file_load(src, REPORT_MAX, &bytes, &n, &err) != 0) {
		file_close(src);
		return file_refuse(out, &err);
	}
	ended = read_report(&m, bytes, n);
	free(bytes);
	if (file_sha256(src, sha))
		ev_sha256(out, sha);
	file_close(src);
	return ended;
}

static unsigned recognise(const struct sample *s)
{
	return sample_has(s, "<MDMEnterpriseDiagnosticsReport") ? 97 : 0;
}

const struct probe_impl probe_mdm_report = {
        .desc = {.id = "mdm.report",
                 .title = "Report of a Windows device on its management",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 60000,
                 .by_hand = "MdmDiagnosticsTool.exe -out C:\\casebook",
                 .source = "Microsoft: diagnose MDM failures in Windows; ClientCertificateInstall CSP",
                 .fetch = NULL},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
