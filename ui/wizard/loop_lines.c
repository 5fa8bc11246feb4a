/* The lines around one that evidence rests on: read by a check of its own, which is no record of the case. */
#include "loop.h"

#include <stdio.h>

#include <casebook/clock.h>
#include <casebook/file_name.h>
#include <casebook/probe.h>

struct asked {
	struct loop *l;
	bool done;
};

static void take(struct loop *l, const struct evidence *e)
{
	const struct value *list = evidence_fact(e, "lines");
	struct numbered_line *line;

	if (e->outcome != EV_MEASURED || list == NULL || list->type != VAL_LIST) {
		l->lines.why = arena_strdup(l->lines_mem, e->why != NULL ? e->why : "It was not read.");
		return;
	}
	line = arena_array(l->lines_mem, list->u.list.n, sizeof(*line));
	for (size_t i = 0; i < list->u.list.n; i++) {
		const struct value *one = &list->u.list.items[i], *number = value_find(one, "line");

		line[i].number = number != NULL && number->type == VAL_INT ? (uint64_t)number->u.i : 0;
		line[i].text = value_find_str(one, "text");
		line[i].text = arena_strdup(l->lines_mem, line[i].text != NULL ? line[i].text : "");
	}
	l->lines.line = line;
	l->lines.n = list->u.list.n;
}

static void ended(void *arg, const struct job_end *end)
{
	struct asked *a = arg;

	a->done = true;
	take(a->l, end->evidence);
}

void loop_lines(struct loop *l, const struct wish *w)
{
	char number[24];
	struct asked asked = {.l = l};
	struct probe_arg args[] = {{"file", w->text}, {"line", number}};
	const struct probe *p = probe_find("file.lines");
	struct job_ask ask = {.owner = &l->lines,
	                      .tag = 1,
	                      .probe = p,
	                      .args = args,
	                      .nargs = 2,
	                      .done = ended,
	                      .arg = &asked};
	int64_t since = clock_monotonic_ms();
	struct err err = {0};

	if (l->lines_mem == NULL)
		l->lines_mem = arena_new();
	arena_reset(l->lines_mem);
	snprintf(number, sizeof(number), "%zu", w->n);
	l->lines = (struct file_lines){.file = arena_strdup(l->lines_mem, w->text), .hit = w->n};
	l->app.in.lines = NULL;
	if (p == NULL || jobs_start(l->jobs, &ask, &err) != 0) {
		l->lines.why = arena_strdup(l->lines_mem, err.msg);
		asked.done = true;
	}
	l->app.reading = true;
	while (!asked.done) {
		app_say(&l->app, MARK_OPEN, "Reading %s, %lld s. Esc stops.", file_name_base(l->lines.file),
		        (long long)(clock_monotonic_ms() - since) / 1000);
		if (!loop_turn_reading(l))
			break;
	}
	l->app.reading = false;
	jobs_drop(l->jobs, &l->lines);
	if (!asked.done)
		l->lines.why = "Stopped before it was read. Enter on the piece reads it again.";
	l->app.message[0] = '\0';
	l->app.in.lines = &l->lines;
	l->frame_stale = true;
}
