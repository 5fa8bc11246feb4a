/*
 * Two passes over a block: marks of where lines end and blanks begin, then the lines. The word of interest is
 * looked for as ".d" of mscep.dll, "_P" of NDES_Plugin and "=G" of operation=GetCACaps: none occurs in
 * base64, so the long queries of PKIOperation give no false alarms.
 */
#include "iis_block.h"

#include <string.h>

#include <casebook/xalloc.h>

#if CASEBOOK_SIMD && defined(__x86_64__)
#define WIDE 1
#else
#define WIDE 0
#endif

void iis_block_layout(struct iis_block *l)
{
	const struct iis_layout *y = &l->state->layout;

	l->blanks = y->n && !y->quoted && !y->tabs && iis_begins_with_time(y) ? y->n - 1u : UINT32_MAX;
}

void iis_block_judge(struct iis_block *l, const char *line, const char *end)
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
		iis_block_layout(l);
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
static inline bool is_whole(const struct iis_block *l, const char *line, const char *end, unsigned blanks)
{
	return blanks == l->blanks && end - line >= 20 && (size_t)(end - line) <= FILE_LINE_MAX &&
	       (unsigned)(line[0] - '0') <= 9 && end[-1] != ' ' && (end[-1] != '\r' || end[-2] != ' ');
}

/* A good line of another URL, as nearly all are; counted here when it is one. */
static inline bool is_plain(struct iis_block *l, const char *line, const char *end, unsigned blanks)
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
static void judge_columns(struct iis_block *l, const char *line, const char *end)
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

struct iis_marks {
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

/* Which of the places really are "mscep.dll" in any case, "NDES_Plugin", or a question of SCEP at the start
 * of a query.  The first '=' of a query is never in a quiet stretch: a blank is near. */
static void verify(struct iis_marks *m, uint64_t maybe, const char *q, const char *p)
{
	for (; maybe; maybe &= maybe - 1) {
		const char *at = q + __builtin_ctzll(maybe);

		if ((*at == '.' && at - m->begin >= 5 && m->end - at >= 4 && iis_is_mscep(at)) ||
		    (*at == '_' && at - m->begin >= 4 && m->end - at >= 7 &&
		     memcmp(at - 4, "NDES_Plugin", 11) == 0) ||
		    (*at == '=' && at - m->begin >= 10 && m->end - at >= 9 && iis_asks(at - 9, 18)))
			m->hits[m->nhits++] = (uint32_t)(at - p);
	}
}

/* The lowest bit set; any number when none is, and no branch to find that out. */
static inline __attribute__((always_inline)) uint32_t lowest(uint64_t bits)
{
	return (uint32_t)__builtin_ctzll(bits | (uint64_t)1 << 63);
}

#define QUIET 256 /* bytes that are looked at together: none ends a line or is a blank, '.' or '_' */
static inline __attribute__((always_inline)) void mark_quiet(struct iis_marks *m, const char *q,
                                                             unsigned chunk, uint32_t blanks)
{
	for (unsigned i = 0; i < QUIET / 64; i++) {
		__builtin_prefetch(q + AHEAD + i * 64);
		m->starts[chunk + i] = 0;
		m->blanks[chunk + i] = blanks;
	}
}

#include "iis_masks.h"

struct iis_marks *iis_marks_new(void)
{
	return xmalloc(sizeof(struct iis_marks));
}

bool iis_isa_has(int isa)
{
#if WIDE
	return isa == 0 ||
	       (isa == 1 && __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt")) ||
	       (isa == 2 && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2")) ||
	       (isa == 3 && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("bmi2"));
#else
	return isa == 0;
#endif
}

iis_block_fn *iis_block_for(int isa)
{
	if (isa < 0)
		for (isa = IIS_ISAS - 1; !iis_isa_has(isa);)
			isa--;
#if WIDE
	return isa == 3 ? scan_avx512 : isa == 2 ? scan_avx2 : isa == 1 ? scan_sse4 : scan_portable;
#else
	return scan_portable;
#endif
}
