/*
 * Lines out of bytes: encoding, line ends, NUL padding, RTF, bounded length.
 * Knows nothing of what the lines mean.
 */
#include "file_text.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/utf8.h>
#include <casebook/xalloc.h>

#include "file_page.h"
#include "file_quote.h"
#include "probe_int.h"

#define RAW 65536u
#define TEXT_CAP (FILE_LINE_MAX + 4 * RAW) /* a line and one decoded piece: at most 3 bytes for each read */

struct file_text {
	struct file_src *src;
	struct evidence_out *out;
	enum file_encoding enc;
	bool owns, decode, is_rtf, cr_only, quoted, begun, eof, dropping;
	struct rtf rtf;
	struct buf made; /* of one piece of RTF */
	unsigned char raw[RAW];
	size_t raw_n; /* bytes of an unfinished UTF-16 character */
	char *buf;
	size_t at, scan, end;
	uint64_t base; /* decoded offset of buf[0] */
	uint64_t number;
	struct err late;
};

/* ---- encodings ---- */

static enum file_encoding by_bom(const unsigned char *p, size_t n)
{
	if (n >= 3 && p[0] == 0xEF && p[1] == 0xBB && p[2] == 0xBF)
		return FILE_UTF8;
	if (n >= 2 && p[0] == 0xFF && p[1] == 0xFE)
		return FILE_UTF16LE;
	if (n >= 2 && p[0] == 0xFE && p[1] == 0xFF)
		return FILE_UTF16BE;
	return FILE_BINARY;
}

static bool is_control(unsigned char c)
{
	return c < 0x20 && c != 0 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1B;
}

enum file_encoding file_guess_encoding(const unsigned char *p, size_t n)
{
	enum file_encoding bom = by_bom(p, n);
	size_t zeros[2] = {0, 0}, runs = 0, control = 0, nuls, i;

	if (bom != FILE_BINARY)
		return bom;
	for (i = 0; i < n; i++) {
		if (!p[i]) {
			zeros[i & 1]++;
			runs += i == 0 || p[i - 1] != 0;
		}
		control += is_control(p[i]);
	}
	nuls = zeros[0] + zeros[1];
	if (n >= 4 && zeros[1] > n / 5 && zeros[0] * 20 < n && runs > n / 8)
		return FILE_UTF16LE;
	if (n >= 4 && zeros[0] > n / 5 && zeros[1] * 20 < n && runs > n / 8)
		return FILE_UTF16BE;
	/* A crash leaves whole runs of NULs in a log, a damaged disk a few single ones; other files have them
	 * all over. */
	if (control * 50 > n || runs > 16 || (n && nuls == n) || (nuls && nuls / runs < 16 && nuls * 200 > n))
		return FILE_BINARY;
	i = utf8_valid_prefix((const char *)p, n);
	return i + 3 >= n ? FILE_UTF8 : FILE_8BIT;
}

const char *file_encoding_name(enum file_encoding e)
{
	static const char *const names[] = {"UTF-8", "8 bit", "UTF-16LE", "UTF-16BE", "binary"};

	return names[e];
}

/* UTF-16 in p[0..n) to UTF-8; returns the bytes used: an unfinished character stays. */
static size_t from_utf16(const unsigned char *p, size_t n, bool little, bool last, char *out, size_t *made)
{
	size_t i = 0, k = 0;

	while (i + 1 < n) {
		uint32_t c = little ? p[i] | (uint32_t)p[i + 1] << 8 : p[i + 1] | (uint32_t)p[i] << 8;

		if (c >= 0xD800 && c < 0xDC00) {
			uint32_t d;

			if (i + 3 >= n && !last)
				break;
			d = i + 3 >= n ? 0
			    : little   ? p[i + 2] | (uint32_t)p[i + 3] << 8
			               : p[i + 3] | (uint32_t)p[i + 2] << 8;
			if (d >= 0xDC00 && d < 0xE000) {
				c = 0x10000 + ((c - 0xD800) << 10) + (d - 0xDC00);
				i += 2;
			} else {
				c = 0xFFFD;
			}
		} else if (c >= 0xDC00 && c < 0xE000) {
			c = 0xFFFD;
		}
		i += 2;
		k += utf8_encode(c, out + k);
	}
	*made = k;
	return i;
}

