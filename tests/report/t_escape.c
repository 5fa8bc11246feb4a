/*
 * Foreign text at every door: what it becomes in HTML and Markdown, and that no
 * byte of a hostile case reaches a reader as anything but text.  The hostile
 * reports are left in the build folder for the scripts that read them with a
 * browser and a Markdown parser of others.
 */
#include "report_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <casebook/utf8.h>

#include "report_int.h"

struct row {
	const char *in, *out;
};

static void check(const struct row *rows, size_t n, void (*write)(struct sink *s, const char *text))
{
	for (size_t i = 0; i < n; i++) {
		struct sink s;
		struct buf b;

		buf_init(&b, BUF_MAX_LINE);
		sink_init_buf(&s, &b);
		write(&s, rows[i].in);
		sink_flush(&s);
		if (strcmp(buf_cstr(&b), rows[i].out) != 0)
			fail_msg("row %zu: %s\n  became   %s\n  expected %s", i, rows[i].in, buf_cstr(&b),
			         rows[i].out);
		buf_release(&b);
	}
}

static void test_html(void **state)
{
	static const struct row rows[] = {
	        {"", ""},
	        {"plain", "plain"},
	        {"<script>alert('x')</script>", "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;"},
	        {"a=\"b\" & c", "a=&quot;b&quot; &amp; c"},
	        {"&amp;", "&amp;amp;"},
	};

	(void)state;
	check(rows, sizeof(rows) / sizeof(rows[0]), esc_html);
}

static void md_start(struct sink *s, const char *text)
{
	esc_md(s, text, MD_START);
}

static void md_cell(struct sink *s, const char *text)
{
	esc_md_code(s, text, true);
}

static void test_markdown(void **state)
{
	static const struct row prose[] = {
	        {"plain text, with. punctuation!", "plain text, with. punctuation!"},
	        {"# heading", "\\# heading"},
	        {"- item", "\\- item"},
	        {"1. item", "1\\. item"},
	        {"2026-11-22 is a date", "2026-11-22 is a date"},
	        {"*bold* _em_ snake_case_name", "\\*bold\\* \\_em\\_ snake_case_name"},
	        {"[a](b) <i> | ~x~ $x$ `c`", "\\[a\\](b) \\<i\\> \\| \\~x\\~ \\$x\\$ \\`c\\`"},
	        {"&copy; & &#60;", "\\&copy; & `&#60`;"},
	        {"see https://evil.test/x.", "see `https://evil.test/x`."},
	        {"(jane@contoso.com)", "(`jane@contoso.com`)"},
	        {"@channel and #12 and GH-7", "`@channel` and `#12` and `GH-7`"},
	        {"www.evil.test", "`www.evil.test`"},
	};
	static const struct row code[] = {
	        {"a", "`a`"},
	        {"a`b", "``a`b``"},
	        {"`a`", "`` `a` ``"},
	        {"a|b", "`a\\|b`"},
	};

	(void)state;
	check(prose, sizeof(prose) / sizeof(prose[0]), md_start);
	check(code, sizeof(code) / sizeof(code[0]), md_cell);
}

/* ---- a case in which every text is hostile ---- */
#define EVIL                                                                                             \
	"<script>document.title='owned'</script><img src=x onerror=alert(1)>\\\"'&lt;![CDATA[`` ``` "    \
	"|--|--|\\n# h\\n- [x](javascript:alert(1))"                                                     \
	"\\n![i](http://evil.test/i.png) @channel #1 "                                                   \
	"\\u001b[31m\\u001b]0;t\\u0007\\u202e\\u2066\\u200f\\u0085\\u2028\\ufeff\\u0000"                 \
	"</style></title></textarea>--><svg onload=alert(1)>{{7*7}} $x$ www.evil.test http://evil.test " \
	"</code></pre></td></table>"

