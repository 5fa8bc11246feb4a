/* The keys of the start screen and of what it asks. */
#include "app.h"

#include <stdio.h>
#include <string.h>

static struct wish with_text(struct app *a, enum wish_kind kind, const char *text)
{
	snprintf(a->text, sizeof(a->text), "%s", text);
	return (struct wish){.kind = kind, .text = a->text};
}

static void ask(struct app *a, enum prompt p)
{
	a->prompt = p;
	edit_set(&a->typed, NULL);
}

static struct start_item chosen(const struct app *a)
{
	if (a->start == NULL || start_items(a->start) == 0)
		return (struct start_item){NULL, NULL};
	return start_item(a->start, a->sv.sel);
}

/* Typing what to search. */
static struct wish typing(struct app *a, enum action act, struct key k)
{
	if (act == ACT_NONE) {
		edit_key(&a->typed, k);
		return (struct wish){.kind = WISH_NONE};
	}
	a->prompt = PROMPT_NONE;
	a->sv.sel = 0;
	if (act == ACT_ENTER && a->typed.n > 0)
		return with_text(a, WISH_FIND, a->typed.text);
	return (struct wish){.kind = WISH_FIND};
}

static struct wish deleting(struct app *a, enum action act)
{
	const struct case_card *row = chosen(a).row;

	if (act != ACT_YES && act != ACT_NO) {
		app_say(a, MARK_WARN, "y deletes the case for good, n keeps it.");
		return (struct wish){.kind = WISH_NONE};
	}
	a->prompt = PROMPT_NONE;
	if (act == ACT_YES && row != NULL)
		return with_text(a, WISH_DELETE, row->id);
	return (struct wish){.kind = WISH_NONE};
}

static struct wish enter(struct app *a)
{
	struct start_item it = chosen(a);

	if (it.row != NULL)
		return with_text(a, WISH_OPEN, it.row->id);
	if (it.flow != NULL) {
		struct wish w = with_text(a, WISH_BEGIN, ""); /* it is called after its server */

		w.n = (size_t)(it.flow - a->start->flows);
		return w;
	}
	return (struct wish){.kind = WISH_NONE};
}

static void to_flows(struct app *a)
{
	for (size_t i = 0; a->start != NULL && i < start_items(a->start); i++) {
		if (start_item(a->start, i).flow != NULL) {
			a->sv.sel = i;
			return;
		}
	}
}

static void move(struct app *a, int by)
{
	struct list l = {a->start != NULL ? start_items(a->start) : 0, a->sv.sel};

	list_move(&l, by);
	a->sv.sel = l.sel;
}

struct wish start_action(struct app *a, enum action act, struct key k)
{
	int page = a->sv.scroll.rows > 1 ? (int)a->sv.scroll.rows - 1 : 1;
	struct wish none = {.kind = WISH_NONE};

	if (a->prompt == PROMPT_DELETE)
		return deleting(a, act);
	if (a->prompt != PROMPT_NONE)
		return typing(a, act, k);
	switch ((int)act) {
	case ACT_UP:
		move(a, -1);
		break;
	case ACT_DOWN:
		move(a, 1);
		break;
	case ACT_PGUP:
		move(a, -page);
		break;
	case ACT_PGDN:
		move(a, page);
		break;
	case ACT_HOME:
		a->sv.sel = 0;
		break;
	case ACT_END:
		move(a, 1000000);
		break;
	case ACT_ENTER:
		return enter(a);
	case ACT_NEW:
		to_flows(a);
		break;
	case ACT_FIND:
		ask(a, PROMPT_FIND);
		break;
	case ACT_CLOSE:
		return a->start != NULL && a->start->find != NULL ? (struct wish){.kind = WISH_FIND} : none;
	case ACT_DELETE:
		if (chosen(a).row != NULL) {
			a->prompt = PROMPT_DELETE;
			app_say(a, MARK_WARN, "Delete #%u %s with all its evidence?  y / n",
			        chosen(a).row->number, chosen(a).row->title);
		}
		break;
	default:
		break;
	}
	return none;
}
