/* casebook collect: what a case still needs, or everything, fetched from a server over SSH. */
#include <stdio.h>
#include <string.h>

#include <casebook/drive.h>

#include "case_ref.h"
#include "collect.h"
#include "run.h"

static const struct opt_def opts[] = {
        {"list", 0, OPT_FLAG, NULL, "only show what would be asked, word for word; contacts nobody"},
        {"all", 0, OPT_FLAG, NULL, "everything, not only what the case needs or what is usual"},
        {"no-temp", 0, OPT_FLAG, NULL, "without what writes a temporary file on the server"},
        {"json", 0, OPT_FLAG, NULL,
         "what was asked, or with --list would be, and what came, as one JSON object"},
        {"flow", 0, OPT_VALUE, "FILE", "the flow, when the case's own is not built in"},
        {NULL, 0, OPT_FLAG, NULL, NULL},
};

static int show_json(const struct collect_plan *p, const char *folder)
{
	struct buf out;
	int rc;

	buf_init(&out, BUF_MAX_TEXT);
	collect_json(p, folder, &out);
	rc = cli_out(buf_cstr(&out), out.n);
	buf_release(&out);
	return rc;
}

static int show_list(const struct cli *c, const struct collect_plan *p)
{
	struct buf out;
	int rc;

	if (cli_flag(c, "json"))
		return show_json(p, NULL);
	buf_init(&out, BUF_MAX_TEXT);
	collect_list(p, &out);
	rc = cli_out(buf_cstr(&out), out.n);
	buf_release(&out);
	return rc;
}

/* The last line names the folder. */
static int without_case(struct cli *c, struct collect_plan *p)
{
	const char *folder;
	int rc = collect_plan_make(c, c->args[0], NULL, p);

	if (rc != EXIT_DONE)
		return rc;
	if (cli_flag(c, "list"))
		return show_list(c, p);
	if (!collect_agreed(p))
		return EXIT_INTERRUPTED;
	rc = collect_run(c, p, true, &folder);
	if (cli_flag(c, "json"))
		(void)show_json(p, rc == EXIT_DONE || rc == EXIT_INCONCLUSIVE ? folder : NULL);
	else if (rc == EXIT_DONE || rc == EXIT_INCONCLUSIVE)
		printf("%s\n", folder);
	return rc;
}

/* Read at once, so that what it says is in the record. */
static int give(struct cli *c, struct drive *d, const char *folder)
{
	struct buf out;
	int rc;

	drive_files(d, &folder, 1, run_say);
	if (drive_failed(d) != NULL)
		return cli_fail(drive_failed(d));
	if (cli_flag(c, "json"))
		return EXIT_DONE;
	buf_init(&out, BUF_MAX_TEXT);
	run_text(drive_session(d), c->ascii, &out);
	rc = cli_out(buf_cstr(&out), out.n);
	buf_release(&out);
	return rc;
}

static int for_session(struct cli *c, struct drive *d, struct collect_plan *p)
{
	const char *folder;
	int rc = collect_plan_make(c, c->args[1], session_now(drive_session(d)), p), given;

	if (rc != EXIT_DONE)
		return rc;
	if (p->n == 0) {
		fputs("casebook: this case needs nothing that a server has; --all fetches everything\n",
		      stderr);
		return EXIT_DONE;
	}
	if (cli_flag(c, "list"))
		return show_list(c, p);
	if (!collect_agreed(p))
		return EXIT_INTERRUPTED;
	rc = collect_run(c, p, false, &folder);
	if (rc != EXIT_DONE && rc != EXIT_INCONCLUSIVE)
		return rc;
	given = give(c, d, folder);
	if (given == EXIT_DONE && cli_flag(c, "json"))
		given = show_json(p, folder);
	return given != EXIT_DONE ? given : rc;
}

static int for_case(struct cli *c, struct collect_plan *p)
{
	struct run_setup s = {.say = run_say, .mem = p->mem};
	struct drive_options o = {.session = s.session};
	struct case_ref ref;
	struct drive *d;
	struct err err;
	int rc = case_ref_load(c, c->args[0], cli_value(c, "flow"), &ref);

	if (rc == EXIT_DONE && (ref.of_file || casefile_copied(&ref.cf) != NULL))
		rc = cli_usage(c, "a file or a redacted copy is not gone on with");
	if (rc == EXIT_DONE && store_open(c->db, false, &o.store, &err) != 0)
		rc = cli_fail(&err);
	if (rc == EXIT_DONE) {
		o.jobs = jobs_new(&s.runner);
		ref.loaded = false; /* the case is handed over */
		d = drive_new(&o, ref.flow.flow, &ref.cf, (uint32_t)ref.cf.nlog);
		rc = for_session(c, d, p);
		drive_free(d);
		jobs_free(o.jobs);
		store_close(o.store);
	}
	case_ref_release(&ref);
	return rc;
}

static int run(struct cli *c)
{
	struct collect_plan p = {.mem = arena_new()};
	int rc;

	if (c->nargs == 1)
		rc = without_case(c, &p);
	else if (c->nargs == 2)
		rc = for_case(c, &p);
	else
		rc = cli_usage(c, "from where? casebook collect [CASE] ssh://user@host");
	arena_free(p.mem);
	return rc;
}

const struct command cmd_collect = {
        .name = "collect",
        .usage = "[CASE] ssh://[user@]host[:port] [options]",
        .help = "fetch what is missing from a Windows server over SSH",
        .opts = opts,
        .run = run,
        .more = "Everything that would be asked is shown word for word first. With CASE only what it still needs is\n"
                "fetched, and becomes its evidence; without one, all that is usual goes into a new folder, which the\n"
                "last line names. ssh is your own: its configuration, keys, agent and known hosts. Exit code 0 all is\n"
                "there, 4 some is missing, 1 the server was not reached.",
};
