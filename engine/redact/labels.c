/*
 * Names that a word before them introduces, in the languages of Windows and its tools: "Computer: X",
 * "Seriennummer: X", "realm="X"", the CA of message= and CertEnroll, folders in an archive; and identifiers
 * that show themselves by their length: IMEI, hardware addresses, GUIDs without dashes, computers in
 * capitals.
 */
#include "redact_int.h"

#include <string.h>

#include <casebook/escape.h>
#include <casebook/utf8.h>

#define LABEL_MAX 80 /* bytes from the beginning of a label to the sign behind it */

#define READ_TIMES 16 /* how often a text may be read for values that lie within one another */
#define READ_SHORT 65536u

#define COMPUTER_MAX 16 /* a name of 15, and a sign */
#define DEVICE_MAX 64   /* what is longer is no name of a device */

enum until {
	WORD,
	FIELD, /* up to a mark, see title_end() */
	QUOTE, /* only in quotes */
	NAMES  /* a few words that begin like names */
};
/* What tools write in one language only. */
static const struct label {
	const char *text; /* lower case */
	enum secret_kind kind;
	enum until until;
} labels[] = {
        {"imei", S_SERIAL, WORD},
        {"udid", S_DEVICE, WORD},
        {"serialnumber", S_SERIAL, WORD},
        {"serial", S_SERIAL, WORD},
        {"devicename", S_DEVICE, NAMES},
        {"workstation name", S_HOST, WORD},
        {"workstation", S_HOST, WORD},
        {"account domain", S_DOMAIN, WORD},
        {"userprincipalname", S_USER, WORD},
        {"userdisplayname", S_PERSON, NAMES},
        {"displayname", S_PERSON, NAMES},
        {"display name", S_PERSON, NAMES},
        {"full name", S_PERSON, NAMES},
        {"registered owner", S_PERSON, NAMES},
        {"tenantname", S_NAME, FIELD},
        {"tenant name", S_NAME, FIELD},
        {"domainname", S_DOMAIN, WORD},
        {"dns name", S_HOST, WORD},
        {"dns", S_HOST, WORD},
        {"dns suffix", S_DOMAIN, WORD},
        {"primary dns suffix", S_DOMAIN, WORD},
        {"realm", S_NAME, QUOTE},
        {"subjectname", S_CERT, QUOTE},
        {"<title", S_NAME, FIELD},
        {"title", S_NAME, QUOTE},
        {"payloadorganization", S_NAME, FIELD},
        {"<key>name", S_NAME, FIELD},
        {"device", S_DEVICE, QUOTE},
        {"ca", S_CERT, FIELD},
};

static bool ends_name(char c)
{
	return c == '\0' || (unsigned char)c <= ' ' || strchr(",;\"'<>()[]{}|", c) != NULL;
}

/* "Firma X - Anmeldung", "Firma X: 403": what stands before the mark. */
static size_t title_end(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strchr("<\"\n;", s[i]) != NULL || (s[i] == ':' && i + 1 < n && s[i + 1] == ' ') ||
		    (i + 2 < n && memcmp(s + i, " - ", 3) == 0))
			return i;
	return n;
}

static void learn_as(struct redaction *r, enum secret_kind kind, const char *s, size_t n)
{
	bool name = kind == S_NAME || kind == S_CERT;
	const char *slash = name ? memchr(s, '\\', n) : NULL;

	if (slash != NULL && slash > s + 1) { /* "PKI01\\Contoso Issuing CA" */
		learn_host(r, s, (size_t)(slash - s));
		n -= (size_t)(slash + 1 - s);
		s = slash + 1;
	}
	while (n > 0 && strchr(".-: ", s[n - 1]) != NULL)
		n--;
	if (n > 2 && s[0] == '*' && s[1] == '.') {
		s += 2;
		n -= 2;
	}
	if (n < SECRET_MIN || all_digits_dots(s, n) ? kind != S_SERIAL || n < 8 : well_known_account(s, n))
		return;
	if (kind == S_HOST)
		learn_host(r, s, n);
	else if (kind == S_USER || kind == S_PERSON)
		learn_user(r, s, n);
	else if ((name || kind == S_DEVICE || kind == S_DOMAIN) && memchr(s, ' ', n) == NULL &&
	         plausible_fqdn(s, n))
		learn_host(r, s, n);
	else if (!public_name(s, n))
		secret_add(r, kind, s, n, NULL);
}

