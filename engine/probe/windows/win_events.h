/*
 * Windows events from any export: readers turn records into struct win_event, the judge says what they show.
 * Readers know formats, the judge knows providers and ids (ndes events, WAS, CAPI2, CertEnroll, device
 * management, connector).
 */
#ifndef CASEBOOK_WIN_EVENTS_H
#define CASEBOOK_WIN_EVENTS_H

#include "evtx.h"
#include "file_text.h"
#include "probe_int.h"

struct win_event {
	uint64_t number; /* record of an event log, line of a text */
	uint64_t offset;
	int64_t time_ms; /* PIN_NO_TIME when not readable */
	uint32_t id;
	int level;                      /* 0 when not said as a number */
	const char *provider, *channel; /* "" when the export does not say */
	const struct evtx_field *data;
	size_t ndata;
	const char *message;  /* rendered text, maybe translated; "" when there is none */
	const char *computer; /* owner of the log; NULL or "" when not exported */
};

enum win_format { WIN_EVTX, WIN_XML, WIN_CSV, WIN_TEXT, WIN_JSON, WIN_DESC, WIN_TABLE };

struct win_judge;

/* A judge of one file.  Facts go to `out` in win_judge_end(), pins as they are found. Caller frees. */
struct win_judge *win_judge_new(const char *file, int64_t attempt_ms, struct evidence_out *out);
void win_judge_free(struct win_judge *j);
/* Whether the data of such an event matters; if not, the evtx reader skips decoding it. */
bool win_judge_wants(const struct win_judge *j, const char *provider, const char *channel, uint32_t id);
/* The next event's time states its zone in the export. */
void win_judge_zoned(struct win_judge *j, bool zoned);
/* The next event has an impossible time: it counts, with its time unknown. */
void win_judge_odd(struct win_judge *j, bool odd);
uint64_t win_judge_odds(const struct win_judge *j);
uint64_t win_judge_records(const struct win_judge *j);
/* Counts the event; examines it when it matters. */
void win_judge_count(struct win_judge *j, uint32_t id, int64_t time_ms, const char *channel);
/* Notes whose log the event is from; to be called for every event, before it is examined. */
void win_judge_whose(struct win_judge *j, const char *computer, const char *channel, int64_t time_ms,
                     uint32_t id);
void win_judge_event(struct win_judge *j, const struct win_event *e);
/* All three, of an event whose data is there already. */
void win_judge_take(struct win_judge *j, const struct win_event *e);
/* `complete`: the whole file was read, so whatever was not seen is absent. */
void win_judge_end(struct win_judge *j, enum win_format format, bool complete);

/* Readers: 0 at the end, -1 when the file is damaged (err names the place). */
int win_read_evtx(struct file_src *src, struct win_judge *j, struct evidence_out *out,
                  struct evtx_stats *stats, struct err *err);
int win_read_xml(struct file_src *src, struct win_judge *j, struct evidence_out *out, uint64_t *bad,
                 struct err *err);
int win_read_csv(struct file_text *text, struct win_judge *j, uint64_t *bad, struct err *err);
int win_read_text(struct file_text *text, struct win_judge *j, struct err *err);
int win_read_json(struct file_text *text, struct win_judge *j, uint64_t *bad, struct err *err);
/* Descriptions without their headers. */
int win_read_desc(struct file_text *text, struct win_judge *j, struct err *err);
/* Rows of Get-EventLog, or of Format-Table with a column for the source. */
int win_read_table(struct file_text *text, struct win_judge *j, struct err *err);
/* The source whose text this is: a sentence that is known under that id, or the beginning that all its texts
 * have; "" when neither. */
const char *win_source_of_text(const char *text, uint32_t id);
bool win_table_looks(const struct sample *s);
bool win_json_looks(const struct sample *s);
bool win_desc_looks(const struct sample *s);

/* The kind of export in a text; WIN_EVTX means "none of them". */
enum win_format win_text_format(const struct sample *s);
/* "11/22/2026 2:05:00 PM", "22.11.2026 14:05:00", ISO: local time read as UTC; PIN_NO_TIME when ambiguous. */
int64_t win_local_time(const char *s, size_t n);
/* The order of day and month that a date with strokes proves: 3/14/2026 has the month first. */
enum win_order { WIN_ORDER_NONE, WIN_ORDER_MONTH, WIN_ORDER_DAY };
extern const char *const win_orders[]; /* "month-first" "day-first" NULL */
enum win_order win_date_order(const char *s, size_t n);
void win_judge_dates(struct win_judge *j, const char *s, size_t n);
extern const char *const win_logons[]; /* why a logon fails; NULL ends it */
/* Whether such a time ends with Z or an offset and is therefore exact. */
bool win_time_is_zoned(const char *s, size_t n);

#endif