size_t file_bom(const unsigned char *p, size_t n)
{
	enum file_encoding bom = by_bom(p, n);

	return bom == FILE_BINARY ? 0 : bom == FILE_UTF8 ? 3 : 2;
}

size_t file_from_utf16(struct buf *out, const unsigned char *p, size_t n, bool little, bool last)
{
	char made[4096 / 2 * 3 + 8];
	size_t used = 0;

	for (;;) {
		size_t piece = n - used < 4096 ? n - used : 4096, k, took;

		took = from_utf16(p + used, piece, little, last && used + piece == n, made, &k);
		buf_put(out, made, k);
		used += took;
		if (took == 0 || used == n)
			return last ? n : used;
	}
}

/* The text as it stands there, marks of quotation and all. */
static bool sample_text(const unsigned char *p, size_t n, struct buf *out)
{
	enum file_encoding enc = file_guess_encoding(p, n);
	size_t skip = file_bom(p, n);
	struct buf text;

	if (enc == FILE_BINARY)
		return false;
	buf_init(&text, 4 * FILE_SAMPLE);
	p += skip;
	n -= skip;
	if (enc == FILE_UTF16LE || enc == FILE_UTF16BE) {
		char *made = xmalloc(2 * n + 8);
		size_t k;

		from_utf16(p, n, enc == FILE_UTF16LE, true, made, &k);
		buf_put(&text, made, k);
		free(made);
	} else if (enc == FILE_UTF8) {
		buf_put(&text, p, utf8_valid_prefix((const char *)p, n));
	} else {
		file_page_take(p, n);
		file_utf8(&text, (const char *)p, n);
	}
	if (text.p && rtf_is((unsigned char *)text.p, text.n)) {
		struct rtf r;

		rtf_init(&r);
		rtf_feed(&r, text.p, text.n, out);
	} else {
		buf_put(out, buf_cstr(&text), text.n);
	}
	buf_release(&text);
	return true;
}

bool file_sample_text(const unsigned char *p, size_t n, struct buf *out)
{
	if (!sample_text(p, n, out))
		return false;
	if (out->p != NULL && out->n != 0) {
		out->n = file_unquote(out->p, out->n);
		out->p[out->n] = '\0';
	}
	return true;
}

/* ---- opening ---- */

static void look(struct file_text *t)
{
	const unsigned char *head;
	size_t n = file_peek(t->src, &head), cr = 0, lf = 0;
	struct buf text;

	t->enc = file_guess_encoding(head, n);
	buf_init(&text, 4 * FILE_SAMPLE);
	if (sample_text(head, n, &text)) {
		t->quoted = file_is_quoted(buf_cstr(&text), text.n);
		for (size_t i = 0; i < text.n; i++) {
			cr += text.p[i] == '\r';
			lf += text.p[i] == '\n';
		}
		t->cr_only = cr && !lf;
	}
	buf_release(&text);
	if (t->enc == FILE_UTF8 || t->enc == FILE_8BIT)
		t->is_rtf = rtf_is(head, n);
}

struct file_text *file_text_over(struct file_src *src, struct evidence_out *out)
{
	struct file_text *t = xcalloc(1, sizeof(*t));

	t->src = src;
	t->out = out;
	t->buf = xmalloc(TEXT_CAP);
	buf_init(&t->made, TEXT_CAP);
	rtf_init(&t->rtf);
	look(t);
	return t;
}

int file_text_open(const char *path, struct evidence_out *out, struct file_text **text, struct err *err)
{
	struct file_src *src;

	if (file_open(path, true, &src, err))
		return -1;
	*text = file_text_over(src, out);
	(*text)->owns = true;
	file_text_decode(*text);
	return 0;
}

void file_text_decode(struct file_text *t)
{
	t->decode = t->enc == FILE_8BIT && !t->is_rtf;
}

void file_text_keep_quotes(struct file_text *t)
{
	t->quoted = false;
}

struct file_src *file_text_src(struct file_text *t)
{
	return t->src;
}

bool file_text_was_rtf(const struct file_text *t)
{
	return t->is_rtf;
}

