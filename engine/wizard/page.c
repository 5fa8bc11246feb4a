/*
 * A page is computed from a session: what is on screen, in words.  Knows no
 * width, no colour and no key.
 */
#include "page_int.h"

#include <string.h>

#include "session_int.h"

struct block *pm_block(struct page_maker *m, enum block_kind kind, enum mark mark, const char *text)
{
	struct page *p = m->p;

	if (p->nblocks == m->cap_blocks) {
		size_t cap = m->cap_blocks != 0 ? 2 * m->cap_blocks : 16;
		struct block *more = arena_array(m->mem, cap, sizeof(*more));

		if (p->nblocks != 0)
			memcpy(more, p->blocks, p->nblocks * sizeof(*more));
		p->blocks = more;
		m->cap_blocks = cap;
	}
	p->blocks[p->nblocks] = (struct block){.kind = kind, .mark = mark, .text = text};
	return &p->blocks[p->nblocks++];
}

void pm_more(struct page_maker *m, size_t n)
{
	for (; n < m->p->nblocks; n++)
		m->p->blocks[n].more = true;
}

void pm_pick(struct page_maker *m, const char *label, const char *hint, bool suggested, struct intent in)
{
	struct page *p = m->p;

	if (p->npicks == m->cap_picks) {
		size_t cap = m->cap_picks != 0 ? 2 * m->cap_picks : FLOW_MAX_ANSWERS;
		struct pick *more = arena_array(m->mem, cap, sizeof(*more));

		if (p->npicks != 0)
			memcpy(more, p->picks, p->npicks * sizeof(*more));
		p->picks = more;
		m->cap_picks = cap;
	}
	p->picks[p->npicks++] =
	        (struct pick){.label = label, .hint = hint, .suggested = suggested, .intent = in};
}

/* ---- fields ---- */

/* What was given before going back, so that it need not be typed again. */
static const char *value_before(const struct session *s, const char *key)
{
	for (size_t i = s->cf.nlog; i > 0; i--) {
		const struct record *r = &s->cf.log[i - 1];

		if (r->kind == REC_INPUT && strcmp(r->u.input.key, key) == 0)
			return r->u.input.value;
	}
	return NULL;
}

void pm_field(struct page_maker *m, const struct input_def *def)
{
	struct page *p = m->p;
	struct field *more = arena_array(m->mem, p->nfields + 1, sizeof(*more));
	struct field f = {.def = def, .value = replay_input(m->r, def->key)};

	for (size_t i = 0; i < p->nfields; i++)
		if (p->fields[i].def == def)
			return;
	f.given = f.value != NULL;
	f.before_fix = f.given && replay_is_from_before(m->r, def);
	f.skipped = replay_input_skipped(m->r, def->key);
	if (!f.given && !f.skipped)
		f.value = value_before(m->s, def->key);
	if (p->nfields != 0)
		memcpy(more, p->fields, p->nfields * sizeof(*more));
	more[p->nfields++] = f;
	p->fields = more;
}

/* ---- the trail ---- */

static const char *label_of(const struct node *n)
{
	return n->label != NULL ? n->label : n->id;
}

static const char *fix_answer_text(const struct page_maker *m, const char *answer)
{
	node_id instead = fix_instead(m->s->flow, answer);

	if (instead != NODE_NONE)
		return arena_fmt(m->mem, "first: %s", label_of(&m->s->flow->nodes[instead]));
	if (strcmp(answer, fix_answer_name(FIX_DONE)) == 0)
		return "fixed";
	return strcmp(answer, fix_answer_name(FIX_FAILED)) == 0 ? "not fixed" : "escalated";
}

/* What a form got, in short: its first value, or that it was skipped. */
static const char *form_text(const struct page_maker *m, const struct node *n, enum mark *mark)
{
	for (size_t i = 0; i < n->ninputs; i++) {
		const char *v = replay_input(m->r, m->s->flow->inputs[n->inputs[i]].key);

		if (v != NULL)
			return v;
	}
	*mark = MARK_OPEN;
	return "skipped";
}

static struct trail_item trail_of(const struct page_maker *m, const struct visit *v)
{
	const struct node *n = &m->s->flow->nodes[v->node];
	struct trail_item t = {
	        .mark = MARK_OK, .label = label_of(n), .node = v->node, .contradicts = v->contradicts};

	if (n->kind == NODE_INPUT) {
		t.answer = form_text(m, n, &t.mark);
	} else if (v->put_off != NULL) {
		t.answer = "put off";
		t.mark = MARK_OPEN;
	} else if (v->answer == NULL) {
		t.mark = MARK_NONE;
	} else if (n->kind == NODE_FIX) {
		t.answer = fix_answer_text(m, v->answer->u.answer.answer);
		t.mark = strcmp(t.answer, "fixed") == 0         ? MARK_OK
		         : strncmp(t.answer, "first: ", 7) == 0 ? MARK_OPEN
		                                                : MARK_BAD;
	} else {
		t.answer = node_answer(n, v->answer->u.answer.answer)->label;
	}
	if (v->contradicts)
		t.mark = MARK_WARN;
	return t;
}

static bool on_path(const struct replay *r, node_id node)
{
	for (size_t i = 0; i < r->npath; i++)
		if (r->path[i].node == node)
			return true;
	return false;
}

