/*
 * Each sentence can be traced to a fact: in the eight recorded cases every value that a record holds is
 * replaced, one at a time, and every sentence of the ticket and of the Markdown report with its details has
 * to read otherwise, or be gone, for at least one of them.  What stays whatever was seen is listed below,
 * with the reason; a line of that list that nothing needs any more is a fault too.
 */
#include "report_test.h"

#include <fnmatch.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <casebook/clock.h>
#include <casebook/flow_load.h>
#include <casebook/value.h>

/* Patterns of fnmatch(3); case NULL: any. */
static const struct {
	const char *what, *why;
} fixed[] = {
        {"## *", "the name of a section"},
        {"<details><summary>Times (UTC), files*", "the name of a folded part"},
        {"* | * | *When (UTC)", "the head of a table"},
        {"Cause | State | By what", "the head of a table"},
        {"Probe | Target | *", "the head of a table"},
        {"Time (UTC) | Source | *", "the head of a table"},
        {"Source | Its times are | *", "the head of a table"},
        {"File | SHA-256 | Read by", "the head of a table"},
        {"the list of all causes names them", "where to read on; the numbers before it change"},
        {"Times stand as each source wrote them*", "how the times of a section are to be read"},
        {"Differences between clocks are stated here*", "how the times of a section are to be read"},
        {"This report names hosts*", "the level of redaction, not the case"},
        {"Names as written, nothing replaced", "the level of redaction, not the case"},
        {"Level full: nothing is replaced", "the level of redaction, not the case"},
        {"What looked like a password*", "what the gate does with every case"},
        {"such a place reads*", "what the gate does with every case"},
        {"casebook 0.1.0, flow*", "the program and its flow"},
        {"- ?*Tool:*", "the program and its flow"},
        {"- ?*Flow*", "the program and its flow"},
        {"- ?*Head:* `none: not saved`", "the store keeps it, and these cases come from none"},
        {"1 | The case `profile` | form", "the form that each case begins with"},
        {"`windows.events` E4", "the first of two event files: without it the second takes its number"},
        {"None: no log with requests*", "an absence: no record here is of such a request that failed"},
        {"- ?*Last failure:* not known: no log shows*",
         "an absence: no record here is of such a request that failed"},
        {"Last failure: not known: no log shows*",
         "an absence: no record here is of such a request that failed"},
        {"No certificate was seen", "an absence: these servers speak HTTP"},
        {"- ?*Open: *",
         "an absence: the proof of this cause takes more than one value; its row in the table of causes changes"},
        {"No", "the head of a table: No."},
        {"in ## Notes: None", "an absence: nobody wrote a note"},
        {"in ## Fixes tried: None", "an absence: no fix was ticked off"},
};
#define NFIXED (sizeof(fixed) / sizeof(fixed[0]))

static const char *const names[] = {"two-source-fault", "one-source-fault", "refused-later", "fixed",
                                    "contradiction",    "one-thing-to-get", "gateway",       "old-evidence"};

static bool used[NFIXED];

/* ---- a recorded case as lines of JSON, and as a case ---- */
#define LINES 40
struct recorded {
	struct arena *mem;
	struct value header, records[LINES];
	size_t n;
	unsigned number;
};

static void parse(struct arena *mem, const char *text, size_t n, struct value *out)
{
	struct err err;

	if (value_parse_json(mem, text, n, out, &err) != 0)
		fail_msg("%s", err.msg);
}

static void read_case(const char *name, unsigned number, struct recorded *out)
{
	char path[600];
	size_t n, len;
	char *text;

	snprintf(path, sizeof(path), "%s/recorded/%s.jsonl", TEST_DIR, name);
	text = test_read(path, &n);
	assert_non_null(text);
	*out = (struct recorded){.mem = arena_new(), .number = number};
	for (char *line = text; *line != '\0'; line += len + 1) {
		struct value v;

		len = strcspn(line, "\n");
		parse(out->mem, line, len, &v);
		if (line == text)
			out->header = v;
		else if (value_find(&v, "record") != NULL) {
			assert_true(out->n < LINES);
			out->records[out->n++] = *value_find(&v, "record");
		}
	}
	free(text);
	assert_true(out->n > 10);
}

