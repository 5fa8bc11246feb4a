/* A pasted text line by line.  Reads nothing: lines come from whoever asks. */
#include "plain_paste.h"

#include <stdio.h>
#include <string.h>

#include <casebook/clock.h>
#include <casebook/paste.h>

bool plain_paste_is(const char *line)
{
	return strcmp(line, "paste") == 0;
}

void plain_paste_begin(struct plain_paste *p, const char *field)
{
	if (!p->open)
		buf_init(&p->text, PASTE_MAX + 2);
	p->open = true;
	snprintf(p->field, sizeof(p->field), "%s", field != NULL ? field : "");
}

bool plain_paste_line(struct plain_paste *p, const char *line)
{
	if (strcmp(line, ".") == 0)
		return true;
	buf_str(&p->text, line);
	buf_char(&p->text, '\n');
	return false;
}

/* What the checks could not use, for the sentence at the end. */
static struct buf *unused;
static void not_used(const char *text)
{
	buf_fmt(unused, "%s\n", text);
}

void plain_paste_end(struct plain_paste *p, struct drive *d, const char *db, struct buf *out)
{
	struct arena *mem = arena_new();
	struct secret_count masked = {0, NULL};
	const char *path;
	struct err err;

	path = p->text.over
	               ? paste_keep(mem, db, clock_now_ms(), "", PASTE_MAX + 1u, &masked, &err)
	               : paste_keep(mem, db, clock_now_ms(), buf_cstr(&p->text), p->text.n, &masked, &err);
	if (path == NULL)
		buf_fmt(out, "Not kept: %s", err.msg);
	else
		buf_fmt(out, "Kept as %s\n", path);
	if (masked.n != 0)
		buf_fmt(out, "What looks like %s is kept as xxx in it.\n", masked.what);
	if (path != NULL && p->field[0] != '\0') {
		drive_send(d,
		           (struct intent){.kind = IN_SET, .key = p->field, .text = path, .by = BY_PERSON});
	} else if (path != NULL) {
		unused = out;
		drive_files(d, &path, 1, not_used);
		unused = NULL;
	}
	buf_release(&p->text);
	*p = (struct plain_paste){.open = false};
	arena_free(mem);
}
