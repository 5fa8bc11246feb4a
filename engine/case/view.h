/*
 * Views: how the facts of a file answer the question of a case.  A reader's fact adds up a whole file; its
 * view counts only rows from the time in question and the right machine.  One table per probe, parallel to
 * the reader's facts.  Absence is stated only by a source that covers the time and would have shown
 * the event.
 */
#ifndef CASEBOOK_VIEW_H
#define CASEBOOK_VIEW_H

#include "case_int.h"

/* Windows around the time in question; view.c gives the reason for each. */
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

/* A row and how far it can be trusted to be ours. */
struct heard {
	const struct evidence *e;
	const struct evrow *row;
	const struct about *about;
	enum strength server, device; /* as a log of the server, as one of the device */
};
/* All rows of a probe in force; in the replay's arena. */
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
/* The window around the time in question; false when no time is known. */
bool window_span(const struct question *q, enum window w, int64_t *from, int64_t *to);
/* Whether the complete parts of that log (NULL: any) cover the window with a margin at either end; with
 * several NDES computers, each must. */
bool covers(const struct hearing *h, enum window w, const char *log, bool device, int64_t margin_ms,
            enum strength *strength);

/* Whether the logs cover a time named by a person or the device's log; no answer for a guessed one. */
void covers_question(const struct hearing *h, enum window w, const char *log, bool device, int64_t margin_ms,
                     struct seen *out);
/* Answers v when nothing was seen and the log that would show it covers the time. */
void not_there(const struct hearing *h, enum window w, const char *log, bool device, struct value v,
               struct seen *out);
/* A missing name matches any. */
bool same_computer(const struct about *a, const struct about *b);
/* Adds n to the count of a key. */
void count_more(struct value_builder *b, const char *key, int64_t n);

const char *row_text(const struct evrow *r, const char *key); /* NULL when absent */
int64_t row_int(const struct evrow *r, const char *key, int64_t otherwise);

/* Keeps the stronger answer; of equal strength, the newer. */
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

/* A fact of a source as far as it is of the account as which the pool runs, or of the CA that NDES uses;
 * NULL: it says nothing of them. */
const struct value *named_fact(const struct look *k, const char *probe, const struct evidence *e,
                               const char *fact);

/* The newest device conversation answered up to PKIOperation, or request accepted by the policy module, at
 * the time in question; false when there is none. */
bool got_through(const struct look *k, struct seen *out);
/* An error at the time in question, in the device's log or the old connector's, with no success after it;
 * false when there is none.  Whatever its cause, such a case is not healthy. */
bool not_over(const struct look *k, struct seen *out);
/* Whether the phone that tried last did so after `since` and got nothing, as far as its log tells. */
bool phone_unserved(const struct look *k, int64_t since);

#endif
