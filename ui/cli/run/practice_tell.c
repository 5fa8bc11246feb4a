/* After a practice case: what it was, what was found, the shortest way, where the walk left it. */
#include "practice.h"

#include <stdio.h>
#include <string.h>

#include <casebook/page.h>
#include <casebook/signals.h>
#include <casebook/utf8.h>

void practice_truth(const struct practice_case *it, struct buf *out)
{
	buf_str(out, it->truth);
	for (size_t i = 0; i < it->ncauses; i++)
		buf_fmt(out, "%s%s%s", i == 0 ? " (" : ", ", it->causes[i], i + 1 == it->ncauses ? ")" : "");
	buf_char(out, '.');
}

/* "a|b" holds ID. */
static bool among(const char *alternatives, const char *id)
{
	size_t n = strlen(id);

	for (const char *p = alternatives; *p != '\0'; p += strcspn(p, "|"), p += *p == '|')
		if (strcspn(p, "|") == n && strncmp(p, id, n) == 0)
			return true;
	return false;
}

static bool is_wanted(const struct practice_case *it, const char *id)
{
	for (size_t i = 0; i < it->ncauses; i++)
		if (among(it->causes[i], id))
			return true;
	return false;
}

/* Every wanted cause is a finding, and nothing else is a fault. */
static bool found_all(const struct practice_case *it, const struct diagnosis *d)
{
	for (size_t i = 0; i < it->ncauses; i++) {
		bool found = false;

		for (size_t k = 0; k < d->nfindings; k++)
			found = found || among(it->causes[i], d->findings[k].id);
		if (!found)
			return false;
	}
	for (size_t k = 0; k < d->nfindings; k++)
		if (d->findings[k].severity == SEV_FAULT && !is_wanted(it, d->findings[k].id))
			return false;
	return it->ncauses != 0 || d->verdict == VERDICT_HEALTHY ||
	       strcmp(it->verdict, verdict_name(d->verdict)) == 0;
}

static const char *label_of(const struct replay *r, size_t visit)
{
	const struct node *n = &r->flow->nodes[r->path[visit].node];

	return n->label != NULL ? n->label : n->id;
}

static const char *answer_of(const struct replay *r, size_t visit)
{
	const struct record *a = r->path[visit].answer;

	return a != NULL ? a->u.answer.answer : "";
}

static const char *answer_label(const struct replay *r, size_t visit)
{
	const struct node *n = &r->flow->nodes[r->path[visit].node];

	for (size_t i = 0; i < n->nanswers; i++)
		if (strcmp(n->answers[i].id, answer_of(r, visit)) == 0 && n->answers[i].label != NULL)
			return n->answers[i].label;
	return answer_of(r, visit);
}

static void put_way(struct buf *out, const struct replay *r)
{
	for (size_t i = 0; i < r->npath; i++) {
		buf_fmt(out, "  %s", label_of(r, i));
		if (*answer_of(r, i) != '\0')
			buf_fmt(out, ": %s", answer_label(r, i));
		buf_char(out, '\n');
	}
}

static void put_findings(struct buf *out, const struct diagnosis *d)
{
	if (d->nfindings == 0)
		buf_fmt(out, "  %s\n", verdict_name(d->verdict));
	for (size_t i = 0; i < d->nfindings; i++)
		buf_fmt(out, "  %s (%s)\n", d->findings[i].title, d->findings[i].id);
}

/* Where the walk and the shortest way part: the first step that both ask and answer differently, else the
 * first that is not the same. */
static void put_parting(struct buf *out, const struct replay *walk, const struct replay *best)
{
	for (size_t i = 0; i < walk->npath && i < best->npath; i++) {
		if (walk->path[i].node != best->path[i].node) {
			buf_fmt(out, "Your walk left the shortest way at '%s'; it goes on with '%s'.\n",
			        label_of(walk, i), label_of(best, i));
			return;
		}
		if (strcmp(answer_of(walk, i), answer_of(best, i)) != 0) {
			buf_fmt(out, "Your walk left the shortest way at '%s': ", label_of(walk, i));
			if (*answer_of(walk, i) == '\0')
				buf_fmt(out, "it stopped there; the files and checks answer '%s'.\n",
				        answer_label(best, i));
			else
				buf_fmt(out, "you answered '%s', the files and checks say '%s'.\n",
				        answer_label(walk, i), answer_label(best, i));
			return;
		}
	}
	buf_str(out, "Your walk was the shortest way.\n");
}

