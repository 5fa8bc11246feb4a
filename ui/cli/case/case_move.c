/* casebook case export, import and verify: a case as a file, and the proof of its log. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <casebook/io.h>
#include <casebook/sha256.h>

#include "case_cmd.h"
#include "case_ref.h"

/* ---- what is wrong, in words or as JSON ---- */

struct findings {
	struct buf out;
	struct jsonw json;
	bool as_json;
	const char *file; /* of an export; NULL for the store */
};

static void fault_json(struct jsonw *j, const struct store_fault *f)
{
	jsonw_open(j, '{');
	jsonw_key(j, "case");
	if (f->number != 0)
		jsonw_int(j, f->number);
	else
		jsonw_null(j);
	jsonw_kint(j, "from", f->pos);
	jsonw_kint(j, "to", f->to);
	jsonw_key(j, "line");
	if (f->line != 0)
		jsonw_int(j, f->line);
	else
		jsonw_null(j);
	jsonw_kstr(j, "what", f->what);
	jsonw_close(j, '}');
}

static void fault_text(struct buf *out, const char *file, const struct store_fault *f)
{
	if (file != NULL)
		buf_fmt(out, "%s:%u: ", file, f->line);
	else if (f->number != 0)
		buf_fmt(out, "case #%" PRIu32 ": ", f->number);
	if (f->to > f->pos)
		buf_fmt(out, "records %" PRIu32 " to %" PRIu32 ": ", f->pos, f->to);
	else if (f->pos != 0)
		buf_fmt(out, "record %" PRIu32 ": ", f->pos);
	case_text(out, f->what, "?");
	buf_char(out, '\n');
}

static void note_fault(void *arg, const struct store_fault *f)
{
	struct findings *found = arg;

	if (found->as_json)
		fault_json(&found->json, f);
	else
		fault_text(&found->out, found->file, f);
}

/* ---- export ---- */

struct target {
	FILE *f;
	struct sha256 *sum;
	char *temp; /* written first, then renamed; NULL for standard output */
	const char *path;
};

static int open_target(struct target *t, const char *path, struct err *err)
{
	struct buf name;
	int fd;

	t->path = path;
	t->f = stdout;
	if (path == NULL || strcmp(path, "-") == 0)
		return 0;
	buf_init(&name, 8192);
	buf_fmt(&name, "%s.XXXXXX", path);
	t->temp = buf_steal(&name);
	fd = mkstemp(t->temp); /* 0600: a case names people and machines */
	t->f = fd >= 0 ? fdopen(fd, "wb") : NULL;
	if (t->f != NULL)
		return 0;
	err_set(err, FAIL_IO, errno, "%s: cannot be written: %s", path, strerror(errno));
	free(t->temp);
	t->temp = NULL;
	return -1;
}

static int write_target(void *arg, const void *mem, size_t n)
{
	struct target *t = arg;

	sha256_add(t->sum, mem, n);
	return fwrite(mem, 1, n, t->f) == n ? 0 : -1;
}

/* The whole file under its name, or nothing. */
static int close_target(struct target *t, bool good, struct err *err)
{
	int rc = 0;

	if (t->temp == NULL)
		return good && fflush(stdout) != 0
		               ? err_set(err, FAIL_IO, errno, "the output could not be written: %s",
		                         strerror(errno))
		               : 0;
	if (good && (fflush(t->f) != 0 || fsync(fileno(t->f)) != 0))
		rc = err_set(err, errno == ENOSPC ? FAIL_FULL : FAIL_IO, errno, "%s: cannot be written: %s",
		             t->path, strerror(errno));
	if (fclose(t->f) != 0 && good && rc == 0)
		rc = err_set(err, FAIL_IO, errno, "%s: cannot be written: %s", t->path, strerror(errno));
	if (good && rc == 0 && rename(t->temp, t->path) != 0)
		rc = err_set(err, FAIL_IO, errno, "%s: cannot be written: %s", t->path, strerror(errno));
	if (!good || rc != 0)
		unlink(t->temp);
	else
		io_sync_folder(t->path);
	free(t->temp);
	return rc;
}

