/*
 * Word search after the idea of Teddy (packed substring matching in Hyperscan and
 * ripgrep), with one difference: which three bytes of a word are looked for is
 * decided by how rare they are in the text at hand.  Pure.
 */
#include "pat.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/xalloc.h>

#if CASEBOOK_SIMD && defined(__x86_64__)
#define WIDE 1
#include <immintrin.h>
#else
#define WIDE 0
#endif

#define BUCKETS 8u

typedef bool pat_each(void *arg, unsigned word, const char *at);

struct word {
	const char *text;
	uint32_t rare; /* its three bytes */
	uint8_t n, at; /* length; where its three bytes begin */
};

struct pat_set {
	struct word w[PAT_MOST];
	unsigned n;
	int isa;
	/* Which buckets may begin with a byte of that low and that high half. */
	uint8_t low[3][16], high[3][16];
	uint8_t in_bucket[BUCKETS][PAT_MOST], bucket_n[BUCKETS];
	/* Portable: pairs of bytes that some word's three begin with. */
	uint8_t pair[65536 / 8];
};

static uint64_t rarity(const uint32_t *pairs, const char *p)
{
	const unsigned char *u = (const unsigned char *)p;
	uint64_t first = pairs[u[0] << 8 | u[1]], second = pairs[u[1] << 8 | u[2]];

	return (first + 1) * (second + 1);
}

static void choose(struct word *w, const uint32_t *pairs)
{
	uint64_t best = UINT64_MAX;

	for (uint8_t i = 0; i + 3 <= w->n; i++) {
		uint64_t r = rarity(pairs, w->text + i);

		if (r < best) {
			best = r;
			w->at = i;
		}
	}
}

static uint32_t three(const char *p)
{
	return (uint32_t)(unsigned char)p[0] | (uint32_t)(unsigned char)p[1] << 8 |
	       (uint32_t)(unsigned char)p[2] << 16;
}

static void place(struct pat_set *s, unsigned i, unsigned bucket)
{
	struct word *w = &s->w[i];
	unsigned pair;

	w->rare = three(w->text + w->at);

	s->in_bucket[bucket][s->bucket_n[bucket]++] = (uint8_t)i;
	for (unsigned k = 0; k < 3; k++) {
		unsigned char c = (unsigned char)w->text[w->at + k];

		s->low[k][c & 15] |= (uint8_t)(1u << bucket);
		s->high[k][c >> 4] |= (uint8_t)(1u << bucket);
	}
	pair = (unsigned)(unsigned char)w->text[w->at] << 8 | (unsigned char)w->text[w->at + 1];
	s->pair[pair / 8] |= (uint8_t)(1u << pair % 8);
}

/* How often the bucket would be looked into if it took the word as well: the three places taken
 * as independent of one another. */
static double passes(const struct pat_set *s, unsigned bucket, const struct word *w,
                     const uint32_t bytes[256])
{
	double all = 1;

	for (unsigned k = 0; k < 3; k++) {
		unsigned char own = (unsigned char)w->text[w->at + k];
		double some = 1;

		for (unsigned c = 0; c < 256; c++) {
			bool low = (s->low[k][c & 15] >> bucket & 1) || (c & 15) == (own & 15);
			bool high = (s->high[k][c >> 4] >> bucket & 1) || c >> 4 == own >> 4;

			some += low && high ? bytes[c] : 0;
		}
		all *= some;
	}
	return all;
}

/* Each word into the bucket where it lets least else pass. */
static void share_out(struct pat_set *s, const uint32_t bytes[256])
{
	double now[BUCKETS] = {0};

	for (unsigned i = 0; i < s->n; i++) {
		unsigned best = 0;
		double cost = -1, then = 0;

		for (unsigned b = 0; b < BUCKETS; b++) {
			double with = passes(s, b, &s->w[i], bytes);

			if (cost < 0 || with - now[b] < cost) {
				cost = with - now[b];
				then = with;
				best = b;
			}
		}
		now[best] = then;
		place(s, i, best);
	}
}

struct pat_set *pat_new(const char *const *words, const void *sample, size_t n)
{
	struct pat_set *s = xcalloc(1, sizeof(*s));
	uint32_t *pairs = xcalloc(65536, sizeof(*pairs));
	uint32_t bytes[256] = {0};
	const unsigned char *u = sample;

	for (size_t i = 0; i + 1 < n; i++) {
		pairs[u[i] << 8 | u[i + 1]]++;
		bytes[u[i]]++;
	}
	for (; s->n < PAT_MOST && words[s->n]; s->n++) {
		struct word *w = &s->w[s->n];

		w->text = words[s->n];
		w->n = (uint8_t)strlen(words[s->n]);
		choose(w, pairs);
	}
	free(pairs);
	share_out(s, bytes);
	s->isa = pat_isa_has(2) ? 2 : pat_isa_has(1) ? 1 : 0;
	return s;
}