static const char *const hostile[] = {
        "{\"kind\":\"input\",\"at\":\"2026-11-22T14:00:00Z\",\"key\":\"server_url\",\"by\":\"person\","
        "\"value\":\"" EVIL "\"}",
        "{\"kind\":\"input\",\"at\":\"2026-11-22T14:00:00Z\",\"key\":\"" EVIL
        "\",\"by\":\"person\",\"value\":\"" EVIL "\"}",
        "{\"kind\":\"note\",\"at\":\"2026-11-22T14:00:02Z\",\"text\":\"" EVIL "\\n```\\n" EVIL "\"}",
        "{\"kind\":\"evidence\",\"at\":\"2026-11-22T14:00:03Z\",\"evidence\":{\"probe\":\"scep.url\","
        "\"target\":\"" EVIL
        "\",\"step\":\"server-url\",\"outcome\":\"unreached\",\"vantage\":{\"host\":\"" EVIL
        "\",\"proxy\":\"" EVIL "\"},\"started\":\"2026-11-22T14:00:03Z\",\"took_ms\":5,\"facts\":{\"status\":"
        "503,\"page\":\"service-unavailable\",\"server\":\"" EVIL "\",\"" EVIL
        "\":\"x\",\"certificates\":[{\"subject\":\"" EVIL "\",\"role\":\"" EVIL
        "\",\"not_after\":\"2027-01-01T00:00:00Z\",\"" EVIL "\":\"" EVIL
        "\"}]},\"pins\":[{\"fact\":\"page\",\"file\":\"" EVIL
        "\",\"line\":3,\"offset\":9,\"time\":\"2026-11-22T13:00:00Z\",\"text\":\"" EVIL
        "\"}],\"sha256\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\",\"by_hand\":"
        "\"" EVIL "\",\"why\":\"" EVIL "\"}}",
        "{\"kind\":\"answer\",\"at\":\"2026-11-22T14:00:04Z\",\"step\":\"server-url\",\"answer\":\"stopped\","
        "\"by\":\"probe\",\"seen\":\"stopped\",\"evidence\":4}",
        "{\"kind\":\"tick\",\"at\":\"2026-11-22T14:00:05Z\",\"cause\":\"" EVIL
        "\",\"item\":99,\"done\":true}",
};

/* \u0000 cannot stand in a C string, and the reader refuses it: the rest of EVIL is taken. */
static char *without_nul(const char *json)
{
	char *out = strdup(json), *at;

	while ((at = strstr(out, "\\u0000")) != NULL)
		memmove(at, at + 6, strlen(at + 6) + 1);
	return out;
}

static void all_safe(const char *name, const char *text)
{
	size_t n = strlen(text), i = 0;

	assert_true(utf8_valid(text, n));
	while (i < n) {
		uint32_t cp;

		i += utf8_decode(text + i, n - i, &cp);
		if (utf8_is_unsafe(cp) && cp != '\n' && cp != '\t')
			fail_msg("%s: U+%04X at byte %zu", name, (unsigned)cp, i);
	}
}

static void write_file(const char *ext, const char *text)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/hostile.%s", BUILD_DIR, ext);
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, strlen(text), f), strlen(text));
	assert_int_equal(fclose(f), 0);
}

static void test_hostile_case(void **state)
{
	struct report_options options = {
	        .made_ms = REPORT_MADE_BY_CASE, .redact = REDACT_FULL, .details = true};
	struct flow *flow = test_flow();
	struct casefile cf;
	struct report *r;

	(void)state;
	casefile_init(&cf, "01JDA3V7H8Q2W4E6R8T0Y2V4X6", flow->id, flow->hash, 0);
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		char *json = without_nul(hostile[i]);

		test_append(&cf, json);
		free(json);
	}
	cf.title = cf.log[2].u.note.text;
	cf.host = cf.log[2].u.note.text;
	r = report_new(flow, &cf, &options);
	for (size_t i = 0; report_formats[i] != NULL; i++) {
		char *text = test_render(r, report_formats[i]->name);

		all_safe(report_formats[i]->name, text);
		write_file(report_formats[i]->name, text);
		free(text);
	}
	report_free(r);
	casefile_release(&cf);
	flow_free(flow);
}

/* Bytes that are not UTF-8 reach a report only through a broken store; they are cleaned all the same. */
static void test_bad_utf8(void **state)
{
	struct report_options options = {
	        .made_ms = REPORT_MADE_BY_CASE, .redact = REDACT_FULL, .details = true};
	struct record rec = {.kind = REC_NOTE,
	                     .u.note.text = "caf\xe9 \xff\xfe \xed\xa0\x80 \xc0\xaf \x1b[2J"};
	struct flow *flow = test_flow();
	struct casefile cf;
	struct report *r;
	struct err err;

	(void)state;
	casefile_init(&cf, "01JDA3V7H8Q2W4E6R8T0Y2V4X6", flow->id, flow->hash, 0);
	assert_non_null(casefile_append(&cf, &rec, &err));
	cf.title = "\x9b"
	           "31m\xff";
	r = report_new(flow, &cf, &options);
	for (size_t i = 0; report_formats[i] != NULL; i++) {
		char *text = test_render(r, report_formats[i]->name);

		all_safe(report_formats[i]->name, text);
		free(text);
	}
	report_free(r);
	casefile_release(&cf);
	flow_free(flow);
}

