/* The table of keys: which part of a flow has which keys, of what shape, and which it cannot do
 * without.  The JSON Schema in assets/ says the same; a test compares them. */
#include "flow_int.h"

#include <string.h>

#include <casebook/utf8.h>

#define MAX_ID 64 /* ids stand in tables and file names */
#define MAX_INT 1000000000

const struct key_row key_table[] = {
        {AT_FLOW, "flow", SHAPE_WORD, true},
        {AT_FLOW, "version", SHAPE_INT, true},
        {AT_FLOW, "title", SHAPE_LABEL, true},
        {AT_FLOW, "summary", SHAPE_LINE, false},
        {AT_FLOW, "source", SHAPE_MAP, false},
        {AT_FLOW, "start", SHAPE_WORD, true},
        {AT_FLOW, "inputs", SHAPE_MAP, false},
        {AT_FLOW, "steps", SHAPE_MAP, true},
        {AT_FLOW, "causes", SHAPE_MAP, false},
        {AT_SOURCE, "title", SHAPE_LINE, true},
        {AT_SOURCE, "url", SHAPE_LINE, false},
        {AT_INPUT, "type", SHAPE_WORD, true},
        {AT_INPUT, "label", SHAPE_LABEL, true},
        {AT_INPUT, "help", SHAPE_PROSE, false},
        {AT_INPUT, "ends_with", SHAPE_LINE, false},
        {AT_INPUT, "choices", SHAPE_MAP, false},
        {AT_INPUT, "fetch", SHAPE_PROSE, false},
        {AT_INPUT, "trip", SHAPE_LINE, false},
        {AT_FORM, "label", SHAPE_LABEL, false},
        {AT_FORM, "ask", SHAPE_LABEL, false},
        {AT_FORM, "text", SHAPE_PROSE, false},
        {AT_FORM, "source", SHAPE_LINE, false},
        {AT_FORM, "section", SHAPE_LINE, false},
        {AT_FORM, "form", SHAPE_LIST, true},
        {AT_FORM, "go", SHAPE_WORD, true},
        {AT_ASK, "label", SHAPE_LABEL, false},
        {AT_ASK, "ask", SHAPE_LABEL, true},
        {AT_ASK, "text", SHAPE_PROSE, false},
        {AT_ASK, "source", SHAPE_LINE, false},
        {AT_ASK, "section", SHAPE_LINE, false},
        {AT_ASK, "good", SHAPE_LINE, false},
        {AT_ASK, "checks", SHAPE_LIST, false},
        {AT_ASK, "answers", SHAPE_MAP, true},
        {AT_ASK, "order", SHAPE_WORD, false},
        {AT_FIX, "label", SHAPE_LABEL, false},
        {AT_FIX, "ask", SHAPE_LABEL, false},
        {AT_FIX, "text", SHAPE_PROSE, false},
        {AT_FIX, "source", SHAPE_LINE, false},
        {AT_FIX, "section", SHAPE_LINE, false},
        {AT_FIX, "fix", SHAPE_WORD, true},
        {AT_FIX, "go", SHAPE_WORD, true},
        {AT_END, "label", SHAPE_LABEL, false},
        {AT_END, "ask", SHAPE_LABEL, false},
        {AT_END, "text", SHAPE_PROSE, false},
        {AT_END, "source", SHAPE_LINE, false},
        {AT_END, "section", SHAPE_LINE, false},
        {AT_END, "end", SHAPE_WORD, true},
        {AT_END, "cause", SHAPE_WORD, false},
        {AT_CHECK, "probe", SHAPE_WORD, true},
        {AT_CHECK, "when", SHAPE_COND, false},
        {AT_ANSWER, "label", SHAPE_LABEL, true},
        {AT_ANSWER, "note", SHAPE_LINE, false},
        {AT_ANSWER, "claims", SHAPE_WORD, false},
        {AT_ANSWER, "when", SHAPE_COND, false},
        {AT_ANSWER, "go", SHAPE_WORD, true},
        {AT_CAUSE, "title", SHAPE_LABEL, true},
        {AT_CAUSE, "severity", SHAPE_WORD, false},
        {AT_CAUSE, "summary", SHAPE_PROSE, false},
        {AT_CAUSE, "remedy", SHAPE_LINE, false},
        {AT_CAUSE, "supported", SHAPE_COND, false},
        {AT_CAUSE, "symptom", SHAPE_COND, false},
        {AT_CAUSE, "unless", SHAPE_COND, false},
        {AT_CAUSE, "excluded", SHAPE_COND, false},
        {AT_CAUSE, "applies", SHAPE_COND, false},
        {AT_CAUSE, "yields", SHAPE_LIST, false},
        {AT_CAUSE, "later", SHAPE_WORD, false},
        {AT_CAUSE, "topic", SHAPE_LABEL, false},
        {AT_CAUSE, "fix", SHAPE_LIST, false}, /* the checks ask for these four, by severity */
        {AT_CAUSE, "source", SHAPE_LINE, false},
        {AT_CAUSE, "section", SHAPE_LINE, false},
        {AT_CAUSE, "verify", SHAPE_WORD, false},
        {AT_CAUSE, "good", SHAPE_LINE, false},
        {AT_FIX_ITEM, "do", SHAPE_LINE, true},
        {AT_FIX_ITEM, "who", SHAPE_LINE, false},
        {AT_FIX_ITEM, "where", SHAPE_LINE, false},
        {AT_FIX_ITEM, "changes", SHAPE_LINE, false},
        {AT_FIX_ITEM, "run", SHAPE_LINE, false},
};
const size_t key_table_n = sizeof(key_table) / sizeof(key_table[0]);

