/* What was measured: every probe with its facts, conversations, certificates, files, and how to see it by
 * hand. */
#include "report_int.h"

#include <string.h>

/* Lists of maps become tables up to these sizes; the JSON has all of it. */
#define TABLE_ROWS_MAX 200
#define TABLE_COLUMNS_MAX 9
#define PINS_SHOWN 12

static const char *const columns_first[] = {"device",  "client", "user_agent", "platform",
                                            "subject", "role",   NULL};

static size_t add_column(const char **cols, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(cols[i], key) == 0)
			return n;
	if (n < TABLE_COLUMNS_MAX)
		cols[n++] = key;
	return n;
}

static bool any_has(const struct value *list, const char *key)
{
	for (size_t i = 0; i < list->u.list.n; i++)
		if (value_find(&list->u.list.items[i], key) != NULL)
			return true;
	return false;
}

static size_t columns_of(const struct value *list, const char **cols)
{
	size_t n = 0;

	for (size_t i = 0; columns_first[i] != NULL; i++)
		if (any_has(list, columns_first[i]))
			n = add_column(cols, n, columns_first[i]);
	for (size_t i = 0; i < list->u.list.n && i < TABLE_ROWS_MAX; i++) {
		const struct value *v = &list->u.list.items[i];

		for (size_t k = 0; v->type == VAL_MAP && k < v->u.map.n; k++)
			n = add_column(cols, n, v->u.map.items[k].key);
	}
	return n;
}

static bool is_table(const struct value *v)
{
	return v->type == VAL_LIST && v->u.list.n != 0 && v->u.list.items[0].type == VAL_MAP;
}

static const char *words(struct report *r, const char *key)
{
	char *out = arena_strdup(r->mem, key);

	for (char *p = out; *p != '\0'; p++)
		*p = *p == '_' ? ' ' : *p;
	return out;
}

static void table_of(struct report *r, struct rnode *parent, const char *caption, const struct value *list)
{
	const char *cols[TABLE_COLUMNS_MAX + 1] = {NULL}, *names[TABLE_COLUMNS_MAX + 1] = {NULL};
	size_t n = columns_of(list, cols);
	struct rnode *table = rn_add(r, parent, R_TABLE, caption);

	table->level = 1;
	for (size_t k = 0; k < n; k++)
		names[k] = words(r, cols[k]);
	rn_head(r, table, names);
	for (size_t i = 0; i < list->u.list.n && i < TABLE_ROWS_MAX; i++) {
		struct rnode *row = rn_add(r, table, R_ROW, NULL);

		for (size_t k = 0; k < n; k++) {
			const struct value *v = value_find(&list->u.list.items[i], cols[k]);

			rn_cell(r, row, R_MONO, v != NULL ? tree_value(r, v) : NULL)->level = k == 0;
		}
	}
	if (list->u.list.n > TABLE_ROWS_MAX)
		rn_fmt(r, parent, R_PARA, "%zu more rows; the JSON report has them.",
		       list->u.list.n - TABLE_ROWS_MAX);
}

void tree_conversations(struct report *r, struct rnode *doc)
{
	struct rnode *s = rn_section(r, doc, 1, "conversations", "Conversations, device by device");
	size_t n = 0;

	for (size_t i = 0; i < r->model->nevidence; i++) {
		const struct evidence *e = r->model->evidence[i];
		const struct value *v = evidence_fact(e, "conversations");

		if (v == NULL || !is_table(v))
			continue;
		table_of(r, s, arena_fmt(r->mem, "E%u: %s of %s", e->id, e->probe, e->target), v);
		n++;
	}
	if (n == 0)
		rn_add(r, s, R_PARA, "None: no log with requests of devices was read.");
}

static enum report_mark outcome_mark(const struct evidence *e)
{
	return e->outcome == EV_MEASURED ? RM_OK : e->outcome == EV_UNREACHED ? RM_BAD : RM_WARN;
}

static void probe_row(struct report *r, const void *of, size_t i, struct rnode *row)
{
	const struct evidence *e = ((const struct evidence *const *)of)[i];
	struct rnode *cell;

	row->mark = (unsigned char)outcome_mark(e);
	cell = rn_cell(r, row, R_REF, tree_number(r->mem, "E", e->id));
	cell->level = 1;
	cell->id = tree_number(r->mem, "e", e->id);
	rn_cell(r, row, R_MONO, e->probe);
	rn_cell(r, row, R_MONO, e->target);
	rn_add(r, rn_add(r, row, R_CELL, NULL), R_MARK, evidence_outcome_name(e->outcome))->mark = row->mark;
	cell = rn_cell(r, row, R_MONO, e->host != NULL ? e->host : "unknown");
	if (e->network != NULL)
		rn_fmt(r, cell, R_TEXT, "(%s)", e->network);
	if (e->proxy != NULL) {
		rn_add(r, cell, R_TEXT, "through");
		rn_add(r, cell, R_MONO, e->proxy);
	}
	rn_cell(r, row, R_TIME, tree_clock(r, e->started_ms));
	rn_cell(r, row, R_TEXT, arena_fmt(r->mem, "%u ms", e->took_ms));
}

