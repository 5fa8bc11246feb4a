/* Takes the place of engine/helper's runner: a check ends at once with what the walk says of it. */
#include "ways.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/runner.h>
#include <casebook/wire.h>
#include <casebook/xalloc.h>

struct ended {
	uint32_t job;
	struct evidence evidence;
	struct arena *mem;
	struct ended *next;
};
struct runner {
	struct ended *first, **last;
	struct ended *told; /* freed by the next take */
};
static size_t pending;

bool ways_checks_pending(void)
{
	return pending != 0;
}

struct runner *runner_new(const struct runner_options *opt)
{
	struct runner *r = xcalloc(1, sizeof(*r));

	(void)opt;
	r->last = &r->first;
	return r;
}

static void ended_free(struct ended *e)
{
	if (e == NULL)
		return;
	arena_free(e->mem);
	free(e);
}

void runner_free(struct runner *r)
{
	for (struct ended *e = r->first, *next; e != NULL; e = next) {
		next = e->next;
		ended_free(e);
		pending--;
	}
	ended_free(r->told);
	free(r);
}

void runner_warm(struct runner *r)
{
	(void)r;
}

/* A file is what the input is for that the walk gives it to. */
static const char *kind_of(const struct flow *flow, const struct walk *w, const char *path)
{
	const char *name = strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path;

	for (size_t p = 0; p < w->nphases; p++)
		for (size_t i = 0; i < w->phases[p].ninputs; i++) {
			if (strcmp(w->phases[p].inputs[i].value, name) != 0)
				continue;
			for (size_t n = 0; n < flow->nnodes; n++)
				for (size_t c = 0; c < flow->nodes[n].nchecks; c++) {
					const struct check *k = &flow->nodes[n].checks[c];

					for (size_t a = 0; a < k->nargs; a++)
						if (k->args[a].input >= 0 &&
						    strcmp(k->args[a].key, "file") == 0 &&
						    strcmp(flow->inputs[k->args[a].input].key,
						           w->phases[p].inputs[i].key) == 0)
							return k->probe->id;
				}
		}
	return NULL;
}

static struct fact recognised(struct arena *mem, const char *path)
{
	struct value_builder list, row;
	const char *kind = kind_of(ways_now.flow, ways_now.walk, path);

	vb_init(&row, mem);
	vb_add(&row, "path", value_str(path));
	if (kind != NULL)
		vb_add(&row, "kind", value_str(kind));
	vb_init(&list, mem);
	vb_add(&list, NULL, vb_map(&row));
	return (struct fact){"files", vb_list(&list)};
}

int runner_start(struct runner *r, uint32_t job, const struct probe *p, const struct probe_arg *args,
                 size_t nargs, const char *step, struct err *err)
{
	const struct walk_facts *f = walk_facts(ways_now.walk, ways_now.phase, p, step);
	struct evidence e = {.probe = p->id, .step = step, .host = "walk", .outcome = EV_UNREACHED};
	struct ended *out = xcalloc(1, sizeof(*out));
	struct fact file;
	struct buf target;

	(void)err;
	out->mem = arena_new();
	out->job = job;
	buf_init(&target, BUF_MAX_LINE);
	target_of(&target, p->kind == PROBE_FILE, args, nargs);
	e.target = buf_cstr(&target);
	e.why = "the walk measures nothing here";
	if (f != NULL) {
		e.outcome = f->outcome;
		e.facts = f->facts;
		e.nfacts = f->nfacts;
	} else if (strcmp(p->id, "file.recognise") == 0) {
		file = recognised(out->mem, args[0].value);
		e.outcome = EV_MEASURED;
		e.facts = &file;
		e.nfacts = 1;
	}
	if (e.outcome == EV_MEASURED)
		e.why = NULL;
	out->evidence = evidence_copy(out->mem, &e);
	buf_release(&target);
	*r->last = out;
	r->last = &out->next;
	pending++;
	return 0;
}

void runner_cancel(struct runner *r, uint32_t job)
{
	(void)r, (void)job; /* it has ended already */
}

int runner_fd(const struct runner *r)
{
	(void)r;
	return -1;
}

int runner_wait_ms(const struct runner *r)
{
	return r->first != NULL ? 0 : -1;
}

bool runner_take(struct runner *r, struct runner_event *out)
{
	struct ended *e = r->first;

	ended_free(r->told);
	r->told = e;
	if (e == NULL)
		return false;
	r->first = e->next;
	if (r->first == NULL)
		r->last = &r->first;
	pending--;
	*out = (struct runner_event){
	        .kind = RUNNER_DONE, .job = e->job, .evidence = &e->evidence, .fault = -1};
	return true;
}
