/* A case that came as a file, from anywhere: never a crash, and what is taken is proved and exported as it
 * came. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <casebook/store.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static int put(void *arg, const void *mem, size_t n)
{
	buf_put(arg, mem, n);
	return 0;
}

static void must(bool holds)
{
	if (!holds)
		abort();
}

static char folder[] = "/tmp/casebook-fuzz-XXXXXX";
static struct store *s;

static void remove_store(void)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/cases.db", folder);
	store_close(s); /* which takes its other files away */
	unlink(path);
	rmdir(folder);
}

/* One store for all inputs: a case is taken out again before the next comes. */
static void have_store(void)
{
	char path[64];
	struct err err;

	if (s != NULL)
		return;
	must(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/cases.db", folder);
	must(store_open(path, false, &s, &err) == 0);
	atexit(remove_store);
}

static void take_and_give(const char *text, size_t n)
{
	struct store_check c = {.fault = NULL};
	struct store_import in;
	struct buf out;
	struct err err;

	have_store();
	if (store_import(s, "f", text, n, &in, &err) != 0)
		return;
	buf_init(&out, BUF_MAX_TEXT);
	must(store_export(s, in.id, &c, put, &out, &err) == 0 && c.faults == 0);
	c = (struct store_check){.fault = NULL};
	must(store_verify_export(buf_cstr(&out), out.n, &c, &err) == 0 && c.faults == 0);
	must(store_delete(s, in.id, &err) == 0);
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *text = malloc(n != 0 ? n : 1);
	struct store_check c = {.fault = NULL};
	struct err err;
	int rc;

	if (n != 0)
		memcpy(text, data, n);
	rc = store_verify_export(text, n, &c, &err);
	must(rc == 0 || err.code == FAIL_FORMAT);
	if (rc == 0 && c.faults == 0)
		take_and_give(text, n);
	free(text);
	return 0;
}
