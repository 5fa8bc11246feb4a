/* Secrets that show themselves without a name: credentials in a URL, "Bearer X", JSON web tokens, keys and
 * requests in PEM and DER, long runs of random base64, tokens with a maker's prefix. */
#include "secret_int.h"

#include <string.h>

#define RANDOM_RUN 40 /* digits of base64; a thumbprint is hexadecimal, a GUID has dashes */
#define ANY_RUN 160   /* no path or name is that long without a break */
#define ANY_SIGNS 10  /* different ones in it at least; fewer are a ruler, a filler or a pattern */

/* ---- "//user:word@host" ---- */
static void userinfo(struct spans *s, const struct stext *t, size_t i)
{
	size_t end = i + 3, at = 0;

	if (!begins(t->p + i, t->n - i, "://"))
		return;
	while (end < t->n && !in_set("/?# \t\n\"'<>", t->p[end])) {
		if (t->p[end] == '@')
			at = end;
		end++;
	}
	if (at > i + 3 &&
	    (memchr(t->p + i + 3, ':', at - i - 3) != NULL || looks_random(t->p + i + 3, at - i - 3)) &&
	    !harmless(t->p + i + 3, at - i - 3))
		span_add(s, t, i + 3, at, "credentials in a URL");
}

/* "http=name:word@10.0.0.1:3128", as proxies are given: the host has a port, or there is nothing else, so it
 * is no mail address. */
static void before_host(struct spans *s, const struct stext *t, size_t i)
{
	size_t from = i, end = i + 1, digits;
	bool alone;

	while (from > 0 && i - from < 128 && !is_blank(t->p[from - 1]) &&
	       !in_set("/\"'=<>;,@", t->p[from - 1]))
		from--;
	while (end < t->n && (is_word(t->p[end]) || in_set("-.", t->p[end])))
		end++;
	for (digits = end + 1; digits < t->n && is_digit(t->p[digits]); digits++)
		;
	alone = from == 0 && end == t->n && !begins(t->p, t->n, "mailto:") && !begins(t->p, t->n, "smtp:");
	if (end == i + 1 || !(alone || (end < t->n && t->p[end] == ':' && digits > end + 1)))
		return;
	if ((from == 0 || t->p[from - 1] != '/') && memchr(t->p + from, ':', i - from) != NULL &&
	    !harmless(t->p + from, i - from))
		span_add(s, t, from, i, "credentials of a proxy");
}

/* ---- "Bearer X" ---- */
static bool token_char(char c)
{
	return is_alpha(c) || is_digit(c) || in_set("-._~+/=%", c);
}

static void scheme(struct spans *s, const struct stext *t, size_t i)
{
	static const char *const schemes[] = {"bearer",    "basic",
	                                      "negotiate", "ntlm",
	                                      "digest",    "kerberos",
	                                      "sharedkey", "sharedaccesssignature",
	                                      "apikey",    "aws4-hmac-sha256",
	                                      "hawk",      NULL};

	for (size_t k = 0; schemes[k] != NULL; k++) {
		size_t from = i + strlen(schemes[k]), end;

		if (!begins(t->p + i, t->n - i, schemes[k]) || from >= t->n || !in_set(" \t", t->p[from]))
			continue;
		while (from < t->n && is_blank(t->p[from]))
			from++;
		for (end = from; end < t->n && (token_char(t->p[end]) || (k >= 6 && in_set(":&", t->p[end])));
		     end++)
			;
		if (end < t->n && t->p[end] == '=')
			end++;
		/* A word, "realm=", a version: no credentials. */
		if (end - from < 5 || begins(t->p + from, end - from, "realm=") ||
		    state_word(t->p + from, end - from))
			return;
		if (looks_random(t->p + from, end - from) ||
		    (end - from >= 12 && memchr(t->p + from, '=', end - from)))
			span_add(s, t, from, end, "credentials of a request");
		return;
	}
}

/* ---- tokens that begin alike ---- */
/* The end of the token that begins at i; i when none does. */
static size_t prefixed(struct spans *s, const struct stext *t, size_t i)
{
	size_t last = i;
	static const struct {
		const char *prefix;
		size_t least;
	} known[] = {{"eyJ", 10},         {"ghp_", 20},   {"gho_", 20},  {"ghs_", 20},
	             {"github_pat_", 20}, {"glpat-", 16}, {"xoxb-", 16}, {"xoxp-", 16},
	             {"AKIA", 20},        {"ASIA", 20},   {"AIza", 30},  {"sk-", 24},
	             {"SG.", 24},         {"hvs.", 20},   {"npm_", 20},  {"dop_v1_", 20}};

	for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++) {
		size_t m = strlen(known[k].prefix), end = i + m;

		if (t->n - i < known[k].least || memcmp(t->p + i, known[k].prefix, m) != 0)
			continue;
		while (end < t->n &&
		       (is_alpha(t->p[end]) || is_digit(t->p[end]) || in_set("-_.=", t->p[end])))
			end++;
		while (end > i && t->p[end - 1] == '.')
			end--;
		if (end - i >= known[k].least) {
			span_add(s, t, i, end, "a token");
			last = end > last ? end : last;
		}
	}
	return last;
}

