/*
 * scep.client: what a SCEP client printed that somebody ran by hand: sscep with -v or -d, or micromdm's
 * scepclient.  Each line of sscep begins with the program's name, however it was called.  A request made by
 * hand bears no challenge of Intune's, so that a refusal of it says nothing of the devices; how the server
 * answers does.
 */
#include "tool_read.h"

#include <string.h>

static const struct param_def params[] = {
        {"file", true, "output of sscep -v or -d, or of scepclient"},
        {NULL, false, NULL},
};

static const char *const programs[] = {"sscep", "scepclient", NULL};
static const char *const operations[] = {"caps", "cacert", "enrol", NULL};
static const char *const statuses[] = {"SUCCESS", "FAILURE", "PENDING", NULL};
static const char *const infos[] = {"badAlg", "badMessageCheck", "badRequest", "badTime", "badCertId", NULL};
static const struct fact_def facts[] = {
        {"program", FACT_STR, programs, "which client", SILENT},
        {"server", FACT_STR, NULL, "host and port that it asked", SERVES},
        {"operation", FACT_STR, operations, "the last thing that it asked for", SILENT},
        {"http_status", FACT_INT, NULL, "status of the last answer",
         SPEAKS({"= 200", "The SCEP client that was run by hand got an answer with status 200."},
                {"known", "The SCEP client that was run by hand got status {value}."})},
        {"content_type", FACT_STR, NULL, "type of the last answer", SERVES},
        {"wrong_type", FACT_BOOL, NULL, "an answer was not of a type that SCEP has: something else answered",
         SPEAKS({"= true, content_type known",
                 "The SCEP client that was run by hand got {content_type} instead of an answer of SCEP."},
                {"= true", "The SCEP client that was run by hand got something else than an answer of SCEP."},
                {"= false", "The SCEP client that was run by hand got answers of SCEP."})},
        {"connected", FACT_BOOL, NULL, "it got a connection",
         SPEAKS({"= false, server known", "The SCEP client that was run by hand did not reach {server}."},
                {"= false", "The SCEP client that was run by hand got no connection."})},
        {"pki_status", FACT_STR, statuses, "pkiStatus of the answer to its request",
         SPEAKS({"= SUCCESS", "The request that was made by hand was granted."},
                {"= FAILURE, fail_info known", "The request that was made by hand was refused: {fail_info}."},
                {"= FAILURE", "The request that was made by hand was refused."},
                {"= PENDING", "The request that was made by hand waits for a person."})},
        {"fail_info", FACT_STR, infos, "why it was refused", SERVES},
        {"answer_used", FACT_BOOL, NULL, "it could check the answer to its request and take the certificate",
         SPEAKS({"= false", "The SCEP client that was run by hand could not use the answer that it got."})},
        {"errors", FACT_LIST, NULL, "lines that tell of a failure: id, text, line", SILENT},
        {NULL, FACT_BOOL, NULL, NULL},
};

struct client {
	struct evidence_out *out;
	const char *file, *program, *operation, *host, *port, *status, *info, *type;
	struct value_builder errors;
	int64_t http;
	bool wrong_type, scep_type, asked, unconnected;
	int used; /* the answer to its request; -1: not said */
};

/* Behind "sscep: ", "./sscep: ", "C:\\tools\\sscep.exe : "; empty when the line is another's. */
static struct slice said(struct slice w)
{
	for (size_t i = 1; i + 1 < w.n && i < 200; i++) {
		struct slice name = slice_of(w.p, i);

		if (w.p[i] != ':' || w.p[i + 1] != ' ')
			continue;
		while (name.n != 0 &&
		       (memchr(name.p, '/', name.n) != NULL || memchr(name.p, '\\', name.n) != NULL))
			name = slice_of(name.p + 1, name.n - 1);
		name = slice_trim(name);
		if (slice_begin(name, "sscep") && name.n < 16)
			return slice_trim(slice_of(w.p + i + 1, w.n - i - 1));
		break;
	}
	return slice_of(w.p, 0);
}

