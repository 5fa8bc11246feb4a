/*
 * What people paste, each a file in inputs/ in the shape of the real thing: which check claims it, and the
 * facts that it gives, beside it as NAME.want.  Each is read again as UTF-16, as PowerShell redirects it.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/utf8.h>

#include "file_kind.h"
#include "golden_file.h"
#include "probe_seen.h"
#include "value_json.h"

#include <cmocka.h>

#define MOST 256000u

static size_t load(const char *path, char *out)
{
	FILE *f = fopen(path, "rb");
	size_t n;

	assert_non_null(f);
	n = fread(out, 1, MOST, f);
	fclose(f);
	assert_true(n < MOST);
	return n;
}

static const char *kind_of(const void *bytes, size_t n)
{
	const struct probe_impl *impl;
	struct sample_text t;

	sample_of_bytes(bytes, n, &t);
	impl = file_kind(&t.s);
	sample_release(&t);
	return impl != NULL ? impl->desc.id : NULL;
}

/* Offsets differ from one encoding to the other, all else does not. */
static void say(struct buf *out, const char *kind, const char *path)
{
	struct probe_seen s;

	buf_fmt(out, "%s", kind);
	probe_run(&s, kind, "file", path, NULL);
	buf_fmt(out, ": %s\n", evidence_outcome_name(s.e.outcome));
	if (s.e.why != NULL) {
		const char *at = strstr(s.e.why, ": "); /* behind the path */

		buf_fmt(out, "why %s\n", at != NULL ? at + 2 : s.e.why);
	}
	for (size_t i = 0; i < s.e.nfacts; i++) {
		buf_fmt(out, "%s ", s.e.facts[i].key);
		value_json(out, &s.e.facts[i].value);
		buf_char(out, '\n');
	}
	for (size_t i = 0; i < s.e.nrows; i++) {
		buf_fmt(out, "row %s line %llu ", s.e.rows[i].kind, (unsigned long long)s.e.rows[i].line);
		value_json(out, &s.e.rows[i].data);
		buf_char(out, '\n');
	}
	for (size_t i = 0; i < s.e.npins; i++)
		buf_fmt(out, "pin %s line %llu: %s\n", s.e.pins[i].fact, (unsigned long long)s.e.pins[i].line,
		        s.e.pins[i].text);
	probe_seen_release(&s);
}

static void as_utf16(const char *utf8, size_t n, struct buf *out)
{
	buf_put(out, "\xFF\xFE", 2);
	for (size_t i = 0; i < n;) {
		uint32_t cp;
		size_t took = utf8_decode(utf8 + i, n - i, &cp);

		assert_true(took != 0 && cp < 0x10000);
		buf_char(out, (char)(cp & 0xFF));
		buf_char(out, (char)(cp >> 8));
		i += took;
	}
}

/* Each of these readers has an input here that it claims. */
static struct {
	const char *kind;
	bool met;
} readers[] = {{"certutil.output", false}, {"http.bindings", false},   {"winhttp.proxy", false},
               {"spn.list", false},        {"device.join", false},     {"mdm.report", false},
               {"policy.log", false},      {"ndes.validation", false}, {"windows.events", false},
               {"scep.client", false},     {"scep.serverlog", false},  {"connector.trace", false},
               {"apple.profiles", false},  {"network.test", false},    {"access.log", false},
               {"saved.page", false},      {"mscep.log", false},       {"mdm.commands", false},
               {"apple.crash", false}};

static void meet(const char *kind)
{
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
		readers[i].met |= strcmp(readers[i].kind, kind) == 0;
}

static void test_all_met(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
		if (!readers[i].met)
			fail_msg("no input is claimed by %s", readers[i].kind);
}

static void one(const char *path)
{
	char *text = malloc(MOST), want[512];
	size_t n = load(path, text);
	const char *kind = kind_of(text, n), *kind16;
	struct buf out, wide, out16;

	buf_init(&out, 1u << 22);
	buf_init(&out16, 1u << 22);
	buf_init(&wide, 1u << 22);
	if (kind == NULL)
		fail_msg("%s: nobody reads it", path);
	meet(kind);
	say(&out, kind, path);
	snprintf(want, sizeof(want), "%s.want", path);
	golden_file(want, buf_cstr(&out));
	if (strstr(path, "/raw-") == NULL) { /* bytes that are no text */
		as_utf16(text, n, &wide);
		kind16 = kind_of(wide.p, wide.n);
		assert_non_null(kind16);
		say(&out16, kind16, test_file("wide", wide.p, wide.n));
		if (strcmp(buf_cstr(&out), buf_cstr(&out16)) != 0)
			fail_msg("%s reads otherwise as UTF-16:\n%s", path, buf_cstr(&out16));
	}
	buf_release(&out);
	buf_release(&out16);
	buf_release(&wide);
	free(text);
}

static int is_input(const struct dirent *d)
{
	return d->d_name[0] != '.' && strstr(d->d_name, ".want") == NULL;
}

