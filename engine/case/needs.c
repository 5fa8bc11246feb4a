/* What is missing where the case stands: the file, the input or the answer that would decide. */
#include "case_int.h"

#include <string.h>

#define NEED_DECIDES 12 /* causes named for one need */

#define NEEDS_UNREAD 5 /* files named; the others stand in the list of what was not read */

static const struct check *check_of_input(const struct node *n, const struct flow *f,
                                          const struct input_def *def)
{
	for (size_t i = 0; i < n->nchecks; i++)
		for (size_t a = 0; a < n->checks[i].nargs; a++)
			if (n->checks[i].args[a].input >= 0 && &f->inputs[n->checks[i].args[a].input] == def)
				return &n->checks[i];
	return NULL;
}

const char *how_to_give(struct replay *r, const struct check *c, const struct input_def *def)
{
	if (def->type != INPUT_FILE)
		return arena_fmt(r->mem, "--set %s=%s", def->key, def->type == INPUT_URL ? "URL" : "VALUE");
	if (def->fetch != NULL)
		return def->fetch;
	if (c != NULL && c->probe->fetch != NULL)
		return c->probe->fetch;
	return def->help != NULL ? def->help : arena_fmt(r->mem, "--set %s=FILE", def->key);
}

static struct need need_input(struct replay *r, const struct node *n, const struct check *c,
                              const struct input_def *def)
{
	bool kind = def->type == INPUT_FILE && c != NULL && c->probe->kind == PROBE_FILE;

	return (struct need){.step = n->id,
	                     .file = kind ? c->probe->id : def->key,
	                     .says = def->label != NULL ? def->label : def->key,
	                     .how = how_to_give(r, c, def),
	                     .command = def->fetch != NULL || (c != NULL && c->probe->fetch != NULL),
	                     .trip = def->trip};
}

static struct need need_answer(struct replay *r, const struct node *n)
{
	struct buf b;
	struct need out = {.step = n->id, .file = "answer"};

	buf_init(&b, 4000);
	buf_fmt(&b, "The answer to: %s (", n->ask != NULL ? n->ask : n->label);
	for (size_t i = 0, shown = 0; i < n->nanswers; i++)
		if (!n->answers[i].blank)
			buf_fmt(&b, "%s%s", shown++ != 0 ? "; " : "", n->answers[i].label);
	buf_char(&b, ')');
	out.says = arena_strdup(r->mem, buf_cstr(&b));
	buf_clear(&b);
	for (size_t i = 0; i < n->nanswers; i++)
		buf_fmt(&b, "%s%s", i != 0 ? " | " : "", n->answers[i].id);
	out.how = arena_fmt(r->mem, "--answers FILE with the line \"%s: ANSWER\", ANSWER one of %s", n->id,
	                    buf_cstr(&b));
	buf_release(&b);
	return out;
}

/* A skipped input is still what would decide. */
static size_t lacking(struct replay *r, const struct node *n, const struct input_def **out, size_t cap)
{
	size_t count = replay_missing(r, n, out, cap);

	for (size_t i = 0; i < n->nchecks; i++) {
		for (size_t a = 0; a < n->checks[i].nargs; a++) {
			int at = n->checks[i].args[a].input;
			bool known = false;

			if (at < 0 || check_can_do_without(&n->checks[i], a) ||
			    !replay_input_skipped(r, r->flow->inputs[at].key))
				continue;
			for (size_t j = 0; j < count; j++)
				known = known || out[j] == &r->flow->inputs[at];
			if (!known && count < cap)
				out[count++] = &r->flow->inputs[at];
		}
	}
	return count;
}

static void add_need(struct diagnosis *d, struct need n)
{
	for (size_t i = 0; i < d->nneeds; i++)
		if (strcmp(d->needs[i].file, n.file) == 0)
			return;
	d->needs[d->nneeds++] = n;
}

