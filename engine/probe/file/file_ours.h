#ifndef CASEBOOK_FILE_OURS_H
#define CASEBOOK_FILE_OURS_H

struct sample;

/* What casebook itself wrote, in words: a case, or a report in any of its forms, of any version; else NULL.
 * It quotes logs without being one: what was seen when it was written is not seen once more. */
const char *file_ours(const struct sample *s);

#endif
