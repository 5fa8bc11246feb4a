/* Descriptors: which entries count, that the first that fits decides, and that damage gives no answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ad_acl.h"

enum { ANYBODY = 0, ALICE = 1, GROUP = 2 };

static struct ad_sid sid(unsigned char last)
{
	struct ad_sid s = {.bytes = {1, 2, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, last, 1, 0, 0}, .n = 16};

	return s;
}

/* A descriptor under construction: header, then its list. */
struct made {
	unsigned char b[1024];
	size_t n;
};

static void put32(unsigned char *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (unsigned char)(v >> (8 * i));
}

static void begin(struct made *m)
{
	static const unsigned char head[28] = {1, 0, 0x04, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	                                       0, 0, 20,   0,    0, 0, 4, 0, 8, 0, 0, 0, 0, 0};

	memset(m, 0, sizeof(*m));
	memcpy(m->b, head, sizeof(head));
	m->n = sizeof(head);
}

static void ace(struct made *m, unsigned type, unsigned flags, uint32_t mask, const unsigned char *object,
                unsigned char who)
{
	unsigned char *p = m->b + m->n;
	struct ad_sid s = sid(who);
	size_t at = 8;
	bool of_object = type == 5 || type == 6 || type == 11 || type == 12;

	p[0] = (unsigned char)type;
	p[1] = (unsigned char)flags;
	put32(p + 4, mask);
	if (of_object) {
		put32(p + 8, object != NULL ? 1 : 0);
		at = 12;
		if (object != NULL)
			memcpy(p + at, object, 16);
		at += object != NULL ? 16 : 0;
	}
	memcpy(p + at, s.bytes, s.n);
	p[2] = (unsigned char)(at + s.n);
	m->n += at + s.n;
	m->b[22] = (unsigned char)((m->n - 20) & 0xff);
	m->b[23] = (unsigned char)((m->n - 20) >> 8);
	m->b[24]++;
}

static enum ad_tri may(const struct made *m, size_t n)
{
	const struct ad_sid who[] = {sid(ALICE), sid(GROUP)};

	return ad_acl_may(m->b, n, ad_right_enroll, who, 2);
}

#define CONTROL 0x100u

static void entries(void **state)
{
	static const unsigned char other[16] = {0xc2, 0x8c, 0x5b, 0xa0}, every[16];
	const struct {
		unsigned type, flags;
		uint32_t mask;
		const unsigned char *object;
		unsigned char who;
		enum ad_tri may;
	} rows[] = {{5, 0, CONTROL, ad_right_enroll, ALICE, AD_YES},
	            {5, 0, CONTROL, ad_right_enroll, GROUP, AD_YES},
	            {5, 0, CONTROL, ad_right_enroll, 9, AD_NO},
	            {5, 0, CONTROL, other, ALICE, AD_NO},
	            {5, 0, CONTROL, every, ALICE, AD_YES},
	            {5, 0, CONTROL, NULL, ALICE, AD_YES},
	            {5, 0, 0x30, ad_right_enroll, ALICE, AD_NO},
	            {5, 8, CONTROL, ad_right_enroll, ALICE, AD_NO},
	            {5, 3, CONTROL, ad_right_enroll, ALICE, AD_YES},
	            {0, 0, 0xF01FF, NULL, ALICE, AD_YES},
	            {0, 0, 0x10000000, NULL, ALICE, AD_YES},
	            {0, 0, 0x20094, NULL, ALICE, AD_NO},
	            {1, 0, CONTROL, NULL, ALICE, AD_NO},
	            {9, 0, CONTROL, NULL, ALICE, AD_UNKNOWN},
	            {12, 0, CONTROL, ad_right_enroll, GROUP, AD_UNKNOWN},
	            {2, 0, CONTROL, NULL, ALICE, AD_NO}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct made m;

		begin(&m);
		ace(&m, rows[i].type, rows[i].flags, rows[i].mask, rows[i].object, rows[i].who);
		assert_int_equal(may(&m, m.n), rows[i].may);
	}
}

static void first_decides(void **state)
{
	struct made m;

	(void)state;
	begin(&m);
	ace(&m, 6, 0, CONTROL, ad_right_enroll, 9);
	ace(&m, 6, 0, CONTROL, ad_right_enroll, GROUP);
	ace(&m, 5, 0, CONTROL, ad_right_enroll, ALICE);
	assert_int_equal(may(&m, m.n), AD_NO);
	begin(&m);
	ace(&m, 0, 0, CONTROL, NULL, ALICE);
	ace(&m, 1, 0, CONTROL, NULL, ALICE);
	assert_int_equal(may(&m, m.n), AD_YES);
	begin(&m);
	assert_int_equal(may(&m, m.n), AD_NO); /* an empty list lets nobody in */
	m.b[2] = 0;
	assert_int_equal(may(&m, m.n), AD_YES); /* none at all lets everybody in */
}

/* Cut anywhere, or one byte of a length or a count wrong: never an answer, never beyond the end. */
static void damaged(void **state)
{
	struct made m;
	static const struct {
		size_t at;
		unsigned char v;
	} rows[] = {{0, 2},  {3, 0},  {16, 4},  {16, 200}, {19, 255}, {20, 1},  {22, 4}, {23, 9},
	            {24, 3}, {30, 3}, {30, 15}, {31, 1},   {36, 3},   {57, 16}, {56, 2}};

	(void)state;
	begin(&m);
	ace(&m, 5, 0, CONTROL, ad_right_enroll, ALICE);
	for (size_t n = 0; n < m.n; n++)
		assert_int_equal(may(&m, n), AD_UNKNOWN);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct made bad = m;

		bad.b[rows[i].at] = rows[i].v;
		assert_int_equal(may(&bad, bad.n), AD_UNKNOWN);
	}
}

static void sids(void **state)
{
	static const unsigned char admins[] = {1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0},
	                           large[] = {1, 1, 1, 2, 3, 4, 5, 6, 255, 255, 255, 255};
	unsigned char most[72] = {1, 15};
	char text[AD_SID_TEXT];
	struct ad_sid s;

	(void)state;
	assert_true(ad_sid_read(admins, sizeof(admins), true, &s));
	ad_sid_text(&s, text);
	assert_string_equal(text, "S-1-5-32-544");
	assert_false(ad_sid_read(admins, sizeof(admins) - 1, true, &s));
	assert_true(ad_sid_read(large, sizeof(large), true, &s));
	ad_sid_text(&s, text);
	assert_string_equal(text, "S-1-0x010203040506-4294967295");
	memset(most + 8, 255, sizeof(most) - 8);
	assert_false(ad_sid_read(most, sizeof(most), true, &s));
	assert_false(ad_sid_same(&s, &s)); /* none is the same as none */
	assert_true(ad_sid_read(most, sizeof(most), false, &s));
	assert_int_equal(s.n, AD_SID_MOST);
	ad_sid_text(&s, text);
	assert_int_equal(strlen(text), strlen("S-1-0") + 15 * strlen("-4294967295"));
	most[1] = 16;
	assert_false(ad_sid_read(most, sizeof(most), false, &s));
	ad_sid_text(&s, text);
	assert_string_equal(text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(entries), cmocka_unit_test(first_decides),
	                                   cmocka_unit_test(damaged), cmocka_unit_test(sids)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
