/* casebook probe ID key=value...: one check alone, live or on a file. */
#include "cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <casebook/analyze.h>
#include <casebook/clock.h>
#include <casebook/host.h>
#include <casebook/file_name.h>
#include <casebook/json.h>
#include <casebook/signals.h>
#include <casebook/url.h>
#include <casebook/utf8.h>

#include "flow_cmd.h"
#include "probe_text.h"
#include "stdin_copy.h"

#define MAX_ARGS 8
#define MAX_TIMEOUT_S 86400 /* a day: no check is meant to take that long */

static const struct opt_def opts[] = {
        {"json", 0, OPT_FLAG, NULL, "one JSON object"},
        {"ca", 0, OPT_VALUE, "FILE", "certificates to trust instead of the system's (PEM)"},
        {"proxy", 0, OPT_VALUE, "URL", "the proxy to use; empty: none, whatever the environment says"},
        {"timeout", 0, OPT_VALUE, "S", "seconds for the check"},
        {"allow-external", 0, OPT_FLAG, NULL, "also ask hosts other than the named one (CRL, OCSP, AIA)"},
        {"allow-side-effects", 0, OPT_FLAG, NULL, "also checks that leave an entry in the server's logs"},
        {NULL, 0, OPT_FLAG, NULL, NULL},
};

struct ask {
	const struct probe *probe;
	struct probe_arg args[MAX_ARGS];
	size_t nargs;
	struct runner_options opt;
	struct arena *mem;
	char kept[STDIN_COPY_PATH]; /* where standard input was put for file=-; "" when it was not */
};

/* ---- the command line ---- */

static int take_arg(struct cli *c, struct ask *a, char *text)
{
	char *eq = strchr(text, '=');

	if (eq == NULL)
		return cli_usage(c, "'%s' is not key=value", text);
	*eq = '\0';
	if (probe_param(a->probe, text) == NULL)
		return cli_usage(c, "%s takes no '%s': see `casebook probes %s`", a->probe->id, text,
		                 a->probe->id);
	for (size_t i = 0; i < a->nargs; i++)
		if (strcmp(a->args[i].key, text) == 0)
			return cli_usage(c, "'%s' is given twice", text);
	if (a->nargs == MAX_ARGS)
		return cli_usage(c, "more than %d arguments", MAX_ARGS);
	a->args[a->nargs++] = (struct probe_arg){
	        .key = text, .value = strcmp(text, "file") == 0 ? file_name_given(a->mem, eq + 1) : eq + 1};
	return EXIT_DONE;
}

static const char *arg_of(const struct ask *a, const char *key)
{
	for (size_t i = 0; i < a->nargs; i++)
		if (strcmp(a->args[i].key, key) == 0)
			return a->args[i].value;
	return NULL;
}

/* What the program can tell before it starts anything. */
static int check_args(struct cli *c, const struct ask *a)
{
	const char *url = arg_of(a, "url"), *port = arg_of(a, "port");
	struct url parts;
	unsigned number;
	struct err err;

	for (const struct param_def *d = a->probe->params; d->key != NULL; d++)
		if (d->required && arg_of(a, d->key) == NULL)
			return cli_usage(c, "%s needs %s=: %s", a->probe->id, d->key, d->help);
	if (a->nargs == 0)
		return cli_usage(c, "%s needs an argument: see `casebook probes %s`", a->probe->id,
		                 a->probe->id);
	if (url != NULL && !probe_reads_capture(a->probe, a->args, a->nargs) &&
	    url_parse(url, &parts, &err) < 0)
		return cli_usage(c, "url=: %s", err.msg);
	if (port != NULL && !port_parse(port, &number))
		return cli_usage(c, "port= is not a number from 1 to 65535");
	return EXIT_DONE;
}

static int take_options(struct cli *c, struct ask *a)
{
	const char *timeout = cli_value(c, "timeout");

	a->opt.ca_file = cli_value(c, "ca");
	a->opt.proxy = cli_value(c, "proxy");
	a->opt.allow_external = cli_flag(c, "allow-external");
	a->opt.allow_side_effects = cli_flag(c, "allow-side-effects");
	if (timeout != NULL) {
		char *end;
		double s = strtod(timeout, &end);

		if (*end != '\0' || end == timeout || !(s >= 0.1 && s <= MAX_TIMEOUT_S))
			return cli_usage(c, "--timeout is not a number of seconds from 0.1 to %d",
			                 MAX_TIMEOUT_S);
		a->opt.timeout_ms = (unsigned)(s * 1000);
	}
	if (a->opt.ca_file != NULL && access(a->opt.ca_file, R_OK) != 0)
		return cli_usage(c, "--ca %s: %s", a->opt.ca_file, strerror(errno));
	return EXIT_DONE;
}

/* ---- standard input ---- */

/* file=-: a check reads a file more than once and from its end, so that a pipe must become one. */
static int keep_stdin(struct ask *a)
{
	for (size_t i = 0; i < a->nargs; i++) {
		int rc;

		if (strcmp(a->args[i].key, "file") != 0 || strcmp(a->args[i].value, "-") != 0)
			continue;
		rc = stdin_copy(a->kept);
		if (rc != EXIT_DONE)
			return rc;
		a->args[i].value = a->kept;
	}
	return EXIT_DONE;
}

