/*
 * Finds where an entry ends by counting braces outside of strings; cJSON reads it.  A line that begins an
 * entry while another is open ends that one: damage costs one entry, not the rest.
 */
#include "dev_json.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/json.h>
#include <casebook/xalloc.h>

#include "file_json.h"
#include "file_kind.h"

struct dev_json {
	struct file_text *text;
	const char *at, *end; /* what is left of the physical line */
	uint64_t number, offset;
	const char *line;
	struct buf entry, out;
	uint64_t entry_number, entry_offset;
	struct json_braces braces;
	uint64_t bad, first_bad;
	struct arena *mem;
};

bool dev_json_is(const struct sample *s)
{
	const char *p = s->text;

	if (p == NULL)
		return false;
	p += strspn(p, "\xEF\xBB\xBF \t\r\n");
	if (strncmp(p, "Filtering the log data", 22) == 0) /* what `log` says of its predicate, first */
		p += strcspn(p, "\n");
	p += strspn(p, " \t\r\n[");
	return *p == '{' && mem_find(s->text, s->text_n, "\"eventMessage\"", 14) &&
	       mem_find(s->text, s->text_n, "\"timestamp\"", 11);
}

struct dev_json *dev_json_over(struct file_text *text)
{
	struct dev_json *j = xcalloc(1, sizeof(*j));

	j->text = text;
	j->mem = arena_new();
	buf_init(&j->entry, FILE_LINE_MAX);
	buf_init(&j->out, FILE_LINE_MAX);
	return j;
}

void dev_json_free(struct dev_json *j)
{
	if (j == NULL)
		return;
	buf_release(&j->entry);
	buf_release(&j->out);
	arena_free(j->mem);
	free(j);
}

static void spoilt(struct dev_json *j)
{
	if (j->bad++ == 0)
		j->first_bad = j->entry_number;
	j->braces = (struct json_braces){.depth = 0};
}

/* Takes bytes of the line until an entry is complete; false when the line is used up. */
static bool take(struct dev_json *j)
{
	for (; j->at < j->end; j->at++) {
		char c = *j->at;

		if (j->braces.depth == 0 && c != '{')
			continue;
		if (j->braces.depth == 0) {
			buf_clear(&j->entry);
			j->entry_number = j->number;
			j->entry_offset = j->offset + (uint64_t)(j->at - j->line);
		}
		buf_char(&j->entry, c);
		if (json_braces_end(&j->braces, c)) {
			j->at++;
			return true;
		}
	}
	return false;
}

/* "{" or "},{" at the front: both styles begin an entry so, and nothing within one. */
static bool begins_entry(const struct file_line *l)
{
	return l->n != 0 && (l->p[0] == '{' || (l->n >= 3 && memcmp(l->p, "},{", 3) == 0));
}

static int next_line(struct dev_json *j, struct err *err)
{
	struct file_line l;
	int rc = file_text_next(j->text, &l, err);

	if (rc <= 0)
		return rc;
	if (j->braces.in_string || j->entry.over) /* no string goes over a line's end */
		spoilt(j);
	if (j->braces.depth > (l.n != 0 && l.p[0] == '}' ? 1u : 0u) && begins_entry(&l))
		spoilt(j);
	j->line = j->at = l.p;
	j->end = l.p + l.n;
	j->number = l.number;
	j->offset = l.offset;
	return 1;
}

static const char *base_name(const char *path)
{
	const char *slash = path != NULL ? strrchr(path, '/') : NULL;

	return slash != NULL ? slash + 1 : path != NULL ? path : "?";
}

enum { K_MESSAGE, K_TIME, K_PROCESS, K_PID, K_KIND, K__MAX };

/* The entry as a line; false when it holds no message. */
static bool as_line(struct dev_json *j)
{
	static const char *const keys[K__MAX + 1] = {"eventMessage", "timestamp",   "processImagePath",
	                                             "processID",    "messageType", NULL};
	const char *v[K__MAX] = {NULL};
	char *message;

	arena_reset(j->mem);
	if (j->entry.over || json_pick(j->mem, buf_cstr(&j->entry), j->entry.n, keys, v, NULL) != 0) {
		spoilt(j);
		return false;
	}
	if (v[K_MESSAGE] == NULL || v[K_TIME] == NULL)
		return false; /* the count at the end, or an entry without words */
	message = arena_strdup(j->mem, v[K_MESSAGE]);
	for (char *p = message; *p != '\0'; p++)
		if (*p == '\n' || *p == '\r')
			*p = ' ';
	buf_clear(&j->out);
	buf_fmt(&j->out, "%s %s %s", v[K_TIME], v[K_KIND] != NULL ? v[K_KIND] : "Default",
	        base_name(v[K_PROCESS]));
	if (v[K_PID] != NULL)
		buf_fmt(&j->out, "[%s]", v[K_PID]);
	buf_char(&j->out, ' ');
	buf_str(&j->out, message);
	return true;
}

static int at_end(struct dev_json *j, struct err *err)
{
	if (j->braces.depth != 0)
		spoilt(j);
	if (j->bad == 0)
		return 0;
	return err_set(
	        err, FAIL_FORMAT, 0,
	        "line %llu begins an entry that is not JSON (%llu in all); the other entries were read",
	        (unsigned long long)j->first_bad, (unsigned long long)j->bad);
}

int dev_json_next(struct dev_json *j, struct file_line *line, struct err *err)
{
	for (;;) {
		int rc;

		while (take(j)) {
			if (!as_line(j))
				continue;
			*line = (struct file_line){.p = buf_cstr(&j->out),
			                           .n = j->out.n,
			                           .number = j->entry_number,
			                           .offset = j->entry_offset};
			return 1;
		}
		rc = next_line(j, err);
		if (rc <= 0)
			return rc < 0 ? -1 : at_end(j, err);
	}
}
