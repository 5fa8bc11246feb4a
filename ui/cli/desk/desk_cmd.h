/* What the verbs of `casebook desk` share: which desk, as whom, and the words for what came of it. */
#ifndef CASEBOOK_DESK_CMD_H
#define CASEBOOK_DESK_CMD_H

#include <casebook/desk.h>
#include <casebook/json.h>

#include "cli.h"

/* The verbs; c->args comes without the verb. */
int desk_use_cmd(struct cli *c);
int desk_init_cmd(struct cli *c);
int desk_status_cmd(struct cli *c);
int desk_push_cmd(struct cli *c);
int desk_pull_cmd(struct cli *c);
int desk_sync_cmd(struct cli *c);
int desk_take_cmd(struct cli *c);

/* The desk that --desk or the configuration names; NULL: none, and standard error says how to name one. */
const char *desk_named(struct cli *c);
/* The desk and the store, opened: 0, else the exit code, said. Close both. `make`: a store that is not there
 * yet is made. */
int desk_both(struct cli *c, bool make, struct desk **d, struct store **s);
/* The same of the desk alone. */
int desk_only(struct cli *c, struct desk **d);
/* Exit code of a failure of the desk: EXIT_INCONCLUSIVE when it was not reached. Says it. */
int desk_fail(const struct err *err);
/* "case #14 (01M8...)", or "case 01M8..." where it is not here. */
void desk_case_words(struct buf *out, const char *id, uint32_t number);

/* ---- desk_list.c ---- */
/* The cases of the book, a line or an object each, for `case list --desk`. */
int desk_list(struct cli *c);

#endif
