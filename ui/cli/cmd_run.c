/* casebook run: what the command line says, checked, and handed to the wizard, --plain or --auto. */
#include "collect.h"
#include "run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <casebook/clock.h>
#include <casebook/file_name.h>
#include <casebook/io.h>
#include <casebook/paste.h>

static const struct opt_def opts[] = {
        {"set", 0, OPT_LIST, "KEY=VALUE", "an input of the flow; `casebook flow show` lists them"},
        {"evidence", 0, OPT_LIST, "PATH",
         "a file, folder or archive from the server or device; with --auto - is a text on standard input"},
        {"collect", 0, OPT_VALUE, "URL",
         "fetch evidence from ssh://user@host first; `casebook collect` says how"},
        {"about", 0, OPT_LIST, "FILE=WHOSE", "whose a file is: ndes, server (another one) or device"},
        {"answers", 0, OPT_VALUE, "FILE", "YAML, one line per step: \"step: answer\""},
        {"auto", 0, OPT_FLAG, NULL, "ask nobody; stop where a person is needed"},
        {"json", 0, OPT_FLAG, NULL, "with --auto: one JSON object"},
        {"plain", 0, OPT_FLAG, NULL, "line by line, no screen control"},
        {"no-network", 0, OPT_FLAG, NULL, "run no live check"},
        {"allow-external", 0, OPT_FLAG, NULL, "also ask third-party hosts (CRL, OCSP)"},
        {"allow-side-effects", 0, OPT_FLAG, NULL, "also checks that leave an entry in the server's logs"},
        RUN_OPTS,
        {"replay", 0, OPT_VALUE, "CASE", "what the flow would conclude from a stored case's evidence"},
        {"flow", 0, OPT_VALUE, "FLOW", "the flow, as FLOW does"},
        {"max-time", 0, OPT_VALUE, "S", "with --auto: seconds for the whole run"},
        {NULL, 0, OPT_FLAG, NULL, NULL},
};

/* ---- options ---- */

static int unknown_key(struct cli *c, const struct flow *f, const char *key)
{
	struct buf b;
	int rc;

	buf_init(&b, 400);
	for (size_t i = 0; i < f->ninputs; i++)
		buf_fmt(&b, "%s%s", i != 0 ? ", " : "", f->inputs[i].key);
	rc = cli_usage(c, "%s has no input '%s'; its inputs: %s", f->id, key, buf_cstr(&b));
	buf_release(&b);
	return rc;
}

/* By its bytes, or as it was shown. */
static bool is_there(const char *name)
{
	char real[4096];

	return access(name, R_OK) == 0 ||
	       (file_name_real(name, real, sizeof(real)) && access(real, R_OK) == 0);
}

/* "-": what stands on standard input, kept as a file; whoever answers line by line types there instead. */
static int take_stdin(struct cli *c, struct run_setup *s, const char **path)
{
	struct buf text;
	struct secret_count masked = {0, NULL};
	struct err err;
	int sys;

	if (s->pasted != NULL)
		return cli_usage(c, "standard input is given twice");
	if (!cli_flag(c, "auto"))
		return cli_usage(c, "- needs --auto: without it the line `paste` takes a text");
	if (isatty(STDIN_FILENO))
		fputs("casebook: paste the text, then press Ctrl-D on a line of its own\n", stderr);
	buf_init(&text, PASTE_MAX + 1);
	sys = io_read_all(STDIN_FILENO, &text);
	if (sys != 0 && !text.over) {
		err_set(&err, FAIL_IO, sys, "standard input cannot be read: %s", strerror(sys));
		buf_release(&text);
		return cli_fail(&err);
	}
	*path = s->pasted = paste_keep(s->mem, c->db, clock_now_ms(), buf_cstr(&text),
	                               text.over ? PASTE_MAX + 1u : text.n, &masked, &err);
	if (masked.n != 0)
		fprintf(stderr, "casebook: what looks like %s is kept as xxx in the copy of the text\n",
		        masked.what);
	buf_release(&text);
	return s->pasted != NULL ? EXIT_DONE : cli_fail(&err);
}

