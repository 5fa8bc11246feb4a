/* Running probes in the test's own process, and files to run them on. */
#include "probe_seen.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "evout.h"

#include "value_json.h"

#define MAX_FILES 200

static char folder[64];
static char *files[MAX_FILES];
static size_t nfiles;

static void take(void *arg, const char *line, size_t n)
{
	struct probe_seen *s = arg;
	struct wire_message m;
	struct err err = {0};

	assert_true(n > 0 && line[n - 1] == '\n');
	if (wire_get(s->mem, line, n - 1, &m, &err))
		fail_msg("%s: %.*s", err.msg, (int)n, line);
	wire_collect(&s->c, &m);
}

void probe_run(struct probe_seen *out, const char *id, ...)
{
	const struct probe_impl *impl = probe_impl_find(id);
	struct probe_arg args[8];
	struct probe_call call = {.args = args};
	va_list ap;

	assert_non_null(impl);
	memset(out, 0, sizeof(*out));
	out->mem = arena_new();
	wire_collect_init(&out->c, out->mem);
	va_start(ap, id);
	for (const char *key; (key = va_arg(ap, const char *)) != NULL; call.nargs++) {
		args[call.nargs].key = key;
		args[call.nargs].value = va_arg(ap, const char *);
	}
	va_end(ap);
	probe_call_run(impl, &call, take, out);
	assert_true(out->c.ended);
	wire_evidence(&out->c, &out->e);
}

void probe_seen_release(struct probe_seen *s)
{
	arena_free(s->mem);
}

const struct value *seen_fact(const struct probe_seen *s, const char *key)
{
	const struct value *v = evidence_fact(&s->e, key);

	if (!v)
		fail_msg("no fact %s (%s)", key, s->e.why ? s->e.why : "measured");
	return v;
}

int64_t seen_int(const struct probe_seen *s, const char *key)
{
	const struct value *v = seen_fact(s, key);

	if (v->type != VAL_INT)
		fail_msg("%s is no number: %s", key, seen_json(s, key));
	return v->u.i;
}

const char *seen_str(const struct probe_seen *s, const char *key)
{
	const struct value *v = seen_fact(s, key);

	if (v->type == VAL_NULL)
		return "(null)";
	assert_int_equal(v->type, VAL_STR);
	return v->u.s;
}

bool seen_bool(const struct probe_seen *s, const char *key)
{
	const struct value *v = seen_fact(s, key);

	if (v->type != VAL_BOOL)
		fail_msg("%s is no yes or no: %s", key, seen_json(s, key));
	return v->u.b;
}

const char *seen_json(const struct probe_seen *s, const char *key)
{
	const char *text;
	struct buf b;

	buf_init(&b, 1u << 24);
	value_json(&b, seen_fact(s, key));
	text = arena_strdup(s->mem, buf_cstr(&b));
	buf_release(&b);
	return text;
}

const struct pin *seen_pin(const struct probe_seen *s, const char *fact)
{
	for (size_t i = 0; i < s->e.npins; i++)
		if (strcmp(s->e.pins[i].fact, fact) == 0)
			return &s->e.pins[i];
	fail_msg("no pin for %s", fact);
	return NULL;
}

char *seen_all(const struct probe_seen *s)
{
	struct buf b;

	buf_init(&b, 1u << 26);
	for (size_t i = 0; i < s->e.nfacts; i++) {
		buf_fmt(&b, "%s ", s->e.facts[i].key);
		value_json(&b, &s->e.facts[i].value);
		buf_char(&b, '\n');
	}
	for (size_t i = 0; i < s->e.npins; i++)
		buf_fmt(&b, "pin %s %llu %llu %lld %s\n", s->e.pins[i].fact,
		        (unsigned long long)s->e.pins[i].line, (unsigned long long)s->e.pins[i].offset,
		        (long long)s->e.pins[i].at_ms, s->e.pins[i].text);
	return buf_steal(&b);
}

const char *test_folder(void)
{
	if (!folder[0]) {
		snprintf(folder, sizeof(folder), "/tmp/casebook-files-XXXXXX");
		assert_non_null(mkdtemp(folder));
	}
	return folder;
}

const char *test_file(const char *name, const void *bytes, size_t n)
{
	char *path = malloc(256);
	FILE *f;

	assert_true(path && nfiles < MAX_FILES);
	snprintf(path, 256, "%s/%s", test_folder(), name);
	f = fopen(path, "wb");
	assert_non_null(f);
	if (n == SIZE_MAX)
		n = strlen(bytes);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
	files[nfiles++] = path;
	return path;
}

int test_folder_remove(void **state)
{
	(void)state;
	for (size_t i = 0; i < nfiles; i++) {
		unlink(files[i]);
		free(files[i]);
	}
	nfiles = 0;
	if (folder[0])
		rmdir(folder);
	folder[0] = '\0';
	return 0;
}
