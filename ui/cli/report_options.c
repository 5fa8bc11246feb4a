/* Takes what report and bundle have in common from the command line. */
#include "report_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/redacted.h>
#include <casebook/utf8.h>
#include <casebook/xalloc.h>

#include "case_ref.h"

int report_options_take(struct cli *c, struct report_options *out)
{
	const char *level = cli_value(c, "redact"), *word;
	const char **hide;

	memset(out, 0, sizeof(*out));
	out->made_ms = made_from_environment();
	out->details = cli_flag(c, "details");
	out->excerpts = cli_flag(c, "excerpts");
	if (level != NULL && redact_level_from(level) < 0)
		return cli_usage(c, "--redact is full, standard or strict, not '%s'", level);
	out->redact = level != NULL ? (enum redact_level)redact_level_from(level) : REDACT_STANDARD;
	if (out->redact == REDACT_FULL && (cli_value(c, "hide") != NULL || cli_value(c, "key") != NULL))
		return cli_usage(c,
		                 "--redact full replaces nothing, so --hide and --key have no use with it");
	hide = xcalloc(c->nset + 1, sizeof(*hide));
	while ((word = cli_nth(c, "hide", out->nhide)) != NULL)
		hide[out->nhide++] = word;
	out->hide = hide;
	return EXIT_DONE;
}

void report_options_release(struct report_options *o)
{
	free((void *)o->hide);
	o->hide = NULL;
}

/* ---- what stays: words of the report that look like names ---- */
#define LEFT_SAID 8

/* In every form, since each shows what others fold. */
static void preview_left(const struct report *r, struct buf *out)
{
	const char *text, *kind;
	struct err err;
	size_t n = 0;

	for (size_t f = 0; report_formats[f] != NULL; f++) {
		struct buf all;

		buf_init(&all, BUF_MAX_TEXT);
		if (report_render(r, report_formats[f], &all, &err) != 0)
			buf_fmt(out, "\n%s\n", err.msg);
		buf_release(&all);
	}
	for (; redaction_left(r->redaction, n, &text, &kind); n++) {
		if (n == 0)
			buf_str(out, "\nThese stay, and look like names (--hide WORD replaces one):\n");
		buf_fmt(out, "%-18s ", kind);
		utf8_clean(out, text, strlen(text), UTF8_ONE_LINE);
		buf_char(out, '\n');
	}
	if (n == 0)
		buf_str(out, "\nNothing else in it looks like a name.\n");
}

/* What was written holds words that look like names: said, so that nobody sends it off without a look. */
void report_options_tell_left(const struct redaction *red, const char *how)
{
	const char *text, *kind;
	struct buf out;
	size_t n = 0;

	buf_init(&out, BUF_MAX_TEXT);
	for (; redaction_left(red, n, &text, &kind); n++) {
		if (n >= LEFT_SAID)
			continue;
		buf_str(&out, n == 0 ? "" : ", ");
		utf8_clean(&out, text, strlen(text), UTF8_ONE_LINE);
	}
	if (n != 0)
		fprintf(stderr, "casebook: %zu word%s in it look%s like a name and stay%s: %s%s. %s\n", n,
		        n == 1 ? "" : "s", n == 1 ? "s" : "", n == 1 ? "s" : "", buf_cstr(&out),
		        n > LEFT_SAID ? ", ..." : "", how);
	buf_release(&out);
}

/* Original values are foreign text: cleaned before a terminal sees them. */
int report_options_preview(const struct report *r)
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
	preview_left(r, &out);
	rc = cli_out(buf_cstr(&out), out.n);
	buf_release(&out);
	return rc;
}

int report_options_key(struct cli *c, const struct report *r, struct err *err)
{
	const char *path = cli_value(c, "key");
	struct buf key;
	int rc;

	if (path == NULL)
		return 0;
	buf_init(&key, BUF_MAX_TEXT);
	redaction_key(r, &key);
	rc = report_save_bytes(buf_cstr(&key), key.n, path, 0600, err);
	buf_release(&key);
	return rc;
}

int report_command(struct cli *c,
                   int (*act)(struct cli *c, const struct report *r, const struct case_ref *ref))
{
	struct report_options options;
	struct case_ref ref;
	struct err err;
	int rc = report_options_take(c, &options);

	if (rc != EXIT_DONE)
		return rc;
	rc = case_ref_load(c, c->args[0], cli_value(c, "flow"), &ref);
	if (rc == EXIT_DONE) {
		struct report *r = report_new(ref.flow.flow, &ref.cf, &options);

		if (cli_flag(c, "preview"))
			rc = report_options_preview(r);
		else if (report_options_key(c, r, &err) != 0)
			rc = cli_fail(&err);
		else
			rc = act(c, r, &ref);
		if (rc == EXIT_DONE && !cli_flag(c, "preview"))
			report_options_tell_left(r->redaction,
			                         "--hide WORD replaces one, --preview lists all.");
		report_free(r);
	}
	case_ref_release(&ref);
	report_options_release(&options);
	return rc;
}
