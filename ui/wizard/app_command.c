/* The command line: the program's own words, completed by Tab; a mistake offers the nearest. */
#include "app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/nearest.h>

#include "collected.h"

enum word_kind { WORD_INTENT, WORD_TEXT, WORD_GO, WORD_FILE, WORD_CODE, WORD_WISH, WORD_PANEL, WORD_SERVER };

static const struct word {
	const char *word, *takes;
	enum word_kind kind;
	int what; /* enum intent_kind or enum wish_kind */
} words[] = {
        {"again", NULL, WORD_INTENT, IN_AGAIN},
        {"back", NULL, WORD_INTENT, IN_BACK},
        {"causes", NULL, WORD_PANEL, 0},
        {"close", NULL, WORD_WISH, WISH_START},
        {"collect", "USER@HOST", WORD_SERVER, 0},
        {"expiry", NULL, WORD_PANEL, 0},
        {"explain", "CODE", WORD_CODE, 0},
        {"export", NULL, WORD_PANEL, 0},
        {"file", "PATH", WORD_FILE, 0},
        {"files", NULL, WORD_PANEL, 0},
        {"go", "STEP", WORD_GO, 0},
        {"help", NULL, WORD_PANEL, 0},
        {"map", NULL, WORD_PANEL, 0},
        {"note", "TEXT", WORD_TEXT, IN_NOTE},
        {"quit", NULL, WORD_WISH, WISH_QUIT},
        {"redo", NULL, WORD_INTENT, IN_REDO},
        {"report", NULL, WORD_PANEL, 0},
        {"title", "TEXT", WORD_TEXT, IN_TITLE},
        {"trail", NULL, WORD_PANEL, 0},
        {"undo", NULL, WORD_INTENT, IN_UNDO},
};
#define NWORDS (sizeof(words) / sizeof(words[0]))

static bool begins(const char *word, const char *typed, size_t n)
{
	return strncmp(word, typed, n) == 0;
}

const char *command_hint(const struct app *a, struct arena *mem)
{
	size_t n = strcspn(a->typed.text, " ");
	const char *text = "";

	for (size_t i = 0; i < NWORDS; i++)
		if (begins(words[i].word, a->typed.text, n))
			text = arena_fmt(mem, "%s%s%s%s%s", text, text[0] != '\0' ? "  " : "", words[i].word,
			                 words[i].takes != NULL ? " " : "",
			                 words[i].takes != NULL ? words[i].takes : "");
	return text[0] != '\0' ? text : "no such command; Esc leaves";
}

/* As far as all that fit agree. */
static void complete(struct app *a)
{
	size_t n = a->typed.n, common = 0, fits = 0;
	const char *first = NULL;

	for (size_t i = 0; i < NWORDS && strchr(a->typed.text, ' ') == NULL; i++) {
		if (!begins(words[i].word, a->typed.text, n))
			continue;
		if (fits++ == 0) {
			first = words[i].word;
			common = strlen(first);
		}
		while (common > n && strncmp(first, words[i].word, common) != 0)
			common--;
	}
	if (first == NULL)
		return;
	edit_insert(&a->typed, first + n, common - n);
	if (fits == 1)
		edit_insert(&a->typed, " ", 1);
}

/* Of its first word; what it was to take is right or wrong for itself. */
static void say_nearest(struct app *a, const char *text, size_t n)
{
	char typed[EDIT_MAX + 1];
	struct nearest near = {.word = typed};
	const char *best;

	snprintf(typed, sizeof(typed), "%.*s", (int)n, text);
	for (size_t i = 0; i < NWORDS; i++)
		nearest_try(&near, words[i].word);
	best = nearest_found(&near);
	if (best != NULL)
		app_say(a, MARK_NONE, ":%.40s is no command. The nearest is :%s", typed, best);
	else
		app_say(a, MARK_NONE, ":%.40s is no command. : and Tab list them.", typed);
}

static struct wish go(struct app *a, const char *text)
{
	const struct replay *now = session_now(a->session);
	unsigned long n = strtoul(text, NULL, 10);

	if (n < 1 || n > now->npath) {
		app_say(a, MARK_NONE, ":go takes the number of a step; t shows them.");
		return (struct wish){.kind = WISH_NONE};
	}
	return (struct wish){.kind = WISH_INTENT, .intent = intent_goto(now, n - 1, false)};
}

static struct wish file(struct app *a, const char *text)
{
	char *path = path_absolute(text);
	struct wish w = {.kind = WISH_NONE};

	if (path_exists(path)) {
		snprintf(a->text, sizeof(a->text), "%s", path);
		w = (struct wish){.kind = WISH_FILES, .text = a->text};
	} else {
		app_say(a, MARK_WARN, "There is no file or folder %s.", path);
	}
	free(path);
	return w;
}

static struct wish obey(struct app *a, const struct word *c, const char *rest)
{
	struct wish w = {.kind = WISH_NONE};

	if (c->takes != NULL && rest[0] == '\0') {
		app_say(a, MARK_NONE, ":%s needs more: :%s %s", c->word, c->word, c->takes);
		return w;
	}
	switch (c->kind) {
	case WORD_PANEL:
		a->in.from = (struct place){CX_PAGE, NULL};
		return panel_show(a, panel_named(c->word), false);
	case WORD_INTENT:
		return wish_intent((enum intent_kind)c->what);
	case WORD_TEXT:
		snprintf(a->text, sizeof(a->text), "%s", rest);
		w = wish_intent((enum intent_kind)c->what);
		w.intent.text = a->text;
		return w;
	case WORD_GO:
		return go(a, rest);
	case WORD_FILE:
		return file(a, rest);
	case WORD_CODE:
		return explain_words(a, rest);
	case WORD_SERVER:
		snprintf(a->text, sizeof(a->text), "%s", rest);
		return (struct wish){.kind = WISH_COLLECT, .text = a->text};
	case WORD_WISH:
		w.kind = (enum wish_kind)c->what;
		break;
	}
	return w;
}

struct wish command_begin(struct app *a)
{
	a->commanding = true;
	edit_set(&a->typed, NULL);
	return (struct wish){.kind = WISH_NONE};
}

struct wish command_collect(struct app *a)
{
	char from[COLLECTED_ADDRESS] = "", line[COLLECTED_ADDRESS + 16];

	if (a->session != NULL)
		collected_from(session_case(a->session), from);
	a->commanding = true;
	snprintf(line, sizeof(line), "collect %s", from);
	edit_set(&a->typed, line);
	return (struct wish){.kind = WISH_NONE};
}

struct wish command_action(struct app *a, enum action act, struct key k)
{
	const char *text = a->typed.text + strspn(a->typed.text, " ");
	size_t n = strcspn(text, " ");

	if (act == ACT_CLOSE) {
		a->commanding = false;
	} else if (act == ACT_NEXT) {
		complete(a);
	} else if (act != ACT_ENTER) {
		edit_key(&a->typed, k);
	} else {
		a->commanding = false;
		for (size_t i = 0; i < NWORDS; i++)
			if (strlen(words[i].word) == n && strncmp(words[i].word, text, n) == 0)
				return obey(a, &words[i], text + n + strspn(text + n, " "));
		if (n != 0)
			say_nearest(a, text, n);
	}
	return (struct wish){.kind = WISH_NONE};
}
