/*
 * spn.list: what `setspn -L ACCOUNT` prints.  Its heading is translated and names the account by its
 * distinguished name; below it stands one service principal name a line.  NDES' administration page is asked
 * with Kerberos by the server's full name, so HTTP/FULL-NAME has to be there.
 */
#include "tool_read.h"

#include <string.h>

static const struct param_def params[] = {
        {"file", true, "output of setspn -L ACCOUNT"},
        {NULL, false, NULL},
};

static const struct fact_def facts[] = {
        {"account", FACT_STR, NULL, "distinguished name of the account", SILENT},
        {"names", FACT_LIST, NULL, "its service principal names", SERVES},
        {"http_names", FACT_INT, NULL, "those of the service HTTP",
         SPEAKS({"= 0", "The account bears no service principal name for HTTP."},
                {"> 0", "The account bears {n} service principal {n?name|names} for HTTP: {names}."})},
        {"http_full_name", FACT_BOOL, NULL, "one of them names a host with its domain",
         SPEAKS({"= true", "One of them names a host with its domain."},
                {"= false", "None of them names a host with its domain."})},
        {"http_short_name", FACT_BOOL, NULL, "one of them names a host without its domain",
         SPEAKS({"= true", "One of them names a host without its domain."},
                {"= false", "None of them names a host without its domain."})},
        {NULL, FACT_BOOL, NULL, NULL},
};

#define NAMES_MAX 300u

struct spns {
	struct evidence_out *out;
	const char *file;
	struct value_builder names;
	int64_t http;
	bool heading, full, brief;
};

static void name(struct spns *s, struct slice w, const struct file_line *line)
{
	struct slice host = w, service = slice_cut(&host, '/');

	if (service.n == w.n || service.n == 0 || host.n == 0 || memchr(w.p, ' ', w.n) != NULL)
		return;
	if (s->names.n < NAMES_MAX)
		vb_add(&s->names, NULL, value_str(tool_keep(s->out, w)));
	if (!slice_are(service, "HTTP"))
		return;
	s->http++;
	if (memchr(host.p, '.', host.n) != NULL) {
		s->full = true;
		tool_pin(s->out, "http_full_name", s->file, line);
	} else {
		s->brief = true;
	}
}

static void each(void *arg, struct slice w, const struct file_line *line)
{
	struct spns *s = arg;
	struct slice dn;

	if (!s->heading && slice_end(w, ":") && slice_have(w, "CN=") && slice_have(w, "DC=")) {
		dn = slice_of(w.p, w.n - 1);
		while (dn.n != 0 && !slice_begin(dn, "CN=")) {
			dn.p++;
			dn.n--;
		}
		s->heading = true;
		ev_strn(s->out, "account", dn.p, dn.n);
	} else if (s->heading) {
		name(s, w, line);
	}
}

static bool at_end(void *arg)
{
	struct spns *s = arg;

	if (!s->heading)
		return false;
	ev_value(s->out, "names", vb_list(&s->names));
	ev_int(s->out, "http_names", s->http);
	ev_bool(s->out, "http_full_name", s->full);
	ev_bool(s->out, "http_short_name", s->brief);
	return true;
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct spns s = {.out = out, .file = call_arg(call, "file")};

	vb_init(&s.names, ev_mem(out));
	return tool_read(call, out, each, at_end, &s,
	                 "no account with service principal names in it; make it with setspn -L ACCOUNT");
}

static unsigned recognise(const struct sample *s)
{
	if (s->text == NULL || s->text_n > 60000 || !sample_has(s, "CN=") || !sample_has(s, "DC="))
		return 0;
	if (sample_has(s, "ServicePrincipalName"))
		return 85;
	return sample_has(s, "SPN") && (sample_has(s, "\tHTTP/") || sample_has(s, "\tHOST/")) ? 75 : 0;
}

const struct probe_impl probe_spn_list = {
        .desc = {.id = "spn.list",
                 .title = "Service principal names",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 20000,
                 .by_hand =
                         "for /f \"tokens=2 delims=\\\" %A in ('%windir%\\System32\\inetsrv\\appcmd list apppool SCEP /text:processModel.userName') do @setspn -L %A",
                 .source = "Microsoft: setspn; Validate-NDESConfiguration, its check of the SPN",
                 .fetch =
                         "mkdir C:\\casebook 2>nul & for /f \"tokens=2 delims=\\\" %A in ('%windir%\\System32\\inetsrv\\appcmd list apppool SCEP /text:processModel.userName') do @setspn -L %A > C:\\casebook\\spn.txt"},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
