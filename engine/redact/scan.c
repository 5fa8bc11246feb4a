/*
 * Finds what looks like a secret in free text: addresses, URLs, mail addresses,
 * accounts, SIDs, ids.  One pass; a character that begins nothing costs a look-up.
 */
#include "redact_int.h"

#include <string.h>

#include <casebook/tld.h>

#define HOST_LONG 1000      /* RFC 1035 2.3.4 has 255 bytes; other scripts need up to three for one */
#define AUTHORITY_LONG 2000 /* with what stands before the "@" */

/* Top-level domains that end names of files and of code as often as hosts. */
static const char *const endings[] = {
        "py",   "sh",   "md",       "pl",     "rs",       "so",   "ps", "cc", "me", "in",
        "zip",  "mov",  "app",      "is",     "as",       "at",   "to", "no", "do", "id",
        "name", "info", "link",     "date",   "host",     "page", "it", "be", "my", "by",
        "call", "run",  "security", "report", "download", "java", NULL};
/* Of these, a second dot makes no host: "collected.2026.zip". */
static const char *const files[] = {"zip",  "mov",      "name",   "info",     "date", "page", "run",
                                    "call", "security", "report", "download", "java", NULL};

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool hex(char c)
{
	return digit(c) || (fold(c) >= 'a' && fold(c) <= 'f');
}

static bool alpha(char c)
{
	return fold(c) >= 'a' && fold(c) <= 'z';
}

size_t ipv4_len(const char *s, size_t n)
{
	size_t i = 0;

	for (int part = 0; part < 4; part++) {
		unsigned v = 0;
		size_t from = i;

		if (part != 0 && (i >= n || s[i++] != '.'))
			return 0;
		from = i;
		while (i < n && digit(s[i]) && i - from < 4)
			v = v * 10 + (unsigned)(s[i++] - '0');
		if (i == from || v > 255 || i - from > 3)
			return 0;
	}
	if (i < n && (word_char(s[i]) || (s[i] == '.' && i + 1 < n && digit(s[i + 1]))))
		return 0;
	return i;
}

/* RFC 4291 2.2, with a zone (RFC 4007 11); needs "::" or all eight groups. */
size_t ipv6_len(const char *s, size_t n)
{
	size_t i = 0, groups = 0;
	bool gap = false;

	while (i < n && groups <= 8) {
		size_t from = i;

		if (n - i >= 2 && s[i] == ':' && s[i + 1] == ':') {
			if (gap)
				return 0;
			gap = true;
			i += 2;
			continue;
		}
		if (groups != 0 && s[i] == ':' && i + 1 < n && hex(s[i + 1]))
			from = ++i;
		while (i < n && hex(s[i]) && i - from < 5)
			i++;
		if (i == from || i - from > 4)
			break;
		groups++;
		if (i >= n || s[i] != ':')
			break;
	}
	if ((gap ? groups == 0 || groups > 7 : groups != 8) || (i < n && (word_char(s[i]) || s[i] == ':')))
		return 0;
	if (i < n && s[i] == '%')
		for (i++; i < n && word_char(s[i]); i++)
			;
	return i;
}

/* ---- each pattern: looks at s[i], learns, and returns the bytes that it took, 0 when it is something else
 * ---- */
static bool host_char(char c)
{
	return word_char(c) || c == '-' || c == '.' || c == '_';
}

bool plausible_fqdn(const char *s, size_t n)
{
	const char *dot = NULL;
	size_t tld;

	for (size_t i = 0; i < n; i++) {
		if (!host_char(s[i]) || (s[i] == '.' && (i == 0 || s[i - 1] == '.')))
			return false;
		dot = s[i] == '.' ? s + i : dot;
	}
	if (dot == NULL || all_digits_dots(s, n))
		return false;
	tld = n - (size_t)(dot + 1 - s);
	/* What also ends the names of files needs a host before it: "ndes.firma.pl", not "setup.pl". */
	if (in_list(endings, dot + 1, tld))
		return memchr(s, '.', (size_t)(dot - s)) != NULL &&
		       !(in_list(files, dot + 1, tld) && dot[-1] <= '9');
	return tld_known(dot + 1, tld);
}

/* "com.android.chrome", "Microsoft.Network": packages and name spaces; a host is not written from its end,
 * and not each of its labels with a capital. */
