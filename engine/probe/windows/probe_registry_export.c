/*
 * registry.export: .reg files, "Windows Registry Editor Version 5.00" or REGEDIT4, and what reg query prints,
 * with which single values can be fetched without the secrets beside them.  Reads the HTTP.sys
 * limits, the MSCEP templates, the policy module's thumbprint and which connector has keys.
 * A value that is absent is unknown here: HTTP.sys then uses its default of 16384 bytes
 * (Microsoft: Http.sys registry settings), which only the ladder of scep.longurl proves too small.
 */
#include "file_kind.h"
#include "slice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct param_def params[] = {
        {"file", true, "a .reg export or what reg query printed, or several appended"},
        {NULL, false, NULL},
};

static const char *const generations[] = {"current", "old", "both", NULL};

static const struct fact_def facts[] = {
        {"MaxFieldLength", FACT_INT, NULL, "HTTP\\Parameters, bytes; unknown when absent", SERVES},
        {"MaxRequestBytes", FACT_INT, NULL, "HTTP\\Parameters, bytes; unknown when absent", SERVES},
        {"NDESCertThumbprint", FACT_STR, NULL,
         "policy module's certificate (old connector), 40 hex digits; unknown when absent",
         SPEAKS({"known", "The old policy module uses the certificate with thumbprint {value}."})},
        {"limits_ok", FACT_BOOL, NULL, "both HTTP.sys limits are 65534 or more; unknown when one is absent",
         SPEAKS({"= false",
                 "HTTP.sys accepts fields of up to {MaxFieldLength} bytes and requests of up to {MaxRequestBytes}; NDES needs 65,534 for both."},
                {"= true", "HTTP.sys accepts fields and requests of 65,534 bytes."},
                {"unknown, http_parameters = true",
                 "At least one of HTTP.sys' two limits is not set, so its default of 16,384 bytes holds."})},
        {"http_parameters", FACT_BOOL, NULL, "the export holds the key HTTP\\Parameters", SERVES},
        {"mscep", FACT_BOOL, NULL, "the export holds the key Cryptography\\MSCEP", SILENT},
        {"signature_template", FACT_STR, NULL, "MSCEP SignatureTemplate", SILENT},
        {"encryption_template", FACT_STR, NULL, "MSCEP EncryptionTemplate", SILENT},
        {"general_template", FACT_STR, NULL, "MSCEP GeneralPurposeTemplate",
         SPEAKS({"known",
                 "NDES asks the CA for the template {value}, unless the key usage calls for another."})},
        {"templates_default", FACT_BOOL, NULL, "all three templates still are IPSECIntermediateOffline",
         SPEAKS({"= true",
                 "NDES still asks for the template IPSECIntermediateOffline, its default, and not for one of yours."},
                {"= false", "NDES is set to ask for templates of its own."})},
        {"ca", FACT_STR, NULL, "MSCEP CAInfo Configuration: CA host and name",
         SPEAKS({"known", "NDES is set up for the CA {value}."})},
        {"enforce_password", FACT_INT, NULL, "MSCEP EnforcePassword", SILENT},
        {"connector", FACT_STR, generations, "which certificate connector has keys in the export", SILENT},
        {"device_scep_url", FACT_STR, NULL, "SCEP: server URL that a Windows device was given",
         SPEAKS({"known", "The Windows device was given the SCEP server URL {value}."})},
        {"device_scep_code", FACT_STR, NULL, "SCEP: code with which the device's own try ended, not 0",
         SPEAKS({"known", "The SCEP request of the Windows device ended with {value}."})},
        {"keys", FACT_INT, NULL, "keys in the export", SILENT},
        {NULL, FACT_BOOL, NULL, NULL},
};

enum key_kind {
	KEY_OTHER,
	KEY_HTTP,
	KEY_MSCEP,
	KEY_POLICY,
	KEY_CAINFO,
	KEY_ENFORCE,
	KEY_OLD,
	KEY_CURRENT,
	KEY_DEVICE
};

/* Longest ending first; of the device's key, its beginning and its end; ControlSet001 stands for
 * CurrentControlSet in an offline export. */
static const struct {
	const char *ending;
	enum key_kind kind;
	const char *within; /* NULL: anywhere */
} keys[] = {
        {"\\Services\\HTTP\\Parameters", KEY_HTTP},
        {"\\Cryptography\\MSCEP\\Modules\\NDESPolicy", KEY_POLICY},
        {"\\Cryptography\\MSCEP\\CAInfo", KEY_CAINFO},
        {"\\Cryptography\\MSCEP\\EnforcePassword", KEY_ENFORCE},
        {"\\Cryptography\\MSCEP", KEY_MSCEP},
        {"\\MicrosoftIntune\\NDESConnector", KEY_OLD},
        {"\\MicrosoftIntune\\PFXCertificateConnector", KEY_CURRENT},
        {"\\Install", KEY_DEVICE, "\\Microsoft\\SCEP\\"}, /* ClientCertificateInstall CSP */
};

