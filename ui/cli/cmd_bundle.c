/* casebook bundle CASE: report, evidence and manifest of one case as one zip. */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/bundle.h>
#include <casebook/redacted.h>
#include <casebook/sign.h>
#include <casebook/store.h>
#include <casebook/xalloc.h>

#include "case_ref.h"
#include "report_options.h"

static const struct opt_def opts[] = {
        {"output", 'o', OPT_VALUE, "FILE",
         "where to write (default: casebook-CASE.zip here); - is standard output"},
        {"sign", 0, OPT_VALUE, "KEY",
         "sign it with this SSH key (ssh-keygen -Y sign): FILE.zip.sig beside it"},
        REPORT_OPTS,
        {NULL, 0, OPT_FLAG, NULL, NULL},
};

static int put(void *arg, const void *mem, size_t n)
{
	buf_put(arg, mem, n);
	return 0;
}

static int export_full(struct cli *c, const struct casefile *cf, struct buf *text, struct err *err)
{
	struct store_check check = {0};
	struct store *store = NULL;
	int rc = store_open_to_read(c->db, &store, err);

	if (rc == 0)
		rc = store_export_told(store, cf, &check, put, text, err);
	store_close(store);
	return rc;
}

/* The case itself, to be imported elsewhere: byte for byte at level full; else a copy with tokens, whose
 * chain of hashes is its own. */
static int add_case(struct cli *c, struct bundle *b, const struct report *r, const struct case_ref *ref,
                    struct err *err)
{
	struct buf text;
	int rc;

	if (r->head == NULL)
		return 0;
	buf_init(&text, BUF_MAX_TEXT);
	if (r->level == REDACT_FULL)
		rc = export_full(c, &ref->cf, &text, err);
	else
		rc = store_export_copy(r->cf, redact_level_name(r->level), r->head, put, &text, err);
	if (rc == 0 && text.over)
		rc = err_set(err, FAIL_LIMIT, 0, "the case is too large for a bundle");
	if (rc == 0)
		rc = redaction_check(r, BUNDLE_CASE, buf_cstr(&text), text.n, err);
	if (rc == 0)
		rc = bundle_add(b, BUNDLE_CASE, buf_cstr(&text), text.n, err);
	buf_release(&text);
	return rc;
}

/* FILE.sig beside it. */
static int sign(struct cli *c, const char *path, struct err *err)
{
	struct buf signature, beside;
	int rc;

	buf_init(&signature, 65536);
	buf_init(&beside, 8192);
	buf_fmt(&beside, "%s.sig", path);
	rc = sign_file(path, cli_value(c, "sign"), &signature, err);
	if (rc == 0)
		rc = report_save_bytes(buf_cstr(&signature), signature.n, buf_cstr(&beside), 0600, err);
	if (rc == 0)
		fprintf(stderr, "Signature: %s\n", buf_cstr(&beside));
	buf_release(&signature);
	buf_release(&beside);
	return rc;
}

static int save(struct cli *c, const struct report *r, const struct case_ref *ref, struct err *err)
{
	const char *path = cli_value(c, "output");
	char name[64], seal[SHA256_HEX], sum[SHA256_HEX];
	const struct rec_export e = {"bundle", "zip", redact_level_name(r->level), sum, seal};
	struct bundle *b = NULL;
	int rc = bundle_new(r, &b, err);

	if (rc != 0)
		return -1;
	snprintf(name, sizeof(name), ref->cf.number != 0 ? "casebook-%u.zip" : "casebook.zip",
	         ref->cf.number);
	path = path != NULL ? path : name;
	rc = add_case(c, b, r, ref, err);
	if (rc == 0)
		rc = bundle_save(b, path, seal, sum, err);
	bundle_free(b);
	if (rc == 0)
		fprintf(stderr, "Wrote %s, redaction %s.\nSeal (SHA-256 of the manifest): %s\n", path,
		        redact_level_name(r->level), seal);
	if (rc == 0 && strcmp(path, "-") != 0)
		case_exported(c, ref->cf.id, &e);
	if (rc == 0 && cli_value(c, "sign") != NULL)
		rc = sign(c, path, err);
	return rc;
}

static int pack(struct cli *c, const struct report *r, const struct case_ref *ref)
{
	struct err err;

	if (ref->of_file)
		return cli_usage(
		        c, "`bundle` takes a case of the store; `casebook case import FILE` takes a file in");
	return save(c, r, ref, &err) == 0 ? EXIT_DONE : cli_fail(&err);
}

static int run(struct cli *c)
{
	if (c->nargs != 1)
		return cli_usage(c, c->nargs == 0 ? "`bundle` needs a case: its number or id"
		                                  : "`bundle` takes one case at a time");
	if (cli_value(c, "sign") != NULL && cli_value(c, "output") != NULL &&
	    strcmp(cli_value(c, "output"), "-") == 0)
		return cli_usage(c, "--sign needs a file to put the signature beside, not standard output");
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
        "piece of evidence, the log as case.jsonl, and a manifest with the SHA-256 and\n"
        "size of every part. `casebook case import` takes it: at --redact full the case\n"
        "itself, else a copy with tokens that can be read, compared and replayed.\n"
        "The same case gives the same bytes. `casebook verify FILE.zip` proves it on\n"
        "another machine; the seal, sent separately, proves that the manifest is the\n"
        "same. The key to the tokens (--key) is never part of a bundle.\n"
        "Exit: 0 written, 1 not written, 2 no such case or wrong usage.",
};