/* Lines of text reports fit 78 columns, whatever stands in the case: but for commands and lines of logs,
 * which are whole, and for one word that is wider. */
static bool may_be_wide(const char *line, size_t n)
{
	size_t blanks = strspn(line, " "), word = blanks;

	if (blanks == 4 || blanks == 6)
		return true;
	for (size_t i = blanks; i < n; i++)
		word = line[i] == ' ' ? i + 1 : word;
	return n - word > 40 && utf8_width(line, word) <= 78;
}

static void test_text_width(void **state)
{
	static const char *const names[] = {"healthy", "fault-fixed", "inconclusive"};
	struct flow *flow = test_flow();

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct casefile cf;
		struct report *r;
		char *text, *line;

		test_case(flow, names[i], &cf);
		r = report_new(flow, &cf, NULL);
		text = test_render(r, "txt");
		for (line = text; *line != '\0'; line += strcspn(line, "\n") + 1) {
			if (utf8_width(line, strcspn(line, "\n")) > 78 &&
			    !may_be_wide(line, strcspn(line, "\n")))
				fail_msg("%s: %.*s", names[i], (int)strcspn(line, "\n"), line);
			if (line[strcspn(line, "\n")] == '\0')
				break;
		}
		free(text);
		report_free(r);
		casefile_release(&cf);
	}
	flow_free(flow);
}

/* The same case gives the same bytes, at every level and in every format. */
static void test_same_bytes(void **state)
{
	struct flow *flow = test_flow();

	(void)state;
	for (int level = REDACT_STANDARD; level <= REDACT_STRICT; level++) {
		struct report_options options = {.made_ms = 1000, .redact = (enum redact_level)level};

		for (size_t i = 0; report_formats[i] != NULL; i++) {
			char *texts[2];

			for (int turn = 0; turn < 2; turn++) {
				struct casefile cf;
				struct report *r;

				test_case(flow, "fault-fixed", &cf);
				r = report_new(flow, &cf, &options);
				texts[turn] = test_render(r, report_formats[i]->name);
				report_free(r);
				casefile_release(&cf);
			}
			assert_string_equal(texts[0], texts[1]);
			free(texts[0]);
			free(texts[1]);
		}
	}
	flow_free(flow);
}

/* The first lines of Markdown are all that some read: verdict to missing within ten. */
static void test_summary_first(void **state)
{
	static const char *const want[] = {"# ", "**", "Before:", "After:", "Now:", "Excluded:"};
	struct flow *flow = test_flow();
	struct casefile cf;
	struct report *r;
	char *text, *at;
	int lines = 1;

	(void)state;
	test_case(flow, "fault-fixed", &cf);
	r = report_new(flow, &cf, NULL);
	text = at = test_render(r, "md");
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		char *next = strstr(at, want[i]);

		if (next == NULL)
			fail_msg("no %s", want[i]);
		for (; at < next; at++)
			lines += *at == '\n';
	}
	assert_true(lines <= 14);
	free(text);
	report_free(r);
	casefile_release(&cf);
	flow_free(flow);
}

/* An imported case may name any number of things that a step waits for: each is written once. */
static void test_put_off_for_many(void **state)
{
	enum { MANY = 4096 };
	struct flow *flow = test_flow();
	struct arena *mem = arena_new();
	struct casefile cf;
	struct report *r;
	struct event_text text;
	struct record *last;
	char wanted[2 * MANY + 1];

	(void)state;
	for (size_t i = 0; i < MANY; i++)
		memcpy(wanted + 2 * i, "x ", 3);
	test_case(flow, "fault-fixed", &cf);
	last = &cf.log[cf.nlog - 1];
	last->kind = REC_PUT_OFF;
	last->u.put_off = (struct rec_put_off){"app-pool", wanted, BY_PERSON};
	r = report_new(flow, &cf, NULL);
	text = event_text(r, mem, &(struct event){.pos = (uint32_t)cf.nlog});
	assert_int_equal(strlen(text.what), strlen("Put off: ") + 3 * MANY - 2);
	assert_true(arena_used(mem) < (size_t)64 * MANY);
	report_free(r);
	casefile_release(&cf);
	arena_free(mem);
	flow_free(flow);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(test_html),          cmocka_unit_test(test_markdown),
	        cmocka_unit_test(test_hostile_case),  cmocka_unit_test(test_bad_utf8),
	        cmocka_unit_test(test_text_width),    cmocka_unit_test(test_same_bytes),
	        cmocka_unit_test(test_summary_first), cmocka_unit_test(test_put_off_for_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
