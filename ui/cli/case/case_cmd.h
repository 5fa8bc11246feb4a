/* What the parts of `casebook case` share: opening the store, one case in words, output. */
#ifndef CASEBOOK_CASE_CMD_H
#define CASEBOOK_CASE_CMD_H

#include <casebook/buf.h>
#include <casebook/json.h>
#include <casebook/store.h>

#include "cli.h"

/* The verbs; c->args comes without the verb. */
int case_list(struct cli *c);
int case_show(struct cli *c);
int case_note(struct cli *c);
int case_hand(struct cli *c);
int case_export(struct cli *c);
int case_import(struct cli *c);
int case_verify(struct cli *c);
int case_delete(struct cli *c);

/* To look only: works on a store that cannot be written, and makes none. */
int case_open_to_read(struct cli *c, struct store **out, struct err *err) MUST_CHECK;
/* To change what is there: makes no store either (FAIL_NOT_FOUND). */
int case_open_to_write(struct cli *c, struct store **out, struct err *err) MUST_CHECK;
/* Foreign text on one line, cleaned; `missing` when there is none. */
void case_text(struct buf *out, const char *text, const char *missing);
/* All of the buffer to standard output; releases it; `rc` when that worked. */
int case_out(struct buf *out, int rc);
/* All of a file, or of standard input for "-", up to a ceiling. Caller releases out. */
int case_read_file(const char *path, size_t most, struct buf *out, struct err *err) MUST_CHECK;

#endif
