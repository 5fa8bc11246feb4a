/*
 * Cases in SQLite.  A record is durable before the screen says saved: store_append
 * returns once the transaction is on disk (WAL, synchronous=FULL).  Any number of
 * processes may share one database.  Only this module knows SQL.
 */
#ifndef CASEBOOK_STORE_H
#define CASEBOOK_STORE_H

#include <casebook/casefile.h>

struct store;

/* The default path of the store; make: creates its folders.  Caller frees; NULL: no folder. */
char *store_default_path(bool make, struct err *err);
/* path NULL: $XDG_DATA_HOME/casebook/cases.db, folders made as needed (0700). Migrates older schemas after
 * a backup beside the file; refuses newer ones. read_only writes nothing; FAIL_NOT_FOUND when there is no
 * store yet. Caller closes. */
int store_open(const char *path, bool read_only, struct store **out, struct err *err) MUST_CHECK;
/* For reading, but migrates an older schema first, as above. */
int store_open_to_read(const char *path, struct store **out, struct err *err) MUST_CHECK;
/* Like store_open() for writing, with a user watching: while another program holds the store, this and
 * every save give up after a moment with FAIL_LOCKED. */
int store_open_watched(const char *path, struct store **out, struct err *err) MUST_CHECK;
void store_close(struct store *s); /* accepts NULL */
/* The path of a store called NAME beside the default one; `make` creates the folders. NULL: no
 * folder. Caller frees. */
char *store_beside(const char *name, bool make, struct err *err);

/* A new case: gives cf->number.  Durable on return. */
int store_begin(struct store *s, struct casefile *cf, struct err *err) MUST_CHECK;
/* Append every record of cf->log after position `from`, in one transaction; idempotent on (case, position)
 * with equal content; FAIL_CONFLICT, with nothing written, when another process wrote something else
 * there. On success *saved is the last durable position.  One sync of the disk. */
int store_append(struct store *s, const struct casefile *cf, uint32_t from, uint32_t *saved,
                 struct err *err) MUST_CHECK;
/* Like store_append, but records that another process wrote meanwhile come first, in cf too;
 * our unsaved ones follow, renumbered together with the positions they refer to.
 * *foreign counts the records that came in; when it is not 0 the caller replays cf.  cf is unchanged
 * on failure. */
int store_append_merge(struct store *s, struct casefile *cf, uint32_t from, uint32_t *saved,
                       uint32_t *foreign, struct err *err) MUST_CHECK;
/* `ref`: the number ("14" or "#14"), the id or an unambiguous prefix of it. Caller releases *out. */
int store_load(struct store *s, const char *ref, struct casefile *out, struct err *err) MUST_CHECK;

struct case_row {
	char id[CASE_ID];
	uint32_t number, records;
	const char *title, *flow_id, *at; /* `at`: label of its current step, as last saved */
	int64_t opened_ms, changed_ms;
	enum case_state state;
	const char *head; /* hash of its last record */
};
/* Newest change first. `find`: NULL for all, or words (matched as prefixes) that must all occur in a
 * case's title, notes, answers, inputs or evidence. */
int store_list(struct store *s, const char *find, bool (*each)(void *arg, const struct case_row *row),
               void *arg, struct err *err) MUST_CHECK;
/* The cases in whose log an input of this key was given a value that begins with these words (case and
 * punctuation do not count: look at the case itself), begun last first, at most `most` of them. */
struct store_given {
	const char *key, *begins; /* neither with a blank in it */
	size_t most;
};
int store_given(struct store *s, const struct store_given *ask,
                bool (*each)(void *arg, const struct case_row *row), void *arg, struct err *err) MUST_CHECK;
int store_delete(struct store *s, const char *ref, struct err *err) MUST_CHECK;
/* Records an export at the end of the case's log, unless the exports there already say so.  A full case
 * has CASE_MAX_EXPORTS extra records for this.  A redacted copy is left unchanged. */
int store_exported(struct store *s, const char *ref, const struct rec_export *e, int64_t now_ms,
                   struct err *err) MUST_CHECK;
/* After a save, while idle: keeps later saves cheap. */
void store_keep(struct store *s);
/* Idle-time housekeeping: updates the search index, checkpoints the WAL. */
void store_idle(struct store *s);

/* ---- proving integrity, and rescuing what is intact ---- */

