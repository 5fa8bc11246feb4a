/*
 * spn.list: what `setspn -L ACCOUNT` and `setspn -X` print.  Its heading is translated and names the account
 * by its distinguished name; below it stands one service principal name a line.  NDES' administration page is
 * asked with Kerberos by the server's full name, so HTTP/FULL-NAME has to be there, and nowhere else: -X
 * lists names that several accounts bear, each name at the margin and its accounts below it.
 */
#include "tool_read.h"

#include <string.h>

static const struct param_def params[] = {
        {"file", true, "output of setspn -L ACCOUNT, or of setspn -X"},
        {NULL, false, NULL},
};

static const struct fact_def facts[] = {
        {"account", FACT_STR, NULL, "distinguished name of the account", SILENT},
        {"names", FACT_LIST, NULL, "its service principal names", SERVES},
        {"http_names", FACT_INT, NULL, "those of the service HTTP",
         SPEAKS({"= 0", "The account bears no service principal name for HTTP."},
                {"> 0", "The account bears {n} service principal {n?name|names} for HTTP: {names}."})},
        {"host_names", FACT_INT, NULL,
         "those of the service HOST, which a computer's account bears and which stand for HTTP too",
         SPEAKS({"> 0", "It bears {n} service principal {n?name|names} for HOST, which {n?stands|stand} for "
                        "HTTP too."})},
        {"http_full_name", FACT_BOOL, NULL, "one of them names a host with its domain",
         SPEAKS({"= true", "One of them names a host with its domain."},
                {"= false", "None of them names a host with its domain."})},
        {"http_short_name", FACT_BOOL, NULL, "one of them names a host without its domain",
         SPEAKS({"= true", "One of them names a host without its domain."},
                {"= false", "None of them names a host without its domain."})},
        {"http_duplicates", FACT_INT, NULL, "names for HTTP that several accounts bear (setspn -X)",
         SPEAKS({"= 0", "No service principal name for HTTP is borne by several accounts."},
                {"> 0, duplicates known",
                 "{n} service principal {n?name is|names are} borne by several accounts: {duplicates}."})},
        {"duplicates", FACT_LIST, NULL, "those names", SERVES},
        {NULL, FACT_BOOL, NULL, NULL},
};

#define NAMES_MAX 300u

struct spns {
	struct evidence_out *out;
	const char *file;
	struct value_builder names, twice;
	int64_t http, computer, accounts; /* of the name that is being listed by -X; -1 before the first */
	const char *shared;
	bool heading, full, brief, searched;
};

static void name(struct spns *s, struct slice w, const struct file_line *line)
{
	struct slice host = w, service = slice_cut(&host, '/');

	if (service.n == w.n || service.n == 0 || host.n == 0 || memchr(w.p, ' ', w.n) != NULL)
		return;
	if (s->names.n < NAMES_MAX)
		vb_add(&s->names, NULL, value_str(tool_keep(s->out, w)));
	s->computer += slice_are(service, "HOST");
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

/* "HTTP/ndes.contoso.com is registered on these accounts:", in any language, and the accounts below it. */
static void shared_name(struct spns *s, struct slice w, const struct file_line *line)
{
	struct slice rest = w, first = slice_next(&rest), host = first, service = slice_cut(&host, '/');

	if (line->n != 0 && line->p[0] != ' ' && line->p[0] != '\t') {
		s->shared = NULL;
		s->accounts = 0;
		if (slice_end(w, ":") && rest.n > 1 && host.n != 0 && slice_are(service, "HTTP"))
			s->shared = tool_keep(s->out, first);
		s->searched = s->searched || slice_have(w, ": DC=") || slice_have(w, " DC=") ||
		              (slice_end(w, ":") && host.n != 0 && service.n != first.n);
	} else if (s->shared != NULL && slice_begin(w, "CN=") && ++s->accounts == 2) {
		if (s->twice.n < NAMES_MAX)
			vb_add(&s->twice, NULL, value_str(s->shared));
		tool_pin(s->out, "http_duplicates", s->file, line);
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
	} else {
		shared_name(s, w, line);
	}
}

static bool at_end(void *arg)
{
	struct spns *s = arg;

	if (s->searched && !s->heading) {
		ev_int(s->out, "http_duplicates", (int64_t)s->twice.n);
		if (s->twice.n != 0)
			ev_value(s->out, "duplicates", vb_list(&s->twice));
		return true;
	}
	if (!s->heading)
		return false;
	ev_value(s->out, "names", vb_list(&s->names));
	ev_int(s->out, "host_names", s->computer);
	ev_int(s->out, "http_names", s->http);
	ev_bool(s->out, "http_full_name", s->full);
	ev_bool(s->out, "http_short_name", s->brief);
	return true;
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct spns s = {.out = out, .file = call_arg(call, "file")};

	vb_init(&s.names, ev_mem(out));
	vb_init(&s.twice, ev_mem(out));
	return tool_read(
	        call, out, each, at_end, &s,
	        "no account with service principal names in it; make it with setspn -L ACCOUNT or setspn -X");
}

static unsigned recognise(const struct sample *s)
{
	if (s->text == NULL || s->text_n > 60000 || !sample_has(s, "DC=") ||
	    !(sample_has(s, "CN=") || sample_has(s, "duplicate SPN")))
		return 0;
	if (sample_has(s, "ServicePrincipalName") || sample_has(s, "duplicate SPN"))
		return 85;
	return sample_has(s, "SPN") && (sample_has(s, "\tHTTP/") || sample_has(s, "\tHOST/") ||
	                                sample_has(s, "\nHTTP/"))
	               ? 75
	               : 0;
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