static bool name_of_code(const char *s, size_t n)
{
	static const char *const packages[] = {"com.",  "org.",   "android.", "androidx.",
	                                       "java.", "javax.", "kotlin.",  NULL};
	size_t last = n;

	for (size_t i = 0; packages[i] != NULL; i++)
		if (n > strlen(packages[i]) && same_text(s, packages[i], strlen(packages[i])))
			return true;
	while (last > 0 && s[last - 1] != '.')
		last--;
	if (in_list((const char *const[]){"com", "net", "org", "local", NULL}, s + last, n - last))
		return false;
	return s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'a' && s[1] <= 'z' && last < n && s[last] >= 'A' &&
	       s[last] <= 'Z';
}

static size_t take_fqdn(struct redaction *r, const char *s, size_t n)
{
	size_t end = 0;

	for (; end < n && host_char(s[end]); end++)
		if (end >= HOST_LONG && word_char(s[end]))
			return 0;
	while (end > 0 && (s[end - 1] == '.' || s[end - 1] == '-'))
		end--;
	if (end < 4 || !plausible_fqdn(s, end) || host_is_public(s, end) || name_of_code(s, end))
		return 0;
	learn_host(r, s, end);
	return end;
}

/* At "://": the authority of a URL (RFC 3986 3.2). */
static size_t take_authority(struct redaction *r, const char *s, size_t n)
{
	size_t end = 3, from = 3, host;

	while (end < n && end < AUTHORITY_LONG && strchr("/?# \t\n\"'<>\\),;", s[end]) == NULL)
		end++;
	for (size_t i = from; i < end; i++) {
		if (s[i] != '@')
			continue;
		host = 3;
		while (host < i && s[host] != ':')
			host++;
		learn_user(r, s + 3, host - 3);
		if (host < i)
			secret_add(r, S_WORD, s + host + 1, i - host - 1, NULL);
		from = i + 1;
	}
	host = from;
	if (host < end && s[host] == '[')
		while (host < end && s[host] != ']')
			host++;
	while (host < end && s[host] != ':')
		host++;
	learn_host(r, s + from, host - from);
	return end > 3 ? end : 0;
}

static bool local_char(char c)
{
	return alpha(c) || digit(c) || strchr("._+-'$#!~*", c) != NULL || (unsigned char)c >= 0x80;
}

/* After "@" no file's name stands: any known ending will do. */
static bool mail_domain(const char *s, size_t n)
{
	size_t dot = n;

	while (dot > 0 && s[dot - 1] != '.')
		dot--;
	return dot > 1 && tld_known(s + dot, n - dot);
}

/* "jane @ CONTOSO.COM", as klist writes a principal. */
static size_t take_principal(struct redaction *r, const char *text, size_t at, size_t n)
{
	size_t from = at - 1, end = at + 2;

	while (from > 0 && local_char(text[from - 1]))
		from--;
	while (end < n && host_char(text[end]))
		end++;
	if (from == at - 1 || !mail_domain(text + at + 2, end - at - 2))
		return 0;
	learn_user(r, text + from, at - 1 - from);
	learn_host(r, text + at + 2, end - at - 2);
	return end - at;
}

/* U+3000 to U+303F and the marks among U+FF00 to U+FF20 end before text[at]: a sentence has ended, no name
 * has. */
static bool ideographic_mark(const char *text, size_t at)
{
	const unsigned char *p = (const unsigned char *)text + at;

	return at > 2 &&
	       ((p[-3] == 0xE3 && p[-2] == 0x80) || (p[-3] == 0xEF && p[-2] == 0xBC && p[-1] <= 0xA0));
}

/* At '@': what stands left of it is looked at backwards. */
static size_t take_mail(struct redaction *r, const char *text, size_t at, size_t n)
{
	size_t from = at, end = at + 1;

	if (at > 1 && end < n && text[at - 1] == ' ' && text[end] == ' ')
		return take_principal(r, text, at, n);
	while (from > 0 && text[from - 1] != '\0' && local_char(text[from - 1]) &&
	       !ideographic_mark(text, from))
		from--;
	while (end < n && host_char(text[end]))
		end++;
	while (end > at + 1 && !word_char(text[end - 1]))
		end--;
	if (from == at || !mail_domain(text + at + 1, end - at - 1))
		return 0;
	learn_user(r, text + from, end - from);
	return end - at;
}

