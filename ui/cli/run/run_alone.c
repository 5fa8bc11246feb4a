/* run --auto: what came of it, in words or as JSON, and the exit code. */
#include "run.h"

#include <stdio.h>
#include <string.h>

#include <casebook/report.h>
#include <casebook/signals.h>
#include <casebook/utf8.h>

void run_say(const char *text)
{
	struct buf shown;

	buf_init(&shown, BUF_MAX_LINE);
	utf8_clean(&shown, text, strlen(text), UTF8_ONE_LINE);
	fprintf(stderr, "casebook: %s\n", buf_cstr(&shown));
	buf_release(&shown);
}

static size_t first_sentence(const char *text)
{
	const char *end = strstr(text, ". ");

	return end != NULL ? (size_t)(end - text) + 1 : strlen(text);
}

static void say_side_effects(struct session *s)
{
	const struct flow *flow = session_flow(s);

	for (size_t i = 0; i < flow->nnodes; i++) {
		for (size_t k = 0; k < flow->nodes[i].nchecks; k++) {
			const struct check *c = &flow->nodes[i].checks[k];
			const char *what = c->probe->side_effect;

			if (what != NULL && replay_call(session_now(s), c) != NULL)
				fprintf(stderr,
				        "casebook: %s not run; --allow-side-effects would run it: %.*s\n",
				        c->probe->id, (int)first_sentence(what), what);
		}
	}
}

static void say_left_out(struct session *s, const struct run_setup *setup, const struct auto_end *end)
{
	if (!setup->session.allow_side_effects)
		say_side_effects(s);
	if (end->late)
		fputs("casebook: --max-time is up; what was not measured stays unknown\n", stderr);
	if (end->interrupted)
		fprintf(stderr, "casebook: stopped; what was recorded is kept: casebook resume %u\n",
		        (unsigned)session_case(s)->number);
}

static int print_result(struct cli *c, struct drive *d)
{
	struct session *s = drive_session(d);
	struct casefile loaded;
	struct buf out;
	bool copied;
	int rc;

	buf_init(&out, BUF_MAX_TEXT);
	if (cli_flag(c, "json")) {
		const struct casefile *cf = drive_case_to_report(d, &loaded, &copied);
		struct report *r = report_new(session_flow(s), cf, NULL);

		report_run_json(r, &out);
		report_free(r);
		if (copied)
			casefile_release(&loaded);
	} else {
		(void)drive_look_back(d);
		run_text(s, c->ascii, &out);
	}
	rc = cli_out(buf_cstr(&out), out.n);
	buf_release(&out);
	return rc;
}

static int exit_code(struct session *s, const struct auto_end *end)
{
	if (end->interrupted)
		return EXIT_INTERRUPTED;
	return verdict_exit(diagnose(session_now(s))->verdict);
}

static int finish(struct cli *c, struct drive *d, const struct run_setup *setup, const struct auto_end *end)
{
	int rc = print_result(c, d);

	say_left_out(drive_session(d), setup, end);
	if (rc != EXIT_DONE)
		return rc;
	if (drive_failed(d) != NULL)
		return cli_fail(drive_failed(d));
	return exit_code(drive_session(d), end);
}

static int drive_it(struct cli *c, const struct flow *flow, const struct run_setup *setup,
                    struct store *store, struct casefile *cf)
{
	struct drive_options o = {
	        .jobs = jobs_new(&setup->runner), .store = store, .session = setup->session};
	struct drive *d = drive_new(&o, flow, cf, 0);
	struct auto_end end = run_auto(d, setup);
	int rc = finish(c, d, setup, &end);

	drive_free(d);
	jobs_free(o.jobs);
	return rc;
}

int run_alone(struct cli *c, const struct flow *flow, struct run_setup *setup)
{
	struct casefile cf;
	struct store *store;
	struct err err;
	int rc;

	if (store_open(c->db, false, &store, &err) != 0 || signals_open(SIGNALS_STOP, NULL, &err) != 0) {
		store_close(store);
		return cli_fail(&err);
	}
	drive_fresh_case(flow, NULL, &cf);
	if (store_begin(store, &cf, &err) != 0) {
		casefile_release(&cf);
		err_wrap(&err, "the case could not be started");
		rc = cli_fail(&err);
	} else {
		rc = drive_it(c, flow, setup, store, &cf);
	}
	signals_close();
	store_close(store);
	return rc;
}
