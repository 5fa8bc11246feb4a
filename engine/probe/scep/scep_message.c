/*
 * The layers of a SCEP message, read from outside in for as long as bytes last.
 */
#include "scep_message.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>

#include "ber.h"
#include "ossl.h"
#include "x509_facts.h"

#define OID_SIGNED "1.2.840.113549.1.7.2"
#define OID_ENVELOPED "1.2.840.113549.1.7.3"
#define OID_SCEP "2.16.840.1.113733.1.9."
#define OID_FAIL_TEXT "1.3.6.1.5.5.7.24.1"
#define OID_HRESULT "1.3.6.1.4.1.311.21.33" /* szOID_ENROLL_SCEP_ERROR of wincrypt.h */

static const struct {
	const char *oid, *name;
} algorithms[] = {
        {"2.16.840.1.101.3.4.2.1", "SHA-256"},
        {"2.16.840.1.101.3.4.2.2", "SHA-384"},
        {"2.16.840.1.101.3.4.2.3", "SHA-512"},
        {"1.3.14.3.2.26", "SHA-1"},
        {"1.2.840.113549.2.5", "MD5"},
        {"1.2.840.113549.3.7", "DES3"},
        {"1.3.14.3.2.7", "DES"},
        {"2.16.840.1.101.3.4.1.2", "AES-128-CBC"},
        {"2.16.840.1.101.3.4.1.22", "AES-192-CBC"},
        {"2.16.840.1.101.3.4.1.42", "AES-256-CBC"},
};

const char *scep_type_name(int type)
{
	static const struct {
		int type;
		const char *name;
	} names[] = {{3, "CertRep"},   {17, "RenewalReq"}, {18, "UpdateReq"}, {19, "PKCSReq"},
	             {20, "CertPoll"}, {21, "GetCert"},    {22, "GetCRL"}};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (names[i].type == type)
			return names[i].name;
	return NULL;
}

const char *scep_status_name(int status)
{
	return status == 0   ? scep_statuses[0]
	       : status == 2 ? scep_statuses[1]
	       : status == 3 ? scep_statuses[2]
	                     : NULL;
}

const char *scep_failure_name(int fail_info)
{
	return fail_info >= 0 && fail_info < 5 ? scep_failures[fail_info] : NULL;
}

const char *scep_failure_text(int fail_info)
{
	static const char *const texts[] = {
	        "an algorithm is not known or not supported",
	        "not verified or not decrypted: often the wrong or an old RA certificate",
	        "not permitted: wrong or spent challenge, template, policy or permission",
	        "the signing time is too far from the server's clock",
	        "no certificate fits the one that was named",
	};

	return fail_info >= 0 && fail_info < 5 ? texts[fail_info] : NULL;
}

static const char *algorithm(struct arena *mem, struct ber seq)
{
	struct ber_item oid;
	char text[128];

	if (!ber_take(&seq, BER_UNIVERSAL, BER_OID, &oid) || !ber_oid(&oid, text, sizeof(text)))
		return NULL;
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(*algorithms); i++)
		if (strcmp(algorithms[i].oid, text) == 0)
			return algorithms[i].name;
	return arena_strdup(mem, text);
}

/* IssuerAndSerialNumber. */
static void who(struct arena *mem, struct ber in, struct scep_who *w)
{
	struct ber_item name, serial;
	const unsigned char *p;

	if (!ber_take(&in, BER_UNIVERSAL, BER_SEQUENCE, &name) || name.cut)
		return;
	p = name.head;
	{
		AUTO(X509_NAME) x = d2i_X509_NAME(NULL, &p, (long)name.size);
		if (x != NULL)
			w->issuer = cert_name(mem, x);
	}
	ERR_clear_error();
	if (!ber_take(&in, BER_UNIVERSAL, BER_INTEGER, &serial) || serial.cut || serial.body.n > 64)
		return;
	while (serial.body.n > 1 && serial.body.p[0] == 0) {
		serial.body.p++;
		serial.body.n--;
	}
	{
		static const char digits[] = "0123456789abcdef";
		char *hex = arena_alloc(mem, 2 * serial.body.n + 1);
		for (size_t i = 0; i < serial.body.n; i++) {
			hex[2 * i] = digits[serial.body.p[i] >> 4];
			hex[2 * i + 1] = digits[serial.body.p[i] & 15];
		}
		w->serial = hex;
	}
}

