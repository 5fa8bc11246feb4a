/*
 * windows.events under attack: one absurd time, one NUL, one cut surrogate costs that one value; nested parts
 * and many tiny events cost no more than they are long.  What is lost is said.
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
#include "probe_seen.h"

#include <cmocka.h>

#define T0 1795344737000 /* 2026-11-22T10:52:17Z */
#define XMLNS " xmlns='http://schemas.microsoft.com/win/2004/08/events/event'"
#define EVENT(id, time, data)                                                                              \
	"<Event" XMLNS "><System><Provider Name='Microsoft-Windows-WAS'/><EventID>" id                     \
	"</EventID><TimeCreated SystemTime='" time "'/><Channel>System</Channel></System><EventData>" data \
	"</EventData></Event>"
#define DISABLED "<Data Name='AppPoolID'>SCEP</Data>"

static void read_bytes(struct probe_seen *s, const char *name, const void *bytes, size_t n)
{
	probe_run(s, "windows.events", "file", test_file(name, bytes, n), NULL);
}

static void one_absurd_time_costs_that_time(void **state)
{
	static const char *const absurd[] = {"9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+12:00",
	                                     "2026-13-45T99:00:00Z"};

	(void)state;
	for (size_t i = 0; i < sizeof(absurd) / sizeof(absurd[0]); i++) {
		struct probe_seen s;
		char text[4096];

		snprintf(text, sizeof(text),
		         "<Events>" EVENT("5057", "%s", DISABLED)
		                 EVENT("5002", "2026-11-22T10:52:17Z", DISABLED)
		                         EVENT("7036", "2026-11-22T11:00:00Z", "") "</Events>",
		         absurd[i]);
		read_bytes(&s, "absurd.xml", text, SIZE_MAX);
		assert_int_equal(s.e.outcome, EV_MEASURED);
		assert_int_equal(seen_int(&s, "records"), 3);
		assert_string_equal(seen_str(&s, "first_time"), "2026-11-22T10:52:17Z");
		assert_string_equal(seen_str(&s, "last_time"), "2026-11-22T11:00:00Z");
		assert_true(seen_bool(&s, "pool_disabled"));
		assert_true(seen_bool(&s, "pool_identity_failed"));
		assert_true(seen_bool(&s, "damaged"));
		assert_non_null(strstr(seen_str(&s, "damage"), "no event can have"));
		probe_seen_release(&s);
	}
}

static const struct evtx_event three[] = {
        {5002, 2, "Microsoft-Windows-WAS", "System", T0, {"AppPoolID", NULL}, {"SCEP"}},
        {5057, 2, "Microsoft-Windows-WAS", "System", T0 + 1000, {"AppPoolID", NULL}, {"SCEP"}},
        {5002, 2, "Microsoft-Windows-WAS", "System", T0 + 2000, {"AppPoolID", NULL}, {"SCEP"}},
};

/* Every place that holds the second event's time, header and TimeCreated, gets each absurd FILETIME. */
static void one_absurd_filetime_costs_that_time(void **state)
{
	static const uint64_t absurd[] = {0, UINT64_MAX, UINT64_MAX / 2, 2650467744000000000ull};
	uint64_t good = ((uint64_t)(T0 + 1000) + 11644473600000ull) * 10000;

	(void)state;
	for (size_t i = 0; i < sizeof(absurd) / sizeof(absurd[0]); i++) {
		struct probe_seen s;
		size_t n, changed = 0;
		unsigned char *p = evtx_write(three, 3, 3, &n);

		for (size_t at = 0; at + 8 <= n; at++) {
			if (memcmp(p + at, &good, 8) != 0)
				continue;
			memcpy(p + at, &absurd[i], 8);
			changed++;
		}
		assert_true(changed >= 2);
		read_bytes(&s, "absurd.evtx", p, n);
		free(p);
		assert_int_equal(s.e.outcome, EV_MEASURED);
		assert_int_equal(seen_int(&s, "records"), 3);
		assert_string_equal(seen_str(&s, "first_time"), "2026-11-22T10:52:17Z");
		assert_string_equal(seen_str(&s, "last_time"), "2026-11-22T10:52:19Z");
		assert_true(seen_bool(&s, "pool_identity_failed"));
		assert_true(seen_bool(&s, "damaged"));
		probe_seen_release(&s);
	}
}

