/* Shapes of names, and the public ones.  A word is judged alone; what cannot be told from an ordinary word is
 * none. */
#include "residue_int.h"

#include <string.h>
#include <strings.h>

#include <casebook/escape.h>
#include <casebook/tld.h>

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}
static bool upper(char c)
{
	return c >= 'A' && c <= 'Z';
}
static bool letter(char c)
{
	return upper(c) || (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/* NDES-1, HOST-2.DOMAIN-1 */
static bool token(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && upper(s[i]))
		i++;
	if (i < 2 || i + 1 >= n || s[i] != '-' || !digit(s[i + 1]))
		return false;
	for (i++; i < n && digit(s[i]); i++)
		;
	return i == n || s[i] == '.' || s[i] == '@' || s[i] == '\\' || s[i] == '-';
}

static bool ends(const char *s, size_t n, const char *end)
{
	size_t m = strlen(end);

	return n >= m && strncasecmp(s + n - m, end, m) == 0;
}

static bool public_host(const char *s, size_t n)
{
	static const char *const known[] = {"microsoft.com",
	                                    "microsoftonline.com",
	                                    "microsoftonline.us",
	                                    "windows.com",
	                                    "windows.net",
	                                    "windowsupdate.com",
	                                    "msocsp.com",
	                                    "msappproxy.net",
	                                    "onmicrosoft.com",
	                                    "azure.com",
	                                    "azurewebsites.net",
	                                    "office.com",
	                                    "live.com",
	                                    "digicert.com",
	                                    "globalsign.com",
	                                    "sectigo.com",
	                                    "usertrust.com",
	                                    "entrust.net",
	                                    "godaddy.com",
	                                    "letsencrypt.org",
	                                    "lencr.org",
	                                    "verisign.com",
	                                    "apple.com",
	                                    "google.com",
	                                    "android.com",
	                                    "gstatic.com",
	                                    "mozilla.org",
	                                    "w3.org",
	                                    "ietf.org",
	                                    "rfc-editor.org",
	                                    "rfc-editor.net",
	                                    "github.com",
	                                    "asp.net",
	                                    "system.net",
	                                    "microsoft.net",
	                                    "example.com",
	                                    "example.net",
	                                    "example.org",
	                                    NULL};

	for (size_t i = 0; known[i] != NULL; i++) {
		size_t m = strlen(known[i]);

		if (ends(s, n, known[i]) && (n == m || s[n - m - 1] == '.'))
			return true;
	}
	return ends(s, n, ".example") || ends(s, n, ".test") || ends(s, n, ".invalid") ||
	       ends(s, n, ".localhost");
}

/* Endings that files have, too: a host under one needs three labels or a "//" before it. */
static bool file_ending(const char *s, size_t n)
{
	static const char *const both[] = {
	        "md",       "py",       "sh",  "pl",   "rs",  "so",   "cc",   "ps",     "zip",
	        "mov",      "app",      "net", "in",   "do",  "id",   "is",   "as",     "at",
	        "by",       "no",       "to",  "so",   "my",  "name", "info", "link",   "click",
	        "date",     "support",  "it",  "be",   "me",  "host", "page", "report", "log",
	        "download", "security", "run", "call", "cab", "java", "bin",  NULL};

	for (size_t i = 0; both[i] != NULL; i++)
		if (strlen(both[i]) == n && strncasecmp(both[i], s, n) == 0)
			return true;
	return false;
}

static bool host(const char *s, size_t n, const char before[2])
{
	size_t labels = 1, from = 0, capitals = 0;

	while (n > 0 && s[n - 1] == '.')
		n--;
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '.' && (i == from || s[i - 1] == '-'))
			return false;
		if (s[i] == '.') {
			from = i + 1;
			labels++;
		} else if (!letter(s[i]) && !digit(s[i]) && s[i] != '-' && s[i] != '_') {
			return false;
		}
		capitals += i > 0 && upper(s[i]) && s[i - 1] >= 'a' && s[i - 1] <= 'z';
	}
	if (labels < 2 || n - from < 2 || !tld_known(s + from, n - from) || capitals != 0 || token(s, n))
		return false;
	if (labels < 3 && file_ending(s + from, n - from) && !(before[0] == '/' && before[1] == '/'))
		return false;
	/* "org.jscep.transport" and "com.microsoft.x": names of code. */
	return !public_host(s, n) && strncmp(s, "com.", 4) != 0 && strncmp(s, "org.", 4) != 0 &&
	       strncmp(s, "java.", 5) != 0;
}

static bool ipv4(const char *s, size_t n)
{
	unsigned parts = 0, v = 0, digits = 0, first = 0, second = 0;

	for (size_t i = 0; i <= n; i++) {
		if (i < n && digit(s[i])) {
			v = v * 10 + (unsigned)(s[i] - '0');
			if (++digits > 3)
				return false;
			continue;
		}
		if ((i < n && s[i] != '.') || digits == 0 || v > 255)
			return false;
		first = parts == 0 ? v : first;
		second = parts == 1 ? v : second;
		parts++;
		v = digits = 0;
	}
	/* Loopback, "any", and the examples of RFC 5737. */
	return parts == 4 && first != 127 && first != 0 && !(first == 192 && second == 0) &&
	       !(first == 198 && second == 51) && !(first == 203 && second == 0) && n >= 7;
}

static bool ipv6(const char *s, size_t n)
{
	size_t colons = 0, hexes = 0;
	bool twice = false;

	for (size_t i = 0; i < n && s[i] != '%'; i++) {
		colons += s[i] == ':';
		hexes += hex_digit(s[i]) >= 0;
		twice = twice || (i > 0 && s[i] == ':' && s[i - 1] == ':');
		if (s[i] != ':' && hex_digit(s[i]) < 0)
			return false;
	}
	return colons >= 2 && hexes >= 4 && (twice || colons == 7) && strncasecmp(s, "2001:db8", 8) != 0;
}

