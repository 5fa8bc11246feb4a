/*
 * Records that have fewer values than their template asks for: what is not there is empty.  The provider's
 * name is chosen so that its bytes would pass as the description of one value more (16 bytes of text).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evtx.h"
#include "evtx_write.h"

#include <cmocka.h>

#define PROVIDER "\x10\x01"
#define T0 1795344737000

static const struct evtx_event events[] = {
        {7, 4, PROVIDER, "Application", T0, {"first", "missing", "", NULL}, {"one", NULL}},
        {8, 4, PROVIDER, "Application", T0, {"missing", "more", NULL}, {NULL}},
        {9, 4, PROVIDER, "Application", T0, {"first", "second", "third", NULL}, {"one", "two", "three"}},
};
#define EVENTS (sizeof(events) / sizeof(events[0]))

static size_t records;

static bool each(void *arg, const struct evtx_record *r)
{
	const struct evtx_event *e = &events[records++];
	size_t given = 0;

	(void)arg;
	assert_string_equal(r->channel, "Application");
	while (e->values[given] != NULL)
		given++;
	for (size_t i = 0; i < r->ndata; i++)
		if (strcmp(r->data[i].value, i < given ? e->values[i] : "") != 0)
			fail_msg("event %d, %s is '%s'", e->id, r->data[i].name, r->data[i].value);
	return true;
}

static void missing_values_are_empty(void **state)
{
	struct evtx_stats stats = {0};
	struct evtx_reader reader = {NULL, each, NULL};
	struct evtx *evtx = evtx_new(&reader, &stats);
	unsigned char *file;
	size_t size;

	(void)state;
	file = evtx_write(events, EVENTS, EVENTS, &size);
	assert_true(evtx_chunk(evtx, file + EVTX_HEADER, EVTX_CHUNK, EVTX_HEADER));
	assert_int_equal(records, EVENTS);
	assert_null(stats.damage);
	evtx_free(evtx);
	free(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(missing_values_are_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
