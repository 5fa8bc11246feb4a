/* Redaction as a filter: each line of standard input is the note of a case of its own and comes out as a
 * report at the standard level has it. */
#include "report_test.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

int main(void)
{
	struct flow *flow = test_flow();
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	while ((n = getline(&line, &cap, stdin)) > 0) {
		struct report_options options = {.made_ms = REPORT_MADE_BY_CASE, .redact = REDACT_STANDARD};
		struct record rec = {.kind = REC_NOTE, .u.note.text = line};
		struct casefile cf;
		struct report *r;

		line[n - 1] = '\0';
		casefile_init(&cf, "01JDA3V7H8Q2W4E6R8T0Y2V4X6", flow->id, flow->hash, 0);
		if (casefile_restore(&cf, &rec, NULL) == NULL)
			return 1;
		r = report_new(flow, &cf, &options);
		puts(r->cf->log[0].u.note.text);
		report_free(r);
		casefile_release(&cf);
	}
	free(line);
	flow_free(flow);
	return 0;
}
