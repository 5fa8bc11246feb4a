/*
 * Turns 64 bytes of a log into bit masks of line ends, blanks and possible keywords, for each instruction
 * set; and instantiates the scanner for each. Included by iis_block.c only.
 */
#include <stdint.h>
#include <string.h>

#if WIDE
#include <immintrin.h>
#endif

static inline uint64_t bytes_equal(uint64_t x, unsigned char c)
{
	uint64_t low = 0x7F7F7F7F7F7F7F7Fu, t = x ^ 0x0101010101010101u * c;

	/* 0x80 in each byte of t that is 0, gathered into the top byte. */
	t = ~(((t & low) + low) | t | low);
	return (t >> 7) * 0x0102040810204080u >> 56;
}

static inline void masks_portable(const char *q, uint64_t *ends, uint64_t *blank, uint64_t *maybe)
{
	*ends = *blank = *maybe = 0;
	for (unsigned i = 0; i < 64; i += 8) {
		uint64_t v, w;

		memcpy(&v, q + i, 8);
		memcpy(&w, q + i + 1, 8);
		w |= 0x2020202020202020u;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
		v = __builtin_bswap64(v);
		w = __builtin_bswap64(w);
#endif
		*ends |= bytes_equal(v, '\n') << i;
		*blank |= bytes_equal(v, ' ') << i;
		*maybe |= ((bytes_equal(v, '.') & bytes_equal(w, 'd')) |
		           (bytes_equal(v, '_') & bytes_equal(w, 'p')) |
		           (bytes_equal(v, '=') & bytes_equal(w, 'g')))
		          << i;
	}
}
#define ISA(name) name##_portable
#define ISA_TARGET
#define ISA_MASKS masks_portable
#define ISA_QUIET(q) false
#include "iis_block_body.h"

#if WIDE
#define SSE4 __attribute__((target("sse4.2,popcnt")))
SSE4 static inline uint64_t equal16(__m128i v, char c)
{
	return (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8(c)));
}

SSE4 static inline void masks_sse4(const char *q, uint64_t *ends, uint64_t *blank, uint64_t *maybe)
{
	*ends = *blank = *maybe = 0;
	for (unsigned i = 0; i < 64; i += 16) {
		__m128i v = _mm_loadu_si128((const void *)(q + i)),
		        w = _mm_loadu_si128((const void *)(q + i + 1));
		__m128i dot = _mm_cmpeq_epi8(v, _mm_set1_epi8('.')),
		        bar = _mm_cmpeq_epi8(v, _mm_set1_epi8('_')),
		        is = _mm_cmpeq_epi8(v, _mm_set1_epi8('='));

		w = _mm_or_si128(w, _mm_set1_epi8(0x20));
		dot = _mm_and_si128(dot, _mm_cmpeq_epi8(w, _mm_set1_epi8('d')));
		bar = _mm_and_si128(bar, _mm_cmpeq_epi8(w, _mm_set1_epi8('p')));
		bar = _mm_or_si128(bar, _mm_and_si128(is, _mm_cmpeq_epi8(w, _mm_set1_epi8('g'))));
		*ends |= equal16(v, '\n') << i;
		*blank |= equal16(v, ' ') << i;
		*maybe |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_or_si128(dot, bar)) << i;
	}
}
SSE4 static inline bool quiet_sse4(const char *q)
{
	const __m128i blank = _mm_set1_epi8(' '), dot = _mm_set1_epi8('.'), bar = _mm_set1_epi8('_');
	__m128i least = _mm_set1_epi8(-1);

	for (unsigned i = 0; i < QUIET; i += 16) {
		__m128i v = _mm_loadu_si128((const void *)(q + i));

		if (i % 64 == 0 && _mm_movemask_epi8(_mm_cmpeq_epi8(least, _mm_setzero_si128())))
			return false;
		least = _mm_min_epu8(least, _mm_subs_epu8(v, blank));
		least = _mm_min_epu8(least, _mm_min_epu8(_mm_xor_si128(v, dot), _mm_xor_si128(v, bar)));
	}
	return !_mm_movemask_epi8(_mm_cmpeq_epi8(least, _mm_setzero_si128()));
}
#define ISA(name) name##_sse4
#define ISA_TARGET SSE4
#define ISA_MASKS masks_sse4
#define ISA_QUIET quiet_sse4
#include "iis_block_body.h"

#define AVX2 __attribute__((target("avx2,popcnt,bmi,bmi2")))
AVX2 static inline uint64_t both(__m256i low, __m256i high)
{
	return (uint64_t)(uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high)
	                                                               << 32;
}

/* ".d", "_p" or "=g" in any case: '.', '_' and '=' differ in their low four bits, by which the
 * tables are looked up. */
AVX2 static inline __m256i of_interest(__m256i v, __m256i w)
{
	const __m256i first = _mm256_setr_epi8(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '=', '.', '_', 1, 0, 0,
	                                       0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '=', '.', '_');
	const __m256i second = _mm256_setr_epi8(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 'g', 'd', 'p', 0, 0, 0,
	                                        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 'g', 'd', 'p');

	w = _mm256_or_si256(w, _mm256_set1_epi8(0x20));
	return _mm256_and_si256(_mm256_cmpeq_epi8(v, _mm256_shuffle_epi8(first, v)),
	                        _mm256_cmpeq_epi8(w, _mm256_shuffle_epi8(second, v)));
}

