/*
 * A planted word in every fact of every check, in every pin, row and part, and in every text of the other
 * records, one of its own in each: no format below "full" lets one out, in whatever shape it stands there.
 * Closed facts, which have a list of words, keep one of theirs.
 */
#include "report_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

#include <casebook/flow_load.h>
#include <casebook/value.h>

/* *: the planted word.  Names first, then what the gate has to stop. */
static const struct shape {
	const char *what, *text;
} shapes[] = {
        {"host", "*.fabrikam-intern.de"},
        {"host in a URL", "https://*.fabrikam-intern.de:8443/certsrv/mscep/mscep.dll"},
        {"account", "FABRIKAM\\*"},
        {"account with a domain", "*@fabrikam-intern.de"},
        {"home", "C:\\Users\\*\\u_ex.log"},
        {"home on a share", "\\\\fs7\\users$\\*\\u_ex.log"},
        {"subject", "CN=*, OU=Fabrik, O=Fabrikam GmbH, DC=fabrikam, DC=intern"},
        {"labelled computer", "failed on Computer: * (0x80070057)"},
        {"password", "password=*!7"},
        {"command line", "ran psexec \\\\fs7 -u svc -p *!7 cmd"},
        {"password in a URL", "https://svc:*@ndes.contoso.example/x"},
        {"password before a host", "svc:*@ndes.contoso.example:443"},
        {"challenge in a query", "https://ndes.contoso.example/x?challenge=*"},
        {"token", "Authorization: Bearer eyJ*.eyJ1IjoiayJ9.sig"},
};
#define NSHAPES (sizeof(shapes) / sizeof(shapes[0]))

#define PLANTS 4000
struct planting {
	struct arena *mem;
	const struct shape *shape; /* NULL: the word alone */
	const char *names[PLANTS]; /* where each stands */
	size_t n;
};

static const char *plant(struct planting *p, const char *place, const char *key)
{
	const char *word = arena_fmt(p->mem, "zq%04zukw", p->n), *star;

	assert_true(p->n < PLANTS);
	p->names[p->n++] = arena_fmt(p->mem, "%s %s", place, key);
	if (p->shape == NULL)
		return word;
	star = strchr(p->shape->text, '*');
	return arena_fmt(p->mem, "%.*s%s%s", (int)(star - p->shape->text), p->shape->text, word, star + 1);
}

/* ---- a case with everything in it ---- */
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

static struct flow *whole_flow(void)
{
	struct flow_env env = {find, show, NULL};
	struct err err;
	struct flow *f = flow_load_file(PROJECT_DIR "/flows/intune-scep-ndes.yaml", &env, &err);

	if (f == NULL)
		fail_msg("%s", err.msg);
	return f;
}

static void append(struct casefile *cf, const struct record *r)
{
	struct err err;

	if (casefile_append(cf, r, &err) == NULL)
		fail_msg("%s", err.msg);
}

/* A map with the word as a value, in a map's key, and deeper. */
static struct value planted_map(struct planting *p, const char *place, const char *key)
{
	struct value_builder b, in;

	vb_init(&in, p->mem);
	vb_add(&in, "detail", value_str(plant(p, place, arena_fmt(p->mem, "%s, deeper", key))));
	vb_init(&b, p->mem);
	vb_add(&b, "text", value_str(plant(p, place, arena_fmt(p->mem, "%s, a member", key))));
	vb_add(&b, plant(p, place, arena_fmt(p->mem, "%s, a member's name", key)), value_int(3));
	vb_add(&b, "more", vb_map(&in));
	return vb_map(&b);
}

static struct value planted_list(struct planting *p, const char *place, const char *key)
{
	struct value_builder b;

	vb_init(&b, p->mem);
	vb_add(&b, NULL, value_str(plant(p, place, key)));
	vb_add(&b, NULL, planted_map(p, place, key));
	return vb_list(&b);
}

static struct value planted_value(struct planting *p, const struct probe *probe, const struct fact_def *d)
{
	switch (d->type) {
	case FACT_BOOL:
		return value_bool(true);
	case FACT_INT:
		return value_int(500);
	case FACT_TIME:
		return value_str("2026-11-22T10:00:00Z");
	case FACT_STR:
		return value_str(d->values != NULL ? d->values[0] : plant(p, probe->id, d->key));
	case FACT_LIST:
		return planted_list(p, probe->id, d->key);
	case FACT_MAP:
		return planted_map(p, probe->id, d->key);
	}
	return value_null();
}