static const struct {
	enum key_kind in;
	const char *name, *fact;
	enum { IS_TEXT, IS_NUMBER, IS_CODE } is; /* a code: 0 is success, else shown as 0x80072EE7 */
} values[] = {
        {KEY_HTTP, "MaxFieldLength", "MaxFieldLength", IS_NUMBER},
        {KEY_HTTP, "MaxRequestBytes", "MaxRequestBytes", IS_NUMBER},
        {KEY_POLICY, "NDESCertThumbprint", "NDESCertThumbprint"},
        {KEY_MSCEP, "SignatureTemplate", "signature_template"},
        {KEY_MSCEP, "EncryptionTemplate", "encryption_template"},
        {KEY_MSCEP, "GeneralPurposeTemplate", "general_template"},
        {KEY_CAINFO, "Configuration", "ca"},
        {KEY_ENFORCE, "EnforcePassword", "enforce_password", IS_NUMBER},
        {KEY_DEVICE, "ServerURL", "device_scep_url"},
        {KEY_DEVICE, "ErrorCode", "device_scep_code", IS_CODE},
};

struct reg {
	struct evidence_out *out;
	const char *file;
	enum key_kind key;
	int64_t nkeys, limits[2];
	bool seen[KEY_DEVICE + 1], header, query;
	unsigned templates, templates_default;
};

static void enter_key(struct reg *r, struct slice name)
{
	r->key = KEY_OTHER;
	if (name.n != 0 && name.p[0] == '-')
		return; /* [-Key] deletes: nothing is there */
	r->nkeys++;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (!slice_end(name, keys[i].ending) ||
		    (keys[i].within != NULL && !slice_have(name, keys[i].within)))
			continue;
		r->key = keys[i].kind;
		r->seen[r->key] = true;
		return;
	}
}

/* "dword:0000fffe" */
static bool dword(struct slice v, int64_t *out)
{
	uint32_t n = 0;

	if (!slice_begin(v, "dword:") || v.n < 7 || v.n > 14)
		return false;
	for (size_t i = 6; i < v.n; i++) {
		static const char hex[] = "0123456789abcdef";
		const char *at = strchr(hex, v.p[i] | 0x20);

		if (at == NULL || v.p[i] == '\0')
			return false;
		n = n << 4 | (uint32_t)(at - hex);
	}
	*out = n;
	return true;
}

/* "\"text\"" with \\ and \" */
static char *quoted(struct arena *mem, struct slice v)
{
	char *s = arena_alloc(mem, v.n + 1);
	size_t n = 0;

	if (v.n < 2 || v.p[0] != '"')
		return NULL;
	for (size_t i = 1; i < v.n && v.p[i] != '"'; i++) {
		if (v.p[i] == '\\' && i + 1 < v.n)
			i++;
		s[n++] = v.p[i];
	}
	return s;
}

/* Copied from a dialog a thumbprint may hold blanks and a hidden mark: only the digits count. */
static void only_hex(char *s)
{
	char *to = s;

	for (; *s != '\0'; s++)
		if (strchr("0123456789abcdefABCDEF", *s) != NULL)
			*to++ = (char)(*s >= 'A' && *s <= 'F' ? *s | 0x20 : *s);
	*to = '\0';
}

static void pin(struct reg *r, size_t i, const struct file_line *line)
{
	ev_pin(r->out, values[i].fact, r->file, line->number, line->offset, PIN_NO_TIME, line->p, line->n);
}

static void send_number(struct reg *r, size_t i, int64_t number, const struct file_line *line)
{
	if (values[i].is == IS_TEXT || (values[i].is == IS_CODE && number == 0))
		return;
	if (r->key == KEY_HTTP)
		r->limits[i] = number;
	if (values[i].is == IS_CODE) {
		ev_str(r->out, values[i].fact, arena_fmt(ev_mem(r->out), "0x%08llX", (long long)number));
		ev_fault(r->out, true);
	} else {
		ev_int(r->out, values[i].fact, number);
	}
	pin(r, i, line);
}

static void send_text(struct reg *r, size_t i, char *text, const struct file_line *line)
{
	if (values[i].is != IS_TEXT)
		return;
	if (r->key == KEY_POLICY)
		only_hex(text);
	if (r->key == KEY_MSCEP) {
		r->templates++;
		r->templates_default += strcmp(text, "IPSECIntermediateOffline") == 0;
	}
	if (text[0] != '\0')
		ev_str(r->out, values[i].fact, text);
	pin(r, i, line);
}

/* "name"=- deletes the value, hex(...) is no form of these values. */
static void send_value(struct reg *r, size_t i, struct slice v, const struct file_line *line)
{
	int64_t number;
	char *text;

	if (dword(v, &number))
		send_number(r, i, number, line);
	else if ((text = quoted(ev_mem(r->out), v)) != NULL)
		send_text(r, i, text, line);
}

