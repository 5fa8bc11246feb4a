/* How far two names are from each other. */
#include <casebook/nearest.h>

#include <string.h>

#define LONGEST 40
#define FAR 4

static size_t distance(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b);
	size_t d[3][LONGEST + 1];

	if (la > LONGEST || lb > LONGEST)
		return LONGEST;
	for (size_t j = 0; j <= lb; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t *row = d[i % 3], *above = d[(i + 2) % 3], *two = d[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			size_t best = above[j - 1] + (a[i - 1] != b[j - 1]);

			if (above[j] + 1 < best)
				best = above[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    two[j - 2] + 1 < best)
				best = two[j - 2] + 1;
			row[j] = best;
		}
	}
	return d[la % 3][lb];
}

void nearest_try(struct nearest *s, const char *candidate)
{
	size_t d = distance(s->word, candidate);

	if (s->best == NULL || d < s->distance) {
		s->best = candidate;
		s->distance = d;
	}
}

const char *nearest_found(const struct nearest *s)
{
	return s->best != NULL && s->distance < FAR && s->distance * 2 < strlen(s->word) ? s->best : NULL;
}
