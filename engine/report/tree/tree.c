/* The order of a report: what a reader needs first stands first.  Knows the tree; knows no format. */
#include "report_int.h"

#include <string.h>

#include <casebook/brief.h>
#include <casebook/say.h>

/* A value longer than this is cut in tables; the JSON has all of it. */
#define VALUE_MAX 600

const char *tree_clock(struct report *r, int64_t ms)
{
	return say_when(r->mem, ms, SAY_BARE);
}

const char *tree_time(struct report *r, int64_t ms)
{
	return say_when(r->mem, ms, SAY_FULL);
}

const char *tree_value(struct report *r, const struct value *v)
{
	struct buf b;
	const char *out;

	if (v == NULL || v->type == VAL_NULL)
		return "not measured";
	if (v->type == VAL_STR && v->u.s[0] != '\0' && strlen(v->u.s) <= VALUE_MAX)
		return v->u.s;
	if (v->type == VAL_STR && v->u.s[0] == '\0')
		return "(empty)";
	if (v->type == VAL_LIST && v->u.list.n != 0 && v->u.list.items[0].type == VAL_MAP)
		return arena_fmt(r->mem, v->u.list.n == 1 ? "1 entry" : "%zu entries", v->u.list.n);
	buf_init(&b, BUF_MAX_LINE);
	value_text(&b, v);
	if (b.n > VALUE_MAX) {
		size_t n = VALUE_MAX;

		while (n > 0 && ((unsigned char)b.p[n] & 0xC0) == 0x80)
			n--;
		out = arena_fmt(r->mem, "%.*s ... (%zu bytes in all; the JSON report has them)", (int)n, b.p,
		                b.n);
	} else {
		out = arena_strndup(r->mem, buf_cstr(&b), b.n);
	}
	buf_release(&b);
	return out;
}

/* Without printf: a long case writes tens of thousands of them. */
const char *tree_number(struct arena *mem, const char *prefix, uint64_t n)
{
	size_t len = strlen(prefix), digits = 1, size;
	char *out;

	for (uint64_t left = n / 10; left != 0; left /= 10)
		digits++;
	size = len + digits + 1;
	out = arena_room(mem, size);
	memcpy(out, prefix, len);
	out[size - 1] = '\0';
	for (size_t i = digits; i-- > 0; n /= 10)
		out[len + i] = (char)('0' + n % 10);
	return out;
}

void tree_evidence_ref(struct report *r, struct rnode *parent, uint32_t pos)
{
	rn_add(r, parent, R_REF, tree_number(r->mem, "E", pos))->id = tree_number(r->mem, "e", pos);
}

const char *tree_place(struct report *r, const struct citation *c)
{
	const char *file = c->pin != NULL && c->pin->file != NULL ? c->pin->file : c->e->target;

	if (c->pin != NULL && c->pin->line != 0)
		return rn_join(
		        r->mem, file != NULL ? file : "?",
		        tree_number(r->mem,
		                    strcmp(c->e->probe, "windows.events") == 0 ? ", record " : ", line ",
		                    c->pin->line),
		        NULL);
	return file;
}

enum report_mark tree_cause_mark(enum cause_state s)
{
	return s == CAUSE_SUPPORTED ? RM_WARN : s == CAUSE_EXCLUDED ? RM_BAD : RM_OPEN;
}

void tree_build(struct report *r)
{
	struct rnode *details;

	r->doc = rn_add(r, NULL, R_DOC, r->brief->title);
	tree_first(r, r->doc);
	tree_excerpts(r, r->doc);
	details = rn_add(r, r->doc, R_FOLD, "Details: everything that was measured, answered and noted");
	details->id = TREE_DETAILS;
	tree_origin(r, details);
	tree_scope(r, details);
	tree_findings(r, details);
	tree_needs(r, details);
	tree_contradictions(r, details);
	tree_differential(r, details);
	tree_fixes(r, details);
	tree_path(r, details);
	tree_timeline(r, details);
	tree_conversations(r, details);
	tree_probes(r, details);
	tree_expiries(r, details);
	tree_files(r, details);
	tree_notes(r, details);
	tree_by_hand(r, details);
	tree_redaction(r, details);
}
