/*
 * Small numbers and words that are codes only because of the word before them: "failInfo 2", "curl: (60)",
 * "pkiStatus=FAILURE", "error 1722", "status 503".
 */
#include "explain_int.h"

#include <string.h>
#include <strings.h>

/* A word names its dialect. */
static const struct {
	const char *word, *dialect;
} labels[] = {
        {"failinfo", "failinfo"},
        {"pkistatus", "pkistatus"},
        {"curl", "curl"},
        {"libcurl", "curl"},
        {"curl_easy_perform", "curl"},
        {"curlcode", "curl"},
        {"alert", "tls"},
        {"kerberos", "kerberos"},
        {"GetLastError", "win32"},
        {"verify", "verify"},
        {"openssl", "verify"},
        {"win32", "win32"},
        {"win32error", "win32"},
        {"winhttp", "win32"},
        {"wininet", "win32"},
        {"winerror", "win32"},
        {"WIN32_EXIT_CODE", "win32"},
        {"rpc", "win32"},
        {"net helpmsg", "win32"},
        {"helpmsg", "win32"},
        {"http", "http"},
        {"https", "http"},
        {"httpstatus", "http"},
        {"httpstatuscode", "http"},
        {"iis", "iis"},
        {"httperr", "httperr"},
        {"hresult", "hresult"},
        {"ntstatus", "ntstatus"},
        {"mcscep", "mcscep"},
        {"nsurl", "apple:NSURLErrorDomain"},
        {"osstatus", "apple:NSOSStatusErrorDomain"},
        {"connector", "connector"},
        {"crp", "connector"},
        {"syncml", "syncml"},
        {"omadm", "syncml"},
        {"csp", "csp"},
        {"msi", "msi"},
        {"msiexec", "msi"},
        {"sscep", "sscep"},
        {"net_error", "browser"},
};
/* These only say that a code follows. */
static const char *const weak[] = {
        "error",      "errors",   "code",       "codes",    "errorcode",    "errno",   "result",  "logerror",
        "rc",         "returned", "returns",    "return",   "status",       "failed",  "with",    "exit",
        "number",     "fehler",   "fehlercode", "erreur",   "hr",           "reason",  "win32",   "system",
        "statuscode", "response", "is",         "was",      "of",           "num",     "fail",    "info",
        "returning",  "actual",   "to",         "unknown",  "exitcode",     "winhttp", "hresult", "the",
        "operation",  "kod",      "codice",     "código",   "systemfehler", "système", "systeme", "de",
        "sistema",    "errore",   "di",         "システム", "エラー",       "コード",  NULL};
/* Of these, the ones that are enough to take the next number for an error. */
static const char *const firm[] = {
        "error",     "errors", "code",         "codes",    "errorcode", "errno",      "rc",     "returned",
        "returning", "failed", "exit",         "exitcode", "fehler",    "fehlercode", "erreur", "kod",
        "codice",    "código", "systemfehler", "errore",   "エラー",    NULL};
static const char *const statuses[] = {
        "status",   "statuscode", "response", "responded",  "returned", "returns", "received",
        "answered", "answers",    "http",     "httpstatus", "sc",       "gives",   "gave",
        "gets",     "got",        "shows",    "showing",    "says",     "dll",     "exe",
        "giving",   "returning",  "error",    "code",       NULL};

static const char *label_of(const struct scan *s, size_t i)
{
	for (size_t k = 0; k < sizeof(labels) / sizeof(labels[0]); k++)
		if (tok_is(s, i, labels[k].word))
			return labels[k].dialect;
	if (tok_is(s, i, "info") && i > 0 && tok_is(s, i - 1, "fail"))
		return "failinfo";
	if (tok_is(s, i, "status") && i > 0 && tok_is(s, i - 1, "pki"))
		return "pkistatus";
	return NULL;
}

/* The label that token i stands behind, with only marks and weak words between; *from: where it begins. */
static const char *label_before(const struct scan *s, size_t i, size_t *from, bool *soft)
{
	*soft = false;
	for (size_t k = i, words = 0; k-- > 0 && i - k < 12 && words < 4;) {
		const char *dialect = label_of(s, k);

		if (dialect != NULL &&
		    !(tok_is(s, k, "https") ||
		      (tok_is(s, k, "http") && tok_punct(s, k + 1, ":") && tok_punct(s, k + 2, "/")))) {
			*from = k;
			return dialect;
		}
		if (s->t[k].kind == TOK_WORD) {
			if (!tok_in(s, k, weak))
				return NULL;
			*soft = *soft || tok_in(s, k, firm);
			*from = k;
			words++;
			continue;
		}
		/* HTTP/1.1 503 */
		if (s->t[k].kind == TOK_INT && s->t[k].len == 1 &&
		    (tok_punct(s, k - 1, "./") || tok_punct(s, k + 1, ".")))
			continue;
		if (!tok_punct(s, k, ":=>()[#'\"-./") || (s->t[k].c == '-' && s->t[k].gap != 0))
			return NULL;
	}
	return NULL;
}