static const char *shown_name(const struct ask *a, const char *file)
{
	return file != NULL && a->kept[0] != '\0' && strcmp(file, a->kept) == 0 ? "-" : file;
}

/* A value with the copy's name as the person gave it. */
static struct value shown_value(struct arena *mem, const struct ask *a, const struct value *v)
{
	struct value_builder b;

	if (v->type == VAL_STR)
		return value_str(shown_name(a, v->u.s));
	if (a->kept[0] == '\0' || (v->type != VAL_LIST && v->type != VAL_MAP))
		return *v;
	vb_init(&b, mem);
	for (size_t i = 0; v->type == VAL_LIST && i < v->u.list.n; i++)
		vb_add(&b, NULL, shown_value(mem, a, &v->u.list.items[i]));
	for (size_t i = 0; v->type == VAL_MAP && i < v->u.map.n; i++)
		vb_add(&b, v->u.map.items[i].key, shown_value(mem, a, &v->u.map.items[i].value));
	return v->type == VAL_LIST ? vb_list(&b) : vb_map(&b);
}

/* ---- waiting ---- */

static void show(const char *phase, uint64_t done, uint64_t total, bool ended)
{
	static size_t shown;
	struct buf line;

	if (!isatty(STDERR_FILENO))
		return;
	buf_init(&line, 200);
	if (phase != NULL)
		buf_str(&line, phase);
	if (total != 0)
		buf_fmt(&line, " %d %%", (int)(done * 100 / total));
	if (ended || line.n != 0) {
		fprintf(stderr, "\r%*s\r%s", (int)shown, "", buf_cstr(&line));
		shown = line.n;
	}
	fflush(stderr);
	buf_release(&line);
}

static void moves(void *arg, uint32_t tag, const struct runner_event *e)
{
	(void)arg;
	(void)tag;
	show(e->phase, e->done, e->total, false);
}

static void ends(void *arg, const struct job_end *end)
{
	(void)arg;
	(void)end;
	show(NULL, 0, 0, true);
}

/* ---- what was measured ---- */

/* The facts that the check promises and did not measure are null. */
static struct evidence complete(struct arena *mem, const struct ask *a, const struct evidence *e)
{
	const struct probe *p = a->probe;
	struct pin *pins = arena_array(mem, e->npins, sizeof(*pins));
	struct evidence out = *e;
	struct fact *facts;
	size_t n = 0, promised = 0;

	for (const struct fact_def *d = p->facts; d->key != NULL; d++)
		promised++;
	facts = arena_array(mem, promised + e->nfacts, sizeof(*facts));
	for (const struct fact_def *d = p->facts; d->key != NULL; d++) {
		const struct value *v = evidence_fact(e, d->key);

		facts[n++] = (struct fact){.key = d->key,
		                           .value = v != NULL ? shown_value(mem, a, v) : value_null()};
	}
	for (size_t i = 0; i < e->nfacts; i++)
		if (probe_fact(p, e->facts[i].key) == NULL)
			facts[n++] = e->facts[i];
	for (size_t i = 0; i < e->npins; i++) {
		pins[i] = e->pins[i];
		pins[i].file = shown_name(a, pins[i].file);
	}
	out.pins = pins;
	out.target = shown_name(a, e->target);
	if (a->kept[0] != '\0')
		out.by_hand = NULL; /* it would name the copy */
	out.facts = facts;
	out.nfacts = n;
	return out;
}

/* Columns of the terminal that reads this; 0 when it is a file or a pipe. */
static size_t columns(void)
{
	struct winsize w;

	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) < 0)
		return 0;
	return w.ws_col;
}

/* ---- what it speaks for ---- */

struct spoken {
	struct buf *out;
	const struct evidence *e;
	size_t nfacts;
};

static bool put_read(void *arg, const char *probe, const char *fact)
{
	struct spoken *s = arg;
	const struct value *v = strcmp(probe, s->e->probe) == 0 ? evidence_fact(s->e, fact) : NULL;

	if (v == NULL || v->type == VAL_NULL || v->type == VAL_MAP || v->type == VAL_LIST)
		return true;
	buf_fmt(s->out, "%s%s = ", s->nfacts++ == 0 ? "" : ", ", fact);
	value_text(s->out, v);
	return true;
}

static bool put_cause(void *arg, const struct cause *c)
{
	struct spoken *s = arg;

	if (c->severity == SEV_NOTE)
		return true;
	buf_fmt(s->out, "  It speaks for: %s (%s)\n    because ", c->title, c->id);
	s->nfacts = 0;
	cond_reads(c->supported, put_read, s);
	buf_char(s->out, '\n');
	return true;
}

