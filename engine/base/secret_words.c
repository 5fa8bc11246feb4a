/* The words of the gate: names whose values are secrets, in the languages of Windows, and words that are no
 * values. */
#include "secret_int.h"

#include <string.h>

#define LONGEST_NAME 64

struct name {
	const char *end; /* a name ends so; lower case, without "_", "-" and "." */
	const char *what;
	enum name_kind kind;
};
static const struct name names[] = {
        {"password", "a password", NAME_SECRET},
        {"passwd", "a password", NAME_SECRET},
        {"passphrase", "a password", NAME_SECRET},
        {"phrase", "a password", NAME_SHORT}, /* "pass phrase" */
        {"passcode", "a password", NAME_SECRET},
        {"pwd", "a password", NAME_SECRET},
        {"pswd", "a password", NAME_SECRET},
        {"passwort", "a password", NAME_SECRET},
        {"kennwort", "a password", NAME_SECRET},
        {"contraseña", "a password", NAME_SECRET},
        {"contrasena", "a password", NAME_SECRET},
        {"passe", "a password", NAME_SHORT},
        {"motdepasse", "a password", NAME_SECRET},
        {"senha", "a password", NAME_SECRET},
        {"wachtwoord", "a password", NAME_SECRET},
        {"hasło", "a password", NAME_SECRET},
        {"haslo", "a password", NAME_SECRET},
        {"heslo", "a password", NAME_SECRET},
        {"lösenord", "a password", NAME_SECRET},
        {"losenord", "a password", NAME_SECRET},
        {"parola", "a password", NAME_SHORT},
        {"şifre", "a password", NAME_SECRET},
        {"пароль", "a password", NAME_SECRET},
        {"Пароль", "a password", NAME_SECRET},
        {"ПАРОЛЬ", "a password", NAME_SECRET},
        {"пароля", "a password", NAME_SECRET},
        {"パスワード", "a password", NAME_SECRET},
        {"密码", "a password", NAME_SECRET},
        {"密碼", "a password", NAME_SECRET},
        {"비밀번호", "a password", NAME_SECRET},
        {"pass", "a password", NAME_SHORT},
        {"passin", "a password", NAME_SHORT},
        {"passout", "a password", NAME_SHORT},
        {"pw", "a password", NAME_SHORT},
        {"rp", "a password", NAME_SHORT},
        {"pin", "a PIN", NAME_SHORT},
        {"puk", "a PIN", NAME_SHORT},
        {"pincode", "a PIN", NAME_SECRET},
        {"otp", "a one-time password", NAME_SECRET},
        {"totp", "a one-time password", NAME_SECRET},
        {"challenge", "a challenge", NAME_SECRET},
        {"secret", "a secret", NAME_SECRET},
        {"secrets", "a secret", NAME_SECRET},
        {"token", "a token", NAME_SECRET},
        {"jwt", "a token", NAME_SHORT},
        {"assertion", "a token", NAME_SECRET},
        {"samlresponse", "a token", NAME_SECRET},
        {"wresult", "a token", NAME_SECRET},
        {"authcode", "a token", NAME_SECRET},
        {"authorizationcode", "a token", NAME_SECRET},
        {"devicecode", "a token", NAME_SECRET},
        {"usercode", "a token", NAME_SECRET},
        {"verificationcode", "a token", NAME_SECRET},
        {"apikey", "a key", NAME_SECRET},
        {"accesskey", "a key", NAME_SECRET},
        {"accesskeyid", "a key", NAME_SECRET},
        {"accountkey", "a key", NAME_SECRET},
        {"sharedkey", "a key", NAME_SECRET},
        {"sharedaccesskey", "a key", NAME_SECRET},
        {"privatekey", "a private key", NAME_SECRET},
        {"secretkey", "a key", NAME_SECRET},
        {"signingkey", "a key", NAME_SECRET},
        {"masterkey", "a key", NAME_SECRET},
        {"sessionkey", "a key", NAME_SECRET},
        {"encryptionkey", "a key", NAME_SECRET},
        {"decryptionkey", "a key", NAME_SECRET},
        {"validationkey", "a key", NAME_SECRET},
        {"machinekey", "a key", NAME_SECRET},
        {"presharedkey", "a key", NAME_SECRET},
        {"psk", "a key", NAME_SECRET},
        {"storagekey", "a key", NAME_SECRET},
        {"authkey", "a key", NAME_SECRET},
        {"subscriptionkey", "a key", NAME_SECRET},
        {"functionskey", "a key", NAME_SECRET},
        {"recoverykey", "a key", NAME_SECRET},
        {"productkey", "a key", NAME_SECRET},
        {"sharedaccesssignature", "a signature", NAME_SECRET},
        {"sig", "a signature", NAME_SHORT},
        {"credential", "a password", NAME_SECRET},
        {"credentials", "a password", NAME_SECRET},
        {"connectionstring", "a connection string", NAME_SECRET},
        {"authorization", "credentials of a request", NAME_HEADER},
        {"cookie", "a cookie", NAME_HEADER},
        {"setcookie", "a cookie", NAME_HEADER},
        {"cookie2", "a cookie", NAME_HEADER},
        {"cookies", "a cookie", NAME_HEADER},
        {"sessionid", "a cookie", NAME_SECRET},
        {"jsessionid", "a cookie", NAME_SECRET},
        {"phpsessid", "a cookie", NAME_SECRET},
        {"aspxauth", "a cookie", NAME_SECRET},
        {"fedauth", "a cookie", NAME_SECRET},
        {"rtfa", "a cookie", NAME_SECRET},
        {"estsauth", "a cookie", NAME_SECRET},
        {"estsauthpersistent", "a cookie", NAME_SECRET},
        {"mrhsession", "a cookie", NAME_SECRET},
        {"lastmrhsession", "a cookie", NAME_SECRET},
        {"awsalb", "a cookie", NAME_SECRET},
};
/* What may follow: "passwordHash", "EncryptedPassword2". */
static const char *const tails[] = {"value",   "text",  "hash",      "base64", "b64",  "plain", "old", "new",
                                    "current", "field", "plaintext", "string", "data", "bytes", "enc", NULL};
