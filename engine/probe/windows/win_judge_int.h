/* The judge's tally and its rules, shared by win_judge.c and win_rules.c only. */
#ifndef CASEBOOK_WIN_JUDGE_INT_H
#define CASEBOOK_WIN_JUDGE_INT_H

#include "win_events.h"

#define IDS 65536u
#define IDS_SHOWN 300u /* ids in by_id; more than any log of the field has */
#define CHANNELS_MAX 40u
#define LIST_MAX 50u    /* errors, URLs, codes kept */
#define PINS_OF_KIND 3u /* lines cited of one kind */

enum log_kind { LOG_APPLICATION, LOG_SYSTEM, LOG_CAPI2, LOG_DEVICE, LOG_CONNECTOR, LOG__MAX };

struct win_judge {
	const char *file;
	struct evidence_out *out;
	int64_t attempt, first, last;
	uint64_t records, by_id[IDS];
	bool seen[LOG__MAX + 1];
	char last_channel[160];
	struct value_builder channels, capi2, urls, codes;
	int64_t crashes, connector[5], setup_result;
	char crash_module[80], crash_code[24], ndes_code[24], ndes_url[1024];
	bool pool_disabled, pool_identity, ndes_failed, expired, untrusted, revocation, scep_failed, request;
	unsigned pins[16];
	uint64_t odd;   /* events whose time cannot be */
	uint64_t zoned; /* events of a text whose time states its zone */
};

struct rule {
	const char *provider; /* a part of its name: names were changed and are prefixed */
	uint32_t id;          /* 0: every event of the provider */
	enum log_kind log;    /* the log that such an event proves to be in the file */
	void (*saw)(struct win_judge *j, const struct win_event *e);
};

void saw_crash(struct win_judge *j, const struct win_event *e);
void saw_ndes(struct win_judge *j, const struct win_event *e);
void saw_scep_failure(struct win_judge *j, const struct win_event *e);
void saw_setup(struct win_judge *j, const struct win_event *e);
void saw_pool_disabled(struct win_judge *j, const struct win_event *e);
void saw_pool_identity(struct win_judge *j, const struct win_event *e);
void saw_capi2(struct win_judge *j, const struct win_event *e);
void saw_request(struct win_judge *j, const struct win_event *e);
void saw_connector(struct win_judge *j, const struct win_event *e);

/* ASCII case folded; NULL when absent. */
const char *strcasestr_(const char *hay, const char *needle);

#endif
