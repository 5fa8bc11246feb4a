/*
 * Which certificate is for what, and in which other file the same one is; for which certificate the envelope
 * of a SCEP message is.  Decides nothing.
 */
#include "analyze_certs.h"

#include <string.h>
#include <strings.h>

#include <casebook/utf8.h>

#define MOST 16 /* certificates of one file that are shown */

static bool yes_in(const struct value *map, const char *key)
{
	const struct value *v = value_find(map, key);

	return v != NULL && v->type == VAL_BOOL && v->u.b;
}

static const struct value *list_of(const struct analyzed *f, const char *fact)
{
	const struct value *v = f->looked ? evidence_fact(&f->e, fact) : NULL;

	return v != NULL && v->type == VAL_LIST ? v : NULL;
}

static const char *use_of(const struct value *c)
{
	static const struct {
		const char *role, *use;
	} uses[] = {{"ra-signing", "NDES signs with it"},
	            {"ra-encryption", "devices encrypt to it, NDES decrypts with it"},
	            {"ca", "an issuing or intermediate CA"},
	            {"other", "neither of a CA nor of NDES"}};
	const char *role = value_find_str(c, "role");

	if (role != NULL && strcmp(role, "ca") == 0 && yes_in(c, "self_signed"))
		return "a root CA";
	for (size_t i = 0; role != NULL && i < sizeof(uses) / sizeof(uses[0]); i++)
		if (strcmp(uses[i].role, role) == 0)
			return uses[i].use;
	return "its use is not known";
}

static bool same(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcasecmp(a, b) == 0;
}

/* Another file that holds a certificate with this text under this key, and the certificate. */
static const char *holder(const struct analysis *a, size_t but, const char *key, const char *text,
                          const struct value **cert)
{
	for (size_t i = 0; text != NULL && i < a->n; i++) {
		const struct value *list = i != but ? list_of(&a->files[i], "certificates") : NULL;

		for (size_t k = 0; list != NULL && k < list->u.list.n; k++)
			if (same(value_find_str(&list->u.list.items[k], key), text)) {
				*cert = &list->u.list.items[k];
				return a->files[i].path;
			}
	}
	return NULL;
}

static void put_line(struct buf *out, struct buf *line)
{
	buf_str(out, "    ");
	utf8_clean(out, buf_cstr(line), line->n, UTF8_ONE_LINE);
	buf_char(out, '\n');
	buf_release(line);
}

static void put_cert(struct buf *out, const struct analysis *a, size_t i, const struct value *c)
{
	const char *subject = value_find_str(c, "subject"), *until = value_find_str(c, "not_after"),
	           *hash = value_find_str(c, "sha1");
	const struct value *other = NULL;
	const char *file = holder(a, i, "sha1", hash, &other);
	struct buf line;

	buf_init(&line, 4000);
	buf_fmt(&line, "%s: %s", subject != NULL ? subject : "a certificate", use_of(c));
	if (until != NULL)
		buf_fmt(&line, "; %s %.10s", yes_in(c, "expired") ? "ended" : "good until", until);
	if (hash != NULL)
		buf_fmt(&line, "; thumbprint %s", hash);
	if (file != NULL)
		buf_fmt(&line, "; the same as in %s", file);
	put_line(out, &line);
}

static void put_recipient(struct buf *out, const struct analysis *a, size_t i, const struct value *to)
{
	const char *serial = value_find_str(to, "serial"), *issuer = value_find_str(to, "issuer"), *file;
	const struct value *c = NULL;
	struct buf line;

	file = holder(a, i, "serial", serial, &c);
	buf_init(&line, 4000);
	if (file != NULL && same(value_find_str(c, "issuer"), issuer))
		buf_fmt(&line, "its envelope is for %s in %s: %s", value_find_str(c, "subject"), file,
		        use_of(c));
	else
		buf_fmt(&line,
		        "its envelope is for a certificate with serial %s of %s, which no file here holds",
		        serial != NULL ? serial : "?", issuer != NULL ? issuer : "?");
	put_line(out, &line);
}

void analyze_certs(const struct analysis *a, size_t i, struct buf *out)
{
	const struct value *certs = list_of(&a->files[i], "certificates"),
	                   *to = list_of(&a->files[i], "recipients");

	for (size_t k = 0; certs != NULL && k < certs->u.list.n && k < MOST; k++)
		put_cert(out, a, i, &certs->u.list.items[k]);
	for (size_t k = 0; to != NULL && k < to->u.list.n; k++)
		put_recipient(out, a, i, &to->u.list.items[k]);
}
