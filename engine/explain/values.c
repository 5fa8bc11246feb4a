/*
 * What is a code by its own shape: HRESULTs in hexadecimal or decimal, dotted statuses, symbolic names,
 * exception classes.  Knows which neighbours make a number an address, a length or a time.
 */
#include "explain_int.h"

#include <ctype.h>
#include <string.h>

/* Words before a hexadecimal number that make it something else than a code. */
static const char *const noise[] = {"offset",       "address",       "pid",      "keywords",    "stamp",
                                    "start",        "flags",         "handle",   "Qualifiers",  "process",
                                    "thread",       "KeyProtection", "Setting",  "Location",    "timestamp",
                                    "time",         "base",          "mask",     "Zeitstempel", "horodatage",
                                    "Fehleroffset", "タイム",        "スタンプ", NULL};
static const char *const says_code[] = {"error",  "code",       "errorcode", "result",   "logerror",
                                        "status", "hr",         "hresult",   "returned", "failed",
                                        "win32",  "errno",      "err",       "reason",   "exit",
                                        "fehler", "fehlercode", "erreur",    "value",    NULL};

/* The last word before token i on its line, marks apart; SIZE_MAX: none near. */
static size_t word_before(const struct scan *s, size_t i)
{
	while (i-- > 0) {
		if (s->t[i].kind == TOK_WORD)
			return i;
		if (!tok_punct(s, i, ":=([\"'<>-#@"))
			return SIZE_MAX;
	}
	return SIZE_MAX;
}

static bool after(const struct scan *s, size_t i, const char *const *words)
{
	size_t k = word_before(s, i);

	return k != SIZE_MAX &&
	       (tok_in(s, k, words) || (k > 0 && tok_in(s, k - 1, words) && words == says_code));
}

static void hresult_hit(struct scan *s, size_t i, uint32_t v)
{
	struct found f;

	found_start(&f, s->x, s->mem);
	take_hresult(&f, v);
	hit_add(s, &f, i, i);
}

/* The old connector's own codes, 0x400 to 0x411, stand without a label in texts about it. */
static bool of_connector(const struct scan *s)
{
	for (size_t i = 0; i < s->nmentions; i++)
		if (strcmp(s->mentions[i].dialect, "event:connector") == 0)
			return true;
	return false;
}

static void hex(struct scan *s, size_t i)
{
	bool fits, named = after(s, i, says_code);
	uint32_t v = tok_hex(s, i, &fits);
	size_t digits = s->t[i].len - 2;
	struct found f;

	if (!fits || after(s, i, noise) || tok_punct(s, i - (i != 0), "@"))
		return;
	if (digits >= (named ? 5u : 7u) && digits < 8 && strchr("8cC", s->text[s->t[i].at + 2]) != NULL) {
		found_start(&f, s->x, s->mem);
		take_cut(&f, tok_str(s, i) + 2);
		hit_add(s, &f, i, i);
	} else if (hresult_likely(s->x, v) || (named && v > 0xFFFF && digits <= 8) ||
	           (digits == 8 && (v >> 28 == 8 || (v >> 28 == 0xC && (v >> 16 & 0xFFFu) < 0x100)) &&
	            v != 0x80000000u)) {
		hresult_hit(s, i, v);
	} else if (v != 0 && v <= 0xFFFF && (named || of_connector(s))) {
		found_start(&f, s->x, s->mem);
		take(&f, "connector", arena_fmt(s->mem, "0x%X", (unsigned)v));
		if (named)
			take_win32(&f, v);
		if (f.n != 0)
			hit_add(s, &f, i, i);
	}
}

static uint32_t hex8(const char *p)
{
	uint32_t v = 0;

	for (size_t k = 0; k < 8; k++)
		v = v << 4 | (uint32_t)(isdigit((unsigned char)p[k]) ? p[k] - '0' : (p[k] | 0x20) - 'a' + 10);
	return v;
}

