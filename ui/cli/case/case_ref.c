/* Opens the store to read one case, and finds its flow.  Writes nothing. */
#include "case_ref.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/report.h>
#include <casebook/store.h>

static int load_flow(const char *ref, struct flow_ref *out)
{
	struct err err;

	if (flow_ref_load(ref, out) == 0)
		return EXIT_DONE;
	if (out->err.code == FAIL_NOT_FOUND)
		err_set(&err, FAIL_NOT_FOUND, 0,
		        "the flow '%s' of this case is not built in; name its file with --flow FILE", ref);
	else
		err_set(&err, out->err.code, 0,
		        "the flow '%s' does not check (%s); `casebook flow check` says why", ref,
		        out->err.msg);
	return cli_fail(&err);
}

int case_any_load(const struct cli *c, const char *ref, struct casefile *out, struct err *err)
{
	struct store *store = NULL;
	int rc;

	if (case_names_file(ref))
		return case_file_load(ref, out, err);
	if (store_open_to_read(c->db, &store, err) != 0)
		return -1;
	rc = store_load(store, ref, out, err);
	store_close(store);
	return rc;
}

int case_ref_load(const struct cli *c, const char *ref, const char *flow, struct case_ref *out)
{
	struct err err;

	memset(out, 0, sizeof(*out));
	if (case_any_load(c, ref, &out->cf, &err) != 0)
		return cli_fail(&err);
	out->loaded = true;
	out->of_file = case_names_file(ref);
	return load_flow(flow != NULL ? flow : out->cf.flow_id, &out->flow);
}

void case_ref_release(struct case_ref *r)
{
	if (r->loaded)
		casefile_release(&r->cf);
	if (r->flow.mem != NULL)
		flow_ref_release(&r->flow);
	memset(r, 0, sizeof(*r));
}

int64_t made_from_environment(void)
{
	const char *text = getenv("SOURCE_DATE_EPOCH");
	long long seconds;
	char *end;

	if (text == NULL || text[0] == '\0')
		return REPORT_MADE_BY_CASE;
	errno = 0;
	seconds = strtoll(text, &end, 10);
	if (errno != 0 || *end != '\0' || seconds < 0 || seconds > INT64_MAX / 1000)
		return REPORT_MADE_BY_CASE;
	return (int64_t)seconds * 1000;
}
