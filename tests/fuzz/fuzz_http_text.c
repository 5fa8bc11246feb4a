/* An answer's body in any encoding: text that is UTF-8, words and a title that are bounded, never a crash. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/utf8.h>

#include "http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MOST_WORDS 300

/* The first line is the Content-Type, the rest the body. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *nl = memchr(data, '\n', size);
	struct arena *mem = arena_new();
	struct http_header type = {"Content-Type", ""};
	struct http_reply r = {.text = "", .headers = &type, .nheaders = 1};
	const char *title, *words;
	int64_t ms;

	if (nl != NULL) {
		type.value = arena_strndup(mem, (const char *)data, (size_t)(nl - data));
		size -= (size_t)(nl - data) + 1;
		data = nl + 1;
	}
	r.body = (const unsigned char *)arena_strndup(mem, (const char *)data, size);
	r.body_n = size;
	http_decode(&r, mem);
	if (r.charset != NULL && !utf8_valid(r.text, r.text_n))
		abort();
	title = http_title(&r, mem);
	words = http_words(&r, mem, MOST_WORDS);
	if (strlen(words) > MOST_WORDS || (title != NULL && strlen(title) > MOST_WORDS))
		abort();
	(void)http_location_host(type.value, mem);
	type.name = "date";
	(void)http_date(&r, &ms);
	arena_free(mem);
	return 0;
}
