/* The options that report and bundle share: redaction, and the report's time. */
#ifndef CASEBOOK_REPORT_OPTIONS_H
#define CASEBOOK_REPORT_OPTIONS_H

#include <casebook/report.h>

#include "case_ref.h"
#include "cli.h"

#define REPORT_OPTS                                                                                        \
	{"redact", 0, OPT_VALUE, "LEVEL", "standard (default), strict, or full: nothing is replaced"},     \
	        {"hide", 0, OPT_LIST, "WORD", "one more name to replace, such as a person's; repeatable"}, \
	        {"excerpts", 0, OPT_FLAG, NULL,                                                            \
	         "with the lines of the logs that the checks pinned down, redacted, at most 100"},         \
	        {"preview", 0, OPT_FLAG, NULL, "write nothing, list what would be replaced and by what"},  \
	        {"key", 0, OPT_VALUE, "FILE", "write the key to the tokens there; it stays with you"},     \
	{                                                                                                  \
		"flow", 0, OPT_VALUE, "FILE", "the flow of the case, when it is not built in"              \
	}

/* 0, or the exit code after a message.  Released with report_options_release. */
int report_options_take(struct cli *c, struct report_options *out) MUST_CHECK;
void report_options_release(struct report_options *o);
/* A command about one case: takes the options, loads the case and makes its report; then --preview, or the
 * key and `act`, whose exit code it returns. */
int report_command(struct cli *c,
                   int (*act)(struct cli *c, const struct report *r, const struct case_ref *ref));
/* Says on stderr which words of what was written look like names and stay; `how` to see or replace them. */
void report_options_tell_left(const struct redaction *red, const char *how);
/* Prints the list of values and tokens. */
int report_options_preview(const struct report *r);
/* Writes the key when --key asks for it. */
int report_options_key(struct cli *c, const struct report *r, struct err *err) MUST_CHECK;

#endif