/* Facts that are tables stand after the others, each for itself. */
static const struct fact *plain_fact(const struct evidence *e, size_t nth)
{
	for (size_t i = 0; i < e->nfacts; i++)
		if (!is_table(&e->facts[i].value) && nth-- == 0)
			return &e->facts[i];
	return NULL;
}

static void fact_row(struct report *r, const void *of, size_t i, struct rnode *row)
{
	const struct fact *f = plain_fact(of, i);

	rn_cell(r, row, R_MONO, f->key)->level = 1;
	rn_cell(r, row, f->value.type == VAL_NULL ? R_MUTED : R_MONO, tree_value(r, &f->value));
}

static void facts(struct report *r, struct rnode *fold, const struct evidence *e)
{
	static const char *const heads[] = {"Fact", "Value", NULL};
	size_t plain = 0;

	for (size_t i = 0; i < e->nfacts; i++)
		plain += !is_table(&e->facts[i].value);
	if (plain != 0) {
		struct rnode *table = rn_add(r, fold, R_TABLE, arena_fmt(r->mem, "Facts of E%u", e->id));

		rn_head(r, table, heads);
		rn_rows(r, table, plain, fact_row, e);
	}
	for (size_t i = 0; i < e->nfacts; i++)
		if (is_table(&e->facts[i].value) && strcmp(e->facts[i].key, "conversations") != 0)
			table_of(r, fold, arena_fmt(r->mem, "%s of E%u", e->facts[i].key, e->id),
			         &e->facts[i].value);
}

static void lines(struct report *r, struct rnode *fold, const struct evidence *e)
{
	struct rnode *list;

	if (e->npins == 0)
		return;
	list = rn_add(r, fold, R_LIST, NULL);
	for (size_t i = 0; i < e->npins && i < PINS_SHOWN; i++) {
		const struct pin *p = &e->pins[i];
		struct rnode *item = rn_add(r, list, R_ITEM, NULL);

		rn_add(r, item, R_MONO, p->fact != NULL ? p->fact : e->probe);
		rn_add(r, item, R_TEXT, "in");
		rn_add(r, item, R_MONO, tree_place(r, &(struct citation){e, NULL, p, 0}));
		if (p->at_ms != PIN_NO_TIME) {
			rn_add(r, item, R_TEXT, ",");
			rn_add(r, item, R_TIME, tree_time(r, p->at_ms));
		}
		rn_fmt(r, item, R_MUTED, "(byte %llu)", (unsigned long long)p->offset);
		if (p->text != NULL)
			rn_add(r, item, R_CODE, p->text);
	}
	if (e->npins > PINS_SHOWN)
		rn_fmt(r, fold, R_PARA, "%zu more lines; the JSON report has them.", e->npins - PINS_SHOWN);
}

static void one_probe(struct report *r, struct rnode *s, const struct evidence *e)
{
	struct rnode *fold =
	        rn_fmt(r, s, R_FOLD, "E%u %s: %s, %s", e->id, e->probe,
	               e->target != NULL ? e->target : "no target", evidence_outcome_name(e->outcome));

	fold->id = tree_number(r->mem, "e", e->id);
	if (e->why != NULL)
		rn_fmt(r, fold, R_PARA, "Why: %s", e->why);
	if (e->sha256 != NULL) {
		struct rnode *p = rn_add(r, fold, R_PARA, "SHA-256 of the file as read:");

		rn_add(r, p, R_MONO, e->sha256);
	}
	facts(r, fold, e);
	lines(r, fold, e);
}

void tree_probes(struct report *r, struct rnode *doc)
{
	static const char *const heads[] = {"No.",  "Probe",         "Target", "Outcome",
	                                    "From", "Started (UTC)", "Took",   NULL};
	struct rnode *s = rn_section(r, doc, 1, "probes", "What was measured"), *table;

	if (r->model->nevidence == 0) {
		rn_add(r, s, R_PARA, "Nothing was measured.");
		return;
	}
	table = rn_add(r, s, R_TABLE, "Probes with vantage and timing");
	rn_head(r, table, heads);
	rn_rows(r, table, r->model->nevidence, probe_row, r->model->evidence);
	for (size_t i = 0; i < r->model->nevidence; i++)
		one_probe(r, s, r->model->evidence[i]);
}

