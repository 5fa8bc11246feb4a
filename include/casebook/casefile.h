/*
 * A case is an append-only log; the log is the truth.  The place in the flow,
 * the findings and every report are computed from it.
 */
#ifndef CASEBOOK_CASEFILE_H
#define CASEBOOK_CASEFILE_H

#include <stddef.h>
#include <stdint.h>

#include <casebook/evidence.h>
#include <casebook/secret.h>

#define CASE_ID 27             /* ULID: 26 characters of Crockford base 32 and a NUL */
#define CASE_MAX_RECORDS 10000 /* beyond that, start a new case */
#define CASE_MAX_EXPORTS 1000  /* further records, for exports alone: a full case is handed on */
#define CASE_MAX_LOG (CASE_MAX_RECORDS + CASE_MAX_EXPORTS)
#define CASE_MAX_TEXT 8192 /* a note, an answer, an input */

enum record_kind {
	REC_INPUT,
	REC_ANSWER,
	REC_RETRACT,
	REC_EVIDENCE,
	REC_NOTE,
	REC_TICK,
	REC_ABOUT,
	REC_EXPORT,
	REC_PUT_OFF,
	REC_HAND,
	REC__MAX
};

enum case_state { CASE_OPEN, CASE_WAITING, CASE_CLOSED, CASE__MAX };
const char *case_state_name(enum case_state state); /* "open", "waiting", "closed" */
int case_state_from(const char *name);              /* -1 when unknown */

/* The line in the list of cases; changes are logged, so that the hash chain covers them. */
struct case_mark {
	const char *title, *place; /* `place`: label of the current step */
	enum case_state state;
};

/* Who gave an answer or an input. */
enum answered_by { BY_PERSON, BY_PROBE, BY_FILE, BY_ANSWERS, BY__MAX };

struct rec_input {
	const char *key, *value; /* value NULL: skipped, not available */
	enum answered_by by;
};
/* Inputs common to all flows: who works on the case, and "yes" for one that no desk gets.  The newest of each
 * counts. */
enum about_case { ABOUT_PERSON, ABOUT_ROLE, ABOUT_TICKET, ABOUT_LOCAL, ABOUT_CASE__MAX };
const char *about_case_key(enum about_case a); /* "case.person", ... */
const char *about_case_label(const char *key); /* "Person", ...; NULL: another key */
struct rec_answer {
	const char *step, *answer;
	enum answered_by by;
	const char *seen;  /* the answer the checks proposed then; NULL: none */
	uint32_t evidence; /* position of the deciding evidence, 0 when none */
};
struct rec_retract {
	uint32_t pos; /* the retracted record (answer, input, tick) */
};
struct rec_note {
	const char *text;
};
struct rec_tick {
	const char *cause; /* a line of a fix checklist, done or undone */
	uint32_t item;
	bool done;
};

/* A statement about the owner of a source: of the named computer wherever it occurs, else of the whole
 * file. */
struct rec_about {
	const char *sha256, *target; /* the file; sha256 NULL: identified by name */
	const char *computer;        /* as the source names it; NULL: whatever it names */
	enum role role;              /* ROLE_UNKNOWN: unknown, do not ask again */
	enum answered_by by;
};

/* A step passed while its files are missing.  It stays open; the path continues where the flow's blank
 * answer leads. */
struct rec_put_off {
	const char *step;
	const char *wanted; /* keys of the missing inputs, separated by blanks */
	enum answered_by by;
};

/* Who has the case from now on. */
struct rec_hand {
	const char *to;   /* a person or a team, as somebody writes them */
	const char *left; /* heads of other branches that the case does not go on with, blanks between; NULL:
	                     none */
};

/* Something from the case was exported. */
struct rec_export {
	const char *what;   /* "report", "bundle", "case" */
	const char *format; /* "md", "html", ..., "zip", "jsonl" */
	const char *level;  /* of redaction: "full", "standard", "strict" */
	const char *sha256; /* of the bytes written */
	const char *seal;   /* of a bundle: of its manifest; else NULL */
};

