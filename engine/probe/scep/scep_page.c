/*
 * Tells the pages of a SCEP URL apart.  Knows what HTTP.sys, IIS, NDES, the
 * Entra application proxy and common proxies write; knows nothing of sockets.
 * Words are looked for in a folded copy of the body: lower case, one blank
 * between words, plain apostrophes, and once more without tags.
 */
#include "scep_page.h"

#include "scep_front.h"

#include <casebook/utf8.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PAGE_LOOK 65536 /* bytes of a body that are looked at; real pages are under 8 KB */

static const char *find_nocase(const char *text, const char *word)
{
	size_t k = strlen(word);
	for (; *text != '\0'; text++)
		if (strncasecmp(text, word, k) == 0)
			return text;
	return NULL;
}

/* What classification works on. */
struct look {
	const struct scep_answer *in;
	struct buf raw;  /* folded, with tags */
	struct buf text; /* folded, tags taken out */
	struct scep_seen *out;
};

/* UTF-16 without BOM: ASCII text leaves every second byte zero. */
static int utf16_guess(const unsigned char *p, size_t n)
{
	size_t even = 0, odd = 0, look = n < 512 ? n & ~(size_t)1 : 512;
	for (size_t i = 0; i < look; i += 2) {
		even += p[i] == 0;
		odd += p[i + 1] == 0;
	}
	if (look < 16)
		return 0;
	if (odd > look * 3 / 8 && even < look / 16)
		return 'l';
	if (even > look * 3 / 8 && odd < look / 16)
		return 'b';
	return 0;
}

void scep_page_text(struct buf *out, const void *body, size_t n, const char *content_type)
{
	const unsigned char *p = body;
	int guess;

	if (n >= 2 && ((p[0] == 0xff && p[1] == 0xfe) || (p[0] == 0xfe && p[1] == 0xff))) {
		utf8_from_utf16(out, p, n, true);
		return;
	}
	if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
		buf_put(out, p + 3, n - 3);
		return;
	}
	guess = utf16_guess(p, n);
	if (guess == 0 && content_type != NULL && find_nocase(content_type, "utf-16") != NULL && n >= 2)
		guess = p[0] == 0 ? 'b' : 'l';
	if (guess != 0)
		utf8_from_utf16(out, p, n & ~(size_t)1, guess == 'l');
	else if (utf8_valid((const char *)p, n))
		buf_put(out, p, n);
	else
		utf8_from_latin1(out, (const char *)p, n);
}

/* Spellings of one character that mean the same to a signature. */
static const struct {
	const char *from;
	char to;
} spellings[] = {
        {"\xe2\x80\x99", '\''}, {"\xe2\x80\x98", '\''}, {"\xca\xbc", '\''}, {"&#39;", '\''},
        {"&#x27;", '\''},       {"&apos;", '\''},       {"&rsquo;", '\''},  {"&#8217;", '\''},
        {"&#x2019;", '\''},     {"&nbsp;", ' '},        {"&#160;", ' '},    {"\xc2\xa0", ' '},
        {"&quot;", '"'},        {"\xe2\x80\x91", '-'},
};

static size_t spelling(const char *p, char *to)
{
	if (*p != '&' && (unsigned char)*p < 0x80)
		return 0;
	for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
		size_t k = strlen(spellings[i].from);
		if (strncasecmp(p, spellings[i].from, k) == 0) {
			*to = spellings[i].to;
			return k;
		}
	}
	return 0;
}

static void fold_char(struct buf *out, char c)
{
	if (isspace((unsigned char)c) || c == '\0') {
		if (out->n > 0 && out->p[out->n - 1] != ' ')
			buf_char(out, ' ');
		return;
	}
	buf_char(out, (char)tolower((unsigned char)c));
}

/* Folds `s` into both buffers of the look. */
static void fold(struct look *l, const char *s, size_t n)
{
	bool tag = false;
	for (size_t i = 0; i < n;) {
		char c = s[i];
		size_t k = spelling(s + i, &c);
		i += k > 0 ? k : 1;
		fold_char(&l->raw, c);
		if (c == '<') {
			tag = true;
			fold_char(&l->text, ' ');
		} else if (c == '>' && tag) {
			tag = false;
		} else if (!tag) {
			fold_char(&l->text, c);
		}
	}
}