/* Where a label's value begins: after blanks and dots, "=", ":" or ">", and a quote; 0 when none follows. */
static size_t value_of(const char *s, size_t n, bool quote, bool bare, bool *quoted)
{
	size_t i = 0;
	bool sign = false;

	/* <key>SerialNumber</key><string>F2L...</string> */
	if (n > 6 && memcmp(s, "</key>", 6) == 0) {
		for (i = 6; i < n && strchr(" \n\t", s[i]) != NULL;)
			i++;
		*quoted = true; /* up to the next mark */
		return n - i > 8 && memcmp(s + i, "<string>", 8) == 0 ? i + 8 : 0;
	}
	/* "imei":"35...", also as a string within a string */
	i += n > 3 && s[i] == '\\' && strchr("\"'", s[i + 1]) != NULL;
	if (n > 3 && i + 1 < n && strchr("\"']", s[i]) != NULL && strchr("=: ", s[i + 1]) != NULL)
		i++;
	else
		i = 0;
	while (i < n &&
	       (s[i] == ' ' || s[i] == '.' || s[i] == '\t' || (!sign && strchr("=:>", s[i]) != NULL))) {
		sign = sign || strchr("=:>", s[i]) != NULL;
		i++;
	}
	if (sign && i < n && strchr("=:", s[i]) != NULL) /* "Dns::", "==" */
		return 0;
	if (sign && i + 1 < n && s[i] == '\\' && s[i + 1] == '"')
		i++;
	*quoted = i < n && s[i] == '"';
	if (*quoted)
		return i + 1;
	return !quote && (sign || (bare && i > 0 && i < n && s[i] >= '0' && s[i] <= 'Z')) && i < n ? i : 0;
}

/* Up to four words that begin like names: "Zoe's iPhone 12", "Harriet Owen"; a small letter goes on with a
 * sentence. */
static size_t names_end(const char *s, size_t n)
{
	size_t i = 0;

	for (unsigned words = 0; words < 4; words++) {
		while (i < n && !ends_name(s[i]))
			i++;
		if (i + 1 >= n || s[i] != ' ' || ends_name(s[i + 1]) ||
		    (s[i + 1] >= 'a' && s[i + 1] <= 'z') || strchr("-=:|", s[i + 1]) != NULL)
			break;
		i++;
	}
	return i;
}

static size_t value_end(const char *s, size_t n, enum until until, bool quoted)
{
	size_t end = 0;

	if (quoted || until == FIELD || until == QUOTE)
		return title_end(s, n);
	if (until == NAMES)
		return names_end(s, n);
	while (end < n && !ends_name(s[end]))
		end++;
	return end;
}

/* "Hostname:port   : ndes": what is followed by a sign of its own goes on with the label. */
static bool label_goes_on(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && s[i] == ' ')
		i++;
	return i > 0 && i + 1 < n && strchr("=:", s[i]) != NULL && s[i + 1] == ' ';
}

/* s: behind the label of m bytes. */
static void take_value(struct redaction *r, const struct label *l, size_t m, const char *s, size_t n)
{
	bool quoted;
	size_t from = value_of(s, n, l->until == QUOTE, l->kind == S_SERIAL || l->kind == S_DEVICE, &quoted),
	       len;

	if (from == 0)
		return;
	len = value_end(s + from, n - from, l->until, quoted);
	reading_took(r, len);
	/* "CA: unreachable" names none. */
	if (label_goes_on(s + from + len, n - from - len) ||
	    (l->kind == S_CERT && l->until == FIELD && memchr(s + from, '\\', len) == NULL))
		return;
	if (len < SECRET_MIN && len != 0 && word_char(s[from]) && !well_known_account(s + from, len) &&
	    !all_digits_dots(s + from, len)) {
		/* Too short to be sought alone: with its label. */
		const char *token = secret_add(r, l->kind, s + from, len, NULL)->token, *label = s - m;

		secret_add(r, l->kind, label, m + from + len,
		           arena_fmt(r->mem, "%.*s%s", (int)(m + from), label, token))
		        ->whole = true;
		return;
	}
	learn_as(r, l->kind, s + from, len);
}

/* `sign`: one stands near enough for a label of any language. */
/* Rows of `labels` that begin with a letter: most letters have few. */
#define NLABELS (sizeof(labels) / sizeof(labels[0]))
static uint64_t rows_of[256][(NLABELS + 63) / 64];

static void make_rows(void)
{
	for (size_t k = 0; k < NLABELS; k++)
		rows_of[(unsigned char)labels[k].text[0]][k / 64] |= UINT64_C(1) << (k % 64);
}

