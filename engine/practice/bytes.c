/* Text in the encodings of the field's files. */
#include "practice.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

static void with_line_ends(struct buf *out, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r'))
			buf_char(out, '\r');
		buf_char(out, text[i]);
	}
}

static int convert(struct buf *out, const char *set, char *text, size_t n, struct err *err)
{
	/* Windows' UTF-16 has its mark and the low byte first. */
	bool wide = strcmp(set, "utf-16") == 0;
	iconv_t cd = iconv_open(wide ? "UTF-16LE" : set, "UTF-8");
	char block[8192];
	int rc = 0;

	if (cd == (iconv_t)-1)
		return err_set(err, FAIL_FORMAT, errno, "'%s' is no encoding that is known here", set);
	if (wide)
		buf_put(out, "\xff\xfe", 2);
	while (n != 0 && rc == 0) {
		char *to = block;
		size_t room = sizeof(block);

		if (iconv(cd, &text, &n, &to, &room) == (size_t)-1 && errno != E2BIG)
			rc = err_set(err, FAIL_FORMAT, errno, "a character has no place in %s", set);
		buf_put(out, block, (size_t)(to - block));
	}
	iconv_close(cd);
	return rc;
}

int bytes_encode(struct buf *out, const char *text, size_t n, const char *words, struct err *err)
{
	char set[32] = "", word[32];
	bool crlf = false, bom = false;
	struct buf lines;
	int rc = 0;

	for (size_t len; *words != '\0'; words += len + (words[len] == ' ')) {
		len = strcspn(words, " ");
		if (len == 0 || len >= sizeof(word))
			continue;
		memcpy(word, words, len);
		word[len] = '\0';
		if (strcmp(word, "crlf") == 0)
			crlf = true;
		else if (strcmp(word, "bom") == 0)
			bom = true;
		else
			memcpy(set, word, len + 1);
	}
	buf_init(&lines, BUF_MAX_TEXT);
	if (bom)
		buf_str(&lines, "\xef\xbb\xbf");
	if (crlf)
		with_line_ends(&lines, text, n);
	else
		buf_put(&lines, text, n);
	if (set[0] == '\0' || strcmp(set, "utf-8") == 0)
		buf_put(out, lines.p, lines.n);
	else
		rc = convert(out, set, lines.p, lines.n, err);
	buf_release(&lines);
	return rc;
}