static const char *info_of(struct slice w)
{
	static const struct {
		const char *text;
		unsigned info;
	} rows[] = {{"unsupported algorithm", 0},
	            {"Integrity check", 1},
	            {"not permitted", 2},
	            {"Message time", 3},
	            {"No certificate", 4},
	            {"badAlg", 0},
	            {"badMessageCheck", 1},
	            {"badRequest", 2},
	            {"badTime", 3},
	            {"badCertId", 4}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (slice_have(w, rows[i].text))
			return infos[rows[i].info];
	return NULL;
}

static void take_status(struct client *c, struct slice w, const struct file_line *line)
{
	struct slice type = slice_after(w, "MIME header:");
	int64_t v;

	if (!slice_int(slice_after(w, "status code:"), &v) || v < 100 || v > 599)
		return;
	c->http = v;
	c->type = type.n != 0 && !slice_begin(type, "missing") ? tool_keep(c->out, type) : NULL;
	c->scep_type = c->scep_type || slice_begin(type, "application/x-");
	tool_pin(c->out, "http_status", c->file, line);
	if (v >= 400)
		tool_error(&c->errors, NULL, w, line);
}

static void take_pki(struct client *c, struct slice w, const struct file_line *line)
{
	for (size_t i = 0; statuses[i] != NULL; i++)
		if (slice_have(w, statuses[i])) {
			c->status = statuses[i];
			tool_pin(c->out, "pki_status", c->file, line);
		}
	if (c->status == statuses[1])
		tool_error(&c->errors, NULL, w, line);
}

static void take_operation(struct client *c, struct slice w)
{
	if (slice_have(w, "SCEP_OPERATION_GETCAPS"))
		c->operation = operations[0];
	else if (slice_have(w, "SCEP_OPERATION_GETCA"))
		c->operation = operations[1];
	else if (slice_have(w, "SCEP_OPERATION_ENROLL") || slice_begin(w, "sending certificate request") ||
	         slice_begin(w, "requesting certificate"))
		c->operation = operations[2];
}

static bool tells_failure(struct slice w)
{
	static const char *const signs[] = {"error",   "cannot", "failed",  "wrong (or missing)",
	                                    "illegal", "unable", "refused", NULL};

	for (size_t i = 0; signs[i] != NULL; i++)
		if (slice_have(w, signs[i]))
			return true;
	return false;
}

/* Behind an answer that is SCEP: its signature, its content or the certificate in it is not what was
 * expected.
 */
static void take_use(struct client *c, struct slice w, const struct file_line *line)
{
	static const char *const not_used[] = {"verifying signature",     "cannot find requested certificate",
	                                       "decrypting inner PKCS#7", "reading PKCS#7 data",
	                                       "reading inner PKCS#7",    NULL};

	if (c->operation != operations[2] || c->status == statuses[1] || c->status == statuses[2])
		return;
	for (size_t i = 0; not_used[i] != NULL; i++)
		if (slice_have(w, not_used[i])) {
			c->used = 0;
			tool_pin(c->out, "answer_used", c->file, line);
			return;
		}
}

static void sscep_line(struct client *c, struct slice w, const struct file_line *line)
{
	c->program = programs[0];
	take_operation(c, w);
	if (slice_begin(w, "hostname:")) {
		c->host = tool_keep(c->out, slice_after(w, ":"));
	} else if (slice_begin(w, "port:")) {
		c->port = tool_keep(c->out, slice_after(w, ":"));
	} else if (slice_begin(w, "connecting to")) {
		c->asked = true;
	} else if (slice_begin(w, "server response status code:")) {
		take_status(c, w, line);
	} else if (slice_begin(w, "pkistatus:")) {
		take_pki(c, w, line);
	} else if (slice_begin(w, "certificate written as")) {
		c->used = c->operation == operations[2] ? 1 : c->used;
	} else if (slice_begin(w, "reason:")) {
		c->info = info_of(w);
		tool_error(&c->errors, NULL, w, line);
	} else if (slice_begin(w, "valid response")) {
		c->scep_type = true;
	} else if (tells_failure(w)) {
		c->wrong_type = c->wrong_type || slice_have(w, "MIME content type");
		c->unconnected = c->unconnected || slice_have(w, "connect");
		tool_error(&c->errors, NULL, w, line);
		take_use(c, w, line);
		if (slice_have(w, "MIME content type"))
			tool_pin(c->out, "wrong_type", c->file, line);
	}
}

/* micromdm's: op=GetCACaps error=null; "PKCSReq (19) request failed, failInfo: badMessageCheck (1)". */
static void scepclient_line(struct client *c, struct slice w, const struct file_line *line)
{
	if (slice_have(w, "op=PKIOperation"))
		c->operation = operations[2];
	else if (slice_have(w, "op=GetCACert"))
		c->operation = operations[1];
	else if (slice_have(w, "op=GetCACaps") && c->operation == NULL)
		c->operation = operations[0];
	if (!slice_have(w, "request failed, failInfo"))
		return;
	c->program = programs[1];
	c->status = statuses[1];
	c->info = info_of(w);
	tool_pin(c->out, "pki_status", c->file, line);
	tool_error(&c->errors, NULL, w, line);
}

static void each(void *arg, struct slice w, const struct file_line *line)
{
	struct client *c = arg;
	struct slice rest = said(w);

	if (rest.n != 0)
		sscep_line(c, rest, line);
	else
		scepclient_line(c, w, line);
}

static bool at_end(void *arg)
{
	struct client *c = arg;

	if (c->program == NULL)
		return false;
	ev_str(c->out, "program", c->program);
	if (c->host != NULL)
		ev_str(c->out, "server",
		       c->port != NULL ? arena_fmt(ev_mem(c->out), "%s:%s", c->host, c->port) : c->host);
	ev_str(c->out, "operation", c->operation);
	if (c->http != 0)
		ev_int(c->out, "http_status", c->http);
	ev_str(c->out, "content_type", c->type);
	if (c->wrong_type || c->scep_type)
		ev_bool(c->out, "wrong_type", c->wrong_type);
	if (c->http != 0 || c->scep_type || c->status != NULL)
		ev_bool(c->out, "connected", true);
	else if (c->unconnected)
		ev_bool(c->out, "connected", false);
	ev_str(c->out, "pki_status", c->status);
	ev_str(c->out, "fail_info", c->status == statuses[1] ? c->info : NULL);
	if (c->used >= 0 && c->status != statuses[1] && c->status != statuses[2])
		ev_bool(c->out, "answer_used", c->used == 1);
	if (c->errors.n != 0)
		ev_value(c->out, "errors", vb_list(&c->errors));
	ev_fault(c->out, c->errors.n != 0);
	return true;
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct client c = {.out = out, .file = call_arg(call, "file"), .used = -1};

	vb_init(&c.errors, ev_mem(out));
	return tool_read(call, out, each, at_end, &c,
	                 "no line of sscep or scepclient in it; make it with sscep enroll -v -d ...");
}

static unsigned recognise(const struct sample *s)
{
	unsigned lines = sample_count(s, "sscep: ", 3) + sample_count(s, "sscep.exe: ", 3) +
	                 sample_count(s, "sscep.exe : ", 3);

	if (lines >= 2 || (lines != 0 && (sample_has(s, "pkistatus") || sample_has(s, "SCEP_OPERATION"))))
		return 86;
	return sample_has(s, "request failed, failInfo:") && sample_has(s, "op=") ? 80 : 0;
}

const struct probe_impl probe_scep_client = {
        .desc = {.id = "scep.client",
                 .title = "Output of a SCEP client",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 20000,
                 .by_hand = "grep -E 'status code|pkistatus|reason' {file}",
                 .source =
                         "certnanny/sscep: its messages, and issues 144, 159, 167; micromdm/scep: issue 248",
                 .fetch = NULL},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
