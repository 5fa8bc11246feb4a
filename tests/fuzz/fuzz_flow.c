/* Any bytes as a flow: never a crash; what loads is frozen soundly, what does not says why. */
#include <stdint.h>
#include <stdlib.h>

#include <casebook/flow_load.h>
#include <casebook/utf8.h>

#include <string.h>

#include "fake_probes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int truth)
{
	if (!truth)
		abort();
}

struct said {
	size_t n, errors;
	unsigned line, col;
};

static void said(void *arg, const struct diag *d)
{
	struct said *s = arg;
	struct buf clean;

	must(d->line > s->line || (d->line == s->line && d->col >= s->col)); /* in file order */
	s->line = d->line;
	s->col = d->col;
	s->n++;
	s->errors += d->severity == DIAG_ERROR;
	buf_init(&clean, BUF_MAX_TEXT);
	utf8_clean(&clean, d->text, strlen(d->text), UTF8_ONE_LINE);
	must(strcmp(buf_cstr(&clean), d->text) == 0);
	buf_release(&clean);
}

static void sound_node(const struct flow *f, const struct node *n)
{
	struct cond_env nothing = {0};

	must(n->id != NULL && n->label != NULL);
	must(n->kind == NODE_ASK || n->kind == NODE_END || n->go < f->nnodes);
	must(n->kind != NODE_ASK || (n->nanswers > 0 && n->nanswers <= FLOW_MAX_ANSWERS && n->ask != NULL));
	must(n->kind != NODE_FIX || (n->cause >= 0 && (size_t)n->cause < f->ncauses));
	for (size_t i = 0; i < n->nanswers; i++) {
		must(n->answers[i].go < f->nnodes && n->answers[i].label != NULL);
		if (n->answers[i].when != NULL) {
			struct buf why;

			buf_init(&why, BUF_MAX_LINE);
			cond_eval(n->answers[i].when, &nothing);
			cond_reason(n->answers[i].when, &nothing, &why);
			buf_release(&why);
		}
	}
	for (size_t i = 0; i < n->nchecks; i++)
		for (size_t k = 0; k < n->checks[i].nargs; k++)
			must(n->checks[i].args[k].input < (int)f->ninputs);
	for (size_t i = 0; i < n->ninputs; i++)
		must(n->inputs[i] < f->ninputs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct said s = {0};
	struct flow_env env = {fake_probe_find, said, &s};
	struct err err = {0};
	struct flow *f = flow_prove("fuzz", (const char *)data, size, &env, &err);

	must(s.n <= FLOW_MAX_DIAGS);
	if (f == NULL) {
		must(err.code != FAIL_NONE && s.n > 0);
		return 0;
	}
	must(s.errors == 0 && f->start < f->nnodes);
	for (size_t i = 0; i < f->nnodes; i++)
		sound_node(f, &f->nodes[i]);
	for (size_t i = 0; i < f->ncauses; i++)
		must(f->causes[i].source != NULL &&
		     (f->causes[i].severity == SEV_NOTE || f->causes[i].verify < f->nnodes));
	flow_free(f);
	return 0;
}
