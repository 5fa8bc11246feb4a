/* Starting jobs of bad_helper and collecting how each ended. */
#ifndef CASEBOOK_RUN_TEST_H
#define CASEBOOK_RUN_TEST_H

#include <casebook/runner.h>

/* A runner with bad_helper, or another program. */
struct runner *run_new(const char *program, unsigned timeout_ms);
/* The probe of that name, as a wizard would know it. */
const struct probe *run_probe(const char *id);
void run_start(struct runner *r, uint32_t job, const char *id);
void run_start_url(struct runner *r, uint32_t job, const char *id, const char *url);
/* Waits for the end of any job; the test fails after 30 s.  Lives until the next call. */
const struct evidence *run_wait(struct runner *r, uint32_t *job);
/* Waits until any job names what it is doing; the number that this begins with. */
int64_t run_wait_phase(struct runner *r, uint32_t *job);
/* Runs one job alone; the evidence lives until the runner's next call. */
const struct evidence *run_one(struct runner *r, const char *id);
int64_t run_int(const struct evidence *e, const char *key); /* -1 when absent */
/* The n-th integer of the fact "list". */
int64_t run_item(const struct evidence *e, size_t n);
/* Waits until a process is gone; false after 10 s. */
bool run_gone(int64_t pid);

#endif
