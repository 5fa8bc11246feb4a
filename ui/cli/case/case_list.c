/* casebook case list and show: which cases there are, and what one of them holds. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/clock.h>
#include <casebook/utf8.h>

#include "case_cmd.h"
#include "case_ref.h"
#include "desk_cmd.h"

/* ---- list ---- */

struct listing {
	struct buf out;
	struct jsonw json;
	bool as_json;
	const char *state; /* NULL: all */
	size_t n;
};

static bool wanted(const char *state, enum case_state is)
{
	if (state == NULL || strcmp(state, case_state_name(is)) == 0)
		return true;
	return strcmp(state, "open") == 0 && is != CASE_CLOSED;
}

static void row_json(struct jsonw *j, const struct case_row *row)
{
	jsonw_open(j, '{');
	jsonw_kstr(j, "id", row->id);
	jsonw_kint(j, "number", row->number);
	jsonw_kstr(j, "flow", row->flow_id);
	jsonw_kstr(j, "title", row->title[0] != '\0' ? row->title : NULL);
	jsonw_kstr(j, "state", case_state_name(row->state));
	jsonw_kstr(j, "at", row->at[0] != '\0' ? row->at : NULL);
	jsonw_key(j, "opened");
	jsonw_time(j, row->opened_ms);
	jsonw_key(j, "changed");
	jsonw_time(j, row->changed_ms);
	jsonw_kint(j, "records", row->records);
	jsonw_close(j, '}');
}

static void row_text(struct buf *out, const struct case_row *row)
{
	char when[CLOCK_TEXT];

	buf_fmt(out, "#%-5" PRIu32 " %-7s  %.16sZ  ", row->number, case_state_name(row->state),
	        clock_iso(row->changed_ms, when));
	case_text(out, row->title, "(no title)");
	if (row->at[0] != '\0') {
		buf_str(out, "  [");
		case_text(out, row->at, "");
		buf_char(out, ']');
	}
	buf_char(out, '\n');
}

static bool list_row(void *arg, const struct case_row *row)
{
	struct listing *l = arg;

	if (!wanted(l->state, row->state))
		return true;
	l->n++;
	if (l->as_json)
		row_json(&l->json, row);
	else
		row_text(&l->out, row);
	return !l->out.over;
}

static int list_rows(struct cli *c, struct listing *l)
{
	const char *find = cli_value(c, "find");
	struct store *s;
	struct err err;
	int rc;

	if (case_open_to_read(c, &s, &err) != 0) {
		/* No store yet is no failure: there are no cases. */
		if (err.code == FAIL_NOT_FOUND)
			return EXIT_DONE;
		return cli_fail(&err);
	}
	rc = store_list(s, find, list_row, l, &err) == 0 ? EXIT_DONE : cli_fail(&err);
	store_close(s);
	return rc;
}

int case_list(struct cli *c)
{
	struct listing l = {.as_json = cli_flag(c, "json"), .state = cli_value(c, "state")};
	int rc;

	if (cli_flag(c, "desk"))
		return desk_list(c);
	if (l.state != NULL && strcmp(l.state, "open") != 0 && strcmp(l.state, "waiting") != 0 &&
	    strcmp(l.state, "closed") != 0)
		return cli_usage(c, "--state takes open, waiting or closed, not '%s'", l.state);
	buf_init(&l.out, BUF_MAX_TEXT);
	jsonw_init(&l.json, &l.out);
	if (l.as_json) {
		jsonw_open(&l.json, '{');
		jsonw_kint(&l.json, "schema_version", 1);
		jsonw_key(&l.json, "cases");
		jsonw_open(&l.json, '[');
	}
	rc = list_rows(c, &l);
	if (l.as_json) {
		jsonw_close(&l.json, ']');
		jsonw_close(&l.json, '}');
		buf_char(&l.out, '\n');
	} else if (l.n == 0 && rc == EXIT_DONE) {
		fputs(l.state != NULL || cli_value(c, "find") != NULL
		              ? "casebook: no case matches\n"
		              : "casebook: no case yet; `casebook` or `casebook run` begins one\n",
		      stderr);
	}
	/* What was read before a failure is shown as well, but half an object is none. */
	if (rc != EXIT_DONE && l.as_json)
		buf_clear(&l.out);
	return case_out(&l.out, rc);
}

/* ---- show ---- */

static void evidence_text(struct buf *out, const struct evidence *e)
{
	case_text(out, e->probe, "?");
	buf_char(out, ' ');
	case_text(out, e->target, "");
	buf_fmt(out, ": %s in %" PRIu32 " ms from ", evidence_outcome_name(e->outcome), e->took_ms);
	case_text(out, e->host, "an unnamed machine");
	if (e->network != NULL)
		buf_fmt(out, " (%s)", e->network);
	if (e->proxy != NULL) {
		buf_str(out, " through ");
		case_text(out, e->proxy, "");
	}
	if (e->why != NULL) {
		buf_str(out, ", ");
		case_text(out, e->why, "");
	}
	for (size_t i = 0; i < e->nfacts; i++) {
		struct buf value;

		buf_init(&value, 400);
		value_text(&value, &e->facts[i].value);
		buf_str(out, "\n            ");
		case_text(out, e->facts[i].key, "");
		buf_str(out, ": ");
		case_text(out, buf_cstr(&value), "");
		buf_str(out, value.over ? " ..." : "");
		buf_release(&value);
	}
}

