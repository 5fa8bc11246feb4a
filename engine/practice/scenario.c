/* Reads scenario.yaml. */
#include "fronts.h"
#include "practice.h"

#include <string.h>

#include <casebook/io.h>
#include <casebook/yaml.h>

int file_read(const char *path, struct buf *out, struct err *err)
{
	int sys = io_read_file(path, out);

	return sys == 0 ? 0 : err_set(err, FAIL_IO, sys, "%s: %s", path, strerror(sys));
}

struct problem {
	const char *path;
	struct err *err;
	bool any;
};

static void first_problem(void *arg, const struct diag *d)
{
	struct problem *p = arg;

	if (!p->any)
		err_set(p->err, FAIL_FORMAT, 0, "%s:%u:%u: %s", p->path, d->line, d->col, d->text);
	p->any = true;
}

static const char *text_of(const struct ynode *map, const char *key)
{
	const struct ynode *n = yaml_get(map, key);

	if (n != NULL && n->kind == YAML_LIST)
		n = n->child;
	return n != NULL && n->kind == YAML_TEXT ? n->text : NULL;
}

static void take_pairs(struct arena *mem, const struct ynode *map, const char *key, struct pairs *out)
{
	const struct ynode *n = yaml_get(map, key);

	if (n == NULL || n->kind == YAML_TEXT)
		return;
	out->at = arena_array(mem, n->n, sizeof(*out->at));
	for (const struct ynode *c = n->child; c != NULL; c = c->next)
		if (c->kind == YAML_TEXT)
			out->at[out->n++] = (struct pair){c->key != NULL ? c->key->text : "", c->text};
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* Answers of a person, a file for one purpose alone and options of `run` are not to be shown in a wizard. */
static bool plays(const struct ynode *root, const struct scenario *s)
{
	static const char *const not [] = {"answers", "slots", "about"};

	for (size_t i = 0; i < sizeof(not ) / sizeof(not [0]); i++)
		if (yaml_get(root, not [i]) != NULL)
			return false;
	return front_exists(s->front);
}

struct scenario *scenario_load(struct arena *mem, const char *folder, struct err *err)
{
	const char *path = arena_fmt(mem, "%s/scenario.yaml", folder);
	struct scenario *s = arena_alloc(mem, sizeof(*s));
	struct problem p = {path, err, false};
	struct ynode *root = NULL;
	const struct ynode *wanted;
	struct buf text;

	buf_init(&text, FILE_MOST);
	if (file_read(path, &text, err) == 0)
		root = yaml_load(mem, path, buf_cstr(&text), text.n, first_problem, &p);
	buf_release(&text);
	if (root == NULL)
		return NULL;
	wanted = yaml_get(root, "wanted");
	s->folder = arena_strdup(mem, folder);
	s->name = last_part(s->folder);
	s->story = text_of(root, "story");
	s->truth = text_of(root, "cause");
	s->front = text_of(root, "front");
	s->verdict = text_of(wanted, "verdict");
	if (s->story == NULL || s->truth == NULL || s->verdict == NULL) {
		err_set(err, FAIL_FORMAT, 0, "%s: it needs story, cause and wanted: verdict", path);
		return NULL;
	}
	if (s->front == NULL)
		s->front = "none";
	take_pairs(mem, root, "inputs", &s->inputs);
	take_pairs(mem, root, "bytes", &s->bytes);
	take_pairs(mem, root, "mtimes", &s->mtimes);
	take_pairs(mem, wanted, "causes", &s->causes);
	s->playable = plays(root, s);
	return s;
}
