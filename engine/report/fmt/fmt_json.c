/*
 * The whole case as JSON, by assets/report.schema.json: what was concluded, what
 * it rests on, and the log itself, so that nothing has to be read from prose.
 */
#include "report_int.h"

#include <errno.h>

#include <casebook/json.h>

static void texts(struct jsonw *j, const char *key, const char *const *all, size_t n)
{
	jsonw_key(j, key);
	jsonw_open(j, '[');
	for (size_t i = 0; i < n; i++)
		jsonw_str(j, all[i]);
	jsonw_close(j, ']');
}

static void positions(struct jsonw *j, const char *key, const uint32_t *all, size_t n)
{
	jsonw_key(j, key);
	jsonw_open(j, '[');
	for (size_t i = 0; i < n; i++)
		jsonw_int(j, all[i]);
	jsonw_close(j, ']');
}

static void origin(const struct report *r, struct jsonw *j)
{
	const struct casefile *cf = r->cf;
	const struct report_model *m = r->model;

	jsonw_key(j, "report");
	jsonw_open(j, '{');
	jsonw_ktime_if(j, "made", r->made_ms, true);
	jsonw_kstr(j, "redaction", redact_level_name(r->level));
	jsonw_close(j, '}');
	jsonw_key(j, "case");
	jsonw_open(j, '{');
	jsonw_kstr(j, "id", cf->id);
	jsonw_kint_if(j, "number", cf->number, cf->number != 0);
	jsonw_kstr(j, "title", cf->title);
	jsonw_ktime_if(j, "opened", cf->opened_ms, true);
	jsonw_kstr(j, "host", cf->host[0] != '\0' ? cf->host : NULL);
	jsonw_kstr(j, "tool", cf->tool);
	jsonw_kint(j, "records", (int64_t)cf->nlog);
	jsonw_kstr(j, "head", r->head);
	jsonw_kstr(j, "flow_hash", cf->flow_hash[0] != '\0' ? cf->flow_hash : NULL);
	jsonw_close(j, '}');
	jsonw_key(j, "flow");
	jsonw_open(j, '{');
	jsonw_kstr(j, "id", r->flow->id);
	jsonw_kstr(j, "version", r->flow->version);
	jsonw_kstr(j, "title", r->flow->title);
	jsonw_kstr(j, "hash", r->flow->hash);
	jsonw_kstr(j, "source", r->flow->source_url != NULL ? r->flow->source_url : r->flow->source_title);
	jsonw_kint(j, "lost_answers", r->lost);
	jsonw_close(j, '}');
	jsonw_key(j, "vantage");
	jsonw_open(j, '{');
	texts(j, "hosts", m->vantages, m->nvantages);
	texts(j, "proxies", m->proxies, m->nproxies);
	texts(j, "contacted", m->contacted, m->ncontacted);
	jsonw_close(j, '}');
}

static void citation(struct jsonw *j, const struct citation *c)
{
	bool line = c->pin != NULL;

	jsonw_open(j, '{');
	jsonw_kint(j, "record", c->e->id);
	jsonw_kstr(j, "probe", c->e->probe);
	jsonw_kstr(j, "target", c->e->target);
	jsonw_kstr(j, "fact", citation_fact(c));
	jsonw_key(j, "value");
	jsonw_value(j, c->fact != NULL ? &c->fact->value : NULL);
	jsonw_kstr(j, "file",
	           line && c->pin->file != NULL ? c->pin->file
	           : c->e->sha256 != NULL       ? c->e->target
	                                        : NULL);
	jsonw_key(j, "line");
	if (line && c->pin->line != 0)
		jsonw_int(j, (int64_t)c->pin->line);
	else
		jsonw_null(j);
	jsonw_ktime_if(j, "time", line && c->pin->at_ms != PIN_NO_TIME ? c->pin->at_ms : c->e->started_ms,
	               true);
	jsonw_kstr(j, "text", line ? c->pin->text : NULL);
	jsonw_kstr(j, "sha256", c->e->sha256);
	jsonw_kstr(j, "by_hand", c->e->by_hand);
	jsonw_kint(j, "more_lines", (int64_t)c->more);
	jsonw_close(j, '}');
}

