/* What the store's tests share: a folder that goes away, records that say something, a case. */
#ifndef CASEBOOK_STORE_TEST_H
#define CASEBOOK_STORE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store_int.h"

#define T0 INT64_C(1795000000000) /* 2026-11-18 */

/* A fresh folder below $TMPDIR; the caller gives it to folder_remove. */
char *folder_make(void);
/* The same in memory where there is such a place: for tests whose disk is made up anyway. */
char *folder_make_quick(void);
void folder_remove(char *path);
/* folder/name; caller frees. */
char *in_folder(const char *folder, const char *name);
char *read_file(const char *path, size_t *n); /* NUL-terminated, caller frees; NULL when absent */
void write_file(const char *path, const void *mem, size_t n);

struct store *open_or_fail(const char *path);
/* The same on the disk of fault_vfs.h, which takes syncs lightly: for tests that open a thousand stores. */
int open_quick(const char *path, bool read_only, struct store **out, struct err *err);
int latest_schema(void); /* as a new store has it */
void case_make(struct casefile *cf, const char *title);
/* Appends the i-th record of an endless, always equal story: inputs, answers, evidence, notes, ticks. */
void add_story(struct casefile *cf, uint32_t i);
void add_note(struct casefile *cf, const char *text);
/* Both logs have the same records; fails the test at the first difference. */
void assert_same_log(const struct casefile *a, const struct casefile *b);
void assert_ok(int rc, const struct err *err);

#endif