/* S-1-5-21-... and S-1-12-1-...: of a domain, a machine or a tenant; the short ones are the same everywhere.
 */
static size_t take_sid(struct redaction *r, const char *s, size_t n)
{
	size_t i = 4, dashes = 2;

	if (n < 12 || fold(s[0]) != 's' || memcmp(s + 1, "-1-", 3) != 0)
		return 0;
	for (; i < n && (digit(s[i]) || (s[i] == '-' && i + 1 < n && digit(s[i + 1]))); i++)
		dashes += s[i] == '-';
	if (dashes >= 5)
		secret_add(r, S_SID, s, i, NULL);
	return i;
}

static bool near_word(const char *text, size_t at, const char *word)
{
	size_t from = at > 24 ? at - 24 : 0, m = strlen(word);

	for (size_t i = from; i + m <= at; i++)
		if (same_text(text + i, word, m))
			return true;
	return false;
}

/* 8-4-4-4-12 hex digits, with '-' or the '_' of Intune's names; providers of Windows events are no secrets.
 */
static size_t take_guid(struct redaction *r, const char *text, size_t at, size_t n)
{
	static const char *const known[] = {"5bbca4a8-b209-48dc-a8c7-b23d3e5216fb",
	                                    "73144342-19d1-47a4-94de-d38e6a054ad5",
	                                    "4dc3e181-e14b-4a21-b022-59fc669b0914", /* IIS, in netsh */
	                                    "00000000-0000-0000-0000-000000000000", NULL};
	static const unsigned char parts[] = {8, 4, 4, 4, 12};
	const char *s = text + at;
	size_t i = 0;
	enum secret_kind kind = S_ID;

	if (n - at < 36)
		return 0;
	for (size_t p = 0; p < 5; p++) {
		if (p != 0 && s[i] != '-' && s[i] != '_')
			return 0;
		i += p != 0;
		for (unsigned char k = 0; k < parts[p]; k++)
			if (!hex(s[i++]))
				return 0;
	}
	/* The provider of an event. */
	if (at > 8 && same_text(text + at - 8, " guid=\"{", 8))
		return i;
	/* Of Microsoft's own applications and interfaces. */
	if ((i < n - at && word_char(s[i])) || in_list(known, s, i) ||
	    same_text(s + 8, "-0000-0000-c000-", 16))
		return 0;
	if (near_word(text, at, "tenant") || near_word(text, at, "tid="))
		kind = S_TENANT;
	else if (near_word(text, at, "device"))
		kind = S_DEVICE;
	secret_add(r, kind, s, i, NULL);
	return i;
}

/* Six pairs of hex digits with one separator (IEEE 802). */
static size_t take_mac(struct redaction *r, const char *s, size_t n)
{
	char sep = n > 2 ? s[2] : '\0';

	if (n < 17 || (sep != ':' && sep != '-'))
		return 0;
	for (size_t i = 0; i < 17; i++)
		if (i % 3 == 2 ? s[i] != sep : !hex(s[i]))
			return 0;
	if (n > 17 && (word_char(s[17]) || s[17] == sep))
		return 0;
	secret_add(r, S_MAC, s, 17, NULL);
	return 17;
}

static bool account_char(char c)
{
	return word_char(c) || strchr("._-$", c) != NULL;
}

static bool has_ending(const char *s, size_t n)
{
	static const char *const known[] = {".log",  ".txt", ".xml", ".dll",  ".exe", ".evtx", ".etl",
	                                    ".csv",  ".cer", ".crl", ".crt",  ".pem", ".p7b",  ".pfx",
	                                    ".zip",  ".cab", ".htm", ".html", ".asp", ".aspx", ".config",
	                                    ".svc",  ".ps1", ".cmd", ".bat",  ".vbs", ".reg",  ".json",
	                                    ".yaml", ".sys", ".msi", ".ini",  ".dat", ".tmp",  ".svclog",
	                                    ".url",  ".inf", ".mof", ".md",   ".gz",  ".7z",   NULL};

	for (size_t i = 0; known[i] != NULL; i++)
		if (n > strlen(known[i]) && ends_with(s, n, known[i]))
			return true;
	return false;
}

