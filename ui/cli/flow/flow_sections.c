/* The sections of the article that a flow puts to work, and which parts of the flow cite them.  The
 * list is assets/article-sections.tsv: name, tab, SHA-256; "# flow: ID" says whose it is. */
#include "flow_sections.h"

#include <string.h>

extern const unsigned char article_sections[];
extern const size_t article_sections_size;

bool section_is_cited(const struct section *s)
{
	return s->nsteps + s->ncauses > 0;
}

static bool belongs_to(const char *line, size_t n, const char *flow)
{
	static const char mark[] = "# flow: ";
	size_t m = sizeof(mark) - 1;

	return n == m + strlen(flow) && strncmp(line, mark, m) == 0 && strncmp(line + m, flow, n - m) == 0;
}

static void cite(struct arena *mem, struct section *s, const struct flow *f)
{
	size_t room = f->nnodes + f->ncauses;

	s->steps = arena_array(mem, room, sizeof(*s->steps));
	s->causes = arena_array(mem, room, sizeof(*s->causes));
	for (size_t i = 0; i < f->nnodes; i++)
		if (f->nodes[i].section != NULL && strcmp(f->nodes[i].section, s->name) == 0)
			s->steps[s->nsteps++] = f->nodes[i].id;
	for (size_t i = 0; i < f->ncauses; i++)
		if (f->causes[i].section != NULL && strcmp(f->causes[i].section, s->name) == 0)
			s->causes[s->ncauses++] = f->causes[i].id;
}

static bool is_listed(const struct sections *s, const char *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->list[i].name, name) == 0)
			return true;
	return false;
}

static void find_unlisted(struct arena *mem, struct sections *s, const struct flow *f)
{
	s->unlisted = arena_array(mem, f->nnodes + f->ncauses, sizeof(*s->unlisted));
	for (size_t i = 0; i < f->nnodes; i++)
		if (f->nodes[i].section != NULL && !is_listed(s, f->nodes[i].section))
			s->unlisted[s->nunlisted++] = f->nodes[i].id;
	for (size_t i = 0; i < f->ncauses; i++)
		if (f->causes[i].section != NULL && !is_listed(s, f->causes[i].section))
			s->unlisted[s->nunlisted++] = f->causes[i].id;
}

struct sections *sections_of(struct arena *mem, const struct flow *f)
{
	struct sections *s = arena_alloc(mem, sizeof(*s));
	const char *at = (const char *)article_sections, *end = at + article_sections_size;
	bool ours = false;

	s->list = arena_array(mem, SECTIONS_MAX, sizeof(*s->list));
	while (at < end) {
		const char *line = at, *stop = memchr(at, '\n', (size_t)(end - at));
		size_t n = stop != NULL ? (size_t)(stop - at) : (size_t)(end - at);
		const char *tab = memchr(line, '\t', n);

		at += n + 1;
		if (n > 0 && line[0] == '#') {
			ours = ours || belongs_to(line, n, f->id);
			continue;
		}
		if (!ours || tab == NULL || s->n == SECTIONS_MAX)
			continue;
		s->list[s->n].name = arena_strndup(mem, line, (size_t)(tab - line));
		s->list[s->n].sha256 = arena_strndup(mem, tab + 1, n - (size_t)(tab + 1 - line));
		cite(mem, &s->list[s->n], f);
		s->missing += !section_is_cited(&s->list[s->n]);
		s->n++;
	}
	if (s->n > 0)
		find_unlisted(mem, s, f);
	return s;
}
