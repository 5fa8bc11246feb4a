/* Sentences of facts: conditions, placeholders, and that no sentence stays when a value that it rests on
 * changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <casebook/say.h>

static struct arena *mem;
static struct fact facts[160];
static struct pin pins[1];
static struct evidence e;

static void begin(const char *probe, const char *target)
{
	pins[0] = (struct pin){.fact = "none", .at_ms = PIN_NO_TIME};
	e = (struct evidence){.id = 7,
	                      .probe = probe,
	                      .target = target,
	                      .host = "PC7",
	                      .facts = facts,
	                      .pins = pins,
	                      .npins = 1};
}

static void set(const char *key, struct value v)
{
	for (size_t i = 0; i < e.nfacts; i++) {
		if (strcmp(facts[i].key, key) == 0) {
			facts[i].value = v;
			return;
		}
	}
	facts[e.nfacts++] = (struct fact){key, v};
}

static const char *say(const char *key)
{
	struct say_env env = {.probe = probe_find(e.probe), .e = &e, .attempt = "2026-11-30T06:41:00Z"};

	return say_fact(mem, &env, key);
}

static void a_condition_takes_the_first_row_that_fits(void **state)
{
	(void)state;
	begin("iis.log", "logs/u_ex261130.log");
	set("last_status", value_int(500));
	set("last_substatus", value_int(0));
	set("last_win32", value_int(1346));
	assert_string_equal(say("last_status"),
	                    "The newest request got 500.0, Win32 1346: IIS may not act for the caller.");
	set("last_win32", value_int(0));
	assert_string_equal(say("last_status"),
	                    "The newest request got 500.0, Win32 0: NDES itself failed, not the user right.");
	set("last_win32", value_int(5));
	assert_non_null(strstr(say("last_status"), "Win32 5: "));
	set("last_win32", value_int(987654321)); /* in no table: said without a meaning */
	assert_string_equal(say("last_status"), "The newest request got 500.0, Win32 987654321.");
	set("last_win32", value_null());
	assert_string_equal(say("last_status"), "The newest request got 500.0.");
	set("last_status", value_null());
	assert_null(say("last_status"));
}

/* No more than there is room for, in the order of the table. */
static void all_that_fit(void **state)
{
	const char *out[4] = {"untouched", "untouched", "untouched", "untouched"}, *every[160];
	struct say_env env = {.e = &e};
	size_t n;

	(void)state;
	begin("iis.log", "u_ex.log");
	set("last_status", value_int(500));
	set("scep_requests", value_int(3));
	set("stage", value_str("caps"));
	env.probe = probe_find(e.probe);
	n = say_all(mem, &env, every, 160);
	assert_true(n >= 3);
	for (size_t cap = 0; cap < 3; cap++) {
		assert_int_equal(say_all(mem, &env, out, cap), cap);
		for (size_t i = 0; i < cap; i++)
			assert_string_equal(out[i], every[i]);
		assert_string_equal(out[cap], "untouched");
	}
}

static void counts_and_targets_are_words(void **state)
{
	(void)state;
	begin("httperr.log", "C:\\logs\\httperr1.log");
	set("scep_records", value_int(1));
	set("last_scep_time", value_str("2026-11-30T06:55:03Z"));
	assert_string_equal(say("scep_records"),
	                    "HTTP.sys refused 1 request for SCEP, the last 30 Nov 2026 06:55:03 UTC.");
	set("scep_records", value_int(4));
	assert_string_equal(say("scep_records"),
	                    "HTTP.sys refused 4 requests for SCEP, the last 30 Nov 2026 06:55:03 UTC.");
	set("near_attempt", value_int(2));
	assert_string_equal(
	        say("near_attempt"),
	        "HTTP.sys refused 2 requests for SCEP within 15 minutes of the attempt at 30 Nov 2026 06:41:00 UTC.");
	begin("tcp.connect", "ndes.example:443");
	set("error", value_str("refused"));
	assert_non_null(strstr(say("error"), "ndes.example is up and refuses connections at port 443"));
	begin("scep.url", "https://ndes.example:8443/certsrv/mscep/mscep.dll");
	set("page", value_str("service-unavailable"));
	set("layer", value_str("httpsys"));
	assert_string_equal(
	        say("page"),
	        "The URL answered 503, made by HTTP.sys: no running application pool takes the request.");
}

