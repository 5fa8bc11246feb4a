/*
 * Which probe reads a file, from its first bytes.  Knows the signatures of files
 * that nobody reads here, so that a refusal can say what they are.
 */
#include "file_kind.h"
#include "file_like.h"
#include "file_ours.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

const char *mem_find(const char *hay, size_t n, const char *needle, size_t m)
{
	const char *end = hay + n;

	if (!m || m > n)
		return NULL;
	while ((size_t)(end - hay) >= m) {
		hay = memchr(hay, needle[0], (size_t)(end - hay) - m + 1);
		if (!hay || memcmp(hay, needle, m) == 0)
			return hay;
		hay++;
	}
	return NULL;
}

const char *mem_find_fold(const char *hay, size_t n, const char *needle)
{
	size_t m = strlen(needle);
	const char *end = hay + n;
	char both[2] = {(char)tolower((unsigned char)needle[0]), (char)toupper((unsigned char)needle[0])};

	if (!m)
		return NULL;
	for (; (size_t)(end - hay) >= m && hay < end; hay++)
		if ((*hay == both[0] || *hay == both[1]) && strncasecmp(hay, needle, m) == 0)
			return hay;
	return NULL;
}

void sample_of_bytes(const void *bytes, size_t n, struct sample_text *out)
{
	memset(out, 0, sizeof(*out));
	buf_init(&out->text, 4 * FILE_SAMPLE);
	out->s.bytes = bytes;
	out->s.n = n > FILE_SAMPLE ? FILE_SAMPLE : n;
	if (file_sample_text(out->s.bytes, out->s.n, &out->text)) {
		out->s.text = buf_cstr(&out->text);
		out->s.text_n = out->text.n;
	}
}

void sample_of(struct file_src *src, struct sample_text *out)
{
	const unsigned char *head;
	size_t n = file_peek(src, &head);

	sample_of_bytes(head, n, out);
}

void sample_release(struct sample_text *t)
{
	buf_release(&t->text);
}

const struct probe_impl *file_kind(const struct sample *s)
{
	const struct probe_impl *best = NULL;
	unsigned most = 0;

	if (file_ours(s) != NULL)
		return NULL;
	for (size_t i = 0; probe_impls[i]; i++) {
		unsigned score = probe_impls[i]->recognise ? probe_impls[i]->recognise(s) : 0;

		if (score > most) {
			most = score;
			best = probe_impls[i];
		}
	}
	return best;
}

static const struct magic {
	unsigned at;
	const char *bytes;
	unsigned n;
	const char *what;
	bool idle; /* nothing in it can say how an enrolment went */
} magics[] = {
        {0, "\xFF\xD8\xFF", 3, "a JPEG image", true},
        {0, "\x89PNG\r\n", 6, "a PNG image", true},
        {0, "GIF8", 4, "a GIF image", true},
        {0, "BM", 2, "a bitmap image", true},
        {4, "ftypheic", 8, "a HEIC image", true},
        {4, "ftyp", 4, "a video", true},
        {0, "%PDF", 4, "a PDF document", false},
        {0,
         "\x7F"
         "ELF",
         4, "a program", true},
        {0, "MZ", 2, "a Windows program", true},
        {0, "\xD0\xCF\x11\xE0", 4, "an old Office document or MSI package", false},
        {0, "7z\xBC\xAF", 4, "a 7-Zip archive; unpack it or send a zip", false},
        {0, "Rar!", 4, "a RAR archive; unpack it or send a zip", false},
        {0, "BZh", 3, "a bzip2 file; unpack it or send gzip", false},
        {0,
         "\xFD"
         "7zXZ",
         5, "an xz file; unpack it or send gzip", false},
        {0, "regf", 4, "a registry hive; export the keys as .reg", false},
        {0, "SQLite format 3", 15, "an SQLite database", false},
        {0, "bplist", 6, "a binary property list", false},
        {4, "LfLe", 4, "an event log of Windows before Vista; save it anew as .evtx", false},
        {0, "\xD4\xC3\xB2\xA1", 4, "a network capture; casebook reads logs", false},
        {0, "\x0A\x0D\x0D\x0A", 4, "a network capture; casebook reads logs", false},
};

static const char unknown_text[] = "text of a kind that is not known";

/* What is written between the dashes of PEM and is no certificate. */
static const struct pem {
	const char *begin, *what;
} pems[] = {
        {"PRIVATE KEY-----", "a private key, which nobody needs here: keep it where it belongs"},
        {"-----BEGIN CERTIFICATE REQUEST-----", "a certificate request; the certificate says more"},
        {"-----BEGIN NEW CERTIFICATE REQUEST-----", "a certificate request; the certificate says more"},
        {"-----BEGIN X509 CRL-----", "a revocation list; crl.fetch reads it where the certificate points to"},
};

