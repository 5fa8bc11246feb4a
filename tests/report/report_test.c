/* Builds the hand-made cases of the report tests. */
#include "report_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <casebook/clock.h>
#include <casebook/flow_load.h>

static const struct param_def by_url[] = {{"url", true, "the SCEP server URL"}, {NULL, false, NULL}};
static const struct param_def by_file[] = {{"file", true, "the file"}, {NULL, false, NULL}};
static const char *const pages[] = {"forbidden-iis", "ndes-general", "service-unavailable",
                                    "other",         "none",         NULL};
static const char *const stages[] = {"none", "caps", "cacert", "pkioperation", NULL};
static const char *const states[] = {"Started", "Stopped", NULL};

static const struct fact_def url_facts[] = {
        {"status", FACT_INT, NULL, "HTTP status"},
        {"page", FACT_STR, pages, "what kind of page",
         SPEAKS({"= service-unavailable", "The URL answered {status}: no pool takes the request."},
                {"other", "The URL answered {status}, page {value}."})},
        {"server", FACT_STR, NULL, "Server header"},
        {"total_ms", FACT_INT, NULL, "time taken"},
        {NULL, FACT_BOOL, NULL, NULL}};
static const struct fact_def cacert_facts[] = {{"certificates", FACT_LIST, NULL, "what the server sent"},
                                               {"ra_days_left", FACT_INT, NULL, "days"},
                                               {NULL, FACT_BOOL, NULL, NULL}};
static const struct fact_def pool_facts[] = {{"scep", FACT_STR, states, "state of the SCEP pool",
                                              SPEAKS({"other", "The application pool SCEP is {value}."})},
                                             {NULL, FACT_BOOL, NULL, NULL}};
static const struct fact_def httperr_facts[] = {{"lines", FACT_INT, NULL, "lines"},
                                                {"by_reason", FACT_MAP, NULL, "count by reason"},
                                                {NULL, FACT_BOOL, NULL, NULL}};
static const struct fact_def iis_facts[] = {{"lines", FACT_INT, NULL, "lines"},
                                            {"scep_requests", FACT_INT, NULL, "requests for mscep.dll"},
                                            {"last_status", FACT_INT, NULL, "sc-status of the last",
                                             SPEAKS({"known", "The newest request got {value}."})},
                                            {"stage", FACT_STR, stages, "how far a device came",
                                             SPEAKS({"other", "A device came as far as {value}."})},
                                            {"conversations", FACT_LIST, NULL, "one per device"},
                                            {NULL, FACT_BOOL, NULL, NULL}};

static const struct probe probes[] = {
        {"scep.url", "SCEP server URL", PROBE_LIVE, by_url, url_facts, 20000, NULL, "curl -sS -i '{url}'",
         "RFC 9110", NULL},
        {"scep.cacert", "GetCACert", PROBE_LIVE, by_url, cacert_facts, 20000, NULL,
         "curl -sS '{url}?operation=GetCACert' | openssl pkcs7 -inform DER -print_certs", "RFC 8894, 4.2",
         NULL},
        {"apppool.state", "Application pools", PROBE_FILE, by_file, pool_facts, 5000, NULL,
         "grep -n SCEP {file}", NULL, "%windir%\\system32\\inetsrv\\appcmd list apppool > pools.txt"},
        {"httperr.log", "HTTPERR log", PROBE_FILE, by_file, httperr_facts, 5000, NULL, "grep -n mscep {file}",
         NULL, "copy %SystemRoot%\\System32\\LogFiles\\HTTPERR\\*.log ."},
        {"iis.log", "IIS log", PROBE_FILE, by_file, iis_facts, 5000, NULL, "grep -n mscep.dll {file} | tail",
         NULL, NULL},
};

static const struct probe *find(const char *id)
{
	for (size_t i = 0; i < sizeof(probes) / sizeof(probes[0]); i++)
		if (strcmp(probes[i].id, id) == 0)
			return &probes[i];
	return NULL;
}

static void show(void *arg, const struct diag *d)
{
	(void)arg;
	fprintf(stderr, "%s:%u:%u: %s: %s\n", d->file, d->line, d->col, d->id, d->text);
}

struct flow *test_flow(void)
{
	struct flow_env env = {find, show, NULL};
	struct err err;
	struct flow *f = flow_load_file(TEST_DIR "/scep-mini.yaml", &env, &err);

	if (f == NULL)
		fail_msg("%s", err.msg);
	return f;
}

char *test_read(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	size_t cap = 1 << 22;
	char *text;

	if (f == NULL)
		return NULL;
	text = malloc(cap + 1);
	*n = fread(text, 1, cap, f);
	text[*n] = '\0';
	fclose(f);
	return text;
}

static const char *text_of(const struct value *v, const char *key)
{
	const struct value *s = value_find(v, key);

	return s != NULL && s->type == VAL_STR ? s->u.s : NULL;
}

static void header(const struct flow *flow, const char *line, size_t n, struct casefile *out)
{
	struct arena *mem = arena_new();
	const struct value *number;
	const char *hash;
	struct value v;
	struct err err;
	int64_t opened;

	if (value_parse_json(mem, line, n, &v, &err) != 0)
		fail_msg("the first line of the case: %s", err.msg);
	assert_true(clock_parse_iso(text_of(&v, "opened"), &opened));
	hash = text_of(&v, "flow_hash");
	casefile_init(out, text_of(&v, "id"), flow->id, hash != NULL ? hash : flow->hash, opened);
	out->title = arena_strdup(out->mem, text_of(&v, "title"));
	out->host = arena_strdup(out->mem, text_of(&v, "host"));
	out->tool = "casebook 0.1.0";
	number = value_find(&v, "number");
	out->number = number != NULL ? (uint32_t)number->u.i : 0;
	arena_free(mem);
}

void test_append(struct casefile *cf, const char *json)
{
	struct arena *mem = arena_new();
	struct record r;
	struct err err;

	if (record_from_json(mem, json, strlen(json), &r, &err) != 0)
		fail_msg("%s in %s", err.msg, json);
	if (r.kind == REC_EVIDENCE && find(r.u.evidence.probe) != NULL) {
		const struct probe *p = find(r.u.evidence.probe);
		struct probe_arg arg = {p->params[0].key, r.u.evidence.target};

		r.u.evidence.call = call_id(mem, p->id, &arg, 1);
	}
	if (casefile_append(cf, &r, &err) == NULL)
		fail_msg("%s", err.msg);
	arena_free(mem);
}

void test_case(const struct flow *flow, const char *name, struct casefile *out)
{
	char path[512];
	size_t n, len;
	char *text, *line;

	snprintf(path, sizeof(path), "%s/%s.case", TEST_DIR, name);
	text = test_read(path, &n);
	if (text == NULL)
		fail_msg("%s cannot be read", path);
	len = strcspn(text, "\n");
	header(flow, text, len, out);
	for (line = text + len + 1; *line != '\0'; line += len + 1) {
		len = strcspn(line, "\n");
		line[len] = '\0';
		test_append(out, line);
		if (line + len + 1 > text + n)
			break;
	}
	free(text);
}

char *test_render(const struct report *r, const char *format)
{
	struct buf b;
	struct err err;

	buf_init(&b, BUF_MAX_TEXT);
	if (report_render(r, report_format_find(format), &b, &err) != 0)
		fail_msg("%s", err.msg);
	return buf_steal(&b);
}
