/* The keys of a step, and what is chosen when a page is new or has changed. */
#include "app.h"

#include <string.h>

static int suggested(const struct page *p)
{
	for (size_t i = 0; i < p->npicks; i++)
		if (p->picks[i].suggested)
			return item_first_pick(p) + (int)i;
	return -1;
}

/* The answer that claims nothing; no answer that nobody has seen is ever marked. */
static int blank(const struct page *p)
{
	for (size_t i = 0; i < p->npicks; i++)
		if (p->picks[i].blank)
			return item_first_pick(p) + (int)i;
	return -1;
}

/* Whether checks of this very step are running; those of steps left behind may go on too. */
static bool measuring(const struct app *a, const struct page *p)
{
	const struct replay *now = a->session != NULL ? session_now(a->session) : NULL;
	size_t n = 0;
	const struct job *jobs = now != NULL ? session_jobs(a->session, &n) : NULL;

	if (a->session != NULL && session_looking(a->session) != 0)
		return true;
	for (size_t i = 0; i < n; i++)
		if (strcmp(jobs[i].step, now->flow->nodes[now->at].id) == 0)
			return true;
	return now == NULL && p->busy;
}

/* Where a person most likely goes on.  While checks run nothing is chosen: the choice
 * would jump under the finger that is about to press Enter. */
static int first_choice(const struct app *a, const struct page *p)
{
	int s = suggested(p);

	for (int i = 0; i < item_count(p); i++) {
		const struct field *f = item_field(p, i);

		if (f != NULL && !f->given && !f->skipped && (s < 0 || p->kind == PAGE_FORM))
			return i;
	}
	if (s >= 0)
		return s;
	if (p->kind == PAGE_ASK)
		return measuring(a, p) ? -1 : blank(p);
	for (size_t i = 0; i < p->nticks; i++)
		if (!p->ticks[i].done)
			return item_first_tick(p) + (int)i;
	if (p->npicks > 0)
		return item_first_pick(p);
	return item_count(p) > 0 ? 0 : -1;
}

static struct app_id id_of(const struct page *p)
{
	struct app_id id = {.kind = p->kind, .step = p->step_number, .items = item_count(p)};
	const char *ask = p->ask != NULL ? p->ask : "";

	memcpy(id.ask, ask, strnlen(ask, sizeof(id.ask) - 1));
	return id;
}

static bool same_id(const struct app_id *a, const struct app_id *b)
{
	return a->kind == b->kind && a->step == b->step && a->items == b->items &&
	       strcmp(a->ask, b->ask) == 0;
}

/* A field was sent off: when it was taken, go on; else let it be mended.  In a form the next
 * field is next; on a question what is missing, or the answer that the checks propose. */
static void after_field(struct app *a)
{
	const struct page *p = a->page;
	int step = a->move_after, at = item_of_field(p, a->moved_key);
	const struct field *f = item_field(p, at);

	a->move_after = 0;
	if (f == NULL)
		return;
	a->pv.sel = at;
	if (!f->given && !f->skipped)
		return;
	if (p->kind == PAGE_FORM && item_field(p, at + step) != NULL) {
		a->pv.sel = at + step;
		a->pv.touched = true;
	} else {
		a->pv.sel = first_choice(a, p);
		a->pv.touched = false;
	}
	field_focus(a);
}

/* The checks have told something: the choice follows, unless it is there already. */
static void rechoose(struct app *a, int item)
{
	if (item == a->pv.sel)
		return;
	a->pv.sel = item;
	field_focus(a);
}

/* All answers of this step stay shown once somebody wanted them. */
bool app_folds(const struct app *a, const struct page *p)
{
	return !a->pv.all || a->id.step != p->step_number || a->id.kind != p->kind;
}

