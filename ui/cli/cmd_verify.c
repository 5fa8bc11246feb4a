/* casebook verify FILE.zip: is a bundle complete and unchanged? */
#include "cli.h"

#include <string.h>

#include <casebook/bundle.h>
#include <casebook/json.h>
#include <casebook/utf8.h>

static const struct opt_def opts[] = {
        {"json", 0, OPT_FLAG, NULL, "one JSON object"},
        {"seal", 0, OPT_VALUE, "HEX", "the seal that `casebook bundle` printed, at least 16 digits of it"},
        {NULL, 0, OPT_FLAG, NULL, NULL},
};

struct listing {
	struct buf text; /* a line, or an object of the JSON, for each fault */
	struct jsonw j;
	bool json;
};

static void keep(void *arg, const struct bundle_fault *f)
{
	struct listing *l = arg;

	if (l->json) {
		jsonw_open(&l->j, '{');
		jsonw_kstr(&l->j, "part", f->part);
		jsonw_kstr(&l->j, "what", f->what);
		jsonw_close(&l->j, '}');
		return;
	}
	if (f->part != NULL) {
		utf8_clean(&l->text, f->part, strlen(f->part), UTF8_ONE_LINE);
		buf_char(&l->text, ' ');
	}
	utf8_clean(&l->text, f->what, strlen(f->what), UTF8_ONE_LINE);
	buf_char(&l->text, '\n');
}

static void as_json(const struct bundle_check *c, const char *path, const struct listing *l, struct buf *out)
{
	struct jsonw j;

	jsonw_init(&j, out);
	jsonw_open(&j, '{');
	jsonw_kint(&j, "schema_version", 1);
	jsonw_kstr(&j, "bundle", path);
	jsonw_kbool(&j, "intact", c->faults == 0);
	jsonw_kstr(&j, "case", c->id[0] != '\0' ? c->id : NULL);
	jsonw_kint(&j, "parts", (int64_t)c->parts);
	jsonw_kstr(&j, "seal", c->seal[0] != '\0' ? c->seal : NULL);
	jsonw_key(&j, "faults");
	buf_put(out, buf_cstr(&l->text), l->text.n);
	jsonw_close(&j, '}');
	buf_char(out, '\n');
}

static void as_text(const struct bundle_check *c, const struct listing *l, bool sealed, struct buf *out)
{
	buf_put(out, buf_cstr(&l->text), l->text.n);
	if (c->faults == 0)
		buf_fmt(out, "Intact%s: case %s, %zu parts, each as the manifest says.\n",
		        sealed ? " and sealed" : "", c->id, c->parts);
	else
		buf_fmt(out, "Not intact: %zu fault%s in %zu parts. Ask for the bundle again.\n", c->faults,
		        c->faults == 1 ? "" : "s", c->parts);
	buf_fmt(out, "Seal (SHA-256 of the manifest): %s\n", c->seal);
	if (!sealed && c->faults == 0)
		buf_str(out,
		        "Compare it with the seal that `casebook bundle` printed to know that it is the same (--seal).\n");
}

static int run(struct cli *c)
{
	struct listing l = {.json = cli_flag(c, "json")};
	struct bundle_check check = {.fault = keep, .arg = &l};
	static const struct bundle_fault other_seal = {
	        .what = "the seal is another one: the manifest is not the one that was sealed"};
	const char *given = cli_value(c, "seal");
	char seal[CLI_DIGITS] = "";
	struct buf out;
	struct err err;
	int rc;

	if (given != NULL && !cli_digits(given, seal))
		return cli_usage(c, "--seal takes 16 to 64 hexadecimal digits");
	if (c->nargs != 1)
		return cli_usage(c, "`verify` takes one bundle: FILE.zip, or - for standard input");
	buf_init(&l.text, BUF_MAX_TEXT);
	buf_init(&out, BUF_MAX_TEXT);
	jsonw_init(&l.j, &l.text);
	if (l.json)
		jsonw_open(&l.j, '[');
	if (bundle_verify(c->args[0], &check, &err) != 0) {
		rc = cli_fail(&err);
		if (err.code == FAIL_FORMAT)
			rc = EXIT_INCONCLUSIVE; /* nothing can be said about what is no bundle */
	} else {
		if (strncmp(check.seal, seal, strlen(seal)) != 0) {
			check.faults++;
			keep(&l, &other_seal);
		}
		if (l.json)
			jsonw_close(&l.j, ']');
		if (l.json)
			as_json(&check, c->args[0], &l, &out);
		else
			as_text(&check, &l, given != NULL, &out);
		rc = cli_out(buf_cstr(&out), out.n);
		if (rc == EXIT_DONE)
			rc = check.faults == 0 ? EXIT_DONE : EXIT_FAULT;
	}
	buf_release(&l.text);
	buf_release(&out);
	return rc;
}

extern const struct command cmd_verify;
const struct command cmd_verify = {
        "verify",
        "FILE.zip",
        "Prove that a bundle is complete and unchanged",
        opts,
        run,
        "Every part is compared with the manifest by size and SHA-256; parts that the\n"
        "manifest does not list are faults, too. Compare the seal with the one that\n"
        "`casebook bundle` printed to know that the manifest itself is the same.\n"
        "Exit: 0 intact, 3 changed, 4 not a bundle, 2 no such file.",
};
