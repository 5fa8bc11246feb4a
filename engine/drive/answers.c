/* The answers file of `run --auto`: a YAML map of steps to answers, checked against the flow. */
#include <casebook/auto.h>

#include <errno.h>
#include <string.h>

#include <casebook/io.h>
#include <casebook/yaml.h>

#define ANSWERS_MAX (1u << 20) /* bytes; a flow has some hundred questions */

static int read_all(const char *path, struct buf *out, struct err *err)
{
	int sys = io_read_file(path, out);

	return sys == 0 ? 0
	                : err_set(err, FAIL_USAGE, sys, "--answers %s: %s", path,
	                          sys == EFBIG ? "larger than 1 MiB" : strerror(sys));
}

static void keep_first(void *arg, const struct diag *d)
{
	struct err *err = arg;

	if (err->code == FAIL_NONE)
		err_set(err, FAIL_USAGE, 0, "%s:%u:%u: %s: %s", d->file, d->line, d->col, d->id, d->text);
}

static int refuse(const char *path, const struct ynode *at, struct err *err, const char *what,
                  const char *word)
{
	return err_set(err, FAIL_USAGE, 0, "%s:%u:%u: %s '%s'", path, at->line, at->col, what, word);
}

static int take_row(const char *path, const struct flow *flow, const struct ynode *y, struct answers *out,
                    struct err *err)
{
	const struct node *n = flow_node(flow, y->key->text);
	struct buf ids;

	if (n == NULL || n->kind != NODE_ASK)
		return refuse(path, y->key, err, "the flow has no question", y->key->text);
	if (y->kind != YAML_TEXT)
		return refuse(path, y, err, "one answer is wanted for", y->key->text);
	if (node_answer(n, y->text) == NULL) {
		buf_init(&ids, 300);
		for (size_t i = 0; i < n->nanswers; i++)
			buf_fmt(&ids, "%s%s", i != 0 ? ", " : "", n->answers[i].id);
		err_set(err, FAIL_USAGE, 0, "%s:%u:%u: '%s' is not an answer to '%s'; its answers: %s", path,
		        y->line, y->col, y->text, n->id, buf_cstr(&ids));
		buf_release(&ids);
		return -1;
	}
	out->rows[out->n++] = (struct answer_row){n->id, arena_strdup(out->mem, y->text)};
	return 0;
}

#define ABOUT_ROLES "ndes, server, device"

static int take_about(const char *path, const struct ynode *y, struct answers *out, struct err *err)
{
	if (y->kind != YAML_MAP)
		return refuse(path, y, err,
		              "a map of files or computers to one of " ABOUT_ROLES " is wanted for",
		              y->key->text);
	out->said = arena_array(out->mem, y->n, sizeof(*out->said));
	for (const struct ynode *row = y->child; row != NULL; row = row->next) {
		int role = row->kind == YAML_TEXT ? role_from(row->text) : -1;

		if (role != ROLE_NDES && role != ROLE_SERVER && role != ROLE_DEVICE)
			return refuse(path, row, err, "one of " ABOUT_ROLES " is wanted for", row->key->text);
		out->said[out->nsaid++] = (struct said_of){.name = arena_strdup(out->mem, row->key->text),
		                                           .loose = true,
		                                           .role = (enum role)role,
		                                           .by = BY_ANSWERS};
	}
	return 0;
}

static int take_rows(const char *path, const struct flow *flow, const struct buf *text, struct answers *out,
                     struct err *err)
{
	const struct ynode *root;

	err->code = FAIL_NONE;
	root = yaml_load(out->mem, path, buf_cstr(text), text->n, keep_first, err);
	if (root == NULL && err->code == FAIL_NONE)
		return err_set(err, FAIL_USAGE, 0, "%s: not a YAML file", path);
	if (root == NULL)
		return -1;
	if (root->kind != YAML_MAP)
		return err_set(err, FAIL_USAGE, 0, "%s: expected one line per step, \"step: answer\"", path);
	out->rows = arena_array(out->mem, root->n, sizeof(*out->rows));
	for (const struct ynode *y = root->child; y != NULL; y = y->next) {
		bool about = strcmp(y->key->text, "about") == 0 && flow_node(flow, "about") == NULL;

		if ((about ? take_about(path, y, out, err) : take_row(path, flow, y, out, err)) != 0)
			return -1;
	}
	return 0;
}

int answers_load(const char *path, const struct flow *flow, struct answers *out, struct err *err)
{
	struct buf text;
	int rc;

	buf_init(&text, ANSWERS_MAX);
	*out = (struct answers){.mem = arena_new()};
	rc = read_all(path, &text, err);
	if (rc == 0)
		rc = take_rows(path, flow, &text, out, err);
	buf_release(&text);
	if (rc != 0)
		answers_release(out);
	return rc;
}

void answers_release(struct answers *a)
{
	arena_free(a->mem);
	*a = (struct answers){0};
}

const char *answers_find(const struct answers *a, const char *step)
{
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->rows[i].step, step) == 0)
			return a->rows[i].answer;
	return NULL;
}
