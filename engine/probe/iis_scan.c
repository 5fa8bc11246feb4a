/*
 * A plain log at the speed of the disk: windows of the file, each read by several
 * threads in aligned pieces, each thread with tables of its own, added up in the
 * order of the file.  Comes to the same tally as iis_read().
 *
 * The word of interest is looked for as ".d" of mscep.dll and "_P" of NDES_Plugin:
 * neither occurs in base64, so the long queries of PKIOperation give no false alarms.
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

#define BLOCK (1u << 18)
#define PAGE 4096u
#define LONG (2 * FILE_LINE_MAX) /* so far a newline is looked for */
#define AFTER 128u               /* readable bytes behind a block */
#define WINDOW_LEAST (32u << 20)
#define WINDOW_MOST (512u << 20)
#define PART_LEAST (1u << 20) /* below that a thread costs more than it saves */
#define MAX_THREADS 8u

/* What the inner loop works on. */
struct lines {
	struct iis_tally *t;
	struct iis_state *state;
	struct iis_slice columns[IIS_MAX_COLS];
	unsigned blanks;  /* runs of blanks in a good line; UINT32_MAX: each line is judged exactly */
	const char *base; /* of the block, and its place in the file */
	uint64_t base_offset;
};

static void set_layout(struct lines *l)
{
	const struct iis_layout *y = &l->state->layout;

	l->blanks = y->n && !y->quoted && !y->tabs && iis_begins_with_time(y) ? y->n - 1u : UINT32_MAX;
}

/* The line ends before `end`; its newline is not part of it. */
static void judge(struct lines *l, const char *line, const char *end)
{
	struct file_line f;

	while (line < end && *line == '\0')
		line++;
	f.cut = (size_t)(end - line) > FILE_LINE_MAX;
	f.p = line;
	f.n = f.cut ? FILE_LINE_MAX : (size_t)(end - line);
	if (f.n && f.p[f.n - 1] == '\r')
		f.n--;
	f.number = ++l->t->physical;
	f.offset = l->base_offset + (uint64_t)(line - l->base);
	iis_line(l->t, l->state, &f);
	if (f.n && f.p[0] == '#')
		set_layout(l);
}

/* What iis_clock_line() does with nearly all lines. */
static inline bool same_minute(struct iis_clock *c, const char *line)
{
	if (memcmp(line, c->now, 16) != 0 || line[16] != ':' || (unsigned)(line[17] - '0') > 5 ||
	    (unsigned)(line[18] - '0') > 9)
		return false;
	memcpy(c->now + 17, line + 17, 2); /* not a byte of those that the next line is compared with */
	return true;
}

/* Begins with a digit and has as many columns as #Fields says. */
static inline bool is_whole(const struct lines *l, const char *line, const char *end, unsigned blanks)
{
	return blanks == l->blanks && end - line >= 20 && (size_t)(end - line) <= FILE_LINE_MAX &&
	       (unsigned)(line[0] - '0') <= 9 && end[-1] != ' ' && (end[-1] != '\r' || end[-2] != ' ');
}

/* A good line of another URL, as nearly all are; counted here when it is one. */
static inline bool is_plain(struct lines *l, const char *line, const char *end, unsigned blanks)
{
	if (!is_whole(l, line, end, blanks))
		return false;
	if (!same_minute(&l->t->clock, line) && !iis_clock_line(&l->t->clock, line))
		return false;
	l->t->lines++;
	l->t->physical++;
	return true;
}

/* A whole line whose columns are known. */
static void judge_columns(struct lines *l, const char *line, const char *end)
{
	struct file_line f = {.p = line, .n = (size_t)(end - line)};

	f.n -= end[-1] == '\r';
	f.number = ++l->t->physical;
	f.offset = l->base_offset + (uint64_t)(line - l->base);
	iis_record(l->t, l->state, &f, l->columns, l->blanks + 1);
}

/* ---- first pass: where lines end, blanks begin, and words of interest are ---- */

#define SEGMENT 16384u /* its marks fit the first-level cache */
#define AHEAD 2048u    /* bytes: the processor's own prefetch stops at each page */

struct marks {
	uint32_t nends, nhits, total; /* total: blanks in all */
	uint64_t was_blank;           /* the byte before was one */
	const char *begin;            /* of the block: what may be looked at before a place */
	const char *end;
	uint32_t ends[SEGMENT + 1], hits[SEGMENT / 4]; /* offsets in the segment */
	uint64_t starts[SEGMENT / 64];
	uint32_t blanks[SEGMENT / 64]; /* before each chunk */
	uint64_t maybe[SEGMENT / 64];  /* of the chunks that have any; looked into after the pass */
	uint16_t chunk[SEGMENT / 64];
};

