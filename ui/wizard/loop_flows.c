/*
 * The built-in flows.  Their titles are needed for the first frame and are read from
 * the first lines of their texts; a flow is loaded and checked when somebody wants it.
 */
#include "loop.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/flow_load.h>
#include <casebook/xalloc.h>

static void ignore_diag(void *arg, const struct diag *d)
{
	(void)arg;
	(void)d;
}

/* The value of a top-level key written on one line without quotes; else NULL. */
static const char *head_value(struct arena *mem, const struct builtin_flow *b, const char *key)
{
	const char *s = (const char *)b->text, *end = s + *b->n;
	size_t n = strlen(key);

	while (s < end) {
		const char *stop = memchr(s, '\n', (size_t)(end - s));

		stop = stop != NULL ? stop : end;
		if ((size_t)(stop - s) > n + 2 && strncmp(s, key, n) == 0 && s[n] == ':' && s[n + 1] == ' ')
			return strchr("\"'|>&*{[", s[n + 2]) == NULL
			               ? arena_strndup(mem, s + n + 2, (size_t)(stop - s) - n - 2)
			               : NULL;
		if ((size_t)(stop - s) >= 6 && strncmp(s, "steps:", 6) == 0)
			return NULL;
		s = stop + 1;
	}
	return NULL;
}

void loop_cards(struct loop *l)
{
	size_t n = builtin_count();

	l->cards = xcalloc(n + 1, sizeof(*l->cards));
	l->flows = xcalloc(n + 1, sizeof(struct flow *));
	for (size_t i = 0; i < n; i++) {
		struct flow_card *c = &l->cards[i];

		c->id = builtin_flows[i].id;
		c->group = builtin_flows[i].group;
		c->title = head_value(l->card_mem, &builtin_flows[i], "title");
		c->summary = head_value(l->card_mem, &builtin_flows[i], "summary");
		if (c->title == NULL)
			c->title = c->id;
	}
	l->start.flows = l->cards;
	l->start.nflows = n;
}

const struct flow *loop_flow(struct loop *l, const char *id, struct err *err)
{
	struct flow_env env = {probe_find, ignore_diag, NULL};

	if (l->given != NULL && strcmp(l->given->id, id) == 0)
		return l->given;
	for (size_t i = 0; i < l->start.nflows; i++) {
		const struct builtin_flow *b = &builtin_flows[i];

		if (strcmp(b->id, id) != 0)
			continue;
		if (l->flows[i] == NULL)
			l->flows[i] = flow_load(b->id, (const char *)b->text, *b->n, &env, err);
		return l->flows[i];
	}
	err_set(err, FAIL_NOT_FOUND, 0,
	        "this casebook has no flow %s; a case begun from a file goes on with "
	        "`casebook resume CASE --flow FILE`",
	        id);
	return NULL;
}

void loop_cards_free(struct loop *l)
{
	for (size_t i = 0; i < l->start.nflows; i++)
		flow_free(l->flows[i]);
	free(l->flows);
	free(l->cards);
}
