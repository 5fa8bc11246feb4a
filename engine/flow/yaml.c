/* YAML into a tree of our own, from libfyaml's events: so every duplicate key, alias and anchor
 * is seen with its place, and nothing is ever resolved (an alias bomb has nothing to expand).
 * Knows YAML; knows nothing of flows. */
#include "flow_int.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/utf8.h>

#include <libfyaml.h>

struct builder {
	struct arena *mem;
	struct problems *p;
	struct ynode *root;
	struct ynode *open[YAML_MAX_DEPTH];
	struct ynode *key[YAML_MAX_DEPTH]; /* read, waiting for its value */
	size_t depth;
	unsigned documents;
	bool stop;
};

static void silent(struct fy_diag *diag, void *user, const char *text, size_t len)
{
	(void)diag;
	(void)user;
	(void)text;
	(void)len;
}

static void place_of(struct fy_event *e, unsigned *line, unsigned *col)
{
	const struct fy_mark *m = fy_event_start_mark(e);

	*line = m == NULL || m->line < 0 ? 1 : (unsigned)m->line + 1;
	*col = m == NULL || m->column < 0 ? 1 : (unsigned)m->column + 1;
}

static struct ynode *node_new(struct builder *b, enum ynode_kind kind, struct fy_event *e)
{
	struct ynode *n = arena_alloc(b->mem, sizeof(*n));

	n->kind = kind;
	place_of(e, &n->line, &n->col);
	return n;
}

/* Escapes such as "\e" and "\u202e" bring back what bytes_check() kept out. */
static void check_text(struct builder *b, const struct ynode *n)
{
	size_t i = 0;
	uint32_t cp;

	while (i < n->len) {
		if (n->text[i] >= ' ' && n->text[i] <= '~') {
			i++; /* nearly all of it */
			continue;
		}
		i += utf8_decode(n->text + i, n->len - i, &cp);
		if (cp != '\n' && cp != '\t' && utf8_is_unsafe(cp)) {
			problem(b->p, DG_control_character, n, arena_fmt(b->p->mem, "U+%04X", (unsigned)cp),
			        NULL, NULL);
			return;
		}
	}
}

static struct ynode *scalar_new(struct builder *b, struct fy_event *e)
{
	struct ynode *n = node_new(b, YAML_TEXT, e);
	const char *text = fy_token_get_text(e->scalar.value, &n->len);
	enum fy_scalar_style style;

	if (text == NULL)
		n->len = 0;
	n->text = text == NULL ? "" : arena_strndup(b->mem, text, n->len);
	style = fy_token_scalar_style(e->scalar.value);
	n->plain = style == FYSS_PLAIN;
	n->off = (n->plain && n->len == 0) || style == FYSS_LITERAL || style == FYSS_FOLDED;
	check_text(b, n);
	return n;
}

static const char *token_text(struct builder *b, struct fy_token *t)
{
	size_t n = 0;
	const char *s = fy_token_get_text(t, &n);

	return s == NULL ? "" : arena_strndup(b->p->mem, s, n);
}

/* Decorations that a flow may not have. */
static void check_event(struct builder *b, struct fy_event *e)
{
	struct fy_token *anchor = fy_event_get_anchor_token(e), *tag = fy_event_get_tag_token(e);
	unsigned line, col;

	place_of(e, &line, &col);
	if (e->type == FYET_ALIAS) {
		const char *name = token_text(b, e->alias.anchor);

		problem_at(b->p, DG_alias, line, col > 1 ? col - 1 : col, arena_fmt(b->p->mem, "*%s", name),
		           NULL, NULL);
		return;
	}
	if (anchor != NULL) {
		const struct fy_mark *m = fy_token_start_mark(anchor); /* of the name, past the & */

		problem_at(b->p, DG_anchor, m == NULL ? line : (unsigned)m->line + 1,
		           m == NULL ? col : (unsigned)m->column,
		           arena_fmt(b->p->mem, "&%s", token_text(b, anchor)), NULL, NULL);
	}
	if (tag != NULL)
		problem_at(b->p, DG_tag, line, col, token_text(b, tag), NULL, NULL);
}