static const char *state_of(const struct finding *f)
{
	if (f->fixed)
		return "fixed";
	if (f->fixed_by_person)
		return "fixed-by-word";
	return f->severity == SEV_NOTE ? "holds" : "open";
}

static void findings(const struct report *r, struct jsonw *j)
{
	jsonw_key(j, "findings");
	jsonw_open(j, '[');
	for (size_t i = 0; i < r->diag->nfindings; i++) {
		const struct finding *f = &r->diag->findings[i];
		const struct citations *c = &r->model->cited[i];

		jsonw_open(j, '{');
		jsonw_kstr(j, "id", f->id);
		jsonw_kstr(j, "severity", severity_name(f->severity));
		jsonw_kstr(j, "title", f->title);
		jsonw_kstr(j, "state", state_of(f));
		jsonw_kstr(j, "because", f->by);
		jsonw_kbool(j, "by_person", f->by_person);
		jsonw_kstr(j, "remedy", f->remedy);
		jsonw_kstr(j, "source", f->cause != NULL ? f->cause->source : NULL);
		jsonw_key(j, "evidence");
		jsonw_open(j, '[');
		for (size_t k = 0; k < c->n; k++)
			citation(j, &c->all[k]);
		jsonw_close(j, ']');
		jsonw_close(j, '}');
	}
	jsonw_close(j, ']');
}

static void differential(const struct report *r, struct jsonw *j)
{
	jsonw_key(j, "differential");
	jsonw_open(j, '[');
	for (size_t i = 0; i < r->diag->nrows; i++) {
		const struct cause_row *row = &r->diag->rows[i];

		jsonw_open(j, '{');
		jsonw_kstr(j, "cause", row->cause->id);
		jsonw_kstr(j, "title", row->cause->title);
		jsonw_kstr(j, "state", cause_state_name(row->state));
		jsonw_kstr(j, "by", row->by);
		positions(j, "evidence", row->evidence, row->nevidence);
		jsonw_close(j, '}');
	}
	jsonw_close(j, ']');
}

static void needs(const struct report *r, struct jsonw *j)
{
	report_needs_json(r, j);
	jsonw_key(j, "contradictions");
	jsonw_open(j, '[');
	for (size_t i = 0; i < r->diag->ncontradictions; i++) {
		const struct contradiction *c = &r->diag->contradictions[i];

		jsonw_open(j, '{');
		jsonw_kstr(j, "step", c->step[0] != '\0' ? c->step : NULL);
		jsonw_kstr(j, "said", c->said);
		jsonw_kstr(j, "saw", c->saw);
		jsonw_kstr(j, "text", c->text);
		jsonw_kint_if(j, "evidence", c->evidence, c->evidence != 0);
		jsonw_close(j, '}');
	}
	jsonw_close(j, ']');
}

static void changes(struct jsonw *j, const struct fix_try *t)
{
	jsonw_key(j, "changes");
	jsonw_open(j, '[');
	for (size_t i = 0; i < t->nchanges; i++) {
		const struct change *c = &t->changes[i];

		jsonw_open(j, '{');
		jsonw_kstr(j, "probe", c->after->probe);
		jsonw_kstr(j, "fact", c->fact);
		jsonw_key(j, "before");
		jsonw_value(j, c->was);
		jsonw_key(j, "after");
		jsonw_value(j, c->is);
		jsonw_kint(j, "before_record", c->before->id);
		jsonw_kint(j, "after_record", c->after->id);
		jsonw_close(j, '}');
	}
	jsonw_close(j, ']');
}

static void fixes(const struct report *r, struct jsonw *j)
{
	jsonw_key(j, "fixes");
	jsonw_open(j, '[');
	for (size_t i = 0; i < r->model->nfixes; i++) {
		const struct fix_try *t = &r->model->fixes[i];

		jsonw_open(j, '{');
		jsonw_kstr(j, "cause", t->cause->id);
		jsonw_kint(j, "record", t->answer->pos);
		jsonw_kstr(j, "answer", t->answer->u.answer.answer);
		jsonw_kstr(j, "by", answered_by_name(t->answer->u.answer.by));
		jsonw_ktime_if(j, "time", t->answer->at_ms, true);
		positions(j, "done", t->done, t->ndone);
		jsonw_kbool(j, "checked_again", t->rechecked);
		changes(j, t);
		jsonw_close(j, '}');
	}
	jsonw_close(j, ']');
}

