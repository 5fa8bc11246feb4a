/*
 * The lines of a block of a log, judged as fast as they can be read: one function for each instruction set
 * that the processor may have, all with the same result. Built without them (CASEBOOK_SIMD=OFF) there is the
 * portable one alone.
 */
#ifndef CASEBOOK_IIS_BLOCK_H
#define CASEBOOK_IIS_BLOCK_H

#include "iis_tally.h"

/* What the loop works on. */
struct iis_block {
	struct iis_tally *t;
	struct iis_state *state;
	struct iis_slice columns[IIS_MAX_COLS];
	unsigned blanks;  /* runs of blanks in a good line; UINT32_MAX: each line is judged exactly */
	const char *base; /* of the block, and its place in the file */
	uint64_t base_offset;
};
/* After a change of state->layout. */
void iis_block_layout(struct iis_block *l);
/* One line, exactly, ending before `end`; its newline is not part of it. */
void iis_block_judge(struct iis_block *l, const char *line, const char *end);

struct iis_marks;                      /* what the first pass leaves for the second */
struct iis_marks *iis_marks_new(void); /* free() releases it */

/* Judges the complete lines in [p, end), which starts at a line; returns the start of the unfinished one.
 * At least 65 bytes after `end` must be readable. */
typedef const char *iis_block_fn(struct iis_block *l, struct iis_marks *m, const char *p, const char *end);
iis_block_fn *iis_block_for(int isa); /* -1: the best that the processor has; see iis_isa_has() */

#endif
