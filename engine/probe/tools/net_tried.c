/*
 * Reads the lines of curl -v, openssl s_client and HAR files (net_tried.h).  It knows their words and no
 * verdict. Sources: curl's man page and its messages; openssl-s_client(1), openssl-verification-options(1);
 * HAR 1.2.
 */
#include "net_tried.h"

#include <ctype.h>
#include <string.h>

static struct slice word_after(struct slice w, const char *label)
{
	struct slice rest = slice_after(w, label);

	return slice_next(&rest);
}

/* "Connected to ndes.contoso.com (203.0.113.9) port 443", "connect to 203.0.113.9 port 443 failed: ..." */
static void take_port(struct tried *t, struct slice w)
{
	int64_t port;

	if (slice_int(word_after(w, " port "), &port) && port > 0 && port < 65536)
		t->port = port;
}

static const char *connection(struct tried *t, struct evidence_out *out, struct slice w)
{
	if (slice_begin(w, "Connected to ") || slice_begin(w, "Established connection to ")) {
		t->host = tool_keep(out, word_after(w, " to "));
		take_port(t, w);
		t->open = 1;
		return "port_open";
	}
	if (slice_have(w, "Could not resolve host: ")) {
		t->host = tool_keep(out, word_after(w, "resolve host: "));
		t->known = 0;
		return "name_known";
	}
	if (slice_begin(w, "Failed to connect to ") || slice_begin(w, "Connection timed out after") ||
	    (slice_begin(w, "connect to ") && slice_have(w, " failed: "))) {
		if (slice_begin(w, "Failed to connect to "))
			t->host = tool_keep(out, word_after(w, "connect to "));
		take_port(t, w);
		if (t->open == 1)
			return NULL; /* another address answered */
		t->open = 0;
		return "port_open";
	}
	return NULL;
}

static const char *distrust(struct tried *t, struct evidence_out *out, struct slice text)
{
	t->trusted = 0;
	t->problem = tool_keep(out, slice_trim(text));
	return "trusted";
}

static const char *trust(struct tried *t, struct evidence_out *out, struct slice w)
{
	struct slice rest;

	if (slice_begin(w, "SSL certificate verify ok")) {
		t->trusted = 1;
		return "trusted";
	}
	if (slice_begin(w, "SSL certificate problem: ") || slice_begin(w, "SSL certificate verify result: "))
		return distrust(t, out, slice_after(w, ": "));
	if (slice_begin(w, "SSL: no alternative certificate subject name matches"))
		return distrust(t, out, slice_after(w, "SSL: "));
	if (!slice_begin(w, "Verify return code: ")) /* of s_client */
		return NULL;
	rest = slice_after(w, "code: ");
	if (!slice_begin(rest, "0 "))
		return distrust(t, out, rest);
	t->trusted = 1;
	return "trusted";
}

/* "HTTP/1.1 503 Service Unavailable", "HTTP/2 403" */
static const char *answer(struct tried *t, struct evidence_out *out, struct slice w)
{
	struct slice rest = w;
	int64_t status;

	if (slice_begin(w, "HTTP/")) {
		slice_next(&rest);
		if (!slice_int(slice_next(&rest), &status) || status < 100 || status > 599)
			return NULL;
		t->status = status;
		t->server = t->location = NULL;
		return "http_status";
	}
	if (t->status == 0)
		return NULL;
	if (slice_begin(w, "Server: "))
		t->server = tool_keep(out, slice_after(w, ": "));
	else if (slice_begin(w, "Location: "))
		t->location = tool_keep(out, slice_after(w, ": "));
	return NULL;
}

/* ---- HAR ---- */

/* Behind `"key"`: its text or its number, without quotes. */
static struct slice har_value(struct slice w)
{
	size_t n = 0;

	w = slice_trim(w);
	if (w.n == 0 || w.p[0] != ':')
		return slice_of(w.p, 0);
	w = slice_trim(slice_of(w.p + 1, w.n - 1));
	if (w.n != 0 && w.p[0] == '"') {
		w = slice_of(w.p + 1, w.n - 1);
		while (n < w.n && w.p[n] != '"')
			n++;
	} else {
		while (n < w.n && isdigit((unsigned char)w.p[n]))
			n++;
	}
	return slice_of(w.p, n);
}

static bool har_status(struct tried *t, struct slice value)
{
	int64_t status;

	if (!t->any_url || !slice_int(value, &status) || status < 100 || status > 599 ||
	    (t->at_ndes && !t->of_ndes))
		return false;
	t->at_ndes = t->of_ndes;
	t->status = status;
	t->location = NULL;
	return true;
}

/* Keys in the order in which they stand: the URL of a request, then the status and the redirect of its
 * answer. */
static const char *har(struct tried *t, struct evidence_out *out, struct slice w)
{
	static const char *const keys[] = {"\"url\"", "\"status\"", "\"redirectURL\""};
	const char *fact = NULL;

	while (w.n != 0) {
		const char *first = NULL;
		size_t which = 0;
		struct slice value;

		for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
			const char *p = mem_find(w.p, first != NULL ? (size_t)(first - w.p) : w.n, keys[i],
			                         strlen(keys[i]));

			if (p != NULL) {
				first = p;
				which = i;
			}
		}
		if (first == NULL)
			return fact;
		first += strlen(keys[which]);
		w = slice_of(first, w.n - (size_t)(first - w.p));
		value = har_value(w);
		if (which == 0) {
			t->any_url = tool_is_url(value);
			t->of_ndes = slice_have(value, "/certsrv/mscep");
		} else if (which == 1) {
			fact = har_status(t, value) ? "http_status" : fact;
		} else if (value.n != 0 && t->status != 0 && t->at_ndes == t->of_ndes) {
			t->location = tool_keep(out, value);
		}
	}
	return fact;
}

const char *tried_line(struct tried *t, struct evidence_out *out, struct slice w)
{
	const char *fact;

	if (slice_have(w, "\"url\"") || slice_have(w, "\"status\"") || slice_have(w, "\"redirectURL\""))
		return har(t, out, w);
	if (slice_begin(w, "CONNECTED(")) {
		t->open = 1;
		return "port_open";
	}
	if (slice_begin(w, "connect:errno=") && t->open != 1) {
		t->open = 0;
		return "port_open";
	}
	if (slice_begin(w, "curl: (") && slice_have(w, ") "))
		w = slice_after(w, ") ");
	else if (slice_begin(w, "* ") || slice_begin(w, "< "))
		w = slice_trim(slice_of(w.p + 2, w.n - 2));
	fact = connection(t, out, w);
	if (fact == NULL)
		fact = trust(t, out, w);
	return fact != NULL ? fact : answer(t, out, w);
}

unsigned tried_recognise(const struct sample *s)
{
	if (sample_has(s, "CONNECTED(") &&
	    (sample_has(s, "Verify return code: ") || sample_has(s, "SSL handshake has read")))
		return 97;
	if (sample_has(s, "connect:errno="))
		return 80;
	if (sample_has(s, "\"startedDateTime\"") && sample_has(s, "\"entries\"") && sample_has(s, "\"url\""))
		return 86;
	if (sample_has(s, "\n< HTTP/") || sample_has(s, "* Connected to ") ||
	    sample_has(s, "* Established connection to "))
		return 93;
	return sample_has(s, "curl: (") ? 72 : 0;
}
