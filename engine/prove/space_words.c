/* An outcome in words: "scep.url.page = other, scep.caps.caps lacks AES". */
#include "space_int.h"

#include <casebook/clock.h>

/* ---- outcomes in words ---- */

static void put_cell(const struct var *v, size_t cell, struct buf *out)
{
	char at[CLOCK_TEXT];
	size_t i = (cell - 1) / 2;

	if (!is_number(v->about)) {
		if (v->about->type == FACT_BOOL)
			buf_str(out, cell == 2 ? " = yes" : " = no");
		else if (v->about->closed != NULL)
			buf_fmt(out, " = %s", v->about->closed[cell - 1]);
		else
			buf_fmt(out, cell <= v->n ? " = %s" : " is something else",
			        cell <= v->n ? v->words[cell - 1] : "");
		return;
	}
	buf_str(out, cell % 2 == 0 ? " = " : i < v->n ? " < " : i > 0 ? " > " : " has any value");
	if (v->n == 0)
		return;
	i = i < v->n ? i : v->n - 1;
	if (v->about->type == FACT_TIME)
		buf_str(out, clock_iso(v->cuts[i], at));
	else
		buf_fmt(out, "%lld", (long long)v->cuts[i]);
}

static void put_var(const struct var *v, size_t cell, struct buf *out)
{
	if (out->n > 0)
		buf_str(out, ", ");
	test_subject_text(v->about, out);
	if (cell == 0 && v->kind == VAR_PLAIN)
		buf_str(out, " is not measured");
	else if (v->kind == VAR_PLAIN)
		put_cell(v, cell, out);
	else if (v->kind == VAR_KNOWN)
		buf_str(out, cell == 0 ? " is not measured" : " is measured");
	else if (v->kind == VAR_ELEMENT)
		buf_fmt(out, " %s %s", cell == 1 ? "has" : "lacks", v->element);
	else
		buf_str(out, cell == 1 ? " has something else" : " has nothing else");
}

/* After " = a": " or = b", "or < 5". */
static void put_more(const struct var *v, size_t cell, struct buf *out)
{
	buf_str(out, " or");
	if (v->kind == VAR_PLAIN)
		put_cell(v, cell, out);
	else
		buf_str(out, " not");
}

void put_outcome(const struct space *s, const struct cells *box, struct buf *out)
{
	for (size_t i = 0; i < s->nvars; i++) {
		const struct var *v = &s->vars[i];
		size_t cell = 1;
		long known = find_var(s, v->about, VAR_KNOWN, NULL);

		while (cell < CELLS && !has_cell(&box[i], cell))
			cell++;
		if (cell == CELLS)
			cell = 0;
		if (v->kind == VAR_KNOWN && cell == 1)
			continue; /* its elements say more */
		if ((v->kind == VAR_ELEMENT || v->kind == VAR_OTHERS)) {
			if (known >= 0 && !has_cell(&box[known], 1))
				continue;
			cell = has_cell(&box[i], 0) ? 0 : 1;
			if (v->kind == VAR_OTHERS && cells_within(&v->all, &box[i]))
				continue;
		}
		put_var(v, cell, out);
	}
}

/* "scep.url.page = other or none": what is left of each variable that is narrowed at all. */
void put_restrictions(const struct space *s, const struct cells *box, struct buf *out)
{
	for (size_t i = 0; i < s->nvars; i++) {
		const struct var *v = &s->vars[i];
		bool first = true;

		if (cells_within(&v->all, &box[i]) || v->vague)
			continue;
		for (size_t c = 1; c <= last_cell(v) + 1; c++) {
			size_t cell = c <= last_cell(v) ? c : 0; /* unknown comes last */

			if (!has_cell(&box[i], cell))
				continue;
			if (first)
				put_var(v, cell, out);
			else if (cell == 0 && v->kind == VAR_PLAIN)
				buf_str(out, " or not measured");
			else
				put_more(v, cell, out);
			first = false;
		}
	}
}
