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
	        {"0x80070779", "hresult", "0x80070779", "0x0779 (1913)"},
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
	        {"-2146877422", "hresult", "0x80094012", "enrol"},
	        {"-1202", "apple:NSURLErrorDomain", "-1202", "root"},
	        {"-9807", "apple:NSOSStatusErrorDomain", "-9807", "chain"},
	        {"80092013", "hresult", "0x80092013", "offline"},
	        {"1722", "win32", "1722", "remote call"},
	        {"0x6ba", "win32", "1722", "remote call"},
	        {"404 2 1260", "iis", "404.2.1260", "ISAPI"},
	        {"404.2.1260", "iis", "404.2.1260", "ISAPI"},
	        {"500 0 1346", "iis", "500.0.1346", "Impersonate"},
	        {"Event ID: 31", "event:ndes", "31", "CA"},
	        {"ndes 31", "event:ndes", "31", "CA"},
	        {"event 1001", "event:app", "1001", "crash"},
	        {"LogError 0x80190194", "http", "404", "No such path"},
	        {"0x80094012 (-2146877422 CERTSRV_E_TEMPLATE_DENIED)", "hresult", "0x80094012", "enrol"},
	        {"badRequest", "failinfo", "2", "challenge"},
	        {"BadRequest", "httperr", "BadRequest", "malformed"},
	        {"ConnectorError:Unauthorized", "appproxy", "ConnectorError:Unauthorized", "inspection"},
	        {"NSURLErrorDomain -1001", "apple:NSURLErrorDomain", "-1001", "in time"},
	        {"SSLHandshakeException", "java", "SSLHandshakeException", "handshake"},
	        {"-2016314099", "mcscep", "22013", "CertRep"},
	        {"0x8123ABCD", "hresult", "0x8123ABCD", "facility 291"},
	        {"0xC0AB0001", "ntstatus", "0xC0AB0001", "facility 0x0AB"},
	        {"0x80072f7", "hresult", "0x80072f7", "0x80072F78"},
	        {"0xffffffff80094800", "hresult", "0x80094800", "template"},
	};
	struct arena *mem = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct code_row *found;
		size_t n = explain_find(mem, rows[i].query, &found);

		assert_true(n > 0);
		assert_string_equal(found[0].dialect, rows[i].dialect);
		assert_string_equal(found[0].code, rows[i].code);
		assert_non_null(strstr(found[0].meaning, rows[i].word));
	}
	arena_free(mem);
}

/* All readings of a number, and every part of a status. */
static void every_reading_is_there(void **state)
{
	static const struct {
		const char *query, *codes; /* dialect and code of each row, in their order */
	} rows[] = {
	        {"event 1001", "event:app 1001, event:connector 1001"},
	        {"404.2.1260", "iis 404.2.1260, iis 404.2, win32 1260, http 404"},
	        {"1722", "win32 1722, msi 1722"},
	        {"Event ID: 31", "event:ndes 31, event:device 31"},
	        {"403.16.2148204809", "iis 403.16, hresult 0x800B0109, http 403"},
	        {"0x80070542", "win32 1346"},
	        {"0x87D10194", "hresult 0x87D10194, syncml 404"},
	        {"413.1", "http 413, iis 413.1"},
	};
	struct arena *mem = arena_new();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct code_row *found;
		size_t n = explain_find(mem, rows[i].query, &found);
		const char *got = "";

		for (size_t k = 0; k < n; k++)
			got = arena_fmt(mem, "%s%s%s %s", got, k != 0 ? ", " : "", found[k].dialect,
			                found[k].code);
		assert_string_equal(got, rows[i].codes);
	}
	arena_free(mem);
}

/* Megabytes of anything end soon, and say that they were cut. */
static void work_is_bounded(void **state)
{
	static const char *const pieces[] = {"event 1 ",     "0x80094012 ",  "ndes ",
	                                     "404 2 1260\n", "(((((",        "NSURLErrorDomain ",
	                                     "-1\n",         "\xE2\x88\x92", "The Network Device "};
	struct arena *mem = arena_new();
	const struct explain *x = explain_new(mem);
	size_t size = 2u << 20;
	char *text = arena_room(mem, size);

	(void)state;
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct arena *work = arena_new();
		struct explain_result r;

		for (size_t k = 0; k < size; k++)
			text[k] = pieces[i][k % strlen(pieces[i])];
		r = explain_text(x, work, text, size);
		assert_true(r.cut);
		assert_true(r.n <= EXPLAIN_HITS_MAX);
		arena_free(work);
	}
	arena_free(mem);
}

/* A source is named behind its event, however long the text before them is. */
static void a_source_behind_its_event(void **state)
{
	static const char event[] =
	        "Event 31 was logged there today by Microsoft-Windows-NetworkDeviceEnrollmentService.\n";
	struct arena *mem = arena_new();
	const struct explain *x = explain_new(mem);

	(void)state;
	for (size_t before = 0; before <= 3000; before += 250) {
		char *text = arena_room(mem, before + sizeof(event));
		struct explain_result r;

		for (size_t i = 0; i < before; i++)
			text[i] = "all is as it was before "[i % 24];
		if (before != 0)
			text[before - 1] = '\n';
		memcpy(text + before, event, sizeof(event));
		r = explain_text(x, mem, text, strlen(text));
		assert_int_equal(r.n, 1);
		assert_string_equal(r.hits[0].dialect, "event:ndes");
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
		assert_non_null(strstr(rows[i].source + strlen(rows[i].source) - 4,
		                       rows[i].source[strlen(rows[i].source) - 2] == 'V' ? " (V)" : " (K)"));
		assert_false(strcmp(rows[i].name, "-") == 0 && strcmp(rows[i].meaning, "-") == 0);
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
	        cmocka_unit_test(every_reading_is_there),
	        cmocka_unit_test(work_is_bounded),
	        cmocka_unit_test(a_source_behind_its_event),
	        cmocka_unit_test(nonsense_finds_nothing),
	        cmocka_unit_test(the_table_is_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
