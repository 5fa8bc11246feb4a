/*
 * mdm.commands: the list of commands that an MDM console shows of an Apple device, as people paste it: a
 * command's name, its state, and for one that failed the chain of errors as [CODE][DOMAIN]TEXT.  The device
 * told it to the console, so it is the device's own word, without its log.
 */
#include "file_kind.h"
#include "slice.h"
#include "tool_read.h"

#include <ctype.h>
#include <string.h>

static const struct param_def params[] = {
        {"file", true, "command list of an MDM console, with [CODE][DOMAIN]TEXT"},
        {NULL, false, NULL},
};

static const struct fact_def facts[] = {
        {"commands", FACT_INT, NULL, "lines with a state that a device reports", SILENT},
        {"failed", FACT_INT, NULL, "of them with an error", SERVES},
        {"last_domain", FACT_STR, NULL, "domain of the last error that is of SCEP or the network", SERVES},
        {"last_code", FACT_STR, NULL, "its code",
         SPEAKS({"known, last_domain known",
                 "To its MDM the Apple device reported {last_domain} {value} ({failed} {failed?command|commands} failed)."})},
        {"errors", FACT_LIST, NULL, "errors: id (domain and code), text, line", SILENT},
        {NULL, FACT_BOOL, NULL, NULL},
};

#define ERRORS_MAX 100u

struct commands {
	struct evidence_out *out;
	const char *file, *domain, *code;
	struct value_builder errors;
	int64_t commands, failed;
};

struct told {
	struct slice code, domain, text;
};

/* The next [-1001][NSURLErrorDomain]text; *w moves behind it. */
static bool next_error(struct slice *w, struct told *e)
{
	while (w->n > 4) {
		struct slice rest = *w;
		size_t i = 1;

		(void)slice_cut(w, '[');
		rest = *w;
		e->code = slice_cut(&rest, ']');
		if (rest.n == 0 || rest.p[0] != '[' || e->code.n == 0 || e->code.n > 11)
			continue;
		for (i = e->code.p[0] == '-'; i < e->code.n && isdigit((unsigned char)e->code.p[i]); i++)
			;
		if (i != e->code.n)
			continue;
		rest = slice_of(rest.p + 1, rest.n - 1);
		e->domain = slice_cut(&rest, ']');
		if (!slice_have(e->domain, "Domain") || e->domain.n > 80)
			continue;
		*w = rest;
		e->text = slice_trim(slice_cut(&rest, '['));
		return true;
	}
	return false;
}

static bool of_scep(struct slice domain)
{
	return slice_have(domain, "SCEP") || slice_have(domain, "URL") || slice_have(domain, "CFNetwork") ||
	       slice_have(domain, "MCHTTPTransaction");
}

static void each(void *arg, struct slice w, const struct file_line *line)
{
	struct commands *c = arg;
	struct slice rest = w;
	struct told e;
	bool any = false;

	while (next_error(&rest, &e)) {
		any = true;
		if (of_scep(e.domain) || c->code == NULL) {
			c->domain = tool_keep(c->out, e.domain);
			c->code = tool_keep(c->out, e.code);
			tool_pin(c->out, "last_code", c->file, line);
		}
		if (c->errors.n < ERRORS_MAX)
			tool_error(&c->errors,
			           arena_fmt(ev_mem(c->out), "%.*s %.*s", (int)e.domain.n, e.domain.p,
			                     (int)e.code.n, e.code.p),
			           e.text, line);
	}
	c->failed += any;
	c->commands += any || slice_have(w, "Acknowledged") || slice_have(w, "NotNow") ||
	               slice_have(w, "Pending") || slice_have(w, "CommandFormatError");
}

static bool at_end(void *arg)
{
	struct commands *c = arg;

	if (c->failed == 0)
		return false;
	ev_int(c->out, "commands", c->commands);
	ev_int(c->out, "failed", c->failed);
	ev_str(c->out, "last_domain", c->domain);
	ev_str(c->out, "last_code", c->code);
	ev_value(c->out, "errors", vb_list(&c->errors));
	ev_fault(c->out, true);
	return true;
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct commands c = {.out = out, .file = call_arg(call, "file")};

	vb_init(&c.errors, ev_mem(out));
	return tool_read(call, out, each, at_end, &c, "no error of the form [CODE][DOMAIN]TEXT");
}

static unsigned recognise(const struct sample *s)
{
	struct slice w = slice_of(s->text, s->text == NULL ? 0 : s->text_n);
	struct told e;

	return w.n != 0 && sample_has(s, "][") && next_error(&w, &e) ? 65 : 0;
}

const struct probe_impl probe_mdm_commands = {
        .desc = {.id = "mdm.commands",
                 .title = "Commands of an MDM to an Apple device",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 20000,
                 .by_hand = "copy the device's list of commands from the MDM console, errors and all",
                 .source = "Apple: MDM protocol, ErrorChain of a command's result",
                 .fetch = NULL},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