static bool says(const struct look *l, const char *words)
{
	return strstr(buf_cstr(&l->text), words) != NULL;
}

static bool holds(const struct look *l, const char *markup)
{
	return strstr(buf_cstr(&l->raw), markup) != NULL;
}

static bool server_is(const struct look *l, const char *name)
{
	return l->in->server != NULL && find_nocase(l->in->server, name) != NULL;
}

static void title_of(const char *page, char out[SCEP_TITLE])
{
	struct buf clean;
	const char *p = find_nocase(page, "<title"), *end;

	out[0] = '\0';
	p = p != NULL ? strchr(p, '>') : NULL;
	end = p != NULL ? strchr(++p, '<') : NULL;
	if (end == NULL)
		return;
	while (p < end && isspace((unsigned char)*p))
		p++;
	while (end > p && isspace((unsigned char)end[-1]))
		end--;
	buf_init(&clean, 4096);
	utf8_clean(&clean, p, (size_t)(end - p) < 1000 ? (size_t)(end - p) : 1000, UTF8_ONE_LINE);
	snprintf(out, SCEP_TITLE, "%s", buf_cstr(&clean));
	out[utf8_valid_prefix(out, strlen(out))] = '\0';
	buf_release(&clean);
}

/* Pages of HTTP.sys are English on every server. */
static bool httpsys_body(const struct look *l)
{
	static const char *const words[] = {
	        "http error 503. the service is unavailable",
	        "http error 414. the request url is too long",
	        "the size of the request headers is too long",
	        "bad request - request too long",
	        "bad request - invalid hostname",
	        "bad request - invalid url",
	        "bad request - invalid header",
	        "http error 404. the requested resource is not found",
	        "http error 400. the request",
	        "http error 403. the request",
	};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (says(l, words[i]))
			return true;
	return false;
}

/* A detailed page shows "HTTP Error 403.4 - Forbidden", in any language "403.4". */
static int substatus_of(const struct look *l)
{
	char key[32];
	const char *p;
	snprintf(key, sizeof key, "%d.", l->in->status);
	p = strstr(buf_cstr(&l->text), key);
	while (p != NULL && !isdigit((unsigned char)p[4]))
		p = strstr(p + 1, key);
	return p != NULL && l->in->status >= 100 ? (int)strtol(p + 4, NULL, 10) : -1;
}

static bool iis_body(const struct look *l)
{
	char key[32];
	if (holds(l, "<div id=\"header\">") && holds(l, "<fieldset>"))
		return true;
	snprintf(key, sizeof key, "<h2>%d - ", l->in->status);
	if (holds(l, key))
		return true;
	snprintf(key, sizeof key, "<title>%d - ", l->in->status);
	if (holds(l, key))
		return true;
	return says(l, "detailed error - ") || (l->out->substatus >= 0 && says(l, "http error "));
}

static bool app_proxy_body(const struct look *l)
{
	static const char *const tokens[] = {"gatewaytimeout", "badgateway", "internalservererror"};
	bool head = l->in->ms_proxy && !l->out->iis_body; /* it marks what it passes on as well */

	if (says(l, "corporate app") || says(l, "connectorerror:"))
		return true;
	for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++)
		if (says(l, tokens[i]) && (head || says(l, "status code") || says(l, "transactionid")))
			return true;
	/* An everyday word: only both marks of the proxy's foot make it the proxy's, in any language. */
	return says(l, ": forbidden") && (head || (says(l, "status code:") && says(l, "transactionid")));
}

static void verdict(struct look *l, enum scep_page page, enum scep_layer layer, const char *reason)
{
	l->out->page = page;
	l->out->layer = layer;
	l->out->reason = reason;
}