/* The reason phrase of an HTTP status right after or before it: "403 Forbidden", "Not found (404)". */
static bool phrase_beside(const struct scan *s, size_t i, const char *name)
{
	size_t n = strlen(name), k = i + 1;
	const char *text = s->text;

	while (tok_punct(s, k, ")'\"-:(,"))
		k++;
	if (k < s->nt && s->t[k].at + n <= s->n && s->t[k].at - s->t[i].at < 8 &&
	    strncasecmp(text + s->t[k].at, name, n) == 0)
		return true;
	for (k = i; k > 0 && tok_punct(s, k - 1, "('\"-:");)
		k--;
	if (k == 0)
		return false;
	k = s->t[k - 1].at + s->t[k - 1].len;
	return k >= n && s->t[i].at - k < 5 && strncasecmp(text + k - n, name, n) == 0;
}

static bool is_status(const struct scan *s, size_t i)
{
	const struct code_row *row;
	long long v = tok_int(s, i);

	if (s->t[i].len != 3 || v < 100 || v > 599)
		return false;
	row = explain_row(s->x, "http", tok_str(s, i));
	return row != NULL && strcmp(row->name, "-") != 0 && phrase_beside(s, i, row->name);
}

static bool status_label(const struct scan *s, size_t i)
{
	size_t k = i;

	while (k > 0 &&
	       (tok_punct(s, k - 1, ":=('\"<>[") || tok_is(s, k - 1, "with") || tok_is(s, k - 1, "a") ||
	        tok_is(s, k - 1, "an") || tok_is(s, k - 1, "of") || tok_is(s, k - 1, "is")))
		k--;
	return k > 0 && tok_in(s, k - 1, statuses);
}

/* From token k over what may part the numbers of a status: one kind of mark, blanks, or the names of the
 * columns. */
static size_t next_number(const struct scan *s, size_t k, char *mark)
{
	static const char *const names[] = {"sc",  "substatus", "win32", "status", "substatuscode",
	                                    "and", NULL};
	size_t from = k;

	*mark = ' ';
	for (; tok_punct(s, k, "./,;|=:-") || tok_in(s, k, names); k++) {
		if (s->t[k].kind == TOK_WORD)
			*mark = 'w';
		else if (*mark != 'w')
			*mark = s->t[k].c;
	}
	if (s->t[k].kind != TOK_INT || s->t[k].neg != 0 || s->used[k] || (k == from && s->t[k].gap == 0))
		return 0;
	return k;
}

/* "404 2 1260", "500/0/1346", "sc-status=403 sc-substatus=7 ...": the rest of a status after its first
 * number. */
static size_t status_rest(const struct scan *s, size_t i, long *sub, unsigned long long *win32)
{
	char first, second;
	size_t a = next_number(s, i + 1, &first), b = a != 0 ? next_number(s, a + 1, &second) : 0;

	if (b == 0 || first != second || s->t[a].len > 3 || s->t[b].len > 10)
		return i;
	if (tok_punct(s, b + 1, ".:") && s->t[b + 1].gap == 0 &&
	    s->t[b + 2].kind == TOK_INT) /* an address, a time */
		return i;
	*sub = (long)tok_int(s, a);
	*win32 = (unsigned long long)tok_int(s, b);
	if (first != 'w' && *sub != 0 &&
	    explain_row(s->x, "iis", arena_fmt(s->mem, "%lld.%ld", tok_int(s, i), *sub)) == NULL) {
		*sub = -1;
		*win32 = 0;
		return i;
	}
	return b;
}

/* ".NET: (403) Forbidden.", in whatever language the words before it are. */
static bool in_brackets(const struct scan *s, size_t i)
{
	return i > 1 && tok_punct(s, i - 1, "(") && tok_punct(s, i - 2, ":") && tok_punct(s, i + 1, ")") &&
	       s->t[i + 2].kind == TOK_WORD && tok_int(s, i) >= 400;
}

static bool http_hit(struct scan *s, size_t i)
{
	struct found f;
	long sub = -1;
	unsigned long long win32 = 0;
	long long v = tok_int(s, i);
	size_t last;

	if (s->t[i].len != 3 || v < 100 || v > 599 || s->t[i].neg != 0)
		return false;
	last = v >= 400 ? status_rest(s, i, &sub, &win32) : i;
	if (last == i && !is_status(s, i) && !status_label(s, i) && !in_brackets(s, i))
		return false;
	found_start(&f, s->x, s->mem);
	take_status(&f, (unsigned)v, sub, win32);
	if (last == i && f.n == 0)
		return false;
	hit_add(s, &f, i, last);
	return true;
}

