/*
 * Shared by the files of redaction: learn.c finds the secrets of a case, secrets.c gives each a token,
 * apply.c replaces them everywhere, leak.c searches the output by independent means.
 */
#ifndef REDACT_INT_H
#define REDACT_INT_H

#include <casebook/base64.h>
#include <casebook/redact.h>
#include <casebook/replay.h>
#include <casebook/text_set.h>
#include <casebook/xalloc.h>

enum secret_kind {
	S_HOST,
	S_DOMAIN,
	S_TENANT,
	S_USER,
	S_IP,
	S_MAC,
	S_SID,
	S_ID,
	S_DEVICE,
	S_NAME,
	S_SERIAL,
	S_FILE,
	S_AGENT,
	S_WORD,
	S_NDES,
	S_CA,
	S_GATEWAY,
	S_PROXY,
	S_SERVER,
	S_PC, /* the console */
	S_PERSON,
	S_CERT, /* a common name */
	S_CALL, /* evidence.call: a field of its own, never searched for, never listed */
	S__MAX
};
struct secret {
	const char *value; /* as first seen */
	size_t len;
	const char *token;
	enum secret_kind kind;
	bool whole;    /* replaced only between boundaries: short, or a number */
	bool asked;    /* named by a person: never weak */
	bool taken;    /* a machine's short name whose long one is known */
	bool weak;     /* also an ordinary word of the report: replaced only as a whole field */
	uint32_t next; /* in its bucket of the matcher, 0 ends */
	unsigned count;
};
#define SECRET_MIN 3      /* shorter values are only replaced as whole fields */
#define SECRET_ANYWHERE 6 /* from this length on, replaced inside words too */

/* The first three bytes, case ignored (and a little more), as one of 65,536 keys. */
#define KEYS 65536u
static inline uint32_t key_of(const char *s)
{
	uint32_t w = ((uint32_t)(unsigned char)s[0] | (uint32_t)(unsigned char)s[1] << 8 |
	              (uint32_t)(unsigned char)s[2] << 16) |
	             0x202020u;

	return w * 2654435761u >> 16;
}
static inline bool key_in(const uint64_t *filter, uint32_t key)
{
	return (filter[key / 64] >> (key % 64) & 1) != 0;
}

struct redaction {
	struct arena *mem, *scratch;
	enum redact_level level;
	struct secret *all;
	size_t n, cap;
	uint32_t *slots; /* hash of the folded value -> index + 1 */
	size_t nslots;
	struct text_set stays; /* words of the output that look like names... */
	struct left {
		const char *text, *kind;
	} * left; /* ... in their order */
	size_t nleft, cap_left;
	struct text_set learned;      /* texts repeat often: each is read once */
	const char *dn_from, *dn_end; /* of the text that is read: its last subject */
	bool dn_last;                 /* a subject's domain has begun already */
	size_t reading;               /* bytes of it that labels and paths may yet read; 0: no more */
	unsigned next[S__MAX];
	unsigned withheld;          /* texts left out whole, at strict */
	uint32_t *bucket, *spaced;  /* by key of the first three bytes: single names, others; sealed only */
	uint64_t filter[KEYS / 64]; /* existing keys: most positions of a text match none */
};

