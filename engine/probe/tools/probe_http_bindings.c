/*
 * http.bindings: what `netsh http show sslcert` says of the TLS bindings of HTTP.sys.  Its labels are
 * translated; a binding begins with an address and a port, its certificate's hash is 40 hexadecimal digits,
 * and the lines after the hash keep their order: the eleventh asks for client certificates.
 */
#include "tool_read.h"

#include <ctype.h>
#include <string.h>

static const struct param_def params[] = {
        {"file", true, "output of netsh http show sslcert"},
        {NULL, false, NULL},
};

static const struct fact_def facts[] = {
        {"count", FACT_INT, NULL, "bindings", SILENT},
        {"bindings", FACT_LIST, NULL, "each: address, hash, application, store, client_certificate", SILENT},
        {"certificate", FACT_STR, NULL,
         "hash of the certificate at port 443, in lower case; of several the one for all addresses",
         SPEAKS({"known", "HTTP.sys binds the certificate {value} at port 443."})},
        {"client_certificate_negotiated", FACT_BOOL, NULL,
         "a binding at port 443 asks each client for a certificate during the handshake; unknown when the word is not "
         "understood",
         SPEAKS({"= true",
                 "HTTP.sys asks each client at port 443 for a certificate, which no device has before it enrols."},
                {"= false", "HTTP.sys asks no client at port 443 for a certificate."})},
        {NULL, FACT_BOOL, NULL, NULL},
};

#define BINDINGS_MAX 200u
enum { HASH_LINE, APPLICATION_LINE, STORE_LINE, NEGOTIATE_LINE = 11 };

struct bindings {
	struct evidence_out *out;
	const char *file;
	struct value_builder list, row;
	bool open, at_443, any_443, unclear, negotiated;
	int after; /* lines after the hash; -1 before it */
	int64_t count;
	char certificate[41];
};

static bool is_hash(struct slice w)
{
	if (w.n != 40)
		return false;
	for (size_t i = 0; i < w.n; i++)
		if (!isxdigit((unsigned char)w.p[i]))
			return false;
	return true;
}

/* "0.0.0.0:443", "[::]:443", "scep.fabrikam.example:443" */
static bool is_address(struct slice w, int64_t *port)
{
	size_t cut = w.n;

	while (cut > 0 && w.p[cut - 1] != ':')
		cut--;
	for (size_t i = 0; i < w.n; i++)
		if (w.p[i] == ' ' || w.p[i] == '\t')
			return false;
	return cut > 1 && cut < w.n && slice_int(slice_of(w.p + cut, w.n - cut), port) && *port > 0 &&
	       *port < 65536 && isdigit((unsigned char)w.p[w.n - 1]);
}

static void end_binding(struct bindings *b)
{
	if (b->open && b->list.n < BINDINGS_MAX)
		vb_add(&b->list, NULL, vb_map(&b->row));
	b->open = false;
}

static void begin_binding(struct bindings *b, struct slice address, int64_t port)
{
	end_binding(b);
	b->open = true;
	b->count++;
	b->at_443 = port == 443;
	b->any_443 = b->any_443 || b->at_443;
	b->after = -1;
	vb_init(&b->row, ev_mem(b->out));
	vb_add(&b->row, "address", value_str(tool_keep(b->out, address)));
}

static void take_hash(struct bindings *b, struct slice hash)
{
	char hex[41];

	for (size_t i = 0; i < 40; i++)
		hex[i] = (char)tolower((unsigned char)hash.p[i]);
	hex[40] = '\0';
	b->after = HASH_LINE;
	vb_add(&b->row, "hash", value_str(arena_strdup(ev_mem(b->out), hex)));
	if (b->at_443 && b->certificate[0] == '\0')
		memcpy(b->certificate, hex, sizeof(hex));
}

static void take_negotiate(struct bindings *b, struct slice value, const struct file_line *line)
{
	int is = tool_enabled(value);

	vb_add(&b->row, "client_certificate", is < 0 ? value_null() : value_bool(is == 1));
	b->unclear = b->unclear || (b->at_443 && is < 0);
	if (!b->at_443 || is != 1)
		return;
	b->negotiated = true;
	tool_pin(b->out, "client_certificate_negotiated", b->file, line);
}

/* The value of a line: behind the colon of its label, which stands among blanks. */
static struct slice value_of(struct slice w)
{
	for (size_t i = 0; i + 2 < w.n; i++)
		if (w.p[i] == ' ' && w.p[i + 1] == ':' && (w.p[i + 2] == ' ' || w.p[i + 2] == '\t'))
			return slice_trim(slice_of(w.p + i + 2, w.n - i - 2));
	return slice_of(w.p + w.n, 0);
}

static void each(void *arg, struct slice w, const struct file_line *line)
{
	struct bindings *b = arg;
	struct slice value = value_of(w);
	int64_t port;

	if (value.n == 0 && b->after < 0)
		return;
	if (is_address(value, &port)) {
		begin_binding(b, value, port);
		return;
	}
	if (!b->open)
		return;
	if (b->after < 0 && is_hash(value)) {
		take_hash(b, value);
		return;
	}
	if (b->after < 0 || w.n == 0)
		return;
	b->after++;
	if (b->after == APPLICATION_LINE)
		vb_add(&b->row, "application", value_str(tool_keep(b->out, value)));
	else if (b->after == STORE_LINE)
		vb_add(&b->row, "store", value_str(tool_keep(b->out, value)));
	else if (b->after == NEGOTIATE_LINE)
		take_negotiate(b, value, line);
}

static bool at_end(void *arg)
{
	struct bindings *b = arg;

	end_binding(b);
	if (b->count == 0)
		return false;
	ev_int(b->out, "count", b->count);
	ev_value(b->out, "bindings", vb_list(&b->list));
	if (b->certificate[0] != '\0')
		ev_str(b->out, "certificate", b->certificate);
	if (b->negotiated || (b->any_443 && !b->unclear))
		ev_bool(b->out, "client_certificate_negotiated", b->negotiated);
	return true;
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct bindings b = {.out = out, .file = call_arg(call, "file"), .after = -1};

	vb_init(&b.list, ev_mem(out));
	return tool_read(call, out, each, at_end, &b,
	                 "no binding in it; make it with netsh http show sslcert");
}

/* In every language: a line that ends in an address with a port, one that ends in a hash, one that ends in a
 * {GUID}. */
static unsigned recognise(const struct sample *s)
{
	const char *p = s->text, *end = p + s->text_n;
	int seen = 0;

	while (p != NULL && p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		struct slice v = value_of(slice_trim(slice_of(p, (size_t)((nl != NULL ? nl : end) - p))));
		int64_t port;

		v = slice_trim(slice_of(v.p, v.n - (v.n != 0 && v.p[v.n - 1] == '\r')));
		if (seen == 2 && v.n == 38 && v.p[0] == '{')
			return 90;
		seen = is_address(v, &port) ? 1 : seen == 1 && is_hash(v) ? 2 : 0;
		p = nl != NULL ? nl + 1 : end;
	}
	return 0;
}

const struct probe_impl probe_http_bindings = {
        .desc = {.id = "http.bindings",
                 .title = "TLS bindings of the server",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 20000,
                 .by_hand = "netsh http show sslcert",
                 .source = "Microsoft: netsh http; the HTTP status code in IIS 7 and later versions, 403.7",
                 .fetch = "mkdir C:\\casebook 2>nul & netsh http show sslcert > C:\\casebook\\sslcert.txt"},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
