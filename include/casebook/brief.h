/*
 * A case in the slots that every form of it fills: what, where, when, who, by what, so not, but, do, good is.
 * Ticket, box, Markdown, HTML, text, JSON, screen and list of cases take their sentences from here.  Texts
 * are one line each, without a time of "now": ages are against the time that the caller names.  Everything in
 * the caller's arena.
 */
#ifndef CASEBOOK_BRIEF_H
#define CASEBOOK_BRIEF_H

#include <casebook/replay.h>

/* One witness and what it says: a live answer, HTTPERR, the IIS log, an event log, a command's output, a
 * store, a device's log.  Facts of one file, and a file and its copy, are one. */
struct brief_proof {
	const char *says;  /* its sentences */
	const char *place; /* "httperr1.log line 8", "apppools.txt line 3, undated", "record 18" */
	const char *quote; /* the line itself; NULL when none is known */
	uint32_t evidence; /* position in the log */
	int64_t at_ms;     /* when it was so; ABOUT_NO_TIME: undated */
	bool live;         /* measured by casebook */
	bool specific;     /* it proves; false: other causes may look the same */
};
struct brief_topic {
	const char *by;     /* which proof rules these out: "the URL's answer", "the TLS handshake" */
	const char *topics; /* "name, port" */
};

#define BRIEF_NO_FINDING SIZE_MAX
struct brief {
	enum verdict verdict;
	enum confidence confidence;
	bool ascii;
	bool contradicted, turned; /* turned: `what` asks for the opposite of what the proofs say */
	size_t main;          /* the finding that it is about, as diagnose() has them; BRIEF_NO_FINDING */
	const char *headline; /* "FAULT FOUND" */
	const char *lead;     /* the rest of it: "two sources contradict each other"; NULL */
	const char *what;     /* "The SCEP application pool is not started" */
	const char *host;     /* the name that the reader knows; NULL: unknown */
	const char *title;    /* what and where, at most 70 columns */
	const char *summary;  /* of the cause, in a sentence or two; NULL */
	const char *now;      /* what the newest live check saw; NULL */
	const char *from;     /* "from PC7, inside, no proxy"; NULL */
	const char *since;    /* "at least 30 Nov 2026 05:58 UTC"; NULL: unknown */
	const char
	        *last; /* "30 Nov 2026 06:55:03 UTC, 41 min before this report: 503, reason Disabled"; NULL */
	const char *last_line, *last_place;
	const char *who; /* "4 requests from 3 addresses"; NULL */
	const struct brief_proof *proofs, *against;
	size_t nproofs, nagainst, nsources; /* nsources: of nproofs, live answers being one */
	const struct brief_topic *excluded; /* along the way from the device to the CA */
	size_t nexcluded;
	const char * not ;   /* all topics of it in one line; NULL */
	const char *told;    /* what does not apply, as somebody said; NULL */
	const char *open;    /* topics that nothing decides; NULL */
	const char *get;     /* the one thing to get, or "nothing: decided" */
	const char *get_how; /* the command that makes it; NULL */
	const char *outcome; /* what each outcome would mean, no full stop; NULL */
	const char *next_who, *next_where, *next, *next_run; /* the first line of the fix that is not done */
	const char *then;                           /* "casebook resume 4, "Check again". Good is ..." */
	const char *before, *after, *done, *undone; /* of a fix */
	const char *id;
	uint32_t number;
	size_t records;
	const char *head;   /* of the hash chain; NULL */
	const char *person; /* "Ada, service desk, ticket INC-1"; NULL */
	int64_t made_ms;
};

struct brief_options {
	int64_t made_ms;
	const char *head; /* NULL: not known */
	bool ascii;       /* of the box: no sign beyond ASCII */
	/* What stands in the place of a name, and of a name within a text; NULL: nothing is replaced. */
	const char *(*field)(void *self, struct arena *mem, const char *name);
	const char *(*text)(void *self, struct arena *mem, const char *text);
	void *self;
};
struct brief *brief_new(struct arena *mem, struct replay *r, const struct brief_options *options);

/* Who speaks for or against a cause, one entry a witness: dated before undated, what proves first. */
size_t brief_witnesses(struct arena *mem, struct replay *r, const struct cause *c, enum proof_side side,
                       const struct brief_proof **out);

#define BRIEF_TICKET_MAX 1500 /* bytes; a ServiceNow note holds 4000, a Jira comment 32767 */
#define BRIEF_TICKET_LINES 12
#define BRIEF_FIRST_MAX 120 /* columns: it becomes the notification */
#define BRIEF_BOX_WIDTH 78
#define BRIEF_BOX_LINES 20
const char *brief_resume(struct arena *mem, const struct brief *b); /* "casebook resume 4" */
/* "Fault found", "Not decided, one thing to get": the headline as words of a sentence. */
const char *brief_verdict(struct arena *mem, const struct brief *b);
/* What a ticket begins with: verdict, confidence, what and where, at most 120 columns. */
const char *brief_first_line(struct arena *mem, const struct brief *b);
/* "3 independent sources", "1 source": how much stands behind it. */
const char *brief_sources(struct arena *mem, const struct brief *b);
/* Plain text for a ticket: no table, no mark, each line a paragraph. */
void brief_ticket(const struct brief *b, struct buf *out);
/* The first look on a screen of 80 columns. */
void brief_box(const struct brief *b, struct buf *out);
/* A slot by a name for tables: "Since", "Last failure", ... in the order of the report. */
struct brief_row {
	const char *name; /* NULL: a command, whole and as it is pasted */
	const char *text;
	bool first; /* of the first look; false: where there is room */
};
#define BRIEF_MAX_ROWS 16
size_t brief_rows(struct arena *mem, const struct brief *b, struct brief_row out[BRIEF_MAX_ROWS]);
/* The same with the proofs and the commands, which a report has in sections of their own. */
#define BRIEF_MAX_LINES 48
size_t brief_lines(struct arena *mem, const struct brief *b, struct brief_row out[BRIEF_MAX_LINES]);
/* "The SCEP application pool is not started: ndes.contoso.example"; the host alone while nothing is found;
 * NULL: not even that is known. */
const char *brief_case_title(struct arena *mem, struct replay *r);
/* Such a title, of now or of before; false: a person's own words. */
bool brief_is_title(struct arena *mem, struct replay *r, const char *title);

#endif
