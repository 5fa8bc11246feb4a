/*
 * Device logs: text in which a few lines matter. A platform is a table of words, a table of the marks (key
 * lines and errors) they stand for, and a function that extracts details from a line. Plain files are
 * searched at memory speed, other text line by line, with the same result.
 */
#ifndef CASEBOOK_DEV_LOG_H
#define CASEBOOK_DEV_LOG_H

#include "file_run.h"
#include "pat.h"

#define DEV_MARKS 40u
#define DEV_ANY_ZONE (14 * 3600000LL) /* the farthest that a clock can be from UTC */
#define DEV_TEXT 1200u                /* bytes kept of a line; a pin shows 400 after secrets are removed */
#define DEV_URL 512u
#define DEV_FILES 64u /* files whose names are kept for pins */

/* A line's timestamp, as far as given. */
struct dev_when {
	bool any, dated, zoned; /* dated: with year, month and day */
	bool clock12;           /* with AM or PM */
	int64_t ms;             /* since 1970 when dated, else since midnight; in its own zone */
	int zone_min;           /* minutes east of UTC when zoned */
	char text[40];          /* as the log writes it */
};
/* The timestamp near the front of a line, in any of the usual formats: 2018-02-27T05:16:08.2500000,
 * 2018-02-27 18:30:53.691033-0500, 02-27 05:16:08.250, Feb 27 18:30:53, 18:30:53.691033 -0500,
 * 1/27/17, 3:33:18 PM (a day that may be read in two ways is none). */
bool dev_when_parse(const char *p, size_t n, struct dev_when *out);

enum dev_kind { DEV_KEY /* a line from the article, in this order */, DEV_ERROR, DEV_OTHER };
struct dev_mark_def {
	const char *id;
	enum dev_kind kind;
	const char *row; /* kind of its row, and behind a blank the operation; NULL: it makes none */
};
struct dev_word {
	const char *text; /* 4 to 64 bytes; the table ends with NULL */
	uint8_t mark;
};

struct dev_place {
	uint64_t line, offset; /* line 0: none */
	uint32_t file, n;
	struct dev_when when;
	char text[DEV_TEXT];
};
struct dev_mark {
	uint64_t lines;
	struct dev_place first, last;
};

struct dev_run;
struct dev_rows;
struct dev_platform {
	const char *name; /* "android", "ios" */
	const struct dev_mark_def *marks;
	unsigned nmarks;
	const struct dev_word *words;
	/* Gets the marks found by words as a bit set; may drop some and add others. */
	uint64_t (*line)(struct dev_run *r, const struct file_line *l, uint64_t marks);
	void (*send)(struct dev_run *r); /* the platform's own facts */
	const char *verbose_word;        /* name of the lowest level; NULL when the log does not show it */
	const char *wanted, *sign;       /* as in struct file_run */
	unsigned (*recognise)(const struct sample *s);
};

struct dev_run {
	const struct dev_platform *platform;
	void *own; /* the platform's */
	struct evidence_out *out;
	struct file_run frame;
	struct dev_mark marks[DEV_MARKS];
	uint64_t lines;
	struct dev_when first, last;
	char url[DEV_URL]; /* the last one used, without its query */
	bool was_rtf, verbose;
	/* arguments */
	bool shifted, has_attempt;
	int shift_min;
	int64_t attempt_ms;
	const char *date, *test_url;
	struct {           /* by the platform, about the line at hand */
		bool idle; /* there is nothing to enrol */
		int status;
		char word[16];
	} said;
	/* private */
	struct dev_rows *rows;
	struct dev_when near; /* of the last line that bore a time */
	struct value_builder files;
	uint32_t nfiles;
	char *paths[DEV_FILES];
	struct buf clean;
};

/* A probe's whole run: arguments, files, common facts, then the platform's own. */
enum evidence_outcome dev_run(const struct dev_platform *platform, void *own, const struct probe_call *call,
                              struct evidence_out *out);

