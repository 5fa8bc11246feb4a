/* The results of a run over one or more IIS logs, and their output as facts and pins. */
#ifndef CASEBOOK_IIS_FACTS_H
#define CASEBOOK_IIS_FACTS_H

#include "iis_tally.h"
#include "probe_int.h"

#define IIS_MARGIN                                                                       \
	300 /* seconds at either end of a log within which "not logged" is not said: IIS \
	     * buffers its log for up to a minute, and clocks differ */

struct iis_file {
	char *path, *why; /* why: the damage that ended reading; NULL when intact */
	uint64_t lines, bad, requests, physical, size;
	struct iis_clock clock;
	char sha256[SHA256_HEX];     /* "" when not computed */
	char site[40], computer[64]; /* from its first entry or its folder; "" when neither tells */
	const char *encoding, *packing;
	bool plain; /* offsets refer to the stored file */
};

struct iis_results {
	struct iis_tally *t;
	struct iis_file *files;
	size_t nfiles, cap;
	struct iis_clock total; /* of the finished files */
	bool guessed, local;
	char software[80];
	struct iis_layout layout; /* the last one seen */
	int64_t attempt_s;
};

void iis_results_init(struct iis_results *r, int64_t attempt_s);
void iis_results_release(struct iis_results *r);
/* Begin and end of a file; in between, the tally's clock and line numbers are the file's own. */
struct iis_file *iis_results_begin(struct iis_results *r, const char *path);
void iis_results_end(struct iis_results *r, const struct iis_state *state, const char *why);

/* Sends the facts known so far; may be repeated. */
void iis_send_counts(const struct iis_results *r, struct evidence_out *out);
/* Everything.  Closes conversations. */
void iis_send_all(struct iis_results *r, struct evidence_out *out);
/* Sends only the fact `files`: again once a late checksum is known. */
void iis_send_files(const struct iis_results *r, struct evidence_out *out);
/* Fetches the lines that facts rest on and sends them, cleaned. */
void iis_send_pins(const struct iis_results *r, struct evidence_out *out);

/* Site and computer of the present file, from its folder and its first entry. */
void iis_results_whose(struct iis_results *r, const char *head, size_t n);

/* The owner of the logs, and their events one by one (iis_rows.c). */
void iis_send_rows(const struct iis_results *r, struct evidence_out *out);

/* The rows of by_status that are not 200, the latest first. */
size_t iis_errors(const struct iis_tally *t, const struct iis_status_row *out[IIS_MAX_STATUS]);
/* Whether the files cover the time, with IIS_MARGIN at either end. */
bool iis_covers(const struct iis_results *r, int64_t at_s);
extern const struct fact_def iis_facts[];

#endif