void file_text_close(struct file_text *t)
{
	char hex[SHA256_HEX];

	if (!t)
		return;
	if (t->owns && t->out && file_sha256(t->src, hex))
		ev_sha256(t->out, hex);
	if (t->owns)
		file_close(t->src);
	buf_release(&t->made);
	free(t->buf);
	free(t);
}

/* ---- lines ---- */

static void take_raw(struct file_text *t, size_t n)
{
	const unsigned char *p = t->raw;
	size_t used = n, made = 0;

	if (!t->begun && file_bom(p, n) != 0) {
		size_t bom = file_bom(p, n);

		t->base = bom;
		p += bom;
		n -= bom;
		used = n;
	}
	t->begun = true;
	if (t->enc == FILE_UTF16LE || t->enc == FILE_UTF16BE) {
		used = from_utf16(p, n, t->enc == FILE_UTF16LE, t->eof, t->buf + t->end, &made);
	} else if (t->decode) {
		buf_clear(&t->made);
		used = file_page_put(&t->made, (const char *)p, n, t->eof);
		made = t->made.n;
		memcpy(t->buf + t->end, buf_cstr(&t->made), made);
	} else if (t->is_rtf) {
		buf_clear(&t->made);
		rtf_feed(&t->rtf, (const char *)p, n, &t->made);
		made = t->made.n;
		memcpy(t->buf + t->end, buf_cstr(&t->made), made);
	} else {
		memcpy(t->buf + t->end, p, n);
		made = n;
	}
	t->end += made;
	t->raw_n = n - used;
	memmove(t->raw, p + used, t->raw_n);
}

static void fill(struct file_text *t)
{
	ssize_t got;

	if (t->at) {
		memmove(t->buf, t->buf + t->at, t->end - t->at);
		t->base += t->at;
		t->scan -= t->at;
		t->end -= t->at;
		t->at = 0;
	}
	got = file_read(t->src, t->raw + t->raw_n, RAW - t->raw_n, &t->late);
	if (got <= 0) {
		t->eof = true;
		got = 0;
	}
	take_raw(t, t->raw_n + (size_t)got);
	if (t->out)
		ev_progress(t->out, file_taken(t->src), file_stored(t->src));
}

static bool find_end(struct file_text *t)
{
	const char *nl = memchr(t->buf + t->scan, t->cr_only ? '\r' : '\n', t->end - t->scan);

	t->scan = nl ? (size_t)(nl - t->buf) : t->end;
	return nl != NULL;
}

/* The rest of a line whose head was given. */
static void drop_rest(struct file_text *t)
{
	while (!find_end(t)) {
		t->at = t->end;
		if (t->eof)
			break;
		fill(t);
	}
	t->at = t->scan = t->scan < t->end ? t->scan + 1 : t->end;
	t->dropping = false;
}

/* What a crash leaves at the start of a line. */
static void skip_nuls(struct file_text *t)
{
	while (t->at < t->end && t->buf[t->at] == '\0')
		t->at++;
	if (t->scan < t->at)
		t->scan = t->at;
}

int file_text_next(struct file_text *t, struct file_line *line, struct err *err)
{
	bool ended;

	if (t->dropping)
		drop_rest(t);
	for (;;) {
		skip_nuls(t);
		ended = find_end(t);
		if (ended || t->eof || t->end - t->at > FILE_LINE_MAX)
			break;
		fill(t);
	}
	if (!ended && t->eof && t->at == t->end) {
		if (t->late.code && err)
			*err = t->late;
		return t->late.code ? -1 : 0;
	}
	line->p = t->buf + t->at;
	line->n = t->scan - t->at;
	line->cut = line->n > FILE_LINE_MAX;
	if (line->cut)
		line->n = FILE_LINE_MAX;
	if (line->n && !t->cr_only && line->p[line->n - 1] == '\r')
		line->n--;
	line->number = ++t->number;
	line->offset = t->base + t->at;
	if (t->quoted) {
		size_t marks = file_quote_length(line->p, line->n);

		line->p += marks;
		line->n -= marks;
		line->offset += marks;
	}
	line->ended = ended;
	t->dropping = line->cut && !ended;
	t->at = t->scan = ended ? t->scan + 1 : t->scan;
	return 1;
}
