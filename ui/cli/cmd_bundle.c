/* casebook bundle CASE: report, evidence and manifest of one case as one zip. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/bundle.h>
#include <casebook/store.h>
#include <casebook/xalloc.h>

#include "case_ref.h"
#include "report_options.h"

static const struct opt_def opts[] = {
        {"output", 'o', OPT_VALUE, "FILE",
         "where to write (default: casebook-CASE.zip here); - is standard output"},
        REPORT_OPTS,
        {NULL, 0, OPT_FLAG, NULL, NULL},
};

static int put(void *arg, const void *mem, size_t n)
{
	buf_put(arg, mem, n);
	return 0;
}

/* The case itself, to be imported elsewhere.  Its chain of hashes would not survive tokens: level full only.
 */
static int add_case(struct cli *c, struct bundle *b, const char *id, struct err *err)
{
	struct store_check check = {0};
	struct store *store = NULL;
	struct buf text;
	int rc = store_open_to_read(c->db, &store, err);

	buf_init(&text, BUF_MAX_TEXT);
	if (rc == 0)
		rc = store_export(store, id, &check, put, &text, err);
	if (rc == 0 && text.over)
		rc = err_set(err, FAIL_LIMIT, 0, "the case is too large for a bundle");
	if (rc == 0)
		rc = bundle_add(b, "case.jsonl", buf_cstr(&text), text.n, err);
	buf_release(&text);
	store_close(store);
	return rc;
}

static int save(struct cli *c, const struct report *r, const struct case_ref *ref, struct err *err)
{
	const char *path = cli_value(c, "output");
	char name[64], seal[SHA256_HEX];
	struct bundle *b = NULL;
	int rc = bundle_new(r, &b, err);

	if (rc != 0)
		return -1;
	if (r->level == REDACT_FULL)
		rc = add_case(c, b, ref->cf.id, err);
	snprintf(name, sizeof(name), ref->cf.number != 0 ? "casebook-%u.zip" : "casebook.zip",
	         ref->cf.number);
	if (rc == 0)
		rc = bundle_save(b, path != NULL ? path : name, seal, err);
	bundle_free(b);
	if (rc == 0)
		fprintf(stderr, "Wrote %s, redaction %s.\nSeal (SHA-256 of the manifest): %s\n",
		        path != NULL ? path : name, redact_level_name(r->level), seal);
	return rc;
}

static int pack(struct cli *c, const struct report *r, const struct case_ref *ref)
{
	struct err err;

	return save(c, r, ref, &err) == 0 ? EXIT_DONE : cli_fail(&err);
}

static int run(struct cli *c)
{
	if (c->nargs != 1)
		return cli_usage(c, c->nargs == 0 ? "`bundle` needs a case: its number or id"
		                                  : "`bundle` takes one case at a time");
	return report_command(c, pack);
}

extern const struct command cmd_bundle;
const struct command cmd_bundle = {
        "bundle",
        "CASE [-o FILE.zip]",
        "Write report, evidence and manifest of a case as one zip",
        opts,
        run,
        "The zip holds the report as HTML, Markdown, text and JSON, one file for each\n"
        "piece of evidence, and a manifest with the SHA-256 and size of every part; at\n"
        "--redact full also case.jsonl, which `casebook case import` takes.\n"
        "The same case gives the same bytes. `casebook verify FILE.zip` proves it on\n"
        "another machine; the seal, sent separately, proves that the manifest is the\n"
        "same. The key to the tokens (--key) is never part of a bundle.\n"
        "Exit: 0 written, 1 not written, 2 no such case or wrong usage.",
};
