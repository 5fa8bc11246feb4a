/*
 * Reads certificates.  The only place that turns OpenSSL's X.509 types into values; it opens no
 * connection and asks for no time.
 */
#include "x509_facts.h"

#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <casebook/clock.h>

#include "ossl.h"

#define MAX_NAME 1024 /* of a subject; real ones are under 200 bytes, and 64 certificates fit one fact */
#define MAX_LIST 64   /* names, addresses: more than a real certificate holds is only counted by attackers */
#define MAX_URL 2048  /* of a name or address in a certificate */
#define DAY_MS ((int64_t)86400000)

#define OID_RA_AGENT "1.3.6.1.4.1.311.20.2.1"
#define OID_TEMPLATE_NAME "1.3.6.1.4.1.311.20.2"
#define OID_TEMPLATE "1.3.6.1.4.1.311.21.7"

const char *const cert_role_names[] = {"ca", "ra-signing", "ra-encryption", "other", NULL};
_Static_assert(sizeof(cert_role_names) / sizeof(*cert_role_names) == CERT__MAX + 1, "a name for each role");

const char *cert_name(struct arena *mem, const X509_NAME *name)
{
	AUTO(BIO) out = BIO_new(BIO_s_mem());
	char *p;
	long n;

	X509_NAME_print_ex(out, name, 0,
	                   ASN1_STRFLGS_UTF8_CONVERT | ASN1_STRFLGS_ESC_CTRL | ASN1_STRFLGS_ESC_2253 |
	                           XN_FLAG_SEP_CPLUS_SPC | XN_FLAG_DN_REV | XN_FLAG_FN_SN |
	                           XN_FLAG_DUMP_UNKNOWN_FIELDS);
	n = BIO_get_mem_data(out, &p);
	ERR_clear_error();
	return arena_strndup(mem, n > 0 ? p : "", n < MAX_NAME ? (size_t)n : MAX_NAME);
}

static const char *hex(struct arena *mem, const unsigned char *p, size_t n)
{
	static const char digits[] = "0123456789abcdef";
	char *out = arena_alloc(mem, 2 * n + 1);

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[p[i] >> 4];
		out[2 * i + 1] = digits[p[i] & 15];
	}
	return out;
}

const char *cert_hash(struct arena *mem, X509 *x, const EVP_MD *md)
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	return X509_digest(x, md, sum, &n) == 1 ? hex(mem, sum, n) : NULL;
}

const char *cert_serial(struct arena *mem, const ASN1_INTEGER *serial)
{
	size_t n = (size_t)ASN1_STRING_length(serial);

	return hex(mem, ASN1_STRING_get0_data(serial), n < 64 ? n : 64);
}

const char *cert_key(struct arena *mem, X509 *x, int *bits)
{
	EVP_PKEY *key = X509_get0_pubkey(x);
	char group[80] = "";
	size_t n = 0;

	*bits = key != NULL ? EVP_PKEY_get_bits(key) : 0;
	if (key == NULL) {
		ERR_clear_error();
		return NULL;
	}
	if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
	    EVP_PKEY_get_group_name(key, group, sizeof(group), &n) == 1)
		return arena_fmt(mem, "EC %s", group);
	if (EVP_PKEY_get0_type_name(key) != NULL)
		return arena_fmt(mem, "%s %d", EVP_PKEY_get0_type_name(key), *bits);
	return arena_fmt(mem, "%s %d", OBJ_nid2sn(EVP_PKEY_get_base_id(key)), *bits);
}

bool cert_key_weak(X509 *x)
{
	EVP_PKEY *key = X509_get0_pubkey(x);

	if (key == NULL) {
		ERR_clear_error();
		return false;
	}
	switch (EVP_PKEY_get_base_id(key)) {
	case EVP_PKEY_RSA:
	case EVP_PKEY_RSA_PSS:
	case EVP_PKEY_DSA:
		return EVP_PKEY_get_bits(key) < 2048;
	case EVP_PKEY_EC:
		return EVP_PKEY_get_bits(key) < 224;
	default:
		return false;
	}
}

/* The digest of a signature; NID_undef when there is none or it is not known. */
static int signature_digest(X509 *x)
{
	int md = NID_undef, bits;

	if (X509_get_signature_info(x, &md, NULL, &bits, NULL) != 1)
		ERR_clear_error();
	return md;
}

