/*
 * The loop of the word search, compiled once for each instruction set: included with
 * ISA(name), ISA_TARGET and WIDTH defined, and with ISA(candidates)() for WIDTH bytes.
 */
ISA_TARGET static void ISA(search)(const struct pat_set *s, const char *p, const char *end, pat_each *each,
                                   void *arg)
{
	uint8_t buckets[WIDTH];

	for (const char *q = p; q < end; q += WIDTH) {
		uint32_t hits = ISA(candidates)(s, q, buckets);

		while (__builtin_expect(hits != 0, 0)) {
			unsigned k = (unsigned)__builtin_ctz(hits);

			hits &= hits - 1;
			if (!verify(s, q + k, buckets[k], p, end, each, arg))
				return;
		}
	}
}

#undef ISA
#undef ISA_TARGET
#undef WIDTH