static void take_label(struct redaction *r, const char *text, size_t i, size_t n, bool sign)
{
	struct label l = {NULL, S_HOST, WORD};
	size_t m = sign ? label_word(text + i, n - i, &l.kind) : 0;

	l.until = l.kind == S_DEVICE ? NAMES : WORD;
	for (size_t w = 0; w < sizeof(rows_of[0]) / sizeof(rows_of[0][0]); w++) {
		for (uint64_t bits = rows_of[fold(text[i])][w]; bits != 0; bits &= bits - 1) {
			size_t k = w * 64 + (size_t)__builtin_ctzll(bits), len = strlen(labels[k].text);

			if (len <= m || len > n - i || !same_text(text + i, labels[k].text, len))
				continue;
			l = labels[k];
			m = len;
		}
	}
	if (m != 0 && (i + m >= n || !word_char(text[i + m]) || (unsigned char)text[i + m - 1] >= 0x80))
		take_value(r, &l, m, text + i + m, n - i - m);
}

/* "X-Backend-Server: WEB07": headers in which a machine of the way names itself. */
static void take_header(struct redaction *r, const char *s, size_t n)
{
	static const char *const last[] = {"-server",  "-host",   "-by",      "-node",
	                                   "-machine", "-target", "-backend", NULL};
	size_t len = 0, end;
	bool known = false;

	while (len < n && len < 40 && (word_char(s[len]) || s[len] == '-'))
		len++;
	for (size_t k = 0; last[k] != NULL; k++)
		known = known || ends_with(s, len, last[k]);
	if (!known || len + 3 > n || s[len] != ':' || s[len + 1] != ' ' || ends_with(s, len, "powered-by"))
		return;
	for (end = len + 2; end < n && !ends_name(s[end]);)
		end++;
	if (memchr(s + len + 2, '/', end - len - 2) == NULL)
		learn_as(r, S_HOST, s + len + 2, end - len - 2);
}

/* ---- identifiers by their length ---- */
/* Fifteen digits of which the last is the check of an IMEI (3GPP TS 23.003, annex B). */
static bool luhn(const char *s)
{
	unsigned sum = 0;

	for (unsigned i = 0; i < 15; i++) {
		unsigned v = (unsigned)(s[i] - '0') * (i % 2 != 0 ? 2 : 1);

		sum += v > 9 ? v - 9 : v;
	}
	return sum % 10 == 0 && s[0] != '0';
}

static void take_bare_hex(struct redaction *r, const char *s, size_t n)
{
	size_t len = 0, figures = 0, letters = 0;

	while (len < n && hex_digit(s[len]) >= 0) {
		figures += s[len] >= '0' && s[len] <= '9';
		letters += s[len] > '9';
		len++;
	}
	if (len < n && (word_char(s[len]) || s[len] == '-'))
		return;
	if (len == 15 && letters == 0 && luhn(s))
		secret_add(r, S_SERIAL, s, len, NULL);
	else if (len == 32 && letters != 0 && figures != 0)
		secret_add(r, S_ID, s, len, NULL);
	else if (len == 12 && letters != 0 && figures > 3)
		secret_add(r, S_MAC, s, len, NULL);
	else if (len == 4 && n >= 14 && s[4] == '.' && s[9] == '.') { /* 00aa.bbcc.dd11 */
		for (size_t i = 0; i < 14; i++)
			if (i % 5 != 4 ? hex_digit(s[i]) < 0 : s[i] != '.')
				return;
		if (n == 14 || !word_char(s[14]))
			secret_add(r, S_MAC, s, 14, NULL);
	}
}

/* Algorithms, updates, products: capitals and figures that are no computer's. */
static bool term(const char *s, size_t n)
{
	static const char *const no[] = {"SHA",    "TLS",   "RSA",   "AES",   "DES",   "UTF",     "KB",
	                                 "CVE",    "HTTP",  "W3SVC", "PKCS",  "RFC",   "SSL",     "ISO",
	                                 "IPV",    "X509",  "WIN",   "BASE",  "OAEP",  "HMAC",    "ECDH",
	                                 "SM",     "S",     "MD",    "CRYPT", "GCM",   "CBC",     "KERNEL",
	                                 "SYSTEM", "EVENT", "ERROR", "STEP",  "CLASS", "VERSION", NULL};
	size_t m = n;

	while (m > 0 && s[m - 1] >= '0' && s[m - 1] <= '9')
		m--;
	for (size_t i = 0; no[i] != NULL; i++)
		if (strlen(no[i]) == m && memcmp(s, no[i], m) == 0)
			return true;
	return n > 4 && (memcmp(s, "SHA", 3) == 0 || memcmp(s, "HMAC", 4) == 0 || memcmp(s, "ECDH", 4) == 0);
}