static void append(struct ynode *parent, struct ynode *n)
{
	if (parent->last == NULL)
		parent->child = n;
	else
		parent->last->next = n;
	parent->last = n;
	parent->n++;
}

/* A node is complete as far as its parent is concerned: a key, a value, an item or the root. */
static void attach(struct builder *b, struct ynode *n)
{
	struct ynode *parent;
	struct ynode **key;

	if (b->depth == 0) {
		b->root = n;
		return;
	}
	parent = b->open[b->depth - 1];
	key = &b->key[b->depth - 1];
	if (parent->kind == YAML_LIST) {
		append(parent, n);
	} else if (*key == NULL) {
		*key = n;
		if (n->kind != YAML_TEXT)
			problem(b->p, DG_key_not_text, n, NULL, NULL, NULL);
		else if (n->plain && strcmp(n->text, "<<") == 0)
			problem(b->p, DG_merge_key, n, NULL, NULL, NULL);
	} else {
		n->key = *key;
		*key = NULL;
		append(parent, n);
		if (n->kind == YAML_TEXT && n->off) { /* nothing written, or a block that begins below */
			n->line = n->key->line;
			n->col = n->key->col;
		}
	}
}

static void open_node(struct builder *b, struct ynode *n)
{
	attach(b, n);
	if (b->depth == YAML_MAX_DEPTH) {
		problem(b->p, DG_too_deep, n, arena_fmt(b->p->mem, "%d", YAML_MAX_DEPTH), NULL, NULL);
		b->stop = true;
		return;
	}
	b->open[b->depth] = n;
	b->key[b->depth++] = NULL;
}

static void say_duplicate(struct builder *b, const struct ynode *key, const struct ynode *first)
{
	problem(b->p, DG_duplicate_key, key, key->text, arena_fmt(b->p->mem, "%u", first->line), NULL);
}

static void close_big_map(struct builder *b, const struct ynode *map)
{
	struct names *seen = names_new(b->p->mem, map->n);
	const struct ynode **first = arena_array(b->p->mem, map->n, sizeof(const struct ynode *));
	long i = 0;

	for (const struct ynode *c = map->child; c != NULL; c = c->next, i++) {
		long before;

		if (c->key->kind != YAML_TEXT)
			continue;
		first[i] = c->key;
		before = names_add(seen, c->key->text, i);
		if (before >= 0)
			say_duplicate(b, c->key, first[before]);
	}
}

static void close_map(struct builder *b, const struct ynode *map)
{
	enum { SMALL = 12 }; /* most maps: comparing is cheaper than a table */

	if (map->n > SMALL) {
		close_big_map(b, map);
		return;
	}
	for (const struct ynode *c = map->child; c != NULL; c = c->next) {
		const struct ynode *f = map->child;

		while (f != c && (f->key->kind != YAML_TEXT || c->key->kind != YAML_TEXT ||
		                  strcmp(f->key->text, c->key->text) != 0))
			f = f->next;
		if (f != c)
			say_duplicate(b, c->key, f->key);
	}
}

static void close_node(struct builder *b)
{
	const struct ynode *n = b->depth > 0 ? b->open[--b->depth] : NULL;

	if (n != NULL && n->kind == YAML_MAP)
		close_map(b, n);
}

static void document(struct builder *b, struct fy_event *e)
{
	unsigned line, col;

	if (++b->documents == 1)
		return;
	place_of(e, &line, &col);
	problem_at(b->p, DG_second_document, line, col, NULL, NULL, NULL);
	b->stop = true;
}

static void take(struct builder *b, struct fy_event *e)
{
	switch (e->type) {
	case FYET_DOCUMENT_START:
		document(b, e);
		break;
	case FYET_MAPPING_START:
	case FYET_SEQUENCE_START:
		check_event(b, e);
		open_node(b, node_new(b, e->type == FYET_MAPPING_START ? YAML_MAP : YAML_LIST, e));
		break;
	case FYET_MAPPING_END:
	case FYET_SEQUENCE_END:
		close_node(b);
		break;
	case FYET_SCALAR:
		check_event(b, e);
		attach(b, scalar_new(b, e));
		break;
	case FYET_ALIAS: {
		struct ynode *n = node_new(b, YAML_TEXT, e);

		check_event(b, e);
		n->text = "";
		attach(b, n);
		break;
	}
	case FYET_NONE:
	case FYET_STREAM_START:
	case FYET_STREAM_END:
	case FYET_DOCUMENT_END:
		break;
	}
}