/* 800B0109, 80092013: CAPI2 and certutil write no 0x. */
static void bare_hex(struct scan *s, size_t i)
{
	const struct token *t = &s->t[i];
	const char *p = s->text + t->at;
	uint32_t v;

	if (!(t->len == 8 || (t->len == 9 && (p[8] | 0x20) == 'h')) || t->neg != 0 ||
	    (p[0] != '8' && p[0] != 'C' && p[0] != 'c'))
		return;
	for (size_t k = 0; k < 8; k++)
		if (!isxdigit((unsigned char)p[k]))
			return;
	if (tok_punct(s, i + 1, "-") && s->t[i + 1].gap == 0 && s->t[i + 2].gap == 0) /* the head of a GUID */
		return;
	v = hex8(p);
	if (t->kind == TOK_INT
	            ? explain_row(s->x, "hresult", arena_fmt(s->mem, "0x%08X", (unsigned)v)) != NULL
	            : hresult_likely(s->x, v))
		hresult_hit(s, i, v);
}

static void decimal(struct scan *s, size_t i)
{
	long long v = tok_int(s, i);
	struct found f;

	if (v < 0) {
		bool big = v <= -1000000;

		found_start(&f, s->x, s->mem);
		take_negative(&f, v);
		if (f.n != 0 && (big ? hresult_likely(s->x, (uint32_t)(int32_t)v) || after(s, i, says_code)
		                     : f.known && (s->apple || after(s, i, says_code))))
			hit_add(s, &f, i, i);
		return;
	}
	if (v > INT32_MAX && v <= UINT32_MAX && (hresult_likely(s->x, (uint32_t)v) || after(s, i, says_code)))
		hresult_hit(s, i, (uint32_t)v);
}

static bool dot(const struct scan *s, size_t i)
{
	return tok_punct(s, i, ".") && s->t[i].gap == 0 && s->t[i + 1].kind == TOK_INT &&
	       s->t[i + 1].gap == 0 && s->t[i + 1].neg == 0;
}

/* 404.2, 404.2.1260; not a part of an address or a version. */
static bool dotted(struct scan *s, size_t i)
{
	static const char *const says_status[] = {"error", "status",     "code",      "http",
	                                          "iis",   "statuscode", "substatus", NULL};
	static const char *const units[] = {"ms", "s", "kb", "mb", "gb", "sec", "seconds", "bytes", NULL};
	struct found f;
	size_t last = i + 2;
	long long status = tok_int(s, i);
	unsigned long long win32 = 0;

	if (s->t[i].len != 3 || s->t[i].neg != 0 || status < 400 || status > 599 || !dot(s, i + 1) ||
	    s->t[i + 2].len > 3)
		return false;
	if (i > 0 && tok_punct(s, i - 1, ".") && s->t[i].gap == 0)
		return false;
	if (dot(s, i + 3) && s->t[i + 4].len <= 10) {
		last = i + 4;
		win32 = (unsigned long long)tok_int(s, last);
	}
	if (dot(s, last + 1) || tok_in(s, last + 1, units) || tok_punct(s, last + 1, "%"))
		return false;
	found_start(&f, s->x, s->mem);
	if (last == i + 2 && !take(&f, "iis", arena_fmt(s->mem, "%lld.%lld", status, tok_int(s, i + 2))) &&
	    !after(s, i, says_status))
		return false;
	found_start(&f, s->x, s->mem);
	take_status(&f, (unsigned)status, (long)tok_int(s, i + 2), win32);
	hit_add(s, &f, i, last);
	return true;
}

static bool symbol(const struct scan *s, size_t i)
{
	const char *p = s->text + s->t[i].at;
	bool bar = false;

	for (size_t k = 0; k < s->t[i].len; k++) {
		if (!isupper((unsigned char)p[k]) && !isdigit((unsigned char)p[k]) && p[k] != '_')
			return false;
		bar = bar || p[k] == '_';
	}
	return bar && s->t[i].len > 4;
}

