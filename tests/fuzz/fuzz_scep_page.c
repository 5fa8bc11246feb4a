/* Any bytes as the page of a SCEP URL, with every status: one verdict, and a title that a terminal may see.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/utf8.h>

#include "scep_caps.h"
#include "scep_page.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_title(const char *title)
{
	size_t n = strlen(title);

	if (n >= SCEP_TITLE || !utf8_valid(title, n))
		abort();
	for (size_t i = 0; i < n;) {
		uint32_t cp;
		i += utf8_decode(title + i, n - i, &cp);
		if (utf8_is_unsafe(cp))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int statuses[] = {0, 200, 302, 400, 401, 403, 404, 407, 414, 500, 502, 503, 504};
	struct scep_caps caps;

	for (size_t i = 0; i < sizeof(statuses) / sizeof(*statuses); i++) {
		struct scep_answer in = {.status = statuses[i],
		                         .location = "https://elsewhere.test/",
		                         .server = i % 2 == 0 ? "Microsoft-IIS/10.0" : NULL,
		                         .body = data,
		                         .body_n = size};
		struct scep_seen seen;
		scep_page_classify(&in, &seen);
		if ((unsigned)seen.page >= SCEP_PAGE__MAX || (unsigned)seen.layer >= SCEP_LAYER__MAX ||
		    seen.reason == NULL)
			abort();
		check_title(seen.title);
	}
	scep_caps_read(&caps, (const char *)data, size);
	if (caps.n > CAPS_MAX || caps.known > caps.n)
		abort();
	return 0;
}
