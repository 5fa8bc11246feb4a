/* A report in the text format, into memory. */
#include "report_text.h"

#include <stdlib.h>

#include <casebook/report.h>
#include <casebook/sink.h>
#include <casebook/xalloc.h>

char *report_text(const struct flow *flow, const struct casefile *cf, int64_t made_ms, int level)
{
	struct report_options o = {.made_ms = made_ms, .redact = (enum redact_level)level};
	struct report *r = report_new(flow, cf, &o);
	struct sink *to = xcalloc(1, sizeof(*to));
	struct buf text;

	buf_init(&text, BUF_MAX_TEXT);
	sink_init_buf(to, &text);
	report_format_find("txt")->write(r, to);
	sink_flush(to);
	free(to);
	report_free(r);
	return buf_steal(&text);
}