/* A-Z to a-z, the rest as it is. */
static inline unsigned char fold(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}
/* Letters, digits and everything beyond ASCII. */
static inline bool word_char(char c)
{
	return (fold(c) >= 'a' && fold(c) <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* ---- secrets.c ---- */
struct redaction *redaction_new(enum redact_level level);
/* The secret for a value, created when new. token NULL: numbered by kind. */
struct secret *secret_add(struct redaction *r, enum secret_kind kind, const char *value, size_t n,
                          const char *token);
struct secret *secret_find(const struct redaction *r, const char *value, size_t n);
const char *secret_kind_name(enum secret_kind k); /* "HOST" */
/* No more secrets; words of the report become weak; the matcher is built. */
void redaction_seal(struct redaction *r, const struct flow *flow, const struct casefile *cf);
/* The longest secret that begins at text[at]; NULL when there is none. */
const struct secret *secret_at(const struct redaction *r, const char *text, size_t at, size_t n);
bool same_text(const char *a, const char *b, size_t n); /* ASCII case ignored */

/* ---- names.c: what a word is ---- */
/* A computer's name or address; its kind names its role in the token, S_HOST: unknown.  `token`: it is a
 * machine that has one already; else NULL. */
void learn_machine(struct redaction *r, enum secret_kind kind, const char *s, size_t n, const char *token);
/* The same, unless it is an example of an RFC. */
void learn_host(struct redaction *r, const char *s, size_t n);
void learn_user(struct redaction *r, const char *s, size_t n); /* name, DOMAIN\name or name@domain */
/* A part of a name that may stand alone elsewhere: "NDES01" of ndes01.contoso.com. */
void learn_alias(struct redaction *r, enum secret_kind kind, const char *s, size_t n, const char *token);
bool plausible_fqdn(const char *s, size_t n);

/* ---- subject.c ---- */
void learn_subject(struct redaction *r, const char *s, size_t n); /* a distinguished name */
/* One that begins at text[i], if any. */
void take_distinguished(struct redaction *r, const char *text, size_t i, size_t n);
/* "PKI01\\Contoso Issuing CA" around the stroke at text[at]. */
void take_configuration(struct redaction *r, const char *text, size_t at, size_t n);
void take_quoted_authority(struct redaction *r, const char *s, size_t n); /* behind a quote */

/* ---- public.c: what the whole world knows ---- */
extern const char *const well_known_authorities[];
bool host_is_public(const char *s, size_t n);
bool address_is_public(const char *s, size_t n);
size_t service_of(const char *s, size_t n);     /* bytes of ".msappproxy.net"; 0: of no such service */
size_t example_domain(const char *s, size_t n); /* bytes of "example.com"; 0: in none */
bool well_known_account(const char *s, size_t n);
bool public_name(const char *s, size_t n);                      /* of a certificate: a public authority's */
bool public_organization(const char *s, size_t n);              /* begins like the name of one */
bool ends_with(const char *s, size_t n, const char *end);       /* ASCII case ignored */
bool in_list(const char *const *list, const char *s, size_t n); /* ends with NULL; ASCII case ignored */
bool all_digits_dots(const char *s, size_t n);

/* ---- scan.c: patterns in free text ---- */
void learn_text(struct redaction *r, const char *text);
size_t ipv4_len(const char *s, size_t n);
size_t ipv6_len(const char *s, size_t n);

/* n bytes of the text have been read for a value that may hold others, each read to the same end. */
static inline void reading_took(struct redaction *r, size_t n)
{
	r->reading -= n < r->reading ? n : r->reading;
}

/* ---- labels.c ---- */
void learn_labels(struct redaction *r, const char *text, size_t n);
/* ---- label_words.c: labels in the languages of Windows ---- */
/* The label that stands at s: its bytes and what its value is; 0 when none does. */
size_t label_word(const char *s, size_t n, enum secret_kind *kind);

/* ---- paths.c: folders ---- */
void learn_path(struct redaction *r, const char *text, size_t i, size_t n); /* one that begins at i, if any */
bool path_part(const char *s, size_t n); /* "system32", "HKLM": of paths, and no account */

/* ---- roles.c: which machine is what ---- */
void learn_roles(struct redaction *r, const struct flow *flow, const struct casefile *cf);

/* ---- views.c: the plain text behind encoded pieces of a text ---- */
struct view {
	size_t from, len;  /* the encoded piece */
	const char *plain; /* may hold NULs */
	size_t n;
	bool base64; /* starts at an odd alignment: cannot be replaced decoded */
};
/* Calls back for each encoded piece; stops when the callback returns false. */
void each_view(struct arena *mem, const char *text, bool (*found)(void *arg, const struct view *v),
               void *arg);

/* ---- learn.c ---- */
void learn_case(struct redaction *r, const struct flow *flow, const struct casefile *cf);

/* ---- apply.c ---- */
/* The text with every secret replaced; the same pointer when it has none.  NULL stays NULL. */
const char *redact_text(struct redaction *r, struct arena *mem, const char *text);
/* A field that is just a name. */
const char *redact_field(struct redaction *r, struct arena *mem, const char *text);
struct value redact_value(struct redaction *r, struct arena *mem, const struct value *v);
const struct casefile *redact_case(struct redaction *r, struct arena *mem, const struct flow *flow,
                                   const struct casefile *cf);
struct diagnosis *redact_diagnosis(struct redaction *r, struct arena *mem, const struct flow *shown,
                                   const struct flow *original, const struct diagnosis *d);
const struct flow *redact_flow(struct redaction *r, struct arena *mem, const struct flow *f);

/* ---- leak.c ---- */
struct leak {
	const struct secret *secret;
	const char *form; /* "plain", "base64", ... */
	unsigned line;
};
struct leak_search;
struct leak_search *leak_search_new(const struct redaction *r);
void leak_search_free(struct leak_search *s);
/* In pieces, as they are written: begin, feed..., end. */
void leak_begin(struct leak_search *s);
bool leak_feed(struct leak_search *s, const void *mem, size_t n, struct leak *out);
bool leak_end(struct leak_search *s, struct leak *out);

#endif
