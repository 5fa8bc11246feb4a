/* How two sides of a cause are settled: the table, row by row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include <casebook/replay.h>

#include "case_test.h"
#include "settle.h"

#define HOUR 3600000ll
#define NOON 1700000000000ll

/* A file speaks for it (user.rights) or against it (httperr.log), and so may something live. */
static const char causes[] = "  weighed:\n"
                             "    title: Weighed\n"
                             "    summary: Two sides.\n"
                             "    remedy: None.\n"
                             "    supported: [{user.rights.given: false}, {scep.url.status: 500}]\n"
                             "    symptom: {events.was: true}\n"
                             "    excluded: [{httperr.log.reason: Fine}, {scep.caps.days_left: {ge: 30}}]\n"
                             "    applies: {input.platform: {not: ios}}\n"
                             "    yields: [why]\n"
                             "    fix: [None.]\n"
                             "    source: The lab\n"
                             "    verify: server-url\n"
                             "  alike:\n"
                             "    title: Alike\n"
                             "    summary: Looks the same.\n"
                             "    remedy: None.\n"
                             "    supported: {events.crash: true}\n"
                             "    symptom: {events.was: true}\n"
                             "    fix: [None.]\n"
                             "    source: The lab\n"
                             "    verify: server-url\n"
                             "  why:\n"
                             "    title: Why\n"
                             "    summary: Says why.\n"
                             "    remedy: None.\n"
                             "    supported: {scep.url.page: why}\n"
                             "    fix: [None.]\n"
                             "    source: The lab\n"
                             "    verify: server-url\n";

/* How a file is heard. */
enum origin { NONE, PERHAPS, UNNAMED, OURS };
struct file {
	enum origin whose;
	int64_t at; /* hours and more from noon in ms; ABOUT_NO_TIME: undated */
};
#define UNDATED ABOUT_NO_TIME
#define MIN(n) ((n)*60000ll)

static const struct settled_row {
	const char *name;
	struct file yes, no; /* NONE: no such file */
	bool live_yes, live_no, symptom, ios;
	enum cause_state want;
} rows[] = {
        {"nothing", {NONE, 0}, {NONE, 0}, 0, 0, 0, 0, CAUSE_UNTESTED},
        {"proof alone", {UNNAMED, UNDATED}, {NONE, 0}, 0, 0, 0, 0, CAUSE_SUPPORTED},
        {"live proof alone", {NONE, 0}, {NONE, 0}, 1, 0, 0, 0, CAUSE_SUPPORTED},
        {"only against", {NONE, 0}, {UNNAMED, UNDATED}, 0, 0, 0, 0, CAUSE_EXCLUDED},
        {"symptom that another open cause shares", {NONE, 0}, {NONE, 0}, 0, 0, 1, 0, CAUSE_UNTESTED},
        {"symptom against proof", {NONE, 0}, {UNNAMED, UNDATED}, 0, 0, 1, 0, CAUSE_EXCLUDED},
        {"proof, and the gate is shut", {UNNAMED, UNDATED}, {NONE, 0}, 0, 0, 0, 1, CAUSE_CONTRADICTED},
        {"symptom, and the gate is shut", {NONE, 0}, {NONE, 0}, 0, 0, 1, 1, CAUSE_EXCLUDED},
        {"dated file, live since", {OURS, -HOUR}, {NONE, 0}, 0, 1, 0, 0, CAUSE_EXCLUDED},
        {"undated file against live", {OURS, UNDATED}, {NONE, 0}, 0, 1, 0, 0, CAUSE_CONTRADICTED},
        {"live proof against a file", {NONE, 0}, {OURS, 0}, 1, 0, 0, 0, CAUSE_SUPPORTED},
        {"live against live", {NONE, 0}, {NONE, 0}, 1, 1, 0, 0, CAUSE_CONTRADICTED},
        {"for it, 30 minutes newer", {UNNAMED, 0}, {OURS, -MIN(30)}, 0, 0, 0, 0, CAUSE_SUPPORTED},
        {"against it, 30 minutes newer", {OURS, -MIN(30)}, {UNNAMED, 0}, 0, 0, 0, 0, CAUSE_EXCLUDED},
        {"29 minutes are one window", {UNNAMED, 0}, {UNNAMED, -MIN(29)}, 0, 0, 0, 0, CAUSE_CONTRADICTED},
        {"29 minutes the other way", {UNNAMED, -MIN(29)}, {UNNAMED, 0}, 0, 0, 0, 0, CAUSE_CONTRADICTED},
        {"in one window, for it certainly ours", {OURS, 0}, {PERHAPS, 0}, 0, 0, 0, 0, CAUSE_SUPPORTED},
        {"in one window, against it certainly ours", {PERHAPS, 0}, {OURS, 0}, 0, 0, 0, 0, CAUSE_EXCLUDED},
        {"strength differs by one", {OURS, 0}, {UNNAMED, 0}, 0, 0, 0, 0, CAUSE_CONTRADICTED},
        {"strength differs by one, the other way", {UNNAMED, 0}, {OURS, 0}, 0, 0, 0, 0, CAUSE_CONTRADICTED},
        {"two undated files", {UNNAMED, UNDATED}, {UNNAMED, UNDATED}, 0, 0, 0, 0, CAUSE_CONTRADICTED},
        {"one undated file", {OURS, UNDATED}, {OURS, 0}, 0, 0, 0, 0, CAUSE_CONTRADICTED},
};