static bool machine_part(const char *s, size_t n)
{
	static const char *const parts[] = {"SRV",  "NDES", "SCEP", "PKI",   "WKS",  "ADC",  "SQL",
	                                    "DMZ",  "IIS",  "WEB",  "FILE",  "PRD",  "PROD", "TST",
	                                    "TEST", "VPN",  "WAP",  "ADFS",  "HOST", "CLT",  "LAP",
	                                    "NODE", "EXCH", "MAIL", "PROXY", "CERT", NULL};

	for (size_t i = 0; parts[i] != NULL; i++)
		for (size_t k = 0; k + strlen(parts[i]) <= n; k++)
			if (memcmp(s + k, parts[i], strlen(parts[i])) == 0)
				return true;
	return false;
}

/* SRV-NDES01, CONTOSOSRV3: capitals and figures of a length that computers' names have. */
static void take_computer(struct redaction *r, const char *s, size_t n)
{
	size_t len = 0, capitals = 0, figures = 0, part = 0, dashes = 0;

	while (len < n && len <= COMPUTER_MAX &&
	       ((s[len] >= 'A' && s[len] <= 'Z') || (s[len] >= '0' && s[len] <= '9') || s[len] == '-')) {
		capitals += s[len] >= 'A';
		figures += s[len] >= '0' && s[len] <= '9';
		dashes += s[len++] == '-';
	}
	if (len < 6 || len > COMPUTER_MAX || capitals < 3 || figures == 0 || s[len - 1] < '0' ||
	    s[len - 1] > '9')
		return;
	if (len < n && (unsigned char)s[len] < 0x80 && (word_char(s[len]) || s[len] == '_' || s[len] == '~'))
		return;
	if (figures < 2 && dashes == 0 && !machine_part(s, len))
		return;
	for (size_t i = 0; i <= len; i++) {
		if (i < len && s[i] != '-')
			continue;
		if (i > part && term(s + part, i - part))
			return;
		part = i + 1;
	}
	if (len + 1 < n && s[len] == '.' &&
	    word_char(s[len + 1])) /* a file, or a host that is found as one */
		return;
	learn_host(r, s, len);
}

/* As it stands, and what it stands for: "Contoso%20Issuing%20CA". */
static void learn_encoded(struct redaction *r, const char *s, size_t n)
{
	char *plain = arena_strndup(r->mem, s, n);
	size_t o = 0;

	for (size_t i = 0; i < n; i++) {
		if (s[i] == '%' && n - i > 2 && hex_digit(s[i + 1]) >= 0 && hex_digit(s[i + 2]) >= 0) {
			plain[o++] = (char)(hex_digit(s[i + 1]) * 16 + hex_digit(s[i + 2]));
			i += 2;
		} else {
			plain[o++] = s[i] == '+' ? ' ' : s[i];
		}
	}
	if (public_name(plain, o))
		return;
	secret_add(r, S_NAME, plain, o, secret_add(r, S_NAME, s, n, NULL)->token);
}

/* Ada-iPhone, iPad-Ada, DESKTOP-4F7A2B1 */
static void take_device(struct redaction *r, const char *s, size_t n)
{
	static const char *const parts[] = {"iphone", "ipad", "desktop-", "laptop-", "macbook", NULL};
	size_t len = 0;
	bool dash = false, known = false;

	while (len < n && len < DEVICE_MAX && !ends_name(s[len]) && s[len] != ':') {
		dash = dash || s[len] == '-';
		for (size_t k = 0; parts[k] != NULL && !known; k++)
			known = fold(s[len]) == (unsigned char)parts[k][0] &&
			        (n - len >= strlen(parts[k]) &&
			         same_text(s + len, parts[k], strlen(parts[k])));
		len++;
	}
	if (known && dash && len > 7 && len < DEVICE_MAX)
		secret_add(r, S_DEVICE, s, len, NULL);
}

/* ---- the CA in a query or a file's name ---- */
static void take_ca(struct redaction *r, const char *text, size_t i, size_t n)
{
	static const char *const before[] = {"message=", "certenroll/", NULL};

	for (size_t k = 0; before[k] != NULL; k++) {
		size_t from = i + strlen(before[k]), end;

		if (n - i <= strlen(before[k]) || !same_text(text + i, before[k], strlen(before[k])))
			continue;
		for (end = from; end < n && !ends_name(text[end]) && text[end] != '&' && text[end] != '?';
		     end++)
			if (text[end] == '.' && k == 1)
				break;
		reading_took(r, end - from);
		while (end > from && text[end - 1] == '+')
			end--;
		if (end - from > 6 && !same_text(text + from, "default", 7) &&
		    !same_text(text + from, "mydevice", 8))
			learn_encoded(r, text + from, end - from);
	}
}

