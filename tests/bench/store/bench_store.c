/*
 * What an answer costs: store_append against a bare append + fdatasync of one
 * 4120-byte block (a page and its frame header), each answer paired with one of
 * those so that the neighbours of this machine disturb both alike.  Then what a
 * case of 10,000 records costs to open, list, search, export and prove.
 *
 * bench_store [ANSWERS [FOLDER]]    prints, asserts nothing
 */
#include <casebook/clock.h>
#include <casebook/store.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define RAW_BLOCK 4120
#define BIG_EVIDENCE 500 /* of the 10,000 records */

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double quantile(const double *v, size_t n, double q)
{
	double *copy = malloc(n * sizeof(*copy)), out;

	memcpy(copy, v, n * sizeof(*copy));
	qsort(copy, n, sizeof(*copy), by_size);
	out = copy[(size_t)((double)(n - 1) * q)];
	free(copy);
	return out;
}

static void must(int rc, const struct err *err)
{
	if (rc == 0)
		return;
	fprintf(stderr, "%s\n", err->msg);
	exit(1);
}

static void add_answer(struct casefile *cf)
{
	struct record r = {.kind = REC_ANSWER,
	                   .at_ms = 1795000000000 + (int64_t)cf->nlog,
	                   .u.answer = {"ndes-apppool-identity", "stopped", BY_PERSON, "refused", 0}};

	if (casefile_append(cf, &r, NULL) == NULL)
		exit(1);
}

static void add_evidence(struct casefile *cf)
{
	struct fact facts[60];
	char keys[60][24], values[60][80];
	struct record r = {.kind = REC_EVIDENCE, .at_ms = 1795000000000 + (int64_t)cf->nlog};

	for (int i = 0; i < 60; i++) {
		snprintf(keys[i], sizeof(keys[i]), "fact_%d", i);
		snprintf(values[i], sizeof(values[i]), "10.1.2.%d GET /certsrv/mscep/mscep.dll 403 0 0 %zu",
		         i, cf->nlog);
		facts[i] = (struct fact){keys[i], value_str(values[i])};
	}
	r.u.evidence = (struct evidence){.probe = "iis.log",
	                                 .target = "u_ex261118.log",
	                                 .outcome = EV_MEASURED,
	                                 .facts = facts,
	                                 .nfacts = 60};
	if (casefile_append(cf, &r, NULL) == NULL)
		exit(1);
}

static char *path_in(const char *folder, const char *name)
{
	size_t n = strlen(folder) + strlen(name) + 2;
	char *path = malloc(n);

	snprintf(path, n, "%s/%s", folder, name);
	return path;
}

/* One bare append of a block, and it is on the disk. */
static double raw_append(int fd)
{
	char block[RAW_BLOCK];
	double t = now_ms();

	memset(block, 'x', sizeof(block));
	if (write(fd, block, sizeof(block)) != RAW_BLOCK || fdatasync(fd) != 0)
		exit(1);
	return now_ms() - t;
}

static double answer(struct store *s, struct casefile *cf, uint32_t *saved)
{
	struct err err;
	double t;

	add_answer(cf);
	t = now_ms();
	must(store_append(s, cf, *saved, saved, &err), &err);
	return now_ms() - t;
}

static void print_row(const char *name, const double *v, size_t n)
{
	printf("%-28s p50 %.3f  p90 %.3f  p99 %.3f ms\n", name, quantile(v, n, 0.5), quantile(v, n, 0.9),
	       quantile(v, n, 0.99));
}

