/* The object of `run --auto --json`, as contract.md gives it: a promise to scripts, frozen with version 1. */
#include "report_int.h"

#include <string.h>

#include <casebook/brief.h>
#include <casebook/json.h>
#include <casebook/probe.h>

static void citation_json(struct jsonw *j, const struct citation *c)
{
	bool file = c->e->sha256 != NULL;

	jsonw_open(j, '{');
	jsonw_kstr(j, "probe", c->e->probe);
	jsonw_kstr(j, "fact", citation_fact(c));
	jsonw_kstr(j, "file",
	           c->pin != NULL && c->pin->file != NULL ? c->pin->file
	           : file                                 ? c->e->target
	                                                  : NULL);
	jsonw_key(j, "line");
	if (c->pin != NULL && c->pin->line != 0)
		jsonw_int(j, (int64_t)c->pin->line);
	else
		jsonw_null(j);
	jsonw_kstr(j, "sha256", c->e->sha256);
	jsonw_close(j, '}');
}

void report_needs_json(const struct report *r, struct jsonw *j)
{
	jsonw_key(j, "needs");
	jsonw_open(j, '[');
	for (size_t i = 0; i < r->diag->nneeds; i++) {
		jsonw_open(j, '{');
		jsonw_kstr(j, "step", r->diag->needs[i].step);
		jsonw_kstr(j, "file", r->diag->needs[i].file);
		jsonw_kstr(j, "says", r->diag->needs[i].says);
		jsonw_kstr(j, "how", r->diag->needs[i].how);
		jsonw_kstr(j, "trip", r->diag->needs[i].trip);
		jsonw_key(j, "decides");
		jsonw_open(j, '[');
		for (size_t k = 0; k < r->diag->needs[i].ndecides; k++)
			jsonw_str(j, r->diag->needs[i].decides[k]);
		jsonw_close(j, ']');
		jsonw_close(j, '}');
	}
	jsonw_close(j, ']');
}

static void findings_json(const struct report *r, struct jsonw *j)
{
	jsonw_key(j, "findings");
	jsonw_open(j, '[');
	for (size_t i = 0; i < r->diag->nfindings; i++) {
		const struct finding *f = &r->diag->findings[i];
		const struct citations *cited = &r->model->cited[i];

		jsonw_open(j, '{');
		jsonw_kstr(j, "id", f->id);
		jsonw_kstr(j, "severity", severity_name(f->severity));
		jsonw_kstr(j, "title", f->title);
		jsonw_kstr(j, "remedy", f->remedy);
		jsonw_kstr(j, "confidence", confidence_name(f->confidence));
		jsonw_kbool(j, "by_person", f->by_person);
		jsonw_key(j, "evidence");
		jsonw_open(j, '[');
		for (size_t k = 0; k < cited->n; k++)
			citation_json(j, &cited->all[k]);
		jsonw_close(j, ']');
		jsonw_close(j, '}');
	}
	jsonw_close(j, ']');
}

static void differential_json(const struct report *r, struct jsonw *j)
{
	jsonw_key(j, "differential");
	jsonw_open(j, '[');
	for (size_t i = 0; i < r->diag->nrows; i++) {
		jsonw_open(j, '{');
		jsonw_kstr(j, "cause", r->diag->rows[i].cause->id);
		jsonw_kstr(j, "state", cause_state_name(r->diag->rows[i].state));
		jsonw_kstr(j, "by", r->diag->rows[i].by);
		if (r->diag->rows[i].explained_by != NULL)
			jsonw_kstr(j, "explained_by", r->diag->rows[i].explained_by->id);
		jsonw_key(j, "sources");
		jsonw_open(j, '[');
		for (size_t k = 0; k < r->diag->rows[i].nevidence; k++)
			jsonw_str(j, report_evidence(r, r->diag->rows[i].evidence[k])->target);
		jsonw_close(j, ']');
		jsonw_close(j, '}');
	}
	jsonw_close(j, ']');
}

static void one_text(struct jsonw *j, const char *key, const char *text)
{
	jsonw_key(j, key);
	jsonw_open(j, '[');
	jsonw_str(j, text);
	jsonw_close(j, ']');
}

/* Both sides, and what would decide; of an answer against the checks the cause is null. */
static void contradictions_json(const struct report *r, struct jsonw *j)
{
	jsonw_key(j, "contradictions");
	jsonw_open(j, '[');
	for (size_t i = 0; i < r->diag->ncontradictions; i++) {
		const struct contradiction *c = &r->diag->contradictions[i];

		jsonw_open(j, '{');
		jsonw_kstr(j, "cause", c->cause != NULL ? c->cause->id : NULL);
		jsonw_kstr(j, "step", c->step[0] != '\0' ? c->step : NULL);
		one_text(j, "for", c->said);
		one_text(j, "against", c->saw);
		jsonw_kstr(j, "settle", c->settle);
		jsonw_close(j, '}');
	}
	jsonw_close(j, ']');
}

