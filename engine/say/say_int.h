/* Shared by the files of this room: conditions of sentences, taken apart once. */
#ifndef SAY_INT_H
#define SAY_INT_H

#include <casebook/say.h>

enum say_op {
	OP_EQ,
	OP_NE,
	OP_GT,
	OP_GE,
	OP_LT,
	OP_LE,
	OP_KNOWN,
	OP_UNKNOWN,
	OP_EMPTY,
	OP_FULL,
	OP_MANY,
	OP_HAS
};
struct say_test {
	char subject[80]; /* "" is the fact itself */
	enum say_op op;
	char words[12][48]; /* what OP_EQ, OP_NE, OP_HAS compare with */
	size_t nwords;
	int64_t number; /* of OP_GT and the like */
};
#define SAY_MAX_TESTS 6
/* The number of tests; 0 when the text is no condition. */
size_t say_parse(const char *when, struct say_test out[SAY_MAX_TESTS]);

/* What a placeholder stands for, in mem; NULL: unknown. */
struct say_words {
	struct arena *mem;
	const struct say_env *env;
	const char *key;
	const struct value *v; /* of the fact that speaks */
};
const char *say_fill(const struct say_words *w, const char *sentence);
const struct value *say_other(const struct say_env *env, const char *name);

#endif
