/* What the tests of flows share. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flow_test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void say(void *arg, const struct diag *d)
{
	buf_fmt(arg, "%s:%u:%u: %s: %s\n", d->file, d->line, d->col, d->id, d->text);
}

typedef struct flow *loader(const char *, const char *, size_t, const struct flow_env *, struct err *);

static struct flow *load_with(loader *fn, const char *name, const char *text, size_t n, struct buf *said)
{
	struct flow_env env = {fake_probe_find, say, said};
	struct err err = {0};
	struct flow *f;

	buf_init(said, BUF_MAX_TEXT);
	f = fn(name, text, n, &env, &err);
	if (f == NULL)
		assert_int_not_equal(err.code, FAIL_NONE);
	return f;
}

struct flow *load_text(const char *name, const char *text, size_t n, struct buf *said)
{
	return load_with(flow_load, name, text, n, said);
}

struct flow *prove_text(const char *name, const char *text, size_t n, struct buf *said)
{
	return load_with(flow_prove, name, text, n, said);
}

void read_path(const char *path, struct buf *out)
{
	FILE *in = fopen(path, "rb");
	char block[4096];
	size_t n;

	buf_init(out, BUF_MAX_TEXT);
	if (in == NULL)
		fail_msg("%s cannot be opened", path);
	while ((n = fread(block, 1, sizeof(block), in)) > 0)
		buf_put(out, block, n);
	fclose(in);
}

struct flow *prove_path(const char *path, const char *name, struct buf *said)
{
	struct buf text;
	struct flow *f;

	read_path(path, &text);
	f = prove_text(name, buf_cstr(&text), text.n, said);
	buf_release(&text);
	return f;
}