/* A number in a dialect that its label names. */
static void named_hit(struct scan *s, size_t i, size_t from, const char *dialect)
{
	struct found f;
	char *code = arena_fmt(s->mem, "%lld", tok_int(s, i));

	found_start(&f, s->x, s->mem);
	if (s->t[i].kind == TOK_HEX) {
		bool fits;
		uint32_t v = tok_hex(s, i, &fits);

		code = strcmp(dialect, "connector") == 0 || strcmp(dialect, "kerberos") == 0
		               ? arena_fmt(s->mem, "0x%X", (unsigned)v)
		               : arena_fmt(s->mem, "%u", (unsigned)v);
	}
	if (strcmp(dialect, "hresult") == 0 || strcmp(dialect, "ntstatus") == 0 ||
	    strcmp(dialect, "connector") == 0) {
		if (strcmp(dialect, "connector") != 0 || !take(&f, "connector", code))
			return;                       /* values.c takes HRESULTs by their size */
	} else if (strcmp(dialect, "browser") == 0) { /* net_error -202: the name column has the number */
		take_name(&f, code);
	} else if (!take(&f, dialect, code) && strcmp(dialect, "win32") == 0) {
		take(&f, "msi", code);
	} else if (strcmp(dialect, "msi") == 0 || strcmp(dialect, "win32") == 0) {
		take(&f, strcmp(dialect, "msi") == 0 ? "win32" : "msi", code);
	}
	if (f.n != 0)
		hit_add(s, &f, from, i);
}

/* A number behind a word that says no more than that it is a code. */
static void soft_hit(struct scan *s, size_t i, size_t from)
{
	static const char *const plain[] = {"win32", "mcscep", "msi", NULL};
	struct found f;
	const char *code = arena_fmt(s->mem, "%lld", tok_int(s, i));

	if (from > 0 &&
	    (tok_is(s, from - 1, "ssl") || tok_is(s, from - 1, "tls"))) /* OpenSSL counts from 1 */
		return;
	found_start(&f, s->x, s->mem);
	for (size_t k = 0; plain[k] != NULL; k++)
		take(&f, plain[k], code);
	if (s->apple || tok_int(s, i) >= 1000)
		take(&f, "apple:*", code);
	found_rank(&f);
	if (s->sscep && tok_int(s, i) >= 70 && tok_int(s, i) < 100) {
		found_start(&f, s->x, s->mem);
		take(&f, "sscep", code);
	}
	if (f.n != 0)
		hit_add(s, &f, from, i);
}

/* "pkiStatus=FAILURE", "failInfo: badRequest", "s-reason: QueueFull" */
static bool word_hit(struct scan *s, size_t i)
{
	size_t from;
	bool soft;
	const char *dialect, *word;
	struct found f;

	if (s->t[i].kind != TOK_WORD || i == 0 ||
	    !(tok_punct(s, i - 1, ":=([\"'>)") || label_of(s, i - 1) != NULL))
		return false;
	dialect = label_before(s, i, &from, &soft);
	word = tok_str(s, i);
	found_start(&f, s->x, s->mem);
	if (dialect != NULL && strcmp(dialect, "httperr") == 0)
		take(&f, dialect, word);
	if (dialect != NULL && (strcmp(dialect, "failinfo") == 0 || strcmp(dialect, "pkistatus") == 0))
		for (uint32_t k = 0; k < s->x->nrows; k++)
			if (strcmp(s->x->rows[k].dialect, dialect) == 0 &&
			    strcasecmp(s->x->rows[k].name, word) == 0)
				take(&f, dialect, s->x->rows[k].code);
	if (f.n == 0)
		return false;
	hit_add(s, &f, from, i);
	return true;
}

static bool part_of_more(const struct scan *s, size_t i)
{
	bool before = i > 0 && s->t[i].gap == 0 && tok_punct(s, i - 1, ".") && s->t[i - 1].gap == 0 &&
	              i > 1 && s->t[i - 2].kind == TOK_INT;
	bool after = tok_punct(s, i + 1, ".:") && s->t[i + 1].gap == 0 && s->t[i + 2].kind == TOK_INT &&
	             s->t[i + 2].gap == 0;

	return before || after;
}

void scan_labels(struct scan *s)
{
	for (size_t i = 0; i < s->nt; i++) {
		size_t from = i;
		bool soft, number = s->t[i].kind == TOK_INT;
		const char *dialect;

		if (s->used[i] || word_hit(s, i))
			continue;
		if (!(number || s->t[i].kind == TOK_HEX) || part_of_more(s, i))
			continue;
		if (number && http_hit(s, i))
			continue;
		dialect = label_before(s, i, &from, &soft);
		if (dialect != NULL && s->t[i].len < 9)
			named_hit(s, i, from, dialect);
		else if (number && soft && s->t[i].len < 8)
			soft_hit(s, i, from);
	}
}