/* ---- PEM (RFC 7468): keys, requests (a challenge is in them), PKCS #12 ---- */
/* `stop`: where the body before it ended, for the next one. */
static void pem(struct spans *s, const struct stext *t, size_t i, size_t *stop)
{
	static const char *const labels[] = {"PRIVATE KEY", "REQUEST", "PKCS12", "PKCS #12",
	                                     "ENCRYPTED",   "PKCS8",   NULL};
	size_t end = i + 11, body;
	bool secret = false;

	if (t->n - i < 20 || memcmp(t->p + i, "-----BEGIN ", 11) != 0)
		return;
	while (end < t->n && t->p[end] != '-' && end - i < 80)
		end++;
	for (size_t k = 0; labels[k] != NULL; k++)
		for (size_t at = i + 11; at + strlen(labels[k]) <= end && !secret; at++)
			secret = memcmp(t->p + at, labels[k], strlen(labels[k])) == 0;
	if (!secret)
		return;
	while (end < t->n && t->p[end] == '-')
		end++;
	body = end;
	if (*stop < end)
		for (*stop = end; *stop < t->n && !begins(t->p + *stop, t->n - *stop, "-----end "); ++*stop)
			;
	end = *stop;
	while (body < end && is_blank(t->p[body]))
		body++;
	while (end > body && is_blank(t->p[end - 1]))
		end--;
	if (end > body && !harmless(t->p + body, end - body))
		span_add(s, t, body, end, "a private key or a request");
}

/* ---- base64 ---- */
static unsigned class_of(char c)
{
	return is_digit(c) ? 1 : c >= 'a' && c <= 'z' ? 2 : c >= 'A' && c <= 'Z' ? 3 : 4;
}

/* Random digits change between small, capital and figure more often than they do not; words and paths do not.
 */
static bool random_run(const char *p, size_t n)
{
	size_t changes = 0, signs = 0;
	unsigned seen = 0;

	for (size_t i = 0; i < n; i++) {
		seen |= 1u << class_of(p[i]);
		signs += class_of(p[i]) == 4;
		changes += i > 0 && class_of(p[i]) != class_of(p[i - 1]);
	}
	return (seen & 14) == 14 && changes * 10 >= n * 4 && signs * 10 <= n;
}

static bool varied(const char *p, size_t n)
{
	bool seen[256] = {false};
	unsigned different = 0;

	for (size_t i = 0; i < n && different < ANY_SIGNS; i++) {
		different += !seen[(unsigned char)p[i]];
		seen[(unsigned char)p[i]] = true;
	}
	return different >= ANY_SIGNS;
}

static void judge_run(struct spans *s, const struct stext *t, size_t i, size_t bare, size_t end)
{
	if (bare - i >= RANDOM_RUN && random_run(t->p + i, bare - i))
		span_add(s, t, i, end, "a key or a message in base64");
	else if (bare - i >= ANY_RUN && memchr(t->p + i, '-', bare - i) == NULL &&
	         memchr(t->p + i, '_', bare - i) == NULL && varied(t->p + i, bare - i))
		span_add(s, t, i, end, "a key or a message in base64");
}

/* "/tmp/...": a path from the root, whose names are looked at one by one.  In a URL a host stands before. */
static bool is_path(const struct stext *t, size_t i)
{
	return i > 0 && t->p[i - 1] == '/' &&
	       (i == 1 ||
	        (!is_alpha(t->p[i - 2]) && !is_digit(t->p[i - 2]) && !in_set("+/-_=.", t->p[i - 2])));
}

static size_t run(struct spans *s, const struct stext *t, size_t i)
{
	size_t end = i, bare;

	while (end < t->n && (is_alpha(t->p[end]) || is_digit(t->p[end]) || in_set("+/-_", t->p[end])))
		end++;
	bare = end;
	while (end < t->n && t->p[end] == '=')
		end++;
	for (bool path = is_path(t, i); i < bare;) {
		const char *slash = path ? memchr(t->p + i, '/', bare - i) : NULL;
		size_t to = slash != NULL ? (size_t)(slash - t->p) : bare;

		judge_run(s, t, i, to, slash != NULL ? to : end);
		i = to + 1;
	}
	return end;
}

/* ---- DER ---- */
static bool holds(const unsigned char *p, size_t n, const char *what, size_t m)
{
	for (size_t i = 0; i + m <= n; i++)
		if (memcmp(p + i, what, m) == 0)
			return true;
	return false;
}

bool secret_der(const unsigned char *p, size_t n)
{
	size_t head;

	/* challengePassword (PKCS #9), pkcs8ShroudedKeyBag and keyBag (PKCS #12), PBES2, wherever they stand
	 */
	if (holds(p, n, "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x07", 9) ||
	    holds(p, n, "\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01", 10) ||
	    holds(p, n, "\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d", 9))
		return true;
	if (n < 16 || p[0] != 0x30 || (p[1] & 0x80) == 0 || (p[1] & 0x7f) > 3)
		return n > 40 && p[0] == 0x30 && memcmp(p + 2, "\x02\x01\x00", 3) == 0;
	head = 2 + (p[1] & 0x7fu);
	/* RSAPrivateKey and PrivateKeyInfo begin with version 0, ECPrivateKey with 1, a PFX with 3. */
	return head + 3 < n && p[head] == 0x02 && p[head + 1] == 0x01 &&
	       (p[head + 2] == 0 || p[head + 2] == 3 || (p[head + 2] == 1 && p[head + 3] == 0x04));
}

void find_shapes(struct spans *s, const struct stext *t)
{
	size_t pem_stop = 0, token = 0;

	for (size_t i = 0; i < t->n; i++) {
		char c = t->p[i];
		bool start = i == 0 || !is_word(t->p[i - 1]);

		if (c == ':')
			userinfo(s, t, i);
		else if (c == '@')
			before_host(s, t, i);
		else if (c == '-' && i + 1 < t->n && t->p[i + 1] == '-')
			pem(s, t, i, &pem_stop);
		if (!start || !is_word(c))
			continue;
		if (i >= token) /* what begins within one ends with it */
			token = prefixed(s, t, i);
		if (in_set("bndskah", low(c)))
			scheme(s, t, i);
	}
	for (size_t i = 0; i < t->n; i++)
		if (is_alpha(t->p[i]) || is_digit(t->p[i]))
			i = run(s, t, i);
}
