/* casebook case VERB, and what the verbs share.  Each does its own work. */
#include <errno.h>
#include <string.h>

#include <casebook/io.h>
#include <casebook/utf8.h>

#include "case_cmd.h"
#include "verbs.h"

static const struct opt_def opts[] = {
        {"find", 0, OPT_VALUE, "TEXT", "list: only cases with all these words"},
        {"state", 0, OPT_VALUE, "STATE", "list: open (not closed), waiting or closed"},
        {"desk", 0, OPT_FLAG, NULL, "list: the cases of the desk in use, whoever began them"},
        {"to", 0, OPT_VALUE, "NAME", "hand: who has it from now on"},
        {"output", 'o', OPT_VALUE, "FILE", "export: write to FILE instead of standard output"},
        {"yes", 'y', OPT_FLAG, NULL, "delete: without asking"},
        {"json", 0, OPT_FLAG, NULL, "list, show, verify: one JSON object"},
        {"head", 0, OPT_VALUE, "HEX", "verify: the head that a report shows, at least 16 digits of it"},
        {NULL, 0, OPT_FLAG, NULL, NULL},
};

static const struct verb verbs[] = {
        {"list", "", "[--find TEXT] [--state STATE] [--desk]", 0, 0, case_list,
         "all cases, newest change first"},
        {"show", "CASE", "", 1, 1, case_show, "the log of a case, record by record"},
        {"note", "CASE TEXT", "", 2, 2, case_note, "add a note (\"-\": from standard input)"},
        {"hand", "CASE", "--to NAME", 1, 1, case_hand, "say who has the case from now on"},
        {"export", "CASE", "[-o FILE]", 1, 1, case_export, "the whole case as one file, for another machine"},
        {"import", "FILE", "", 1, 1, case_import, "import such a file; an existing case only gains records"},
        {"verify", "[CASE]", "[--head HEX]", 0, 1, case_verify,
         "recompute the hash chain of all cases, of one, or of an exported FILE"},
        {"delete", "CASE", "[--yes]", 1, 1, case_delete, "remove a case for good"},
        {NULL},
};

int case_open_to_write(struct cli *c, struct store **out, struct err *err)
{
	/* Looking first keeps a mistyped --db from making a store. A store of an older schema may be
	 * refused here and still be opened for writing. */
	if (store_open(c->db, true, out, err) == 0)
		store_close(*out);
	else if (err->code == FAIL_NOT_FOUND)
		return -1;
	return store_open(c->db, false, out, err);
}

int case_open_to_read(struct cli *c, struct store **out, struct err *err)
{
	struct err why;

	if (case_open_to_write(c, out, err) == 0)
		return 0;
	if (err->code != FAIL_READONLY && err->code != FAIL_FULL && err->code != FAIL_IO)
		return -1;
	return store_open(c->db, true, out, &why) == 0 ? 0 : -1; /* the first reason is the one to know */
}

void case_text(struct buf *out, const char *text, const char *missing)
{
	if (text == NULL || text[0] == '\0')
		buf_str(out, missing);
	else
		utf8_clean(out, text, strlen(text), UTF8_ONE_LINE);
}

int case_out(struct buf *out, int rc)
{
	int wrote = cli_out(buf_cstr(out), out->n);

	buf_release(out);
	return wrote != EXIT_DONE ? wrote : rc;
}

int case_read_file(const char *path, size_t most, struct buf *out, struct err *err)
{
	int sys;

	buf_init(out, most);
	sys = io_read_file(path, out);
	if (sys == EFBIG)
		return err_set(err, FAIL_LIMIT, 0, "%s: is larger than %zu bytes, the maximum", path, most);
	return sys == 0 ? 0
	                : err_set(err, sys == ENOENT ? FAIL_NOT_FOUND : FAIL_IO, sys,
	                          "%s: cannot be read: %s", path, strerror(sys));
}

extern const struct command cmd_case_;
const struct command cmd_case_ = {
        "case",
        "...",
        "List, read, prove and move cases",
        opts,
        verbs_run,
        "CASE is its number (14 or \"#14\"), its id, or the beginning of its id.\n"
        "Exit of verify: 0 consistent, 3 changed or another head than --head. Exit of export: 1 when a part could not be read;\n"
        "the file then has the rest and lists what is missing.",
        verbs,
};