/* False when a replaced value makes it no record any more. */
static bool make_case(const struct recorded *rec, const struct flow *f, struct casefile *cf)
{
	struct arena *mem = arena_new();
	const char *opened = value_find_str(&rec->header, "opened");
	int64_t ms = 0;
	bool ok = true;

	assert_true(clock_parse_iso(opened, &ms));
	casefile_init(cf, value_find_str(&rec->header, "id"), f->id, f->hash, ms);
	cf->number = rec->number;
	cf->title = arena_strdup(cf->mem, value_find_str(&rec->header, "title"));
	cf->host = arena_strdup(cf->mem, value_find_str(&rec->header, "host"));
	cf->tool = "casebook 0.1.0";
	for (size_t i = 0; i < rec->n && ok; i++) {
		struct buf text;
		struct jsonw j;
		struct record r;
		struct err err;

		buf_init(&text, BUF_MAX_TEXT);
		jsonw_init(&j, &text);
		jsonw_value(&j, &rec->records[i]);
		ok = record_from_json(mem, buf_cstr(&text), text.n, &r, &err) == 0 &&
		     casefile_restore(cf, &r, &err) != NULL;
		buf_release(&text);
	}
	arena_free(mem);
	return ok;
}

/* ---- its sentences ---- */
#define PIECES 2000
struct pieces {
	struct arena *mem;
	const char *text[PIECES];
	size_t n;
	const char *section; /* the last heading */
};

static void add_piece(struct pieces *p, const char *of, const char *from, size_t n)
{
	while (n > 0 && strchr(" .;,*|", from[n - 1]) != NULL)
		n--;
	while (n > 0 && strchr(" *|", *from) != NULL) {
		from++;
		n--;
	}
	if (n == 0)
		return;
	assert_true(p->n < PIECES);
	p->text[p->n++] = arena_fmt(p->mem, "%s%.*s", of, (int)n, from);
}

/* "Excluded: a, b": each of them by itself. */
static bool is_list(const char *line)
{
	static const char *const lists[] = {"Excluded", "- **Excluded",
	                                    "- **Open:", "- **Supported:", "- **Not given:"};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (strncmp(line, lists[i], strlen(lists[i])) == 0)
			return true;
	return false;
}

/* Lines that draw, and say nothing. */
static bool is_frame(const char *line)
{
	return strncmp(line, "```", 3) == 0 || strspn(line, "-| ") == strlen(line) ||
	       strcmp(line, "</details>") == 0;
}

static void add_line(struct pieces *p, const char *line, size_t n)
{
	char *text = arena_strndup(p->mem, line, n), *at = text, *end;
	bool list = is_list(text);
	const char *of = strcmp(text, "None.") == 0 ? arena_fmt(p->mem, "in %s: ", p->section) : "";

	if (text[0] == '#')
		p->section = text;
	if (is_frame(text))
		return;
	if (list && (end = strchr(text, ':')) != NULL) {
		of = arena_fmt(p->mem, "%.*s ", (int)(end - text) + 1, text);
		at = end + 1;
	}
	for (end = at; *end != '\0'; end++) {
		if ((strchr(list ? ",;" : ".;", *end) == NULL || end[1] != ' '))
			continue;
		add_piece(p, of, at, (size_t)(end - at));
		at = end + 1;
	}
	add_piece(p, of, at, strlen(at));
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void sentences(const struct recorded *rec, const struct flow *f, struct pieces *out)
{
	static const char *const forms[] = {"ticket", "md"};
	struct report_options options = {
	        .made_ms = REPORT_MADE_BY_CASE, .redact = REDACT_FULL, .details = true};
	struct casefile cf;
	struct report *r;

	out->n = 0;
	out->section = "";
	if (make_case(rec, f, &cf)) {
		r = report_new(f, &cf, &options);
		for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
			char *text = test_render(r, forms[i]);

			for (char *line = text; *line != '\0';
			     line += strcspn(line, "\n") + (line[strcspn(line, "\n")] != '\0'))
				add_line(out, line, strcspn(line, "\n"));
			free(text);
		}
		report_free(r);
	}
	casefile_release(&cf);
	qsort(out->text, out->n, sizeof(out->text[0]), by_text);
}

/* ---- every value, replaced ---- */
struct run {
	struct recorded *rec;
	const struct flow *flow;
	struct pieces before, after;
	bool changed[PIECES];
	size_t replaced, refused;
};

/* How often a sentence stands there: three answers may be told in the same words. */
static size_t times(const struct pieces *p, const char *text)
{
	const char *const *at = bsearch(&text, p->text, p->n, sizeof(p->text[0]), by_text), *const *end = at;

	if (at == NULL)
		return 0;
	while (at > p->text && strcmp(at[-1], text) == 0)
		at--;
	while (end < p->text + p->n && strcmp(*end, text) == 0)
		end++;
	return (size_t)(end - at);
}