/* What reg query prints: "    MaxFieldLength    REG_DWORD    0xfffe" */
static void query_line(struct reg *r, struct slice w, const struct file_line *line)
{
	struct slice rest = w, name = slice_next(&rest), type = slice_next(&rest);
	char digits[12];

	rest = slice_trim(rest);
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		if (values[i].in != r->key || !slice_are(name, values[i].name))
			continue;
		if (slice_are(type, "REG_SZ")) {
			send_text(r, i, arena_strndup(ev_mem(r->out), rest.p, rest.n), line);
		} else if (slice_are(type, "REG_DWORD") && slice_begin(rest, "0x") && rest.n <= 10) {
			snprintf(digits, sizeof(digits), "%.*s", (int)rest.n, rest.p);
			send_number(r, i, (int64_t)strtoul(digits, NULL, 16), line);
		}
	}
}

static void read_line(void *arg, const struct file_line *line)
{
	struct reg *r = arg;
	struct slice rest = slice_trim(slice_of(line->p, line->n)), name;

	if (slice_begin(rest, "Windows Registry Editor") || slice_are(rest, "REGEDIT4"))
		r->header = true;
	if (rest.n > 1 && rest.p[0] == '[') {
		rest = slice_of(rest.p + 1, rest.n - 1);
		enter_key(r, slice_cut(&rest, ']'));
		return;
	}
	if (slice_begin(rest, "HKEY_")) {
		r->query = true;
		enter_key(r, rest);
		return;
	}
	if (r->key == KEY_OTHER || rest.n == 0)
		return;
	if (rest.p[0] != '"') {
		query_line(r, rest, line);
		return;
	}
	rest = slice_of(rest.p + 1, rest.n - 1);
	name = slice_cut(&rest, '"');
	if (rest.n == 0 || rest.p[0] != '=')
		return;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		if (values[i].in == r->key && slice_are(name, values[i].name))
			send_value(r, i, slice_trim(slice_of(rest.p + 1, rest.n - 1)), line);
}

static void conclude(struct reg *r)
{
	bool old = r->seen[KEY_OLD] || r->seen[KEY_POLICY], current = r->seen[KEY_CURRENT];

	ev_int(r->out, "keys", r->nkeys);
	ev_bool(r->out, "http_parameters", r->seen[KEY_HTTP]);
	ev_bool(r->out, "mscep", r->seen[KEY_MSCEP]);
	if (r->limits[0] >= 0 && r->limits[1] >= 0) {
		bool ok = r->limits[0] >= 65534 && r->limits[1] >= 65534;

		ev_bool(r->out, "limits_ok", ok);
		ev_fault(r->out, !ok);
	}
	if (r->templates == 3)
		ev_bool(r->out, "templates_default", r->templates_default == 3);
	if (old || current)
		ev_str(r->out, "connector", old && current ? "both" : old ? "old" : "current");
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct reg r = {.out = out, .file = call_arg(call, "file"), .limits = {-1, -1}};
	enum evidence_outcome how = file_each_line(out, r.file, read_line, &r);

	if (r.header || r.query)
		conclude(&r);
	if (how != EV_MEASURED || r.header || r.query)
		return how;
	ev_why(out, "%s: the first line of a .reg file is missing; export it with reg export KEY FILE",
	       r.file);
	return EV_UNREADABLE;
}

static unsigned recognise(const struct sample *s)
{
	size_t n = 0;

	if (sample_has(s, "Windows Registry Editor Version") || sample_has(s, "REGEDIT4"))
		return 95;
	if (sample_has(s, "\nHKEY_") && sample_has(s, "    REG_"))
		return 80;
	/* A key that has keys alone: reg query prints their names. */
	while (s->text != NULL && n < s->text_n && (s->text[n] == '\r' || s->text[n] == '\n'))
		n++;
	return s->text != NULL && slice_begin(slice_of(s->text + n, s->text_n - n), "HKEY_") ? 60 : 0;
}

const struct probe_impl probe_registry_export = {
        .desc = {.id = "registry.export",
                 .title = "Registry export",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 20000,
                 .by_hand = "reg query HKLM\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters",
                 .source = "The article, HTTP 414 Request-URI Too Long and HTTP Error 503 cause 4; "
                           "Microsoft: Http.sys registry settings",
                 .fetch =
                         "mkdir C:\\casebook 2>nul & reg export HKLM\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters "
                         "C:\\casebook\\http.reg /y & for %V in (SignatureTemplate EncryptionTemplate "
                         "GeneralPurposeTemplate) do reg query "
                         "HKLM\\SOFTWARE\\Microsoft\\Cryptography\\MSCEP /v %V >> "
                         "C:\\casebook\\mscep.txt"},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
