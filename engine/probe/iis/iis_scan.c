/*
 * A plain log at the speed of the disk: windows of the file, each read by several
 * threads in aligned pieces; a thread that is done takes half of what another has
 * left.  Each part has tables of its own, added up in the order of the file.  Comes
 * to the same tally as iis_read().
 */
#include "iis_tally.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <casebook/clock.h>
#include <casebook/xalloc.h>

#include "iis_block.h"

#define BLOCK (1u << 18)
#define PAGE 4096u
#define LONG (2 * FILE_LINE_MAX) /* so far a newline is looked for */
#define AFTER 128u               /* readable bytes behind a block */
#define WINDOW_LEAST (32u << 20)
#define WINDOW_MOST (512u << 20)
#define PART_LEAST (4u << 20) /* below that a thread costs more than it saves */
#define MAX_THREADS 8u
#define MAX_PARTS (MAX_THREADS + MAX_THREADS / 2)

/* ---- a part of the file ---- */

struct part {
	uint64_t from, to; /* whole lines */
	uint64_t ahead;    /* how far it has been read; what comes after may be taken from it */
	bool inside;       /* but for the first: it begins within one that is too long to be kept */
	struct iis_state begin, end;
	struct iis_tally *t;
	struct err err;
	struct part *next; /* in the file */
};

/* What a thread works with. */
struct worker {
	struct crew *crew;
	struct part *part; /* the first of a window */
	struct iis_marks *marks;
	char *mem; /* FILE_LINE_MAX for the unfinished line, a block, AFTER */
};

/* The threads that read one window together. */
struct crew {
	struct iis_scan *s;
	iis_block_fn *scan;
	size_t block, least;          /* bytes: of a reading, of a part */
	struct iis_state top;         /* of the file: better than nothing for the first window */
	struct part parts[MAX_PARTS]; /* the first for the first thread; each has a tally of its own */
	unsigned nparts, used;
	struct worker workers[MAX_THREADS];
	pthread_mutex_t lock; /* of the parts' from, to, ahead and next */
};

static char *block_of(const struct worker *w)
{
	return w->mem + FILE_LINE_MAX;
}

/* How many bytes to read at `at`; from now on they are this part's. */
static size_t claim(struct crew *c, struct part *p, uint64_t at)
{
	size_t want;

	pthread_mutex_lock(&c->lock);
	want = at >= p->to ? 0 : p->to - at < c->block ? (size_t)(p->to - at) : c->block;
	p->ahead = at + want;
	pthread_mutex_unlock(&c->lock);
	return want;
}

/* The rest of a block after its last newline: to be carried, or a line that is too long. */
static size_t carry_over(struct worker *w, struct iis_block *l, const char *line, const char *end,
                         bool *dropping)
{
	size_t n;

	while (line < end && *line == '\0')
		line++;
	n = (size_t)(end - line);
	if (n > FILE_LINE_MAX) {
		iis_block_judge(l, line, end);
		*dropping = true;
		return 0;
	}
	memmove(block_of(w) - n, line, n);
	return n;
}

static void scan_part(struct worker *w, struct part *p)
{
	struct iis_block l = {.t = p->t, .state = &p->end, .base = block_of(w)};
	uint64_t at = w->crew->block < PAGE ? p->from : p->from & ~(uint64_t)(PAGE - 1);
	size_t carried = 0, skip = (size_t)(p->from - at), want;
	bool dropping = p->inside;

	p->end = p->begin;
	iis_block_layout(&l);
	while ((want = claim(w->crew, p, at)) > 0) {
		ssize_t got = file_read_at(w->crew->s->fd, block_of(w), want, at, &p->err);
		const char *from = block_of(w) + skip - carried, *end;

		if (got <= (ssize_t)skip)
			break;
		end = block_of(w) + got;
		l.base_offset = at;
		if (dropping) {
			const char *nl = memchr(from, '\n', (size_t)(end - from));

			dropping = !nl;
			from = nl ? nl + 1 : end;
		}
		if (!dropping)
			from = w->crew->scan(&l, w->marks, from, end);
		carried = carry_over(w, &l, from, end, &dropping);
		at += (uint64_t)got;
		skip = 0;
	}
	if (carried) {
		l.base_offset = at;
		iis_block_judge(&l, block_of(w) - carried, block_of(w));
	}
	iis_clock_end(&p->t->clock);
	iis_tally_settle(p->t);
}

