/* The command that goes on with a case: it works as it is printed, whatever the store's folder is called. */
#include "resume.h"

#include <string.h>

#include <casebook/utf8.h>

static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:@%+=,-";

static void put_word(struct buf *out, const char *word)
{
	if (word[0] != '\0' && word[strspn(word, plain)] == '\0') {
		buf_str(out, word);
		return;
	}
	buf_char(out, '\'');
	for (; *word != '\0'; word++) {
		if (*word == '\'')
			buf_str(out, "'\\''");
		else
			buf_char(out, *word);
	}
	buf_char(out, '\'');
}

void resume_command(struct buf *out, uint32_t number, const char *db)
{
	struct buf raw;

	buf_init(&raw, BUF_MAX_LINE);
	buf_fmt(&raw, "casebook resume %u", (unsigned)number);
	if (db != NULL) {
		buf_str(&raw, " --db ");
		put_word(&raw, db);
	}
	utf8_clean(out, buf_cstr(&raw), raw.n, UTF8_ONE_LINE);
	buf_release(&raw);
}