static void note_text(struct buf *out, const char *text)
{
	for (const char *line = text; line != NULL;) {
		const char *nl = strchr(line, '\n');

		utf8_clean(out, line, nl != NULL ? (size_t)(nl - line) : strlen(line), UTF8_ONE_LINE);
		line = nl != NULL ? nl + 1 : NULL;
		if (line != NULL)
			buf_str(out, "\n            ");
	}
}

static void pair_text(struct buf *out, const char *key, const char *between, const char *value,
                      const char *by)
{
	case_text(out, key, "?");
	buf_str(out, between);
	case_text(out, value, "(none)");
	buf_fmt(out, " (%s)", by);
}

static void record_line(struct buf *out, const struct record *r)
{
	char when[CLOCK_TEXT];

	buf_fmt(out, "%4" PRIu32 "  %.19sZ  %-8s  ", r->pos, clock_iso(r->at_ms, when),
	        record_kind_name(r->kind));
	switch (r->kind) {
	case REC_INPUT:
		pair_text(out, r->u.input.key, " = ", r->u.input.value, answered_by_name(r->u.input.by));
		break;
	case REC_ANSWER:
		pair_text(out, r->u.answer.step, ": ", r->u.answer.answer, answered_by_name(r->u.answer.by));
		break;
	case REC_RETRACT:
		buf_fmt(out, "record %" PRIu32, r->u.retract.pos);
		break;
	case REC_EVIDENCE:
		evidence_text(out, &r->u.evidence);
		break;
	case REC_NOTE:
		note_text(out, r->u.note.text);
		break;
	case REC_TICK:
		case_text(out, r->u.tick.cause, "?");
		buf_fmt(out, ", line %" PRIu32 ": %s", r->u.tick.item + 1,
		        r->u.tick.done ? "done" : "not done");
		break;
	case REC_ABOUT:
		case_text(out, r->u.about.computer != NULL ? r->u.about.computer : r->u.about.target, "?");
		buf_fmt(out, ": %s (%s)", role_name(r->u.about.role), answered_by_name(r->u.about.by));
		break;
	case REC_EXPORT:
		buf_fmt(out, "%s as %s, redaction %s, SHA-256 %.16s", r->u.export.what, r->u.export.format,
		        r->u.export.level, r->u.export.sha256);
		if (r->u.export.seal != NULL)
			buf_fmt(out, ", seal %.16s", r->u.export.seal);
		break;
	case REC_PUT_OFF:
		pair_text(out, r->u.put_off.step, ": waits for ", r->u.put_off.wanted,
		          answered_by_name(r->u.put_off.by));
		break;
	case REC_HAND:
		buf_str(out, "to ");
		case_text(out, r->u.hand.to, "?");
		break;
	case REC__MAX:
		break;
	}
	buf_char(out, '\n');
}

static void show_text(struct buf *out, const struct casefile *cf)
{
	char when[CLOCK_TEXT];

	buf_fmt(out, "#%" PRIu32 "  ", cf->number);
	case_text(out, cf->title, "(no title)");
	buf_fmt(out, "\n    %s, flow ", cf->id);
	case_text(out, cf->flow_id, "?");
	buf_fmt(out, ", opened %s on ", clock_iso(cf->opened_ms, when));
	case_text(out, cf->host, "an unnamed machine");
	buf_str(out, " with ");
	case_text(out, cf->tool, "?");
	buf_str(out, "\n\n");
	for (size_t i = 0; i < cf->nlog; i++)
		record_line(out, &cf->log[i]);
}

static void show_json(struct buf *out, const struct casefile *cf)
{
	struct jsonw j;

	jsonw_init(&j, out);
	jsonw_open(&j, '{');
	jsonw_kint(&j, "schema_version", 1);
	jsonw_kstr(&j, "id", cf->id);
	jsonw_kint(&j, "number", cf->number);
	jsonw_kstr(&j, "title", cf->title[0] != '\0' ? cf->title : NULL);
	jsonw_kstr(&j, "flow", cf->flow_id);
	jsonw_kstr(&j, "flow_hash", cf->flow_hash[0] != '\0' ? cf->flow_hash : NULL);
	jsonw_key(&j, "opened");
	jsonw_time(&j, cf->opened_ms);
	jsonw_kstr(&j, "host", cf->host[0] != '\0' ? cf->host : NULL);
	jsonw_kstr(&j, "tool", cf->tool);
	jsonw_key(&j, "records");
	jsonw_open(&j, '[');
	for (size_t i = 0; i < cf->nlog; i++) {
		buf_str(out, i != 0 ? "," : "");
		record_json(out, &cf->log[i]);
	}
	jsonw_close(&j, ']');
	jsonw_close(&j, '}');
	buf_char(out, '\n');
}

int case_show(struct cli *c)
{
	struct casefile cf;
	struct buf out;
	struct err err;

	if (case_any_load(c, c->args[0], &cf, &err) != 0)
		return cli_fail(&err);
	buf_init(&out, BUF_MAX_TEXT);
	if (cli_flag(c, "json"))
		show_json(&out, &cf);
	else
		show_text(&out, &cf);
	casefile_release(&cf);
	return case_out(&out, EXIT_DONE);
}