/* PFX: SEQUENCE, version 3, SEQUENCE (RFC 7292, 4). */
static bool is_pkcs12(const struct sample *s)
{
	size_t length = s->n > 8 && s->bytes[1] > 0x80 && s->bytes[1] <= 0x84 ? s->bytes[1] - 0x80u : 0;

	return s->n > 8 && s->bytes[0] == 0x30 && memcmp(s->bytes + 2 + length, "\x02\x01\x03\x30", 4) == 0;
}

static bool all_nul(const struct sample *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->bytes[i])
			return false;
	return true;
}

static const struct magic *magic_of(const struct sample *s)
{
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
		const struct magic *m = &magics[i];

		if (s->n >= m->at + m->n && memcmp(s->bytes + m->at, m->bytes, m->n) == 0 &&
		    (m->n > 2 || !s->text))
			return m;
	}
	return NULL;
}

static const struct pem *pem_of(const struct sample *s)
{
	for (size_t i = 0; i < sizeof(pems) / sizeof(pems[0]) && sample_has(s, "-----BEGIN "); i++)
		if (sample_has(s, pems[i].begin))
			return &pems[i];
	return NULL;
}

bool file_is_idle(const struct sample *s)
{
	const struct magic *m = s->n != 0 && !all_nul(s) ? magic_of(s) : NULL;

	return s->n == 0 || file_ours(s) != NULL ||
	       (m != NULL ? m->idle : !all_nul(s) && (pem_of(s) != NULL || is_pkcs12(s)));
}

const char *file_magic(const struct sample *s)
{
	const struct magic *m;
	const struct pem *pem;

	if (!s->n)
		return "empty";
	if (all_nul(s))
		return "nothing but NUL bytes, as a crash leaves it";
	m = magic_of(s);
	if (m != NULL)
		return m->what;
	pem = pem_of(s);
	if (pem != NULL)
		return pem->what;
	if (is_pkcs12(s))
		return "a PKCS#12 file (PFX), which can hold a private key: nobody needs it here, keep it "
		       "where it belongs";
	if (file_ours(s) != NULL)
		return file_ours(s);
	if (sample_has(s, "<!doctype html") || sample_has(s, "<html"))
		return "a web page";
	return s->text ? unknown_text : "binary data of a kind that is not known";
}

void file_seen_as(struct file_src *src, const struct sample *s, struct buf *out)
{
	const char *failed = file_peek_failed(src);

	/* What cannot be read is not empty. */
	if (failed != NULL && s->n == 0)
		buf_str(out, failed);
	else
		buf_fmt(out, "is %s%s%s", file_magic(s), failed != NULL ? "; " : "",
		        failed != NULL ? failed : "");
	if (failed == NULL && file_magic(s) == unknown_text)
		file_like(s, out);
}

bool sample_has(const struct sample *s, const char *word)
{
	return s->text && mem_find_fold(s->text, s->text_n, word) != NULL;
}

unsigned sample_count(const struct sample *s, const char *word, unsigned max)
{
	const char *p = s->text;
	size_t m = strlen(word);
	unsigned found = 0;

	while (p && found < max) {
		p = mem_find_fold(p, s->text_n - (size_t)(p - s->text), word);
		if (p) {
			found++;
			p += m;
		}
	}
	return found;
}

enum evidence_outcome file_refuse(struct evidence_out *out, const struct err *err)
{
	ev_why(out, "%s", err->msg);
	return EV_UNREADABLE;
}

enum evidence_outcome file_each_line(struct evidence_out *out, const char *path,
                                     void (*each)(void *arg, const struct file_line *line), void *arg)
{
	struct file_text *text;
	struct file_line line;
	struct err err;
	int got;

	if (file_text_open(path, out, &text, &err) != 0)
		return file_refuse(out, &err);
	while ((got = file_text_next(text, &line, &err)) > 0)
		each(arg, &line);
	file_text_close(text);
	return got < 0 ? file_refuse(out, &err) : EV_MEASURED;
}

enum evidence_outcome file_refuse_kind(struct evidence_out *out, struct file_src *src, const char *wanted,
                                       const char *sign)
{
	struct sample_text t;

	sample_of(src, &t);
	if (file_peek_failed(src) != NULL && t.s.n == 0)
		ev_why(out, "%s", file_peek_failed(src));
	else
		ev_why(out, "%s: is %s (its first bytes say so), not %s; %s", file_path(src),
		       file_magic(&t.s), wanted, sign);
	sample_release(&t);
	return EV_UNREADABLE;
}