/* ContentInfo: the OID and what is in [0]. */
static bool content(struct ber *in, char *oid, size_t size, struct ber_item *inner)
{
	struct ber_item seq, id;

	if (!ber_take(in, BER_UNIVERSAL, BER_SEQUENCE, &seq))
		return false;
	*in = seq.body;
	if (!ber_take(in, BER_UNIVERSAL, BER_OID, &id) || !ber_oid(&id, oid, size))
		return false;
	memset(inner, 0, sizeof(*inner));
	(void)ber_take(in, BER_CONTEXT, 0, inner);
	return true;
}

static void recipients(struct arena *mem, struct ber set, struct scep_message *m)
{
	struct ber_item ri, version, rid;

	while (m->nto < SCEP_MAX_RECIPIENTS && ber_take(&set, BER_UNIVERSAL, BER_SEQUENCE, &ri)) {
		struct ber in = ri.body;
		if (ber_take(&in, BER_UNIVERSAL, BER_INTEGER, &version) &&
		    ber_take(&in, BER_UNIVERSAL, BER_SEQUENCE, &rid))
			who(mem, rid.body, &m->to[m->nto++]);
	}
}

/* EnvelopedData: version, who may open it, what it is encrypted with. */
static void envelope(struct arena *mem, const unsigned char *p, size_t n, struct scep_message *m)
{
	struct ber in = {p, n};
	struct ber_item inner, seq, version, set, eci, type, alg;
	char oid[128];

	if (!content(&in, oid, sizeof(oid), &inner) || strcmp(oid, OID_ENVELOPED) != 0)
		return;
	m->enveloped = true;
	in = inner.body;
	if (!ber_take(&in, BER_UNIVERSAL, BER_SEQUENCE, &seq))
		return;
	in = seq.body;
	if (!ber_take(&in, BER_UNIVERSAL, BER_INTEGER, &version) ||
	    !ber_take(&in, BER_UNIVERSAL, BER_SET, &set))
		return;
	recipients(mem, set.body, m);
	if (!ber_take(&in, BER_UNIVERSAL, BER_SEQUENCE, &eci))
		return;
	in = eci.body;
	if (ber_take(&in, BER_UNIVERSAL, BER_OID, &type) && ber_take(&in, BER_UNIVERSAL, BER_SEQUENCE, &alg))
		m->cipher = algorithm(mem, alg.body);
}

static void encapsulated(struct arena *mem, struct ber in, struct scep_message *m)
{
	struct ber_item id, explicit, octets, first;
	unsigned char *inner;
	size_t n;

	if (!ber_take(&in, BER_UNIVERSAL, BER_OID, &id) || !ber_take(&in, BER_CONTEXT, 0, &explicit))
		return;
	in = explicit.body;
	if (!ber_take(&in, BER_UNIVERSAL, BER_OCTETS, &octets))
		return;
	m->inner_claimed = (size_t)octets.claimed;
	if (octets.constructed) {
		struct ber pieces = octets.body;
		if (ber_next(&pieces, &first) && pieces.n == 0)
			m->inner_claimed = (size_t)first.claimed;
	}
	inner = arena_alloc(mem, octets.body.n + 1);
	n = ber_octets(&octets, inner, octets.body.n);
	envelope(mem, inner, n, m);
}

/* ---- signed attributes ---- */

static int number(const struct ber_item *v)
{
	char text[8] = "";

	if (v->body.n == 0 || v->body.n >= sizeof(text))
		return -1;
	for (size_t i = 0; i < v->body.n; i++)
		if (v->body.p[i] < '0' || v->body.p[i] > '9')
			return -1;
	memcpy(text, v->body.p, v->body.n);
	return (int)strtol(text, NULL, 10);
}

static void nonce(const struct ber_item *v, struct scep_bytes *out)
{
	out->n = ber_octets(v, out->b, sizeof(out->b));
}

/* A number, its bytes in one order or the other, or digits: only what has the severity of a failure counts.
 */
static uint32_t hresult(const struct ber_item *v)
{
	const unsigned char *p = v->body.p;
	size_t n = v->body.n;
	uint32_t big = 0, little = 0;
	char text[16] = "";

	if (n >= 8 && n < sizeof(text)) {
		memcpy(text, p, n);
		big = (uint32_t)strtoll(text, NULL, 0);
		return big >> 31 != 0 ? big : 0;
	}
	if (n == 5 && p[0] == 0) {
		p++;
		n--;
	}
	for (size_t i = 0; n == 4 && i < n; i++) {
		big = big << 8 | p[i];
		little |= (uint32_t)p[i] << (8 * i);
	}
	return big >> 31 != 0 ? big : little >> 31 != 0 ? little : 0;
}

