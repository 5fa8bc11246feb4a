/*
 * Tag, length, value.  Indefinite lengths are measured by walking to their end-of-contents, without
 * recursion; a definite length that reaches past the bytes is cut to what is there.
 */
#include "ber.h"

#include <stdio.h>
#include <string.h>

struct head {
	unsigned char first;
	uint32_t tag;
	bool indefinite;
	uint64_t length;
	size_t size; /* bytes of tag and length */
};

static bool read_tag(const unsigned char *p, size_t n, struct head *h)
{
	size_t i = 1;

	if (n == 0)
		return false;
	h->first = p[0];
	h->tag = p[0] & 0x1f;
	if (h->tag == 0x1f) {
		h->tag = 0;
		do {
			if (i >= n || h->tag > 0xffffff)
				return false;
			h->tag = h->tag << 7 | (p[i] & 0x7f);
		} while ((p[i++] & 0x80) != 0);
	}
	h->size = i;
	return true;
}

static bool read_head(const unsigned char *p, size_t n, struct head *h)
{
	size_t i, k;

	if (!read_tag(p, n, h) || h->size >= n)
		return false;
	i = h->size;
	h->length = p[i];
	h->indefinite = p[i] == 0x80;
	if (p[i] > 0x80) {
		k = p[i] & 0x7f;
		if (k > 8 || i + k >= n)
			return false;
		h->length = 0;
		for (size_t j = 1; j <= k; j++)
			h->length = h->length << 8 | p[i + j];
		i += k;
	}
	if (h->indefinite) {
		h->length = 0;
		if ((h->first & 0x20) == 0)
			return false; /* only what has parts may be of indefinite length */
	}
	h->size = i + 1;
	return true;
}

/* Bytes up to the end-of-contents that closes an indefinite length; n when it is missing. */
static size_t indefinite_length(const unsigned char *p, size_t n, bool *found)
{
	size_t i = 0, depth = 1;

	*found = false;
	while (i < n) {
		struct head h;
		if (i + 1 < n && p[i] == 0 && p[i + 1] == 0) {
			if (--depth == 0) {
				*found = true;
				return i;
			}
			i += 2;
			continue;
		}
		if (!read_head(p + i, n - i, &h))
			return n;
		i += h.size;
		if (h.indefinite)
			depth++;
		else if (h.length >= n - i)
			return n;
		else
			i += (size_t)h.length;
	}
	return n;
}

bool ber_next(struct ber *in, struct ber_item *out)
{
	struct head h;
	bool found;
	size_t rest;

	memset(out, 0, sizeof(*out));
	if (!read_head(in->p, in->n, &h))
		return false;
	if (h.first == 0 && h.length == 0)
		return false; /* end-of-contents */
	rest = in->n - h.size;
	out->class = (enum ber_class)(h.first >> 6);
	out->constructed = (h.first & 0x20) != 0;
	out->tag = h.tag;
	out->indefinite = h.indefinite;
	out->head = in->p;
	out->body.p = in->p + h.size;
	out->claimed = h.length;
	if (h.indefinite) {
		out->body.n = indefinite_length(out->body.p, rest, &found);
		out->cut = !found;
		out->size = h.size + out->body.n + (found ? 2 : 0);
	} else {
		out->cut = h.length > rest;
		out->body.n = out->cut ? rest : (size_t)h.length;
		out->size = h.size + out->body.n;
	}
	in->p += out->size;
	in->n -= out->size;
	return true;
}

bool ber_is(const struct ber_item *it, enum ber_class class, uint32_t tag)
{
	return it->class == class && it->tag == tag;
}

bool ber_take(struct ber *in, enum ber_class class, uint32_t tag, struct ber_item *out)
{
	struct ber at = *in;

	if (!ber_next(&at, out) || !ber_is(out, class, tag))
		return false;
	*in = at;
	return true;
}

bool ber_oid(const struct ber_item *it, char *out, size_t size)
{
	uint64_t arc = 0;
	size_t at = 0;
	bool first = true;

	if (!ber_is(it, BER_UNIVERSAL, BER_OID) || it->constructed || it->cut || it->body.n == 0)
		return false;
	for (size_t i = 0; i < it->body.n; i++) {
		int n;
		if (arc > UINT64_MAX >> 8)
			return false;
		arc = arc << 7 | (it->body.p[i] & 0x7f);
		if ((it->body.p[i] & 0x80) != 0)
			continue;
		if (first) {
			unsigned top = arc < 40 ? 0 : arc < 80 ? 1 : 2;
			n = snprintf(out, size, "%u.%llu", top, (unsigned long long)(arc - top * 40));
		} else {
			n = snprintf(out + at, size - at, ".%llu", (unsigned long long)arc);
		}
		if (n < 0 || (size_t)n >= size - at)
			return false;
		at += (size_t)n;
		first = false;
		arc = 0;
	}
	return (it->body.p[it->body.n - 1] & 0x80) == 0;
}

size_t ber_octets(const struct ber_item *it, unsigned char *out, size_t max)
{
	struct ber in = it->body;
	struct ber_item piece;
	size_t at = 0;

	if (!it->constructed) {
		size_t n = it->body.n < max ? it->body.n : max;
		memcpy(out, it->body.p, n);
		return n;
	}
	while (at < max && ber_next(&in, &piece)) {
		size_t n = piece.body.n < max - at ? piece.body.n : max - at;
		if (piece.constructed || piece.tag != BER_OCTETS)
			break; /* pieces of pieces are not seen in practice */
		memcpy(out + at, piece.body.p, n);
		at += n;
	}
	return at;
}