/* Whose a computer is, where a conclusion hangs on that. */
static void need_whose(struct replay *r, struct diagnosis *d)
{
	const struct whose *w = replay_asks_whose(r);

	if (w != NULL)
		add_need(d, (struct need){
		                    .step = r->flow->nodes[r->at].id,
		                    .file = "about",
		                    .says = arena_fmt(r->mem, "Whose the computer %s is, named in %s",
		                                      w->computer,
		                                      w->in->target != NULL ? w->in->target : w->in->probe),
		                    .how = arena_fmt(r->mem,
		                                     "--about FILE=ndes, =server (another one) or "
		                                     "=device: whose %s is, named in %s",
		                                     w->computer,
		                                     w->in->target != NULL ? w->in->target : w->in->probe)});
}

/* What would be healthy, were it not for a file that nobody could read. */
static void need_readable(struct replay *r, struct diagnosis *d)
{
	for (size_t i = 0; i < d->nunread; i++) {
		const struct evidence *e = &casefile_at(r->cf, d->unread[i])->u.evidence;

		if (evidence_fact(e, "idle") != NULL || d->nneeds >= NEEDS_UNREAD)
			continue;
		d->needs[d->nneeds++] = (struct need){
		        .step = r->flow->nodes[r->at].id,
		        .file = strcmp(e->probe, "file.recognise") != 0 ? e->probe : "readable file",
		        .says = arena_fmt(r->mem, "%s, %s",
		                          e->target != NULL ? e->target : "The file that was given",
		                          e->outcome == EV_MEASURED ? "read by a person"
		                                                    : "in a form that can be read"),
		        .how = arena_fmt(r->mem, "%s, %s: %s", e->target != NULL ? e->target : e->probe,
		                         e->outcome == EV_MEASURED ? "to be read by a person"
		                                                   : "in a form that can be read",
		                         unread_why(e))};
	}
}

/* ---- what each may decide ---- */

struct reading {
	const struct flow *flow;
	const char *file;
	bool found;
};

/* Whether some check of the flow that takes this input is of the probe; the file of a need may name the probe
 * itself. */
static bool serves(const struct flow *f, const char *file, const char *probe)
{
	if (strcmp(file, probe) == 0)
		return true;
	for (size_t i = 0; i < f->nnodes; i++)
		for (size_t k = 0; k < f->nodes[i].nchecks; k++) {
			const struct check *c = &f->nodes[i].checks[k];

			for (size_t a = 0; strcmp(c->probe->id, probe) == 0 && a < c->nargs; a++)
				if (c->args[a].input >= 0 &&
				    strcmp(f->inputs[c->args[a].input].key, file) == 0)
					return true;
		}
	return false;
}

static bool reads_it(void *arg, const char *probe, const char *fact)
{
	struct reading *r = arg;

	(void)fact;
	r->found = r->found || serves(r->flow, r->file, probe);
	return !r->found;
}

static void what_they_decide(struct replay *r, struct diagnosis *d)
{
	for (size_t i = 0; i < d->nneeds; i++) {
		struct need *n = &d->needs[i];

		n->decides = arena_array(r->mem, NEED_DECIDES, sizeof(*n->decides));
		for (size_t k = 0; k < d->nrows && n->ndecides < NEED_DECIDES; k++) {
			struct reading of = {r->flow, n->file, false};

			if (d->rows[k].state != CAUSE_UNTESTED || d->rows[k].cause->severity == SEV_NOTE)
				continue;
			cause_reads(d->rows[k].cause, reads_it, &of);
			if (of.found)
				n->decides[n->ndecides++] = d->rows[k].cause->id;
		}
	}
}

/* At an end that decides nothing: the files that would. */
static void needs_of_end(struct replay *r, struct diagnosis *d)
{
	for (size_t i = 0; i < d->nnext; i++)
		if (d->next[i].missing != NULL)
			add_need(d, need_input(r, d->next[i].step, d->next[i].check, d->next[i].missing));
}