/* Twelve digits in pairs or fours, a GUID without dashes, a GUID. */
static bool identifier(const char *s, size_t n)
{
	size_t hexes = 0, figures = 0, signs = 0;

	if (n > 9 && strncmp(s, "S-1-", 4) == 0)
		return strncmp(s, "S-1-5-21-", 9) == 0 || strncmp(s, "S-1-12-1-", 9) == 0;
	for (size_t i = 0; i < n; i++) {
		if (hex_digit(s[i]) >= 0)
			hexes++;
		else if (s[i] == '-' || s[i] == ':' || s[i] == '.' || s[i] == '_')
			signs++;
		else
			return false;
		figures += digit(s[i]);
	}
	if (hexes == 12)
		return figures != 12 && (signs == 0 || signs == 5 || signs == 2);
	if (hexes == 15 && figures == 15 && signs == 0)
		return true;
	return hexes == 32 && (signs == 0 || signs == 4) && strncmp(s, "00000000", 8) != 0;
}

/* name@domain in any script, unless both are tokens. */
static bool mail(const char *s, size_t n)
{
	const char *at = memchr(s, '@', n);
	size_t left = at != NULL ? (size_t)(at - s) : 0;

	return left > 0 && left + 3 < n && letter(at[1]) && !token(at + 1, n - left - 1) &&
	       memchr(at, '.', n - left) != NULL;
}

static bool known_account(const char *s, size_t n)
{
	static const char *const before[] = {"NT AUTHORITY",
	                                     "AUTHORITY",
	                                     "BUILTIN",
	                                     "APPPOOL",
	                                     "SERVICE",
	                                     "NT SERVICE",
	                                     "HKLM",
	                                     "HKCU",
	                                     "CAHOST", /* of commands to be filled in */
	                                     NULL};

	for (size_t i = 0; before[i] != NULL; i++)
		if (strlen(before[i]) == n && strncasecmp(before[i], s, n) == 0)
			return true;
	return n > 4 && strncasecmp(s, "HKEY", 4) == 0;
}

/* DOMAIN\name, \\server\share, \Users\name */
static bool account(const char *s, size_t n)
{
	const char *slash = memchr(s, '\\', n);
	size_t left = slash != NULL ? (size_t)(slash - s) : 0, right = slash != NULL ? n - left - 1 : 0;
	size_t capitals = 0;

	if (slash == NULL)
		return false;
	if (n > 3 && s[0] == '\\' && s[1] == '\\')
		return letter(s[2]) && !token(s + 2, n - 2) && s[2] != '.';
	for (size_t i = 0; i + 7 < n; i++)
		if (strncasecmp(s + i, "\\users\\", 7) == 0)
			return !token(s + i + 7, n - i - 7) && strncasecmp(s + i + 7, "public", 6) != 0;
	if (left < 2 || right < 2 || memchr(slash + 1, '\\', right) != NULL || known_account(s, left) ||
	    s[0] == '%')
		return false;
	for (size_t i = 0; i < left; i++) {
		if (!upper(s[i]) && !digit(s[i]) && s[i] != '-' && s[i] != '_')
			return false;
		capitals += upper(s[i]);
	}
	return capitals != 0 && left <= 15 && !token(s, left) && memchr(slash + 1, '.', right) == NULL;
}

/* SHA256, KB5034441, HMACSHA256: figures behind such names; "DESKTOP" only begins like one. */
static bool measure(const char *s, size_t n)
{
	static const char *const no[] = {"SHA", "TLS", "RSA",  "AES",   "DES",   "MD",    "UTF",
	                                 "KB",  "CVE", "HTTP", "W3SVC", "PKCS",  "RFC",   "ECDSA",
	                                 "SSL", "ISO", "IPV",  "X509",  "ECDHE", "WIN32", "BASE",
	                                 "P-",  "CP",  "OAEP", "HMAC",  "EKU",   "SM-",   NULL};
	size_t m = 0;

	for (size_t i = 0; no[i] != NULL && m == 0; i++)
		if (n >= strlen(no[i]) && strncmp(s, no[i], strlen(no[i])) == 0)
			m = strlen(no[i]);
	return m != 0 && (m == n || !upper(s[m]) || s[m - 1] == '-' || measure(s + m, n - m));
}

/* SRV-NDES01, DESKTOP-4F7A2B1: capitals and figures, no measure, no algorithm. */
static bool computer(const char *s, size_t n)
{
	size_t i = 0, capitals = 0, figures = 0, signs = 0;

	for (; i < n; i++) {
		capitals += upper(s[i]);
		figures += digit(s[i]);
		signs += s[i] == '-';
		if (!upper(s[i]) && !digit(s[i]) && s[i] != '-' && s[i] != '$')
			return false;
	}
	if (capitals < 3 || figures < 2 || n < 6 || n > 16 || !upper(s[0]) || signs > 3 || token(s, n))
		return false;
	return !measure(s, n);
}

const char *residue_kind(const char *s, size_t n, const char before[2])
{
	while (n > 0 && strchr(".-:/", s[n - 1]) != NULL)
		n--;
	if (n < 4)
		return NULL;
	if (ipv4(s, n) || ipv6(s, n))
		return "address";
	if (mail(s, n) || account(s, n))
		return "account";
	if (identifier(s, n))
		return "id";
	if (host(s, n, before))
		return "host";
	return computer(s, n) ? "computer" : NULL;
}
