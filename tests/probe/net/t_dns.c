/* Answers of name servers, byte by byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dns.h"
#include "net.h"

#define Q "\1a\4test\0\0\1\0\1" /* a.test A IN */
#define HEAD(flags, answers) "\x12\x34" flags "\0\1\0" answers "\0\0\0\0" Q
#define CNAME_TO_B "\xC0\x0C\0\5\0\1\0\0\0\x3C\0\4\1b\xC0\x0E" /* a.test CNAME b.test, 60 s */
#define B_IS_1234 "\1b\xC0\x0E\0\1\0\1\0\0\0\x0A\0\4\1\2\3\4"  /* b.test A 1.2.3.4, 10 s */
#define BYTES(text) (const unsigned char *)(text), sizeof(text) - 1

static void answers(void **state)
{
	static const struct {
		const unsigned char *bytes;
		size_t n;
		bool good;
		int rcode;
		size_t chain, addresses;
		uint32_t ttl;
	} rows[] = {
	        {BYTES(HEAD("\x81\x80", "\2") CNAME_TO_B B_IS_1234), true, 0, 1, 1, 10},
	        {BYTES(HEAD("\x81\x80", "\2") B_IS_1234 CNAME_TO_B), true, 0, 1, 1, 10}, /* in any order */
	        {BYTES(HEAD("\x81\x80", "\1") CNAME_TO_B), true, 0, 1, 0, 60},
	        {BYTES(HEAD("\x81\x83", "\0")), true, 3, 0, 0, UINT32_MAX},
	        {BYTES(HEAD("\x81\x82", "\0")), true, 2, 0, 0, UINT32_MAX},
	        {BYTES(HEAD("\x01\0", "\0")), false, 0, 0, 0, 0}, /* a question, not an answer */
	        {BYTES("\x12\x35\x81\x80\0\1\0\0\0\0\0\0" Q), false, 0, 0, 0, 0}, /* another id */
	        {BYTES("\x12\x34\x81\x80\0\1\0\0\0\0\0\0\1b\4test\0\0\1\0\1"), false, 0, 0, 0,
	         0}, /* another name */
	        {BYTES("\x12\x34\x81\x80\0\1\0\0\0\0\0\0\1a\4test\0\0\x1C\0\1"), false, 0, 0, 0,
	         0}, /* another type */
	        {BYTES("\x12\x34\x81\x80\0\0\0\0\0\0\0\0"), false, 0, 0, 0, 0},
	        {BYTES(HEAD("\x81\x80", "\2") CNAME_TO_B), false, 0, 0, 0,
	         0}, /* fewer records than it says */
	        {BYTES("\x12\x34"), false, 0, 0, 0, 0},
	        {BYTES(""), false, 0, 0, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct arena *mem = arena_new();
		struct dns_answer a;

		if (dns_read(mem, "A.Test.", 1, 0x1234, rows[i].bytes, rows[i].n, &a) != rows[i].good)
			fail_msg("row %zu", i);
		if (rows[i].good) {
			assert_int_equal(a.rcode, rows[i].rcode);
			assert_int_equal(a.nchain, rows[i].chain);
			assert_int_equal(a.naddresses, rows[i].addresses);
			assert_int_equal(a.ttl, rows[i].ttl);
		}
		if (a.nchain != 0)
			assert_string_equal(a.chain[0], "b.test");
		if (a.naddresses != 0)
			assert_string_equal(a.addresses[0], "1.2.3.4");
		arena_free(mem);
	}
}

static void places(void **state)
{
	static const struct {
		const char *ip, *place;
	} rows[] = {
	        {"10.255.0.1", "inside"},
	        {"11.0.0.1", "outside"},
	        {"172.16.0.1", "inside"},
	        {"172.31.255.255", "inside"},
	        {"172.32.0.1", "outside"},
	        {"172.15.0.1", "outside"},
	        {"192.168.7.1", "inside"},
	        {"192.169.0.1", "outside"},
	        {"127.0.0.53", "inside"},
	        {"169.254.9.9", "inside"},
	        {"20.190.159.4", "outside"},
	        {"100.64.0.1", NULL}, /* behind a carrier's, or a VPN's */
	        {"100.128.0.1", "outside"},
	        {"0.0.0.0", NULL},
	        {"::1", "inside"},
	        {"fd00:1::7", "inside"},
	        {"fe80::1", "inside"},
	        {"fec0::1", NULL},
	        {"2603:1030::1", "outside"},
	        {"::ffff:10.0.0.1", "inside"},
	        {"::ffff:20.1.1.1", "outside"},
	        {"::", NULL},
	        {"ndes01.contoso.com", NULL},
	        {"", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *got = ip_place(rows[i].ip);

		if ((got == NULL) != (rows[i].place == NULL) ||
		    (got != NULL && strcmp(got, rows[i].place) != 0))
			fail_msg("%s is %s", rows[i].ip, got != NULL ? got : "unknown");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(answers), cmocka_unit_test(places)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
