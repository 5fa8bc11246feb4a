/* What `run` and `resume` share: the options of the checks, and the choice between screen and lines. */
#include "run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
	if (s->runner.ca_file != NULL && access(s->runner.ca_file, R_OK) != 0)
		return cli_usage(c, "--ca %s: %s", s->runner.ca_file, strerror(errno));
	return EXIT_DONE;
}

static int line_by_line(struct cli *c, struct run_setup *s, struct casefile *cf, uint32_t saved)
{
	struct store *store;
	struct drive d;
	struct err err;
	int rc = store_open(c->db, false, &store, &err);

	if (rc == 0 && cf->number == 0) {
		rc = store_begin(store, cf, &err);
		if (rc != 0)
			store_close(store);
	}
	if (rc != 0) {
		casefile_release(cf);
		return cli_fail(&err);
	}
	drive_init(&d, store, s->flow.flow, cf, saved, &s->runner, &s->session);
	rc = run_plain(c, &d);
	drive_release(&d);
	store_close(store);
	return rc;
}

int run_person(struct cli *c, struct run_setup *s, struct casefile *cf, uint32_t saved)
{
	/* A person who watches allows each side effect when it is asked for. */
	struct wizard_options opt = {.run = s->runner, .session = s->session};
	const char *why;

	opt.run.allow_side_effects = s->runner.allow_side_effects = true;
	if (cli_flag(c, "plain"))
		return line_by_line(c, s, cf, saved);
	if (wizard_possible(&why))
		return wizard_case(c, &opt, s->flow.flow, cf, saved);
	fprintf(stderr, "casebook: %s; going on line by line\n", why);
	return line_by_line(c, s, cf, saved);
}
