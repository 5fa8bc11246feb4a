/*
 * saved.page: a page that somebody saw at the SCEP URL and saved (UTF-8, UTF-16 as NDES sends it, or any
 * charset that it states).  The page alone is judged, by the rules of scep.url; what the headers said is
 * gone, so the status is the one that the page itself tells.
 * Sources: as scep_page.h.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "file_kind.h"
#include "scep_page.h"

#define MOST (256u << 10) /* pages of errors have some kilobytes */

static const struct param_def params[] = {
        {"file", true, "a page of the SCEP URL, saved as HTML"},
        {NULL, false, NULL},
};

static const struct fact_def facts[] = {
        {"page", FACT_STR, scep_page_names, "which page it is, by its body",
         SPEAKS({"= ndes-general",
                 "The saved page is NDES' general page: the connector's policy module was not in front of it."},
                {"= service-unavailable, layer = httpsys",
                 "The saved page is the 503 of HTTP.sys: no running application pool took the request."},
                {"= forbidden-iis", "The saved page is the 403 of IIS."},
                {"= gateway-timeout", "The saved page is GatewayTimeout of the application proxy."},
                {"status known", "The saved page is an answer of status {status}."},
                {"known", "A page of the SCEP URL was saved."})},
        {"layer", FACT_STR, scep_layer_names, "who wrote it", SILENT},
        {"status", FACT_INT, NULL, "status that the page itself tells", SERVES},
        {"substatus", FACT_INT, NULL, "of a detailed page of IIS: 15 of 404.15",
         SPEAKS({"known, status known", "The saved page of IIS tells {status}.{value}."})},
        {"title", FACT_STR, NULL, "its title", SILENT},
        {NULL, FACT_BOOL, NULL, NULL},
};

/* The status in words, as Entra's application proxy writes it in every language. */
static const struct {
	const char *word;
	int status;
} words[] = {
        {"Status Code: Forbidden", 403},           {"Status Code: NotFound", 404},
        {"Status Code: InternalServerError", 500}, {"Status Code: BadGateway", 502},
        {"Status Code: ServiceUnavailable", 503},  {"GatewayTimeout", 504},
        {"Status Code: GatewayTimeout", 504},
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A number of three digits from 400 to 599 at p, and nothing of a number round it but a substatus. */
static int status_at(const char *p, bool begins)
{
	int status;

	if (!begins || (*p != '4' && *p != '5') || !is_digit(p[1]) || !is_digit(p[2]) || is_digit(p[3]))
		return 0;
	status = (p[0] - '0') * 100 + (p[1] - '0') * 10 + (p[2] - '0');
	return status;
}

/* By the title, by the line of an error page ("HTTP Error 503."), by a word; a page without any is a 200. */
static int status_of(const char *title, const char *text)
{
	const char *p;
	int status = 0;

	for (p = title; *p != '\0' && status == 0; p++)
		status = status_at(p, p == title || (!is_digit(p[-1]) && p[-1] != '.'));
	if (status != 0)
		return status;
	for (p = text; (p = strstr(p, "HTTP Error ")) != NULL && status == 0; p++)
		status = status_at(p + 11, true);
	for (size_t i = 0; status == 0 && i < sizeof(words) / sizeof(words[0]); i++)
		if (strstr(text, words[i].word) != NULL)
			status = words[i].status;
	return status != 0 ? status : 200;
}

/* False: no answer that a SCEP URL is known to give. */
static bool read_page(const char *body, size_t n, int *status, struct scep_seen *seen)
{
	struct scep_answer answer = {.status = 200, .body = body, .body_n = n};
	struct buf text;

	scep_page_classify(&answer, seen);
	buf_init(&text, 2 * MOST);
	scep_page_text(&text, body, n, NULL);
	*status = answer.status = status_of(seen->title, buf_cstr(&text));
	buf_release(&text);
	scep_page_classify(&answer, seen);
	return seen->page != SCEP_PAGE_NONE && seen->page != SCEP_PAGE_OTHER;
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	const char *path = call_arg(call, "file");
	struct scep_seen seen;
	struct file_src *src;
	struct err err;
	char *bytes = NULL, hex[SHA256_HEX];
	size_t n = 0;
	int status;
	bool known;

	if (file_open(path, true, &src, &err) < 0)
		return file_refuse(out, &err);
	if (file_load(src, MOST, &bytes, &n, &err) < 0) {
		file_close(src);
		return file_refuse(out, &err);
	}
	if (file_sha256(src, hex))
		ev_sha256(out, hex);
	file_close(src);
	known = read_page(bytes, n, &status, &seen);
	free(bytes);
	if (!known) {
		ev_why(out, "%s: a web page, but none that a SCEP URL is known to answer with", path);
		return EV_UNREADABLE;
	}
	ev_str(out, "page", scep_page_names[seen.page]);
	ev_str(out, "layer", scep_layer_names[seen.layer]);
	ev_int(out, "status", status);
	if (seen.substatus >= 0)
		ev_int(out, "substatus", seen.substatus);
	ev_str(out, "title", seen.title[0] != '\0' ? seen.title : NULL);
	ev_fault(out, seen.page != SCEP_PAGE_FORBIDDEN_IIS || seen.substatus > 0);
	return EV_MEASURED;
}

static unsigned recognise(const struct sample *s)
{
	struct scep_seen seen;
	int status;

	if (s->text == NULL || s->text[strspn(s->text, " \t\r\n")] != '<' ||
	    !(sample_has(s, "<html") || sample_has(s, "<!doctype html")))
		return 0;
	return read_page(s->text, s->text_n, &status, &seen) ? 70 : 0;
}

const struct probe_impl probe_saved_page = {
        .desc = {.id = "saved.page",
                 .title = "Saved page of the SCEP URL",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 20000,
                 .by_hand =
                         "open the SCEP URL in a browser on the device's network and save the page (Ctrl+S)",
                 .source =
                         "Microsoft: Troubleshoot device to NDES communication for SCEP certificate profiles",
                 .fetch = NULL},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
