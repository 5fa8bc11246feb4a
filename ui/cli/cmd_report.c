/* casebook report CASE: one saved case, in one format, to one file.  Knows options; the report is the
 * engine's. */
#include "cli.h"

#include <string.h>

#include <casebook/report.h>

#include "case_ref.h"
#include "report_options.h"

static const struct opt_def opts[] = {
        {"format", 'f', OPT_VALUE, "FORMAT",
         "md (default), html, json, txt, ticket or tree; else by FILE's ending"},
        {"output", 'o', OPT_VALUE, "FILE", "where to write; default and -: standard output"},
        {"details", 0, OPT_FLAG, NULL, "Markdown with everything that was measured, which other forms fold"},
        REPORT_OPTS,
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

static const struct report_format *format_of(struct cli *c)
{
	const char *name = cli_value(c, "format");

	return name != NULL ? report_format_find(name) : format_by_ending(cli_value(c, "output"));
}

static int write_report(struct cli *c, const struct report *r, const struct case_ref *ref)
{
	const struct report_format *f = format_of(c);
	const char *path = cli_value(c, "output");
	struct rec_export e = {"report", f->name, redact_level_name(r->level), NULL, NULL};
	char sum[CASE_HASH];
	struct err err;

	if (report_save(r, f, path != NULL ? path : "-", sum, &err) != 0)
		return cli_fail(&err);
	e.sha256 = sum;
	if (path != NULL && strcmp(path, "-") != 0 && !ref->of_file)
		case_exported(c, ref->cf.id, &e);
	return EXIT_DONE;
}

static int run(struct cli *c)
{
	if (c->nargs != 1)
		return cli_usage(c, c->nargs == 0 ? "`report` needs a case: its number or id"
		                                  : "`report` takes one case at a time");
	if (format_of(c) == NULL)
		return cli_usage(c, "there is no format '%s'; there are md, html, json, txt, ticket and tree",
		                 cli_value(c, "format"));
	return report_command(c, write_report);
}

extern const struct command cmd_report;
const struct command cmd_report = {
        "report",
        "CASE [-f md|html|json|txt|ticket|tree] [-o FILE]",
        "Write a case as a report for the next person",
        opts,
        run,
        "CASE is its number, its id, or the beginning of its id; or a file: a bundle, or\n"
        "what `casebook case export` wrote. A report to a FILE becomes part of the case's\n"
        "record: its format, redaction and SHA-256.\n"
        "Names of people, hosts, domains, addresses and ids are replaced by tokens\n"
        "that keep relations, unless --redact full is given. After writing, the file\n"
        "is searched for every replaced value; a hit stops it.\n"
        "The file is written whole or not at all. The same case gives the same bytes;\n"
        "SOURCE_DATE_EPOCH, when set, is the time of the report in place of the last\n"
        "record's.\n"
        "Exit: 0 written, 1 not written, 2 no such case or wrong usage.",
};
