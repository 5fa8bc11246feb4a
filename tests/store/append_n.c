/* append_n FILE N: begins a case in FILE and saves N answers, one by one.  For sync_count.sh. */
#include <stdio.h>
#include <stdlib.h>

#include <casebook/store.h>

static int fails(const struct err *err)
{
	fprintf(stderr, "%s\n", err->msg);
	return 1;
}

int main(int argc, char **argv)
{
	long n = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
	struct casefile cf;
	uint32_t saved = 0;
	struct store *s;
	struct err err;

	if (n < 1 || n > CASE_MAX_RECORDS)
		return 2;
	if (store_open(argv[1], false, &s, &err) != 0)
		return fails(&err);
	casefile_init(&cf, NULL, "intune-scep-ndes", NULL, 1795000000000);
	if (store_begin(s, &cf, &err) != 0)
		return fails(&err);
	for (long i = 0; i < n; i++) {
		const struct record r = {.kind = REC_ANSWER,
		                         .at_ms = 1795000000000 + i,
		                         .u.answer = {"server-url", "refused", BY_PERSON, NULL, 0}};

		if (casefile_append(&cf, &r, &err) == NULL || store_append(s, &cf, saved, &saved, &err) != 0)
			return fails(&err);
	}
	casefile_release(&cf);
	store_close(s);
	return 0;
}
