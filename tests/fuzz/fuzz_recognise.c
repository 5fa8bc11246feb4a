/* Unpacking, encodings, RTF and recognition over any bytes. */
#include "fuzz_file.h"

#include <stdlib.h>

#include "file_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every line of it, with the promises that file_text.h makes. */
static void read_lines(const char *path)
{
	struct file_text *text;
	struct file_line line;
	uint64_t number = 0;
	struct buf out;

	if (file_text_open(path, NULL, &text, NULL))
		return;
	buf_init(&out, 1u << 22);
	while (file_text_next(text, &line, NULL) > 0) {
		if (line.number != ++number || line.n > FILE_LINE_MAX)
			abort();
		buf_clear(&out);
		file_redact(&out, line.p, line.n);
		file_rtf_leftovers(&out, line.p, line.n);
		file_utf8(&out, line.p, line.n);
	}
	buf_release(&out);
	file_text_close(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_probe("file.recognise", data, size);
	read_lines(fuzz_file(data, size));
	return 0;
}
