/* casebook practice: a case whose server and files are made for it, to learn on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <casebook/clock.h>
#include <casebook/nearest.h>

#include "practice.h"

static const struct opt_def opts[] = {
        {"list", 0, OPT_FLAG, NULL, "the cases, by what is seen at the start"},
        {"spoil", 0, OPT_FLAG, NULL, "with --list: also what is the matter"},
        {"random", 0, OPT_FLAG, NULL, "any of them"},
        {"seed", 0, OPT_VALUE, "N", "with --random: the same one again for the same number"},
        {"explain", 0, OPT_FLAG, NULL, "do not play: say what it is and the shortest way"},
        {"plain", 0, OPT_FLAG, NULL, "line by line, no screen control"},
        {NULL, 0, OPT_FLAG, NULL, NULL},
};

static int list(struct cli *c, const struct practice_case *all, size_t n)
{
	struct buf out;
	int rc;

	buf_init(&out, BUF_MAX_TEXT);
	for (size_t i = 0; i < n; i++) {
		buf_fmt(&out, "%s\n  %s\n", all[i].name, all[i].story);
		if (!cli_flag(c, "spoil"))
			continue;
		buf_str(&out, "  ");
		practice_truth(&all[i], &out);
		buf_char(&out, '\n');
	}
	rc = cli_out(buf_cstr(&out), out.n);
	buf_release(&out);
	return rc;
}

/* The same seed names the same case; without one the clock does. */
static int pick(struct cli *c, size_t n, size_t *out)
{
	const char *text = cli_value(c, "seed");
	uint64_t seed = (uint64_t)clock_now_ms();
	char *end;

	if (text != NULL) {
		seed = strtoull(text, &end, 10);
		if (*text == '\0' || *end != '\0')
			return cli_usage(c, "--seed %s is not a number", text);
	}
	/* Neighbouring seeds are to give different cases (Knuth's multiplicative hash). */
	*out = (size_t)((seed * 11400714819323198485ull >> 32) % n);
	return EXIT_DONE;
}

static int no_such_case(const struct cli *c, const struct practice_case *all, size_t n)
{
	struct nearest near = {.word = c->args[0]};

	for (size_t i = 0; i < n; i++)
		nearest_try(&near, all[i].name);
	return cli_no_such(c, "practice case", "casebook practice --list", &near);
}

static int which(struct cli *c, const struct practice_case *all, size_t n, const char **out)
{
	size_t i = 0;
	int rc = EXIT_DONE;

	if (c->nargs == 1) {
		for (i = 0; i < n && strcmp(all[i].name, c->args[0]) != 0; i++)
			;
		if (i == n)
			return no_such_case(c, all, n);
	} else if (cli_flag(c, "random") || cli_value(c, "seed") != NULL) {
		rc = pick(c, n, &i);
	}
	*out = all[i].name;
	return rc;
}

/* ---- played ---- */

static void brief(const struct practice_case *it)
{
	printf("Practice: %s\n\n  %s\n\n", it->name, it->story);
	for (size_t i = 0; i < it->ninputs; i++) {
		if (strcmp(it->inputs[i].key, "server_url") == 0)
			printf("  The server: %s\n", it->inputs[i].value);
		else
			printf("  Known: %s=%s\n", it->inputs[i].key, it->inputs[i].value);
	}
	if (it->files != NULL)
		printf("  What people sent lies in %s;\n  where a file is asked for, \".\" gives the whole folder.\n",
		       it->files);
	putchar('\n');
	if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
		int ch;

		fputs("Enter starts. ", stdout);
		fflush(stdout);
		while ((ch = getchar()) != '\n' && ch != EOF)
			;
	}
	fflush(stdout);
}

static void put_input(struct casefile *cf, const char *key, const char *value)
{
	struct record r = {.kind = REC_INPUT, .at_ms = clock_now_ms(), .u.input = {key, value, BY_PERSON}};

	(void)casefile_append(cf, &r, NULL);
}

static int walk(struct cli *c, const struct practice_case *it, const struct flow *flow, struct arena *mem)
{
	struct run_setup s = {.runner = {.ca_file = it->ca}};
	struct record note = {.kind = REC_NOTE,
	                      .at_ms = clock_now_ms(),
	                      .u.note = {arena_fmt(mem, "Practice: %s", it->story)}};
	struct casefile cf;

	drive_fresh_case(flow, arena_fmt(mem, "Practice: %s", it->name), &cf);
	(void)casefile_append(&cf, &note, NULL);
	for (size_t i = 0; i < it->ninputs; i++)
		put_input(&cf, it->inputs[i].key, it->inputs[i].value);
	return run_person(c, &s, flow, &cf, 0);
}

static int play(struct cli *c, const char *name, struct arena *mem)
{
	bool walks = !cli_flag(c, "explain");
	struct practice_play p;
	struct flow_ref flow;
	struct buf told;
	struct err err;
	int rc = EXIT_DONE;

	if (flow_ref_load(FLOW_DEFAULT, &flow) != 0) {
		rc = cli_fail(&flow.err);
	} else if (practice_start(mem, name, &p, &err) != 0) {
		rc = cli_fail(&err);
	} else {
		if (walks) {
			brief(&p.it);
			(void)!chdir(p.it.files != NULL ? p.it.files : p.it.folder);
			rc = walk(c, &p.it, flow.flow, mem);
		}
		buf_init(&told, BUF_MAX_TEXT);
		if (!practice_tell(c, &p.it, flow.flow, walks, &told) && !walks)
			rc = EXIT_INCONCLUSIVE; /* the case and the checks disagree */
		if (walks)
			buf_fmt(&told, "\nYour walk is the newest case in %s (--db).\n", c->db);
		(void)cli_out(buf_cstr(&told), told.n);
		buf_release(&told);
		(void)!chdir("/");
		practice_end(&p);
	}
	flow_ref_release(&flow);
	return rc;
}

/* A store of its own: a real case is never lost among these. The name holds wherever the walk goes. */
static int take_store(struct cli *c, struct arena *mem)
{
	char here[4096];
	struct err err;
	char *own;

	if (c->db == NULL) {
		own = store_beside("practice.db", true, &err);
		if (own == NULL)
			return cli_fail(&err);
		c->db = arena_strdup(mem, own);
		free(own);
	} else if (c->db[0] != '/' && getcwd(here, sizeof(here)) != NULL) {
		c->db = arena_fmt(mem, "%s/%s", here, c->db);
	}
	return EXIT_DONE;
}

static int run(struct cli *c)
{
	struct arena *mem = arena_new();
	struct practice_case *all;
	const char *name;
	struct err err;
	size_t n;
	int rc;

	if (c->nargs > 1)
		rc = cli_usage(c, "one case at a time, not '%s'", c->args[1]);
	else if (practice_list(mem, &all, &n, &err) != 0)
		rc = cli_fail(&err);
	else if (cli_flag(c, "list"))
		rc = list(c, all, n);
	else if ((rc = which(c, all, n, &name)) == EXIT_DONE && (rc = take_store(c, mem)) == EXIT_DONE)
		rc = play(c, name, mem);
	arena_free(mem);
	return rc;
}

const struct command cmd_practice = {
        .name = "practice",
        .usage = "[CASE] [options]",
        .help = "learn on a case that is made for it: a faulty server on this machine, and the files",
        .opts = opts,
        .run = run,
        .more = "Without CASE the first of --list. Nothing leaves this machine. The walk is kept in a store of its own,\n"
                "practice.db beside the cases; `casebook report 1 --db FILE` writes its report.",
};
