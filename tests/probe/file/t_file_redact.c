/* What is taken out of a line before it is kept: a row for every word of the table of secrets, in every way
 * to write it. */
#include "file_redact.c" /* the table itself: a word that is added there wants a row here */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define VALUE "PlantedValue77"

/* The words that must go, written down apart from the table, so that none can leave it unseen. */
static const struct {
	const char *key;
	bool line; /* all to the end of the line */
} words[] = {
        {"CertificateRequestToken", false},
        {"challengePassword", false},
        {"Challenge", false},
        {"EncryptedPassword", false},
        {"password", false},
        {"pwd", false},
        {"Authorization", true},
        {"Set-Cookie", true},
        {"Cookie", true},
        {"access_token", false},
        {"client_secret", false},
};
#define WORDS (sizeof(words) / sizeof(words[0]))

static const char *redacted(const char *line)
{
	static char kept[4096];
	struct buf out;

	buf_init(&out, 4000);
	file_redact(&out, line, strlen(line));
	snprintf(kept, sizeof(kept), "%s", buf_cstr(&out));
	buf_release(&out);
	return kept;
}

static void the_table_has_these_words_and_no_others(void **state)
{
	(void)state;
	assert_int_equal(sizeof(secrets) / sizeof(secrets[0]), WORDS);
	for (size_t i = 0; i < WORDS; i++) {
		bool there = false;

		for (size_t k = 0; k < WORDS; k++)
			there |= strcmp(words[i].key, secrets[k].key) == 0 &&
			         words[i].line == (secrets[k].end == TO_LINE_END);
		if (!there)
			fail_msg("%s", words[i].key);
	}
}

static void every_word_in_every_form(void **state)
{
	static const char *const forms[] = {
	        "%s=" VALUE,
	        "%s: " VALUE,
	        "at 10:00 GET /x?a=1&%s=" VALUE,
	        "<%s>" VALUE "</%s>",
	        "&lt;%s&gt;" VALUE "&lt;/%s&gt;",
	        "{\"%s\": \"" VALUE "\"}",
	        "&quot;%s&quot;:&quot;" VALUE "&quot;",
	        "'%s' = '" VALUE "'",
	        "log: [%s] %s = " VALUE,
	};

	(void)state;
	for (size_t i = 0; i < WORDS; i++) {
		for (int upper = 0; upper < 2; upper++) {
			char key[64], line[400];

			for (size_t k = 0; k <= strlen(words[i].key); k++)
				key[k] = (char)(upper ? toupper((unsigned char)words[i].key[k])
				                      : words[i].key[k]);
			for (size_t f = 0; f < sizeof(forms) / sizeof(forms[0]); f++) {
				const char *out;

				/* a form names its word once or twice */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
				snprintf(line, sizeof(line), forms[f], key, key);
#pragma GCC diagnostic pop
				out = redacted(line);
				if (strstr(out, VALUE) != NULL || strstr(out, "<removed, ") == NULL ||
				    strstr(out, key) == NULL)
					fail_msg("%s became %s", line, out);
			}
		}
	}
}

/* Where a value ends: what follows it stays, unless all of the line is secret. */
static void what_follows_stays(void **state)
{
	(void)state;
	for (size_t i = 0; i < WORDS; i++) {
		char line[200], want[200];

		snprintf(line, sizeof(line), "%s=" VALUE " and the rest", words[i].key);
		snprintf(want, sizeof(want), "%s=<removed, %zu bytes>%s", words[i].key,
		         strlen(VALUE) + (words[i].line ? strlen(" and the rest") : 0),
		         words[i].line ? "" : " and the rest");
		assert_string_equal(redacted(line), want);
	}
}

/* No word of the table, no separator, no value: the line stays as it is. */
static void the_rest_stays(void **state)
{
	static const char *const lines[] = {
	        "the password is wrong",
	        "password",
	        "password=",
	        "mypassword=open",
	        "cookies: 3",
	        "Challenges met",
	        "thumbprint 2BB80D537B1DA3E38BD30361AA855686BDE0EACD7162FEF6A25FE97BF527A25B",
	        "message=ca",
	        "http://host/path?x=y@z",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_string_equal(redacted(lines[i]), lines[i]);
}

/* Lengths at which something begins to be a secret: one less stays, the length itself goes. */
static void lengths(void **state)
{
	static const struct {
		const char *before;
		size_t from;
	} rows[] = {{"message=", LONG_MESSAGE + 1}, {"", LONG_BASE64}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char line[400];
		int n = snprintf(line, sizeof(line), "%s", rows[i].before);

		memset(line + n, 'A', rows[i].from);
		line[(size_t)n + rows[i].from] = '\0';
		assert_non_null(strstr(redacted(line), "<removed, "));
		line[(size_t)n + rows[i].from - 1] = '\0';
		assert_null(strstr(redacted(line), "<removed, "));
	}
	assert_string_equal(redacted("go //user:" VALUE "@host/x"), "go //<removed, 19 bytes>@host/x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(the_table_has_these_words_and_no_others),
	        cmocka_unit_test(every_word_in_every_form),
	        cmocka_unit_test(what_follows_stays),
	        cmocka_unit_test(the_rest_stays),
	        cmocka_unit_test(lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
