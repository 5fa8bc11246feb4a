/*
 * Recognition by content.  Each file probe's .recognise sees a struct sample and says
 * 0 (not mine) to 100 (certain); the highest wins, the first row of probes.def among
 * equals.  Names and extensions count for nothing.
 */
#ifndef CASEBOOK_FILE_KIND_H
#define CASEBOOK_FILE_KIND_H

#include "file_text.h"
#include "probe_int.h"

/* The head of a source as a sample.  Release with sample_release(). */
struct sample_text {
	struct sample s;
	struct buf text;
};
void sample_of(struct file_src *src, struct sample_text *out);
void sample_of_bytes(const void *bytes, size_t n, struct sample_text *out);
void sample_release(struct sample_text *t);

/* The probe that reads it, or NULL. */
const struct probe_impl *file_kind(const struct sample *s);
/* Its kind in words, when no probe reads it: "a JPEG image", "empty", "text of a kind that is not known",
 * "binary data of a kind that is not known". */
const char *file_magic(const struct sample *s);
/* Nothing in it can say how an enrolment went: a picture, a program, a key, an empty file. */
bool file_is_idle(const struct sample *s);
/* Appends "is a JPEG image", or why it cannot be read. */
void file_seen_as(struct file_src *src, const struct sample *s, struct buf *out);

/* Helpers for .recognise: occurrences in the text of the sample, ASCII case folded. */
bool sample_has(const struct sample *s, const char *word);
unsigned sample_count(const struct sample *s, const char *word, unsigned max);

/* Every line of a text file to each().  EV_MEASURED: all were read; else why not is said, this is the
 * outcome, and the lines so far stand. */
enum evidence_outcome file_each_line(struct evidence_out *out, const char *path,
                                     void (*each)(void *arg, const struct file_line *line), void *arg);
/* Sends the reason and returns EV_UNREADABLE: the error as it is, or "FILE: is a JPEG image, not an IIS
 * log; an IIS log has a #Fields line" with the position where reading stopped. */
enum evidence_outcome file_refuse(struct evidence_out *out, const struct err *err);
enum evidence_outcome file_refuse_kind(struct evidence_out *out, struct file_src *src, const char *wanted,
                                       const char *sign);

/* memmem() and its ASCII case-folding sister; NULL when absent. */
const char *mem_find(const char *hay, size_t n, const char *needle, size_t m);
const char *mem_find_fold(const char *hay, size_t n, const char *needle);

#endif