void app_page(struct app *a, const struct page *p)
{
	struct app_id id;
	bool was_here = a->page != NULL;

	a->page = p;
	if (a->said_busy && (p == NULL || !p->busy))
		a->message[0] = '\0'; /* nothing runs any more */
	a->said_busy = a->said_busy && a->message[0] != '\0';
	a->page_message_seen = false;
	a->in.copy = p != NULL ? p->copy : NULL;
	a->in.about = p != NULL ? p->about : NULL;
	if (!was_here) /* another case: what was read for the one before was not read for it */
		a->read_key = NULL;
	if (p == NULL) {
		a->commanding = false;
		return;
	}
	id = id_of(p);
	if (was_here && same_id(&id, &a->id)) {
		if (a->move_after != 0)
			after_field(a);
		else if (!a->pv.touched)
			rechoose(a, first_choice(a, p));
		return;
	}
	if (a->id.step != id.step || a->id.kind != id.kind)
		a->pv.all = false;
	a->id = id;
	a->move_after = 0;
	a->pv.touched = a->pv.editing = a->pv.more = a->asked_empty = false;
	a->pv.read = a->pv.act = (struct scroll){0};
	a->pv.sel = first_choice(a, p);
	field_focus(a);
}

static struct wish choose(struct app *a, int item)
{
	const struct pick *k = item_pick(a->page, item);
	const struct tick *t = item_tick(a->page, item);
	struct wish w = {.kind = WISH_NONE};

	if (k != NULL && k->unfolds) {
		a->pv.all = true;
		w.kind = WISH_PAGE;
	} else if (k != NULL && k->closes) {
		w.kind = WISH_START;
	} else if (k != NULL && k->opens != NULL) {
		return panel_show(a, panel_named(k->opens), false);
	} else if (k != NULL) {
		w.kind = WISH_INTENT;
		w.intent = k->intent;
		w.intent.by = BY_PERSON;
	} else if (t != NULL) {
		w = wish_intent(IN_TICK);
		w.intent.n = (uint32_t)(t - a->page->ticks);
	} else if (item_field(a->page, item) != NULL) {
		a->pv.sel = item;
		field_focus(a);
		a->pv.touched = true;
	}
	return w;
}

static struct wish digit(struct app *a, uint32_t cp)
{
	const struct page *p = a->page;
	int item = (int)(cp - '1') + item_first_tick(p);

	if (item >= item_count(p)) {
		app_say(a, MARK_NONE, "%c: there is no such line here; the last is %d.", (int)cp,
		        item_count(p) - item_first_tick(p));
		return (struct wish){.kind = WISH_NONE};
	}
	a->pv.sel = item;
	a->pv.touched = true;
	return choose(a, item);
}

static void move(struct app *a, int to)
{
	int n = item_count(a->page);

	if (n == 0)
		return;
	a->pv.sel = to < 0 ? 0 : to >= n ? n - 1 : to;
	a->pv.touched = true;
	field_focus(a);
}

struct wish page_mark(struct app *a, int item)
{
	move(a, item);
	return (struct wish){.kind = WISH_NONE};
}

void page_go_without(struct app *a)
{
	a->pv.sel = blank(a->page);
}

/* Enter on a step of a fix ticks nothing.  After the last one: check again, if anything was done; else hand
 * over, which claims nothing. */
static struct wish next_step(struct app *a)
{
	const struct page *p = a->page;
	bool any = false;

	for (size_t i = 0; i < p->nticks; i++)
		any = any || p->ticks[i].done;
	a->pv.touched = true;
	a->pv.sel++;
	if (item_tick(p, a->pv.sel) == NULL && !any && p->npicks > 0) {
		a->pv.sel = item_first_pick(p) + (int)p->npicks - 1;
		app_say(a, MARK_NONE,
		        "No step is ticked (Space). Nothing was changed, so nothing can have got better.");
	}
	return (struct wish){.kind = WISH_NONE};
}

static void read_on(struct app *a, int way)
{
	struct scroll *s = &a->pv.read;

	/* With nothing to read on, the page keys move through the answers. */
	if (s->total > s->rows)
		s->top = scroll_by(s->top, s->rows, s->total, way * (int)(s->rows > 2 ? s->rows - 1 : 1));
	else
		move(a, a->pv.sel + way * 5);
}

