/* casebook case note and delete: the two that change a case. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <casebook/clock.h>
#include <casebook/utf8.h>

#include "case_cmd.h"

/* ---- note ---- */

static int append_one(struct store *s, const char *ref, const struct record *r, const char *what,
                      struct buf *said, struct err *err)
{
	uint32_t saved, foreign;
	struct casefile cf;
	int rc = -1;

	if (store_load(s, ref, &cf, err) != 0)
		return -1;
	if (casefile_append(&cf, r, err) != NULL)
		rc = store_append_merge(s, &cf, (uint32_t)cf.nlog - 1, &saved, &foreign, err);
	if (rc == 0)
		buf_fmt(said, "case #%" PRIu32 ": %s is record %" PRIu32 "%s%s%s\n", cf.number, what, saved,
		        cf.left_out.n != 0 ? ", without what looks like " : "",
		        cf.left_out.n != 0 ? cf.left_out.what : "", cf.left_out.n > 1 ? " and the like" : "");
	casefile_release(&cf);
	return rc;
}

static int read_note(const char *arg, struct buf *out, struct err *err)
{
	struct buf raw;
	int rc = 0;

	buf_init(&raw, 0);
	buf_init(out, CASE_MAX_TEXT * 3); /* cleaning may lengthen: the store has the last word */
	if (strcmp(arg, "-") == 0)
		rc = case_read_file(arg, CASE_MAX_TEXT, &raw, err);
	if (rc == 0)
		utf8_clean(out, raw.p != NULL ? raw.p : arg, raw.p != NULL ? raw.n : strlen(arg), UTF8_LINES);
	while (out->n > 0 && strchr(" \t\n", out->p[out->n - 1]) != NULL)
		out->p[--out->n] = '\0';
	if (rc == 0 && out->n == 0)
		rc = err_set(err, FAIL_USAGE, 0, "the note is empty");
	buf_release(&raw);
	return rc;
}

int case_note(struct cli *c)
{
	struct record r = {.kind = REC_NOTE, .at_ms = clock_now_ms()};
	struct buf text, said;
	struct store *s = NULL;
	struct err err;
	int rc;

	buf_init(&said, 200);
	rc = read_note(c->args[1], &text, &err);
	r.u.note.text = buf_cstr(&text);
	if (rc == 0)
		rc = case_open_to_write(c, &s, &err);
	if (rc == 0)
		rc = append_one(s, c->args[0], &r, "the note", &said, &err);
	store_close(s);
	buf_release(&text);
	if (rc == 0)
		return case_out(&said, EXIT_DONE);
	buf_release(&said);
	return cli_fail(&err);
}

/* ---- hand ---- */

int case_hand(struct cli *c)
{
	struct record r = {.kind = REC_HAND, .at_ms = clock_now_ms()};
	const char *to = cli_value(c, "to");
	struct buf said, name;
	struct store *s;
	struct err err;
	int rc;

	if (to == NULL || to[strspn(to, " \t")] == '\0')
		return cli_usage(c, "`case hand` takes --to NAME: who has the case from now on");
	if (case_open_to_write(c, &s, &err) != 0)
		return cli_fail(&err);
	buf_init(&said, 400);
	buf_init(&name, CASE_MAX_TEXT);
	case_text(&name, to, "");
	r.u.hand.to = buf_cstr(&name);
	rc = append_one(s, c->args[0], &r, "who has it", &said, &err);
	store_close(s);
	buf_release(&name);
	if (rc == 0)
		return case_out(&said, EXIT_DONE);
	buf_release(&said);
	return cli_fail(&err);
}

/* ---- delete ---- */

/* The title and size of what is about to go, so that the person sees what is meant. */
static int name_case(struct store *s, const char *ref, char id[CASE_ID], struct buf *out, struct err *err)
{
	struct casefile cf;

	if (store_load(s, ref, &cf, err) != 0)
		return -1;
	buf_fmt(out, "#%" PRIu32 " \"", cf.number);
	case_text(out, cf.title, "(no title)");
	buf_fmt(out, "\", %zu record%s", cf.nlog, cf.nlog == 1 ? "" : "s");
	snprintf(id, CASE_ID, "%s", cf.id);
	casefile_release(&cf);
	return 0;
}

static bool agreed(const char *what)
{
	fprintf(stderr, "Delete case %s, for good? [y/N] ", what);
	return cli_yes();
}

static int delete_case(struct cli *c, struct store *s, const char *ref, struct buf *what)
{
	char id[CASE_ID] = "";
	struct err err;

	/* A damaged case cannot be named, and may be deleted all the same. */
	if (name_case(s, ref, id, what, &err) != 0) {
		if (err.code != FAIL_DB && err.code != FAIL_FORMAT)
			return cli_fail(&err);
		buf_clear(what);
		case_text(what, ref, "?");
		buf_str(what, " (damaged)");
	}
	if (!cli_flag(c, "yes") && !isatty(STDIN_FILENO))
		return cli_usage(c, "there is no terminal to ask at; add --yes to delete case %s",
		                 buf_cstr(what));
	if (!cli_flag(c, "yes") && !agreed(buf_cstr(what))) {
		fputs("casebook: nothing was deleted\n", stderr);
		return EXIT_INTERRUPTED;
	}
	if (store_delete(s, id[0] != '\0' ? id : ref, &err) != 0)
		return cli_fail(&err);
	fprintf(stderr, "casebook: deleted case %s\n", buf_cstr(what));
	return EXIT_DONE;
}

int case_delete(struct cli *c)
{
	struct store *s;
	struct buf what;
	struct err err;
	int rc;

	if (case_open_to_write(c, &s, &err) != 0)
		return cli_fail(&err);
	buf_init(&what, 2 * CASE_MAX_TEXT);
	rc = delete_case(c, s, c->args[0], &what);
	buf_release(&what);
	store_close(s);
	return rc;
}
