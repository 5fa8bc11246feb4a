/* What `run`, `resume` and the start screen share: the options of the checks, and the choice between screen
 * and lines. */
#include "run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "case_ref.h"
#include "collect.h"
#include "wizard.h"

#define MAX_SECONDS 86400 /* a day: no check is meant to take that long */

static int take_seconds(struct cli *c, const char *name, int64_t *out_ms)
{
	const char *text = cli_value(c, name);
	char *end;
	double s;

	*out_ms = 0;
	if (text == NULL)
		return EXIT_DONE;
	s = strtod(text, &end);
	if (*end != '\0' || end == text || !(s >= 0.1 && s <= MAX_SECONDS))
		return cli_usage(c, "--%s is not a number of seconds from 0.1 to %d", name, MAX_SECONDS);
	*out_ms = (int64_t)(s * 1000);
	return EXIT_DONE;
}

int run_take_options(struct cli *c, struct run_setup *s)
{
	int64_t timeout;
	int rc = take_seconds(c, "timeout", &timeout);

	if (rc == EXIT_DONE)
		rc = take_seconds(c, "max-time", &s->max_time_ms);
	if (rc != EXIT_DONE)
		return rc;
	s->runner.timeout_ms = (unsigned)timeout;
	s->runner.ca_file = cli_value(c, "ca");
	s->runner.proxy = cli_value(c, "proxy");
	s->runner.allow_external = cli_flag(c, "allow-external");
	s->session.allow_side_effects = cli_flag(c, "allow-side-effects");
	s->runner.allow_side_effects = s->session.allow_side_effects;
	s->session.no_network = cli_flag(c, "no-network");
	s->session.about[ABOUT_PERSON] = cli_value(c, "person");
	s->session.about[ABOUT_ROLE] = cli_value(c, "role");
	s->session.about[ABOUT_TICKET] = cli_value(c, "ticket");
	s->session.about[ABOUT_LOCAL] = cli_flag(c, "local") ? "yes" : NULL;
	if (s->runner.ca_file != NULL && access(s->runner.ca_file, R_OK) != 0)
		return cli_usage(c, "--ca %s: %s", s->runner.ca_file, strerror(errno));
	return EXIT_DONE;
}

static int exit_of(enum wizard_end end, const struct err *err)
{
	switch (end) {
	case WIZARD_LEFT:
		return EXIT_DONE;
	case WIZARD_INTERRUPTED:
		return EXIT_INTERRUPTED;
	case WIZARD_UNSAVED:
		return EXIT_PROGRAM;
	case WIZARD_FAILED:
		break;
	}
	return cli_fail(err);
}

static const char *collect_here(void *arg, struct replay *now, const char *url, struct arena *mem)
{
	return collect_for_person(arg, mem, url, now);
}

static struct wizard_options options_of(struct cli *c, const struct run_setup *s)
{
	struct wizard_options opt = {.db = c->db,
	                             .ascii = c->ascii,
	                             .color = c->color,
	                             .made_ms = made_from_environment(),
	                             .run = s->runner,
	                             .session = s->session,
	                             .print = cli_out,
	                             .collect = collect_here,
	                             .collect_arg = c};

	/* A person who watches allows each side effect when it is asked for. */
	opt.run.allow_side_effects = true;
	return opt;
}

int run_person(struct cli *c, struct run_setup *s, const struct flow *flow, struct casefile *cf,
               uint32_t saved)
{
	const struct wizard_options opt = options_of(c, s);
	const char *why = NULL;
	struct err err;

	if (!cli_flag(c, "plain")) {
		if (wizard_possible(&why))
			return exit_of(wizard_case(&opt, flow, cf, saved, &err), &err);
		fprintf(stderr, "casebook: %s; going on line by line\n", why);
	}
	return exit_of(plain_case(&opt, flow, cf, saved, &err), &err);
}

int run_stored(struct cli *c, struct run_setup *s, const char *name, const char *flow)
{
	struct case_ref ref;
	int rc = case_ref_load(c, name, flow, &ref);

	if (rc == EXIT_DONE && (ref.of_file || casefile_copied(&ref.cf) != NULL)) {
		rc = cli_usage(
		        c,
		        ref.of_file
		                ? "a file is not gone on with; `casebook case import FILE` takes it in first"
		                : "this is a redacted copy: it can be read, compared and replayed, not gone on with");
	} else if (rc == EXIT_DONE) {
		uint32_t saved = (uint32_t)ref.cf.nlog;

		ref.loaded = false; /* the case is handed over */
		rc = run_person(c, s, ref.flow.flow, &ref.cf, saved);
	}
	case_ref_release(&ref);
	return rc;
}

/* ---- the start screen ---- */

static int begin(struct cli *c, const char *id)
{
	struct run_setup s = {0};
	struct flow_ref flow;
	struct casefile cf;
	int rc;

	if (flow_ref_load(id, &flow) != 0) {
		rc = cli_fail(&flow.err);
	} else {
		drive_fresh_case(flow.flow, NULL, &cf);
		rc = run_person(c, &s, flow.flow, &cf, 0);
	}
	flow_ref_release(&flow);
	return rc;
}

int run_start(struct cli *c)
{
	const struct run_setup none = {0};
	const struct wizard_options opt = options_of(c, &none);
	char ref[256];
	struct err err;

	if (wizard_possible(NULL))
		return exit_of(wizard_start(&opt, &err), &err);
	switch (plain_start(&opt, ref)) {
	case PLAIN_QUIT:
		return EXIT_DONE;
	case PLAIN_CASE:
		return run_stored(c, &(struct run_setup){0}, ref, NULL);
	case PLAIN_FLOW:
		return begin(c, ref);
	case PLAIN_NOBODY:
		break;
	}
	return cli_usage(c, "no answer came; `casebook run --auto` asks nobody");
}