static const char *const no_names[] = {"publickeytoken", "cancellationtoken", "stoptoken", "badpassword",
                                       "nopassword",     "haspassword",       NULL};

static bool ends(const char *s, size_t n, const char *end)
{
	size_t m = strlen(end);

	return n >= m && memcmp(s + n - m, end, m) == 0;
}

static size_t normal(const char *s, size_t n, char out[LONGEST_NAME])
{
	size_t o = 0, from = n > LONGEST_NAME ? n - LONGEST_NAME : 0;

	for (size_t i = from; i < n; i++)
		if (!in_set("_-.", s[i]))
			out[o++] = low(s[i]);
	while (o > 0 && is_digit(out[o - 1]) && !ends(out, o, "base64") && !ends(out, o, "b64"))
		o--;
	return o;
}

static const struct name *ending(const char *s, size_t n)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t m = strlen(names[i].end);

		if (n < m || s[n - 1] != names[i].end[m - 1] || memcmp(s + n - m, names[i].end, m) != 0)
			continue;
		if (names[i].kind != NAME_SHORT || n == m)
			return &names[i];
	}
	return NULL;
}

/* "NDES_PW", "svcPass": a short word that stands as one at the end of a name. */
static const struct name *last_word(const char *s, size_t n)
{
	size_t from = n;

	while (from > 0 && is_alpha(s[from - 1]) &&
	       !(from < n && s[from] >= 'A' && s[from] <= 'Z' && s[from - 1] >= 'a' && s[from - 1] <= 'z'))
		from--;
	if (from == 0 || n - from < 2 || n - from > 4 || !in_set("Pp", s[from]))
		return NULL;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((strcmp(names[i].end, "pw") == 0 || strcmp(names[i].end, "pass") == 0) &&
		    strlen(names[i].end) == n - from && begins(s + from, n - from, names[i].end))
			return &names[i];
	return NULL;
}

enum name_kind secret_name(const char *s, size_t n, const char **what)
{
	char word[LONGEST_NAME];
	size_t len = normal(s, n, word);
	const struct name *found = ending(word, len);

	for (size_t i = 0; found == NULL && tails[i] != NULL; i++)
		if (ends(word, len, tails[i]))
			found = ending(word, len - strlen(tails[i]));
	for (size_t i = 0; found != NULL && no_names[i] != NULL; i++)
		if (ends(word, len, no_names[i]))
			found = NULL;
	if (found == NULL)
		found = last_word(s, n);
	if (found == NULL)
		return NAME_NONE;
	*what = found->what;
	return found->kind;
}

