/*
 * The inner loop of the scanner, compiled once for each instruction set: included
 * with ISA(name), ISA_TARGET and ISA_MASKS defined.  64 bytes at a time become
 * bit masks of line ends, blanks and places where a word of interest may be; only
 * lines that are unusual, or hold such a word, are looked at byte by byte.
 */

/* Judges the complete lines in [p, end), which begins with a line; returns where the
 * unfinished one begins.  At least 65 bytes after `end` can be read. */
ISA_TARGET static const char *ISA(scan)(struct lines *l, const char *p, const char *end)
{
	const char *line = p;
	uint64_t was_blank = 0;
	unsigned blanks = 0;
	bool found = false;

	for (const char *q = p; q < end; q += 64) {
		uint64_t ends, blank, maybe, starts, hits;

		ISA_MASKS(q, &ends, &blank, &maybe);
		if (end - q < 64) {
			uint64_t inside = ((uint64_t)1 << (end - q)) - 1;

			ends &= inside;
			blank &= inside;
			maybe &= inside;
		}
		starts = blank & ~(blank << 1 | was_blank);
		was_blank = blank >> 63;
		hits = maybe ? verify(q, maybe, p, end) : 0;
		while (ends) {
			unsigned k = (unsigned)__builtin_ctzll(ends);
			uint64_t below = ((uint64_t)1 << k) - 1;

			blanks += (unsigned)__builtin_popcountll(starts & below);
			if (!(!found && !(hits & below) && is_plain(l, line, q + k, blanks)))
				judge(l, line, q + k);
			line = q + k + 1;
			starts &= ~below;
			hits &= ~below;
			blanks = 0;
			found = false;
			ends &= ends - 1;
		}
		blanks += (unsigned)__builtin_popcountll(starts);
		found |= hits != 0;
	}
	return line;
}

#undef ISA
#undef ISA_TARGET
#undef ISA_MASKS