/* The first time to the clipboard, at once again to be seen alone. */
static struct wish copy(struct app *a)
{
	if (a->page->copy == NULL) {
		app_say(a, MARK_NONE, "y: this page has no command and no steps to copy.");
		return (struct wish){.kind = WISH_NONE};
	}
	if (a->copied)
		return panel_show(a, &panel_copy, false);
	a->copied = true;
	return (struct wish){.kind = WISH_COPY, .text = a->page->copy};
}

static struct wish script(struct app *a)
{
	if (a->page->script != NULL)
		return (struct wish){.kind = WISH_SCRIPT, .text = a->page->script};
	app_say(a, MARK_NONE, "w: this page has no command that could be a file.");
	return (struct wish){.kind = WISH_NONE};
}

static struct wish enter(struct app *a)
{
	if (a->pv.sel < 0 && a->page->busy) {
		app_say(a, MARK_NONE, "The checks are still running. A digit answers now, Esc stops them.");
		a->said_busy = true;
	} else if (a->pv.sel < 0 && a->page->npicks > 0)
		app_say(a, MARK_NONE, "Choose 1 to %zu.", a->page->npicks);
	if (item_tick(a->page, a->pv.sel) != NULL)
		return next_step(a);
	return choose(a, a->pv.sel);
}

static bool moved(struct app *a, enum action act)
{
	switch ((int)act) {
	case ACT_UP:
		move(a, a->pv.sel < 0 ? item_count(a->page) - 1 : a->pv.sel - 1);
		return true;
	case ACT_DOWN:
		move(a, a->pv.sel + 1);
		return true;
	case ACT_HOME:
		move(a, 0);
		return true;
	case ACT_END:
		move(a, item_count(a->page) - 1);
		return true;
	case ACT_PGUP:
		read_on(a, -1);
		return true;
	case ACT_PGDN:
		read_on(a, 1);
		return true;
	default:
		return false;
	}
}

struct wish page_action(struct app *a, enum action act, struct key k)
{
	struct wish none = {.kind = WISH_NONE};

	if (moved(a, act))
		return none;
	switch ((int)act) {
	case ACT_ENTER:
		return enter(a);
	case ACT_TICK:
		if (item_tick(a->page, a->pv.sel) != NULL)
			return choose(a, a->pv.sel);
		app_say(a, MARK_NONE,
		        "Space ticks a step of a fix; the marked line is none. Enter takes it.");
		return none;
	case ACT_DIGIT:
		return digit(a, k.cp);
	case ACT_BACK:
		return wish_intent(IN_BACK);
	case ACT_UNDO:
		return wish_intent(IN_UNDO);
	case ACT_REDO:
		return wish_intent(IN_REDO);
	case ACT_COMMAND:
		return command_begin(a);
	case ACT_EXPLAIN:
		return explain_page(a);
	case ACT_COPY:
		return copy(a);
	case ACT_SCRIPT:
		return script(a);
	case ACT_COLLECT:
		return command_collect(a);
	case ACT_AGAIN:
		return wish_intent(IN_AGAIN);
	case ACT_CANCEL:
		if (a->page->busy)
			return wish_intent(IN_CANCEL);
		app_say(a, MARK_NONE, "Esc: nothing is running. < goes back, s leaves the case.");
		return none;
	case ACT_START:
		return (struct wish){.kind = WISH_START};
	case ACT_OTHERS:
		if (a->page->kind != PAGE_ASK)
			app_say(a, MARK_NONE, "o: there are no other answers here.");
		a->pv.all = !a->pv.all;
		a->pv.touched = false;
		return (struct wish){.kind = WISH_PAGE};
	case ACT_MORE:
		a->pv.more = !a->pv.more;
		return none;
	default:
		return none;
	}
}