static void test_pastes(void **state)
{
	struct dirent **names;
	int n = scandir(PASTES, &names, is_input, alphasort);

	(void)state;
	assert_true(n > 0);
	for (int i = 0; i < n; i++) {
		char path[512];

		snprintf(path, sizeof(path), "%s/%s", PASTES, names[i]->d_name);
		one(path);
		free(names[i]);
	}
	free(names);
}

/* What nobody reads says what it most resembles, and what it lacks; what resembles nothing says nothing. */
static void test_resembles(void **state)
{
	static const struct {
		const char *text, *like;
	} rows[] = {
	        {"the server logged sc-status 500 for GetCACaps of W3SVC1, nothing else\n", "an IIS log"},
	        {"Issuer is Fabrikam CA, NotAfter next week, Thumbprint 9f1c\n", "a list of certificates"},
	        {"MaxFieldLength below HKLM is REG_DWORD 16384, says the admin\n", "registry values"},
	        {"profiled shows an NSURLErrorDomain on the iOS phone\n", "a console log of an Apple device"},
	        {"certutil cannot get the CRL at its CDP\n", "output of certutil"},
	        {"dear colleague, lunch is at noon\n", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct probe_seen s;
		const char *why;

		probe_run(&s, "file.recognise", "file", test_file("unknown", rows[i].text, SIZE_MAX), NULL);
		why = value_find_str(&seen_fact(&s, "files")->u.list.items[0], "why");
		assert_non_null(why);
		if (rows[i].like == NULL)
			assert_string_equal(why, "is text of a kind that is not known");
		else if (strstr(why, rows[i].like) == NULL || strstr(why, "lacks") == NULL)
			fail_msg("%s: %s", rows[i].text, why);
		probe_seen_release(&s);
	}
}

/* The form of CMTrace is that of many programs: what Intune's own on a device writes says nothing of NDES. */
static void test_other_cmtrace(void **state)
{
	static const char log[] =
	        "<![LOG[Win32App check done, code 0x87D1041C]LOG]!><time=\"09:50:15.512\" date=\"03-12-2026\" "
	        "component=\"IntuneManagementExtension\" context=\"\" type=\"3\" thread=\"3\" file=\"\">\n";
	struct probe_seen s;

	(void)state;
	assert_null(kind_of(log, sizeof(log) - 1));
	probe_run(&s, "policy.log", "file", test_file("ime.log", log, SIZE_MAX), NULL);
	assert_int_equal(s.e.outcome, EV_UNREADABLE);
	assert_int_equal(s.e.nfacts, 0);
	probe_seen_release(&s);
}

/* The console of an Apple device, saved as a table in German. */
static void test_console_cells(void **state)
{
	static const char log[] =
	        "\"Typ\",\"Zeit\",\"Prozess\",\"Nachricht\"\n"
	        "\"Fehler\",\"2026-03-12 10:00:00.123456+0100\",\"profiled\",\"Cannot retrieve SCEP identity: "
	        "NSError: Domain : MCSCEPErrorDomain Code : 22013 Type : MCFatalError\"\n";
	struct probe_seen s;

	(void)state;
	assert_string_equal(kind_of(log, sizeof(log) - 1), "ios.console");
	probe_run(&s, "ios.console", "file", test_file("console.csv", log, SIZE_MAX), NULL);
	assert_int_equal(s.e.outcome, EV_MEASURED);
	assert_non_null(value_find(seen_fact(&s, "error_codes"), "22013"));
	probe_seen_release(&s);
}

/* What nobody reads still says which codes stand in it. */
static void test_codes_of_unknown(void **state)
{
	static const char log[] =
	        "1105.420.0:<2026/3/12, 9:00:11>: 0x80090016 (-2146893802 NTE_BAD_KEYSET)\n"
	        "Mar 12 10:12:44 lb1 haproxy[2210]: 192.0.2.4:51122 [12/Mar/2026:10:12:44.101] "
	        "fe~ be/<NOSRV> 0/-1/-1/-1/0 503 217 - - SC-- 3/3/0/0/0 0/0 \"GET / HTTP/1.1\"\n";
	static const char *const want[] = {"0x80090016", "503", "SC"};
	const struct value *codes;
	struct probe_seen s;

	(void)state;
	probe_run(&s, "file.recognise", "file", test_file("mixed.log", log, SIZE_MAX), NULL);
	codes = value_find(&seen_fact(&s, "files")->u.list.items[0], "codes");
	assert_non_null(codes);
	assert_int_equal(codes->u.list.n, 3);
	for (size_t i = 0; i < 3; i++)
		assert_string_equal(value_find_str(&codes->u.list.items[i], "code"), want[i]);
	probe_seen_release(&s);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_pastes),        cmocka_unit_test(test_all_met),
	        cmocka_unit_test(test_resembles),     cmocka_unit_test(test_other_cmtrace),
	        cmocka_unit_test(test_console_cells), cmocka_unit_test(test_codes_of_unknown)};

	golden_args(argc, argv);
	return cmocka_run_group_tests(tests, NULL, test_folder_remove);
}
