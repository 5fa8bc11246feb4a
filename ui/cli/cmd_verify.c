/* casebook verify FILE.zip: is a bundle complete and unchanged? */
#include "cli.h"

#include <string.h>
#include <unistd.h>

#include <casebook/bundle.h>
#include <casebook/json.h>
#include <casebook/sign.h>
#include <casebook/utf8.h>

static const struct opt_def opts[] = {
        {"json", 0, OPT_FLAG, NULL, "one JSON object"},
        {"seal", 0, OPT_VALUE, "HEX", "the seal that `casebook bundle` printed, at least 16 digits of it"},
        {"signature", 0, OPT_VALUE, "FILE", "its signature (default: FILE.zip.sig, when there is one)"},
        {"signers", 0, OPT_VALUE, "FILE",
         "who may have signed it, a line each: name and public SSH key (ssh-keygen(1), ALLOWED SIGNERS)"},
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

/* What was compared with something from elsewhere. */
struct proven {
	bool sealed;     /* a seal was given */
	const char *sig; /* the signature that was looked at; NULL: none */
	struct sign_check signature;
	bool asked_who; /* a list of signers was given */
};

static void signature_json(struct jsonw *j, const struct proven *p)
{
	jsonw_key(j, "signature");
	if (p->sig == NULL) {
		jsonw_null(j);
		return;
	}
	jsonw_open(j, '{');
	jsonw_kbool(j, "good", p->signature.good);
	jsonw_kstr(j, "key", p->signature.key[0] != '\0' ? p->signature.key : NULL);
	jsonw_kstr(j, "signer", p->signature.trusted ? p->signature.signer : NULL);
	jsonw_close(j, '}');
}

static void as_json(const struct bundle_check *c, const char *path, const struct listing *l,
                    const struct proven *p, struct buf *out)
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
	signature_json(&j, p);
	jsonw_key(&j, "faults");
	buf_put(out, buf_cstr(&l->text), l->text.n);
	jsonw_close(&j, '}');
	buf_char(out, '\n');
}

static void signature_text(const struct proven *p, struct buf *out)
{
	if (p->sig == NULL || !p->signature.good)
		return;
	if (p->signature.trusted) {
		buf_str(out, "Signed by ");
		utf8_clean(out, p->signature.signer, strlen(p->signature.signer), UTF8_ONE_LINE);
		buf_fmt(out, ", key %s.\n", p->signature.key);
	} else if (!p->asked_who) {
		buf_fmt(out,
		        "Signed with the key %s. Whose that is, only a list of signers tells (--signers).\n",
		        p->signature.key);
	}
}

/* Whoever changes a part can write the manifest anew: without a seal or a signer nothing more is known than
 * that the two fit. */
static void as_text(const struct bundle_check *c, const struct listing *l, const struct proven *p,
                    struct buf *out)
{
	bool anchored = p->sealed || p->signature.trusted;

	buf_put(out, buf_cstr(&l->text), l->text.n);
	if (c->faults == 0)
		buf_fmt(out, "%s: case %s, %zu parts, each as the manifest says.\n",
		        p->sealed  ? "Intact and sealed"
		        : anchored ? "Intact and signed"
		                   : "Consistent with itself",
		        c->id, c->parts);
	else
		buf_fmt(out, "Not intact: %zu fault%s in %zu parts. Ask for the bundle again.\n", c->faults,
		        c->faults == 1 ? "" : "s", c->parts);
	signature_text(p, out);
	buf_fmt(out, "Seal (SHA-256 of the manifest): %s\n", c->seal);
	if (!anchored && c->faults == 0)
		buf_str(out,
		        "Compare it with the seal that `casebook bundle` printed to know that it is the same (--seal).\n");
}

static void add_fault(struct listing *l, struct bundle_check *check, const char *what)
{
	check->faults++;
	keep(l, &(struct bundle_fault){.what = what});
}

/* FILE.zip.sig when it is there, or the one named. */
static int look_at_signature(struct cli *c, struct listing *l, struct bundle_check *check, struct proven *p,
                             struct buf *name, struct err *err)
{
	const char *given = cli_value(c, "signature"), *signers = cli_value(c, "signers");

	buf_fmt(name, "%s.sig", c->args[0]);
	p->sig = given != NULL ? given : access(buf_cstr(name), F_OK) == 0 ? buf_cstr(name) : NULL;
	p->asked_who = signers != NULL;
	if (p->sig == NULL) {
		if (signers != NULL)
			add_fault(l, check, "it has no signature");
		return 0;
	}
	if (sign_verify(c->args[0], p->sig, signers, &p->signature, err) != 0)
		return -1;
	if (!p->signature.good)
		add_fault(l, check, "the signature is not one of this file, or not made for a bundle");
	else if (signers != NULL && !p->signature.trusted)
		add_fault(l, check, "the key that signed it is not in the list of signers");
	return 0;
}

static int look(struct cli *c, struct listing *l, struct bundle_check *check, struct proven *p,
                struct buf *name, const char *seal, struct err *err)
{
	if (bundle_verify(c->args[0], check, err) != 0)
		return -1;
	if (strncmp(check->seal, seal, strlen(seal)) != 0)
		add_fault(l, check, "the seal is another one: the manifest is not the one that was sealed");
	return strcmp(c->args[0], "-") == 0 ? 0 : look_at_signature(c, l, check, p, name, err);
}

static int answer(struct cli *c, struct listing *l, const char *seal)
{
	struct bundle_check check = {.fault = keep, .arg = l};
	struct proven p = {.sealed = seal[0] != '\0'};
	struct buf out, name;
	struct err err;
	int rc;

	buf_init(&out, BUF_MAX_TEXT);
	buf_init(&name, 8192);
	if (look(c, l, &check, &p, &name, seal, &err) != 0) {
		rc = cli_fail(&err);
		if (err.code == FAIL_FORMAT)
			rc = EXIT_INCONCLUSIVE; /* nothing can be said about what is no bundle */
	} else {
		if (l->json) {
			jsonw_close(&l->j, ']');
			as_json(&check, c->args[0], l, &p, &out);
		} else {
			as_text(&check, l, &p, &out);
		}
		rc = cli_out(buf_cstr(&out), out.n);
		if (rc == EXIT_DONE)
			rc = check.faults == 0 ? EXIT_DONE : EXIT_FAULT;
	}
	buf_release(&out);
	buf_release(&name);
	return rc;
}

static int run(struct cli *c)
{
	struct listing l = {.json = cli_flag(c, "json")};
	const char *given = cli_value(c, "seal");
	char seal[CLI_DIGITS] = "";
	int rc;

	if (given != NULL && !cli_digits(given, seal))
		return cli_usage(c, "--seal takes 16 to 64 hexadecimal digits");
	if (c->nargs != 1)
		return cli_usage(c, "`verify` takes one bundle: FILE.zip, or - for standard input");
	if (strcmp(c->args[0], "-") == 0 &&
	    (cli_value(c, "signature") != NULL || cli_value(c, "signers") != NULL))
		return cli_usage(c, "a signature is of a file, not of standard input");
	buf_init(&l.text, BUF_MAX_TEXT);
	jsonw_init(&l.j, &l.text);
	if (l.json)
		jsonw_open(&l.j, '[');
	rc = answer(c, &l, seal);
	buf_release(&l.text);
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
        "`casebook bundle` printed to know that the manifest itself is the same; or let\n"
        "the signature beside it (FILE.zip.sig) and a list of signers say who made it.\n"
        "Exit: 0 nothing found, 3 changed, 4 not a bundle, 2 no such file.",
};
