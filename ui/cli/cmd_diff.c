/* casebook diff CASE [CASE]: two cases fact by fact, or one before and after its fix. */
#include "cli.h"

#include <casebook/diff.h>
#include <casebook/report.h>

#include "case_ref.h"

static const struct opt_def opts[] = {
        {"json", 0, OPT_FLAG, NULL, "one JSON object"},
        {"all", 0, OPT_FLAG, NULL, "every difference, one by one, the first one first"},
        {"flow", 0, OPT_VALUE, "FILE", "the flow of the cases, when it is not built in"},
        {NULL, 0, OPT_FLAG, NULL, NULL},
};

static int print(const struct cli *c, const struct diff *d)
{
	struct buf out;
	int rc;

	buf_init(&out, BUF_MAX_TEXT);
	if (cli_flag(c, "json"))
		diff_json(d, &out);
	else
		(cli_flag(c, "all") ? diff_list : diff_text)(d, &out);
	rc = cli_out(buf_cstr(&out), out.n);
	buf_release(&out);
	return rc;
}

static int compare(struct cli *c, const struct case_ref *a, const struct case_ref *b)
{
	/* For one's own eyes: tokens of two cases could not be compared. */
	struct report_options full = {.made_ms = REPORT_MADE_BY_CASE, .redact = REDACT_FULL};
	struct report *left = report_new(a->flow.flow, &a->cf, &full), *right = NULL;
	struct diff *d;
	struct err err;
	int rc;

	if (b != NULL)
		right = report_new(b->flow.flow, &b->cf, &full);
	d = b != NULL ? diff_new(left, right) : diff_of_fix(left);
	if (d != NULL) {
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
	const char *flow = cli_value(c, "flow");
	struct case_ref a = {0}, b = {0};
	int rc;

	if (c->nargs != 1 && c->nargs != 2)
		return cli_usage(c, "`diff` takes two cases, or one to see it before and after its fix");
	rc = case_ref_load(c, c->args[0], flow, &a);
	if (rc == EXIT_DONE && c->nargs == 2)
		rc = case_ref_load(c, c->args[1], flow, &b);
	if (rc == EXIT_DONE)
		rc = compare(c, &a, c->nargs == 2 ? &b : NULL);
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
        "those after it. Nothing is replaced by tokens: the output is for you alone.\n"
        "Exit: 0 compared, 1 failed, 2 no such case, or one without a fix.",
};
