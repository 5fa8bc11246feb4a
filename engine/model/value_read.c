/* Values out of JSON.  cJSON keeps numbers as doubles; integers that these cannot hold are read once more. */
#include <casebook/value.h>

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/buf.h>
#include <casebook/xalloc.h>

#include "cjson.h"

#define MAX_DEPTH 20
#define EXACT 9007199254740992.0 /* 2^53: up to here a double holds each integer (RFC 8259, 6) */
#define FEW 24                   /* members of a map that are compared each with each */
#define KEPT 65536               /* bytes of nodes */
#define MARK '\x01'              /* no JSON text holds it as it is (RFC 8259, 7) */

struct reading {
	struct arena *mem;
	bool marked; /* large integers are texts that begin with MARK */
	bool large;  /* out: there is one; the text is to be read again with it marked */
	struct err *err;
};

static int read_node(struct reading *r, const cJSON *in, unsigned depth, struct value *out);

static size_t children(const cJSON *in)
{
	size_t n = 0;

	for (const cJSON *c = in->child; c != NULL; c = c->next)
		n++;
	return n;
}

static int read_list(struct reading *r, const cJSON *in, unsigned depth, struct value *out)
{
	size_t n = children(in);
	struct value *items = arena_array(r->mem, n, sizeof(*items)), *at = items;

	for (const cJSON *c = in->child; c != NULL; c = c->next)
		if (read_node(r, c, depth + 1, at++) != 0)
			return -1;
	out->type = VAL_LIST;
	out->u.list.items = items;
	out->u.list.n = n;
	return 0;
}

static int by_key(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *twice(const struct member *items, size_t n)
{
	const char **keys, *found = NULL;

	if (n <= FEW) {
		for (size_t i = 1; i < n; i++)
			for (size_t k = 0; k < i; k++)
				if (items[i].key[0] == items[k].key[0] &&
				    strcmp(items[i].key, items[k].key) == 0)
					return items[i].key;
		return NULL;
	}
	keys = xmalloc(n * sizeof(*keys));
	for (size_t i = 0; i < n; i++)
		keys[i] = items[i].key;
	qsort(keys, n, sizeof(*keys), by_key);
	for (size_t i = 1; i < n && found == NULL; i++)
		if (strcmp(keys[i - 1], keys[i]) == 0)
			found = keys[i];
	free(keys);
	return found;
}

static int read_map(struct reading *r, const cJSON *in, unsigned depth, struct value *out)
{
	size_t n = children(in);
	struct member *items = arena_array(r->mem, n, sizeof(*items)), *at = items;
	const char *again;

	for (const cJSON *c = in->child; c != NULL; c = c->next, at++) {
		at->key = arena_strdup(r->mem, c->string);
		if (read_node(r, c, depth + 1, &at->value) != 0)
			return -1;
	}
	again = twice(items, n);
	if (again != NULL)
		return err_set(r->err, FAIL_FORMAT, 0, "JSON has the key '%s' twice in one map", again);
	out->type = VAL_MAP;
	out->u.map.items = items;
	out->u.map.n = n;
	return 0;
}

static int read_number(struct reading *r, const cJSON *in, struct value *out)
{
	double d = in->valuedouble;

	if (d >= -EXACT && d <= EXACT && d == (double)(int64_t)d) {
		*out = value_int((int64_t)d);
		r->large |= d == EXACT || d == -EXACT; /* what is next to them looks the same */
		return 0;
	}
	if (d > EXACT || d < -EXACT) {
		r->large = true;
		return !r->marked ? -1
		                  : err_set(r->err, FAIL_LIMIT, 0, "JSON has a number that is too large");
	}
	return err_set(r->err, FAIL_FORMAT, 0, "JSON contains a fraction; records have whole numbers only");
}

static int read_text(struct reading *r, const cJSON *in, struct value *out)
{
	long long number;

	if (!r->marked || in->valuestring[0] != MARK) {
		*out = value_str(arena_strdup(r->mem, in->valuestring));
		return 0;
	}
	errno = 0;
	number = strtoll(in->valuestring + 1, NULL, 10);
	*out = value_int(number);
	return errno == 0 ? 0
	                  : err_set(r->err, FAIL_LIMIT, 0, "JSON has the number %s, which is too large",
	                            in->valuestring + 1);
}

static int read_node(struct reading *r, const cJSON *in, unsigned depth, struct value *out)
{
	if (depth > MAX_DEPTH)
		return err_set(r->err, FAIL_LIMIT, 0, "JSON is nested more than %d deep", MAX_DEPTH);
	switch (in->type & 0xFF) {
	case cJSON_NULL:
		*out = value_null();
		return 0;
	case cJSON_True:
	case cJSON_False:
		*out = value_bool((in->type & cJSON_True) != 0);
		return 0;
	case cJSON_Number:
		return read_number(r, in, out);
	case cJSON_String:
		return read_text(r, in, out);
	case cJSON_Array:
		return read_list(r, in, depth, out);
	default:
		return read_map(r, in, depth, out);
	}
}

/* The text with its large integers as texts that begin with MARK. */
static void mark_integers(struct buf *out, const char *text, size_t n)
{
	bool in_text = false;

	for (size_t i = 0, from; i < n;) {
		from = i;
		if (in_text || (text[i] != '-' && !isdigit((unsigned char)text[i]))) {
			in_text ^= text[i] == '"';
			i += text[i] == '\\' && in_text && i + 1 < n ? 2 : 1;
			buf_put(out, text + from, i - from);
			continue;
		}
		for (i++; i < n && isdigit((unsigned char)text[i]); i++)
			;
		if (i - from < 16 || (i < n && strchr(".eE", text[i]) != NULL))
			buf_put(out, text + from, i - from);
		else
			buf_fmt(out, "\"%c%.*s\"", MARK, (int)(i - from), text + from);
	}
}

static int read_all(struct reading *r, const char *text, size_t n, struct value *out)
{
	static _Thread_local struct arena *nodes; /* kept while texts are small: a case has thousands */
	const cJSON *root;
	int rc;

	if (nodes == NULL)
		nodes = arena_new();
	root = cjson_read(nodes, text, n, r->marked ? CJSON_MARKED : CJSON_STRICT, r->err);
	rc = root != NULL ? read_node(r, root, 0, out) : -1;
	if (arena_used(nodes) > KEPT) {
		arena_free(nodes);
		nodes = NULL;
	} else {
		arena_reset(nodes);
	}
	return rc;
}

int value_parse_json(struct arena *mem, const char *text, size_t n, struct value *out, struct err *err)
{
	struct reading r = {.mem = mem, .err = err};
	struct buf marked;
	int rc = read_all(&r, text, n, out);

	if (!r.large)
		return rc;
	buf_init(&marked, n * 2 + 16);
	mark_integers(&marked, text, n);
	r.marked = true;
	rc = read_all(&r, buf_cstr(&marked), marked.n, out);
	buf_release(&marked);
	return rc;
}