static const char *const states[] = {"yes",
                                     "no",
                                     "true",
                                     "false",
                                     "null",
                                     "none",
                                     "nil",
                                     "empty",
                                     "ok",
                                     "okay",
                                     "set",
                                     "unset",
                                     "present",
                                     "absent",
                                     "enabled",
                                     "disabled",
                                     "expired",
                                     "expires",
                                     "incorrect",
                                     "wrong",
                                     "invalid",
                                     "valid",
                                     "missing",
                                     "required",
                                     "optional",
                                     "failed",
                                     "failure",
                                     "fails",
                                     "failing",
                                     "succeeded",
                                     "success",
                                     "accepted",
                                     "rejected",
                                     "refused",
                                     "denied",
                                     "verification",
                                     "validation",
                                     "verified",
                                     "validated",
                                     "unknown",
                                     "never",
                                     "always",
                                     "negotiate",
                                     "ntlm",
                                     "kerberos",
                                     "basic",
                                     "digest",
                                     "anonymous",
                                     "unavailable",
                                     "removed",
                                     "withheld",
                                     "hidden",
                                     "redacted",
                                     "masked",
                                     "encrypted",
                                     "protected",
                                     "changed",
                                     "unchanged",
                                     "used",
                                     "unused",
                                     "reused",
                                     "locked",
                                     "error",
                                     "timeout",
                                     "undefined",
                                     "n/a",
                                     "not",
                                     "could",
                                     "cannot",
                                     "must",
                                     "page",
                                     "prompt",
                                     "response",
                                     "request",
                                     "requested",
                                     "received",
                                     "sent",
                                     "falsch",
                                     "abgelaufen",
                                     "ungültig",
                                     "nicht",
                                     "keine",
                                     "kein",
                                     "fehlt",
                                     "fehlgeschlagen",
                                     "expiré",
                                     "incorrecta",
                                     "incorrecto",
                                     "scaduto",
                                     "scaduta",
                                     "verlopen",
                                     "неверный",
                                     "истек",
                                     "mismatch",
                                     "mismatched",
                                     "matches",
                                     "match",
                                     "supported",
                                     "unsupported",
                                     "ignored",
                                     "checked",
                                     "unchecked",
                                     "default",
                                     "specificuser",
                                     "applicationpoolidentity",
                                     "localsystem",
                                     "networkservice",
                                     "localservice",
                                     "pkcsreq",
                                     "right",
                                     "correct",
                                     "good",
                                     "bad",
                                     "fine",
                                     "reset",
                                     "typed",
                                     "entered",
                                     "given",
                                     "too",
                                     "long",
                                     "short",
                                     "longer",
                                     "weak",
                                     "sound",
                                     "still",
                                     "already",
                                     "only",
                                     "now",
                                     "there",
                                     "here",
                                     "different",
                                     "same",
                                     "stored",
                                     "kept",
                                     "read",
                                     "written",
                                     "gone",
                                     "sha1rsa",
                                     "sha256rsa",
                                     "sha384rsa",
                                     "sha512rsa",
                                     "sha256ecdsa",
                                     "ecdsa",
                                     "rsa",
                                     NULL};
static const char *const joiners[] = {
        "and",      "or",      "for",   "of",    "on",   "at",       "in",      "with",   "was",   "is",
        "has",      "had",     "but",   "then",  "when", "while",    "after",   "before", "from",  "to",
        "by",       "because", "so",    "which", "that", "the",      "und",     "oder",   "für",   "mit",
        "auf",      "von",     "bei",   "dann",  "aber", "et",       "ou",      "pour",   "avec",  "sur",
        "depuis",   "de",      "du",    "des",   "di",   "del",      "della",   "van",    "y",     "para",
        "con",      "desde",   "e",     "per",   "da",   "com",      "en",      "met",    "voor",  "i",
        "dla",      "na",      "och",   "med",   "a",    "pro",      "se",      "и",      "для",   "с",
        "returned", "returns", "gives", "gave",  "got",  "answered", "answers", "status", "error", "code",
        "line",     "->",      "=>",    "-",     "|",    "--",       NULL};
static const char *const linkers[] = {"is", "was",  "are", "ist", "war", "lautet", "est", "es", "è",
                                      "é",  "jest", "je",  "är",  "это", "は",     "=",   NULL};

static bool listed(const char *const *list, const char *s, size_t n)
{
	for (; *list != NULL; list++)
		if (strlen(*list) == n && begins(s, n, *list))
			return true;
	return false;
}

