/*
 * Errors are values: a function that can fail returns 0 or -1 and fills its
 * last argument on failure only.  One sentence says what failed, one says what
 * to do.  Nothing in the engine prints or exits; only ui/ does.
 */
#ifndef CASEBOOK_ERR_H
#define CASEBOOK_ERR_H

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

enum err_code {
	FAIL_NONE,
#define ROW(id, text) FAIL_##id,
#include <casebook/errors.def>
#undef ROW
	FAIL__MAX
};

struct err {
	enum err_code code;
	int sys;            /* errno or the library's own code; 0 when there is none */
	unsigned line, col; /* place in a file that was read; 0 when unknown */
	char msg[480];
};

/* Fill `err` (may be NULL); both return -1 so that callers can `return err_set(...)`. */
int err_set(struct err *err, enum err_code code, int sys, const char *fmt, ...) PRINTF_LIKE(4, 5);
/* Put "context: " before the message already there. */
int err_wrap(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The class of a failure in words, never NULL. */
const char *err_str(enum err_code code);

#endif