static void path(const struct report *r, struct jsonw *j)
{
	jsonw_key(j, "path");
	jsonw_open(j, '[');
	for (size_t i = 0; i < r->replay->npath; i++) {
		const struct visit *v = &r->replay->path[i];
		const struct record *rec = v->answer != NULL ? casefile_at(r->cf, v->answer->pos) : NULL;
		const char *step = r->flow->nodes[v->node].id;

		jsonw_open(j, '{');
		jsonw_kstr(j, "step", step);
		jsonw_kstr(j, "label", step_label(r, step));
		jsonw_kstr(j, "answer", rec != NULL ? rec->u.answer.answer : NULL);
		jsonw_kstr(j, "answer_label",
		           rec != NULL ? answer_label(r, step, rec->u.answer.answer) : NULL);
		jsonw_kstr(j, "by", rec != NULL ? answered_by_name(rec->u.answer.by) : NULL);
		jsonw_kstr(j, "proposed", rec != NULL ? rec->u.answer.seen : NULL);
		if (v->put_off != NULL)
			jsonw_kstr(j, "put_off", v->put_off->u.put_off.wanted);
		jsonw_kbool(j, "contradicts", v->contradicts);
		jsonw_kint_if(j, "record", rec != NULL ? rec->pos : 0, rec != NULL ? rec->pos : 0 != 0);
		jsonw_kint_if(j, "evidence", rec != NULL ? rec->u.answer.evidence : 0,
		              rec != NULL ? rec->u.answer.evidence : 0 != 0);
		jsonw_ktime_if(j, "time", rec != NULL ? rec->at_ms : 0, rec != NULL);
		jsonw_close(j, '}');
	}
	jsonw_close(j, ']');
}

static void timeline(const struct report *r, struct jsonw *j)
{
	struct arena *mem = arena_new();

	jsonw_key(j, "timeline");
	jsonw_open(j, '[');
	for (size_t i = 0; i < r->model->nevents; i++) {
		const struct event *e = &r->model->events[i];
		struct event_text text = event_text(r, mem, e);

		jsonw_open(j, '{');
		jsonw_ktime_if(j, "time", e->at_ms, true);
		jsonw_kstr(j, "source", text.source);
		jsonw_kstr(j, "text", text.what);
		jsonw_kint_if(j, "record", e->pos, e->pos != 0);
		jsonw_kbool(j, "retracted", report_retracted(r, e->pos));
		jsonw_close(j, '}');
		arena_reset(mem);
	}
	jsonw_close(j, ']');
	arena_free(mem);
}

static void clocks(const struct report *r, struct jsonw *j)
{
	jsonw_key(j, "clocks");
	jsonw_open(j, '[');
	for (size_t i = 0; i < r->model->nclocks; i++) {
		const struct clock_row *c = &r->model->clocks[i];

		jsonw_open(j, '{');
		jsonw_kstr(j, "source", c->source);
		jsonw_kstr(j, "probe", c->probe);
		jsonw_kstr(j, "times", c->basis);
		jsonw_kstr(j, "against", c->against);
		jsonw_kint_if(j, "ahead_ms", c->offset_ms, c->known);
		jsonw_kint_if(j, "within_ms", c->uncertainty_ms, c->known);
		jsonw_kstr(j, "how", c->how);
		jsonw_kint(j, "record", c->pos);
		jsonw_kint_if(j, "evidence", c->beside, c->beside != 0);
		jsonw_close(j, '}');
	}
	jsonw_close(j, ']');
}