const char *const input_type_words[] = {"text", "url", "host", "file", "choice", "time", NULL};
const char *const order_words[] = {"matters", NULL};
const char *const verdict_words[] = {"inconclusive", "fault", "healthy", NULL};
const char *const yes_words[] = {"yes", NULL};
const char *const nothing_words[] = {"nothing", NULL};
const char *const severity_words[] = {"fault", "warning", "note", NULL};

const char *place_id(enum place p)
{
	static const char *const ids[] = {"flow", "source", "input",  "form",  "ask",     "fix",
	                                  "end",  "check",  "answer", "cause", "fix_item"};

	_Static_assert(sizeof(ids) / sizeof(ids[0]) == AT__MAX, "a name for every place");
	return ids[p];
}

static const char *place_words(enum place p)
{
	static const char *const words[] = {"a flow",
	                                    "'source'",
	                                    "an input",
	                                    "a step with 'form'",
	                                    "a step with 'ask'",
	                                    "a step with 'fix'",
	                                    "a step with 'end'",
	                                    "a check",
	                                    "an answer",
	                                    "a cause",
	                                    "a line of a fix"};

	_Static_assert(sizeof(words) / sizeof(words[0]) == AT__MAX, "words for every place");
	return words[p];
}

const char *shape_name(enum shape s)
{
	static const char *const names[] = {"one line of text",
	                                    "one line of text",
	                                    "text",
	                                    "one word",
	                                    "a whole number",
	                                    "a map",
	                                    "a list",
	                                    "a condition: a map of tests, or a list of such maps"};

	return names[s];
}

static bool one_line(struct problems *p, const char *key, const struct ynode *v)
{
	const char *end = memchr(v->text, '\n', v->len);

	if (end == NULL || end == v->text + v->len - 1) /* a block scalar ends with a line end */
		return true;
	problem(p, DG_many_lines, v, key, NULL, NULL);
	return false;
}

static bool text_check(struct problems *p, const char *key, enum shape shape, const struct ynode *v)
{
	size_t cols = 0;

	if (v->len == 0 || yaml_is_null(v)) {
		problem(p, DG_empty_part, v, key, "write its text or leave the key out", NULL);
		return false;
	}
	if (v->len > FLOW_MAX_PROSE) {
		problem(p, DG_too_long, v, key, arena_fmt(p->mem, "%zu bytes", v->len),
		        arena_fmt(p->mem, "%d", FLOW_MAX_PROSE));
		return false;
	}
	if (shape == SHAPE_PROSE)
		return true;
	if (!one_line(p, key, v))
		return false;
	if (shape == SHAPE_LABEL)
		cols = utf8_width(v->text, v->len);
	if (cols > FLOW_MAX_LABEL) {
		problem(p, DG_too_long, v, key, arena_fmt(p->mem, "%zu columns", cols),
		        arena_fmt(p->mem, "%d", FLOW_MAX_LABEL));
		return false;
	}
	return true;
}