/* Pages of the Entra application proxy itself. */
static void app_proxy(struct look *l)
{
	l->out->app_proxy = true;
	if (says(l, "connectorerror:"))
		l->out->connector_error = says(l, "connectorerror:unauthorized") ? "Unauthorized" : "other";
	switch (l->in->status) {
	case 504:
		verdict(l, SCEP_PAGE_GATEWAY_TIMEOUT, SCEP_LAYER_APP_PROXY,
		        "The application proxy reached no connector, or the connector no answer in time.");
		return;
	case 502:
		verdict(l, SCEP_PAGE_BAD_GATEWAY, SCEP_LAYER_APP_PROXY,
		        "The connector of the application proxy could not reach the internal URL.");
		return;
	case 403:
		verdict(l, SCEP_PAGE_FORBIDDEN_PROXY, SCEP_LAYER_APP_PROXY,
		        "The application proxy itself refuses; NDES was not asked.");
		return;
	case 500:
		verdict(l, SCEP_PAGE_INTERNAL_ERROR, SCEP_LAYER_APP_PROXY,
		        l->out->connector_error != NULL
		                ? "The connector may not speak to the application proxy service."
		                : "The application proxy failed inside; NDES was not asked.");
		return;
	case 401:
		verdict(l, SCEP_PAGE_UNAUTHORIZED, SCEP_LAYER_APP_PROXY,
		        "The application proxy asks who is there.");
		return;
	case 404:
		verdict(l, SCEP_PAGE_NOT_FOUND, SCEP_LAYER_APP_PROXY,
		        "The application proxy knows no such app.");
		return;
	case 503:
		verdict(l, SCEP_PAGE_SERVICE_UNAVAILABLE, SCEP_LAYER_APP_PROXY,
		        "The application proxy is not available.");
		return;
	default:
		verdict(l, SCEP_PAGE_OTHER, SCEP_LAYER_APP_PROXY,
		        "The application proxy answered, not NDES.");
	}
}

static bool one_of(const char *text, const char *const words[])
{
	for (size_t i = 0; text != NULL && words[i] != NULL; i++)
		if (find_nocase(text, words[i]) != NULL)
			return true;
	return false;
}

/* A page that blocks says little; one that speaks about blocking says much. */
#define SIGNED_TEXT 4000
#define NAMED_TEXT 1000

/* Words with which firewalls and filters sign their pages, whatever the status and the Server header.  In a
 * long page, an article or a shop, they sign nothing; neither does the bare name of a product. */
static bool filter_page(const struct look *l)
{
	static const char *const signs[] = {"your support id is", "requested url was rejected",
	                                    "cloudflare ray id",  "incapsula incident id",
	                                    "web page blocked",   NULL};
	static const char *const names[] = {"web application firewall", "mod_security", "fortigate",
	                                    "fortiweb", NULL};
	size_t n = l->text.n;

	return one_of(l->out->title, signs) || (n <= SIGNED_TEXT && one_of(buf_cstr(&l->text), signs)) ||
	       (n <= NAMED_TEXT && one_of(buf_cstr(&l->text), names));
}

/* Who made a page that is not the proxy's own: by body first, by Server when the body says nothing. */
static enum scep_layer maker(const struct look *l)
{
	if (httpsys_body(l))
		return SCEP_LAYER_HTTPSYS;
	if (l->out->iis_body)
		return SCEP_LAYER_IIS;
	if (filter_page(l))
		return SCEP_LAYER_OTHER_PROXY;
	if (server_is(l, "microsoft-httpapi"))
		return SCEP_LAYER_HTTPSYS;
	if (server_is(l, "microsoft-iis"))
		return SCEP_LAYER_IIS;
	if (scep_front_server(l->in->server) || l->in->via != NULL || l->in->front)
		return SCEP_LAYER_OTHER_PROXY;
	return SCEP_LAYER_NOT_NDES;
}

