/* Which cases were given an input: "seen before" asks for the server. Looks in the index of words, not in
 * every log. */
#include "store_int.h"

#include <stdio.h>
#include <stdlib.h>

int store_given(struct store *s, const struct store_given *ask,
                bool (*each)(void *arg, const struct case_row *row), void *arg, struct err *err)
{
	int64_t *among = NULL;
	struct buf phrase;
	size_t n = 0;
	int rc;

	/* One word without blanks is looked for as a phrase: the key, and what its value begins with behind
	 * it. */
	buf_init(&phrase, 2 * CASE_MAX_TEXT);
	buf_fmt(&phrase, "%s=%s", ask->key, ask->begins);
	rc = search_cases(s, buf_cstr(&phrase), &among, &n, err);
	buf_release(&phrase);
	for (size_t i = n, left = ask->most; rc == 0 && i > 0 && left > 0; i--) {
		char ref[24];
		bool more;

		snprintf(ref, sizeof(ref), "%lld", (long long)among[i - 1]);
		{
			AUTO_STMT q = case_find(s, ref, err);
			struct case_row row;

			if (q == NULL) { /* deleted since */
				rc = err != NULL && err->code == FAIL_NOT_FOUND ? 0 : -1;
				continue;
			}
			case_row_fill(q, &row);
			more = each(arg, &row);
		}
		left = more ? left - 1 : 0;
	}
	free(among);
	return rc;
}
