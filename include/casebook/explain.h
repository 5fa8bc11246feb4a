/*
 * Error codes from two tables: assets/codes.tsv (what a code means, where it appears, what to do next, the
 * source) and assets/phrases.tsv (texts that stand for a code, in several languages).  Pure; both tables are
 * built into the program.  Layout of HRESULT and NTSTATUS: [MS-ERREF] sections 2.1 and 2.3.
 *
 * Text comes from anywhere: EXPLAIN_TEXT_MAX and EXPLAIN_HITS_MAX bound the work, nothing fails, and results
 * quote the text as it is: clean before printing.
 */
#ifndef CASEBOOK_EXPLAIN_H
#define CASEBOOK_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <casebook/arena.h>

#define EXPLAIN_TEXT_MAX (256u << 10) /* bytes of a text that are read: a long paste is 20 KB */
#define EXPLAIN_HITS_MAX 400u         /* places in one text */
#define EXPLAIN_SAME_MAX 8u           /* places of one code: a log repeats itself */

struct code_row {
	const char *dialect; /* "iis", "win32", "event:ndes" ... */
	const char *code;    /* as the table writes it */
	const char *name;    /* "-" when it has none */
	const char *meaning, *seen, *next;
	const char *source; /* ends in " (V)": read in a public document; " (K)": general knowledge; or "its
	                       own parts" */
};

/* The tables, read and indexed once; lives as long as mem. */
struct explain;
struct explain *explain_new(struct arena *mem);

/* One place in a text that is a code or stands for one. */
struct explained {
	size_t at, len;      /* bytes of the text */
	const char *dialect; /* of the likeliest reading; for several readings rows[] has the others */
	const char *code;    /* as the table writes it: "0x80094012" for -2146877422 */
	const char *meaning; /* of the likeliest reading, never NULL */
	const struct code_row *rows; /* all readings, likeliest first, and the codes inside each */
	size_t nrows;                /* at least 1 */
	bool known;                  /* false: no table has it; rows[0] takes the number apart */
};

struct explain_result {
	const struct explained *hits; /* in text order; a code may occur more than once */
	size_t n;
	bool cut; /* the text or the list exceeded its limit */
};

/*
 * Every code in a text, its dialect judged by context: lines of IIS and HTTPERR logs, event texts with or
 * without headers, SyncML, NSError with its underlying error, Java exceptions, numbers in a sentence. A text
 * that is just one code is read as a person's query: 1722, 0x6ba, "404 2 1260", -1202 have no more context
 * than that. Results live in mem; `text` may hold any bytes.
 */
struct explain_result explain_text(const struct explain *x, struct arena *mem, const char *text, size_t n);

/*
 * Rows that explain `query`, best first, in *out (in mem); returns how many: those of all places of
 * explain_text, each once, at most 24.
 */
size_t explain_find(struct arena *mem, const char *query, const struct code_row **out);
/* The same with loaded tables. */
size_t explain_query(const struct explain *x, struct arena *mem, const char *query,
                     const struct code_row **out);
/* Every row, in the table's order. */
size_t explain_all(struct arena *mem, const struct code_row **out);
/* The meaning of one code, in mem; NULL when the table does not know it. For findings and screens. */
const char *explain_meaning(struct arena *mem, const char *dialect, const char *code);
/* The row of one code; NULL when the table does not know it. */
const struct code_row *explain_row(const struct explain *x, const char *dialect, const char *code);

#endif
