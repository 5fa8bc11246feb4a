/* Slices of a line.  Knows no format. */
#include "slice.h"

#include <string.h>
#include <strings.h>

struct slice slice_of(const char *p, size_t n)
{
	return (struct slice){p, n};
}

struct slice slice_trim(struct slice w)
{
	while (w.n != 0 && (*w.p == ' ' || *w.p == '\t')) {
		w.p++;
		w.n--;
	}
	while (w.n != 0 && (w.p[w.n - 1] == ' ' || w.p[w.n - 1] == '\t'))
		w.n--;
	return w;
}

struct slice slice_cut(struct slice *w, char c)
{
	const char *at = w->n != 0 ? memchr(w->p, c, w->n) : NULL;
	struct slice head = *w;

	if (at == NULL) {
		w->p += w->n;
		w->n = 0;
		return head;
	}
	head.n = (size_t)(at - w->p);
	w->n -= head.n + 1;
	w->p = at + 1;
	return head;
}

struct slice slice_cell(struct slice *w, char delimiter)
{
	bool quoted = w->n != 0 && w->p[0] == '"', inside = false;
	struct slice cell;
	size_t n = 0;

	for (; n < w->n && (inside || w->p[n] != delimiter); n++)
		inside ^= w->p[n] == '"';
	cell = slice_of(w->p, n);
	*w = n < w->n ? slice_of(w->p + n + 1, w->n - n - 1) : slice_of(w->p + n, 0);
	if (quoted)
		cell = slice_of(cell.p + 1,
		                cell.n >= 2 && cell.p[cell.n - 1] == '"' ? cell.n - 2 : cell.n - 1);
	return cell;
}

struct slice slice_next(struct slice *w)
{
	struct slice word;

	*w = slice_trim(*w);
	word = *w;
	for (word.n = 0; word.n < w->n && w->p[word.n] != ' ' && w->p[word.n] != '\t';)
		word.n++;
	w->p += word.n;
	w->n -= word.n;
	return word;
}

bool slice_are(struct slice w, const char *s)
{
	return w.n == strlen(s) && strncasecmp(w.p, s, w.n) == 0;
}

bool slice_begin(struct slice w, const char *s)
{
	size_t n = strlen(s);

	return w.n >= n && strncasecmp(w.p, s, n) == 0;
}

bool slice_end(struct slice w, const char *s)
{
	size_t n = strlen(s);

	return w.n >= n && strncasecmp(w.p + w.n - n, s, n) == 0;
}

static const char *find(struct slice w, const char *s)
{
	size_t n = strlen(s);

	for (size_t i = 0; i + n <= w.n; i++)
		if (strncasecmp(w.p + i, s, n) == 0)
			return w.p + i;
	return NULL;
}

bool slice_have(struct slice w, const char *s)
{
	return find(w, s) != NULL;
}

struct slice slice_after(struct slice w, const char *s)
{
	const char *at = find(w, s);

	if (at == NULL)
		return slice_of(w.p + w.n, 0);
	at += strlen(s);
	return slice_trim(slice_of(at, (size_t)(w.p + w.n - at)));
}

void slice_copy(char *to, size_t size, struct slice w)
{
	size_t n = w.n < size ? w.n : size - 1;

	if (n != 0)
		memcpy(to, w.p, n);
	to[n] = '\0';
}

bool slice_int(struct slice w, int64_t *out)
{
	bool minus = w.n != 0 && *w.p == '-';
	size_t i = minus ? 1 : 0, from = i;
	int64_t v = 0;

	for (; i < w.n && w.p[i] >= '0' && w.p[i] <= '9'; i++) {
		if (v > (INT64_MAX - 9) / 10)
			return false;
		v = v * 10 + (w.p[i] - '0');
	}
	*out = minus ? -v : v;
	return i > from;
}
