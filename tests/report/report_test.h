/* Hand-built cases for the tests of reports: a flow with made-up probes, and cases as lines of JSON. */
#ifndef REPORT_TEST_H
#define REPORT_TEST_H

#include <casebook/diff.h>
#include <casebook/redacted.h>
#include <casebook/report.h>
#include <casebook/rnode.h>
#include <casebook/sink.h>

/* The flow tests/report/scep-mini.yaml; the caller frees.  Fails the test when it does not load. */
struct flow *test_flow(void);
/* tests/report/NAME.case: a line about the case, then one record a line.  The caller releases. */
void test_case(const struct flow *flow, const char *name, struct casefile *out);
/* One record from JSON, appended. */
void test_append(struct casefile *cf, const char *json);
/* A report in one format as text; the caller frees. */
char *test_render(const struct report *r, const char *format);
char *test_read(const char *path, size_t *n); /* NULL when it cannot be read */

#endif