static bool int_check(struct problems *p, const char *key, const struct ynode *v)
{
	long n = 0;

	for (size_t i = 0; i < v->len; i++) {
		if (v->text[i] < '0' || v->text[i] > '9' || n > MAX_INT) {
			n = 0;
			break;
		}
		n = 10 * n + (v->text[i] - '0');
	}
	if (n >= 1 && n <= MAX_INT && v->plain)
		return true;
	problem(p, DG_bad_number, v, key, "1 to 1000000000", NULL);
	return false;
}

bool shape_check(struct problems *p, const char *key, enum shape shape, const struct ynode *v)
{
	bool text = v->kind == YAML_TEXT;

	if (shape == SHAPE_COND   ? text
	    : shape == SHAPE_MAP  ? v->kind != YAML_MAP
	    : shape == SHAPE_LIST ? v->kind != YAML_LIST
	                          : !text) {
		problem(p, DG_wrong_kind, v, key, shape_name(shape), NULL);
		return false;
	}
	if (shape == SHAPE_INT)
		return int_check(p, key, v);
	if (text)
		return text_check(p, key, shape, v);
	if (v->n == 0) {
		problem(p, DG_empty_part, v, key, "give it at least one entry or leave the key out", NULL);
		return false;
	}
	return true;
}

static const struct key_row *row_of(enum place place, const char *key)
{
	for (size_t i = 0; i < key_table_n; i++)
		if (key_table[i].place == place && strcmp(key_table[i].key, key) == 0)
			return &key_table[i];
	return NULL;
}

static void unknown_key(struct problems *p, enum place place, const struct ynode *key)
{
	struct nearest near = {.word = key->text};

	for (size_t i = 0; i < key_table_n; i++)
		if (key_table[i].place == place)
			nearest_try(&near, key_table[i].key);
	problem(p, DG_unknown_key, key, key->text, place_words(place), nearest_text(p->mem, &near));
}

bool keys_check(struct problems *p, enum place place, const struct ynode *map, const struct ynode *at,
                const char *owner)
{
	bool seen[sizeof(key_table) / sizeof(key_table[0])] = {false};

	if (map->kind != YAML_MAP) {
		problem(p, DG_wrong_kind, map, owner, "a map", NULL);
		return false;
	}
	for (const struct ynode *c = map->child; c != NULL; c = c->next) {
		const struct key_row *row;

		if (c->key->kind != YAML_TEXT)
			continue; /* reported when it was read */
		row = row_of(place, c->key->text);
		if (row != NULL) {
			seen[row - key_table] = true;
			shape_check(p, row->key, row->shape, c);
		} else if (place != AT_CHECK) { /* the other keys of a check are its probe's parameters */
			unknown_key(p, place, c->key);
		}
	}
	for (size_t i = 0; i < key_table_n; i++)
		if (key_table[i].place == place && key_table[i].required && !seen[i])
			problem(p, DG_missing_key, at, owner, key_table[i].key, NULL);
	return true;
}

bool id_check(struct problems *p, const struct ynode *at, bool underscore)
{
	bool good = at->kind == YAML_TEXT && at->len > 0 && at->len <= MAX_ID;

	for (size_t i = 0; good && i < at->len; i++) {
		char c = at->text[i];

		good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9' && (i > 0 || !underscore)) ||
		       (i > 0 && c == (underscore ? '_' : '-'));
	}
	if (!good && at->kind == YAML_TEXT)
		problem(p, DG_bad_id, at, at->text,
		        underscore ? "a letter, then at most 63 of a-z, 0-9 and underscore"
		                   : "at most 64 of a-z, 0-9 and dash, not beginning with a dash",
		        NULL);
	return good;
}