/* ERR_CERT_DATE_INVALID, SEC_ERROR_UNKNOWN_ISSUER; one that the table lacks tells at least its kind. */
static void browser_name(struct found *f, const char *word)
{
	static const struct {
		const char *begin, *what;
	} kinds[] = {
	        {"ERR_CERT_", "of Chromium's: the server's certificate is not accepted"},
	        {"ERR_SSL_", "of Chromium's: TLS did not come about"},
	        {"ERR_CONNECTION_", "of Chromium's: the connection failed"},
	        {"ERR_PROXY_", "of Chromium's: the forward proxy failed"},
	        {"ERR_HTTP2_", "of Chromium's: the conversation in HTTP/2 failed"},
	        {"ERR_QUIC_", "of Chromium's: the conversation in HTTP/3 failed"},
	        {"ERR_DNS_", "of Chromium's: the name was not resolved"},
	        {"DNS_PROBE_", "of Chromium's: the name was not resolved"},
	        {"SEC_ERROR_", "of Firefox': a certificate is not accepted"},
	        {"SSL_ERROR_", "of Firefox': TLS did not come about"},
	        {"MOZILLA_PKIX_ERROR_", "of Firefox': a certificate is not accepted"},
	};

	if (take(f, "browser", word))
		return;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strncmp(word, kinds[i].begin, strlen(kinds[i].begin)) == 0) {
			take_made(f, "browser", word, "-",
			          arena_fmt(f->mem, "Not in the table: an error %s.", kinds[i].what));
			return;
		}
}

/* AADSTS50105 of a sign-in of Microsoft's. */
static void entra_code(struct found *f, const char *word)
{
	if (strncmp(word, "AADSTS", 6) != 0 || strlen(word) > 14 || word[6] == '\0' ||
	    word[6 + strspn(word + 6, "0123456789")] != '\0')
		return;
	if (!take(f, "entra", word))
		take_made(
		        f, "entra", word, "-",
		        "Not in the table: an error of Microsoft Entra's sign-in. At the SCEP URL any sign-in is "
		        "wrong; login.microsoftonline.com/error tells what the number means.");
}

/* WININET_E_NAME_NOT_RESOLVED: the name of the HRESULT of a code of WinINet. */
static void wininet_name(struct found *f, const char *word)
{
	static const struct {
		const char *name;
		uint16_t code;
	} rows[] = {
	        {"TIMEOUT", 12002},
	        {"INTERNAL_ERROR", 12004},
	        {"INVALID_URL", 12005},
	        {"UNRECOGNIZED_SCHEME", 12006},
	        {"NAME_NOT_RESOLVED", 12007},
	        {"PROTOCOL_NOT_FOUND", 12008},
	        {"LOGIN_FAILURE", 12015},
	        {"OPERATION_CANCELLED", 12017},
	        {"CANNOT_CONNECT", 12029},
	        {"CONNECTION_ABORTED", 12030},
	        {"CONNECTION_RESET", 12031},
	        {"SEC_CERT_DATE_INVALID", 12037},
	        {"SEC_CERT_CN_INVALID", 12038},
	        {"CLIENT_AUTH_CERT_NEEDED", 12044},
	        {"INVALID_CA", 12045},
	        {"SEC_CERT_ERRORS", 12055},
	        {"INVALID_SERVER_RESPONSE", 12152},
	        {"REDIRECT_FAILED", 12156},
	        {"SECURITY_CHANNEL_ERROR", 12157},
	        {"DECODING_FAILED", 12175},
	        {"SEC_INVALID_CERT", 12169},
	        {"SEC_CERT_REVOKED", 12170},
	        {"CERT_REV_FAILED", 12057},
	};

	if (strncmp(word, "WININET_E_", 10) != 0)
		return;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(word + 10, rows[i].name) == 0)
			take_hresult(f, 0x80070000u | rows[i].code);
}