/* One fault in a log. */
struct store_fault {
	uint32_t number;  /* the case; 0: the database as a whole, or an export */
	uint32_t pos, to; /* the records; 0: the case's opening data */
	unsigned line;    /* of an export, from 1; 0 in a database */
	const char *what; /* one sentence; lives for the call */
};
struct store_check {
	void (*fault)(void *arg, const struct store_fault *f); /* NULL: only count */
	void *arg;
	uint32_t cases, records, faults; /* counted up */
	char head[65];     /* hash of the last record of the last case checked; "" when it has none
	                    */
	const char *want;  /* a head to find: lower case, at least 16 digits; NULL */
	uint32_t want_at;  /* the record with that hash; 0: none */
	uint32_t unmarked; /* older cases without title, place and state in their log */
};
/* Recomputes the hash chain of one case, or of all plus the file itself (ref NULL).  Faults are counted in
 * `c`; the result is 0 all the same. */
int store_verify(struct store *s, const char *ref, struct store_check *c, struct err *err) MUST_CHECK;

/* Writes a case as one file, a line of JSON per record (assets/case.schema.json).  Unreadable records are
 * left out and named in `c` and at the end of the file. `put` returns 0 or -1 with errno. */
typedef int store_put(void *arg, const void *mem, size_t n);
int store_export(struct store *s, const char *ref, struct store_check *c, store_put *put, void *arg,
                 struct err *err) MUST_CHECK;
/* Without trailing export records: the case as reports tell it. */
int store_export_told(struct store *s, const struct casefile *cf, struct store_check *c, store_put *put,
                      void *arg, struct err *err) MUST_CHECK;
/* A redacted case as a file, with a new id and chain; its last record holds the level and the head of the
 * original log. */
int store_export_copy(const struct casefile *redacted, const char *level, const char *head, store_put *put,
                      void *arg, struct err *err) MUST_CHECK;
/* Reads and verifies an exported text, secrets removed, without a store.  Caller releases. */
int store_read_export(const char *name, const char *text, size_t n, struct casefile *out,
                      struct err *err) MUST_CHECK;
/* Verifies an exported text on its own, without a store. Returns 0 even when there are faults. */
int store_verify_export(const char *text, size_t n, struct store_check *c, struct err *err) MUST_CHECK;
/* Imports a case.  An existing case gets the file's additional records; one that differs is refused
 * (FAIL_CONFLICT, says where), with nothing written.  `name` is for messages. */
struct store_import {
	char id[CASE_ID];
	uint32_t number, had, added;
	struct secret_count
	        left_out; /* by the gate: the log here has another head than the file from there on */
};
int store_import(struct store *s, const char *name, const char *text, size_t n, struct store_import *out,
                 struct err *err) MUST_CHECK;

/* ---- as rows, for a book of many consoles ---- */

/* A link of a case's chain. Position 0 is what the case began with, prev ""; the hash of the others covers
 * `prev`, the case's id and the body, byte for byte. */
struct store_row {
	uint32_t pos;
	const char *prev, *hash; /* 64 hexadecimal digits */
	const char *body;        /* JSON: the record as it is stored */
	size_t n;
};
/* The rows of a case in order, without export records at its end; `each` returns false for no more of them.
 * Refuses a case that is damaged here. */
int store_rows(struct store *s, const char *ref, bool (*each)(void *arg, const struct store_row *row),
               void *arg, struct err *err) MUST_CHECK;
/* Whether the row is what its hash was made of. */
bool store_row_fits(const char *case_id, const struct store_row *r) MUST_CHECK;
/* The case that rows in order tell, the first at position 0; every link is proven first. Caller releases. */
int store_read_rows(const char *name, const struct store_row *rows, size_t n, struct casefile *out,
                    struct err *err) MUST_CHECK;
/* Like store_import(), from rows in order, the first at position 0; every link is proven first. `instead`:
 * what the case here went on with otherwise is taken out, in the same transaction; the caller has it
 * elsewhere. */
int store_import_rows(struct store *s, const char *name, const struct store_row *rows, size_t n, bool instead,
                      struct store_import *out, struct err *err) MUST_CHECK;

/* A folder of that name beside the store's file, for evidence that casebook keeps itself; made (0700) when it
 * is not there. In mem. `db` as for store_open(). NULL: *err says why. */
const char *store_folder(struct arena *mem, const char *db, const char *name, struct err *err) MUST_CHECK;

#endif