/* At one backslash: DOMAIN\name, unless it is a piece of a path; at two: \\server. */
static size_t take_backslash(struct redaction *r, const char *text, size_t at, size_t n)
{
	size_t from = at, end = at + 1;

	if (end < n && text[end] == '\\' && (at == 0 || !account_char(text[at - 1]))) {
		for (from = ++end; end < n && host_char(text[end]); end++)
			;
		while (end > from && text[end - 1] == '.')
			end--;
		if (end == from ||
		    !((end < n && text[end] == '\\') || plausible_fqdn(text + from, end - from) ||
		      ipv4_len(text + from, end - from) == end - from))
			return 2;
		learn_host(r, text + from, end - from);
		return end - at;
	}
	while (from > 0 && (account_char(text[from - 1])))
		from--;
	/* In scripts without blanks a sentence may touch it. */
	for (size_t i = at; at - from > 15 && i > from; i--)
		if ((unsigned char)text[i - 1] >= 0x80) {
			from = i;
			break;
		}
	while (end < n && account_char(text[end]))
		end++;
	while (end > at + 1 && (text[end - 1] == '.' || text[end - 1] == '-'))
		end--;
	if (from == at || end == at + 1 || at - from > 15 || (end < n && text[end] == '\\') ||
	    (from > 0 && strchr("\\/:%", text[from - 1]) != NULL) || path_part(text + from, at - from) ||
	    path_part(text + at + 1, end - at - 1) || has_ending(text + at + 1, end - at - 1))
		return 0;
	learn_user(r, text + from, end - from);
	return end - at;
}

/* "section 4.2.1.6", "Version=10.0.0.1": numbers that a word before them explains. */
static bool explained(const char *text, size_t i)
{
	static const char *const words[] = {"section", "sections", "version",  "ver", "v",
	                                    "build",   "release",  "revision", "oid", NULL};
	size_t from;

	while (i > 0 && strchr(" :=.", text[i - 1]) != NULL)
		i--;
	for (from = i; from > 0 && alpha(text[from - 1]);)
		from--;
	return from < i && in_list(words, text + from, i - from);
}

/* "Chrome/114.0.0.0" is a version; "ndes.firma.de/10.1.2.3", "h/10.20.30.40" and "HIER_DIRECT/93.1.2.3" are
 * hosts. */
static bool version_of(const char *text, size_t i)
{
	size_t from = i - 1;
	bool product = false;

	if (i > 1 && text[i - 1] == '.' && digit(text[i - 2])) /* the tail of an OID */
		return true;
	if (i < 2 || text[i - 1] != '/' || !word_char(text[i - 2]))
		return i > 0 && explained(text, i);
	while (from > 0 && host_char(text[from - 1]))
		from--;
	for (size_t k = from; k + 1 < i; k++)
		product = product || (text[k] >= 'a' && text[k] <= 'z');
	if (memchr(text + from, '.', i - 1 - from) != NULL ||
	    (!product && memchr(text + from, '_', i - 1 - from) != NULL))
		return false;
	return strncmp(text + i, "10.", 3) != 0 && strncmp(text + i, "172.", 4) != 0 &&
	       strncmp(text + i, "192.168.", 8) != 0;
}

static size_t at_start_of_word(struct redaction *r, const char *text, size_t i, size_t n)
{
	size_t took = 0;
	char c = text[i];

	if (hex(c))
		took = take_guid(r, text, i, n);
	if (took == 0 && hex(c))
		took = take_mac(r, text + i, n - i);
	if (took == 0 && digit(c) && !version_of(text, i)) {
		took = ipv4_len(text + i, n - i);
		if (took != 0)
			learn_host(r, text + i, took);
	}
	if (took == 0 && hex(c)) {
		took = ipv6_len(text + i, n - i);
		if (took != 0)
			learn_host(r, text + i, took);
	}
	if (took == 0 && fold(c) == 's')
		took = take_sid(r, text + i, n - i);
	if (took == 0 && strchr("CDOLSEes", c) != NULL)
		take_distinguished(r, text, i, n); /* what is in it may be more than a subject */
	if (took == 0 && (alpha(c) || digit(c)))
		took = take_fqdn(r, text + i, n - i);
	return took;
}

