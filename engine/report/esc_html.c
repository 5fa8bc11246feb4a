/* Escaping for HTML text and double-quoted attributes (HTML 13.1.3, 13.3): & < > " ' and nothing else. */
#include "report_int.h"

#include <string.h>

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

void esc_html(struct sink *s, const char *text)
{
	while (text != NULL && *text != '\0') {
		size_t n = strcspn(text, "&<>\"'");

		sink_put(s, text, n);
		text += n;
		if (*text != '\0')
			sink_str(s, entity(*text++));
	}
}
