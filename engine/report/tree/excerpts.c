/*
 * Lines of the logs that were read, on request: those that the checks pinned down, the newest of each file.
 * What is shown is what the case keeps, redacted as the rest of the report; the files themselves are not
 * opened.
 */
#include "report_int.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/file_name.h>

#define FILE_LINES 20 /* the newest of one file */
#define ALL_LINES 100
#define FILE_PINS (EVIDENCE_MAX_PINS * 4) /* of all measurements of one file */

static bool usable(const struct pin *p)
{
	return p->file != NULL && p->line != 0 && p->text != NULL && p->text[0] != '\0';
}

static bool there(const struct excerpt *all, size_t n, const struct pin *p)
{
	for (size_t i = 0; i < n; i++)
		if (pin_same_line(all[i].pin, p))
			return true;
	return false;
}

/* The newest first; a line without a time is as old as can be. */
static int by_age(const void *a, const void *b)
{
	const struct pin *x = ((const struct excerpt *)a)->pin, *y = ((const struct excerpt *)b)->pin;

	if (x->at_ms != y->at_ms)
		return x->at_ms > y->at_ms ? -1 : 1;
	return x->line > y->line ? -1 : x->line < y->line;
}

static int by_line(const void *a, const void *b)
{
	const struct pin *x = ((const struct excerpt *)a)->pin, *y = ((const struct excerpt *)b)->pin;

	return x->line < y->line ? -1 : x->line > y->line;
}

/* Every pinned line of one file, whatever measurement found it. */
static size_t of_file(const struct report_model *m, const struct file_read *f, struct excerpt out[FILE_PINS])
{
	size_t n = 0;

	for (size_t i = 0; i < m->nevidence; i++) {
		const struct evidence *e = m->evidence[i];

		if (e->sha256 == NULL || strcmp(e->sha256, f->sha256) != 0)
			continue;
		for (size_t k = 0; k < e->npins && n < FILE_PINS; k++)
			if (usable(&e->pins[k]) && !there(out, n, &e->pins[k]))
				out[n++] = (struct excerpt){&e->pins[k], e->id};
	}
	return n;
}

size_t report_excerpts(const struct report *r, struct arena *mem, struct excerpt **out)
{
	const struct report_model *m = r->model;
	struct excerpt *all = arena_array(mem, ALL_LINES, sizeof(*all)), one[FILE_PINS];
	size_t n = 0;

	for (size_t i = 0; i < m->nfiles && n < ALL_LINES; i++) {
		size_t found = of_file(m, &m->files[i], one);

		qsort(one, found, sizeof(*one), by_age);
		found = found < FILE_LINES ? found : FILE_LINES;
		found = found < ALL_LINES - n ? found : ALL_LINES - n;
		qsort(one, found, sizeof(*one), by_line);
		memcpy(all + n, one, found * sizeof(*one));
		n += found;
	}
	*out = all;
	return n;
}

static void add_file(struct report *r, struct rnode *s, const struct excerpt *all, size_t n)
{
	struct rnode *name = rn_add(r, s, R_PARA, NULL);
	struct buf lines;

	rn_add(r, name, R_MONO, file_name_base(all[0].pin->file));
	tree_evidence_ref(r, name, all[0].evidence);
	buf_init(&lines, BUF_MAX_LINE);
	for (size_t i = 0; i < n; i++)
		buf_fmt(&lines, "%s%llu: %s", i != 0 ? "\n" : "", (unsigned long long)all[i].pin->line,
		        all[i].pin->text);
	rn_lines(r, s, R_CODE, arena_strndup(r->mem, buf_cstr(&lines), lines.n));
	buf_release(&lines);
}

void tree_excerpts(struct report *r, struct rnode *doc)
{
	struct excerpt *all;
	struct rnode *s;
	size_t n, from = 0;

	if (!r->excerpts)
		return;
	s = rn_section(r, doc, 1, "excerpts", "Excerpts of the logs");
	if (r->level == REDACT_STRICT) {
		rn_add(r, s, R_PARA,
		       "Redaction strict withholds what other programs wrote, so there are none.");
		return;
	}
	n = report_excerpts(r, r->mem, &all);
	if (n == 0)
		rn_add(r, s, R_PARA, "No check pinned down a line of a file.");
	for (size_t i = 1; i <= n; i++) {
		if (i < n && strcmp(all[i].pin->file, all[from].pin->file) == 0)
			continue;
		add_file(r, s, all + from, i - from);
		from = i;
	}
	if (n != 0)
		rn_fmt(r, s, R_PARA,
		       "The lines that the checks pinned down, at most %d of a file, the newest, and %d in all.",
		       FILE_LINES, ALL_LINES);
}
