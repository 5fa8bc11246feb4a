/* Shared by the files of this folder. */
#ifndef BRIEF_INT_H
#define BRIEF_INT_H

#include <casebook/brief.h>
#include <casebook/say.h>

struct maker {
	struct arena *mem;
	struct replay *r;
	struct diagnosis *d;
	const struct brief_options *o;
	struct brief *b;
	const struct finding *f;   /* the main one; NULL */
	const struct cause *cause; /* the cause at issue, of the finding or the contradiction; NULL */
};

const char *name_of(const struct maker *m, const char *name); /* as it may be shown */
const char *text_of(const struct maker *m, const char *text);
/* "The pool was not started" for "The pool is not started": of what is fixed. */
const char *title_past(struct arena *mem, const char *title);
/* The same as what is in question: "Unclear whether the pool is started"; turned when it asks for the
 * opposite. */
const char *title_unclear(struct arena *mem, const char *title, bool *turned);
/* "the pool ..." for "The pool ...", to go on with. */
char *lower_article(struct arena *mem, const char *text);
/* "start the pool" for "Start the pool". */
const char *lower_first(struct arena *mem, const char *text);
/* What a reader calls a check as a witness: "the list of pools". */
const char *brief_witness(const struct probe *p);
/* When the main finding's fix was first checked; ABOUT_NO_TIME: it was not. */
int64_t brief_fixed_ms(const struct maker *m);
/* How long the name of a check or fact is that stands at p, "scep.url.page"; 0: none. */
size_t name_length(const char *p);
const struct probe *probe_named(const struct flow *f, const char *p, size_t n); /* NULL: no check */
/* A sentence without its full stop, for use within another. */
const char *without_stop(struct arena *mem, const char *text);
/* The sentence of a fact, as seen by this case's question. */
const char *sentence(const struct maker *m, const struct proof *p);
const char *sentence_of(const struct maker *m, const struct evidence *e, const char *fact);
/* "scep Stopped": a fact that has no sentence. */
const char *plain_words(const struct maker *m, const char *fact, const struct value *v);
/* "server admin (NDES server): Start it."; NULL: nothing to do. */
const char *next_words(struct arena *mem, const struct brief *b);
bool is_live(const struct replay *r, const struct evidence *e);

void brief_proofs(struct maker *m);
void brief_course(struct maker *m); /* since, last, who */
void brief_excluded(struct maker *m);
void brief_next(struct maker *m); /* get, do, then */
void brief_fix(struct maker *m);  /* before, after, done */

/* Joins with a separator; NULL when there is nothing. */
struct joined {
	struct buf out;
	const char *sep;
};
void join_begin(struct joined *j, const char *sep);
void join_add(struct joined *j, const char *text); /* once each; NULL adds nothing */
const char *join_end(struct joined *j, struct arena *mem);

#endif
