/* Subjects of certificates (RFC 4514, and as OpenSSL writes them), and CAs by their names. */
#include "redact_int.h"

#include <string.h>

#include <casebook/tld.h>

#define SUBJECT_LONG 1000

/* Words of which one is in the name of nearly every CA. */
static bool authority_word(const char *s, size_t n)
{
	static const char *const words[] = {"ca",         "subca",         "root",         "issuing",
	                                    "authority",  "certification", "intermediate", "subordinate",
	                                    "enterprise", "standalone",    "policy",       "sub",
	                                    NULL};

	while (n > 0 && s[n - 1] >= '0' && s[n - 1] <= '9')
		n--;
	return in_list(words, s, n);
}

/* Two or three words of letters, none of which an authority has in its name. */
static bool persons_name(const char *s, size_t n)
{
	static const char *const others[] = {"certificate", "class",   "server", "trust", "global", "public",
	                                     "services",    "service", "device", "test",  NULL};
	size_t words = 0, from = 0;

	for (size_t i = 0; i <= n; i++) {
		if (i < n && s[i] != ' ') {
			if (fold(s[i]) < 'a')
				return false;
			continue;
		}
		if (authority_word(s + from, i - from) || in_list(others, s + from, i - from))
			return false;
		words++;
		from = i + 1;
	}
	return words == 2 || words == 3;
}

static bool attribute(const char *s, size_t n, const char *name, size_t *value)
{
	size_t m = strlen(name);

	if (n <= m || !same_text(s, name, m))
		return false;
	while (m < n && s[m] == ' ')
		m++;
	if (m >= n || s[m] != '=')
		return false;
	for (m++; m < n && s[m] == ' '; m++)
		;
	*value = m;
	return m < n;
}

static void learn_common_name(struct redaction *r, const char *s, size_t n)
{
	static const char ra[] = "-MSCEP-RA";

	if (public_name(s, n))
		return;
	if (n > strlen(ra) && ends_with(s, n, ra))
		learn_host(r, s, n - strlen(ra));
	else if (memchr(s, '@', n) != NULL)
		learn_user(r, s, n);
	else if (memchr(s, ' ', n) == NULL && memchr(s, '.', n) != NULL && plausible_fqdn(s, n))
		learn_host(r, s, n);
	else if (persons_name(s, n))
		learn_user(r, s, n);
	else if (!well_known_account(s, n))
		secret_add(r, S_CERT, s, n, NULL);
}

static bool public_subject(const char *s, size_t n)
{
	for (size_t i = 0; i + 2 < n; i++) {
		size_t value;

		if ((i == 0 || strchr(",/+ ", s[i - 1]) != NULL) && attribute(s + i, n - i, "O", &value))
			if (public_organization(s + i + value, n - i - value))
				return true;
	}
	return false;
}

static size_t label_length(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && (word_char(s[i]) || s[i] == '-' || s[i] == '_'))
		i++;
	return i;
}

/* A component of a domain; "gov" of "DC=gov,DC=pl" names nobody. */
static void learn_component(struct redaction *r, const char *s, size_t n)
{
	size_t len = label_length(s, n);

	if (!r->dn_last || !tld_known(s, len))
		learn_alias(r, S_DOMAIN, s, len, NULL);
}

static void learn_attribute(struct redaction *r, const char *s, size_t n)
{
	static const char *const names[] = {"O",      "OU",        "L",  "ST",      "S",
	                                    "STREET", "GIVENNAME", "SN", "SURNAME", NULL};
	size_t v;

	if (attribute(s, n, "CN", &v))
		learn_common_name(r, s + v, n - v);
	else if (attribute(s, n, "DC", &v))
		learn_component(r, s + v, n - v);
	else if (attribute(s, n, "E", &v) || attribute(s, n, "EMAIL", &v) ||
	         attribute(s, n, "EMAILADDRESS", &v) || attribute(s, n, "UID", &v))
		learn_user(r, s + v, n - v);
	else if (attribute(s, n, "SERIALNUMBER", &v))
		secret_add(r, S_SERIAL, s + v, n - v, NULL);
	else
		for (size_t i = 0; names[i] != NULL; i++)
			if (attribute(s, n, names[i], &v) && !public_name(s + v, n - v))
				secret_add(r, S_NAME, s + v, n - v, NULL);
}

/* Where the attribute ends that begins at `from`: at a comma, a plus, a stroke of the other form, outside
 * quotes. */
static size_t attribute_end(const char *s, size_t n, size_t from)
{
	bool quoted = false;
	size_t i = from;

	for (; i < n; i++) {
		quoted = quoted != (s[i] == '"');
		if (quoted || (i > 0 && s[i - 1] == '\\'))
			continue;
		if (s[i] == ',' || s[i] == '+' || (s[i] == '/' && s[0] == '/' && i > from))
			break;
	}
	return i;
}

/* Whether the domain has been named when this attribute comes: only endings follow the first DC. */
static bool first_component(const char *s, size_t n, size_t from)
{
	for (size_t i = 0; i + 3 < from && i + 3 < n; i++)
		if (same_text(s + i, "DC=", 3))
			return false;
	return true;
}