const char *cert_signature(struct arena *mem, X509 *x)
{
	int nid = X509_get_signature_nid(x);
	char oid[80];

	if (cert_signed_pss(x))
		return arena_fmt(mem, "rsassaPss with %s", OBJ_nid2ln(signature_digest(x)));
	if (nid != NID_undef)
		return OBJ_nid2ln(nid);
	{
		const X509_ALGOR *alg;
		const ASN1_OBJECT *obj;
		X509_get0_signature(NULL, &alg, x);
		X509_ALGOR_get0(&obj, NULL, NULL, alg);
		OBJ_obj2txt(oid, sizeof(oid), obj, 1);
	}
	return arena_strdup(mem, oid);
}

bool cert_signed_sha1(X509 *x)
{
	int md = signature_digest(x);

	return md == NID_sha1 || md == NID_md5 || md == NID_md4 || md == NID_md2;
}

bool cert_signed_pss(X509 *x)
{
	return X509_get_signature_nid(x) == NID_rsassaPss;
}

/* The value of an extension that OpenSSL has no name for. */
static const ASN1_OCTET_STRING *extension(X509 *x, const char *oid)
{
	ASN1_OBJECT *obj = OBJ_txt2obj(oid, 1);
	int at = X509_get_ext_by_OBJ(x, obj, -1);

	ASN1_OBJECT_free(obj);
	return at >= 0 ? X509_EXTENSION_get_data(X509_get_ext(x, at)) : NULL;
}

static const char *template_name(struct arena *mem, const ASN1_OCTET_STRING *ext)
{
	const unsigned char *p = ASN1_STRING_get0_data(ext);
	ASN1_TYPE *any = d2i_ASN1_TYPE(NULL, &p, ASN1_STRING_length(ext));
	const char *name = NULL;
	unsigned char *utf8;
	int n;

	if (any != NULL && ASN1_TYPE_get(any) == V_ASN1_BMPSTRING) {
		n = ASN1_STRING_to_UTF8(&utf8, any->value.bmpstring);
		if (n >= 0) {
			name = arena_strndup(mem, (const char *)utf8, n < 256 ? (size_t)n : 256);
			OPENSSL_free(utf8);
		}
	}
	ASN1_TYPE_free(any);
	ERR_clear_error();
	return name;
}

const char *cert_template(struct arena *mem, X509 *x)
{
	const ASN1_OCTET_STRING *ext = extension(x, OID_TEMPLATE_NAME);
	const char *name = ext != NULL ? template_name(mem, ext) : NULL;
	ASN1_OBJECT *obj;
	const unsigned char *p;
	char oid[128];
	long len;
	int tag, class;

	if (name != NULL)
		return name;
	ext = extension(x, OID_TEMPLATE);
	if (ext == NULL)
		return NULL;
	p = ASN1_STRING_get0_data(ext); /* SEQUENCE { OBJECT IDENTIFIER, INTEGER, INTEGER } */
	if ((ASN1_get_object(&p, &len, &tag, &class, ASN1_STRING_length(ext)) & 0x80) != 0 ||
	    tag != V_ASN1_SEQUENCE) {
		ERR_clear_error();
		return NULL;
	}
	obj = d2i_ASN1_OBJECT(NULL, &p, len);
	ERR_clear_error();
	if (obj == NULL)
		return NULL;
	OBJ_obj2txt(oid, sizeof(oid), obj, 1);
	ASN1_OBJECT_free(obj);
	return arena_strdup(mem, oid);
}

bool cert_time(const ASN1_TIME *t, int64_t *ms)
{
	struct tm tm;

	if (t == NULL || ASN1_TIME_to_tm(t, &tm) != 1) {
		ERR_clear_error();
		return false;
	}
	return clock_from_civil(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
	                        tm.tm_sec, ms);
}

int64_t cert_days_left(X509 *x, int64_t now_ms)
{
	int64_t end;

	if (!cert_time(X509_get0_notAfter(x), &end))
		return 0;
	end -= now_ms;
	return end >= 0 ? end / DAY_MS : -((-end + DAY_MS - 1) / DAY_MS);
}

bool cert_expired(X509 *x, int64_t now_ms)
{
	int64_t end;

	return cert_time(X509_get0_notAfter(x), &end) && end < now_ms;
}

bool cert_not_yet(X509 *x, int64_t now_ms)
{
	int64_t begin;

	return cert_time(X509_get0_notBefore(x), &begin) && begin > now_ms;
}

bool cert_is_ca(X509 *x)
{
	return X509_check_ca(x) > 0;
}

bool cert_self_signed(X509 *x)
{
	int r = X509_self_signed(x, 1);

	ERR_clear_error();
	return r == 1;
}

bool cert_issued_by(X509 *x, X509 *issuer)
{
	EVP_PKEY *key = X509_get0_pubkey(issuer);
	bool ok = key != NULL && X509_NAME_cmp(X509_get_issuer_name(x), X509_get_subject_name(issuer)) == 0 &&
	          X509_verify(x, key) == 1;

	ERR_clear_error();
	return ok;
}

