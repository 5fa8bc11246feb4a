/* casebook case list --desk: the cases of the book, whoever began them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <casebook/clock.h>

#include "case_cmd.h"
#include "desk_cmd.h"

struct row {
	const struct desk_case *book;
	const struct desk_branch *b;
	struct casefile cf;
	const struct case_mark *mark;
	const char *holder;
	int64_t since_ms, changed_ms;
};

static void row_json(struct jsonw *j, const struct row *r)
{
	jsonw_open(j, '{');
	jsonw_kstr(j, "id", r->book->id);
	jsonw_kstr(j, "flow", r->cf.flow_id);
	jsonw_kstr(j, "title", r->mark != NULL ? r->mark->title : NULL);
	jsonw_kstr(j, "state", case_state_name(r->mark != NULL ? r->mark->state : CASE_OPEN));
	jsonw_kstr(j, "at", r->mark != NULL ? r->mark->place : NULL);
	jsonw_key(j, "opened");
	jsonw_time(j, r->cf.opened_ms);
	jsonw_key(j, "changed");
	jsonw_time(j, r->changed_ms);
	jsonw_kint(j, "records", r->b->rows);
	jsonw_kstr(j, "author", r->b->author);
	jsonw_kstr(j, "holder", r->holder);
	jsonw_ktime_if(j, "holder_since", r->since_ms, r->holder != NULL);
	jsonw_kint(j, "branches", desk_case_open_branches(r->book));
	jsonw_close(j, '}');
}

static void row_text(struct buf *out, const struct row *r)
{
	uint32_t ways = desk_case_open_branches(r->book);
	char when[CLOCK_TEXT];

	buf_fmt(out, "%.10s  %-7s  %.16sZ  ", r->book->id,
	        case_state_name(r->mark != NULL ? r->mark->state : CASE_OPEN),
	        clock_iso(r->changed_ms, when));
	case_text(out, r->mark != NULL ? r->mark->title : NULL, "(no title)");
	buf_str(out, "  [last by ");
	case_text(out, r->b->author, "nobody named");
	if (r->holder != NULL) {
		buf_str(out, "; with ");
		case_text(out, r->holder, "");
		buf_fmt(out, " since %.16sZ", clock_iso(r->since_ms, when));
	}
	if (ways > 1)
		buf_fmt(out, "; %" PRIu32 " branches", ways);
	buf_str(out, "]\n");
}

/* The branch that goes on, the longest when several do. */
static const struct desk_branch *main_branch(const struct desk_case *book)
{
	for (size_t i = 0; i < book->nbranches; i++)
		if (!book->branches[i].left)
			return &book->branches[i];
	return book->nbranches != 0 ? &book->branches[0] : NULL;
}

static int one(struct desk *d, const char *id, struct buf *out, struct jsonw *j, bool as_json,
               struct err *err)
{
	struct arena *mem = arena_new();
	struct desk_case book;
	struct row r = {.book = &book};
	int rc = desk_case_load(mem, d, id, &book, err);

	r.b = rc == 0 ? main_branch(&book) : NULL;
	/* What nobody can read is told by status; the list goes on. */
	if (r.b != NULL && desk_branch_read(r.b, &r.cf, NULL) == 0) {
		r.mark = casefile_mark(&r.cf);
		r.holder = casefile_holder(&r.cf, &r.since_ms);
		r.changed_ms = r.b->at_ms != 0 ? r.b->at_ms : r.cf.opened_ms;
		if (as_json)
			row_json(j, &r);
		else
			row_text(out, &r);
		casefile_release(&r.cf);
	}
	arena_free(mem);
	return rc;
}

int desk_list(struct cli *c)
{
	bool as_json = cli_flag(c, "json");
	struct arena *mem = arena_new();
	const char *const *ids;
	struct jsonw j;
	struct buf out;
	struct desk *d;
	struct err err;
	size_t n = 0;
	int rc = desk_only(c, &d), done = 0;

	if (rc != EXIT_DONE)
		return rc;
	buf_init(&out, BUF_MAX_TEXT);
	jsonw_init(&j, &out);
	if (as_json) {
		jsonw_open(&j, '{');
		jsonw_kint(&j, "schema_version", 1);
		jsonw_key(&j, "cases");
		jsonw_open(&j, '[');
	}
	done = desk_cases(mem, d, &ids, &n, &err);
	for (size_t i = n; done == 0 && i > 0; i--)
		done = one(d, ids[i - 1], &out, &j, as_json, &err);
	if (as_json) {
		jsonw_close(&j, ']');
		jsonw_close(&j, '}');
		buf_char(&out, '\n');
	}
	desk_close(d);
	arena_free(mem);
	rc = case_out(&out, EXIT_DONE);
	return done == 0 ? rc : desk_fail(&err);
}