static void look(struct run *run)
{
	run->after.mem = arena_new();
	sentences(run->rec, run->flow, &run->after);
	run->replaced++;
	run->refused += run->after.n == 0;
	for (size_t i = 0; i < run->before.n && run->after.n != 0; i++)
		run->changed[i] = run->changed[i] || times(&run->before, run->before.text[i]) !=
		                                             times(&run->after, run->before.text[i]);
	arena_free(run->after.mem);
}

static void try_value(struct run *run, struct value *at, struct value other)
{
	struct value was = *at;

	*at = other;
	look(run);
	*at = was;
}

/* The words that a fact may have: those of its probe's table. */
static const char *const *words_of(const char *probe, const char *fact)
{
	for (size_t i = 0; probe_table[i] != NULL && probe != NULL; i++)
		if (strcmp(probe_table[i]->id, probe) == 0)
			return probe_fact(probe_table[i], fact) != NULL
			               ? probe_fact(probe_table[i], fact)->values
			               : NULL;
	return NULL;
}

static void replace_text(struct run *run, const char *probe, const char *key, struct value *at)
{
	const char *const *words = words_of(probe, key);
	char iso[CLOCK_TEXT];
	int64_t ms;

	if (strlen(at->u.s) >= 20 && clock_parse_iso(at->u.s, &ms)) {
		clock_iso(ms - 40 * 86400000ll - 3 * 3600000ll, iso);
		try_value(run, at, value_str(iso));
		return;
	}
	for (size_t i = 0; words != NULL && words[i] != NULL; i++)
		if (strcmp(words[i], at->u.s) != 0)
			try_value(run, at, value_str(words[i]));
	if (words == NULL)
		try_value(run, at, value_str(arena_fmt(run->rec->mem, "zq%s", at->u.s)));
}

static void replace(struct run *run, const char *probe, const char *key, struct value *at)
{
	switch (at->type) {
	case VAL_NULL:
		try_value(run, at, value_str("http://zq.example:8080"));
		return;
	case VAL_BOOL:
		try_value(run, at, value_bool(!at->u.b));
		return;
	case VAL_INT:
		try_value(run, at, value_int(at->u.i + 1));
		if (at->u.i != 0)
			try_value(run, at, value_int(0));
		return;
	case VAL_STR:
		replace_text(run, probe, key, at);
		return;
	case VAL_LIST:
		for (size_t i = 0; i < at->u.list.n; i++)
			replace(run, probe, key, (struct value *)&at->u.list.items[i]);
		if (at->u.list.n != 0)
			try_value(run, at, (struct value){.type = VAL_LIST});
		return;
	case VAL_MAP:
		for (size_t i = 0; i < at->u.map.n; i++)
			replace(run, probe, at->u.map.items[i].key,
			        (struct value *)&at->u.map.items[i].value);
		return;
	}
}

static void replace_facts(struct run *run, const char *probe, struct value *facts)
{
	replace(run, probe, NULL, facts);
	for (size_t i = 0; i < facts->u.map.n; i++)
		try_value(run, (struct value *)&facts->u.map.items[i].value, value_null());
}

static struct value some_value(const struct fact_def *d, unsigned variant)
{
	size_t n = 0;

	while (d->values != NULL && d->values[n] != NULL)
		n++;
	switch (d->type) {
	case FACT_BOOL:
		return value_bool(variant % 2 != 0);
	case FACT_INT:
		return value_int(variant == 0 ? 1 : variant == 1 ? 0 : 500);
	case FACT_STR:
		return value_str(n != 0 ? d->values[variant % n] : "zq");
	case FACT_TIME:
		return value_str("2026-11-22T10:00:00Z");
	case FACT_LIST:
		return (struct value){.type = VAL_LIST};
	case FACT_MAP:
		return (struct value){.type = VAL_MAP};
	}
	return value_null();
}

/* What was not looked at is told as well: it is gone once it was. */
static struct value measured(struct arena *mem, const struct probe *probe, unsigned variant)
{
	struct value_builder facts, e, r;

	vb_init(&facts, mem);
	for (const struct fact_def *d = probe->facts; d->key != NULL; d++)
		vb_add(&facts, d->key, some_value(d, variant));
	vb_init(&e, mem);
	vb_add(&e, "probe", value_str(probe->id));
	vb_add(&e, "target", value_str("a.log"));
	vb_add(&e, "outcome", value_str("measured"));
	vb_add(&e, "started", value_str("2026-12-01T05:45:03Z"));
	vb_add(&e, "facts", vb_map(&facts));
	vb_init(&r, mem);
	vb_add(&r, "kind", value_str("evidence"));
	vb_add(&r, "at", value_str("2026-12-01T05:45:03Z"));
	vb_add(&r, "evidence", vb_map(&e));
	return vb_map(&r);
}