/* Silence needs a time, and a log that covers it: those come first. */
static void put_first(struct replay *r, struct diagnosis *d, struct need n)
{
	struct need *more = arena_array(r->mem, d->nneeds + 1, sizeof(*more));
	size_t count = 1;

	if (n.file == NULL)
		return;
	more[0] = n;
	for (size_t i = 0; i < d->nneeds; i++)
		if (strcmp(d->needs[i].file, n.file) != 0)
			more[count++] = d->needs[i];
	d->needs = more;
	d->nneeds = count;
}

static const struct input_def *input_of(const struct flow *f, const struct check *c, const char *arg)
{
	for (size_t a = 0; a < c->nargs; a++)
		if (c->args[a].input >= 0 && strcmp(c->args[a].key, arg) == 0)
			return &f->inputs[c->args[a].input];
	return NULL;
}

/* The first check of the flow that reads the server's log of requests; NULL when it has none. */
static const struct check *request_log(const struct flow *f, const struct node **step)
{
	for (size_t i = 0; i < f->nnodes; i++)
		for (size_t k = 0; k < f->nodes[i].nchecks; k++)
			if (strcmp(f->nodes[i].checks[k].probe->id, "iis.log") == 0) {
				*step = &f->nodes[i];
				return &f->nodes[i].checks[k];
			}
	return NULL;
}

/* A log of requests was given and says nothing of a device: for want of a time, or of that hour. */
static struct need silence_needs(struct replay *r)
{
	const struct question *q = replay_question(r);
	const struct node *step = NULL;
	const struct check *c = request_log(r->flow, &step);
	const struct input_def *when = c != NULL ? input_of(r->flow, c, "attempt") : NULL;
	const struct input_def *file = c != NULL ? input_of(r->flow, c, "file") : NULL;
	const struct evidence *log = replay_evidence(r, "iis.log");
	struct seen seen;

	if (c == NULL || log == NULL || log->nparts == 0 ||
	    replay_fact(r, "iis.log", "device_requests", &seen))
		return (struct need){.file = NULL};
	if (when != NULL && q->by != AT_SAID && q->by != AT_DEVICE_LOG)
		return need_input(r, step, c, when);
	if (file != NULL && replay_fact(r, "iis.log", "covers_attempt", &seen) &&
	    seen.value.type == VAL_BOOL && !seen.value.u.b)
		return need_input(r, step, c, file);
	return (struct need){.file = NULL};
}

static void needs_of_path(struct replay *r, struct diagnosis *d)
{
	const struct node *n = &r->flow->nodes[r->at];
	const struct input_def *inputs[FLOW_MAX_CHECKS * CHECK_MAX_ARGS];
	size_t count = 0;

	d->needs =
	        arena_array(r->mem, FLOW_MAX_CHECKS * CHECK_MAX_ARGS + DIAG_MAX_PROPOSALS + NEEDS_UNREAD + 2,
	                    sizeof(*d->needs));
	need_whose(r, d);
	if (d->held_back)
		need_readable(r, d);
	if (n->kind == NODE_END && (d->verdict == VERDICT_INCONCLUSIVE || d->verdict == VERDICT_FIXED))
		needs_of_end(r, d);
	if (n->kind == NODE_FIX || n->kind == NODE_END)
		return;
	if (n->kind == NODE_ASK)
		count = lacking(r, n, inputs, FLOW_MAX_CHECKS * CHECK_MAX_ARGS);
	for (size_t i = 0; n->kind == NODE_INPUT && i < n->ninputs && i < FLOW_MAX_CHECKS * CHECK_MAX_ARGS;
	     i++)
		if (r->index->inputs[n->inputs[i]] == NULL)
			inputs[count++] = &r->flow->inputs[n->inputs[i]];
	for (size_t i = 0; i < count; i++)
		add_need(d, need_input(r, n, check_of_input(n, r->flow, inputs[i]), inputs[i]));
	if (n->kind == NODE_ASK)
		add_need(d, need_answer(r, n));
}

void list_needs(struct replay *r, struct diagnosis *d)
{
	needs_of_path(r, d);
	if (d->verdict == VERDICT_INCONCLUSIVE)
		put_first(r, d, silence_needs(r));
	what_they_decide(r, d);
}