/* The causes of the flow that this measurement alone supports, and the facts they rest on. */
static void put_causes(struct buf *out, const struct evidence *e)
{
	struct spoken s = {out, e, 0};
	struct flow_ref flow;

	if (e->outcome != EV_MEASURED)
		return;
	if (flow_ref_load(FLOW_DEFAULT, &flow) == 0)
		analyze_one(flow.flow, e, put_cause, &s);
	flow_ref_release(&flow);
}

static int print_evidence(struct cli *c, const struct ask *a, const struct evidence *e, int fault,
                          bool stopped)
{
	struct arena *mem = arena_new();
	struct evidence full = complete(mem, a, e);
	struct buf raw, out, causes;
	struct jsonw j;
	int rc;

	buf_init(&causes, BUF_MAX_TEXT);
	buf_init(&raw, BUF_MAX_TEXT);
	buf_init(&out, BUF_MAX_TEXT);
	if (cli_flag(c, "json")) {
		jsonw_init(&j, &out);
		evidence_json(&j, &full, false);
		buf_char(&out, '\n');
	} else {
		put_causes(&causes, &full);
		probe_text(&raw, a->probe, &full, fault, buf_cstr(&causes), columns());
		utf8_clean(&out, buf_cstr(&raw), raw.n, UTF8_LINES);
	}
	rc = cli_out(buf_cstr(&out), out.n);
	buf_release(&causes);
	buf_release(&raw);
	buf_release(&out);
	arena_free(mem);
	if (rc != EXIT_DONE)
		return rc;
	if (stopped)
		return EXIT_INTERRUPTED;
	if (fault == 1)
		return EXIT_FAULT;
	return e->outcome == EV_MEASURED ? EXIT_DONE : EXIT_INCONCLUSIVE;
}

/* A check that leaves traces is only run when that is asked for. */
static bool may_run(struct cli *c, struct ask *a)
{
	if (a->probe->side_effect == NULL || a->opt.allow_side_effects ||
	    probe_reads_capture(a->probe, a->args, a->nargs))
		return true;
	if (cli_flag(c, "json") || !isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return false;
	fprintf(stderr, "%s leaves a trace: %s\nRun it? [y/N] ", a->probe->id, a->probe->side_effect);
	a->opt.allow_side_effects = cli_yes();
	return a->opt.allow_side_effects;
}

static int not_run(struct cli *c, const struct ask *a)
{
	struct arena *mem = arena_new();
	char host[HOST_SIZE];
	struct evidence e = {.probe = a->probe->id, .outcome = EV_CANCELLED, .host = host};
	int rc;

	host_name(host);
	e.started_ms = clock_now_ms();
	e.target = arg_of(a, "url") != NULL ? arg_of(a, "url") : "";
	e.why = arena_fmt(mem, "not run, because it leaves a trace (%s): allow it with --allow-side-effects",
	                  a->probe->side_effect);
	rc = print_evidence(c, a, &e, -1, false);
	arena_free(mem);
	return rc;
}

static int measure(struct cli *c, struct ask *a)
{
	struct job_ask ask = {
	        .probe = a->probe, .args = a->args, .nargs = a->nargs, .progress = moves, .done = ends};
	struct arena *mem = arena_new();
	struct jobs *jobs = jobs_new(&a->opt);
	struct evidence e;
	bool stopped;
	struct err err;
	int rc, fault;

	if (signals_open(SIGNALS_STOP, NULL, &err) != 0 ||
	    jobs_run(jobs, &ask, mem, &e, &fault, &stopped, &err) != 0)
		rc = cli_fail(&err);
	else
		rc = print_evidence(c, a, &e, fault, stopped);
	signals_close();
	jobs_free(jobs);
	arena_free(mem);
	return rc;
}

static int ask(struct cli *c, struct ask *to)
{
	struct ask a = *to;
	int rc = EXIT_DONE;

	if (c->nargs == 0)
		return cli_usage(c, "which check? `casebook probes` lists them");
	a.probe = probe_find(c->args[0]);
	if (a.probe == NULL)
		return cli_no_such_check(c, c->args[0]);
	for (size_t i = 1; i < c->nargs && rc == EXIT_DONE; i++)
		rc = take_arg(c, &a, c->args[i]);
	if (rc == EXIT_DONE)
		rc = take_options(c, &a);
	if (rc == EXIT_DONE)
		rc = check_args(c, &a);
	if (rc != EXIT_DONE)
		return rc;
	if (!may_run(c, &a))
		return not_run(c, &a);
	rc = keep_stdin(&a);
	if (rc == EXIT_DONE)
		rc = measure(c, &a);
	if (a.kept[0] != '\0')
		unlink(a.kept);
	return rc;
}

static int run(struct cli *c)
{
	struct ask a = {.mem = arena_new()};
	int rc = ask(c, &a);

	arena_free(a.mem);
	return rc;
}

const struct command cmd_probe = {
        .name = "probe",
        .usage = "ID key=value... [options]",
        .help = "one check alone, live or on a file",
        .opts = opts,
        .run = run,
        .more = "`casebook probes` lists the checks, what they ask for and what they measure.  file=- reads "
                "standard input.\n"
                "Exit code 0: measured, no fault; 3: the measurement shows a fault; 4: it could not be "
                "measured.",
};