/* Facts that hold a name alone, which no shape tells: by their keys, and those of this list. */
static bool holds_names(const char *key)
{
	static const char *const ends[] = {"host",  "computer",  "machine", "account",  "user",
	                                   "owner", "requester", "device",  "identity", NULL};
	size_t n = strlen(key) - (key[strlen(key) - 1] == 's');

	for (size_t i = 0; ends[i] != NULL; i++)
		if (n >= strlen(ends[i]) && strncmp(key + n - strlen(ends[i]), ends[i], strlen(ends[i])) == 0)
			return true;
	return false;
}

static const struct {
	const char *probe, *fact, *before, *after;
} bare[] = {{"user.rights", "impersonate", "", ""},        {"user.rights", "batch_logon", "", ""},
            {"user.rights", "service_logon", "", ""},      {"user.rights", "deny_batch_logon", "", ""},
            {"user.rights", "deny_service_logon", "", ""}, {"iis.log", "servers", "", ""},
            {"winhttp.proxy", "proxy", "", ":8080"},       {"spn.list", "names", "HTTP/", ""},
            {"spn.list", "duplicates", "HTTP/", ":443"},   {"mdm.report", "server", "", ""},
            {"scep.client", "server", "", ":443"},         {"dns.resolve", "server", "", ""},
            {"certutil.output", "ca", "", "\\Fabrik CA"},  {"certutil.output", "cas", "PKI7\\", ""},
            {"registry.export", "ca", "PKI7\\", ""}};

/* VAL_NULL: this fact holds no names. */
static struct value bare_value(struct planting *p, const struct probe *probe, const struct fact_def *d)
{
	struct value_builder list, map;
	const char *text;

	if (d->type == FACT_STR && d->values == NULL && holds_names(d->key))
		return value_str(plant(p, probe->id, d->key));
	for (size_t i = 0; i < sizeof(bare) / sizeof(bare[0]); i++) {
		if (strcmp(bare[i].probe, probe->id) != 0 || strcmp(bare[i].fact, d->key) != 0)
			continue;
		text = arena_fmt(p->mem, "%s%s%s", bare[i].before, plant(p, probe->id, d->key),
		                 bare[i].after);
		if (d->type == FACT_STR)
			return value_str(text);
		vb_init(&map, p->mem);
		vb_add(&map, strcmp(d->key, "cas") == 0 ? "asked" : "name", value_str(text));
		vb_init(&list, p->mem);
		if (strcmp(d->key, "cas") != 0 && strcmp(d->key, "servers") != 0)
			vb_add(&list, NULL, value_str(text));
		vb_add(&list, NULL, vb_map(&map));
		return vb_list(&list);
	}
	return value_null();
}

static void add_evidence(struct planting *p, struct casefile *cf, const struct probe *probe)
{
	struct fact facts[EVIDENCE_MAX_FACTS];
	struct pin pin = {.fact = probe->facts[0].key, .line = 7, .at_ms = 1764000000000};
	struct evpart part = {about_nothing};
	struct evrow row = evrow_nothing;
	struct record r = {.kind = REC_EVIDENCE, .at_ms = 1764000000000};
	struct evidence *e = &r.u.evidence;

	*e = (struct evidence){.probe = probe->id,
	                       .target = "a.log",
	                       .host = "PC7",
	                       .facts = facts,
	                       .rows_from_ms = ABOUT_NO_TIME};
	for (const struct fact_def *d = probe->facts; d->key != NULL; d++) {
		struct value v = p->shape != NULL ? planted_value(p, probe, d) : bare_value(p, probe, d);

		if (v.type != VAL_NULL)
			facts[e->nfacts++] = (struct fact){d->key, v};
	}
	if (p->shape != NULL) {
		e->why = plant(p, probe->id, "why");
		e->target = plant(p, probe->id, "target");
		e->by_hand = plant(p, probe->id, "by hand");
		pin.file = plant(p, probe->id, "a pin's file");
		pin.text = plant(p, probe->id, "a pin's text");
		row.data = planted_map(p, probe->id, "a row");
	}
	part.about.computer = p->shape == NULL || strchr(p->shape->what, ' ') == NULL
	                              ? plant(p, probe->id, "its computer")
	                              : NULL;
	part.about.device = plant(p, probe->id, "its device");
	row.kind = "crash";
	row.first_ms = row.last_ms = pin.at_ms;
	e->pins = &pin;
	e->parts = &part;
	e->rows = &row;
	e->npins = e->nparts = e->nrows = 1;
	e->started_ms = pin.at_ms;
	append(cf, &r);
}