static int take_set(struct cli *c, const struct flow *flow, struct run_setup *s, const char *text)
{
	const char *eq = strchr(text, '='), *value;
	const struct input_def *def;
	const char *key;
	struct secret_count left_out = {0, NULL};
	char warn[240];
	struct err err;
	int rc = EXIT_DONE;

	if (eq == NULL || eq == text)
		return cli_usage(c, "--set %s: not KEY=VALUE", text);
	key = arena_strndup(s->mem, text, (size_t)(eq - text));
	def = flow_input(flow, key);
	if (def == NULL)
		return unknown_key(c, flow, key);
	for (size_t i = 0; i < s->nset; i++)
		if (strcmp(s->set[i].key, key) == 0)
			return cli_usage(c, "--set %s is given twice", key);
	value = eq + 1;
	if (def->type == INPUT_FILE && strcmp(value, "-") == 0)
		rc = take_stdin(c, s, &value);
	if (rc != EXIT_DONE)
		return rc;
	value = input_without_secret(s->mem, def, value, &left_out);
	if (value == NULL && !input_accepts(def, eq + 1, NULL, 0, &err))
		return cli_usage(c, "--set %s: %s", key, err.msg);
	if (value == NULL)
		return cli_usage(c, "--set %s: holds %s; give it without", key, left_out.what);
	if (left_out.n != 0 && def->type != INPUT_FILE)
		fprintf(stderr, "casebook: %s: what looks like %s is left out of the record%s\n", key,
		        left_out.what, def->type == INPUT_URL ? ", with the whole query" : "");
	if (!input_accepts(def, value, warn, sizeof(warn), &err))
		return cli_usage(c, "--set %s: %s", key, err.msg);
	if (def->type == INPUT_FILE && !is_there(value))
		return cli_usage(c, "--set %s: %s: %s", key, value, strerror(errno));
	if (warn[0] != '\0')
		fprintf(stderr, "casebook: %s\n", warn);
	s->set[s->nset++] =
	        (struct setting){key, def->type == INPUT_FILE ? file_name_given(s->mem, value) : value};
	return EXIT_DONE;
}

static int take_about(struct cli *c, struct run_setup *s, struct said_of *out, const char *text)
{
	const char *eq = strrchr(text, '=');
	int role = eq != NULL ? role_from(eq + 1) : -1;
	char *name;

	if (eq == NULL || eq == text || (role != ROLE_NDES && role != ROLE_SERVER && role != ROLE_DEVICE))
		return cli_usage(c, "--about %s: not FILE=ndes, FILE=server or FILE=device", text);
	name = arena_strndup(s->mem, text, (size_t)(eq - text));
	if (!is_there(name))
		return cli_usage(c, "--about %s: %s: %s", text, name, strerror(errno));
	*out = (struct said_of){
	        .name = file_name_given(s->mem, name), .role = (enum role)role, .by = BY_PERSON};
	return EXIT_DONE;
}

/* What the command line says comes last, and so it holds. */
static int take_abouts(struct cli *c, struct run_setup *s)
{
	struct said_of *said = arena_array(s->mem, c->nset + s->answers.nsaid + 1, sizeof(*said));
	const char *text;
	size_t n = s->answers.nsaid;

	if (n != 0)
		memcpy(said, s->answers.said, n * sizeof(*said));
	for (size_t i = 0; (text = cli_nth(c, "about", i)) != NULL; i++) {
		int rc = take_about(c, s, &said[n++], text);

		if (rc != EXIT_DONE)
			return rc;
	}
	s->session.said = said;
	s->session.nsaid = n;
	return EXIT_DONE;
}

static int take_lists(struct cli *c, const struct flow *flow, struct run_setup *s)
{
	const char *text;
	int rc;

	s->set = arena_array(s->mem, c->nset + 1, sizeof(*s->set));
	s->evidence = arena_array(s->mem, c->nset + 1, sizeof(*s->evidence));
	for (size_t i = 0; (text = cli_nth(c, "set", i)) != NULL; i++) {
		rc = take_set(c, flow, s, text);
		if (rc != EXIT_DONE)
			return rc;
	}
	for (size_t i = 0; (text = cli_nth(c, "evidence", i)) != NULL; i++) {
		rc = strcmp(text, "-") == 0 ? take_stdin(c, s, &text) : EXIT_DONE;
		if (rc != EXIT_DONE)
			return rc;
		if (!is_there(text))
			return cli_usage(c, "--evidence %s: %s", text, strerror(errno));
		s->evidence[s->nevidence++] = text;
	}
	if (cli_value(c, "collect") == NULL)
		return EXIT_DONE;
	rc = collect_for_run(c, s->mem, cli_value(c, "collect"), &text);
	if (rc == EXIT_DONE && text != NULL)
		s->evidence[s->nevidence++] = text;
	return rc;
}

static int take_answers(struct cli *c, const struct flow *flow, struct run_setup *s)
{
	const char *path = cli_value(c, "answers");
	struct err err;

	if (path == NULL)
		return EXIT_DONE;
	if (!cli_flag(c, "auto"))
		return cli_usage(c, "--answers needs --auto: without it a person answers");
	return answers_load(path, flow, &s->answers, &err) == 0 ? EXIT_DONE : cli_usage(c, "%s", err.msg);
}

