/* Loading a flow, from bytes to a checked and frozen value. */
#include <casebook/flow_load.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <casebook/io.h>
#include <casebook/sha256.h>

#include "flow_int.h"

static void build(struct draft *d, const char *text, size_t n, bool prove)
{
	if (!bytes_check(d->p, text, n))
		return;
	d->root = yaml_tree(d->mem, d->p, text, n);
	if (d->p->errors > 0)
		return; /* what is built on a broken tree would only be noise */
	draft_parse(d);
	draft_check(d);
	if (prove && d->p->errors == 0)
		draft_prove(d);
}

static struct flow *load(const char *name, const char *text, size_t n, bool prove, const struct flow_env *env,
                         struct err *err)
{
	struct problems p = {.mem = arena_new()};
	struct draft d = {.p = &p, .env = env, .name = name, .mem = arena_new(), .out = arena_new()};
	struct flow *f = NULL;

	if (n > BUF_MAX_FLOW) {
		err_set(err, FAIL_LIMIT, 0, "%s is larger than %u MiB; no flow needs that", name,
		        BUF_MAX_FLOW >> 20);
	} else {
		build(&d, text, n, prove);
		problems_send(&p, name, env->diag, env->arg);
		if (p.errors == 0) {
			f = draft_freeze(&d);
			sha256_of(text, n, f->hash);
		} else {
			err_set(err, FAIL_FORMAT, 0, "%s has %zu problem%s%s", name, p.total,
			        p.total == 1 ? "" : "s",
			        p.total > FLOW_MAX_DIAGS ? "; the first 50 are shown" : "");
		}
	}
	if (f == NULL)
		arena_free(d.out);
	arena_free(d.mem);
	arena_free(p.mem);
	problems_free(&p);
	return f;
}

struct flow *flow_load(const char *name, const char *text, size_t n, const struct flow_env *env,
                       struct err *err)
{
	return load(name, text, n, false, env, err);
}

struct flow *flow_prove(const char *name, const char *text, size_t n, const struct flow_env *env,
                        struct err *err)
{
	return load(name, text, n, true, env, err);
}

static int read_all(int fd, const char *name, struct buf *out, struct err *err)
{
	int sys = io_read_all(fd, out);

	if (sys == EFBIG)
		return err_set(err, FAIL_LIMIT, 0, "%s is larger than %u MiB; no flow needs that", name,
		               BUF_MAX_FLOW >> 20);
	return sys == 0 ? 0 : err_set(err, FAIL_IO, sys, "%s could not be read: %s", name, strerror(sys));
}

static struct flow *load_file(const char *path, bool prove, const struct flow_env *env, struct err *err)
{
	bool standard = strcmp(path, "-") == 0;
	const char *name = standard ? "(standard input)" : path;
	struct flow *f = NULL;
	struct stat st;
	struct buf text;
	int in;

	/* A device never ends, and a pipe waits for a writer. */
	if (!standard && stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) {
		err_set(err, FAIL_FORMAT, 0, "%s is a device or a pipe, not a file; \"-\" is standard input",
		        path);
		return NULL;
	}
	in = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (in < 0) {
		err_set(err, errno == ENOENT ? FAIL_NOT_FOUND : FAIL_IO, errno, "%s could not be opened: %s",
		        path, strerror(errno));
		return NULL;
	}
	buf_init(&text, BUF_MAX_FLOW);
	if (read_all(in, name, &text, err) == 0)
		f = load(name, buf_cstr(&text), text.n, prove, env, err);
	buf_release(&text);
	if (!standard)
		close(in);
	return f;
}

struct flow *flow_load_file(const char *path, const struct flow_env *env, struct err *err)
{
	return load_file(path, false, env, err);
}

struct flow *flow_prove_file(const char *path, const struct flow_env *env, struct err *err)
{
	return load_file(path, true, env, err);
}
