/*
 * Cases in SQLite.  Durable before the screen says saved: store_append returns
 * after the transaction has reached the disk (WAL, synchronous=FULL).  Any number
 * of processes may use one database.  Only this module knows SQL.
 */
#ifndef CASEBOOK_STORE_H
#define CASEBOOK_STORE_H

#include <casebook/casefile.h>

struct store;

/* path NULL: $XDG_DATA_HOME/casebook/cases.db, folders made as needed (0700).
 * Migrates older schemas after a backup beside the file; refuses newer ones.
 * read_only opens without writing anything. Caller closes. */
int store_open(const char *path, bool read_only, struct store **out, struct err *err) MUST_CHECK;
void store_close(struct store *s); /* accepts NULL */
const char *store_path(const struct store *s);

/* A new case: gives cf->number.  Durable on return. */
int store_begin(struct store *s, struct casefile *cf, struct err *err) MUST_CHECK;
/* Append every record of cf->log after position `from`, in one transaction;
 * idempotent on (case, position) with equal content; FAIL_CONFLICT when another
 * process wrote something else there (nothing of ours is written then).
 * On success *saved is the last durable position. */
int store_append(struct store *s, const struct casefile *cf, uint32_t from, uint32_t *saved,
                 struct err *err) MUST_CHECK;
/* `ref`: the number ("14" or "#14"), the id or an unambiguous prefix of it. Caller releases *out. */
int store_load(struct store *s, const char *ref, struct casefile *out, struct err *err) MUST_CHECK;

enum case_state { CASE_OPEN, CASE_WAITING, CASE_CLOSED };
struct case_row {
	char id[CASE_ID];
	uint32_t number, records;
	const char *title, *flow_id, *at; /* `at`: label of the step it stands on, as last saved */
	int64_t opened_ms, changed_ms;
	enum case_state state;
};
/* Newest change first.  `find`: full-text query over all cases, NULL for all. */
int store_list(struct store *s, const char *find, bool (*each)(void *arg, const struct case_row *row),
               void *arg, struct err *err) MUST_CHECK;
/* What the list shows; kept beside the log, never the truth. */
int store_mark(struct store *s, const char *id, const char *title, const char *at, enum case_state state,
               struct err *err) MUST_CHECK;
int store_delete(struct store *s, const char *ref, struct err *err) MUST_CHECK;

#endif