/* Answers that wait for the path to come by again. */
static void add_kept(struct page_maker *m)
{
	const struct casefile *cf = &m->s->cf;
	struct page *p = m->p;

	for (size_t i = m->r->path[m->r->npath - 1].since; i < cf->nlog; i++) {
		const struct rec_answer *a = &cf->log[i].u.answer;
		const struct node *n;
		node_id id;

		if (cf->log[i].kind != REC_ANSWER || m->r->retracted[i])
			continue;
		n = flow_node(m->s->flow, a->step);
		if (n == NULL || n->kind != NODE_ASK || node_answer(n, a->answer) == NULL)
			continue;
		id = (node_id)(n - m->s->flow->nodes);
		if (!on_path(m->r, id))
			p->trail[p->ntrail++] =
			        (struct trail_item){.mark = MARK_OPEN,
			                            .label = label_of(n),
			                            .answer = node_answer(n, a->answer)->label,
			                            .node = id,
			                            .kept = true};
	}
}

static void make_trail(struct page_maker *m)
{
	struct page *p = m->p;

	p->trail = arena_array(m->mem, m->r->npath + m->s->cf.nlog, sizeof(*p->trail));
	for (size_t i = 0; i < m->r->npath; i++)
		p->trail[p->ntrail++] = trail_of(m, &m->r->path[i]);
	if (m->r->path[m->r->npath - 1].answer == NULL)
		p->trail[m->r->npath - 1].answer = NULL;
	add_kept(m);
}

/* ---- the whole ---- */

static void make_status(struct page_maker *m)
{
	const struct session *s = m->s;
	struct page *p = m->p;

	p->status = "saved";
	p->status_mark = MARK_OK;
	if (s->save_failed && s->saved < s->cf.nlog) {
		p->status = "NOT SAVED";
		p->unsaved = arena_fmt(
		        m->mem, "Not saved: %s. It is tried again by itself; go on, or e writes a report.",
		        s->save_why);
		p->status_mark = MARK_BAD;
	} else if (s->saved < s->cf.nlog) {
		p->status = "saving";
		p->status_mark = MARK_OPEN;
	}
	if (s->cf.number != 0)
		p->case_title = arena_fmt(m->mem, "#%u%s%s", (unsigned)s->cf.number,
		                          s->cf.title[0] != '\0' ? " " : "", s->cf.title);
	else
		p->case_title = s->cf.title[0] != '\0' ? s->cf.title : s->flow->title;
}

static void count_causes(struct page_maker *m)
{
	for (size_t i = 0; i < m->d->nrows; i++) {
		if (m->d->rows[i].state == CAUSE_SUPPORTED)
			m->p->supported++;
		else if (m->d->rows[i].state == CAUSE_EXCLUDED)
			m->p->excluded++;
		else
			m->p->untested++;
	}
}

static void fill(struct page_maker *m)
{
	if (m->s->held.text != NULL || m->s->pending >= 0 || m->s->pending_check >= 0) {
		pm_confirm(m);
		return;
	}
	if (pm_whose(m) || pm_after(m) || pm_weigh(m))
		return;
	switch (m->n->kind) {
	case NODE_ASK:
		pm_ask(m);
		break;
	case NODE_INPUT:
		pm_form(m);
		break;
	case NODE_FIX:
		pm_fix(m);
		break;
	case NODE_END:
		pm_end(m);
		break;
	}
}

const char *station_name(enum station s)
{
	static const char *const names[] = {"Case", "Checks", "Files", "Fix", "Proof"};

	return names[s];
}

static bool was_fixed(const struct page_maker *m)
{
	for (size_t i = 0; i + 1 < m->r->npath; i++)
		if (m->s->flow->nodes[m->r->path[i].node].kind == NODE_FIX &&
		    fix_instead(m->s->flow, m->r->path[i].answer->u.answer.answer) == NODE_NONE)
			return true;
	return false;
}

static enum station station_of(const struct page_maker *m)
{
	const struct input_def *missing[FLOW_MAX_CHECKS];
	size_t n = m->n->kind == NODE_ASK ? replay_missing(m->r, m->n, missing, FLOW_MAX_CHECKS) : 0;

	if (m->n->kind == NODE_INPUT)
		return STATION_CASE;
	if (m->n->kind == NODE_FIX)
		return STATION_FIX;
	if (m->n->kind == NODE_END || was_fixed(m))
		return STATION_PROOF;
	for (size_t i = 0; i < n; i++)
		if (missing[i]->type == INPUT_FILE)
			return STATION_FILES;
	return STATION_CHECKS;
}

/* It informs: beneath everything that this case itself says. */
static void show_before(struct page_maker *m)
{
	const char *line = m->s->before;
	bool first = true;

	if (line == NULL || m->p->kind == PAGE_CONFIRM ||
	    (m->p->kind != PAGE_FIX && m->p->kind != PAGE_END && m->s->now.at != m->s->before_at))
		return;
	for (; *line != '\0'; line += *line == '\n') {
		size_t n = strcspn(line, "\n");

		pm_block(m, first ? BLOCK_HINT : BLOCK_DETAIL, MARK_NONE, arena_strndup(m->mem, line, n));
		first = false;
		line += n;
	}
}

struct page *page_build(struct session *s, struct arena *mem)
{
	struct page_maker m = {.s = s, .r = &s->now, .mem = mem, .n = session_node(s)};
	struct page *p = arena_alloc(mem, sizeof(*p));

	m.p = p;
	m.d = diagnose(&s->now);
	p->step_number = (unsigned)s->now.npath;
	p->station = station_of(&m);
	p->label = label_of(m.n);
	p->ask = m.n->ask != NULL ? m.n->ask : p->label;
	p->busy = session_busy(s) || session_looking(s) != 0;
	p->message = s->message;
	make_status(&m);
	make_trail(&m);
	count_causes(&m);
	fill(&m);
	show_before(&m);
	pm_about(&m);
	return p;
}