static int export_to(struct cli *c, struct store *s, struct target *t, struct store_check *check,
                     struct err *err)
{
	int rc = store_export(s, c->args[0], check, write_target, t, err);
	struct err second;

	if (close_target(t, rc == 0, rc == 0 ? err : &second) != 0)
		rc = -1;
	return rc;
}

int case_export(struct cli *c)
{
	struct findings found = {.as_json = false};
	struct store_check check = {.fault = note_fault, .arg = &found};
	struct rec_export e = {"case", "jsonl", "full", NULL, NULL};
	char sum[SHA256_HEX];
	struct target t = {.sum = sha256_new()};
	const char *path = cli_value(c, "output");
	struct store *s;
	struct err err;
	int rc = EXIT_DONE;

	if (case_open_to_read(c, &s, &err) != 0) {
		sha256_finish(t.sum, sum);
		return cli_fail(&err);
	}
	buf_init(&found.out, BUF_MAX_LINE);
	if (open_target(&t, path, &err) != 0 || export_to(c, s, &t, &check, &err) != 0)
		rc = cli_fail(&err);
	else if (check.faults != 0) {
		err_set(&err, FAIL_DB, 0,
		        "not all of the case could be read; %" PRIu32 " records were, what is missing:",
		        check.records);
		rc = cli_fail(&err);
		fputs(buf_cstr(&found.out), stderr);
	}
	buf_release(&found.out);
	store_close(s);
	sha256_finish(t.sum, sum);
	e.sha256 = sum;
	if (rc == EXIT_DONE && path != NULL && strcmp(path, "-") != 0)
		case_exported(c, c->args[0], &e);
	return rc;
}

/* ---- import ---- */

int case_import(struct cli *c)
{
	const char *path = c->args[0];
	struct store_import in;
	struct store *s = NULL;
	struct buf text;
	struct err err;
	int rc;

	rc = case_file_text(path, &text, &err);
	if (rc == 0)
		rc = store_open(c->db, false, &s, &err);
	if (rc == 0)
		rc = store_import(s, strcmp(path, "-") == 0 ? "standard input" : path, buf_cstr(&text),
		                  text.n, &in, &err);
	store_close(s);
	buf_release(&text);
	if (rc != 0)
		return cli_fail(&err);
	buf_init(&text, 400);
	buf_fmt(&text, "case #%" PRIu32 " (%s): ", in.number, in.id);
	if (in.had == 0)
		buf_fmt(&text, "%" PRIu32 " records, a case new here\n", in.added);
	else if (in.added == 0)
		buf_fmt(&text, "nothing new: all of it is here already\n");
	else
		buf_fmt(&text, "%" PRIu32 " records added to the %" PRIu32 " that were here\n", in.added,
		        in.had);
	if (in.left_out.n != 0)
		buf_fmt(&text,
		        "Left out: %u value%s that look%s like secrets, the first like %s. From there on the log has "
		        "another head than the file.\n",
		        in.left_out.n, in.left_out.n == 1 ? "" : "s", in.left_out.n == 1 ? "s" : "",
		        in.left_out.what);
	return case_out(&text, EXIT_DONE);
}

/* ---- verify ---- */

static int verify_file(const char *path, struct store_check *check, struct err *err)
{
	struct buf text;
	int rc = case_file_text(path, &text, err);

	if (rc == 0 && store_verify_export(buf_cstr(&text), text.n, check, err) != 0)
		rc = err_wrap(err, "%s", path);
	buf_release(&text);
	return rc;
}

static int verify_store(struct cli *c, const char *ref, struct store_check *check, struct err *err)
{
	struct store *s;
	int rc;

	if (case_open_to_read(c, &s, err) != 0)
		return -1;
	rc = store_verify(s, ref, check, err);
	store_close(s);
	return rc;
}