bool cert_usage(X509 *x, uint32_t bits)
{
	return (X509_get_key_usage(x) & bits) == bits; /* all ones when there is no key usage */
}

static bool has_eku(X509 *x, const char *oid)
{
	EXTENDED_KEY_USAGE *eku = X509_get_ext_d2i(x, NID_ext_key_usage, NULL, NULL);
	ASN1_OBJECT *want = OBJ_txt2obj(oid, 1);
	bool found = false;

	for (int i = 0; i < sk_ASN1_OBJECT_num(eku) && !found; i++)
		found = OBJ_cmp(sk_ASN1_OBJECT_value(eku, i), want) == 0;
	ASN1_OBJECT_free(want);
	EXTENDED_KEY_USAGE_free(eku);
	ERR_clear_error();
	return found;
}

bool cert_ra_agent(X509 *x)
{
	return has_eku(x, OID_RA_AGENT);
}

static bool template_is(X509 *x, const char *name)
{
	struct arena *mem = arena_new();
	const char *t = cert_template(mem, x);
	bool is = t != NULL && strcmp(t, name) == 0;

	arena_free(mem);
	return is;
}

enum cert_role cert_role(X509 *x)
{
	bool has_usage = (X509_get_extension_flags(x) & EXFLAG_KUSAGE) != 0, sign, encrypt;

	if (cert_is_ca(x))
		return CERT_CA;
	if (template_is(x, "CEPEncryption"))
		return CERT_RA_ENCRYPTION;
	if (template_is(x, "EnrollmentAgentOffline"))
		return CERT_RA_SIGNING;
	sign = has_usage && cert_usage(x, KU_DIGITAL_SIGNATURE);
	encrypt = has_usage && (cert_usage(x, KU_KEY_ENCIPHERMENT) || cert_usage(x, KU_DATA_ENCIPHERMENT));
	if (encrypt && (!sign || cert_ra_agent(x)))
		return CERT_RA_ENCRYPTION;
	if (sign && (!encrypt || cert_ra_agent(x)))
		return CERT_RA_SIGNING;
	return CERT_OTHER;
}

static void add_general(struct value_builder *list, struct arena *mem, const GENERAL_NAME *g)
{
	if (g->type == GEN_DNS || g->type == GEN_URI) {
		size_t n = (size_t)ASN1_STRING_length(g->d.ia5);
		vb_add(list, NULL,
		       value_str(arena_strndup(mem, (const char *)ASN1_STRING_get0_data(g->d.ia5),
		                               n < MAX_URL ? n : MAX_URL)));
	} else if (g->type == GEN_IPADD) {
		int n = ASN1_STRING_length(g->d.iPAddress);
		char text[INET6_ADDRSTRLEN];

		if ((n == 4 || n == 16) &&
		    inet_ntop(n == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(g->d.iPAddress), text,
		              sizeof(text)) != NULL)
			vb_add(list, NULL, value_str(arena_strdup(mem, text)));
	}
}

struct value cert_names(struct arena *mem, X509 *x)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
	struct value_builder list;

	vb_init(&list, mem);
	for (int i = 0; i < sk_GENERAL_NAME_num(names) && i < MAX_LIST; i++)
		add_general(&list, mem, sk_GENERAL_NAME_value(names, i));
	GENERAL_NAMES_free(names);
	ERR_clear_error();
	return vb_list(&list);
}

static void crl_urls(struct value_builder *list, struct arena *mem, X509 *x, int nid)
{
	CRL_DIST_POINTS *points = X509_get_ext_d2i(x, nid, NULL, NULL);

	for (int i = 0; i < sk_DIST_POINT_num(points) && i < MAX_LIST; i++) {
		DIST_POINT_NAME *name = sk_DIST_POINT_value(points, i)->distpoint;
		if (name == NULL || name->type != 0)
			continue;
		for (int k = 0; k < sk_GENERAL_NAME_num(name->name.fullname) && k < MAX_LIST; k++)
			add_general(list, mem, sk_GENERAL_NAME_value(name->name.fullname, k));
	}
	CRL_DIST_POINTS_free(points);
}

static void access_urls(struct value_builder *list, struct arena *mem, X509 *x, int method)
{
	AUTHORITY_INFO_ACCESS *aia = X509_get_ext_d2i(x, NID_info_access, NULL, NULL);

	for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(aia) && i < MAX_LIST; i++) {
		ACCESS_DESCRIPTION *d = sk_ACCESS_DESCRIPTION_value(aia, i);
		if (OBJ_obj2nid(d->method) == method)
			add_general(list, mem, d->location);
	}
	AUTHORITY_INFO_ACCESS_free(aia);
}

