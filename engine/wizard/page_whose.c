/* Whose a computer is: asked once, and only where a conclusion hangs on it. */
#include "page_int.h"

#include <string.h>

#include "session_int.h"

static const char *file_of(const struct evidence *e)
{
	const char *slash = e->target != NULL ? strrchr(e->target, '/') : NULL;

	return slash != NULL ? slash + 1 : e->target;
}

static struct intent about(const char *computer, enum role role)
{
	return (struct intent){.kind = IN_ABOUT, .key = computer, .text = role_name(role)};
}

bool pm_whose(struct page_maker *m)
{
	const struct whose *w;

	if (m->n->kind == NODE_INPUT || m->s->opt.offline || !session_settled(m->s))
		return false;
	w = replay_asks_whose(m->r);
	if (w == NULL)
		return false;
	m->p->kind = PAGE_CONFIRM;
	m->p->ask = arena_fmt(m->mem, "Is %s the NDES server?", w->computer);
	pm_block(m, BLOCK_TEXT, MARK_NONE,
	         arena_fmt(m->mem,
	                   "%s names this computer. Nothing in it says whose it is, and what "
	                   "follows from it depends on that.",
	                   w->in->target != NULL ? file_of(w->in) : "What was read"));
	pm_pick(m, "Yes, it is the NDES server", NULL, false, about(w->computer, ROLE_NDES));
	pm_pick(m, "No, it is another server", NULL, false, about(w->computer, ROLE_SERVER));
	pm_pick(m, "No, it is the device", NULL, false, about(w->computer, ROLE_DEVICE));
	pm_pick(m, "I do not know", "it is heard with less weight", true, about(w->computer, ROLE_UNKNOWN));
	return true;
}
