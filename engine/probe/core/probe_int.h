/*
 * The probe's interface: its arguments, its permissions and its output. A probe is one file, probe_<name>.c,
 * that ends with
 *     const struct probe_impl probe_<name> = { .desc = {...}, .run = PROBE_CODE(run) };
 * and one ROW(<room>, <name>) in probes.def.  It runs in a forked child with a deadline: it may block and it
 * may die; facts already sent are kept. A file probe reads through file_src.h, which shows how to write one.
 */
#ifndef CASEBOOK_PROBE_INT_H
#define CASEBOOK_PROBE_INT_H

#include <casebook/evidence.h>
#include <casebook/probe.h>

struct evidence_out;

struct probe_call {
	const struct probe_arg *args;
	size_t nargs;
	const char *ca_file; /* --ca, NULL: the system's trust store */
	const char *proxy;   /* --proxy; NULL: environment; "": direct */
	bool allow_external; /* hosts other than the named one */
	bool allow_side_effects;
	unsigned timeout_ms; /* for the whole probe; the child is killed shortly after */
	int64_t ends_ms;     /* the same as a point of clock_monotonic_ms(); 0: no deadline */
	/* Gives up all but the connection that is there, for those that sign in; NULL: not confined. */
	void (*seal)(void);
};
/* Milliseconds until the probe should have ended, at least 1.  Plan by this. */
unsigned call_left(const struct probe_call *call);

/* First bytes of a file, for recognition by content, never by name. */
struct sample {
	const unsigned char *bytes; /* as stored, after decompression */
	size_t n;
	const char *text; /* the same as UTF-8 when it is text, else NULL */
	size_t text_n;
};

/*
 * A probe's file is compiled twice: for casebook-probe, and with PROBE_DESCRIBE for its description alone, so
 * that casebook links neither its code nor its libraries (engine/probe/table.c).
 */
#ifdef PROBE_DESCRIBE
#define PROBE_CODE(function) 0
typedef char probe_does, probe_knows;
#else
#define PROBE_CODE(function) function
/* Sends facts as it finds them. Returns the outcome; unless it is EV_MEASURED, calls ev_why() with one
 * sentence first. */
typedef enum evidence_outcome (*probe_does)(const struct probe_call *call, struct evidence_out *out);
/* 0 not mine, 100 certain. */
typedef unsigned (*probe_knows)(const struct sample *s);
#endif

struct probe_impl {
	struct probe desc;
	probe_does run;
	probe_knows recognise; /* file probes; NULL for live ones */
	/* Needs libcurl, OpenSSL and the trust store loaded before the fork. */
	bool tls;
	/* Signs in by the person's ticket: confined as CONFINE_SIGN_IN, and more closely after call->seal().
	 */
	bool signs_in;
};

extern const struct probe_impl *const probe_impls[]; /* from probes.def, ends with NULL */
const struct probe_impl *probe_impl_find(const char *id);

/* by_hand_fill() with one argument, and the CA file and proxy of the call. */
void call_by_hand(struct buf *line, const struct probe_call *call, const char *pattern, struct probe_arg arg);
const char *call_arg(const struct probe_call *call, const char *key); /* NULL when absent */

/* Facts are checked against the probe's table: an unknown key, a wrong type or a word
 * outside its closed set is a BUG.  Text is cleaned (utf8_clean) and cut at 64 KB. */
void ev_bool(struct evidence_out *out, const char *key, bool v);
void ev_int(struct evidence_out *out, const char *key, int64_t v);
void ev_str(struct evidence_out *out, const char *key, const char *v); /* NULL: unknown */
void ev_strn(struct evidence_out *out, const char *key, const char *v, size_t n);
void ev_time(struct evidence_out *out, const char *key, int64_t ms);
void ev_value(struct evidence_out *out, const char *key, struct value v);
/* Sending a key again replaces it. */
void ev_target(struct evidence_out *out,
               const char *target); /* the object examined; default: the url/host/file argument */
/* The vantage point: the proxy used, without its credentials (removed here), or with NULL the peer's
 * address, which tells inside from outside. */
void ev_vantage(struct evidence_out *out, const char *proxy, const char *ip);
void ev_sha256(struct evidence_out *out, const char *hex);
void ev_by_hand(struct evidence_out *out, const char *line); /* instead of the filled-in template */
void ev_why(struct evidence_out *out, const char *fmt, ...) PRINTF_LIKE(2, 3);
void ev_pin(struct evidence_out *out, const char *fact, const char *file, uint64_t line, uint64_t offset,
            int64_t at_ms, const char *text, size_t n);
/*
 * The owner of the source and the events in it (about.h says what each member means; begin with about_nothing
 * and evrow_nothing).  A part is named by its index, 0 to EVIDENCE_MAX_PARTS - 1, chosen by the reader;
 * sending it again replaces it, so its span may be sent at the end.  At most EVIDENCE_MAX_ROWS rows, later
 * ones are lost; so a reader keeps the newest of each kind and those near the attempt, and gives
 * ev_rows_from() the time from which they are complete.  Texts are cleaned and cut at ABOUT_TEXT and
 * ROW_TEXT.
 */
void ev_part(struct evidence_out *out, unsigned index, const struct about *a);
void ev_row(struct evidence_out *out, const struct evrow *r);
void ev_rows_from(struct evidence_out *out, int64_t ms);
void ev_phase(struct evidence_out *out, const char *text); /* "TLS handshake", shown while it runs */
void ev_progress(struct evidence_out *out, uint64_t done, uint64_t total); /* sends at most 20 a second */
/* Judged alone, the measurement shows a fault (exit code 3 of `probe`) or none (0). */
void ev_fault(struct evidence_out *out, bool fault);
struct arena *ev_mem(struct evidence_out *out); /* lives until the probe ends */

#endif