static void begin_findings(struct findings *found)
{
	buf_init(&found->out, BUF_MAX_TEXT);
	jsonw_init(&found->json, &found->out);
	if (!found->as_json)
		return;
	jsonw_open(&found->json, '{');
	jsonw_kint(&found->json, "schema_version", 1);
	jsonw_key(&found->json, "faults");
	jsonw_open(&found->json, '[');
}

static void end_findings(struct findings *found, const struct store_check *check)
{
	if (found->as_json) {
		jsonw_close(&found->json, ']');
		jsonw_kint(&found->json, "cases", check->cases);
		jsonw_kint(&found->json, "records", check->records);
		jsonw_close(&found->json, '}');
		buf_char(&found->out, '\n');
		return;
	}
	buf_fmt(&found->out, "%" PRIu32 " case%s, %" PRIu32 " record%s: ", check->cases,
	        check->cases == 1 ? "" : "s", check->records, check->records == 1 ? "" : "s");
	if (check->faults == 0 && check->want_at != 0 && check->want_at < check->records)
		buf_fmt(&found->out,
		        "as it was written up to record %" PRIu32
		        ", whose head was given; what came after it is consistent with itself\n",
		        check->want_at);
	else if (check->faults == 0)
		buf_str(&found->out, check->want != NULL
		                             ? "all as it was written, and the head is the one given\n"
		                             : "each log is consistent with itself\n");
	else
		buf_fmt(&found->out, "%" PRIu32 " thing%s not as it was written\n", check->faults,
		        check->faults == 1 ? "" : "s");
	if (check->unmarked != 0)
		buf_fmt(&found->out,
		        "Of %" PRIu32
		        " case%s title, step and state are not in the log: an older casebook wrote "
		        "them.\n",
		        check->unmarked, check->unmarked == 1 ? "" : "s");
}

/* A chain that was computed anew is consistent, too: only a head from elsewhere tells. */
static void say_head(struct findings *found, const struct store_check *check)
{
	if (found->as_json || check->head[0] == '\0' || check->cases > 1)
		return;
	if (check->want_at != 0 && check->want_at < check->records)
		buf_fmt(&found->out,
		        "The head given is that of record %" PRIu32 "; %" PRIu32 " came after it.\n",
		        check->want_at, check->records - check->want_at);
	buf_fmt(&found->out, "Head: %s\n", check->head);
	if (check->want == NULL)
		buf_str(&found->out,
		        "Compare it with the head in a report to know that it is the same log (--head).\n");
}

int case_verify(struct cli *c)
{
	static const struct store_fault other_head = {
	        .what = "no record has the head that was given: this is another case, an older copy, or one whose log was "
	                "written anew"};
	char head[CLI_DIGITS];
	const char *what = c->nargs > 0 ? c->args[0] : NULL;
	struct findings found = {.as_json = cli_flag(c, "json")};
	struct store_check check = {.fault = note_fault, .arg = &found};
	struct err err;
	int rc;

	if (cli_value(c, "head") != NULL) {
		check.want = head;
		if (!cli_digits(cli_value(c, "head"), head))
			return cli_usage(c, "--head takes 16 to 64 hexadecimal digits");
		if (what == NULL)
			return cli_usage(c, "--head needs the case that it is of");
	}
	if (what != NULL && case_names_file(what))
		found.file = what;
	begin_findings(&found);
	rc = found.file != NULL ? verify_file(what, &check, &err) : verify_store(c, what, &check, &err);
	if (rc != 0) {
		buf_release(&found.out);
		return cli_fail(&err);
	}
	if (check.want != NULL && check.want_at == 0) {
		check.faults++;
		note_fault(&found, &other_head);
	}
	end_findings(&found, &check);
	say_head(&found, &check);
	return case_out(&found.out, check.faults == 0 ? EXIT_DONE : EXIT_FAULT);
}
