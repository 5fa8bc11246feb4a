/* How much a bundle may hold: exactly the limit, and one more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/xalloc.h>

#include "bundle_int.h"

#include <cmocka.h>

static struct bundle *empty(void)
{
	return xcalloc(1, sizeof(struct bundle));
}

static void parts_are_counted(void **state)
{
	struct bundle *b = empty();
	struct err err;
	char name[32];

	(void)state;
	for (int i = 0; i < BUNDLE_MAX_PARTS; i++) {
		snprintf(name, sizeof(name), "evidence/%d", i);
		if (bundle_add(b, name, "", 0, &err) != 0)
			fail_msg("part %d: %s", i, err.msg);
	}
	assert_int_equal(bundle_add(b, "one-more", "", 0, &err), -1);
	assert_int_equal(err.code, FAIL_LIMIT);
	assert_int_equal(b->n, BUNDLE_MAX_PARTS);
	bundle_free(b);
}

/* A gigabyte is not written for this: the sum is said to be there. */
static void bytes_are_summed(void **state)
{
	struct bundle *b = empty();
	struct err err;

	(void)state;
	b->bytes = BUNDLE_MAX_BYTES - 5;
	assert_int_equal(bundle_add(b, "six", "123456", 6, &err), -1);
	assert_int_equal(err.code, FAIL_LIMIT);
	assert_int_equal(b->n, 0);
	assert_int_equal(bundle_add(b, "five", "12345", 5, &err), 0);
	assert_int_equal(b->bytes, BUNDLE_MAX_BYTES);
	assert_int_equal(bundle_add(b, "nothing", "", 0, &err), 0);
	assert_int_equal(bundle_add(b, "one", "1", 1, &err), -1);
	bundle_free(b);
}

static void one_part_has_its_limit(void **state)
{
	char *big = xcalloc(1, (size_t)BUNDLE_MAX_PART + 1);
	struct bundle *b = empty();
	struct err err;

	(void)state;
	assert_int_equal(bundle_add(b, "more", big, (size_t)BUNDLE_MAX_PART + 1, &err), -1);
	assert_int_equal(err.code, FAIL_LIMIT);
	assert_int_equal(bundle_add(b, "all", big, BUNDLE_MAX_PART, &err), 0);
	bundle_free(b);
	free(big);
}

static void names_have_their_limit(void **state)
{
	char name[BUNDLE_MAX_NAME + 2];
	struct bundle *b = empty();
	struct err err;

	(void)state;
	memset(name, 'a', sizeof(name));
	name[BUNDLE_MAX_NAME + 1] = '\0';
	assert_int_equal(bundle_add(b, name, "", 0, &err), -1);
	assert_int_equal(err.code, FAIL_USAGE);
	name[BUNDLE_MAX_NAME] = '\0';
	assert_int_equal(bundle_add(b, name, "", 0, &err), 0);
	bundle_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(parts_are_counted),
	        cmocka_unit_test(bytes_are_summed),
	        cmocka_unit_test(one_part_has_its_limit),
	        cmocka_unit_test(names_have_their_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