AVX2 static inline void masks_avx2(const char *q, uint64_t *ends, uint64_t *blank, uint64_t *maybe)
{
	__m256i v = _mm256_loadu_si256((const void *)q), v2 = _mm256_loadu_si256((const void *)(q + 32));
	__m256i w = _mm256_loadu_si256((const void *)(q + 1)),
	        w2 = _mm256_loadu_si256((const void *)(q + 33));
	__m256i nl = _mm256_set1_epi8('\n'), sp = _mm256_set1_epi8(' ');

	*ends = both(_mm256_cmpeq_epi8(v, nl), _mm256_cmpeq_epi8(v2, nl));
	*blank = both(_mm256_cmpeq_epi8(v, sp), _mm256_cmpeq_epi8(v2, sp));
	v = of_interest(v, w);
	v2 = of_interest(v2, w2);
	w = _mm256_or_si256(v, v2);
	*maybe = _mm256_testz_si256(w, w) ? 0 : both(v, v2);
}
AVX2 static inline bool quiet_avx2(const char *q)
{
	const __m256i blank = _mm256_set1_epi8(' '), dot = _mm256_set1_epi8('.'), bar = _mm256_set1_epi8('_');
	__m256i v[QUIET / 32], least = _mm256_set1_epi8(-1);

	for (unsigned i = 0; i < QUIET / 32; i++) {
		v[i] = _mm256_loadu_si256((const void *)(q + i * 32));
		least = _mm256_min_epu8(least, v[i]);
	}
	least = _mm256_subs_epu8(least, blank);
	if (_mm256_movemask_epi8(_mm256_cmpeq_epi8(least, _mm256_setzero_si256())))
		return false;
	for (unsigned i = 0; i < QUIET / 32; i++)
		least = _mm256_min_epu8(
		        least, _mm256_min_epu8(_mm256_xor_si256(v[i], dot), _mm256_xor_si256(v[i], bar)));
	return !_mm256_movemask_epi8(_mm256_cmpeq_epi8(least, _mm256_setzero_si256()));
}
#define ISA(name) name##_avx2
#define ISA_TARGET AVX2
#define ISA_MASKS masks_avx2
#define ISA_QUIET quiet_avx2
#include "iis_block_body.h"

#define AVX512 __attribute__((target("avx512f,avx512bw,popcnt,bmi,bmi2")))
AVX512 static inline void masks_avx512(const char *q, uint64_t *ends, uint64_t *blank, uint64_t *maybe)
{
	__m512i v = _mm512_loadu_si512((const void *)q), w = _mm512_loadu_si512((const void *)(q + 1));
	__mmask64 dot, bar, is;

	*ends = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('\n'));
	*blank = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8(' '));
	dot = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('.'));
	bar = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('_'));
	is = _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('='));
	w = _mm512_or_si512(w, _mm512_set1_epi8(0x20));
	*maybe = _mm512_mask_cmpeq_epi8_mask(dot, w, _mm512_set1_epi8('d')) |
	         _mm512_mask_cmpeq_epi8_mask(bar, w, _mm512_set1_epi8('p')) |
	         _mm512_mask_cmpeq_epi8_mask(is, w, _mm512_set1_epi8('g'));
}
AVX512 static inline bool quiet_avx512(const char *q)
{
	const __m512i dot = _mm512_set1_epi8('.'), bar = _mm512_set1_epi8('_');
	__m512i a = _mm512_loadu_si512((const void *)q), b = _mm512_loadu_si512((const void *)(q + 64)),
	        c = _mm512_loadu_si512((const void *)(q + 128)),
	        d = _mm512_loadu_si512((const void *)(q + 192));
	__m512i least = _mm512_min_epu8(_mm512_min_epu8(a, b), _mm512_min_epu8(c, d)), x, y;

	if (_mm512_cmple_epu8_mask(least, _mm512_set1_epi8(' ')))
		return false;
	x = _mm512_min_epu8(_mm512_min_epu8(_mm512_xor_si512(a, dot), _mm512_xor_si512(b, dot)),
	                    _mm512_min_epu8(_mm512_xor_si512(c, dot), _mm512_xor_si512(d, dot)));
	y = _mm512_min_epu8(_mm512_min_epu8(_mm512_xor_si512(a, bar), _mm512_xor_si512(b, bar)),
	                    _mm512_min_epu8(_mm512_xor_si512(c, bar), _mm512_xor_si512(d, bar)));
	x = _mm512_min_epu8(x, y);
	return !_mm512_testn_epi8_mask(x, x);
}
#define ISA(name) name##_avx512
#define ISA_TARGET AVX512
#define ISA_MASKS masks_avx512
#define ISA_QUIET quiet_avx512
#include "iis_block_body.h"
#endif