/* Which of the places really are "mscep.dll" in any case, or "NDES_Plugin". */
static void verify(struct marks *m, uint64_t maybe, const char *q, const char *p)
{
	for (; maybe; maybe &= maybe - 1) {
		const char *at = q + __builtin_ctzll(maybe);

		if ((*at == '.' && at - m->begin >= 5 && m->end - at >= 4 && iis_is_mscep(at)) ||
		    (*at == '_' && at - m->begin >= 4 && m->end - at >= 7 &&
		     memcmp(at - 4, "NDES_Plugin", 11) == 0))
			m->hits[m->nhits++] = (uint32_t)(at - p);
	}
}

#include "iis_masks.h"

typedef const char *scan_fn(struct lines *l, struct marks *m, const char *p, const char *end);

bool iis_isa_has(int isa)
{
#if defined(__x86_64__)
	return isa == 0 ||
	       (isa == 1 && __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt")) ||
	       (isa == 2 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2")) ||
	       (isa == 3 && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("bmi2"));
#else
	return isa == 0;
#endif
}

static scan_fn *scan_for(int isa)
{
	if (isa < 0)
		for (isa = IIS_ISAS - 1; !iis_isa_has(isa);)
			isa--;
#if defined(__x86_64__)
	return isa == 3 ? scan_avx512 : isa == 2 ? scan_avx2 : isa == 1 ? scan_sse4 : scan_portable;
#else
	return scan_portable;
#endif
}

/* ---- a part of the file ---- */

struct part {
	int fd;
	scan_fn *scan;
	struct marks *marks;
	uint64_t from, to; /* whole lines */
	bool inside;       /* but for the first: it begins within one that is too long to be kept */
	struct iis_state begin, end;
	const struct iis_state *top; /* of the file: better than nothing for the first window */
	struct iis_tally *t;
	char *mem; /* FILE_LINE_MAX for the unfinished line, BLOCK, AFTER */
	struct err err;
};

static char *block_of(const struct part *p)
{
	return p->mem + FILE_LINE_MAX;
}

static ssize_t read_block(struct part *p, uint64_t at, uint64_t want)
{
	size_t have = 0;

	if (want > BLOCK)
		want = BLOCK;
	while (have < want) {
		ssize_t got = pread(p->fd, block_of(p) + have, want - have, (off_t)(at + have));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_set(&p->err, FAIL_IO, errno, "the log cannot be read at byte %llu: %s",
			               (unsigned long long)at + have, strerror(errno));
		if (got == 0)
			break; /* it was cut while it was read */
		have += (size_t)got;
	}
	return (ssize_t)have;
}

/* The rest of a block after its last newline: to be carried, or a line that is too long. */
static size_t carry_over(struct part *p, struct lines *l, const char *line, const char *end, bool *dropping)
{
	size_t n;

	while (line < end && *line == '\0')
		line++;
	n = (size_t)(end - line);
	if (n > FILE_LINE_MAX) {
		judge(l, line, end);
		*dropping = true;
		return 0;
	}
	memmove(block_of(p) - n, line, n);
	return n;
}

static void scan_part(struct part *p)
{
	struct lines l = {.t = p->t, .state = &p->end, .base = block_of(p)};
	uint64_t at = p->from & ~(uint64_t)(PAGE - 1);
	size_t carried = 0, skip = (size_t)(p->from - at);
	bool dropping = p->inside;

	p->end = p->begin;
	set_layout(&l);
	while (at < p->to) {
		ssize_t got = read_block(p, at, p->to - at);
		const char *from = block_of(p) + skip - carried, *end;

		if (got <= (ssize_t)skip)
			break;
		end = block_of(p) + got;
		l.base_offset = at;
		if (dropping) {
			const char *nl = memchr(from, '\n', (size_t)(end - from));

			dropping = !nl;
			from = nl ? nl + 1 : end;
		}
		if (!dropping)
			from = p->scan(&l, p->marks, from, end);
		carried = carry_over(p, &l, from, end, &dropping);
		at += (uint64_t)got;
		skip = 0;
	}
	if (carried) {
		l.base_offset = at;
		judge(&l, block_of(p) - carried, block_of(p));
	}
	iis_clock_end(&p->t->clock);
	iis_tally_settle(p->t);
}

static void *scan_thread(void *arg)
{
	scan_part(arg);
	return NULL;
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

static void run_parts(struct part *parts, unsigned n)
{
	pthread_t threads[MAX_THREADS];
	bool started[MAX_THREADS] = {false};

	for (unsigned i = 1; i < n; i++)
		started[i] = pthread_create(&threads[i], NULL, scan_thread, &parts[i]) == 0;
	scan_part(&parts[0]);
	for (unsigned i = 1; i < n; i++) {
		if (started[i])
			pthread_join(threads[i], NULL);
		else
			scan_part(&parts[i]);
	}
}

/* Adds what the parts found; a part that began under the wrong #Fields is read again. */
static int add_parts(struct part *parts, unsigned n, struct iis_state *state, struct err *err)
{
	for (unsigned i = 0; i < n; i++) {
		if (i && !same_begin(&parts[i].begin, &parts[i - 1].end)) {
			iis_tally_reset(parts[i].t, true);
			parts[i].begin = parts[i - 1].end;
			scan_part(&parts[i]);
		}
		if (parts[i].err.code) {
			if (err)
				*err = parts[i].err;
			return -1;
		}
		if (i)
			iis_tally_add(parts[0].t, parts[i].t);
	}
	*state = parts[n - 1].end;
	return 0;
}

static int scan_window(struct part *parts, unsigned threads, uint64_t from, uint64_t to, uint64_t size,
                       size_t least, struct iis_state *state, struct err *err)
{
	uint64_t most = (to - from) / least, at = from;
	unsigned n = most < threads ? (most ? (unsigned)most : 1) : threads;
	bool inside = parts[0].inside;

	for (unsigned i = 0; i < n; i++) {
		parts[i].from = at;
		parts[i].inside = inside;
		at = i + 1 == n ? to
		                : line_start(parts[0].fd, from + (to - from) * (i + 1) / n, size, &inside);
		if (at > to)
			at = to;
		parts[i].to = at;
		parts[i].begin = i && !state->layout.n ? *parts[i].top : *state;
		if (i)
			iis_tally_reset(parts[i].t, true);
	}
	run_parts(parts, n);
	return add_parts(parts, n, state, err);
}

static int scan_windows(struct iis_scan *s, struct part *parts, uint64_t from, struct iis_state *state,
                        struct err *err)
{
	uint64_t at = from, window = s->window ? s->window : WINDOW_LEAST;
	bool inside = false;

	while (at < s->size) {
		int64_t began = clock_monotonic_ms(), took;
		uint64_t to = s->size;

		parts[0].inside = inside;
		if (at + window < s->size)
			to = line_start(s->fd, at + window, s->size, &inside);
		if (scan_window(parts, s->threads, at, to, s->size, s->window ? 1 : PART_LEAST, state, err))
			return -1;
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

int iis_scan(struct iis_scan *s, struct iis_state *state, struct iis_tally *t, struct err *err)
{
	struct part parts[MAX_THREADS];
	struct iis_state top;
	int rc;

	memset(parts, 0, sizeof(parts));
	memset(&top, 0, sizeof(top));
	memset(top.layout.col, -1, sizeof(top.layout.col));
	if (s->threads < 1)
		s->threads = 1;
	if (s->threads > MAX_THREADS)
		s->threads = MAX_THREADS;
	(void)posix_fadvise(s->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	for (unsigned i = 0; i < s->threads; i++) {
		void *mem = NULL;

		if (posix_memalign(&mem, PAGE, FILE_LINE_MAX + BLOCK + AFTER))
			die_oom();
		memset((char *)mem + FILE_LINE_MAX + BLOCK, 0, AFTER);
		parts[i].mem = mem;
		parts[i].fd = s->fd;
		parts[i].top = &top;
		parts[i].scan = scan_for(s->isa);
		parts[i].marks = xmalloc(sizeof(*parts[i].marks));
		parts[i].t = i ? iis_tally_new(t->attempt_s) : t;
		parts[i].t->file = t->file;
	}
	read_top(s->fd, after_bom(s->fd), &top);
	rc = scan_windows(s, parts, after_bom(s->fd), state, err);
	for (unsigned i = 0; i < s->threads; i++) {
		free(parts[i].mem);
		free(parts[i].marks);
		if (i)
			iis_tally_free(parts[i].t);
	}
	return rc;
}
