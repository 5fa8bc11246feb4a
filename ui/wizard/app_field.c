/* The keys of a field: typing, completing, choosing one of a few, taking and skipping. */
#include "app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ALL 2 /* Enter: not only to the next field */

/* Without a value nothing is chosen: what stands behind the last choice.  Enter must not state what nobody
 * said. */
static size_t choice_of(const struct field *f)
{
	for (size_t i = 0; i < f->def->nchoices; i++)
		if (f->value != NULL && strcmp(f->def->choices[i].id, f->value) == 0)
			return i;
	return f->def->nchoices;
}

void field_focus(struct app *a)
{
	const struct field *f = item_field(a->page, a->pv.sel);

	a->pv.files.n = a->pv.files.total = 0;
	/* A form is there to be typed into; on a question the single keys go on working. */
	a->pv.editing = f != NULL && f->def->type != INPUT_CHOICE && a->page->kind == PAGE_FORM;
	if (f == NULL)
		return;
	a->pv.choice = choice_of(f);
	edit_set(&a->pv.edit, f->value);
}

/* On a form Enter sends the whole of it; what it still lacks is asked where it matters. */
static struct wish sends(const struct app *a, struct wish w, int then)
{
	w.intent.n = a->page->kind == PAGE_FORM && then == ALL;
	return w;
}

static struct wish skip(struct app *a, const struct field *f)
{
	struct wish w = wish_intent(IN_SKIP);

	w.intent.key = f->def->key;
	a->move_after = 1;
	a->moved_key = f->def->key;
	app_say(a, MARK_OPEN, "%s: not at hand. It can still be given here later.", f->def->label);
	return w;
}

static struct wish set(struct app *a, const struct field *f, const char *value, int then)
{
	struct wish w = wish_intent(IN_SET);
	size_t n = strnlen(value, sizeof(a->text) - 1);

	memcpy(a->text, value, n);
	a->text[n] = '\0';
	w.intent.key = f->def->key;
	w.intent.text = a->text;
	a->move_after = then == ALL ? 1 : then;
	a->moved_key = f->def->key;
	return sends(a, w, then);
}

/* It was read for this field before and is not what it asks for: not read again, but left open. */
static bool was_read(struct app *a, const struct field *f, const char *path)
{
	if (f->given || a->read_key != f->def->key || strcmp(a->read_path, path) != 0)
		return false;
	app_say(a, MARK_OPEN, "That was read; %s is not in it. Enter goes on without.", f->def->label);
	a->read_key = NULL;
	a->pv.editing = false;
	a->pv.touched = true;
	page_go_without(a);
	field_focus(a);
	return true;
}

/* A form only notes a path; elsewhere its file is read at once. */
static bool reads(const struct app *a)
{
	return a->page->kind != PAGE_FORM;
}

static struct wish take_path(struct app *a, const struct field *f, int then)
{
	char *path = path_absolute(a->pv.edit.text);
	struct wish w = {.kind = WISH_NONE};

	if (path_exists(path) && reads(a) && was_read(a, f, path)) {
		free(path);
		return w;
	}
	if (path_exists(path)) {
		w = set(a, f, path, then);
		/* It may be another file than the one asked for, or a folder with several. */
		if (reads(a)) {
			w.kind = WISH_FILES;
			w.text = a->text;
			a->read_key = f->def->key;
			snprintf(a->read_path, sizeof(a->read_path), "%s", path);
		}
	} else
		app_say(a, MARK_WARN, "There is no file or folder %s. Tab lists what is there.", path);
	free(path);
	return w;
}

/* Enter in an empty field: to the answer that claims nothing; on a form it says first what that costs. */
static struct wish go_without(struct app *a, const struct field *f)
{
	if (a->page->kind == PAGE_FORM) {
		if (item_field(a->page, 0) == f && !a->asked_empty) {
			a->asked_empty = true;
			app_say(a, MARK_WARN,
			        "Without it nothing can be looked at from here. Enter again goes on without.");
			return (struct wish){.kind = WISH_NONE};
		}
		return sends(a, skip(a, f), ALL);
	}
	a->pv.editing = false;
	a->pv.touched = true;
	page_go_without(a);
	field_focus(a);
	return (struct wish){.kind = WISH_NONE};
}

/* What was typed becomes the value; then: the item to go to when it was taken. */
static struct wish take(struct app *a, int then)
{
	const struct field *f = item_field(a->page, a->pv.sel);