static void a_nul_costs_its_event(void **state)
{
	static const char before[] = EVENT("7036", "2026-11-22T10:00:00Z", "");
	static const char hit[] = "<Event" XMLNS "><System><EventID>1\0</EventID></System></Event>";
	static const char after[] = EVENT("5002", "2026-11-22T10:52:17Z", DISABLED);
	struct probe_seen s;
	char text[4096];
	size_t n = 0;

	(void)state;
	memcpy(text, before, sizeof(before) - 1);
	n = sizeof(before) - 1;
	memcpy(text + n, hit, sizeof(hit) - 1);
	n += sizeof(hit) - 1;
	memcpy(text + n, after, sizeof(after) - 1);
	n += sizeof(after) - 1;
	read_bytes(&s, "nul.xml", text, n);
	assert_int_equal(s.e.outcome, EV_MEASURED);
	assert_true(seen_bool(&s, "pool_disabled"));
	assert_true(seen_bool(&s, "damaged"));
	assert_int_equal(seen_int(&s, "bad_records"), 1);
	probe_seen_release(&s);
}

/* UTF-16 whose pair of surrogates, or a unit that looks like a byte order mark, stands on the border of two
 * blocks of 64 KB. */
static void characters_pass_the_borders_of_blocks(void **state)
{
	static const uint16_t odd[][2] = {{0xD83D, 0xDE00}, {0xFFFE, 0x0041}, {0xFEFF, 0x0041}};
	static const char head[] = "<Events>" EVENT("1", "2026-11-22T10:00:00Z", ""),
	                  tail[] = EVENT("5002", "2026-11-22T10:52:17Z", DISABLED) "</Events>";

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		for (size_t border = 65536 - 4; border <= 65536 + 2; border += 2) {
			size_t size = border + 4 + 2 * (sizeof(tail) - 1), at = 2;
			unsigned char *p = calloc(1, size);
			struct probe_seen s;

			p[0] = 0xFF;
			p[1] = 0xFE;
			for (size_t k = 0; k < sizeof(head) - 1; k++, at += 2)
				p[at] = (unsigned char)head[k];
			for (; at < border; at += 2)
				p[at] = ' ';
			memcpy(p + at, odd[i], 4);
			at += 4;
			for (size_t k = 0; k < sizeof(tail) - 1; k++, at += 2)
				p[at] = (unsigned char)tail[k];
			read_bytes(&s, "border.xml", p, size);
			free(p);
			if (s.e.outcome != EV_MEASURED)
				fail_msg("%zu at %zu: %s", i, border, s.e.why);
			assert_int_equal(seen_int(&s, "records"), 2);
			assert_true(seen_bool(&s, "pool_disabled"));
			probe_seen_release(&s);
		}
	}
}

/* 600,000 beginnings without an end, and 120,000 whole events in one file.  Were they looked through anew for
 * each, these would take hours; the time limit of the test holds that they do not. */
static void tiny_events_cost_what_they_are_long(void **state)
{
	static const char begin[] = "<Event><",
	                  whole[] = "<Event><System><EventID>7</EventID></System></Event>\n";
	static const char last[] = EVENT("5002", "2026-11-22T10:52:17Z", DISABLED);
	static const struct {
		const char *piece;
		size_t times;
	} rows[] = {{begin, 600000}, {whole, 120000}};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		size_t m = strlen(rows[i].piece), n = m * rows[i].times;
		char *p = malloc(n + 2 * sizeof(last));
		struct probe_seen s;

		memcpy(p, last, sizeof(last) - 1);
		for (size_t k = 0; k < rows[i].times; k++)
			memcpy(p + sizeof(last) - 1 + k * m, rows[i].piece, m);
		n += sizeof(last) - 1;
		memcpy(p + n, last, sizeof(last) - 1);
		read_bytes(&s, "tiny.xml", p, n + sizeof(last) - 1);
		free(p);
		assert_int_equal(s.e.outcome, EV_MEASURED);
		assert_true(seen_int(&s, "records") >= (i == 0 ? 1 : 120002));
		assert_true(seen_bool(&s, "pool_disabled"));
		assert_int_equal(seen_bool(&s, "damaged"), i == 0);
		probe_seen_release(&s);
	}
}

