/* Lengths of requests against limits. */
#ifndef CASEBOOK_UI_ANALYZE_LENGTHS_H
#define CASEBOOK_UI_ANALYZE_LENGTHS_H

#include <casebook/analyze.h>
#include <casebook/arena.h>

enum length_is {
	LENGTH_SHORT, /* the longest request seen does not pass */
	LENGTH_SEEN,  /* it does, but not the longest that there can be */
	LENGTH_ENOUGH
};
struct length {
	const char *name, *file;
	int64_t limit; /* bytes */
	enum length_is is;
};

struct lengths {
	struct length *list; /* every limit that the files name; n is 0 without a log */
	size_t n;
	const char *log; /* the one with the longest query; NULL: no log shows one */
	int64_t longest; /* its bytes */
};
void analyze_lengths(const struct analysis *a, struct arena *mem, struct lengths *out);

#endif
