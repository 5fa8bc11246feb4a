/*
 * A walker over BER (X.690) that copes with truncated messages: logs cut them off, and the beginning still
 * says which key a message was for.  Pure, no allocation, never reads past its bytes.
 */
#ifndef CASEBOOK_BER_H
#define CASEBOOK_BER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The bytes left to read. */
struct ber {
	const unsigned char *p;
	size_t n;
};

enum ber_class { BER_UNIVERSAL, BER_APPLICATION, BER_CONTEXT, BER_PRIVATE };
#define BER_INTEGER 2
#define BER_OCTETS 4
#define BER_OID 6
#define BER_SEQUENCE 16
#define BER_SET 17

struct ber_item {
	enum ber_class class;
	bool constructed;
	bool indefinite; /* indefinite length */
	bool cut;        /* its content, or its end, is missing */
	uint32_t tag;
	struct ber body;           /* the content present */
	const unsigned char *head; /* first byte of the tag */
	size_t size;               /* tag, length, content and end, as far as present */
	uint64_t claimed;          /* content bytes it announced; 0 when indefinite */
};

/* The next item of a sequence; false at the end and at bytes that are not BER. */
bool ber_next(struct ber *in, struct ber_item *out);
/* The same, but only an item of this class and tag; otherwise consumes nothing. */
bool ber_take(struct ber *in, enum ber_class class, uint32_t tag, struct ber_item *out);
bool ber_is(const struct ber_item *it, enum ber_class class, uint32_t tag);
/* "1.2.840.113549.1.7.2"; false when it is not an OID or does not fit. */
bool ber_oid(const struct ber_item *it, char *out, size_t size);
/* Copies the bytes of an OCTET STRING, joined from its pieces when constructed; returns their number. */
size_t ber_octets(const struct ber_item *it, unsigned char *out, size_t max);

#endif