static void times_and_ages_are_for_people(void **state)
{
	(void)state;
	assert_string_equal(say_age(mem, 59999), "less than a minute");
	assert_string_equal(say_age(mem, 41 * 60000), "41 min");
	assert_string_equal(say_age(mem, 120 * 60000), "120 min");
	assert_string_equal(say_age(mem, 5 * 3600000), "5 h");
	assert_string_equal(say_age(mem, 36 * 3600000), "36 h");
	assert_string_equal(say_age(mem, 9 * 86400000ll), "9 days");
	assert_string_equal(say_when(mem, 1764485703987, SAY_FULL), "30 Nov 2025 06:55:03 UTC");
	assert_string_equal(say_when(mem, 1764485703987, SAY_MINUTE), "30 Nov 2025 06:55 UTC");
	assert_string_equal(say_when(mem, 1764485703987, SAY_CLOCK), "06:55:03 UTC");
	assert_string_equal(say_when(mem, 1764485703987, SAY_BARE), "30 Nov 2025 06:55:03");
	assert_string_equal(say_when(mem, -1, SAY_FULL), "31 Dec 1969 23:59:59 UTC");
	assert_string_equal(say_when(mem, 1735862399999, SAY_MINUTE), "2 Jan 2025 23:59 UTC");
	assert_string_equal(say_when(mem, INT64_MIN, SAY_FULL), "out of range");
	begin("windows.events", "evidence/application.xml");
	e.sha256 = "00";
	assert_string_equal(say_place(mem, &e, 8841), "application.xml record 8841");
	e.probe = "httperr.log";
	assert_string_equal(say_place(mem, &e, 8), "application.xml line 8");
	assert_string_equal(say_place(mem, &e, 0), "application.xml");
	e.sha256 = NULL;
	assert_string_equal(say_place(mem, &e, 0), "record 7");
}

/* ---- every sentence of every check, with values of its own ---- */

static const char *text(size_t turn)
{
	return arena_fmt(mem, "w%zu", turn);
}

/* With the members that its sentences ask for, where they are no facts. */
static struct value entry(const struct fact_def *d, size_t turn)
{
	static const char *const members[] = {"status", "requests", "first", "last", "from", "to", "name"};
	struct value_builder b;

	if (strpbrk(d->help, ":") == NULL)
		return value_str(text(turn));
	vb_init(&b, mem);
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
		vb_add(&b, members[i], value_str(text(turn)));
	return vb_map(&b);
}

static struct value one_of(const struct fact_def *d, size_t turn)
{
	static const int64_t ints[] = {0, 1, 7, 16, 45, 403, 404, 500, -3, 1346, 90};
	struct value_builder b;

	vb_init(&b, mem);
	switch (d->type) {
	case FACT_BOOL:
		return value_bool(turn % 2 == 0);
	case FACT_INT:
		return value_int(ints[turn % (sizeof(ints) / sizeof(*ints))]);
	case FACT_TIME:
		return value_str(arena_fmt(mem, "2026-11-%02zuT06:55:03Z", 1 + turn % 28));
	case FACT_STR:
		for (size_t i = 0, n = 0; d->values != NULL; i = d->values[i + 1] != NULL ? i + 1 : 0)
			if (n++ == turn)
				return value_str(d->values[i]);
		for (size_t i = 0; d->says != NULL && d->says[i].when != NULL; i++)
			if (turn == i && strncmp(d->says[i].when, "= ", 2) == 0 &&
			    strpbrk(d->says[i].when + 2, ", ") == NULL)
				return value_str(d->says[i].when + 2);
		return value_str(text(turn));
	case FACT_LIST:
		for (size_t i = 0; i < turn % 3; i++)
			vb_add(&b, NULL, entry(d, turn + i));
		return vb_list(&b);
	case FACT_MAP:
		for (size_t i = 0; i < turn % 3; i++)
			vb_add(&b, text(turn + i), value_int((int64_t)(turn + i)));
		return vb_map(&b);
	}
	return value_null();
}

