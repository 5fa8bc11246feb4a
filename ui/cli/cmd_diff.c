/* casebook diff CASE [CASE]: two cases fact by fact, or one before and after its fix. */
#include "cli.h"

#include <casebook/diff.h>
#include <casebook/report.h>

#include "case_ref.h"
#include "report_options.h"

static const struct opt_def opts[] = {
        {"json", 0, OPT_FLAG, NULL, "one JSON object"},
        {"all", 0, OPT_FLAG, NULL, "every difference, one by one, the first one first"},
        {"redact", 0, OPT_VALUE, "LEVEL", "full (default: it is for you alone), standard or strict"},
        {"flow", 0, OPT_VALUE, "FILE", "the flow of the cases, when it is not built in"},
        {NULL, 0, OPT_FLAG, NULL, NULL},
};

static int print(const struct cli *c, const struct diff *d)
{
	struct buf out;
	struct err err;
	int rc;

	buf_init(&out, BUF_MAX_TEXT);
	if (cli_flag(c, "json"))
		diff_json(d, &out);
	else
		(cli_flag(c, "all") ? diff_list : diff_text)(d, &out);
	rc = diff_check(d, buf_cstr(&out), out.n, &err) == 0 ? cli_out(buf_cstr(&out), out.n)
	                                                     : cli_fail(&err);
	buf_release(&out);
	if (rc == EXIT_DONE)
		report_options_tell_left(d->redaction,
		                         "`casebook report CASE --preview` lists those of one case.");
	return rc;
}

static int compare(struct cli *c, const struct case_ref *a, const struct case_ref *b, enum redact_level level)
{
	/* Tokens come afterwards, from both: each report alone would number its own. */
	struct report_options full = {.made_ms = REPORT_MADE_BY_CASE, .redact = REDACT_FULL};
	struct report *left = report_new(a->flow.flow, &a->cf, &full), *right = NULL;
	struct diff *d;
	struct err err;
	int rc;

	if (b != NULL)
		right = report_new(b->flow.flow, &b->cf, &full);
	d = b != NULL ? diff_new(left, right) : diff_of_fix(left);
	if (d != NULL) {
		diff_redact(d, level);
		rc = print(c, d);
	} else {
		err_set(&err, FAIL_USAGE, 0,
		        "no fix was applied in this case; name a second case to compare it with");
		rc = cli_fail(&err);
	}
	diff_free(d);
	report_free(left);
	report_free(right);
	return rc;
}

static int run(struct cli *c)
{
	const char *flow = cli_value(c, "flow"), *level = cli_value(c, "redact");
	struct case_ref a = {0}, b = {0};
	int rc;

	if (level != NULL && redact_level_from(level) < 0)
		return cli_usage(c, "--redact is full, standard or strict, not '%s'", level);

	if (c->nargs != 1 && c->nargs != 2)
		return cli_usage(c, "`diff` takes two cases, or one to see it before and after its fix");
	rc = case_ref_load(c, c->args[0], flow, &a);
	if (rc == EXIT_DONE && c->nargs == 2)
		rc = case_ref_load(c, c->args[1], flow, &b);
	if (rc == EXIT_DONE)
		rc = compare(c, &a, c->nargs == 2 ? &b : NULL,
		             level != NULL ? (enum redact_level)redact_level_from(level) : REDACT_FULL);
	case_ref_release(&a);
	case_ref_release(&b);
	return rc;
}

extern const struct command cmd_diff;
const struct command cmd_diff = {
        "diff",
        "CASE [CASE]",
        "Compare two cases, or one before and after its fix",
        opts,
        run,
        "Verdict, the facts that decided, findings, what was not repeated; then how many\n"
        "differences follow from them, which --all lists.\n"
        "Measurements are paired by target, else by their order. With one\n"
        "case, the measurements before its last \"fixed\" are compared with\n"
        "those after it. A CASE may be a bundle or an exported file. Names stand as\n"
        "written unless --redact standard makes them tokens, the same in both cases;\n"
        "redacted bundles keep their own, which are not each other's.\n"
        "Exit: 0 compared, 1 failed, 2 no such case, or one without a fix.",
};
