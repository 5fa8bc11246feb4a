/*
 * Names that a word before them introduces, in the languages of Windows and its tools: "Computer: X",
 * "Seriennummer: X", "realm="X"", the CA of message= and CertEnroll, folders in an archive; and identifiers
 * that show themselves by their length: IMEI, hardware addresses, GUIDs without dashes, computers in
 * capitals.
 */
#include "redact_int.h"

#include <string.h>

#include <casebook/escape.h>

#define DEVICE_MAX 64 /* what is longer is no name of a device */

enum until { WORD, FIELD, QUOTE };
static const struct label {
	const char *text; /* lower case where ASCII */
	enum secret_kind kind;
	enum until until;
} labels[] = {
        {"ordinateur", S_HOST, WORD},
        {"equipo", S_HOST, WORD},
        {"computador", S_HOST, WORD},
        {"komputer", S_HOST, WORD},
        {"dator", S_HOST, WORD},
        {"počítač", S_HOST, WORD},
        {"Počítač", S_HOST, WORD},
        {"компьютер", S_HOST, WORD},
        {"Компьютер", S_HOST, WORD},
        {"コンピューター", S_HOST, WORD},
        {"host name", S_HOST, WORD},
        {"hostnaam", S_HOST, WORD},
        {"nom de l’hôte", S_HOST, WORD},
        {"nom d'hôte", S_HOST, WORD},
        {"nombre de host", S_HOST, WORD},
        {"nome host", S_HOST, WORD},
        {"nome do host", S_HOST, WORD},
        {"nazwa hosta", S_HOST, WORD},
        {"värddatornamn", S_HOST, WORD},
        {"název hostitele", S_HOST, WORD},
        {"имя узла", S_HOST, WORD},
        {"Имя узла", S_HOST, WORD},
        {"ホスト名", S_HOST, WORD},
        {"benutzer", S_USER, WORD},
        {"benutzername", S_USER, WORD},
        {"utilisateur", S_USER, WORD},
        {"usuario", S_USER, WORD},
        {"utente", S_USER, WORD},
        {"usuário", S_USER, WORD},
        {"utilizador", S_USER, WORD},
        {"gebruiker", S_USER, WORD},
        {"użytkownik", S_USER, WORD},
        {"användare", S_USER, WORD},
        {"uživatel", S_USER, WORD},
        {"пользователь", S_USER, WORD},
        {"Пользователь", S_USER, WORD},
        {"ユーザー", S_USER, WORD},
        {"kontoname", S_USER, WORD},
        {"nom du compte", S_USER, WORD},
        {"nombre de cuenta", S_USER, WORD},
        {"nome account", S_USER, WORD},
        {"nome da conta", S_USER, WORD},
        {"accountnaam", S_USER, WORD},
        {"nazwa konta", S_USER, WORD},
        {"kontonamn", S_USER, WORD},
        {"název účtu", S_USER, WORD},
        {"имя учетной записи", S_USER, WORD},
        {"アカウント名", S_USER, WORD},
        {"gerätename", S_DEVICE, WORD},
        {"nom de l’appareil", S_DEVICE, WORD},
        {"nombre del dispositivo", S_DEVICE, WORD},
        {"nome dispositivo", S_DEVICE, WORD},
        {"nome do dispositivo", S_DEVICE, WORD},
        {"apparaatnaam", S_DEVICE, WORD},
        {"nazwa urządzenia", S_DEVICE, WORD},
        {"enhetsnamn", S_DEVICE, WORD},
        {"název zařízení", S_DEVICE, WORD},
        {"имя устройства", S_DEVICE, WORD},
        {"Имя устройства", S_DEVICE, WORD},
        {"デバイス名", S_DEVICE, WORD},
        {"imei", S_SERIAL, WORD},
        {"udid", S_DEVICE, WORD},
        {"serialnumber", S_SERIAL, WORD},
        {"serial number", S_SERIAL, WORD},
        {"seriennummer", S_SERIAL, WORD},
        {"numéro de série", S_SERIAL, WORD},
        {"número de serie", S_SERIAL, WORD},
        {"número de série", S_SERIAL, WORD},
        {"numero di serie", S_SERIAL, WORD},
        {"serienummer", S_SERIAL, WORD},
        {"numer seryjny", S_SERIAL, WORD},
        {"sériové číslo", S_SERIAL, WORD},
        {"серийный номер", S_SERIAL, WORD},
        {"Серийный номер", S_SERIAL, WORD},
        {"シリアル番号", S_SERIAL, WORD},
        {"tenantname", S_NAME, FIELD},
        {"tenant name", S_NAME, FIELD},
        {"domainname", S_DOMAIN, WORD},
        {"dns name", S_HOST, WORD},
        {"dns", S_HOST, WORD},
        {"dns suffix", S_DOMAIN, WORD},
        {"primary dns suffix", S_DOMAIN, WORD},
        {"realm", S_NAME, QUOTE},
        {"subjectname", S_NAME, QUOTE},
        {"<title", S_NAME, FIELD},
        {"title", S_NAME, QUOTE},
        {"ca", S_NAME, FIELD},
        {"serial", S_SERIAL, WORD},
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
	const char *slash = kind == S_NAME ? memchr(s, '\\', n) : NULL;

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
	else if (kind == S_USER)
		learn_user(r, s, n);
	else if (kind == S_NAME && memchr(s, ' ', n) == NULL && plausible_fqdn(s, n))
		learn_host(r, s, n);
	else if (!public_name(s, n))
		secret_add(r, kind, s, n, NULL);
}