static void report_syntax(struct builder *b, struct fy_diag *diag)
{
	struct fy_diag_error *e;
	void *iter = NULL;
	bool any = false;

	while ((e = fy_diag_errors_iterate(diag, &iter)) != NULL) {
		unsigned line = e->line > 0 ? (unsigned)e->line : 1,
		         col = e->column > 0 ? (unsigned)e->column : 1;

		if (e->type < FYET_ERROR || any)
			continue;
		any = true; /* what follows a syntax error is its echo */
		problem_at(b->p, DG_not_yaml, line, col, e->msg, NULL, NULL);
	}
	if (!any)
		problem_at(b->p, DG_not_yaml, 1, 1, "the parser gave up without saying why", NULL, NULL);
}

static void run(struct builder *b, struct fy_parser *parser, struct fy_diag *diag)
{
	struct fy_event *e;
	bool ended = false;

	while (!b->stop && !ended && (e = fy_parser_parse(parser)) != NULL) {
		ended = e->type == FYET_STREAM_END;
		take(b, e);
		fy_parser_event_free(parser, e);
	}
	if (!b->stop && (!ended || fy_parser_get_stream_error(parser)))
		report_syntax(b, diag);
	else if (b->root == NULL || (b->root->kind == YAML_TEXT && b->root->len == 0))
		problem_at(b->p, DG_empty_file, 1, 1, NULL, NULL, NULL);
}

struct ynode *yaml_tree(struct arena *mem, struct problems *p, const char *text, size_t n)
{
	struct builder b = {.mem = mem, .p = p};
	struct fy_diag_cfg dcfg;
	struct fy_parse_cfg cfg = {.flags = FYPCF_DEFAULT_VERSION_1_2 | FYPCF_JSON_NONE};
	struct fy_parser *parser;
	struct fy_diag *diag;

	fy_diag_cfg_default(&dcfg);
	dcfg.fp = NULL;
	dcfg.output_fn = silent;
	diag = fy_diag_create(&dcfg);
	if (diag == NULL)
		return NULL;
	fy_diag_set_collect_errors(diag, true);
	cfg.diag = diag;
	parser = fy_parser_create(&cfg);
	if (parser != NULL && fy_parser_set_string(parser, text, n) == 0)
		run(&b, parser, diag);
	else
		problem_at(p, DG_not_yaml, 1, 1, "the parser could not be started", NULL, NULL);
	if (parser != NULL)
		fy_parser_destroy(parser);
	fy_diag_destroy(diag);
	return b.root;
}

struct ynode *yaml_load(struct arena *mem, const char *name, const char *text, size_t n,
                        void (*diag)(void *arg, const struct diag *d), void *arg)
{
	struct problems p = {.mem = arena_new()};
	struct ynode *root = NULL;
	bool clean;

	if (bytes_check(&p, text, n))
		root = yaml_tree(mem, &p, text, n);
	clean = p.errors == 0;
	problems_send(&p, name, diag, arg);
	arena_free(p.mem);
	problems_free(&p);
	return clean ? root : NULL;
}

const struct ynode *yaml_get(const struct ynode *map, const char *key)
{
	if (map == NULL || map->kind != YAML_MAP)
		return NULL;
	for (const struct ynode *c = map->child; c != NULL; c = c->next)
		if (c->key->kind == YAML_TEXT && strcmp(c->key->text, key) == 0)
			return c;
	return NULL;
}

bool yaml_is_null(const struct ynode *n)
{
	if (n == NULL)
		return true;
	if (n->kind != YAML_TEXT || !n->plain)
		return false;
	return n->len == 0 || strcmp(n->text, "~") == 0 || strcmp(n->text, "null") == 0;
}
