/*
 * Shared by the files of the gate for secrets: secret.c puts it together, secret_views.c decodes,
 * secret_named.c knows names with values, secret_shapes.c what shows itself without a name, secret_commands.c
 * command lines by the table of secret_tools.c, secret_words.c the words.
 */
#ifndef SECRET_INT_H
#define SECRET_INT_H

#include <stdint.h>

#include <casebook/secret.h>

/* A text and where each of its bytes stands in the original; map NULL: at the same place. map[n] is the end.
 */
struct stext {
	const char *p;
	size_t n;
	const uint32_t *map;
};
struct span {
	uint32_t from, to; /* of the original */
	const char *what;
};
struct spans {
	struct span *all;
	size_t n, cap;
	struct arena *mem;
};
/* What lies in t from..to is a secret. */
void span_add(struct spans *s, const struct stext *t, size_t from, size_t to, const char *what);

/* ---- secret_views.c ---- */
/* One level of escapes undone, everywhere in the text; false when there was none. */
typedef bool unescape(struct arena *mem, const struct stext *in, struct stext *out);
unescape from_escapes, from_quoted_printable, from_wide;
/* Calls back for each run of base64 or hexadecimal digits with the bytes behind it, several times if its
 * beginning is unsure; until the callback returns false. */
struct block {
	size_t from, to; /* the run, in the text */
	const unsigned char *plain;
	size_t n;
};
void each_block(struct arena *mem, const struct stext *t, bool (*found)(void *arg, const struct block *b),
                void *arg);

/* ---- secret_named.c, secret_shapes.c, secret_places.c, secret_commands.c ---- */
void find_named(struct spans *s, const struct stext *t);
void find_shapes(struct spans *s, const struct stext *t);
void find_places(struct spans *s, const struct stext *t);
void find_commands(struct spans *s, const struct stext *t);
/* Keys, PKCS #12 and requests in DER. */
bool secret_der(const unsigned char *p, size_t n);

/* ---- secret_tools.c: what its options mean stands there ---- */
extern const struct secret_tool {
	const char *name, *options;
} secret_tools[];
extern const size_t secret_ntools; /* at most 128 */

/* ---- secret_words.c ---- */
enum name_kind {
	NAME_NONE,
	NAME_SECRET, /* its value is a secret, whatever stands between */
	NAME_SHORT,  /* a short word: only with "=", ":" or as an option */
	NAME_HEADER, /* its value goes on to the end of the line */
};
enum name_kind secret_name(const char *s, size_t n, const char **what);
bool state_word(const char *s, size_t n); /* what a log says of a password: "expired", "failed" */
bool joins(const char *s, size_t n);      /* words that go on with a sentence: "and", "for", "failed" */
bool links(const char *s, size_t n);      /* "is", "ist", "est" */
/* Nothing to hide: empty, masked, a placeholder, yes or no, a code. */
bool harmless(const char *s, size_t n);
/* A word that nobody would say: digits and letters mixed, signs, capitals inside. */
bool looks_random(const char *s, size_t n);

/* ---- characters ---- */
static inline char low(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}
static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}
static inline bool is_alpha(char c)
{
	return low(c) >= 'a' && low(c) <= 'z';
}
static inline bool is_word(char c)
{
	return is_alpha(c) || is_digit(c) || (unsigned char)c >= 0x80;
}
static inline bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
static inline int hex_of(char c)
{
	return is_digit(c) ? c - '0' : low(c) >= 'a' && low(c) <= 'f' ? low(c) - 'a' + 10 : -1;
}
static inline bool in_set(const char *set, char c)
{
	for (; *set != '\0'; set++)
		if (*set == c)
			return true;
	return false;
}
/* ASCII case ignored; `word` in lower case. */
static inline bool begins(const char *s, size_t n, const char *word)
{
	size_t i = 0;

	for (; word[i] != '\0'; i++)
		if (i >= n || low(s[i]) != word[i])
			return false;
	return true;
}

#endif
