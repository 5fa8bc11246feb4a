/* Problems of a flow: collected with their place, sent in the order of the file.  Knows the
 * sentences of diags.def; knows nothing of what is checked, and never prints. */
#include "flow_int.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/utf8.h>
#include <casebook/xalloc.h>

#define ARG_MAX_BYTES 300 /* a list of words may be long; a sentence stays readable */

static const struct {
	const char *name, *text;
	enum diag_severity severity;
} rows[] = {
#define ROW(id, severity, text) {#id, text, DIAG_##severity},
#include "diags.def"
#undef ROW
};

static void put_arg(struct buf *out, const char *arg)
{
	size_t n;

	if (arg == NULL)
		return;
	n = strlen(arg);
	if (n > ARG_MAX_BYTES) {
		utf8_clean(out, arg, utf8_valid_prefix(arg, ARG_MAX_BYTES), UTF8_ONE_LINE);
		buf_str(out, "...");
		return;
	}
	utf8_clean(out, arg, n, UTF8_ONE_LINE);
}

static const char *sentence(struct arena *mem, const char *text, const char *after, const char *a,
                            const char *b, const char *c)
{
	const char *args[] = {a, b, c};
	size_t used = 0;
	struct buf out;
	char *kept;

	buf_init(&out, BUF_MAX_LINE);
	for (const char *s = text; *s != '\0'; s++) {
		if (s[0] == '%' && s[1] == 's') {
			put_arg(&out, used < 3 ? args[used++] : NULL);
			s++;
		} else {
			buf_char(&out, *s);
		}
	}
	buf_str(&out, after);
	kept = arena_strdup(mem, buf_cstr(&out));
	buf_release(&out);
	return kept;
}

void problem_at(struct problems *p, enum diag_id id, unsigned line, unsigned col, const char *a,
                const char *b, const char *c)
{
	p->total++;
	if (rows[id].severity == DIAG_ERROR)
		p->errors++;
	if (p->n == PROBLEMS_KEPT)
		return;
	if (p->n == p->cap) {
		p->cap = p->cap == 0 ? 32 : 2 * p->cap;
		p->at = xrealloc(p->at, p->cap * sizeof(*p->at));
	}
	p->at[p->n] =
	        (struct problem){id, line, col, p->n, sentence(p->mem, rows[id].text, p->after, a, b, c)};
	p->n++;
}

void problem(struct problems *p, enum diag_id id, const struct ynode *at, const char *a, const char *b,
             const char *c)
{
	problem_at(p, id, at->line, at->col, a, b, c);
}

static int by_place(const void *va, const void *vb)
{
	const struct problem *a = va, *b = vb;

	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	if (a->col != b->col)
		return a->col < b->col ? -1 : 1;
	return a->seq < b->seq ? -1 : 1;
}

void problems_send(struct problems *p, const char *file, void (*diag)(void *, const struct diag *), void *arg)
{
	if (p->n > 1)
		qsort(p->at, p->n, sizeof(*p->at), by_place);
	for (size_t i = 0; i < p->n && i < FLOW_MAX_DIAGS; i++) {
		const struct problem *at = &p->at[i];
		struct diag d = {rows[at->id].name, rows[at->id].severity, file, at->line, at->col, at->text};

		if (diag != NULL)
			diag(arg, &d);
	}
}

void problems_free(struct problems *p)
{
	free(p->at);
	*p = (struct problems){0};
}