static struct flow *flow;
static struct casefile cf;
static struct replay r;
static struct arena *mem;

static int setup(void **state)
{
	char text[20000];

	(void)state;
	snprintf(text, sizeof(text), "%s%s", lab_flow, causes);
	flow = lab_load(text);
	mem = arena_new();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	flow_free(flow);
	arena_free(mem);
	return 0;
}

static void begin(bool ios)
{
	casefile_init(&cf, NULL, flow->id, flow->hash, 1000);
	put_input(&cf, "server_url", "https://a/mscep.dll");
	put_input(&cf, "platform", ios ? "ios" : NULL);
}

static void end(void)
{
	replay_release(&r);
	casefile_release(&cf);
}

static void put_file(const char *probe, const char *facts, const struct file *f)
{
	struct evpart part = {about_nothing};
	struct record rec = {
	        .kind = REC_EVIDENCE,
	        .u.evidence = make_evidence(mem, probe, arena_fmt(mem, "file=%s.txt", probe), NULL, facts)};

	if (f->whose == NONE)
		return;
	part.about.computer = f->whose == PERHAPS ? "SRV9" : NULL;
	part.about.traces = f->whose == OURS ? TRACE_NDES : 0;
	part.about.as_of_ms = f->at == UNDATED ? ABOUT_NO_TIME : NOON + f->at;
	rec.u.evidence.parts = &part;
	rec.u.evidence.nparts = 1;
	assert_non_null(casefile_append(&cf, &rec, NULL));
}

static const struct cause_row *row_of(const char *id)
{
	const struct diagnosis *d;

	replay_release(&r);
	replay_init(&r, flow, &cf, NULL);
	d = diagnose(&r);
	for (size_t i = 0; i < d->nrows; i++)
		if (strcmp(d->rows[i].cause->id, id) == 0)
			return &d->rows[i];
	fail_msg("no row %s", id);
	return NULL;
}

static void play(const struct settled_row *row)
{
	begin(row->ios);
	put_file("user.rights", "given=no", &row->yes);
	put_file("httperr.log", "reason=Fine", &row->no);
	if (row->live_yes)
		put_evidence(&cf, "scep.url", "url=https://a/mscep.dll", NULL, "status=500");
	if (row->live_no)
		put_evidence(&cf, "scep.caps", "url=https://a/mscep.dll", NULL, "days_left=90");
	if (row->symptom)
		put_evidence(&cf, "events", "file=e.txt", NULL, "was=yes");
}

static void the_table_row_by_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct cause_row *got;

		play(&rows[i]);
		got = row_of("weighed");
		if (got->state != rows[i].want)
			fail_msg("%s: %s, not %s (%s)", rows[i].name, cause_state_name(got->state),
			         cause_state_name(rows[i].want), got->by);
		if (got->state == CAUSE_CONTRADICTED) {
			assert_non_null(got->pro);
			assert_non_null(got->contra);
			for (size_t k = 0; k < r.diag->nfindings; k++)
				assert_string_not_equal(r.diag->findings[k].id, "weighed");
		}
		if (got->state == CAUSE_EXCLUDED && !rows[i].ios)
			assert_true(got->nevidence != 0); /* it names what decided */
		end();
	}
}