/* ---- windows ---- */

/* Where the first line at or after `at` begins; `size` when none does.  Of a line that is too long to be kept
 * the end is not looked for: the place is then within it, and *inside is set unless there are only zeros, as
 * a server that was cut off leaves them. */
static uint64_t line_start(int fd, uint64_t at, uint64_t size, bool *inside)
{
	char piece[PAGE];
	uint64_t most = at + LONG;
	bool zeros = true;

	*inside = false;
	if (at == 0 || at >= size)
		return at >= size ? size : 0;
	for (at--; at < size && at < most;) {
		ssize_t got = pread(fd, piece, sizeof(piece), (off_t)at);
		const char *nl;

		if (got <= 0)
			return size;
		nl = memchr(piece, '\n', (size_t)got);
		if (nl)
			return at + (uint64_t)(nl - piece) + 1;
		zeros = zeros && piece[got - 1] == '\0' && !memcmp(piece, piece + 1, (size_t)got - 1);
		at += (uint64_t)got;
	}
	*inside = !zeros && at < size;
	return at < size ? at : size;
}

static bool same_begin(const struct iis_state *a, const struct iis_state *b)
{
	return iis_layout_equal(&a->layout, &b->layout) && a->advanced == b->advanced &&
	       (a->layout.col[COL_DATE] >= 0 || strcmp(a->date, b->date) == 0);
}

/* The latter half of what is left of a part, where a line begins; NULL when that is not worth a tally. */
static struct part *half_of(struct crew *c, struct part *p)
{
	uint64_t left = p->to - p->ahead, at;
	struct part *half;
	bool inside;

	if (c->used == c->nparts || left / 2 < c->least)
		return NULL;
	at = line_start(c->s->fd, p->ahead + left / 2, c->s->size, &inside);
	if (at >= p->to)
		return NULL;
	half = &c->parts[c->used++];
	half->from = half->ahead = at;
	half->to = p->to;
	half->inside = inside;
	half->begin = p->begin.layout.n ? p->begin : c->top;
	half->next = p->next;
	iis_tally_reset(half->t, true);
	p->to = at;
	p->next = half;
	return half;
}

/* Something for a thread that has nothing to do: half of what another has most left of. */
static struct part *take(struct crew *c)
{
	struct part *most = &c->parts[0], *half;

	pthread_mutex_lock(&c->lock);
	for (struct part *p = most->next; p; p = p->next)
		if (p->to - p->ahead > most->to - most->ahead)
			most = p;
	half = half_of(c, most);
	pthread_mutex_unlock(&c->lock);
	return half;
}

static void *work(void *arg)
{
	struct worker *w = arg;

	for (struct part *p = w->part; p; p = take(w->crew))
		scan_part(w, p);
	return NULL;
}

/* The parts that each begins with are dealt out before, so that tests can say where they end. */
static void run_crew(struct crew *c)
{
	pthread_t ids[MAX_THREADS];
	unsigned n = 1;

	c->workers[0].part = &c->parts[0];
	for (unsigned i = 1; i < c->s->threads; i++)
		c->workers[i].part = take(c);
	while (n < c->s->threads && c->workers[n].part &&
	       !pthread_create(&ids[n], NULL, work, &c->workers[n]))
		n++;
	work(&c->workers[0]);
	/* Of threads that could not be had. */
	for (unsigned i = n; i < c->s->threads; i++)
		if (c->workers[i].part)
			scan_part(&c->workers[0], c->workers[i].part);
	while (--n > 0)
		pthread_join(ids[n], NULL);
}

/* Adds what the parts found.  A part that began under the wrong #Fields, or cannot be added exactly, is read
 * again as what it is: the next lines of the same tally. */
static int add_parts(struct crew *c, struct iis_state *state, struct err *err)
{
	struct iis_tally *t = c->parts[0].t;

	for (struct part *p = &c->parts[0], *before = NULL; p; before = p, p = p->next) {
		if (before && (!same_begin(&p->begin, &before->end) || !iis_tally_fits(t, p->t))) {
			struct part again = {.from = p->from,
			                     .to = p->to,
			                     .inside = p->inside,
			                     .begin = before->end,
			                     .t = t};

			scan_part(&c->workers[0], &again);
			p->end = again.end;
			p->err = again.err;
		} else if (before) {
			iis_tally_add(t, p->t);
		}
		if (p->err.code) {
			if (err)
				*err = p->err;
			return -1;
		}
		*state = p->end;
	}
	return 0;
}