/* "From: Harriet Owen <h.owen@brightwater.de>" (RFC 5322 3.4): the name before an address. */
static void take_display_name(struct redaction *r, const char *text, size_t i)
{
	size_t end = i, from;

	while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '"'))
		end--;
	for (from = end; from > 0 && end - from < 80 && strchr(":,;<>\"\n\t", text[from - 1]) == NULL;)
		from--;
	while (from < end && text[from] == ' ')
		from++;
	if (end > from + 1 && end - from < 80 && memchr(text + from, '@', end - from) == NULL)
		learn_user(r, text + from, end - from);
}

static bool mail_follows(const char *s, size_t n)
{
	size_t i = 1;

	while (i < n && local_char(s[i]))
		i++;
	return i > 1 && i < n && s[i] == '@';
}

/* `- jane [30/Nov/2026:` of access logs, "jane HIER_DIRECT/" of squid: who was signed in. */
static void take_signed_in(struct redaction *r, const char *text, size_t i, size_t n)
{
	static const char *const after[] = {" HIER_", " DIRECT/", " FIRSTUP_PARENT/", NULL};
	bool named = n - i > 4 && text[i + 1] == '[' && digit(text[i + 2]) && digit(text[i + 3]) &&
	             text[i + 4] == '/';
	size_t from = i;

	for (size_t k = 0; after[k] != NULL && !named; k++)
		named = n - i > strlen(after[k]) && same_text(text + i, after[k], strlen(after[k]));
	while (named && from > 0 && (account_char(text[from - 1]) || strchr("\\@+", text[from - 1]) != NULL))
		from--;
	if (named && i - from > 1 && from > 0 && text[from - 1] == ' ')
		learn_user(r, text + from, i - from);
}

static size_t at_sign(struct redaction *r, const char *text, size_t i, size_t n)
{
	switch (text[i]) {
	case '@':
		return take_mail(r, text, i, n);
	case ' ':
		take_signed_in(r, text, i, n);
		return 0;
	case '"':
		take_quoted_authority(r, text + i + 1, n - i - 1);
		return 0;
	case '<':
		if (i > 0 && mail_follows(text + i, n - i))
			take_display_name(r, text, i);
		return 0;
	case '\\':
		take_configuration(r, text, i, n);
		return take_backslash(r, text, i, n);
	case ':':
		if (n - i > 3 && memcmp(text + i, "://", 3) == 0)
			return take_authority(r, text + i, n - i);
		if (n - i > 3 && text[i + 1] == ':' && (i == 0 || !word_char(text[i - 1]))) {
			size_t took = ipv6_len(text + i, n - i);

			if (took > 3)
				learn_host(r, text + i, took);
			return took;
		}
		return 0;
	default:
		return 0;
	}
}

static void scan(struct redaction *r, const char *text, size_t n)
{
	bool inside = false; /* a word */
	size_t i = 0;

	r->dn_from = r->dn_end = NULL;
	while (i < n) {
		size_t took;

		if (word_char(text[i])) {
			took = inside ? 0 : at_start_of_word(r, text, i, n);
			inside = took == 0;
		} else {
			took = at_sign(r, text, i, n);
			inside = false;
		}
		i += took != 0 ? took : 1;
	}
}

/* All of a piece must be text, or names are seen in noise. */
static bool readable(const struct view *v)
{
	for (size_t i = 0; i < v->n; i++)
		if ((unsigned char)v->plain[i] >= 0x7F)
			return false;
	return v->n >= SECRET_ANYWHERE && v->n * 4 / 3 + 4 >= v->len / 2;
}

struct reading {
	struct redaction *r;
	char *raw; /* the text, with blanks where a piece was read decoded */
};

static bool scan_view(void *arg, const struct view *v)
{
	struct reading *in = arg;

	if (v->base64 && !readable(v))
		return true;
	scan(in->r, arena_strndup(in->r->mem, v->plain, v->n), strnlen(v->plain, v->n));
	memset(in->raw + v->from, ' ', v->len);
	return true;
}

void learn_text(struct redaction *r, const char *text)
{
	struct reading in = {r, NULL};
	size_t n = text != NULL ? strlen(text) : 0;

	if (n == 0 || !text_set_add(r->mem, &r->learned, text))
		return;
	arena_reset(r->scratch);
	in.raw = arena_strndup(r->scratch, text, n);
	each_view(r->scratch, text, scan_view, &in);
	scan(r, in.raw, n);
	learn_labels(r, text, n);
}
