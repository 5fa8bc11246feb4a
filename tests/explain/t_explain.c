/* Codes as people paste them find the right row first; the table itself is sound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <string.h>

#include <casebook/explain.h>
#include <casebook/utf8.h>

#include <cmocka.h>

static void what_people_paste_is_found(void **state)
{
	static const struct {
		const char *query, *dialect, *code, *word;
	} rows[] = {
	        {"500.0.1346", "iis", "500.0.1346", "Impersonate"},
	        {"500.0.1330", "iis", "500.0", "module"},
	        {"403", "http", "403", "policy module"},
	        {"403.16", "iis", "403.16", "root store"},
	        {"403.16.2148204809", "iis", "403.16", "root store"},
	        {"0x80190194", "http", "404", "No such path"},
	        {"0x800b0109", "hresult", "0x800B0109", "root"},
	        {"800B0109", "hresult", "0x800B0109", "root"},
	        {"2148204809", "hresult", "0x800B0109", "root"},
	        {"0x80070779", "win32", "1913", NULL},
	        {"0x80070542", "win32", "1346", "Impersonate"},
	        {" failInfo 2 ", "failinfo", "2", "challenge"},
	        {"pkiStatus=3", "pkistatus", "3", "approve"},
	        {"event 36", "event:device", "36", "request"},
	        {"event 5002", "event:was", "5002", "crashes"},
	        {"curl 60", "curl", "60", "Expired"},
	        {"verify 20", "verify", "20", "intermediate"},
	        {"appoffline", "httperr", "AppOffline", "crashes"},
	        {"22013", "mcscep", "22013", "CertRep"},
	        {"0x411", "connector", "0x411", "hour"},
	        {"event 4009", "event:connector", "4009", "tries again"},
	        {"event 4740", "event:security", "4740", "wrong passwords"},
	        {"connector 0x405", "connector", "0x405", "run out"},
	        {"CERTSRV_E_KEY_LENGTH", "hresult", "0x80094811", "shorter"},
	};
	struct arena *mem = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct code_row *found;
		size_t n = explain_find(mem, rows[i].query, &found);

		if (rows[i].word == NULL) {
			assert_int_equal(n, 0);
			continue;
		}
		assert_true(n > 0);
		assert_string_equal(found[0].dialect, rows[i].dialect);
		assert_string_equal(found[0].code, rows[i].code);
		assert_non_null(strstr(found[0].meaning, rows[i].word));
	}
	arena_free(mem);
}

static void nonsense_finds_nothing(void **state)
{
	static const char *const rows[] = {"",      "   ",         "no such code", "0x",      "999.999.999",
	                                   "event", "failInfo 77", "....",         "\x1b[31m"};
	struct arena *mem = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct code_row *found;

		assert_int_equal(explain_find(mem, rows[i], &found), 0);
	}
	arena_free(mem);
}

static void the_table_is_sound(void **state)
{
	struct arena *mem = arena_new();
	const struct code_row *rows;
	size_t n = explain_all(mem, &rows);

	(void)state;
	assert_true(n > 200);
	for (size_t i = 0; i < n; i++) {
		const char *cols[] = {rows[i].dialect, rows[i].code, rows[i].name,  rows[i].meaning,
		                      rows[i].seen,    rows[i].next, rows[i].source};

		for (size_t k = 0; k < sizeof(cols) / sizeof(cols[0]); k++) {
			assert_true(cols[k][0] != '\0');
			assert_true(utf8_valid(cols[k], strlen(cols[k])));
		}
		assert_string_not_equal(rows[i].source, "-");
		for (size_t k = 0; k < i; k++)
			assert_false(strcmp(rows[i].dialect, rows[k].dialect) == 0 &&
			             strcmp(rows[i].code, rows[k].code) == 0);
	}
	assert_non_null(explain_meaning(mem, "httperr", "Disabled"));
	assert_null(explain_meaning(mem, "httperr", "Enabled"));
	arena_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(what_people_paste_is_found),
	        cmocka_unit_test(nonsense_finds_nothing),
	        cmocka_unit_test(the_table_is_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
