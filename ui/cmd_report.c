/* casebook report CASE: one saved case, in one format, to one file.  Knows options; the report is the
 * engine's. */
#include "cli.h"

#include <stdio.h>
#include <string.h>

#include <casebook/report.h>

#include "case_ref.h"

static const struct opt_def opts[] = {
        {"format", 'f', OPT_VALUE, "FORMAT",
         "md (default), html, json, txt or tree; else what FILE ends with"},
        {"output", 'o', OPT_VALUE, "FILE", "where to write; - or nothing is standard output"},
        {"redact", 0, OPT_VALUE, "LEVEL", "standard (default), strict, or full: nothing is replaced"},
        {"flow", 0, OPT_VALUE, "FILE", "the flow of the case, when it is not built in"},
        {NULL, 0, OPT_FLAG, NULL, NULL},
};

static const struct report_format *format_by_ending(const char *path)
{
	const char *dot = path != NULL ? strrchr(path, '.') : NULL;

	for (size_t i = 0; dot != NULL && report_formats[i] != NULL; i++)
		if (strcmp(report_formats[i]->ext, dot) == 0)
			return report_formats[i];
	return report_format_find("md");
}

static int write_report(struct cli *c, const struct report_format *format,
                        const struct report_options *options)
{
	const char *path = cli_value(c, "output");
	struct case_ref ref;
	struct report *r;
	struct err err;
	int rc = case_ref_load(c, c->args[0], cli_value(c, "flow"), &ref);

	if (rc == EXIT_DONE) {
		r = report_new(ref.flow.flow, &ref.cf, options);
		if (report_save(r, format, path != NULL ? path : "-", &err) != 0)
			rc = cli_fail(&err);
		report_free(r);
	}
	case_ref_release(&ref);
	return rc;
}

static int run(struct cli *c)
{
	struct report_options options = {.made_ms = made_from_environment(), .redact = REDACT_STANDARD};
	const char *name = cli_value(c, "format"), *level = cli_value(c, "redact");
	const struct report_format *format =
	        name != NULL ? report_format_find(name) : format_by_ending(cli_value(c, "output"));

	if (c->nargs != 1)
		return cli_usage(c, c->nargs == 0 ? "`report` needs a case: its number or id"
		                                  : "`report` takes one case at a time");
	if (format == NULL)
		return cli_usage(c, "there is no format '%s'; there are md, html, json, txt and tree", name);
	if (level != NULL && redact_level_from(level) < 0)
		return cli_usage(c, "--redact is full, standard or strict, not '%s'", level);
	if (level != NULL)
		options.redact = (enum redact_level)redact_level_from(level);
	return write_report(c, format, &options);
}

extern const struct command cmd_report;
const struct command cmd_report = {
        "report",
        "CASE [-f md|html|json|txt|tree] [-o FILE]",
        "Write a case as a report for whoever takes over",
        opts,
        run,
        "CASE is its number, its id, or the beginning of its id.\n"
        "The file is written whole or not at all. The same case gives the same bytes; SOURCE_DATE_EPOCH, "
        "when set,\n"
        "is the time of the report in place of the last record's.\n"
        "Exit: 0 written, 1 not written, 2 no such case or wrong usage.",
};