static void attribute(struct arena *mem, const char *oid, const struct ber_item *v, struct scep_message *m)
{
	size_t k = strlen(OID_SCEP);

	if (strcmp(oid, OID_FAIL_TEXT) == 0)
		m->fail_text =
		        arena_strndup(mem, (const char *)v->body.p, v->body.n < 1000 ? v->body.n : 1000);
	if (strcmp(oid, OID_HRESULT) == 0)
		m->hresult = hresult(v);
	if (strncmp(oid, OID_SCEP, k) != 0 || oid[k] == '\0' || oid[k + 1] != '\0')
		return;
	switch (oid[k]) {
	case '2':
		m->message_type = number(v);
		break;
	case '3':
		m->pki_status = number(v);
		break;
	case '4':
		m->fail_info = number(v);
		break;
	case '5':
		nonce(v, &m->sender_nonce);
		break;
	case '6':
		nonce(v, &m->recipient_nonce);
		break;
	case '7':
		m->transaction =
		        arena_strndup(mem, (const char *)v->body.p, v->body.n < 256 ? v->body.n : 256);
		break;
	default:
		break;
	}
}

static void attributes(struct arena *mem, struct ber in, struct scep_message *m)
{
	struct ber_item attr, id, set, value;
	char oid[128];

	while (ber_take(&in, BER_UNIVERSAL, BER_SEQUENCE, &attr)) {
		struct ber a = attr.body;
		if (!ber_take(&a, BER_UNIVERSAL, BER_OID, &id) || !ber_oid(&id, oid, sizeof(oid)) ||
		    !ber_take(&a, BER_UNIVERSAL, BER_SET, &set))
			continue;
		a = set.body;
		if (ber_next(&a, &value) && !value.cut)
			attribute(mem, oid, &value, m);
	}
}

static void signer(struct arena *mem, struct ber in, struct scep_message *m)
{
	struct ber_item info, version, sid, digest, attrs;

	if (!ber_take(&in, BER_UNIVERSAL, BER_SEQUENCE, &info))
		return;
	in = info.body;
	if (!ber_take(&in, BER_UNIVERSAL, BER_INTEGER, &version) || !ber_next(&in, &sid))
		return;
	if (ber_is(&sid, BER_UNIVERSAL, BER_SEQUENCE))
		who(mem, sid.body, &m->signer);
	if (!ber_take(&in, BER_UNIVERSAL, BER_SEQUENCE, &digest))
		return;
	if (ber_take(&in, BER_CONTEXT, 0, &attrs))
		attributes(mem, attrs.body, m);
}

static void signed_data(struct arena *mem, struct ber in, struct scep_message *m)
{
	struct ber_item seq, version, digests, alg, eci, it;

	if (!ber_take(&in, BER_UNIVERSAL, BER_SEQUENCE, &seq))
		return;
	in = seq.body;
	if (!ber_take(&in, BER_UNIVERSAL, BER_INTEGER, &version) ||
	    !ber_take(&in, BER_UNIVERSAL, BER_SET, &digests))
		return;
	if (ber_take(&digests.body, BER_UNIVERSAL, BER_SEQUENCE, &alg))
		m->digest = algorithm(mem, alg.body);
	if (!ber_take(&in, BER_UNIVERSAL, BER_SEQUENCE, &eci))
		return;
	encapsulated(mem, eci.body, m);
	if (ber_take(&in, BER_CONTEXT, 0, &it)) {
		struct ber certs = it.body;
		struct ber_item one;
		while (ber_take(&certs, BER_UNIVERSAL, BER_SEQUENCE, &one) && !one.cut)
			m->certificates++;
	}
	(void)ber_take(&in, BER_CONTEXT, 1, &it);
	if (ber_take(&in, BER_UNIVERSAL, BER_SET, &it))
		signer(mem, it.body, m);
}

bool scep_message_read(struct arena *mem, const unsigned char *p, size_t n, struct scep_message *m)
{
	struct ber in = {p, n}, outer = {p, n};
	struct ber_item whole, inner;
	char oid[128];

	memset(m, 0, sizeof(*m));
	m->message_type = m->pki_status = m->fail_info = -1;
	m->bytes = n;
	if (!ber_next(&outer, &whole) || !content(&in, oid, sizeof(oid), &inner) ||
	    strcmp(oid, OID_SIGNED) != 0)
		return false;
	m->signed_data = true;
	m->cut = whole.cut;
	signed_data(mem, inner.body, m);
	return true;
}