static void add_texts(struct planting *p, const struct flow *f, struct casefile *cf)
{
	struct case_mark mark = {plant(p, "case", "title"), "start", CASE_OPEN};
	struct record r = {.at_ms = 1764000000000, .mark = &mark};

	for (size_t i = 0; i < f->ninputs; i++) {
		const struct input_def *d = &f->inputs[i];

		if (d->type == INPUT_CHOICE || d->type == INPUT_TIME)
			continue;
		r.kind = REC_INPUT;
		r.u.input = (struct rec_input){d->key, plant(p, "input", d->key), BY_PERSON};
		append(cf, &r);
	}
	r.mark = NULL;
	r.kind = REC_NOTE;
	r.u.note.text = plant(p, "note", "text");
	append(cf, &r);
	r.kind = REC_ANSWER;
	r.u.answer = (struct rec_answer){f->nodes[0].id, "other", BY_PERSON, plant(p, "answer", "seen"), 0};
	append(cf, &r);
	r.kind = REC_ABOUT;
	r.u.about = (struct rec_about){NULL, plant(p, "about", "target"), plant(p, "about", "computer"),
	                               ROLE_NDES, BY_PERSON};
	append(cf, &r);
}

/* ---- the search ---- */
static size_t search(const struct planting *p, const char *text, const char *where)
{
	size_t found = 0;

	for (const char *at = text; (at = strpbrk(at, "zZ")) != NULL; at++) {
		unsigned id;
		char tail[3];

		if (strncasecmp(at, "zq", 2) != 0 || sscanf(at + 2, "%4u%2[kKwW]", &id, tail) != 2 ||
		    id >= p->n)
			continue;
		if (found++ < 12)
			print_error("%s: %s in %s: %.60s\n", p->shape != NULL ? p->shape->what : "word",
			            p->names[id], where, at - (at - text > 20 ? 20 : at - text));
	}
	return found;
}

static size_t hunt(const struct flow *f, const struct shape *shape)
{
	struct planting p = {arena_new(), shape, {NULL}, 0};
	struct casefile cf;
	size_t found = 0, seen = 0;

	casefile_init(&cf, "01M8NP45S05232PPH7Z7ZBWWFR", f->id, f->hash, 1764000000000);
	cf.title = "Case 1";
	cf.host = "PC7";
	cf.tool = "casebook 1.0.0";
	for (size_t i = 0; probe_table[i] != NULL; i++)
		add_evidence(&p, &cf, probe_table[i]);
	if (shape != NULL)
		add_texts(&p, f, &cf);
	for (unsigned strict = 0; strict <= 1; strict++) {
		struct report_options options = {.made_ms = REPORT_MADE_BY_CASE,
		                                 .redact = strict ? REDACT_STRICT : REDACT_STANDARD,
		                                 .excerpts = true};
		struct report *r = report_new(f, &cf, &options);

		for (size_t i = 0; report_formats[i] != NULL; i++) {
			struct buf out;
			struct err err;
			char where[40];

			snprintf(where, sizeof(where), "%s, %s", report_formats[i]->name,
			         strict ? "strict" : "standard");
			buf_init(&out, BUF_MAX_TEXT);
			if (report_render(r, report_formats[i], &out, &err) != 0) {
				print_error("%s: %s: %s\n", shape != NULL ? shape->what : "word", where,
				            err.msg);
				found++;
			}
			found += search(&p, buf_cstr(&out), where);
			seen += out.n;
			buf_release(&out);
		}
		report_free(r);
	}
	assert_true(seen > 10000);
	casefile_release(&cf);
	arena_free(p.mem);
	return found;
}

static void no_name_and_no_secret_leaves(void **state)
{
	struct flow *f = whole_flow();
	size_t found = 0;

	(void)state;
	for (size_t i = 0; i < NSHAPES; i++)
		found += hunt(f, &shapes[i]);
	flow_free(f);
	assert_int_equal(found, 0);
}

static void a_bare_name_is_known_by_its_fact(void **state)
{
	struct flow *f = whole_flow();
	size_t found = hunt(f, NULL);

	(void)state;
	flow_free(f);
	assert_int_equal(found, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(no_name_and_no_secret_leaves),
	        cmocka_unit_test(a_bare_name_is_known_by_its_fact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