static void expiry_row(struct report *r, struct rnode *table, const struct expiry *x)
{
	struct rnode *row = rn_add(r, table, R_ROW, NULL), *cell;
	int64_t days = expiry_days(x, r->made_ms);
	bool over = x->at_ms <= r->made_ms;

	row->mark = over ? RM_BAD : days < EXPIRY_SOON ? RM_WARN : RM_OK;
	rn_cell(r, row, R_TIME, tree_clock(r, x->at_ms))->level = 1;
	cell = rn_add(r, row, R_CELL, NULL);
	rn_fmt(r, cell, R_MARK, over ? "ended" : "%lld days left", (long long)days)->mark = row->mark;
	rn_cell(r, row, R_MONO, x->subject);
	rn_cell(r, row, R_TEXT, x->role != NULL ? x->role : "unknown");
	cell = rn_cell(r, row, R_TEXT, NULL);
	tree_evidence_ref(r, cell, x->e->id);
	rn_add(r, cell, R_MONO, x->e->probe);
	rn_cell(r, row, R_MONO, x->sha256);
}

void tree_expiries(struct report *r, struct rnode *doc)
{
	static const char *const heads[] = {"Ends (UTC)", "As of this report", "Subject", "Role",
	                                    "Seen by",    "Thumbprint",        NULL};
	struct rnode *s = rn_section(r, doc, 1, "expiries", "Certificates seen, by the day they end"), *table;

	if (r->model->nexpiries == 0) {
		rn_add(r, s, R_PARA, "No certificate was seen.");
		return;
	}
	table = rn_add(r, s, R_TABLE, "Expiry calendar");
	rn_head(r, table, heads);
	for (size_t i = 0; i < r->model->nexpiries; i++)
		expiry_row(r, table, &r->model->expiries[i]);
}

static void unread_files(struct report *r, struct rnode *s)
{
	static const char *const heads[] = {"File", "Why", "Looked at by", NULL};
	struct rnode *table;

	if (r->diag->nunread == 0)
		return;
	table = rn_add(r, s, R_TABLE, "Given, and not read or not to its end");
	rn_head(r, table, heads);
	for (size_t i = 0; i < r->diag->nunread; i++) {
		const struct evidence *e = report_evidence(r, r->diag->unread[i]);
		struct rnode *row = rn_add(r, table, R_ROW, NULL), *cell;

		row->mark = RM_WARN;
		rn_cell(r, row, R_MONO, e->target != NULL ? e->target : "?")->level = 1;
		rn_cell(r, row, R_TEXT, unread_why(e));
		cell = rn_cell(r, row, R_MONO, e->probe);
		tree_evidence_ref(r, cell, e->id);
	}
}

void tree_files(struct report *r, struct rnode *doc)
{
	static const char *const heads[] = {"File", "SHA-256", "Read by", NULL};
	struct rnode *s = rn_section(r, doc, 1, "files", "Files read"), *table;

	unread_files(r, s);
	if (r->model->nfiles == 0) {
		rn_add(r, s, R_PARA, "None.");
		return;
	}
	table = rn_add(r, s, R_TABLE, "Files");
	rn_head(r, table, heads);
	for (size_t i = 0; i < r->model->nfiles; i++) {
		const struct file_read *f = &r->model->files[i];
		struct rnode *row = rn_add(r, table, R_ROW, NULL), *cell;

		rn_cell(r, row, R_MONO, f->name)->level = 1;
		rn_cell(r, row, R_MONO, f->sha256);
		cell = rn_cell(r, row, R_MONO, f->e->probe);
		tree_evidence_ref(r, cell, f->e->id);
	}
}

void tree_by_hand(struct report *r, struct rnode *doc)
{
	struct rnode *s = rn_section(r, doc, 1, "by-hand", "See the same by hand");
	struct text_set said = {0};
	size_t n = 0;

	for (size_t i = 0; i < r->model->nevidence; i++) {
		const struct evidence *e = r->model->evidence[i];
		struct rnode *p;

		if (e->by_hand == NULL || !text_set_add(r->mem, &said, e->by_hand))
			continue;
		p = rn_add(r, s, R_PARA, NULL);
		tree_evidence_ref(r, p, e->id);
		rn_add(r, p, R_MONO, e->probe);
		rn_lines(r, s, R_CODE, e->by_hand);
		n++;
	}
	if (n == 0)
		rn_add(r, s, R_PARA, "No measurement left a command.");
}