static bool newest(void *arg, const struct case_row *row)
{
	*(uint32_t *)arg = row->number;
	return false;
}

/* The person's walk; false when nothing of it was stored. */
static bool load_walk(struct cli *c, struct casefile *cf)
{
	struct store *store;
	uint32_t number = 0;
	char ref[16];
	struct err err;
	bool loaded;

	if (store_open(c->db, true, &store, &err) != 0)
		return false;
	if (store_list(store, NULL, newest, &number, &err) != 0)
		number = 0;
	snprintf(ref, sizeof(ref), "%u", (unsigned)number);
	loaded = number != 0 && store_load(store, ref, cf, &err) == 0;
	store_close(store);
	return loaded;
}

/* The same case by the checks alone, every file given at the start. */
static struct drive *play_alone(struct practice_case *it, const struct flow *flow, struct run_setup *s,
                                struct jobs **jobs, struct store **store)
{
	struct drive_options o = {0};
	struct casefile cf;
	struct drive *d;
	struct err err;

	s->runner.ca_file = it->ca;
	s->runner.allow_side_effects = true;
	s->session.allow_side_effects = true;
	s->say = run_say;
	s->set = it->inputs;
	s->nset = it->ninputs;
	s->evidence = arena_array(s->mem, 1, sizeof(*s->evidence));
	if (it->files != NULL)
		s->evidence[s->nevidence++] = it->files;
	if (store_open(arena_fmt(s->mem, "%s/alone.db", it->folder), false, store, &err) != 0)
		return NULL;
	drive_fresh_case(flow, NULL, &cf);
	if (store_begin(*store, &cf, &err) != 0) {
		casefile_release(&cf);
		return NULL;
	}
	o.session = s->session;
	o.jobs = *jobs = jobs_new(&s->runner);
	o.store = *store;
	d = drive_new(&o, flow, &cf, 0);
	run_auto(d, s);
	return d;
}

static void put_walk(struct cli *c, const struct practice_case *it, const struct flow *flow,
                     struct replay *best, struct buf *out)
{
	struct casefile cf;
	struct replay walk;

	if (!load_walk(c, &cf))
		return;
	replay_init(&walk, flow, &cf, NULL);
	buf_str(out, found_all(it, diagnose(&walk)) ? "\nYou found it:\n" : "\nYour case says:\n");
	put_findings(out, diagnose(&walk));
	if (best != NULL)
		put_parting(out, &walk, best);
	replay_release(&walk);
	casefile_release(&cf);
}

bool practice_tell(struct cli *c, struct practice_case *it, const struct flow *flow, bool walked,
                   struct buf *out)
{
	struct run_setup s = {.mem = arena_new()};
	struct jobs *jobs = NULL;
	struct store *store = NULL;
	struct err err;
	struct drive *d;
	struct replay *best;
	bool found;

	if (signals_open(SIGNALS_STOP, NULL, &err) != 0)
		return false;
	d = play_alone(it, flow, &s, &jobs, &store);
	best = d != NULL ? session_now(drive_session(d)) : NULL;
	buf_fmt(out, "Practice case %s: ", it->name);
	practice_truth(it, out);
	buf_char(out, '\n');
	if (walked)
		put_walk(c, it, flow, best, out);
	if (best != NULL) {
		buf_str(out, "\nThe shortest way, all files given at the start:\n");
		put_way(out, best);
		put_findings(out, diagnose(best));
	}
	found = best != NULL && found_all(it, diagnose(best));
	drive_free(d);
	jobs_free(jobs);
	store_close(store);
	signals_close();
	arena_free(s.mem);
	return found;
}