/* What the logs were asked: which time, found how. */
static void question_json(const struct report *r, struct jsonw *j)
{
	const struct question *q = replay_question(r->replay);

	jsonw_key(j, "question");
	jsonw_open(j, '{');
	jsonw_key(j, "at");
	if (q->at_ms == ABOUT_NO_TIME)
		jsonw_null(j);
	else
		jsonw_time(j, q->at_ms - q->at_ms % 1000);
	jsonw_kstr(j, "by", at_by_name(q->by));
	jsonw_kstr(j, "platform", q->platform);
	jsonw_close(j, '}');
}

static void path_json(const struct report *r, struct jsonw *j)
{
	jsonw_key(j, "path");
	jsonw_open(j, '[');
	for (size_t i = 0; i < r->replay->npath; i++) {
		const struct visit *v = &r->replay->path[i];
		const struct rec_answer *a = v->answer != NULL ? &v->answer->u.answer : NULL;

		jsonw_open(j, '{');
		jsonw_kstr(j, "step", r->flow->nodes[v->node].id);
		jsonw_kstr(j, "answer", a != NULL ? a->answer : NULL);
		if (v->put_off != NULL)
			jsonw_kstr(j, "put_off", v->put_off->u.put_off.wanted);
		jsonw_kstr(j, "by",
		           a != NULL            ? answered_by_name(a->by)
		           : v->put_off != NULL ? answered_by_name(v->put_off->u.put_off.by)
		                                : NULL);
		jsonw_close(j, '}');
	}
	jsonw_close(j, ']');
}

static bool reads_file(const struct flow *f, const struct evidence *e)
{
	for (size_t i = 0; i < f->nnodes; i++)
		for (size_t k = 0; k < f->nodes[i].nchecks; k++)
			if (strcmp(f->nodes[i].checks[k].probe->id, e->probe) == 0)
				return f->nodes[i].checks[k].probe->kind == PROBE_FILE;
	/* What no step asks for was started for a file, whether or not it came to its hash. */
	return e->sha256 != NULL || (e->step == NULL && e->outcome != EV_MEASURED);
}

/* Every file that was given: what read it, and how that ended.  What no check reads has no kind. */
static void files_json(const struct report *r, struct jsonw *j)
{
	jsonw_key(j, "files");
	jsonw_open(j, '[');
	for (size_t i = 0; i < r->model->nevidence; i++) {
		const struct evidence *e = r->model->evidence[i];
		bool unread = strcmp(e->probe, "file.recognise") == 0;

		if (!unread && !reads_file(r->flow, e))
			continue;
		jsonw_open(j, '{');
		jsonw_kstr(j, "path", e->target);
		jsonw_kstr(j, "kind", unread ? NULL : e->probe);
		jsonw_kstr(j, "outcome", evidence_outcome_name(e->outcome));
		jsonw_kstr(j, "why", e->why);
		jsonw_kstr(j, "sha256", e->sha256);
		jsonw_close(j, '}');
	}
	jsonw_close(j, ']');
}

void report_summary_json(const struct report *r, struct jsonw *j)
{
	struct buf text;

	buf_init(&text, 2 * BRIEF_TICKET_MAX);
	brief_ticket(r->brief, &text);
	jsonw_kstr(j, "summary", buf_cstr(&text));
	buf_release(&text);
}

void report_run_json(const struct report *r, struct buf *out)
{
	struct jsonw j;

	jsonw_init(&j, out);
	jsonw_open(&j, '{');
	jsonw_kint(&j, "schema_version", 1);
	jsonw_kstr(&j, "case", r->cf->id);
	jsonw_kstr(&j, "flow", r->flow->id);
	jsonw_kstr(&j, "verdict", verdict_name(r->diag->verdict));
	jsonw_kstr(&j, "confidence", confidence_name(r->diag->confidence));
	report_summary_json(r, &j);
	question_json(r, &j);
	contradictions_json(r, &j);
	findings_json(r, &j);
	differential_json(r, &j);
	devices_json(r, &j);
	path_json(r, &j);
	files_json(r, &j);
	seen_json(r, &j);
	report_needs_json(r, &j);
	jsonw_close(&j, '}');
	buf_char(out, '\n');
}
