/* Runs a probe in this process and gives its evidence. */
#ifndef TEST_PROBE_SEEN_H
#define TEST_PROBE_SEEN_H

#include <casebook/evidence.h>
#include <casebook/wire.h>

struct probe_seen {
	struct arena *mem;
	struct wire_collect c;
	struct evidence e;
};

/* key, value, key, value, NULL.  Release with probe_seen_release(). */
void probe_run(struct probe_seen *out, const char *id, ...);
void probe_seen_release(struct probe_seen *s);

const struct value *seen_fact(const struct probe_seen *s, const char *key); /* fails the test when absent */
int64_t seen_int(const struct probe_seen *s, const char *key);
const char *seen_str(const struct probe_seen *s, const char *key); /* "(null)" for unknown */
bool seen_bool(const struct probe_seen *s, const char *key);
/* The fact as JSON; lives until release. */
const char *seen_json(const struct probe_seen *s, const char *key);
const struct pin *seen_pin(const struct probe_seen *s, const char *fact); /* fails the test when absent */
/* Everything seen, as one JSON object of facts: for comparing two runs. */
char *seen_all(const struct probe_seen *s);

/* A folder for one test binary; files are written into it and it is emptied at the end. */
const char *test_folder(void);
const char *test_file(const char *name, const void *bytes, size_t n); /* n SIZE_MAX: a string */
int test_folder_remove(void **state);

#endif
