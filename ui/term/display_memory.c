/* A display without a terminal: keys from a script, the last frame kept.  For tests. */
#include "display.h"

#include <stdlib.h>
#include <string.h>

static int mem_open(void *self, struct err *err)
{
	struct display_memory *m = self;

	(void)err;
	m->open = true;
	return 0;
}

static void mem_close(void *self)
{
	struct display_memory *m = self;

	m->open = false;
}

static void mem_extent(void *self, int *rows, int *cols)
{
	const struct display_memory *m = self;

	*rows = m->rows;
	*cols = m->cols;
}

static void mem_present(void *self, const struct frame *f)
{
	struct display_memory *m = self;

	frame_copy(&m->last, f);
	m->presented++;
}

static bool mem_next_key(void *self, struct key *out)
{
	struct display_memory *m = self;
	const char *word = m->script != NULL ? *m->script : NULL;

	if (word == NULL)
		return false;
	m->script++;
	if (strncmp(word, "size:", 5) == 0) {
		char *x;

		m->cols = (int)strtol(word + 5, &x, 10);
		m->rows = (int)strtol(x + 1, NULL, 10);
		*out = (struct key){K_RESIZE, 0, false};
		return true;
	}
	return key_parse(word, out);
}

static int mem_fd(void *self)
{
	(void)self;
	return -1;
}

static void mem_nothing(void *self)
{
	(void)self;
}

struct display display_memory(struct display_memory *m)
{
	static const struct display_ops ops = {
	        .open = mem_open,
	        .close = mem_close,
	        .extent = mem_extent,
	        .present = mem_present,
	        .next_key = mem_next_key,
	        .fd = mem_fd,
	        .resized = mem_nothing,
	        .suspend = mem_nothing,
	        .resume = mem_nothing,
	        .redraw = mem_nothing,
	};

	return (struct display){&ops, m};
}
