/* The judge's tally and its rules, shared by win_judge.c, win_rules.c, win_rows.c and win_desc.c only. */
#ifndef CASEBOOK_WIN_JUDGE_INT_H
#define CASEBOOK_WIN_JUDGE_INT_H

#include "win_events.h"

#define WIN_PARTS 32u /* computers and logs distinguished in one file */
#define IDS 65536u
#define IDS_SHOWN 300u /* ids in by_id; more than real logs have */
#define CHANNELS_MAX 40u
#define LIST_MAX 50u    /* errors, URLs, codes kept */
#define PINS_OF_KIND 3u /* lines cited of one kind */

enum log_kind { LOG_APPLICATION, LOG_SYSTEM, LOG_CAPI2, LOG_DEVICE, LOG_CONNECTOR, LOG__MAX };

struct win_rows;

/* The log of one computer within the file. */
struct win_part {
	char computer[128];
	enum log_kind log; /* LOG__MAX: not exported */
	char channel[160];
	int64_t from, to; /* PIN_NO_TIME: no event had one */
	uint64_t records;
	uint32_t id;  /* of its first event */
	bool several; /* has different ids: not filtered to one */
	unsigned traces;
};

struct win_judge {
	struct win_part parts[WIN_PARTS];
	unsigned nparts, part; /* `part`: the current event's */
	struct win_rows *rows;
	const char *file;
	struct evidence_out *out;
	int64_t attempt, first, last;
	uint64_t records, by_id[IDS];
	bool seen[LOG__MAX + 1];
	char last_channel[160];
	struct value_builder channels, capi2, urls, codes;
	int64_t crashes, connector[5], setup_result;
	char crash_module[80], crash_code[24], ndes_code[24], ndes_url[1024];
	bool sent, answered, network_failed, device_refused, ra_expired, local_now;
	bool pool_disabled, pool_identity, ndes_failed, expired, untrusted, revocation, scep_failed, request;
	unsigned pins[20];
	uint64_t odd;    /* events with an impossible time */
	uint64_t zoned;  /* events in a text with a stated time zone */
	unsigned orders; /* bits of enum win_order that dates showed */
};

struct rule {
	const char *provider; /* part of its name: names have changed and have prefixes */
	uint32_t id;          /* 0: every event of the provider */
	enum log_kind log;    /* the log whose presence such an event proves */
	void (*saw)(struct win_judge *j, const struct win_event *e);
};

/* win_rows.c: events one by one. */
struct win_rows *win_rows_new(struct win_judge *j);
void win_rows_free(struct win_rows *r);
bool win_rows_want(const char *provider, uint32_t id);
void win_rows_event(struct win_rows *r, const struct win_event *e);
/* Sends parts and rows.  `local`: times have an unknown zone; `complete`: the whole file was read. */
void win_rows_send(struct win_rows *r, bool local, bool complete);
enum log_kind win_log_of(const char *channel); /* LOG__MAX: unknown */
/* Values that rules and rows look up in an event; NULL when absent. */
const char *win_field(const struct win_event *e, const char *name);
const char *win_nth(const struct win_event *e, size_t n);
bool win_find_code(const struct win_event *e, char *to, size_t max);
/* The same; without a number, or with 0x80004005, which says nothing, by the words: "The hash value is not
 * correct.". */
bool win_find_result(const struct win_event *e, char *to, size_t max);
bool win_is_network(const char *code); /* the connection failed, nobody answered */
bool win_is_ra(const char *subject);   /* NDES names its own certificates so; subject may be NULL */
bool win_is_refusal(const char *code); /* the CA did not issue: CERTSRV_E_... */
const char *win_result_of(const struct win_event *e, char *to, size_t max);
bool win_other_pool(const struct win_event *e);

void saw_crash(struct win_judge *j, const struct win_event *e);
void saw_ndes(struct win_judge *j, const struct win_event *e);
void saw_scep_failure(struct win_judge *j, const struct win_event *e);
void saw_setup(struct win_judge *j, const struct win_event *e);
void saw_pool_disabled(struct win_judge *j, const struct win_event *e);
void saw_pool_identity(struct win_judge *j, const struct win_event *e);
void saw_capi2(struct win_judge *j, const struct win_event *e);
void saw_request(struct win_judge *j, const struct win_event *e);
void saw_sent(struct win_judge *j, const struct win_event *e);
void saw_answer(struct win_judge *j, const struct win_event *e);
void saw_connector(struct win_judge *j, const struct win_event *e);
/* Of the log Admin, which holds no other event of SCEP requests that failed. */
void saw_connector_failure(struct win_judge *j, const struct win_event *e);
void saw_old_refusal(struct win_judge *j, const struct win_event *e);

/* ASCII case folded; NULL when absent. */
const char *strcasestr_(const char *hay, const char *needle);

#endif
