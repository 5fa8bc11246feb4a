/* The parts of a frozen flow by their names. */
#include <casebook/flow.h>

#include <string.h>

void flow_free(struct flow *f)
{
	if (f != NULL)
		arena_free(f->mem); /* f lives in it */
}

const struct probe *flow_probe(const struct flow *f, const char *id)
{
	for (size_t i = 0; i < f->nnodes; i++)
		for (size_t k = 0; k < f->nodes[i].nchecks; k++)
			if (strcmp(f->nodes[i].checks[k].probe->id, id) == 0)
				return f->nodes[i].checks[k].probe;
	return NULL;
}

const struct node *flow_node(const struct flow *f, const char *id)
{
	for (size_t i = 0; i < f->nnodes; i++)
		if (strcmp(f->nodes[i].id, id) == 0)
			return &f->nodes[i];
	return NULL;
}

const struct cause *flow_cause(const struct flow *f, const char *id)
{
	for (size_t i = 0; i < f->ncauses; i++)
		if (strcmp(f->causes[i].id, id) == 0)
			return &f->causes[i];
	return NULL;
}

const struct input_def *flow_input(const struct flow *f, const char *key)
{
	for (size_t i = 0; i < f->ninputs; i++)
		if (strcmp(f->inputs[i].key, key) == 0)
			return &f->inputs[i];
	return NULL;
}

const struct answer_def *node_answer(const struct node *n, const char *id)
{
	for (size_t i = 0; i < n->nanswers; i++)
		if (strcmp(n->answers[i].id, id) == 0)
			return &n->answers[i];
	return NULL;
}
