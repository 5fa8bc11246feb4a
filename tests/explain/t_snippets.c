/* Texts as people paste them, with what each place of them means: tests/explain/snippets.tsv. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <casebook/explain.h>

#include <cmocka.h>

#define ROWS_MAX 1000
#define LEAST 300
#define MOST_OF_A_FORM 10

extern const unsigned char snippets_tsv[];
extern const size_t snippets_tsv_size;

struct snippet {
	char *form, *text, *expect, *word;
};

static char *unescape(struct arena *mem, const char *s)
{
	char *out = arena_strdup(mem, s), *w = out;

	for (; *s != '\0'; s++) {
		if (*s != '\\' || s[1] == '\0') {
			*w++ = *s;
			continue;
		}
		s++;
		*w++ = (char)(*s == 'n' ? '\n' : *s == 't' ? '\t' : *s == 'r' ? '\r' : *s);
	}
	*w = '\0';
	return out;
}

static size_t load(struct arena *mem, struct snippet *rows)
{
	char *p = arena_strndup(mem, (const char *)snippets_tsv, snippets_tsv_size), *line, *rest = NULL;
	size_t n = 0;

	for (line = strtok_r(p, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
		char *col[4], *tab = line;
		size_t c = 0;

		if (*line == '#')
			continue;
		for (; c < 4 && tab != NULL; c++) {
			col[c] = tab;
			tab = strchr(tab, '\t');
			if (tab != NULL)
				*tab++ = '\0';
		}
		assert_int_equal(c, 4);
		assert_true(n < ROWS_MAX);
		rows[n++] = (struct snippet){col[0], unescape(mem, col[1]), col[2], col[3]};
	}
	return n;
}

/* "dialect code; dialect code": the likeliest reading of each place, each once. */
static const char *told(struct arena *mem, const struct explain_result *r)
{
	const char *out = "";

	for (size_t i = 0; i < r->n; i++) {
		const struct explained *h = &r->hits[i];
		bool again = false;

		for (size_t k = 0; k < i; k++)
			again = again || (strcmp(r->hits[k].code, h->code) == 0 &&
			                  strcmp(r->hits[k].dialect, h->dialect) == 0);
		if (!again)
			out = arena_fmt(mem, "%s%s%s %s", out, *out != '\0' ? "; " : "", h->dialect, h->code);
	}
	return *out != '\0' ? out : "-";
}

static void each_means_what_the_table_says(void **state)
{
	struct arena *mem = arena_new();
	struct snippet *rows = arena_array(mem, ROWS_MAX, sizeof(*rows));
	const struct explain *x = explain_new(mem);
	size_t n = load(mem, rows), bad = 0;

	(void)state;
	for (size_t i = 0; i < n; i++) {
		struct explain_result r = explain_text(x, mem, rows[i].text, strlen(rows[i].text));
		const char *got = told(mem, &r), *word = rows[i].word;
		const char *where = r.n == 0       ? "-"
		                    : *word == '=' ? r.hits[0].rows[0].name
		                                   : r.hits[0].meaning;

		if (strcmp(got, rows[i].expect) == 0 && strstr(where, word + (*word == '=')) != NULL)
			continue;
		print_message("%s: %s\n  expected: %s (%s)\n  got:      %s (%s)\n", rows[i].form,
		              rows[i].text, rows[i].expect, word, got, where);
		bad++;
	}
	assert_int_equal(bad, 0);
	arena_free(mem);
}

static void every_place_lies_in_its_text(void **state)
{
	struct arena *mem = arena_new();
	struct snippet *rows = arena_array(mem, ROWS_MAX, sizeof(*rows));
	const struct explain *x = explain_new(mem);
	size_t n = load(mem, rows);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		struct explain_result r = explain_text(x, mem, rows[i].text, strlen(rows[i].text));
		size_t end = 0;

		for (size_t k = 0; k < r.n; k++) {
			assert_true(r.hits[k].at >= end && r.hits[k].len != 0);
			end = r.hits[k].at + r.hits[k].len;
			assert_true(end <= strlen(rows[i].text));
			assert_true(r.hits[k].nrows != 0);
		}
	}
	arena_free(mem);
}

/* What is left of a text when its numbers and names of codes are taken away. */
static const char *shape(struct arena *mem, const char *s)
{
	char *out = arena_strdup(mem, s), *w = out;

	while (*s != '\0') {
		size_t n = strspn(s, "0123456789abcdefABCDEFxX"),
		       u = strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
		bool digit = false;

		for (size_t i = 0; i < n; i++)
			digit = digit || isdigit((unsigned char)s[i]);
		if (u > 4 && memchr(s, '_', u) != NULL) {
			*w++ = 'N';
			s += u;
		} else if (digit) {
			*w++ = '9';
			s += n;
		} else {
			*w++ = (char)tolower((unsigned char)*s++);
		}
	}
	*w = '\0';
	return out;
}

static void the_snippets_are_many_and_differ(void **state)
{
	struct arena *mem = arena_new();
	struct snippet *rows = arena_array(mem, ROWS_MAX, sizeof(*rows));
	size_t n = load(mem, rows), same = 0;

	(void)state;
	assert_true(n >= LEAST);
	for (size_t i = 0; i < n; i++) {
		size_t of_form = 0;

		for (size_t k = 0; k < n; k++) {
			of_form += strcmp(rows[i].form, rows[k].form) == 0;
			if (k < i && strcmp(shape(mem, rows[i].text), shape(mem, rows[k].text)) == 0) {
				print_message("differ in their numbers alone: %s | %s\n", rows[i].text,
				              rows[k].text);
				same++;
			}
		}
		assert_true(of_form <= MOST_OF_A_FORM);
	}
	assert_int_equal(same, 0);
	arena_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(each_means_what_the_table_says),
	        cmocka_unit_test(every_place_lies_in_its_text),
	        cmocka_unit_test(the_snippets_are_many_and_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