/* HTTP_E_STATUS_NOT_FOUND: an HRESULT that carries a status. */
static void status_name(struct found *f, const char *word)
{
	static const struct {
		const char *name;
		uint16_t status;
	} rows[] = {
	        {"BAD_REQUEST", 400},     {"DENIED", 401},
	        {"FORBIDDEN", 403},       {"NOT_FOUND", 404},
	        {"BAD_METHOD", 405},      {"PROXY_AUTH_REQ", 407},
	        {"REQUEST_TIMEOUT", 408}, {"REQUEST_TOO_LARGE", 413},
	        {"URI_TOO_LONG", 414},    {"SERVER_ERROR", 500},
	        {"NOT_SUPPORTED", 501},   {"BAD_GATEWAY", 502},
	        {"SERVICE_UNAVAIL", 503}, {"GATEWAY_TIMEOUT", 504},
	};

	if (strncmp(word, "HTTP_E_STATUS_", 14) != 0)
		return;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(word + 14, rows[i].name) == 0)
			take_hresult(f, 0x80190000u | rows[i].status);
}

/* CERTSRV_E_TEMPLATE_DENIED, errSecItemNotFound, SSLHandshakeException, Connection_Abandoned_By_AppPool */
static void name(struct scan *s, size_t i)
{
	static const char *const distinct[] = {"badAlg",  "badMessageCheck", "badRequest",
	                                       "badTime", "badCertId",       NULL};
	struct found f;
	const char *word = tok_str(s, i);
	size_t n = s->t[i].len;

	found_start(&f, s->x, s->mem);
	if (n == 8 && (word[0] | 0x20) == 'c' && strspn(word, "0123456789abcdefABCDEF") == 8)
		take(&f, "ntstatus", arena_fmt(s->mem, "0x%s", word));
	if (n == 9 && (word[0] | 0x20) == 'h' && i > 0 && tok_punct(s, i - 1, "&") && /* &H80094012 */
	    strspn(word + 1, "0123456789abcdefABCDEF") == 8)
		take_hresult(&f, hex8(word + 1));
	if (symbol(s, i)) {
		browser_name(&f, word);
		status_name(&f, word);
		wininet_name(&f, word);
	}
	entra_code(&f, word);
	if (symbol(s, i) || strncmp(word, "WSAE", 4) == 0 ||
	    (s->apple && (strncmp(word, "ECONN", 5) == 0 || strcmp(word, "ETIMEDOUT") == 0)))
		take_name(&f, word);
	else if (strncmp(word, "err", 3) == 0 && n > 6 && isupper((unsigned char)word[3]))
		take_name(&f, word);
	else if (n > 8 && (strstr(word, "Exception") != NULL || strcmp(word + n - 5, "Error") == 0))
		take(&f, "java", word);
	else if (strncmp(word, "NSURLError", 10) == 0 || strncmp(word, "Scep", 4) == 0 ||
	         strncmp(word, "Pkcs", 4) == 0)
		take_name(&f, word);
	if (f.n != 0 && strcmp(f.rows[0].dialect, "tls") == 0) /* internal_error is a word of many tongues */
		found_start(&f, s->x, s->mem);
	for (size_t k = 0; distinct[k] != NULL; k++)
		if (strcmp(word, distinct[k]) == 0)
			take_name(&f, word);
	if (f.n == 0 &&
	    (strchr(word, '_') != NULL || strcmp(word, "AppOffline") == 0 || strcmp(word, "QueueFull") == 0 ||
	     strcmp(word, "FieldLength") == 0 || strcmp(word, "RequestLength") == 0))
		take(&f, "httperr", word);
	if (f.n == 0)
		return;
	hit_add(s, &f, i, i);
}

void scan_values(struct scan *s)
{
	for (size_t i = 0; i < s->nt; i++) {
		if (s->used[i])
			continue;
		switch (s->t[i].kind) {
		case TOK_HEX:
			hex(s, i);
			break;
		case TOK_MIX:
			bare_hex(s, i);
			break;
		case TOK_INT:
			if (!dotted(s, i))
				decimal(s, i);
			if (!s->used[i])
				bare_hex(s, i);
			break;
		case TOK_WORD:
			name(s, i);
			break;
		default:
			break;
		}
	}
}