struct record {
	uint32_t pos; /* 1, 2, 3 ... without gaps */
	enum record_kind kind;
	int64_t at_ms;
	const struct case_mark *mark; /* from this record on; NULL: as before */
	union {
		struct rec_input input;
		struct rec_answer answer;
		struct rec_retract retract;
		struct evidence evidence;
		struct rec_note note;
		struct rec_tick tick;
		struct rec_about about;
		struct rec_export export;
		struct rec_put_off put_off;
		struct rec_hand hand;
	} u;
};
#define CASE_HASH 65 /* 64 hexadecimal digits and a NUL */

struct casefile {
	char id[CASE_ID];
	uint32_t number;     /* short number in this database, "#14"; 0 until stored */
	const char *title;   /* given by the user; never NULL */
	const char *flow_id; /* "intune-scep-ndes" */
	char flow_hash[65];  /* SHA-256 of the flow's text at the start */
	int64_t opened_ms;
	const char *host; /* where it was opened */
	const char *tool; /* "casebook 1.0.0" */
	struct record *log;
	size_t nlog, cap;
	struct arena *mem;            /* owns every string of the log */
	struct secret_count left_out; /* removed by casefile_append() so far */
	/* Head of the chain, as the store has it: of the whole log, and of the record that
	 * casefile_told() names.  "" when the log does not come from a store or went on since. */
	char head[CASE_HASH], told_head[CASE_HASH];
};

/* Caller releases.  id NULL makes a new ULID from now_ms and random bytes. */
void casefile_init(struct casefile *cf, const char *id, const char *flow_id, const char *flow_hash,
                   int64_t now_ms);
void casefile_release(struct casefile *cf);
/* Copies `r` without the values of secrets (secret.h) into the case's arena, sets its pos and returns the
 * stored record; NULL when the log has no room for its kind (err says so). */
const struct record *casefile_append(struct casefile *cf, const struct record *r, struct err *err);
/* The same, as it is: a record that comes from a store, or that a person looked at. */
const struct record *casefile_restore(struct casefile *cf, const struct record *r, struct err *err);
/* 0, or FAIL_LIMIT when a log of `records` has no room for one more of this kind. */
int casefile_room(size_t records, enum record_kind kind, struct err *err) MUST_CHECK;
struct record record_clean(struct arena *mem, const struct record *r, struct secret_count *c);
const struct record *casefile_at(const struct casefile *cf, uint32_t pos); /* NULL when out of range */
/* The last record that tells something of the fault: what was exported after it does not change a report. */
uint32_t casefile_told(const struct casefile *cf);
/* A redacted copy ends with a record that says so: its level, and the head of the log that it was made from.
 * It is read, compared and replayed, not gone on with.  NULL: a log of its own. */
const struct rec_export *casefile_copied(const struct casefile *cf);
/* Who has the case, by its newest record of that; NULL: nobody was named. *at_ms: since when. */
const char *casefile_holder(const struct casefile *cf, int64_t *at_ms);
/* The newest mark of the log; NULL when it has none. */
const struct case_mark *casefile_mark(const struct casefile *cf);
/* Marks the last record, unless the log says so already. */
void casefile_set_mark(struct casefile *cf, const struct case_mark *m);
/* Borrows the texts. */
const struct case_mark *case_mark_new(struct arena *mem, const char *title, const char *place,
                                      enum case_state state);
bool case_mark_same(const struct case_mark *a, const struct case_mark *b);

const char *record_kind_name(enum record_kind k);
const char *answered_by_name(enum answered_by b); /* "person", "probe", "file", "answers" */

/* One record to and from a JSON object, the store's format. */
void record_json(struct buf *out, const struct record *r);
int record_from_json(struct arena *mem, const char *text, size_t n, struct record *out,
                     struct err *err) MUST_CHECK;

#endif