/* JSON that names the schema, the head of a log without its chunks: nothing was read, and that is said. */
static void nothing_read_is_not_read(void **state)
{
	static const char json[] =
	        "{\"Event\":{\"@xmlns\":\"http://schemas.microsoft.com/win/2004/08/events/event\","
	        "\"System\":{\"EventID\":5002}}}\n";
	struct probe_seen s;
	size_t n;
	unsigned char *p = evtx_write(three, 3, 3, &n);

	(void)state;
	read_bytes(&s, "events.json", json, SIZE_MAX);
	assert_int_equal(s.e.outcome, EV_UNREADABLE);
	assert_non_null(s.e.why);
	probe_seen_release(&s);
	read_bytes(&s, "head.evtx", p, 4096);
	assert_int_equal(s.e.outcome, EV_UNREADABLE);
	assert_non_null(strstr(s.e.why, "no events"));
	probe_seen_release(&s);
	free(p);
}

/* ---- a record whose parts name one another ---- */

static size_t put(unsigned char *p, size_t at, const void *bytes, size_t n)
{
	memcpy(p + at, bytes, n);
	return at + n;
}

static size_t put32(unsigned char *p, size_t at, uint32_t v)
{
	return put(p, at, &v, 4);
}

/* One chunk, one record: five templates, each of `wide` substitutions of BinXml, whose values all are the
 * same instance of the next.  Read naively that is wide to the fifth visits, for each event. */
static unsigned char *nested(unsigned wide, size_t *size)
{
	unsigned char *p = calloc(1, *size = 4096 + 65536), *c = p + 4096;
	size_t at, record = 512, frame = record + 24, body[6], length;
	uint16_t w16;

	memcpy(p, "ElfFile", 8);
	memcpy(c, "ElfChnk", 8);
	/* The templates lie at the end of the chunk; each is an element with `wide` substitutions. */
	for (unsigned t = 0; t < 5; t++) {
		size_t def = 20000 + 8000 * t;

		body[t] = def;
		at = def + 24;
		c[at++] = 0x0F;
		c[at++] = 1;
		c[at++] = 1;
		c[at++] = 0;
		for (unsigned i = 0; i < wide; i++) {
			c[at++] = 0x0D;
			w16 = 0;
			at = put(c, at, &w16, 2);
			c[at++] = 0x21;
		}
		c[at++] = 0;
		put32(c, def + 20, (uint32_t)(at - def - 24));
	}
	/* Instances from the inside out: each has one value, the next one. */
	at = frame;
	for (unsigned t = 0; t < 5; t++) {
		c[at++] = 0x0C;
		c[at++] = 1;
		at = put32(c, at, t);
		at = put32(c, at, (uint32_t)body[t]);
		at = put32(c, at, 1);
		w16 = (uint16_t)((4 - t) * 18);
		at = put(c, at, &w16, 2);
		c[at++] = 0x21;
		c[at++] = 0;
	}
	length = at + 4 - record;
	put32(c, record + 16, 0xD53E8000u); /* 2026 or thereabouts */
	put32(c, record + 20, 0x01DD0000u);
	put32(c, record, 0x00002a2a);
	put32(c, record + 4, (uint32_t)length);
	put32(c, record + length - 4, (uint32_t)length);
	put32(c, 0x30, (uint32_t)(record + length));
	return p;
}

static bool each(void *arg, const struct evtx_record *r)
{
	(void)r;
	++*(unsigned *)arg;
	return true;
}

static void nested_parts_end(void **state)
{
	unsigned records = 0;
	struct evtx_stats stats = {0};
	const struct evtx_reader reader = {NULL, each, &records};
	struct evtx *x = evtx_new(&reader, &stats);
	size_t n;
	unsigned char *p = nested(200, &n);

	(void)state;
	(void)evtx_chunk(x, p + 4096, n - 4096, 4096);
	assert_int_equal(records, 1);
	assert_non_null(strstr(stats.damage, "without end"));
	evtx_free(x);
	free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(one_absurd_time_costs_that_time),
	        cmocka_unit_test(one_absurd_filetime_costs_that_time),
	        cmocka_unit_test(a_nul_costs_its_event),
	        cmocka_unit_test(characters_pass_the_borders_of_blocks),
	        cmocka_unit_test(tiny_events_cost_what_they_are_long),
	        cmocka_unit_test(nothing_read_is_not_read),
	        cmocka_unit_test(nested_parts_end),
	};

	return cmocka_run_group_tests(tests, NULL, test_folder_remove);
}