static void unread(const struct report *r, struct jsonw *j)
{
	jsonw_key(j, "unread");
	jsonw_open(j, '[');
	for (size_t i = 0; i < r->diag->nunread; i++) {
		const struct evidence *e = report_evidence(r, r->diag->unread[i]);

		jsonw_open(j, '{');
		jsonw_kstr(j, "name", e->target);
		jsonw_kstr(j, "outcome", evidence_outcome_name(e->outcome));
		jsonw_kstr(j, "why", unread_why(e));
		jsonw_kint(j, "record", e->id);
		jsonw_close(j, '}');
	}
	jsonw_close(j, ']');
}

static void seen(const struct report *r, struct jsonw *j)
{
	jsonw_key(j, "certificates");
	jsonw_open(j, '[');
	for (size_t i = 0; i < r->model->nexpiries; i++) {
		const struct expiry *x = &r->model->expiries[i];

		jsonw_open(j, '{');
		jsonw_ktime_if(j, "not_after", x->at_ms, true);
		jsonw_kstr(j, "subject", x->subject);
		jsonw_kstr(j, "role", x->role);
		jsonw_kstr(j, "thumbprint", x->sha256);
		jsonw_kint(j, "record", x->e->id);
		jsonw_close(j, '}');
	}
	jsonw_close(j, ']');
	jsonw_key(j, "files");
	jsonw_open(j, '[');
	for (size_t i = 0; i < r->model->nfiles; i++) {
		jsonw_open(j, '{');
		jsonw_kstr(j, "name", r->model->files[i].name);
		jsonw_kstr(j, "sha256", r->model->files[i].sha256);
		jsonw_kint(j, "record", r->model->files[i].e->id);
		jsonw_close(j, '}');
	}
	jsonw_close(j, ']');
	unread(r, j);
}

static void excerpts(const struct report *r, struct jsonw *j)
{
	struct arena *mem;
	struct excerpt *all;
	size_t n;

	if (!r->excerpts)
		return;
	mem = arena_new();
	n = r->level != REDACT_STRICT ? report_excerpts(r, mem, &all) : 0;
	jsonw_key(j, "excerpts");
	jsonw_open(j, '[');
	for (size_t i = 0; i < n; i++) {
		const struct pin *p = all[i].pin;

		jsonw_open(j, '{');
		jsonw_kstr(j, "file", p->file);
		jsonw_kint(j, "line", (int64_t)p->line);
		jsonw_ktime_if(j, "time", p->at_ms, p->at_ms != PIN_NO_TIME);
		jsonw_kstr(j, "text", p->text);
		jsonw_kint(j, "record", all[i].evidence);
		jsonw_close(j, '}');
	}
	jsonw_close(j, ']');
	arena_free(mem);
}

/* The records as they are kept, one a line: the part that diff and grep are used on. */
static void whole_log(const struct report *r, struct jsonw *j)
{
	jsonw_key(j, "log");
	jsonw_open(j, '[');
	for (size_t i = 0; i < r->cf->nlog; i++) {
		buf_str(j->out, i != 0 ? ",\n" : "\n");
		record_json(j->out, &r->cf->log[i]);
	}
	jsonw_close(j, ']');
}

static void write_json(const struct report *r, struct sink *s)
{
	struct jsonw j;
	struct buf b;

	buf_init(&b, BUF_MAX_TEXT);
	jsonw_init(&j, &b);
	jsonw_open(&j, '{');
	jsonw_kint(&j, "schema_version", 1);
	jsonw_kstr(&j, "verdict", verdict_name(r->diag->verdict));
	jsonw_key(&j, "confidence");
	jsonw_open(&j, '{');
	jsonw_kstr(&j, "level", confidence_name(r->confidence));
	jsonw_kstr(&j, "why", r->confidence_why);
	jsonw_close(&j, '}');
	report_summary_json(r, &j);
	origin(r, &j);
	findings(r, &j);
	differential(r, &j);
	needs(r, &j);
	fixes(r, &j);
	path(r, &j);
	timeline(r, &j);
	clocks(r, &j);
	seen(r, &j);
	excerpts(r, &j);
	whole_log(r, &j);
	jsonw_close(&j, '}');
	buf_char(&b, '\n');
	if (b.over)
		s->failed = ENOSPC;
	sink_put(s, buf_cstr(&b), b.n);
	buf_release(&b);
}

const struct report_format fmt_json = {"json", ".json", "JSON", write_json};
