/*
 * Errors of Apple's systems, which are a domain and a code: NSError on one line or many, with what underlies
 * it,
 * "<MDM-SCEP:15002>", [code][domain]; and MDM's own pairs on Windows, a LocURI with its <Data>.
 */
#include "explain_int.h"

#include <string.h>
#include <strings.h>

static bool ends_with(const struct scan *s, size_t i, const char *end)
{
	size_t n = strlen(end);
	const struct token *t = &s->t[i];

	return t->kind == TOK_WORD && t->len > n && strncmp(s->text + t->at + t->len - n, end, n) == 0;
}

/* A domain at token i: its last token in *last, its dialect; NULL when none stands there. */
static const char *domain_at(const struct scan *s, size_t i, size_t *last)
{
	*last = i;
	if (tok_is(s, i, "kCFErrorDomainCFNetwork"))
		return "apple:NSURLErrorDomain";
	if (tok_is(s, i, "kCFStreamErrorDomainSSL") || tok_is(s, i, "_kCFStreamErrorCodeKey") ||
	    tok_is(s, i, "kCFErrorDomainOSStatus"))
		return "apple:NSOSStatusErrorDomain";
	if (tok_is(s, i, "MCSCEPErrorDomain"))
		return "mcscep";
	if (ends_with(s, i, "ErrorDomain"))
		return arena_fmt(s->mem, "apple:%s", tok_str(s, i));
	if (tok_is(s, i, "MDM") && tok_punct(s, i + 1, "-") && tok_is(s, i + 2, "SCEP")) {
		*last = i + 2;
		return "apple:MDM-SCEP";
	}
	return NULL;
}

/* The code after a domain: "Code=-1202", " error -1001", ":-603", or on the next line "Code : 22013". */
static bool code_after(const struct scan *s, size_t i, size_t *at)
{
	static const char *const between[] = {"code",    "error",  "err",   "ErrorCode", "key",
	                                      "integer", "string", "nCode", NULL};
	size_t lines = 0;

	for (size_t k = i + 1; k < s->nt && k < i + 14; k++) {
		if (s->t[k].kind == TOK_INT) {
			*at = k;
			return !s->used[k];
		}
		lines += s->t[k].kind == TOK_LINE;
		if (lines > 1 || !(s->t[k].kind == TOK_LINE || tok_punct(s, k, "=:-,;<>/()[]\"' .&\\\t") ||
		                   tok_in(s, k, between)))
			return false;
	}
	return false;
}

/* Before a domain: "[22013][MCSCEPErrorDomain]", <integer>22013</integer><key>ErrorDomain</key>. */
static bool code_before(const struct scan *s, size_t i, size_t *at)
{
	static const char *const between[] = {"ErrorDomain", "Domain", "key", "string", "integer",
	                                      "error",       "of",     "in",  NULL};

	for (size_t k = i; k-- > 0 && i - k < 20;) {
		if (s->t[k].kind == TOK_INT) {
			*at = k;
			return !s->used[k];
		}
		if (!(s->t[k].kind == TOK_LINE || tok_punct(s, k, "=:,;<>/()[]\"'") || tok_in(s, k, between)))
			return false;
	}
	return false;
}

static void domain_hit(struct scan *s, const char *dialect, size_t a, size_t b, size_t at)
{
	const char *code = arena_fmt(s->mem, "%lld", tok_int(s, at));
	struct found f;

	found_start(&f, s->x, s->mem);
	if (!take(&f, dialect, code) && strcmp(dialect, "apple:NSOSStatusErrorDomain") == 0)
		take(&f, "apple:NSURLErrorDomain", code);
	if (f.n == 0 && strcmp(dialect, "apple:NSURLErrorDomain") == 0)
		take(&f, "apple:NSOSStatusErrorDomain", code);
	if (f.n == 0)
		take_made(&f, dialect, code, "-",
		          arena_fmt(s->mem, "Not in the table: an error of Apple's domain %s.",
		                    strncmp(dialect, "apple:", 6) == 0 ? dialect + 6 : "MCSCEPErrorDomain"));
	hit_add(s, &f, a, b);
}

void scan_domains(struct scan *s)
{
	static const char *const apple[] = {
	        "profiled",      "mdmclient", "NSError",          "CFNetwork",
	        "NSURLSession",  "Domain",    "NSURLErrorDomain", "CertificateService",
	        "nsurlsessiond", NULL};

	for (size_t i = 0; i < s->nt; i++) {
		size_t last, at;
		const char *dialect = domain_at(s, i, &last);

		s->apple = s->apple || tok_in(s, i, apple);
		s->sscep = s->sscep || tok_is(s, i, "sscep");
		if (dialect == NULL || s->used[i])
			continue;
		s->apple = true;
		if (code_after(s, last, &at))
			domain_hit(s, dialect, i, at, at);
		else if (code_before(s, i, &at))
			domain_hit(s, dialect, at, last, at);
	}
}

/* <name> or <ns:name> at token i. */
static bool tag(const struct scan *s, size_t i, const char *name)
{
	return tok_punct(s, i, "<") &&
	       (tok_is(s, i + 1, name) || (tok_punct(s, i + 2, ":") && tok_is(s, i + 3, name)));
}

static void data_hit(struct scan *s, size_t i, bool status, const char *node)
{
	struct found f;
	const char *code = arena_fmt(s->mem, "%lld", tok_int(s, i));

	found_start(&f, s->x, s->mem);
	if (node != NULL && strcmp(node, "ErrorCode") == 0 && tok_int(s, i) != 0)
		take_hresult(&f, (uint32_t)tok_int(s, i));
	else if (node != NULL && strcmp(node, "Status") == 0)
		take(&f, "csp", code);
	else if (status)
		take(&f, "syncml", code);
	if (f.n != 0)
		hit_add(s, &f, i, i);
}

/* SyncML: <Status>...<Data>404</Data>, and nodes whose values are codes: .../Status, .../ErrorCode. */
void scan_syncml(struct scan *s)
{
	const char *node = NULL;
	bool status = false, uri = false;

	for (size_t i = 0; i < s->nt; i++) {
		if (tag(s, i, "Status"))
			status = true;
		if (tok_punct(s, i, "<") && tok_punct(s, i + 1, "/") && tok_is(s, i + 2, "Status"))
			status = false;
		if (tag(s, i, "Item") || tag(s, i, "Results"))
			node = NULL;
		if (tag(s, i, "LocURI"))
			uri = true;
		if (uri && tok_punct(s, i, "/") &&
		    (tok_is(s, i + 1, "Status") || tok_is(s, i + 1, "ErrorCode")) && tok_punct(s, i + 2, "<"))
			node = tok_is(s, i + 1, "Status") ? "Status" : "ErrorCode";
		if (tok_punct(s, i, "<") && tok_punct(s, i + 1, "/") && tok_is(s, i + 2, "LocURI"))
			uri = false;
		if (tag(s, i, "Data") && tok_punct(s, i + 2, ">") && s->t[i + 3].kind == TOK_INT &&
		    !s->used[i + 3] && tok_punct(s, i + 4, "<"))
			data_hit(s, i + 3, status, node);
	}
}