void pat_free(struct pat_set *s)
{
	free(s);
}

void pat_use_isa(struct pat_set *s, int isa)
{
	s->isa = isa;
}

/* Words of the buckets whose three bytes may be at `at`. */
static bool verify(const struct pat_set *s, const char *at, uint8_t buckets, const char *p, const char *end,
                   pat_each *each, void *arg)
{
	uint32_t rare = three(at);

	for (; buckets; buckets &= (uint8_t)(buckets - 1)) {
		unsigned b = (unsigned)__builtin_ctz(buckets);

		for (unsigned i = 0; i < s->bucket_n[b]; i++) {
			const struct word *w = &s->w[s->in_bucket[b][i]];
			const char *from = at - w->at;

			if (w->rare != rare)
				continue;
			if (at - p < w->at || end - from < w->n || memcmp(from, w->text, w->n) != 0)
				continue;
			if (!each(arg, s->in_bucket[b][i], from))
				return false;
		}
	}
	return true;
}

static void search_portable(const struct pat_set *s, const char *p, const char *end, pat_each *each,
                            void *arg)
{
	for (const char *q = p; q + 2 < end; q++) {
		unsigned pair = (unsigned)(unsigned char)q[0] << 8 | (unsigned char)q[1];

		if (__builtin_expect(s->pair[pair / 8] >> pair % 8 & 1, 0) &&
		    !verify(s, q, 0xFF, p, end, each, arg))
			return;
	}
}

#if WIDE
#define SSSE3 __attribute__((target("ssse3")))
SSSE3 static inline __m128i half16(const uint8_t *table, __m128i v)
{
	return _mm_shuffle_epi8(_mm_loadu_si128((const void *)table), v);
}

SSSE3 static inline __m128i byte16(const struct pat_set *s, unsigned k, const char *q)
{
	__m128i v = _mm_loadu_si128((const void *)(q + k)), mask = _mm_set1_epi8(15);

	return _mm_and_si128(half16(s->low[k], _mm_and_si128(v, mask)),
	                     half16(s->high[k], _mm_and_si128(_mm_srli_epi16(v, 4), mask)));
}

SSSE3 static inline uint32_t candidates_ssse3(const struct pat_set *s, const char *q, uint8_t buckets[16])
{
	__m128i m = _mm_and_si128(_mm_and_si128(byte16(s, 0, q), byte16(s, 1, q)), byte16(s, 2, q));
	uint32_t none = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(m, _mm_setzero_si128()));

	if (none == 0xFFFF)
		return 0;
	_mm_storeu_si128((void *)buckets, m);
	return ~none & 0xFFFF;
}
#define ISA(name) name##_ssse3
#define ISA_TARGET SSSE3
#define WIDTH 16
#include "pat_body.h"

#define AVX2 __attribute__((target("avx2,bmi")))
AVX2 static inline __m256i half32(const uint8_t *table, __m256i v)
{
	return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(_mm_loadu_si128((const void *)table)), v);
}

AVX2 static inline __m256i byte32(const struct pat_set *s, unsigned k, const char *q)
{
	__m256i v = _mm256_loadu_si256((const void *)(q + k)), mask = _mm256_set1_epi8(15);

	return _mm256_and_si256(half32(s->low[k], _mm256_and_si256(v, mask)),
	                        half32(s->high[k], _mm256_and_si256(_mm256_srli_epi16(v, 4), mask)));
}

AVX2 static inline uint32_t candidates_avx2(const struct pat_set *s, const char *q, uint8_t buckets[32])
{
	__m256i m = _mm256_and_si256(_mm256_and_si256(byte32(s, 0, q), byte32(s, 1, q)), byte32(s, 2, q));

	if (_mm256_testz_si256(m, m))
		return 0;
	_mm256_storeu_si256((void *)buckets, m);
	return ~(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(m, _mm256_setzero_si256()));
}
#define ISA(name) name##_avx2
#define ISA_TARGET AVX2
#define WIDTH 32
#include "pat_body.h"
#endif

bool pat_isa_has(int isa)
{
#if WIDE
	return isa == 0 || (isa == 1 && __builtin_cpu_supports("ssse3")) ||
	       (isa == 2 && __builtin_cpu_supports("avx2"));
#else
	return isa == 0;
#endif
}

void pat_scan(const struct pat_set *s, const char *p, const char *end, pat_each *each, void *arg)
{
#if WIDE
	if (s->isa == 2) {
		search_avx2(s, p, end, each, arg);
		return;
	}
	if (s->isa == 1) {
		search_ssse3(s, p, end, each, arg);
		return;
	}
#endif
	search_portable(s, p, end, each, arg);
}
