/* Every fact of every check declares how it is said; what speaks has its sentences, what serves is asked for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <casebook/say.h>

static void every_fact_is_said(void **state)
{
	struct arena *mem = arena_new();
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; probe_table[i] != NULL; i++) {
		for (const struct fact_def *d = probe_table[i]->facts; d->key != NULL; d++) {
			const char *why = say_fault(mem, probe_table[i], d);

			if (why == NULL)
				continue;
			wrong++;
			printf("%s %s: %s\n", probe_table[i]->id, d->key, why);
		}
	}
	arena_free(mem);
	assert_int_equal(wrong, 0);
}

static bool asked_for(const struct probe *p, const char *key)
{
	for (const struct fact_def *d = p->facts; d->key != NULL; d++) {
		for (const struct fact_says *s = d->voice == FACT_SPEAKS ? d->says : NULL;
		     s != NULL && s->when != NULL; s++)
			if (strstr(s->sentence, key) != NULL || strstr(s->when, key) != NULL)
				return true;
	}
	return false;
}

/* What serves no sentence is silent, and should say so. */
static void what_serves_is_asked_for(void **state)
{
	size_t wrong = 0;

	(void)state;
	for (size_t i = 0; probe_table[i] != NULL; i++) {
		for (const struct fact_def *d = probe_table[i]->facts; d->key != NULL; d++) {
			if (d->voice != FACT_SERVES || asked_for(probe_table[i], d->key))
				continue;
			wrong++;
			printf("%s %s serves no sentence\n", probe_table[i]->id, d->key);
		}
	}
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_fact_is_said),
	                                   cmocka_unit_test(what_serves_is_asked_for)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
