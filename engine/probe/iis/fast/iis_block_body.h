/*
 * The two passes of the scanner, compiled once for each instruction set: included with ISA(name), ISA_TARGET,
 * ISA_MASKS and ISA_QUIET defined.  The first turns 64 bytes at a time into bit masks of line ends, blanks
 * and possible keywords, branching on the text only for rare input. The second walks the lines; only unusual
 * ones are read byte by byte.
 */

/* Marks [p, end), at most SEGMENT bytes at the start of a block or after another segment. At least 65
 * bytes after `end` must be readable. */
ISA_TARGET static void ISA(mark)(struct iis_marks *m, const char *p, const char *end)
{
	uint64_t was_blank = m->was_blank, before = 1; /* blank starts in the previous chunk */
	uint32_t blanks = 0;
	unsigned chunk = 0, nmaybe = 0, nends = 0;

	m->nhits = 0;
	for (const char *q = p; q < end; q += 64, chunk++) {
		uint64_t ends, blank, maybe, starts;

		__builtin_prefetch(q + AHEAD);
		ISA_MASKS(q, &ends, &blank, &maybe);
		if (__builtin_expect(end - q < 64, 0)) {
			uint64_t inside = ((uint64_t)1 << (end - q)) - 1;

			ends &= inside;
			blank &= inside;
			maybe &= inside;
		}
		starts = blank & ~(blank << 1 | was_blank);
		was_blank = blank >> 63;
		m->starts[chunk] = starts;
		m->blanks[chunk] = blanks;
		blanks += (uint32_t)__builtin_popcountll(starts);
		/* A call here would spill the registers that hold the masks. */
		m->maybe[nmaybe] = maybe;
		m->chunk[nmaybe] = (uint16_t)chunk;
		nmaybe += maybe != 0;
		/* Branch-free: the slot is unpredictable, nearly always none or one. */
		m->ends[nends] = chunk * 64 + lowest(ends);
		nends += ends != 0;
		ends &= ends - 1;
		while (__builtin_expect(ends != 0, 0)) {
			m->ends[nends++] = chunk * 64 + lowest(ends);
			ends &= ends - 1;
		}
		/* Only the query of a PKIOperation sent by GET is this long without a blank. */
		if (__builtin_expect(!(starts | before), 0))
			while (end - q >= 64 + QUIET && ISA_QUIET(q + 64)) {
				mark_quiet(m, q + 64, chunk + 1, blanks);
				q += QUIET;
				chunk += QUIET / 64;
				was_blank = 0;
			}
		before = starts;
	}
	for (unsigned i = 0; i < nmaybe; i++)
		verify(m, m->maybe[i], p + m->chunk[i] * 64, p);
	m->nends = nends;
	m->was_blank = was_blank;
	m->total = blanks;
}

/* Blanks in the segment before a position. */
ISA_TARGET static inline uint32_t ISA(blanks_before)(const struct iis_marks *m, uint32_t at)
{
	uint32_t chunk = at / 64;

	return m->blanks[chunk] +
	       (uint32_t)__builtin_popcountll(m->starts[chunk] & (((uint64_t)1 << at % 64) - 1));
}

/* The columns of a line entirely inside the segment; false when it has consecutive blanks. */
ISA_TARGET static bool ISA(columns)(struct iis_block *l, const struct iis_marks *m, const char *q,
                                    uint32_t from, uint32_t to)
{
	uint32_t chunk = from / 64, n = 0;
	uint64_t bits = m->starts[chunk] & ~(((uint64_t)1 << from % 64) - 1);

	to -= q[to - 1] == '\r';
	while (n < l->blanks) {
		uint32_t at;

		while (!bits)
			bits = m->starts[++chunk];
		at = chunk * 64 + (uint32_t)__builtin_ctzll(bits);
		bits &= bits - 1;
		l->columns[n].p = q + from;
		l->columns[n++].n = at - from;
		from = at + 1;
		if (q[from] == ' ')
			return false;
	}
	l->columns[n].p = q + from;
	l->columns[n].n = to - from;
	return true;
}

/* Judges the complete lines in [p, end), which starts at a line; returns the start of the unfinished one. */
ISA_TARGET static const char *ISA(scan)(struct iis_block *l, struct iis_marks *m, const char *p,
                                        const char *end)
{
	const char *line = p;
	uint32_t before = 0; /* blanks of this line in earlier segments */
	bool found = false;

	m->was_blank = 0;
	m->begin = p;
	m->end = end;
	for (const char *q = p; q < end; q += SEGMENT) {
		uint32_t hit = 0, counted = 0;

		ISA(mark)(m, q, end - q < SEGMENT ? end : q + SEGMENT);
		for (uint32_t i = 0; i < m->nends; i++) {
			uint32_t at = m->ends[i], upto = ISA(blanks_before)(m, at);

			for (; hit < m->nhits && m->hits[hit] < at; hit++)
				found = true;
			if (found && line >= q && is_whole(l, line, q + at, upto - counted) &&
			    ISA(columns)(l, m, q, (uint32_t)(line - q), at))
				judge_columns(l, line, q + at);
			else if (found || !is_plain(l, line, q + at, before + upto - counted))
				iis_block_judge(l, line, q + at);
			line = q + at + 1;
			counted = upto;
			before = 0;
			found = false;
		}
		before += m->total - counted;
		found |= hit < m->nhits;
	}
	return line;
}

#undef ISA
#undef ISA_TARGET
#undef ISA_MASKS
#undef ISA_QUIET