static int scan_window(struct crew *c, uint64_t from, uint64_t to, bool inside, struct iis_state *state,
                       struct err *err)
{
	struct part *p = &c->parts[0];

	p->from = p->ahead = from;
	p->to = to;
	p->inside = inside;
	p->begin = *state;
	p->next = NULL;
	c->used = 1;
	run_crew(c);
	return add_parts(c, state, err);
}

static int scan_windows(struct crew *c, uint64_t from, struct iis_state *state, struct err *err)
{
	const struct iis_scan *s = c->s;
	uint64_t at = from, window = s->window ? s->window : WINDOW_LEAST;
	bool inside = false, next_inside = false;

	while (at < s->size) {
		int64_t began = clock_monotonic_ms(), took;
		uint64_t to = s->size;

		if (at + window < s->size)
			to = line_start(s->fd, at + window, s->size, &next_inside);
		if (scan_window(c, at, to, inside, state, err))
			return -1;
		inside = next_inside;
		at = to;
		if (s->each && !s->each(s->arg, at))
			break;
		took = clock_monotonic_ms() - began;
		/* Each window's end is waited for by all threads: few of them, but one in a sixth of a
		 * second. */
		if (!s->window && window < WINDOW_MOST && took < 150)
			window *= took < 40 ? 4 : 2;
	}
	return 0;
}

static uint64_t after_bom(int fd)
{
	char bom[3];

	return pread(fd, bom, 3, 0) == 3 && memcmp(bom, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

/* The header lines at the top, so that no part of the first window begins without them. */
static void read_top(int fd, uint64_t from, struct iis_state *state)
{
	char top[PAGE];
	ssize_t n = pread(fd, top, sizeof(top), (off_t)from);
	const char *p = top, *end = n > 0 ? top + n : top, *nl;

	while (p < end && (*p == '#' || *p == '\r' || *p == '\n') &&
	       (nl = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		iis_header(state, p, (size_t)(nl - p) - (nl > p && nl[-1] == '\r'));
		p = nl + 1;
	}
}

static void crew_make(struct crew *c, struct iis_scan *s, struct iis_tally *t)
{
	memset(c, 0, sizeof(*c));
	memset(c->top.layout.col, -1, sizeof(c->top.layout.col));
	if (s->threads < 1)
		s->threads = 1;
	if (s->threads > MAX_THREADS)
		s->threads = MAX_THREADS;
	c->s = s;
	c->scan = iis_block_for(s->isa);
	c->block = s->block ? s->block : BLOCK;
	c->least = s->window ? 1 : PART_LEAST;
	c->nparts = s->threads + s->threads / 2;
	pthread_mutex_init(&c->lock, NULL);
	for (unsigned i = 0; i < c->nparts; i++) {
		c->parts[i].t = i ? iis_tally_new(t->attempt_s) : t;
		c->parts[i].t->file = t->file;
	}
	for (unsigned i = 0; i < s->threads; i++) {
		void *mem = NULL;

		if (posix_memalign(&mem, PAGE, FILE_LINE_MAX + c->block + AFTER))
			die_oom();
		memset((char *)mem + FILE_LINE_MAX + c->block, 0, AFTER);
		c->workers[i] = (struct worker){.crew = c, .marks = iis_marks_new(), .mem = mem};
	}
}

static void crew_free(struct crew *c)
{
	for (unsigned i = 0; i < c->s->threads; i++) {
		free(c->workers[i].mem);
		free(c->workers[i].marks);
	}
	for (unsigned i = 1; i < c->nparts; i++)
		iis_tally_free(c->parts[i].t);
	pthread_mutex_destroy(&c->lock);
}

int iis_scan(struct iis_scan *s, struct iis_state *state, struct iis_tally *t, struct err *err)
{
	struct crew c;
	uint64_t from = after_bom(s->fd);
	int rc;

	crew_make(&c, s, t);
	(void)posix_fadvise(s->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	read_top(s->fd, from, &c.top);
	rc = scan_windows(&c, from, state, err);
	crew_free(&c);
	return rc;
}