extern const struct param_def dev_params[];
extern const char *const dev_connections[]; /* connected, partly, silent */
extern const char *const dev_zones[];       /* offset, unstated, none */
#define DEV_FACTS(stages, level)                                                                                         \
	{"lines", FACT_INT, NULL, "Lines of the log.", SILENT},                                                          \
	        {"connection", FACT_STR, dev_connections,                                                                \
	         "connected: the lines that the article looks for are there; partly: some; silent: none. "               \
	         "Unknown "                                                                                              \
	         "when the log does not hold the lowest level.",                                                         \
	         SPEAKS({"= connected",                                                                                  \
	                 "The log shows the conversation with NDES up to the request being sent."},                      \
	                {"= partly", "The log shows only part of the conversation with NDES."},                          \
	                {"= silent", "The device did not try, as far as this log goes."})},                              \
	        {"reached_ndes", FACT_BOOL, NULL,                                                                        \
	         "Whether a SCEP server answered the device; no: it tried and got no answer; unknown: it "               \
	         "did not "                                                                                              \
	         "try, or the log does not tell.",                                                                       \
	         SPEAKS({"= true", "A SCEP server answered the device."},                                                \
	                {"= false", "The device tried and got no answer."})},                                            \
	        {"url", FACT_STR, NULL, "The SCEP URL that the device used last, without its query.",                    \
	         SPEAKS({"known", "The device used {value}."})},                                                         \
	        {"host", FACT_STR, NULL, "Its host.", SILENT},                                                           \
	        {"url_matches", FACT_BOOL, NULL,                                                                         \
	         "Whether host and path are those of url=; unknown without url=.",                                       \
	         SPEAKS({"= false, url known", "The device used {url}, not the URL that was checked."},                  \
	                {"= false", "The device used another URL than the one that was checked."},                       \
	                {"= true", "The device used the URL that was checked."})},                                       \
	        {"key_lines", FACT_LIST, NULL,                                                                           \
	         "The lines that the article looks for, in its order: id, found, lines, first, last, line, "             \
	         "file.",                                                                                                \
	         SILENT},                                                                                                \
	        {"in_order", FACT_BOOL, NULL, "Whether those found begin in that order; unknown below two.",             \
	         SILENT},                                                                                                \
	        {"errors", FACT_LIST, NULL,                                                                              \
	         "Errors, the latest first: id, lines, first, last, line, file, text.", SILENT},                         \
	        {"zone", FACT_STR, dev_zones,                                                                            \
	         "offset: lines name their offset from UTC; unstated: they do not; none: no times.",                     \
	         SPEAKS({"= unstated",                                                                                   \
	                 "The log does not name its time zone; its times cannot be compared with those of the others."}, \
	                {"= none", "The log bears no times."},                                                           \
	                {"= offset", "The log names its offset from UTC."})},                                            \
	        {"first_stamp", FACT_STR, NULL, "The first time as the log writes it.", SILENT},                         \
	        {"last_stamp", FACT_STR, NULL, "The last time as the log writes it.", SILENT},                           \
	        {"first_time", FACT_TIME, NULL,                                                                          \
	         "The first time in UTC; unknown without a zone (shift=) or a day (date=).", SILENT},                    \
	        {"last_time", FACT_TIME, NULL, "The last time in UTC, under the same conditions.", SILENT},              \
	        {"covers_attempt", FACT_BOOL, NULL,                                                                      \
	         "Whether the log spans the attempt; unknown without attempt= or when the zone leaves it "               \
	         "open.",                                                                                                \
	         SPEAKS({"= true", "The log of the device covers the attempt."},                                         \
	                {"= false",                                                                                      \
	                 "The log of the device does not cover the attempt; what it lacks proves nothing."})},           \
	        {"was_rtf", FACT_BOOL, NULL, "Whether the text was RTF or copied out of it.", SILENT},                   \
	        {"files", FACT_LIST, NULL, "Each log: path, lines, encoding, packing.", SILENT},                         \
	        FILE_FACT_OTHERS,                                                                                        \
	        {"stage", FACT_STR, stages, "How far the enrolment got in this log.",                                    \
	         SPEAKS({"= none", "The enrolment did not begin in this log."},                                          \
	                {"other", "The enrolment got as far as {value} in this log."})},                                 \
	{                                                                                                                \
		"verbose", FACT_BOOL, NULL,                                                                              \
		        "Whether " level " lines are there; without them the key lines are not written.",                \
		        SPEAKS({"= false",                                                                               \
		                "The log is not verbose; without that the lines looked for are never written."},         \
		               {"= true", "The log is verbose."})                                                        \
	}

static inline uint64_t dev_bit(unsigned mark)
{
	return (uint64_t)1 << mark;
}
static inline bool dev_found(const struct dev_run *r, unsigned mark)
{
	return r->marks[mark].lines != 0;
}
/* The text after a word in the line; NULL when the word is absent. */
const char *dev_after(const struct file_line *l, const char *word);
/* Bytes of the line from p on. */
static inline size_t dev_left(const struct file_line *l, const char *p)
{
	return (size_t)(l->p + l->n - p);
}
static inline void dev_skip_blanks(const char **p, size_t *n)
{
	for (; *n != 0 && (**p == ' ' || **p == '\t'); ++*p)
		--*n;
}
/* How many of the first *lines (at most 200) lines have the shape. */
unsigned dev_shaped(const struct sample *s, bool (*shape)(const char *p, size_t n), unsigned *lines);
/* Remembers the URL that begins at p, without its query. */
void dev_take_url(struct dev_run *r, const char *p, size_t n);
/* UTC in ms; false when the stamp cannot be placed. */
bool dev_utc(const struct dev_run *r, const struct dev_when *w, int64_t *ms);

/* The parts of dev_run(). */
int dev_read(struct dev_run *r, struct file_src *src, struct err *err);
void dev_send(struct dev_run *r);
void dev_send_pins(struct dev_run *r);
/* A line with these marks; what lies before it from `begin` on may tell its time. */
void dev_rows_take(struct dev_run *r, const struct file_line *l, const char *begin, uint64_t marks);
void dev_rows_send(struct dev_run *r);
void dev_rows_free(struct dev_run *r);

#endif
