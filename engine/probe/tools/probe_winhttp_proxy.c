/*
 * winhttp.proxy: what `netsh winhttp show proxy` says.  WinHTTP is what services use; its proxy is another
 * one than that of a person's browser.  Labels are translated: the first value of two is the proxy, the
 * second the list of what goes around it.
 */
#include "tool_read.h"

#include <string.h>

static const struct param_def params[] = {
        {"file", true, "output of netsh winhttp show proxy"},
        {NULL, false, NULL},
};

static const struct fact_def facts[] = {
        {"direct", FACT_BOOL, NULL, "services go out without a proxy",
         SPEAKS({"= true", "Services of that computer go out without a proxy."},
                {"= false, proxy known", "Services of that computer go out through the proxy {proxy}."},
                {"= false", "Services of that computer go out through a proxy."})},
        {"proxy", FACT_STR, NULL, "the proxy that services use, as NAME:PORT", SERVES},
        {"bypass", FACT_STR, NULL, "hosts that go around it; unknown when there are none",
         SPEAKS({"known", "Around the proxy go {value}."})},
        {"local_bypass", FACT_BOOL, NULL, "names without a dot go around it (<local>)", SILENT},
        {NULL, FACT_BOOL, NULL, NULL},
};

struct proxy {
	struct evidence_out *out;
	const char *file;
	unsigned values;
	bool sign, direct;
};

static void each(void *arg, struct slice w, const struct file_line *line)
{
	struct proxy *p = arg;
	struct slice label, value;

	if (slice_have(w, "WinHTTP")) {
		p->sign = true;
		return;
	}
	if (!p->sign || w.n == 0)
		return;
	if (!tool_pair(w, &label, &value) || value.n == 0) {
		/* "Direct access (no proxy server)." is the only line without a value. */
		if (p->values == 0 && w.p[w.n - 1] != ':') {
			p->direct = true;
			tool_pin(p->out, "direct", p->file, line);
		}
		return;
	}
	p->values++;
	if (p->values == 1) {
		ev_strn(p->out, "proxy", value.p, value.n);
		tool_pin(p->out, "proxy", p->file, line);
	} else if (p->values == 2 && value.p[0] != '(') { /* "(none)" */
		ev_strn(p->out, "bypass", value.p, value.n);
		ev_bool(p->out, "local_bypass", slice_have(value, "<local>"));
	}
}

static bool at_end(void *arg)
{
	struct proxy *p = arg;

	if (!p->sign || (p->values == 0 && !p->direct))
		return false;
	ev_bool(p->out, "direct", p->values == 0);
	return true;
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct proxy p = {.out = out, .file = call_arg(call, "file")};

	return tool_read(call, out, each, at_end, &p,
	                 "no setting of WinHTTP in it; make it with netsh winhttp show proxy");
}

static unsigned recognise(const struct sample *s)
{
	return s->text_n < 4000 && sample_count(s, "WinHTTP", 3) == 1 && sample_has(s, "proxy") &&
	                       !sample_has(s, "0x") && !sample_has(s, "{")
	               ? 80
	               : 0;
}

const struct probe_impl probe_winhttp_proxy = {
        .desc = {.id = "winhttp.proxy",
                 .title = "Proxy of the services",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 20000,
                 .by_hand = "netsh winhttp show proxy",
                 .source = "Microsoft: netsh winhttp",
                 .fetch =
                         "mkdir C:\\casebook 2>nul & netsh winhttp show proxy > C:\\casebook\\winhttp-proxy.txt"},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