/* ".../pki/Contoso%20Root%20CA.crt": a CA's file is called as it is; at the dot. */
static void take_ca_file(struct redaction *r, const char *text, size_t i, size_t n)
{
	static const char *const endings[] = {".crt", ".crl", ".cer", ".p7b", ".p7c", NULL};
	size_t from = i;
	bool file = false, name = false;

	for (size_t k = 0; endings[k] != NULL; k++)
		file = file || (n - i >= 4 && same_text(text + i, endings[k], 4) &&
		                (n - i == 4 || !word_char(text[i + 4])));
	while (file && from > 0 && !ends_name(text[from - 1]) && text[from - 1] != '/' &&
	       text[from - 1] != '\\') {
		from--;
		name = name || text[from] == '%' || (unsigned char)text[from] >= 0x80 ||
		       (i - from > 1 && memcmp(text + from, "CA", 2) == 0);
	}
	reading_took(r, i - from);
	if (name && from > 0 && text[from - 1] == '/' && i - from > 5)
		learn_encoded(r, text + from, i - from);
}

/* "DiagLogs-PC0815-20261130T064105Z.zip", "MDMDiagReport_PC0815.zip": collections are called after their
 * device. */
static void take_collection(struct redaction *r, const char *s, size_t n)
{
	static const char *const heads[] = {"DiagLogs-", "MDMDiagReport_", "MDMDiagReport-", NULL};

	for (size_t k = 0; heads[k] != NULL; k++) {
		size_t m = strlen(heads[k]), end = m;

		if (n <= m || memcmp(s, heads[k], m) != 0)
			continue;
		while (end < n && !ends_name(s[end]) && s[end] != '.' &&
		       !(n - end > 8 && strchr("-_", s[end]) != NULL && all_digits_dots(s + end + 1, 8)))
			end++;
		if (end - m >= SECRET_MIN)
			secret_add(r, S_DEVICE, s + m, end - m, NULL);
	}
}

/* Whether a name of ASCII letters may begin at i: not within a word; a script without blanks may touch it. */
static bool begins_word(const char *text, size_t i)
{
	uint32_t cp;
	size_t from = i;

	if (i == 0 || !word_char(text[i - 1]))
		return true;
	if ((unsigned char)text[i - 1] < 0x80)
		return false;
	while (from > 0 && i - from < 4 && ((unsigned char)text[from - 1] & 0xC0) == 0x80)
		from--;
	from -= from > 0;
	utf8_decode(text + from, i - from, &cp);
	return cp >= 0x2000;
}

static bool plain_char(char c)
{
	return (unsigned char)c < 0x80 && word_char(c);
}

void learn_labels(struct redaction *r, const char *text, size_t n)
{
	const char *sign = text;

	if (rows_of[(unsigned char)labels[0].text[0]][0] == 0)
		make_rows();
	/* "dns=dns=dns=", each with a value to the end: no text that somebody wrote. */
	r->reading = READ_SHORT + READ_TIMES * n;
	for (size_t i = 0; i < n && r->reading != 0; i++) {
		bool start;

		/* Nothing begins within a word. */
		if (i > 0 && plain_char(text[i]) && plain_char(text[i - 1]))
			continue;
		start = begins_word(text, i);
		if (text[i] == '.' || text[i] == '/' || text[i] == '\\' || text[i] == ':')
			learn_path(r, text, i, n);
		if (text[i] == '.')
			take_ca_file(r, text, i, n);
		if (!start && (unsigned char)text[i] < 0x80)
			continue;
		if (start && (text[i] == 'D' || text[i] == 'M'))
			take_collection(r, text + i, n - i);
		if (start && hex_digit(text[i]) >= 0 && !(i > 0 && text[i - 1] == '-'))
			take_bare_hex(r, text + i, n - i);
		if (start && text[i] >= 'A' && text[i] <= 'Z')
			take_computer(r, text + i, n - i);
		if (start && fold(text[i]) == 'x')
			take_header(r, text + i, n - i);
		if (start && (fold(text[i]) == 'm' || fold(text[i]) == 'c'))
			take_ca(r, text, i, n);
		if (i == 0 || ends_name(text[i - 1]) || text[i - 1] == ':' || text[i - 1] == '=')
			take_device(r, text + i, n - i);
		while (sign < text + n && (sign < text + i || strchr("=:>\"", *sign) == NULL))
			sign++;
		take_label(r, text, i, n, sign < text + n && (size_t)(sign - text) - i < LABEL_MAX);
	}
}
