/* Conditions of sentences: the little language of fact.h.  Knows values; knows no probe. */
#include "say_int.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *text;
	enum say_op op;
} plain[] = {{"known", OP_KNOWN},    {"unknown", OP_UNKNOWN},    {"empty", OP_EMPTY},
             {"not empty", OP_FULL}, {"more than one", OP_MANY}, {"other", OP_KNOWN}},
  signs[] = {{">= ", OP_GE}, {"<= ", OP_LE}, {"!= ", OP_NE},  {"> ", OP_GT},
             {"< ", OP_LT},  {"= ", OP_EQ},  {"has ", OP_HAS}};

static bool put(char *to, size_t max, const char *s, size_t n)
{
	if (n == 0 || n >= max)
		return false;
	memcpy(to, s, n);
	to[n] = '\0';
	return true;
}

/* "a or b or c" */
static bool take_words(struct say_test *t, const char *s, size_t n)
{
	static const char sep[] = " or ";

	while (n != 0 && t->nwords < sizeof(t->words) / sizeof(t->words[0])) {
		size_t len = 0;

		while (len < n && !(n - len > 4 && strncmp(s + len, sep, 4) == 0))
			len++;
		if (!put(t->words[t->nwords++], sizeof(t->words[0]), s, len))
			return false;
		s += len == n ? n : len + 4;
		n -= len == n ? n : len + 4;
	}
	return t->nwords != 0 && n == 0;
}

static bool one_sign(struct say_test *t, const char *s, size_t n)
{
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		size_t len = strlen(signs[i].text);
		char number[24], *end;

		if (n <= len || strncmp(s, signs[i].text, len) != 0)
			continue;
		t->op = signs[i].op;
		if (t->op == OP_EQ || t->op == OP_NE || t->op == OP_HAS)
			return take_words(t, s + len, n - len);
		if (!put(number, sizeof(number), s + len, n - len))
			return false;
		t->number = strtoll(number, &end, 10);
		return *end == '\0';
	}
	return false;
}

static bool one_test(struct say_test *t, const char *s, size_t n)
{
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		if (strlen(plain[i].text) == n && strncmp(s, plain[i].text, n) == 0) {
			t->op = plain[i].op;
			return true;
		}
	}
	return one_sign(t, s, n);
}

/* "subject test", or a test of the fact itself. */
static bool with_subject(struct say_test *t, const char *s, size_t n)
{
	size_t name = 0;

	*t = (struct say_test){.subject = ""};
	if (one_test(t, s, n))
		return true;
	*t = (struct say_test){.subject = ""};
	while (name < n && s[name] != ' ')
		name++;
	return name + 1 < n && put(t->subject, sizeof(t->subject), s, name) &&
	       one_test(t, s + name + 1, n - name - 1);
}

size_t say_parse(const char *when, struct say_test out[SAY_MAX_TESTS])
{
	size_t n = 0;

	while (*when != '\0') {
		const char *comma = strstr(when, ", "), *and = strstr(when, " and ");
		size_t len = comma != NULL ? (size_t)(comma - when) : strlen(when);
		bool also = and != NULL && (size_t)(and-when) < len;

		if (also)
			len = (size_t)(and-when);
		if (n == SAY_MAX_TESTS || !with_subject(&out[n], when, len))
			return 0;
		/* ">= 0 and < 30": both of the same subject */
		if (n != 0 && out[n].subject[0] == '\0' && when[-1] == ' ' &&
		    strncmp(when - 4, "and ", 4) == 0)
			memcpy(out[n].subject, out[n - 1].subject, sizeof(out[n].subject));
		n++;
		when += len + (also ? 5 : comma != NULL ? 2 : 0);
	}
	return n;
}