static int take_options(struct cli *c, struct run_setup *s)
{
	int rc = run_take_options(c, s);

	if (rc == EXIT_DONE && cli_flag(c, "json") && !cli_flag(c, "auto"))
		rc = cli_usage(c, "--json needs --auto");
	if (rc == EXIT_DONE && s->max_time_ms != 0 && !cli_flag(c, "auto"))
		rc = cli_usage(c, "--max-time needs --auto: a person is not timed");
	if (rc == EXIT_DONE && cli_flag(c, "auto") && cli_flag(c, "plain"))
		rc = cli_usage(c, "--auto asks nobody, --plain asks line by line: one of the two");
	return rc;
}

/* A flow that does not check is wrong usage; its problems are said one by one. */
static int take_flow(struct cli *c, struct flow_ref *flow)
{
	const char *named = cli_value(c, "flow");
	struct buf said;

	if (c->nargs + (named != NULL) > 1)
		return cli_usage(c, "one flow at a time, not '%s'", c->args[c->nargs - 1]);
	if (named == NULL)
		named = c->nargs == 1 ? c->args[0] : FLOW_DEFAULT;
	if (flow_ref_load(named, flow) == 0)
		return EXIT_DONE;
	buf_init(&said, BUF_MAX_TEXT);
	flow_ref_print(flow, &said);
	fputs(buf_cstr(&said), stderr);
	buf_release(&said);
	cli_fail(&flow->err);
	return flow->err.code == FAIL_IO ? EXIT_PROGRAM : EXIT_USAGE;
}

/* ---- the ways ---- */

/* The files are read before the first page, so that it shows what they say. */
static int with_files(struct cli *c, const struct flow *flow, struct run_setup *s, struct casefile *cf,
                      uint32_t *saved)
{
	struct drive_options o = {.session = s->session};
	struct drive *d;
	struct err err;

	if (store_open(c->db, false, &o.store, &err) != 0)
		return cli_fail(&err);
	o.jobs = jobs_new(&s->runner);
	d = drive_new(&o, flow, cf, 0);
	drive_files(d, s->evidence, s->nevidence, run_say);
	drive_hand_over(d, cf, saved);
	jobs_free(o.jobs);
	store_close(o.store);
	return EXIT_DONE;
}

static int with_person(struct cli *c, const struct flow *flow, struct run_setup *s)
{
	int64_t now = clock_now_ms();
	struct casefile cf;
	uint32_t saved = 0;
	int rc = EXIT_DONE;

	drive_fresh_case(flow, NULL, &cf);
	for (size_t i = 0; i < s->nset; i++) {
		struct record r = {.kind = REC_INPUT,
		                   .at_ms = now,
		                   .u.input = {s->set[i].key, s->set[i].value, BY_PERSON}};

		if (casefile_append(&cf, &r, NULL) == NULL)
			break;
	}
	if (s->nevidence != 0)
		rc = with_files(c, flow, s, &cf, &saved);
	if (rc == EXIT_DONE)
		return run_person(c, s, flow, &cf, saved);
	casefile_release(&cf);
	return rc;
}

static int run(struct cli *c)
{
	struct run_setup s = {.say = run_say, .mem = arena_new()};
	struct flow_ref flow = {0};
	int rc = take_flow(c, &flow);

	if (rc == EXIT_DONE && cli_value(c, "replay") != NULL) {
		rc = run_replay(c, cli_value(c, "replay"), flow.flow);
		flow_ref_release(&flow);
		arena_free(s.mem);
		return rc;
	}
	if (rc == EXIT_DONE)
		rc = take_options(c, &s);
	if (rc == EXIT_DONE)
		rc = take_lists(c, flow.flow, &s);
	if (rc == EXIT_DONE)
		rc = take_answers(c, flow.flow, &s);
	if (rc == EXIT_DONE)
		rc = take_abouts(c, &s);
	if (rc == EXIT_DONE)
		rc = cli_flag(c, "auto") ? run_alone(c, flow.flow, &s) : with_person(c, flow.flow, &s);
	answers_release(&s.answers);
	flow_ref_release(&flow);
	arena_free(s.mem);
	return rc;
}

const struct command cmd_run = {
        .name = "run",
        .usage = "[FLOW] [options]",
        .help = "start a case (FLOW defaults to " FLOW_DEFAULT ")",
        .opts = opts,
        .run = run,
        .more = "With --auto: exit code 0 healthy, 3 a fault was found, 4 inconclusive, 130 interrupted.\n"
                "A URL, a host or a file may be given with --set; files of any kind with --evidence.",
};