static void the_order_of_the_evidence_does_not_matter(void **state)
{
	size_t tried = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum cause_state first;

		play(&rows[i]);
		first = row_of("weighed")->state;
		end();
		begin(rows[i].ios);
		if (rows[i].symptom)
			put_evidence(&cf, "events", "file=e.txt", NULL, "was=yes");
		if (rows[i].live_no)
			put_evidence(&cf, "scep.caps", "url=https://a/mscep.dll", NULL, "days_left=90");
		if (rows[i].live_yes)
			put_evidence(&cf, "scep.url", "url=https://a/mscep.dll", NULL, "status=500");
		put_file("httperr.log", "reason=Fine", &rows[i].no);
		put_file("user.rights", "given=no", &rows[i].yes);
		assert_int_equal(row_of("weighed")->state, first);
		end();
		tried++;
	}
	print_message("%zu rows in both orders\n", tried);
}

static void a_symptom_convicts_where_the_others_are_ruled_out(void **state)
{
	(void)state;
	begin(false);
	put_evidence(&cf, "events", "file=e.txt", NULL, "was=yes");
	assert_ptr_equal(row_of("weighed")->alike, flow_cause(flow, "alike"));
	put_evidence(&cf, "events", "file=f.txt", NULL, "was=yes crash=yes");
	assert_int_equal(row_of("alike")->state, CAUSE_SUPPORTED);
	assert_int_equal(row_of("weighed")->state, CAUSE_UNTESTED); /* a proof has the same symptom */
	end();
}

static void what_says_why_explains(void **state)
{
	(void)state;
	begin(false);
	put_file("user.rights", "given=no", &(struct file){OURS, 0});
	assert_null(row_of("weighed")->explained_by);
	put_evidence(&cf, "scep.url", "url=https://a/mscep.dll", NULL, "page=why");
	assert_int_equal(row_of("why")->state, CAUSE_SUPPORTED);
	assert_int_equal(row_of("weighed")->state, CAUSE_SUPPORTED);
	assert_ptr_equal(row_of("weighed")->explained_by, flow_cause(flow, "why"));
	for (size_t k = 0; k < r.diag->nfindings; k++)
		assert_string_not_equal(r.diag->findings[k].id, "weighed");
	end();
}

static void another_machine_is_not_heard(void **state)
{
	(void)state;
	begin(false);
	put_file("user.rights", "given=no", &(struct file){PERHAPS, 0});
	assert_int_equal(row_of("weighed")->strength, HEARD_PERHAPS);
	end();
}

/* What works outweighs what was there before it, or lay there all the time; what is seen live, or behind
 * NDES' own answer, it says nothing of. */
static void what_works_since(void **state)
{
	static const struct {
		const char *what;
		struct side yes;
		int64_t works; /* 0: nothing works */
		bool still, since;
	} cases[] = {
	        {"nothing works", {.at_ms = NOON}, 0, true, false},
	        {"seen before the device got through", {.at_ms = NOON - HOUR}, NOON, false, true},
	        {"seen as the device got through", {.at_ms = NOON}, NOON, false, true},
	        {"seen after it", {.at_ms = NOON + HOUR}, NOON, false, false},
	        {"collected after it, nothing failed since",
	         {.at_ms = NOON + HOUR, .snapshot = true},
	         NOON,
	         true,
	         true},
	        {"collected after it, and something failed",
	         {.at_ms = NOON + HOUR, .snapshot = true},
	         NOON,
	         false,
	         false},
	        {"undated", {.at_ms = UNDATED}, NOON, false, true},
	        {"what works is undated", {.at_ms = NOON}, UNDATED, false, false},
	        {"live", {.at_ms = NOON - HOUR, .live = true}, NOON, true, false},
	        {"partly live", {.at_ms = NOON - HOUR, .strength = HEARD_LIVE}, NOON, true, false},
	        {"behind NDES", {.at_ms = NOON - HOUR, .behind = true}, NOON, true, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct seen works = {.value = {.type = cases[i].works != 0 ? VAL_BOOL : VAL_NULL},
		                     .at_ms = cases[i].works};

		if (works_since(&cases[i].yes, &works, cases[i].still) != cases[i].since)
			fail_msg("%s", cases[i].what);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(what_works_since),
	        cmocka_unit_test(the_table_row_by_row),
	        cmocka_unit_test(the_order_of_the_evidence_does_not_matter),
	        cmocka_unit_test(a_symptom_convicts_where_the_others_are_ruled_out),
	        cmocka_unit_test(what_says_why_explains),
	        cmocka_unit_test(another_machine_is_not_heard),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
