/* casebook report CASE: one saved case, in one format, to one file.  Knows options; the report is the
 * engine's. */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/report.h>
#include <casebook/utf8.h>
#include <casebook/xalloc.h>

#include "case_ref.h"

static const struct opt_def opts[] = {
        {"format", 'f', OPT_VALUE, "FORMAT",
         "md (default), html, json, txt or tree; else what FILE ends with"},
        {"output", 'o', OPT_VALUE, "FILE", "where to write; - or nothing is standard output"},
        {"redact", 0, OPT_VALUE, "LEVEL", "standard (default), strict, or full: nothing is replaced"},
        {"hide", 0, OPT_LIST, "WORD", "one more name to replace, such as a person's; repeatable"},
        {"preview", 0, OPT_FLAG, NULL, "write nothing, list what would be replaced and by what"},
        {"key", 0, OPT_VALUE, "FILE", "write the key to the tokens there; it stays with you"},
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

/* Original values are foreign text: cleaned before a terminal sees them. */
static int preview(const struct report *r)
{
	struct redact_item item;
	struct buf out;
	int rc;

	buf_init(&out, BUF_MAX_TEXT);
	for (size_t i = 0; redaction_item(r->redaction, i, &item); i++) {
		buf_fmt(&out, "%-18s %6u  ", item.token, item.count);
		utf8_clean(&out, item.value, strlen(item.value), UTF8_ONE_LINE);
		buf_str(&out, item.weak ? "   (an ordinary word: only where it stands alone)\n" : "\n");
	}
	if (out.n == 0)
		buf_str(&out, "Nothing would be replaced.\n");
	rc = cli_out(buf_cstr(&out), out.n);
	buf_release(&out);
	return rc;
}

static int write_key(const struct report *r, const char *path, struct err *err)
{
	struct buf key;
	int rc;

	buf_init(&key, BUF_MAX_TEXT);
	redaction_key(r, &key);
	rc = report_save_bytes(buf_cstr(&key), key.n, path, 0600, err);
	buf_release(&key);
	return rc;
}

static int write_report(struct cli *c, const struct report *r, const struct report_format *format)
{
	const char *path = cli_value(c, "output"), *key = cli_value(c, "key");
	struct err err;

	if (cli_flag(c, "preview"))
		return preview(r);
	if (key != NULL && write_key(r, key, &err) != 0)
		return cli_fail(&err);
	if (report_save(r, format, path != NULL ? path : "-", &err) != 0)
		return cli_fail(&err);
	return EXIT_DONE;
}

static int take_options(struct cli *c, struct report_options *out)
{
	const char *level = cli_value(c, "redact");

	out->made_ms = made_from_environment();
	if (level != NULL && redact_level_from(level) < 0)
		return cli_usage(c, "--redact is full, standard or strict, not '%s'", level);
	out->redact = level != NULL ? (enum redact_level)redact_level_from(level) : REDACT_STANDARD;
	if (out->redact == REDACT_FULL && (cli_value(c, "hide") != NULL || cli_value(c, "key") != NULL))
		return cli_usage(c,
		                 "--redact full replaces nothing, so --hide and --key have no use with it");
	return EXIT_DONE;
}

static const char **hidden(struct cli *c, size_t *n)
{
	const char **all = xcalloc(c->nset + 1, sizeof(*all)), *one;

	for (*n = 0; (one = cli_nth(c, "hide", *n)) != NULL; (*n)++)
		all[*n] = one;
	return all;
}

static int run(struct cli *c)
{
	const char *name = cli_value(c, "format");
	const struct report_format *format =
	        name != NULL ? report_format_find(name) : format_by_ending(cli_value(c, "output"));
	struct report_options options;
	struct case_ref ref;
	struct report *r;
	const char **hide;
	int rc;

	if (c->nargs != 1)
		return cli_usage(c, c->nargs == 0 ? "`report` needs a case: its number or id"
		                                  : "`report` takes one case at a time");
	if (format == NULL)
		return cli_usage(c, "there is no format '%s'; there are md, html, json, txt and tree", name);
	rc = take_options(c, &options);
	if (rc != EXIT_DONE)
		return rc;
	options.hide = hide = hidden(c, &options.nhide);
	rc = case_ref_load(c, c->args[0], cli_value(c, "flow"), &ref);
	if (rc == EXIT_DONE) {
		r = report_new(ref.flow.flow, &ref.cf, &options);
		rc = write_report(c, r, format);
		report_free(r);
	}
	case_ref_release(&ref);
	free(hide);
	return rc;
}

extern const struct command cmd_report;
const struct command cmd_report = {
        "report",
        "CASE [-f md|html|json|txt|tree] [-o FILE]",
        "Write a case as a report for whoever takes over",
        opts,
        run,
        "CASE is its number, its id, or the beginning of its id.\n"
        "Names of people, hosts, domains, addresses and ids are replaced by tokens that keep relations, "
        "unless --redact\n"
        "full is given; after writing, the file is searched for every value that was replaced, and a hit "
        "stops it.\n"
        "The file is written whole or not at all. The same case gives the same bytes; SOURCE_DATE_EPOCH, "
        "when set,\n"
        "is the time of the report in place of the last record's.\n"
        "Exit: 0 written, 1 not written, 2 no such case or wrong usage.",
};
