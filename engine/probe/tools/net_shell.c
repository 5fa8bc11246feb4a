/*
 * Reads what PowerShell's Invoke-WebRequest, wget and a copied exchange of HTTP tell of one attempt
 * (net_tried.h).  Sources: the messages of .NET's WebException and HttpClient, wget's manual, RFC 9112.
 */
#include "net_tried.h"

#include <string.h>

enum says { NO_NAME, NO_PORT, PORT, NO_TRUST };

/* English, but for the statuses: .NET translates its sentences. */
static const struct {
	const char *text;
	enum says says;
} phrases[] = {
        {"The remote name could not be resolved", NO_NAME},
        {"No such host is known", NO_NAME},
        {"Name or service not known", NO_NAME},
        {"unable to resolve host address", NO_NAME},
        {"Unable to connect to the remote server", NO_PORT},
        {"the connected party did not properly respond", NO_PORT},
        {"target machine actively refused it", NO_PORT},
        {"failed: Connection refused", NO_PORT},
        {"failed: Connection timed out", NO_PORT},
        {"... connected.", PORT},
        {"Could not establish trust relationship", NO_TRUST},
        {"The remote certificate is invalid", NO_TRUST},
        {"The remote certificate was rejected", NO_TRUST},
        {"ERROR: cannot verify ", NO_TRUST},
        {"ERROR: no certificate subject alternative name matches", NO_TRUST},
};

/* "https://ndes.contoso.com/certsrv/..." anywhere in the line: the name of the server. */
static void take_host(struct tried *t, struct evidence_out *out, struct slice w)
{
	struct slice rest = slice_after(w, "https://"), host;
	size_t n = 0;

	if (rest.n == 0)
		rest = slice_after(w, "http://");
	host = slice_next(&rest);
	while (n < host.n && strchr("/:?\"'", host.p[n]) == NULL)
		n++;
	if (n > 1)
		t->host = tool_keep(out, slice_of(host.p, n));
}

static bool status_of(struct slice w, int64_t *status)
{
	return w.n >= 3 && slice_int(slice_of(w.p, 3), status) && *status >= 100 && *status <= 599;
}

/* "...: (503) Server Unavailable." in any language, "does not indicate success: 503 (...)", "StatusCode :
 * 200", "awaiting response... 500 Internal Server Error" */
static bool any_status(struct slice w, int64_t *status)
{
	static const char *const before[] = {"does not indicate success: ", "awaiting response... "};
	struct slice rest = slice_after(w, ": ("), label, value;

	if (rest.n > 4 && rest.p[3] == ')' && status_of(rest, status))
		return true;
	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++)
		if (status_of(slice_after(w, before[i]), status))
			return true;
	return tool_pair(w, &label, &value) && slice_are(label, "StatusCode") && value.n == 3 &&
	       status_of(value, status);
}

static const char *said(struct tried *t, struct evidence_out *out, enum says says, struct slice w)
{
	switch (says) {
	case NO_NAME:
		t->known = 0;
		return "name_known";
	case NO_PORT:
	case PORT:
		if (t->open == 1)
			return NULL; /* another address answered */
		t->open = says == PORT;
		return "port_open";
	case NO_TRUST:
		t->trusted = 0;
		t->problem = tool_keep(out, w);
		return "trusted";
	}
	return NULL;
}

const char *shell_line(struct tried *t, struct evidence_out *out, struct slice w)
{
	int64_t status;

	if (slice_begin(w, "+ ") || slice_begin(w, "--") || slice_begin(w, "GET http") ||
	    slice_begin(w, "POST http") || slice_have(w, "Invoke-WebRequest "))
		take_host(t, out, w);
	if (slice_begin(w, "Host: "))
		t->host = tool_keep(out, slice_after(w, "Host: "));
	if (any_status(w, &status)) {
		t->status = status;
		t->server = t->location = NULL;
		return "http_status";
	}
	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
		if (slice_have(w, phrases[i].text))
			return said(t, out, phrases[i].says, w);
	return NULL;
}

unsigned shell_recognise(const struct sample *s)
{
	const char *p = s->text;

	if (sample_has(s, "FullyQualifiedErrorId") && sample_has(s, "WebCmdletWebResponseException"))
		return 84;
	if (sample_has(s, "StatusDescription") && sample_has(s, "RawContent"))
		return 84;
	if (sample_has(s, "[WebException]") || sample_has(s, ", WebException") ||
	    (sample_has(s, "Invoke-WebRequest:") && sample_has(s, "Response status code")))
		return 78;
	if (sample_has(s, "HTTP request sent, awaiting response") ||
	    sample_has(s, "unable to resolve host address") ||
	    (sample_has(s, "\nConnecting to ") && sample_has(s, "|:")))
		return 84;
	/* An exchange as it went over the wire, copied. */
	return strncmp(p, "HTTP/1.", 7) == 0 || strncmp(p, "HTTP/2 ", 7) == 0 ||
	                       ((strncmp(p, "GET ", 4) == 0 || strncmp(p, "POST ", 5) == 0) &&
	                        sample_has(s, "\nHTTP/1."))
	               ? 74
	               : 0;
}
