/*
 * Facts as sentences, from what each fact declares about itself (fact.h), and times, ages and places as
 * reports write them.  Everything lives in the arena given.  Sentences carry foreign text: clean before
 * printing.
 */
#ifndef CASEBOOK_SAY_H
#define CASEBOOK_SAY_H

#include <casebook/evidence.h>
#include <casebook/probe.h>

/* Where a sentence takes its words from. */
struct say_env {
	const struct probe *probe;
	const struct evidence *e;
	const char *attempt; /* UTC time of a device's attempt; NULL: unknown */
	/* A fact of this check or another one as somebody else has it, asked first; NULL: unknown.  May
	 * itself be NULL. */
	const struct value *(*other)(void *self, const char *probe, const char *fact);
	/* What stands in the place of a name that the sentence takes in; NULL: the name itself. */
	const char *(*shown)(void *self, struct arena *mem, const char *name);
	void *self;
};
/* The sentence of a fact as measured; NULL when it is silent, only serves, or no condition fits. */
const char *say_fact(struct arena *mem, const struct say_env *env, const char *key);
/* The same for another value than the measured one: as a case asks for it. */
const char *say_value(struct arena *mem, const struct say_env *env, const char *key, const struct value *v);
/* Every sentence of a measurement, in the order of the probe's table; returns how many of at most cap. */
size_t say_all(struct arena *mem, const struct say_env *env, const char **out, size_t cap);

/* Prose of a flow as one line without its ** and ` marks; NULL for NULL. */
const char *say_plain(struct arena *mem, const char *markdown);

/* ---- times, to be read by people ---- */
enum say_time {
	SAY_FULL /* 30 Nov 2026 06:55:03 UTC */,
	SAY_MINUTE /* 30 Nov 2026 06:55 UTC */,
	SAY_CLOCK /* 06:55:03 UTC */,
	SAY_DAY /* 30 Nov 2026 */,
	SAY_BARE /* 30 Nov 2026 06:55:03, where UTC is said already */
};
const char *say_when(struct arena *mem, int64_t ms, enum say_time how);
/* "41 min", "5 h", "9 days": up to 2 h in minutes, up to 36 h in hours; "less than a minute". */
const char *say_age(struct arena *mem, int64_t ms);
/* "httperr1.log line 8", "application.xml record 8841", "apppools.txt": base name and line; of a live check
 * "record 18". */
const char *say_place(struct arena *mem, const struct evidence *e, uint64_t line);

/* ---- the lint ---- */
/* What is wrong with a fact's declaration, in one line; NULL when nothing is. */
const char *say_fault(struct arena *mem, const struct probe *p, const struct fact_def *d);

#endif
