/* Fills and wraps errors.  Knows no stream and no exit. */
#include <casebook/err.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int err_set(struct err *err, enum err_code code, int sys, const char *fmt, ...)
{
	va_list ap;

	if (err == NULL)
		return -1;
	err->code = code;
	err->sys = sys;
	err->line = err->col = 0;
	va_start(ap, fmt);
	vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	return -1;
}

int err_wrap(struct err *err, const char *fmt, ...)
{
	char was[sizeof(err->msg)];
	va_list ap;
	int n;

	if (err == NULL)
		return -1;
	memcpy(was, err->msg, sizeof(was));
	va_start(ap, fmt);
	n = vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	if (n < 0)
		n = 0;
	if ((size_t)n < sizeof(err->msg))
		snprintf(err->msg + n, sizeof(err->msg) - (size_t)n, ": %s", was);
	return -1;
}

const char *err_str(enum err_code code)
{
	static const char *const text[] = {
	        [FAIL_NONE] = "no error",
#define ROW(id, words) [FAIL_##id] = words,
#include <casebook/errors.def>
#undef ROW
	};

	_Static_assert(sizeof(text) / sizeof(text[0]) == FAIL__MAX, "every code has its text");
	return (unsigned)code < FAIL__MAX ? text[code] : "unknown error";
}
