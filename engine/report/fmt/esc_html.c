/* Escaping for HTML text and double-quoted attributes (HTML 13.1.3, 13.3): & < > " ' and nothing else. */
#include "report_int.h"

static const char *entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	default:
		return "&#39;";
	}
}

/* A table look-up a byte: strcspn() builds its table anew for each call. */
static size_t plain_len(const char *s)
{
	static const unsigned char special[256] = {
	        [0] = 1, ['&'] = 1, ['<'] = 1, ['>'] = 1, ['"'] = 1, ['\''] = 1};
	size_t n = 0;

	while (special[(unsigned char)s[n]] == 0)
		n++;
	return n;
}

void esc_html(struct sink *s, const char *text)
{
	while (text != NULL && *text != '\0') {
		size_t n = plain_len(text);

		sink_put(s, text, n);
		text += n;
		if (*text != '\0')
			sink_str(s, entity(*text++));
	}
}