bool state_word(const char *s, size_t n)
{
	while (n > 0 && in_set(".,;:!)]\"'", s[n - 1]))
		n--;
	return listed(states, s, n);
}

bool joins(const char *s, size_t n)
{
	return listed(joiners, s, n) || state_word(s, n);
}

bool links(const char *s, size_t n)
{
	return listed(linkers, s, n);
}

static bool placeholder(const char *s, size_t n)
{
	size_t i = 1;

	if (n > 3 && s[0] == '$' && s[1] == '{')
		return s[n - 1] == '}';
	/* What a shell or curl -w puts in there; a blank within cuts it for who looks at words. */
	if (n > 3 && ((s[0] == '$' && s[1] == '(') || (s[0] == '%' && s[1] == '{')))
		return true;
	if (n > 2 && s[0] == '{' && s[n - 1] == '}') {
		while (i < n - 1 && is_digit(s[i]))
			i++;
		return i == n - 1;
	}
	if (n > 2 && s[0] == '%' && s[n - 1] == '%') {
		while (i < n - 1 && ((s[i] >= 'A' && s[i] <= 'Z') || s[i] == '_'))
			i++;
		return i == n - 1;
	}
	return false;
}

static bool masked(const char *s, size_t n)
{
	size_t i = 0;

	if (begins(s, n, "<removed") || begins(s, n, "(withheld") || begins(s, n, "[hidden") ||
	    begins(s, n, "dword:") || begins(s, n, "(encoded text withheld"))
		return true;
	while (i < n && s[i] == s[0])
		i++;
	return i == n && n > 0 && in_set("*.x-_#?", low(s[0]));
}

/* 401; 0x80070005 and shorter. */
static bool code(const char *s, size_t n)
{
	size_t i = 0;

	if (n > 2 && n <= 10 && s[0] == '0' && low(s[1]) == 'x') {
		for (i = 2; i < n && hex_of(s[i]) >= 0; i++)
			;
		return i == n;
	}
	while (i < n && (is_digit(s[i]) || (i == 1 && s[i] == ',')))
		i++;
	return i == n && n <= 3;
}

bool harmless(const char *s, size_t n)
{
	while (n > 0 && (is_blank(s[n - 1]) || in_set(".,;", s[n - 1])))
		n--;
	return n == 0 || masked(s, n) || placeholder(s, n) || code(s, n) || listed(states, s, n);
}

/* u_ex261130.log, 10.0.26100.2894, S-1-5-18, 14:02:11, C:\Windows: these mix, too, and hide nothing. */
static bool ordinary_mix(const char *s, size_t n)
{
	static const char *const endings[] = {".log", ".txt",  ".dll",    ".exe",  ".xml",
	                                      ".htm", ".html", ".asp",    ".aspx", ".cer",
	                                      ".crl", ".evtx", ".config", ".json", NULL};
	size_t numbers = 0;

	for (size_t i = 0; i < n; i++)
		numbers += is_digit(s[i]) || in_set(".:-/", s[i]);
	if (numbers == n || begins(s, n, "s-1-") || code(s, n))
		return numbers != n || !(n >= 4) || memchr(s, '.', n) || memchr(s, ':', n) ||
		       memchr(s, '-', n) || memchr(s, '/', n);
	for (size_t i = 0; endings[i] != NULL; i++)
		if (n > strlen(endings[i]) &&
		    begins(s + n - strlen(endings[i]), strlen(endings[i]), endings[i]))
			return true;
	return memchr(s, '\\', n) != NULL || begins(s, n, "http");
}

bool looks_random(const char *s, size_t n)
{
	bool letter = false, digit = false, sign = false, inner = false;

	while (n > 0 && in_set(".,;:)]", s[n - 1]))
		n--;
	if (n < 4 || harmless(s, n) || ordinary_mix(s, n))
		return false;
	for (size_t i = 0; i < n; i++) {
		letter = letter || is_alpha(s[i]);
		digit = digit || is_digit(s[i]);
		sign = sign || in_set("!@#$%^&*+=?~{}", s[i]);
		inner = inner || (i > 0 && s[i] >= 'A' && s[i] <= 'Z' && s[i - 1] >= 'a' && s[i - 1] <= 'z');
	}
	return sign || inner || (digit && letter) || (digit && !letter);
}