struct value cert_urls(struct arena *mem, X509 *x, enum cert_url which)
{
	struct value_builder list;

	vb_init(&list, mem);
	switch (which) {
	case CERT_URL_CRL:
		crl_urls(&list, mem, x, NID_crl_distribution_points);
		break;
	case CERT_URL_DELTA:
		crl_urls(&list, mem, x, NID_freshest_crl);
		break;
	case CERT_URL_ISSUER:
		access_urls(&list, mem, x, NID_ad_ca_issuers);
		break;
	case CERT_URL_OCSP:
		access_urls(&list, mem, x, NID_ad_OCSP);
		break;
	}
	ERR_clear_error();
	return vb_list(&list);
}

struct value cert_ekus(struct arena *mem, X509 *x)
{
	EXTENDED_KEY_USAGE *eku = X509_get_ext_d2i(x, NID_ext_key_usage, NULL, NULL);
	struct value_builder list;
	char text[128];

	vb_init(&list, mem);
	for (int i = 0; i < sk_ASN1_OBJECT_num(eku) && i < MAX_LIST; i++) {
		OBJ_obj2txt(text, sizeof(text), sk_ASN1_OBJECT_value(eku, i), 0);
		if (strcmp(text, OID_RA_AGENT) == 0)
			snprintf(text, sizeof(text), "Certificate Request Agent");
		vb_add(&list, NULL, value_str(arena_strdup(mem, text)));
	}
	EXTENDED_KEY_USAGE_free(eku);
	ERR_clear_error();
	return vb_list(&list);
}

static struct value usages(struct arena *mem, X509 *x)
{
	static const struct {
		uint32_t bit;
		const char *name;
	} names[] = {{KU_DIGITAL_SIGNATURE, "digitalSignature"},
	             {KU_NON_REPUDIATION, "nonRepudiation"},
	             {KU_KEY_ENCIPHERMENT, "keyEncipherment"},
	             {KU_DATA_ENCIPHERMENT, "dataEncipherment"},
	             {KU_KEY_AGREEMENT, "keyAgreement"},
	             {KU_KEY_CERT_SIGN, "keyCertSign"},
	             {KU_CRL_SIGN, "cRLSign"}};
	struct value_builder list;

	vb_init(&list, mem);
	if ((X509_get_extension_flags(x) & EXFLAG_KUSAGE) != 0)
		for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
			if (cert_usage(x, names[i].bit))
				vb_add(&list, NULL, value_str(names[i].name));
	return vb_list(&list);
}

static struct value iso(struct arena *mem, const ASN1_TIME *t)
{
	char text[CLOCK_TEXT];
	int64_t ms;

	return cert_time(t, &ms) ? value_str(arena_strdup(mem, clock_iso(ms, text))) : value_null();
}

struct value cert_value(struct arena *mem, X509 *x, int64_t now_ms)
{
	struct value_builder m;
	int64_t end;
	int bits;

	vb_init(&m, mem);
	vb_add(&m, "subject", value_str(cert_name(mem, X509_get_subject_name(x))));
	vb_add(&m, "issuer", value_str(cert_name(mem, X509_get_issuer_name(x))));
	vb_add(&m, "role", value_str(cert_role_names[cert_role(x)]));
	vb_add(&m, "template", value_str(cert_template(mem, x)));
	vb_add(&m, "not_before", iso(mem, X509_get0_notBefore(x)));
	vb_add(&m, "not_after", iso(mem, X509_get0_notAfter(x)));
	vb_add(&m, "days_left",
	       cert_time(X509_get0_notAfter(x), &end) ? value_int(cert_days_left(x, now_ms)) : value_null());
	vb_add(&m, "expired", value_bool(cert_expired(x, now_ms)));
	vb_add(&m, "not_yet_valid", value_bool(cert_not_yet(x, now_ms)));
	vb_add(&m, "sha1", value_str(cert_hash(mem, x, EVP_sha1())));
	vb_add(&m, "sha256", value_str(cert_hash(mem, x, EVP_sha256())));
	vb_add(&m, "serial", value_str(cert_serial(mem, X509_get0_serialNumber(x))));
	vb_add(&m, "key", value_str(cert_key(mem, x, &bits)));
	vb_add(&m, "signature", value_str(cert_signature(mem, x)));
	vb_add(&m, "usage", usages(mem, x));
	vb_add(&m, "extended_usage", cert_ekus(mem, x));
	vb_add(&m, "self_signed", value_bool(cert_self_signed(x)));
	return vb_map(&m);
}
