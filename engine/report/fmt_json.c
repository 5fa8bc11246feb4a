/* The whole case as JSON, by assets/report.schema.json. */
#include "report_int.h"

#include <casebook/json.h>

static void write_json(const struct report *r, struct sink *s)
{
	struct buf b;

	buf_init(&b, BUF_MAX_TEXT);
	report_run_json(r, &b);
	sink_put(s, buf_cstr(&b), b.n);
	buf_release(&b);
}

const struct report_format fmt_json = {"json", ".json", "JSON", write_json};