static void fill(const struct probe *p, size_t turn)
{
	begin(p->id, "https://ndes.example/certsrv");
	for (const struct fact_def *d = p->facts; d->key != NULL; d++)
		set(d->key, one_of(d, turn));
}

/* Whether some value of the fact gives a sentence that another value of it does not give. */
static bool value_matters(const struct probe *p, const struct fact_def *d)
{
	for (size_t with = 0; with < 6; with++) {
		const char *first = NULL;
		bool some = false;

		fill(p, with);
		for (size_t turn = 0; turn < 14; turn++) {
			const char *now;

			set(d->key, turn < 13 ? one_of(d, turn) : value_null());
			now = say(d->key);
			if (some && (first == NULL) != (now == NULL))
				return true;
			if (some && now != NULL && strcmp(first, now) != 0)
				return true;
			first = now;
			some = true;
		}
	}
	return false;
}

static void a_sentence_changes_with_its_fact(void **state)
{
	size_t spoken = 0, wrong = 0;

	(void)state;
	for (size_t i = 0; probe_table[i] != NULL; i++) {
		for (const struct fact_def *d = probe_table[i]->facts; d->key != NULL; d++) {
			if (d->voice != FACT_SPEAKS)
				continue;
			spoken++;
			if (value_matters(probe_table[i], d))
				continue;
			wrong++;
			printf("%s %s: the same whatever it is\n", probe_table[i]->id, d->key);
		}
	}
	assert_int_equal(wrong, 0);
	assert_true(spoken >= 180);
}

/* A fact that stands in a sentence by name: another value of it is another sentence. */
static void a_sentence_changes_with_what_serves_it(void **state)
{
	size_t seen = 0, wrong = 0;

	(void)state;
	for (size_t i = 0; probe_table[i] != NULL; i++) {
		const struct probe *p = probe_table[i];

		for (const struct fact_def *d = p->facts; d->key != NULL; d++) {
			for (const struct fact_def *by = p->facts; d->voice == FACT_SPEAKS && by->key != NULL;
			     by++) {
				bool named = false, changed = false;

				for (const struct fact_says *s = d->says; s->when != NULL; s++)
					named = named ||
					        strstr(s->sentence, arena_fmt(mem, "{%s}", by->key)) != NULL;
				if (!named || by == d)
					continue;
				seen++;
				for (size_t turn = 0; turn < 40 && !changed; turn++) {
					const char *a, *b;

					fill(p, turn);
					set(d->key, one_of(d, turn / 3));
					a = say(d->key);
					set(by->key, one_of(by, turn + 1));
					b = say(d->key);
					changed = a != NULL && b != NULL && strcmp(a, b) != 0;
				}
				wrong += !changed;
				if (!changed)
					printf("%s %s: the same whatever %s is\n", p->id, d->key, by->key);
			}
		}
	}
	assert_int_equal(wrong, 0);
	assert_true(seen >= 30);
}

static int begin_all(void **state)
{
	(void)state;
	mem = arena_new();
	return 0;
}

static int end_all(void **state)
{
	(void)state;
	arena_free(mem);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(a_condition_takes_the_first_row_that_fits),
	                                   cmocka_unit_test(all_that_fit),
	                                   cmocka_unit_test(counts_and_targets_are_words),
	                                   cmocka_unit_test(times_and_ages_are_for_people),
	                                   cmocka_unit_test(a_sentence_changes_with_its_fact),
	                                   cmocka_unit_test(a_sentence_changes_with_what_serves_it)};

	return cmocka_run_group_tests(tests, begin_all, end_all);
}