void learn_subject(struct redaction *r, const char *s, size_t n)
{
	if (public_subject(s, n))
		return;
	for (size_t from = 0; from < n;) {
		size_t i = attribute_end(s, n, from), end = i;

		while (end > from && (s[end - 1] == ' ' || s[end - 1] == '"'))
			end--;
		r->dn_last = !first_component(s, n, from);
		while (from < end && (s[from] == ' ' || s[from] == '/'))
			from++;
		learn_attribute(r, s + from, end - from);
		from = i + (i == n || s[i] != '/');
	}
}

/* "O=Contoso" or "O = Contoso" as openssl has it: the attribute's name, in capitals. */
static bool attribute_name(const char *s, size_t n)
{
	static const char *const names[] = {
	        "CN", "DC", "O", "OU", "C", "L", "ST", "S", "E", "emailAddress", "serialNumber", NULL};
	size_t m = 0, v;

	while (m < n && ((fold(s[m]) >= 'a' && fold(s[m]) <= 'z')))
		m++;
	for (size_t i = 0; names[i] != NULL; i++)
		if (strlen(names[i]) == m && memcmp(names[i], s, m) == 0)
			return attribute(s, n, names[i], &v) &&
			       (m > 1 || s[v] >= 'A' || (unsigned char)s[v] >= 0x80) &&
			       (m != 1 || s[0] != 'C' || v + 2 >= n || !word_char(s[v + 2]));
	return false;
}

/* Another name with a sign begins here: "issuer=", "subjectAltNames: [". */
static bool another_field(const char *s, size_t n)
{
	size_t m = 0;

	while (m < n && word_char(s[m]))
		m++;
	return m > 1 && m + 1 < n && (s[m] == '=' || (s[m] == ':' && (s[m + 1] == ' ' || s[m + 1] == '['))) &&
	       !attribute_name(s, n);
}

void take_distinguished(struct redaction *r, const char *text, size_t i, size_t n)
{
	size_t end = i, from = i > 0 && text[i - 1] == '/' ? i - 1 : i;
	bool quoted = false;

	if (text + i < r->dn_end && text + i >= r->dn_from)
		return;
	if (!attribute_name(text + i, n - i))
		return;
	for (; end < n && end - i < SUBJECT_LONG; end++) {
		char c = text[end];

		if (c == '"' && (quoted || (end > 0 && strchr("= ", text[end - 1]) != NULL)))
			quoted = !quoted;
		else if (!quoted && (strchr(";]\"<>\n)?[|", c) != NULL || c == '\0'))
			break;
		if (c == ' ' && end + 1 < n &&
		    (text[end + 1] == ' ' || another_field(text + end + 1, n - end - 1)))
			break;
	}
	learn_subject(r, text + from, end - from);
	r->dn_from = text + i;
	r->dn_end = text + end;
}

/* A small word within a name: "du", "van der", "viện". */
static bool inner_word(const char *s, size_t n)
{
	static const char *const words[] = {"de", "du",  "di",  "da",  "do",  "del", "la",
	                                    "le", "van", "der", "den", "of",  "y",   "e",
	                                    "i",  "ve",  "og",  "och", "und", "and", NULL};

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)s[i] >= 0x80)
			return true;
	return in_list(words, s, n);
}

/* The name of a CA that begins at s: bytes up to its last word, such as "CA 2"; 0 when no word says that it
 * is one. */
static size_t name_of_authority(const char *s, size_t n)
{
	size_t word = 0, good = 0, end = 0;
	bool last = false;

	for (; end <= n && end < 80; end++) {
		if (end < n && s[end] != ' ' && strchr("\"'`\n\t,;<>()|/\\", s[end]) == NULL)
			continue;
		if (end == word)
			break;
		if (authority_word(s + word, end - word) || (last && end - word <= 2)) {
			good = end;
			last = true;
		} else if (s[word] >= 'a' && s[word] <= 'z' && !inner_word(s + word, end - word)) {
			break;
		}
		word = end + 1;
		if (end >= n || s[end] != ' ')
			break;
	}
	return good;
}

/* "PKI01\\Contoso Issuing CA": the configuration of a CA, as certutil takes it; at the stroke. */
void take_configuration(struct redaction *r, const char *text, size_t at, size_t n)
{
	size_t from = at, len = name_of_authority(text + at + 1, n - at - 1);

	if (len == 0)
		return;
	while (from > 0 && (word_char(text[from - 1]) || strchr("-._", text[from - 1]) != NULL))
		from--;
	if (at - from < 2 || (from > 0 && strchr("\\/:%$@", text[from - 1]) != NULL) ||
	    path_part(text + from, at - from) || public_name(text + at + 1, len))
		return;
	learn_machine(r, S_CA, text + from, at - from, NULL);
	secret_add(r, S_CERT, text + at + 1, len, NULL);
}

/* "Contoso Issuing CA" in quotes, all of it; "Root CA" and "The CA" name none. */
void take_quoted_authority(struct redaction *r, const char *s, size_t n)
{
	size_t len = name_of_authority(s, n), word = 0;
	bool own = false;

	if (len == 0 || len >= n || s[len] != '"' || public_name(s, len))
		return;
	for (size_t i = 0; i <= len; i++) {
		if (i < len && s[i] != ' ')
			continue;
		own = own || !(authority_word(s + word, i - word) ||
		               (i - word == 3 && same_text(s + word, "the", 3)));
		word = i + 1;
	}
	if (own)
		secret_add(r, S_CERT, s, len, NULL);
}
