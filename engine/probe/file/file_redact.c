/*
 * What must not leave a line that becomes evidence: challenges, PKIOperation
 * messages, tokens, passwords, cookies.  Thumbprints stay: they are needed for
 * matching.  Names of people and machines are the report's business.
 */
#include "file_text.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define LONG_BASE64 160u /* no thumbprint, GUID or path is that long without a break */
#define LONG_MESSAGE 64u /* CA identifiers in message= are short words */

enum value_end { TO_DELIMITER, TO_LINE_END };
static const struct secret {
	const char *key;
	enum value_end end;
} secrets[] = {
        {"CertificateRequestToken", TO_DELIMITER},
        {"challengePassword", TO_DELIMITER},
        {"Challenge", TO_DELIMITER},
        {"EncryptedPassword", TO_DELIMITER},
        {"password", TO_DELIMITER},
        {"pwd", TO_DELIMITER},
        {"Authorization", TO_LINE_END},
        {"Set-Cookie", TO_LINE_END},
        {"Cookie", TO_LINE_END},
        {"access_token", TO_DELIMITER},
        {"client_secret", TO_DELIMITER},
};

static void removed(struct buf *out, size_t n)
{
	buf_fmt(out, "<removed, %zu bytes>", n);
}

/* Standard base64, perhaps %-escaped; the URL alphabet and dots only in a JSON web token. */
static size_t base64_run(const char *p, size_t n)
{
	bool token = n >= 3 && memcmp(p, "eyJ", 3) == 0;
	size_t i = 0;

	while (i < n && (isalnum((unsigned char)p[i]) || strchr(token ? "+/=%-_." : "+/=%", p[i])) && p[i])
		i++;
	return i;
}

static size_t match(const char *p, size_t n, const char *word)
{
	size_t len = strlen(word);

	return n >= len && strncasecmp(p, word, len) == 0 ? len : 0;
}

/* "=", ":", ">", "&gt;", quotes and blanks between a name and its value; 0 when there is no value. */
static size_t separator(const char *p, size_t n)
{
	size_t i = 0;
	bool some = false;

	while (i < n) {
		size_t entity = match(p + i, n - i, "&gt;");

		if (!entity)
			entity = match(p + i, n - i, "&quot;");
		if (entity) {
			some = true;
			i += entity;
		} else if (strchr("=:>", p[i]) && p[i]) {
			some = true;
			i++;
		} else if (p[i] == '"' || p[i] == '\'' || p[i] == ' ') {
			i++;
		} else {
			break;
		}
	}
	return some ? i : 0;
}

static size_t value_length(const char *p, size_t n, enum value_end end)
{
	size_t i = 0;

	if (end == TO_LINE_END)
		return n;
	while (i < n && !strchr(" \t<>\"'&;,", p[i]))
		i++;
	return i;
}

/* A named secret at p: writes name and mark, returns the bytes taken; 0 when there is none. */
static size_t named(struct buf *out, const char *p, size_t n)
{
	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
		size_t key = match(p, n, secrets[i].key), gap, value;

		if (!key)
			continue;
		gap = separator(p + key, n - key);
		if (!gap)
			return 0;
		value = value_length(p + key + gap, n - key - gap, secrets[i].end);
		if (!value)
			return 0;
		buf_put(out, p, key + gap);
		removed(out, value);
		return key + gap + value;
	}
	return 0;
}

static size_t message(struct buf *out, const char *p, size_t n)
{
	size_t key = match(p, n, "message="), value = 0;

	if (!key)
		return 0;
	while (key + value < n && !strchr(" \t&\"", p[key + value]))
		value++;
	if (value <= LONG_MESSAGE)
		return 0;
	buf_put(out, p, key);
	removed(out, value);
	return key + value;
}

/* "//user:word@host" */
static size_t userinfo(struct buf *out, const char *p, size_t n)
{
	size_t i = 2;

	if (n < 4 || p[0] != '/' || p[1] != '/')
		return 0;
	while (i < n && p[i] != '/' && p[i] != ' ' && p[i] != '?' && p[i] != '@')
		i++;
	if (i >= n || p[i] != '@' || !memchr(p, ':', i))
		return 0;
	buf_put(out, p, 2);
	removed(out, i - 2);
	return i;
}

void file_redact(struct buf *out, const char *p, size_t n)
{
	for (size_t i = 0; i < n;) {
		bool word_start = i == 0 || !isalnum((unsigned char)p[i - 1]);
		size_t took = 0, run;

		if (word_start) {
			took = message(out, p + i, n - i);
			if (!took)
				took = named(out, p + i, n - i);
		}
		if (!took)
			took = userinfo(out, p + i, n - i);
		if (took) {
			i += took;
			continue;
		}
		run = word_start ? base64_run(p + i, n - i) : 0;
		if (run >= LONG_BASE64) {
			removed(out, run);
			i += run;
			continue;
		}
		buf_char(out, p[i++]);
	}
}