static void redirect(struct look *l)
{
	static const char *const entra[] = {"://login.microsoftonline.", "://login.partner.microsoftonline.",
	                                    "://login.windows.net",      "://login.microsoft.com",
	                                    "://sts.windows.net",        NULL};
	static const char *const oauth[] = {"/oauth2/authorize", "/oauth2/v2.0/authorize", "/common/", NULL};
	static const char *const sign_in[] = {
	        "/adfs/ls",   "/adfs/oauth2", "/saml",        "/login",   "/signin",     "/sign-in",
	        "/logon",     "://login.",    "://logon.",    "://sso.",  "://idp.",     "://auth.",
	        "/my.policy", "/my.logon",    "/vpn/index",   "/nf/auth", "/dana-na/",   "/+cscoe+/",
	        "/authorize", "/auth?",       "/auth/realms", "/sso/",    "/siteminder", "/oam/server",
	        "/cas/",      "/idp/",        "/wsfed",       NULL};
	enum scep_sent sent = scep_sent_to(l->in->host, l->in->location);
	enum scep_layer by = maker(l);

	if (sent == SCEP_SENT_FILTER) {
		verdict(l, SCEP_PAGE_OTHER, SCEP_LAYER_OTHER_PROXY,
		        "Sent to a web filter's own page: it stands on the way and wants a user or blocks.");
	} else if (one_of(l->in->location, entra)) {
		l->out->app_proxy = true;
		verdict(l, SCEP_PAGE_LOGIN_REDIRECT, SCEP_LAYER_APP_PROXY,
		        "Sent to the Microsoft sign-in page: pre-authentication is not Passthrough.");
	} else if (one_of(l->in->location, oauth)) {
		verdict(l, SCEP_PAGE_LOGIN_REDIRECT, SCEP_LAYER_OTHER_PROXY,
		        "Sent to an OAuth sign-in: something in front wants a user first.");
	} else if (one_of(l->in->location, sign_in)) {
		verdict(l, SCEP_PAGE_LOGIN_REDIRECT, SCEP_LAYER_OTHER_PROXY,
		        "Sent to a sign-in page: something in front wants a user first.");
	} else if (sent == SCEP_SENT_AWAY && by == SCEP_LAYER_NOT_NDES) {
		verdict(l, SCEP_PAGE_OTHER, SCEP_LAYER_OTHER_PROXY,
		        "Sent to another host: something in front does that, NDES never.");
	} else {
		verdict(l, SCEP_PAGE_OTHER, by, "Sent elsewhere; NDES does not redirect.");
	}
}

static void forbidden(struct look *l)
{
	enum scep_layer by = maker(l);
	if (by == SCEP_LAYER_IIS && l->out->iis_body)
		verdict(l, SCEP_PAGE_FORBIDDEN_IIS, by,
		        "The 403 page that IIS makes; healthy only when GetCACaps and GetCACert answer too.");
	else if (by == SCEP_LAYER_IIS)
		verdict(l, SCEP_PAGE_FORBIDDEN_IIS, by,
		        "403 with the Server header of IIS, but not its usual page; GetCACaps and GetCACert "
		        "must confirm.");
	else
		verdict(l, SCEP_PAGE_FORBIDDEN_OTHER, by,
		        "403, but not from IIS: a filter, proxy or other web server.");
}

static void bad_request(struct look *l)
{
	static const char *const too_long[] = {"request too long",
	                                       "size of the request headers is too long",
	                                       "header or cookie too large",
	                                       "size of a request header field exceeds",
	                                       "request-uri too large",
	                                       "uri too long",
	                                       NULL};
	if (one_of(buf_cstr(&l->text), too_long))
		verdict(l, SCEP_PAGE_URI_TOO_LONG, maker(l),
		        "400 because the request is too long for this layer.");
	else if (says(l, "invalid hostname"))
		verdict(l, SCEP_PAGE_OTHER, maker(l), "No site of this server is bound to this host name.");
	else
		verdict(l, SCEP_PAGE_OTHER, maker(l), "400: the request was refused as malformed.");
}

static void success(struct look *l)
{
	if (says(l, "mscep_admin") || holds(l, "mscep_admin") ||
	    (says(l, "network device enrollment service") && server_is(l, "microsoft-iis"))) {
		verdict(l, SCEP_PAGE_NDES_GENERAL, SCEP_LAYER_NDES,
		        "The general page of NDES: the policy module is not in place or not loaded.");
		return;
	}
	if (filter_page(l))
		verdict(l, SCEP_PAGE_OTHER, SCEP_LAYER_OTHER_PROXY,
		        "A firewall's page with the status of success: it blocked the request.");
	else if (l->in->via != NULL && holds(l, "postpkioperation"))
		verdict(l, SCEP_PAGE_OTHER, SCEP_LAYER_OTHER_PROXY,
		        "Capabilities nobody asked for: a cache on the way answers without minding the query.");
	else if (holds(l, "<title>iis windows") || holds(l, "iisstart"))
		verdict(l, SCEP_PAGE_OTHER, SCEP_LAYER_IIS,
		        "The welcome page of IIS: the path does not lead to NDES.");
	else if (holds(l, "type=\"password\"") || says(l, "sign in"))
		verdict(l, SCEP_PAGE_OTHER, SCEP_LAYER_NOT_NDES, "A sign-in page, not NDES.");
	else
		verdict(l, SCEP_PAGE_OTHER, SCEP_LAYER_NOT_NDES,
		        "A page that is not of NDES: another server, a captive portal or a proxy.");
}