/* Where a label's value begins: after blanks and dots, "=", ":" or ">", and a quote; 0 when none follows. */
static size_t value_of(const char *s, size_t n, bool quote, bool bare, bool *quoted)
{
	size_t i = 0;
	bool sign = false;

	while (i < n &&
	       (s[i] == ' ' || s[i] == '.' || s[i] == '\t' || (!sign && strchr("=:>", s[i]) != NULL))) {
		sign = sign || strchr("=:>", s[i]) != NULL;
		i++;
	}
	*quoted = i < n && s[i] == '"';
	if (*quoted)
		return i + 1;
	return !quote && (sign || (bare && i > 0 && i < n && s[i] >= '0' && s[i] <= 'Z')) && i < n ? i : 0;
}

static void take_label(struct redaction *r, const char *text, size_t i, size_t n)
{
	for (size_t k = 0; k < sizeof(labels) / sizeof(labels[0]); k++) {
		size_t m, from, end;
		bool quoted;

		/* Asked at every word: most labels begin with another letter. */
		if (fold(text[i]) != fold(labels[k].text[0]))
			continue;
		m = strlen(labels[k].text);
		if (m > n - i || !same_text(text + i, labels[k].text, m))
			continue;
		from = value_of(text + i + m, n - i - m, labels[k].until == QUOTE,
		                labels[k].kind == S_SERIAL || labels[k].kind == S_DEVICE, &quoted);
		if (from == 0)
			continue;
		from += i + m;
		end = from;
		if (labels[k].until != WORD || quoted)
			end += title_end(text + from, n - from);
		else
			while (end < n && !ends_name(text[end]))
				end++;
		/* "CA: unreachable" names none. */
		if (m != 2 || memchr(text + from, '\\', end - from) != NULL)
			learn_as(r, labels[k].kind, text + from, end - from);
		return;
	}
}

/* ---- identifiers by their length ---- */
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
	if (len == 32 && letters != 0 && figures != 0)
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

/* SRV-NDES01: capitals and figures of a length that computers' names have; no algorithm, no update, no token.
 */
static void take_computer(struct redaction *r, const char *s, size_t n)
{
	static const char *const no[] = {"SHA",   "TLS",  "RSA",   "AES",  "DES",   "UTF",  "KB",
	                                 "CVE",   "HTTP", "W3SVC", "PKCS", "RFC",   "SSL",  "ISO",
	                                 "IPV",   "X509", "WIN",   "BASE", "OAEP",  "HMAC", "ECDH",
	                                 "ECDSA", "SM-",  "S-1",   "MD5",  "CRYPT", NULL};
	size_t len = 0, capitals = 0, figures = 0;

	while (len < n &&
	       ((s[len] >= 'A' && s[len] <= 'Z') || (s[len] >= '0' && s[len] <= '9') || s[len] == '-')) {
		capitals += s[len] >= 'A';
		figures += s[len] >= '0' && s[len] <= '9';
		len++;
	}
	if (len < 6 || len > 16 || capitals < 3 || figures < 2 ||
	    (len < n && (word_char(s[len]) || s[len] == '_')) || s[len - 1] < '0' || s[len - 1] > '9')
		return;
	for (size_t i = 0; no[i] != NULL; i++)
		if (strncmp(s, no[i], strlen(no[i])) == 0)
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
		for (size_t k = 0; parts[k] != NULL; k++)
			known = known || (n - len >= strlen(parts[k]) &&
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
		while (end > from && text[end - 1] == '+')
			end--;
		if (end - from > 6 && !same_text(text + from, "default", 7) &&
		    !same_text(text + from, "mydevice", 8))
			learn_encoded(r, text + from, end - from);
	}
}

/* ---- folders within an archive: those that no system has ---- */
static void take_members(struct redaction *r, const char *text, size_t i, size_t n)
{
	static const char *const before[] = {".zip/",     ".cab/",       "/downloads/", "\\downloads\\",
	                                     "/desktop/", "\\desktop\\", NULL};
	size_t from = 0;

	for (size_t k = 0; before[k] != NULL && from == 0; k++)
		if (n - i > strlen(before[k]) && same_text(text + i, before[k], strlen(before[k])))
			from = i + strlen(before[k]);
	if (from == 0)
		return;
	for (size_t end = from; end < n && strchr("\"<>|\n", text[end]) == NULL; end++) {
		if (text[end] != '/' && text[end] != '\\')
			continue;
		if (end - from >= SECRET_MIN && !standard_folder(text + from, end - from))
			secret_add(r, S_NAME, text + from, end - from, NULL);
		from = end + 1;
	}
}

void learn_labels(struct redaction *r, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool start = i == 0 || !word_char(text[i - 1]);

		if (strchr("./\\", text[i]) != NULL)
			take_members(r, text, i, n);
		if (!start && (unsigned char)text[i] < 0x80)
			continue;
		if (start && hex_digit(text[i]) >= 0 && !(i > 0 && text[i - 1] == '-'))
			take_bare_hex(r, text + i, n - i);
		if (start && text[i] >= 'A' && text[i] <= 'Z')
			take_computer(r, text + i, n - i);
		if (start && (fold(text[i]) == 'm' || fold(text[i]) == 'c'))
			take_ca(r, text, i, n);
		if (i == 0 || ends_name(text[i - 1]) || text[i - 1] == ':' || text[i - 1] == '=')
			take_device(r, text + i, n - i);
		take_label(r, text, i, n);
	}
}