static void add_what_is_missing(struct run *run)
{
	struct recorded *rec = run->rec;

	assert_true(rec->n < LINES);
	rec->n++;
	for (size_t i = 0; probe_table[i] != NULL; i++)
		for (unsigned variant = 0; variant < 3; variant++)
			try_value(run, &rec->records[rec->n - 1],
			          measured(rec->mem, probe_table[i], variant));
	rec->n--;
}

static void take_each_away(struct run *run)
{
	struct recorded *rec = run->rec;

	for (size_t i = rec->n; i-- > 0;) {
		struct value was = rec->records[i];

		memmove(&rec->records[i], &rec->records[i + 1], (--rec->n - i) * sizeof(was));
		look(run);
		memmove(&rec->records[i + 1], &rec->records[i], (rec->n++ - i) * sizeof(was));
		rec->records[i] = was;
	}
}

static void replace_header(struct run *run)
{
	static const char *const other[][2] = {{"id", "01M8R24X2M96N9NFGANRWDGBYZ"},
	                                       {"opened", "2026-11-30T05:45:03Z"},
	                                       {"host", "HELPDESK-05"}};

	for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
		try_value(run, (struct value *)value_find(&run->rec->header, other[i][0]),
		          value_str(other[i][1]));
	run->rec->number += 20;
	look(run);
	run->rec->number -= 20;
}

static void replace_all(struct run *run)
{
	replace_header(run);
	add_what_is_missing(run);
	take_each_away(run);
	for (size_t i = 0; i < run->rec->n; i++) {
		struct value *r = &run->rec->records[i];
		const struct value *e = value_find(r, "evidence");
		const char *kind = value_find_str(r, "kind");

		for (size_t k = 0; k < r->u.map.n; k++) {
			struct member *m = (struct member *)&r->u.map.items[k];

			if (strcmp(m->key, "pos") != 0 && strcmp(m->key, "kind") != 0 &&
			    strcmp(m->key, "evidence") != 0)
				replace(run, NULL, m->key, &m->value);
		}
		if (strcmp(kind, "evidence") != 0)
			continue;
		for (size_t k = 0; k < e->u.map.n; k++) {
			struct member *m = (struct member *)&e->u.map.items[k];

			if (strcmp(m->key, "facts") == 0)
				replace_facts(run, value_find_str(e, "probe"), &m->value);
			else if (strcmp(m->key, "probe") != 0)
				replace(run, NULL, m->key, &m->value);
		}
	}
}

static bool listed(const char *text)
{
	for (size_t i = 0; i < NFIXED; i++) {
		if (fnmatch(fixed[i].what, text, 0) == 0) {
			used[i] = true;
			return true;
		}
	}
	return false;
}

static size_t one_case(const struct flow *f, const char *name, unsigned number)
{
	struct recorded rec;
	struct run run = {.rec = &rec, .flow = f};
	size_t stay = 0, changed = 0;

	read_case(name, number, &rec);
	run.before.mem = arena_new();
	sentences(&rec, f, &run.before);
	assert_true(run.before.n > 50);
	replace_all(&run);
	for (size_t i = 0; i < run.before.n; i++) {
		changed += run.changed[i];
		if (run.changed[i] || listed(run.before.text[i]))
			continue;
		stay++;
		print_error("%s: no value changes: %s\n", name, run.before.text[i]);
	}
	print_message("%s: %zu values replaced (%zu refused), %zu of %zu sentences change\n", name,
	              run.replaced, run.refused, changed, run.before.n);
	arena_free(run.before.mem);
	arena_free(rec.mem);
	return stay;
}

static const struct probe *find(const char *id)
{
	for (size_t i = 0; probe_table[i] != NULL; i++)
		if (strcmp(probe_table[i]->id, id) == 0)
			return probe_table[i];
	return NULL;
}

static void show(void *arg, const struct diag *d)
{
	(void)arg;
	(void)d;
}

static void every_sentence_changes_with_a_value(void **state)
{
	struct flow_env env = {find, show, NULL};
	struct err err;
	struct flow *f = flow_load_file(PROJECT_DIR "/flows/intune-scep-ndes.yaml", &env, &err);
	size_t stay = 0;

	(void)state;
	if (f == NULL)
		fail_msg("%s", err.msg);
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		stay += one_case(f, names[i], i + 1);
	for (size_t i = 0; i < NFIXED; i++)
		if (!used[i])
			print_error("nothing needs this line of the list: %s\n", fixed[i].what), stay++;
	flow_free(f);
	assert_int_equal(stay, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(every_sentence_changes_with_a_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