/* Statuses whose meaning needs no more than who made the page. */
static const struct {
	int status;
	enum scep_page page;
	enum scep_layer layer; /* SCEP_LAYER_NONE: whoever made the page */
	const char *reason;
} plain[] = {
        {504, SCEP_PAGE_GATEWAY_TIMEOUT, SCEP_LAYER_OTHER_PROXY, "A proxy got no answer in time."},
        {502, SCEP_PAGE_BAD_GATEWAY, SCEP_LAYER_OTHER_PROXY, "A proxy got no usable answer from behind it."},
        {500, SCEP_PAGE_INTERNAL_ERROR, SCEP_LAYER_NONE,
         "The server failed inside; with NDES the worker did not start."},
        {414, SCEP_PAGE_URI_TOO_LONG, SCEP_LAYER_NONE, "The URL is too long for this layer."},
        {431, SCEP_PAGE_URI_TOO_LONG, SCEP_LAYER_NONE, "The request headers are too long for this layer."},
        {404, SCEP_PAGE_NOT_FOUND, SCEP_LAYER_NONE,
         "Nothing at this path: wrong path, or the NDES role is not there."},
        {401, SCEP_PAGE_UNAUTHORIZED, SCEP_LAYER_NONE,
         "Credentials are asked for; a SCEP URL must be anonymous."},
        {407, SCEP_PAGE_OTHER, SCEP_LAYER_OTHER_PROXY, "A forward proxy on the way asks for credentials."},
};

static void by_table(struct look *l)
{
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
		if (plain[i].status == l->in->status) {
			verdict(l, plain[i].page,
			        plain[i].layer != SCEP_LAYER_NONE ? plain[i].layer : maker(l),
			        plain[i].reason);
			return;
		}
	}
	verdict(l, SCEP_PAGE_OTHER, maker(l), "A status that NDES does not give for its bare URL.");
}

static void unavailable(struct look *l)
{
	enum scep_layer by = maker(l);
	verdict(l, SCEP_PAGE_SERVICE_UNAVAILABLE, by,
	        by == SCEP_LAYER_HTTPSYS ? "HTTP.sys has no running application pool to hand the request to."
	                                 : "503, and not the page that HTTP.sys makes for a stopped pool.");
}

static void by_status(struct look *l)
{
	int status = l->in->status;
	if (status >= 300 && status < 400 && l->in->location != NULL)
		redirect(l);
	else if (app_proxy_body(l))
		app_proxy(l);
	else if (status == 403)
		forbidden(l);
	else if (status >= 200 && status < 300)
		success(l);
	else if (status == 503)
		unavailable(l);
	else if (status == 400)
		bad_request(l);
	else
		by_table(l);
}

void scep_page_classify(const struct scep_answer *in, struct scep_seen *out)
{
	struct look l = {.in = in, .out = out};
	struct buf page;
	size_t n = in->body_n < PAGE_LOOK ? in->body_n : PAGE_LOOK;

	memset(out, 0, sizeof *out);
	out->substatus = -1;
	if (in->status == 0) {
		verdict(&l, SCEP_PAGE_NONE, SCEP_LAYER_NONE, "No HTTP answer.");
		return;
	}
	buf_init(&page, 4 * PAGE_LOOK);
	buf_init(&l.raw, 4 * PAGE_LOOK);
	buf_init(&l.text, 4 * PAGE_LOOK);
	if (n > 0)
		scep_page_text(&page, in->body, n, in->content_type);
	fold(&l, buf_cstr(&page), page.n);
	title_of(buf_cstr(&page), out->title);
	out->substatus = substatus_of(&l);
	out->iis_body = iis_body(&l);
	by_status(&l);
	buf_release(&page);
	buf_release(&l.raw);
	buf_release(&l.text);
}