	a->pv.files.n = a->pv.files.total = 0;
	if (f->def->type == INPUT_CHOICE)
		return a->pv.choice < f->def->nchoices ? set(a, f, f->def->choices[a->pv.choice].id, then)
		                                       : sends(a, skip(a, f), then);
	if (strspn(a->pv.edit.text, " ") == a->pv.edit.n)
		return then == ALL ? go_without(a, f) : skip(a, f);
	return f->def->type == INPUT_FILE ? take_path(a, f, then) : set(a, f, a->pv.edit.text, then);
}

static bool changed(const struct app *a, const struct field *f)
{
	return a->pv.editing && strcmp(a->pv.edit.text, f->value != NULL ? f->value : "") != 0;
}

/* Leaving with something typed takes it; leaving as it was only moves. */
struct wish field_leave(struct app *a, int step)
{
	int to = a->pv.sel + step;

	if (changed(a, item_field(a->page, a->pv.sel)) && a->pv.edit.n > 0)
		return take(a, step);
	if (to >= 0 && to < item_count(a->page)) {
		a->pv.sel = to;
		a->pv.touched = true;
		field_focus(a);
	}
	return (struct wish){.kind = WISH_NONE};
}

static void complete(struct app *a)
{
	char *text = path_complete(a->pv.edit.text, &a->pv.files);

	edit_set(&a->pv.edit, text);
	if (a->pv.files.total == 0 && !path_exists(text))
		app_say(a, MARK_OPEN, "Nothing there begins so.");
	free(text);
}

static void other_value(struct app *a, const struct field *f, int step)
{
	size_t n = f->def->nchoices + 1;

	if (n > 1)
		a->pv.choice = (a->pv.choice + n + (size_t)(step + (int)n)) % n;
}

static struct wish escape(struct app *a)
{
	if (a->page->busy)
		return wish_intent(IN_CANCEL);
	a->pv.editing = false;
	a->pv.files.n = a->pv.files.total = 0;
	return (struct wish){.kind = WISH_NONE};
}

/* Text for a chosen field: starts the typing when nobody did, and then replaces what was there. */
static void typed(struct app *a, const struct field *f, struct key k)
{
	if (f->def->type == INPUT_CHOICE || (!a->pv.editing && k.kind != K_CHAR))
		return;
	if (!a->pv.editing)
		edit_set(&a->pv.edit, NULL);
	a->pv.editing = true;
	a->pv.files.n = a->pv.files.total = 0;
	a->pv.touched = a->pv.touched || k.kind == K_CHAR;
	edit_key(&a->pv.edit, k);
}

struct wish field_action(struct app *a, enum action act, struct key k)
{
	const struct field *f = item_field(a->page, a->pv.sel);
	struct wish none = {.kind = WISH_NONE};

	switch ((int)act) {
	case ACT_ENTER:
		if (f->def->type == INPUT_CHOICE || a->pv.editing)
			return take(a, ALL);
		a->pv.editing = a->pv.touched = true;
		return none;
	case ACT_UP:
	case ACT_PREV:
		return field_leave(a, -1);
	case ACT_DOWN:
		return field_leave(a, 1);
	case ACT_NEXT:
		if (f->def->type != INPUT_FILE)
			return field_leave(a, 1);
		complete(a);
		return none;
	case ACT_SKIP:
		return skip(a, f);
	case ACT_LEFT:
		other_value(a, f, -1);
		return none;
	case ACT_RIGHT:
		other_value(a, f, 1);
		return none;
	case ACT_DIGIT:
		if (f->def->type != INPUT_CHOICE)
			return page_action(a, act, k);
		if (k.cp - '1' <= f->def->nchoices) {
			a->pv.choice = k.cp - '1';
			return take(a, 1);
		}
		return none;
	case ACT_CLOSE:
	case ACT_CANCEL:
		return escape(a);
	case ACT_PGUP:
	case ACT_PGDN:
		return page_action(a, act, k);
	case ACT_NONE:
		typed(a, f, k);
		return none;
	default:
		return page_action(a, act, k);
	}
}

bool field_paste(struct app *a, struct key k)
{
	int at = -1;

	for (int i = 0; i < item_count(a->page) && at < 0; i++) {
		const struct field *f = item_field(a->page, i);

		if (f != NULL && f->def->type != INPUT_CHOICE && !f->given)
			at = i;
	}
	if (at < 0 || k.kind != K_CHAR)
		return false;
	a->pv.sel = at;
	field_focus(a);
	typed(a, item_field(a->page, at), k);
	return true;
}
