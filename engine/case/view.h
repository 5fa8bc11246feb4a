/*
 * Views: how each fact of a file answers the question of a case.  A reader's fact adds up a whole file; its
 * view looks at the rows and counts what is of the time in question and of the right machine.  One table per
 * probe, beside the reader's facts.  "Not there" is said only by a source that covers the time and would show
 * it.
 */
#ifndef CASEBOOK_VIEW_H
#define CASEBOOK_VIEW_H

#include "case_int.h"

/* How far from the time in question something still belongs to it; view.c says why for each. */
enum window {
	WINDOW_REQUEST,
	WINDOW_CRASH,
	WINDOW_CAPI2,
	WINDOW_POOL,
	WINDOW_CONNECTOR,
	WINDOW_NDES,
	WINDOW_DEVICE,
	WINDOW_PLUGIN,
	WINDOW__MAX
};

/* A row of some source, and how well it is heard for what is asked of it. */
struct heard {
	const struct evidence *e;
	const struct evrow *row;
	const struct about *about;
	enum strength server, device; /* as a log of the server, as one of the device */
};
/* All rows of a probe that count; in the replay's memory. */
struct hearing {
	struct replay *r;
	const struct look *k;
	const struct question *q;
	const struct evidence *src[LOOK_MAX_SOURCES];
	size_t nsrc;
	struct heard *rows;
	size_t n;
};
void hearing_of(const struct look *k, const char *probe, struct hearing *out);

enum strength part_strength(const struct question *q, const struct about *a, bool device);
bool in_window(const struct question *q, enum window w, const struct heard *h);
/* From and to of the window around the time in question; false when no time is known. */
bool window_span(const struct question *q, enum window w, int64_t *from, int64_t *to);
/* Whether the parts of that log (NULL: any) that are heard at least so well cover the window, each whole,
 * with a margin at either end; of several computers that are NDES all must. */
bool covers(const struct hearing *h, enum window w, const char *log, bool device, int64_t margin_ms,
            enum strength *strength);

/* Whether the logs cover the time that a person or the device's log named; no answer for a guessed one. */
void covers_question(const struct hearing *h, enum window w, const char *log, bool device, int64_t margin_ms,
                     struct seen *out);
/* Nobody saw it, and the log that would show it covers the time: then it is v. */
void not_there(const struct hearing *h, enum window w, const char *log, bool device, struct value v,
               struct seen *out);
/* A name that one of them lacks may be any. */
bool same_computer(const struct about *a, const struct about *b);
/* Adds n to the count of that key, which begins at 0. */
void count_more(struct value_builder *b, const char *key, int64_t n);

const char *row_text(const struct evrow *r, const char *key); /* NULL when absent */
int64_t row_int(const struct evrow *r, const char *key, int64_t otherwise);

/* Takes what is stronger; of the same strength what is newer. */
void seen_by(struct seen *out, const struct heard *h, struct value v, enum strength s);

struct view {
	const char *fact;
	void (*answer)(const struct hearing *h, struct seen *out);
};
struct view_table {
	const char *probe;
	const struct view *views; /* ends with fact NULL */
};
extern const struct view iis_views[], httperr_views[], event_views[], tries_views[], store_views[],
        android_views[], ios_views[];

/* The newest conversation of a device that was answered up to PKIOperation, or a request that the policy
 * module took, of the time in question; false when there is none. */
bool got_through(const struct look *k, struct seen *out);
/* An error in the log of the device in question or of the old connector, of the time in question, after which
 * nothing went well; false when there is none.  Whatever cause it has, such a case is not healthy. */
bool not_over(const struct look *k, struct seen *out);

#endif