static void bench_answers(const char *folder, size_t n)
{
	char *path = path_in(folder, "answers.db"), *raw_path = path_in(folder, "raw");
	double *raw = calloc(n, sizeof(*raw)), *ours = calloc(n, sizeof(*ours)),
	       *ratio = calloc(n, sizeof(*ratio));
	int fd = open(raw_path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	struct casefile cf;
	uint32_t saved = 0;
	struct store *s;
	struct err err;
	size_t tenth = n / 10;

	must(store_open(path, false, &s, &err), &err);
	casefile_init(&cf, NULL, "intune-scep-ndes", NULL, 1795000000000);
	must(store_begin(s, &cf, &err), &err);
	for (size_t i = 0; i < n; i++) {
		/* In turn first, so that neither always comes after the other. */
		if (i % 2 == 0)
			raw[i] = raw_append(fd);
		ours[i] = answer(s, &cf, &saved);
		if (i % 2 != 0)
			raw[i] = raw_append(fd);
		ratio[i] = ours[i] / raw[i];
		/* As the program does after each answer; nobody waits for it. */
		store_keep(s);
	}
	print_row("append + fdatasync, bare", raw, n);
	print_row("an answer", ours, n);
	printf("%-28s p50 %.3f (goal 1.15)   p99/p99 %.2f (goal 2)\n", "paired ratio",
	       quantile(ratio, n, 0.5), quantile(ours, n, 0.99) / quantile(raw, n, 0.99));
	printf("%-28s first tenth %.3f, last tenth %.3f\n", "paired ratio over time",
	       quantile(ratio, tenth, 0.5), quantile(ratio + n - tenth, tenth, 0.5));
	casefile_release(&cf);
	store_close(s);
	close(fd);
	unlink(raw_path);
	free(raw_path);
	free(path);
	free(raw);
	free(ours);
	free(ratio);
}

static int count_bytes(void *arg, const void *mem, size_t n)
{
	(void)mem;
	*(size_t *)arg += n;
	return 0;
}

static bool count_rows(void *arg, const struct case_row *row)
{
	(void)row;
	++*(size_t *)arg;
	return true;
}

static void print_took(const char *what, double since)
{
	printf("%-28s %8.1f ms\n", what, now_ms() - since);
}

static void bench_large(const char *folder)
{
	char *path = path_in(folder, "large.db");
	struct store_check c = {.fault = NULL};
	struct casefile cf, back;
	uint32_t saved = 0;
	size_t bytes = 0, rows = 0;
	struct store *s;
	struct stat st;
	struct err err;
	double t;

	must(store_open(path, false, &s, &err), &err);
	casefile_init(&cf, NULL, "intune-scep-ndes", NULL, 1795000000000);
	must(store_begin(s, &cf, &err), &err);
	for (size_t i = 0; i < CASE_MAX_RECORDS; i++) {
		if (i % (CASE_MAX_RECORDS / BIG_EVIDENCE) == 0)
			add_evidence(&cf);
		else
			add_answer(&cf);
	}
	t = now_ms();
	must(store_append(s, &cf, 0, &saved, &err), &err);
	printf("\nA case of %d records, %d of them evidence of 60 facts\n", CASE_MAX_RECORDS, BIG_EVIDENCE);
	print_took("saved at once", t);
	store_close(s);
	if (stat(path, &st) == 0)
		printf("%-28s %8.1f MB\n", "file", (double)st.st_size / 1e6);
	t = now_ms();
	must(store_open(path, false, &s, &err), &err);
	print_took("store opened", t);
	t = now_ms();
	must(store_list(s, NULL, count_rows, &rows, &err), &err);
	print_took("listed", t);
	t = now_ms();
	must(store_load(s, cf.id, &back, &err), &err);
	print_took("case loaded", t);
	t = now_ms();
	must(store_list(s, "mscep.dll stopped", count_rows, &rows, &err), &err);
	print_took("searched, making the index", t);
	t = now_ms();
	must(store_list(s, "mscep.dll stopped", count_rows, &rows, &err), &err);
	print_took("searched again", t);
	t = now_ms();
	must(store_export(s, cf.id, &c, count_bytes, &bytes, &err), &err);
	print_took("exported", t);
	t = now_ms();
	must(store_verify(s, NULL, &c, &err), &err);
	print_took("proved", t);
	casefile_release(&back);
	casefile_release(&cf);
	store_close(s);
	free(path);
}

int main(int argc, char **argv)
{
	size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : 2000;
	const char *tmp = argc > 2 ? argv[2] : getenv("TMPDIR");
	char *folder = path_in(tmp != NULL ? tmp : "/tmp", "casebook-bench-XXXXXX");

	if (n < 20 || n > CASE_MAX_RECORDS || mkdtemp(folder) == NULL) {
		fprintf(stderr, "usage: bench_store [20..%d [FOLDER]]\n", CASE_MAX_RECORDS);
		return 2;
	}
	printf("%zu answers in %s\n", n, folder);
	bench_answers(folder, n);
	bench_large(folder);
	for (int i = 0; i < 2; i++) {
		char *path = path_in(folder, i == 0 ? "answers.db" : "large.db");

		unlink(path);
		free(path);
	}
	if (rmdir(folder) != 0)
		fprintf(stderr, "%s: something is left there\n", folder);
	free(folder);
	return 0;
}
