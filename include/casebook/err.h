/*
 * Errors are values: a fallible function returns 0 or -1 and fills its last argument on failure only. One
 * sentence says what failed, another what to do. Only ui/ prints or exits, never the engine.
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
	unsigned line, col; /* place in the file being read; 0 when unknown */
	char msg[480];
};

/* Fill `err` (may be NULL); both return -1 so that callers can `return err_set(...)`. */
int err_set(struct err *err, enum err_code code, int sys, const char *fmt, ...) PRINTF_LIKE(4, 5);
/* Put "context: " before the message already there. */
int err_wrap(struct err *err, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The error class in words, never NULL. */
const char *err_str(enum err_code code);

#endif
