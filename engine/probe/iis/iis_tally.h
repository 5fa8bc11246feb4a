/*
 * The totals of an IIS log, in bounded memory whatever its size: tables have ceilings, conversations are
 * tracked while open and then counted. Tallies of two adjacent parts of a file can be added.
 */
#ifndef CASEBOOK_IIS_TALLY_H
#define CASEBOOK_IIS_TALLY_H

#include "iis.h"

#define IIS_MAX_STATUS 256u /* different status.substatus.win32; real logs have under 40 */
#define IIS_MAX_PLUGIN 64u
#define IIS_MAX_AGENTS 1024u   /* enough for a fleet of Android models; more are counted, not kept */
#define IIS_MAX_DEVICES 20000u /* counted exactly; beyond that only "more" */
#define IIS_CONV_SETS 1024u    /* conversations open at a time: sets of IIS_CONV_WAYS */
#define IIS_CONV_WAYS 8u
#define IIS_CONV_IDLE 300     /* idle seconds that end a conversation */
#define IIS_KEPT 120u         /* the latest of each are kept one by one */
#define IIS_KEPT_NEAR 64u     /* and those around an attempt */
#define IIS_NEAR_CONV 1800    /* seconds around it */
#define IIS_HEAD_CONVS 16384u /* started in the first minutes of a part: may belong to the previous part */
#define IIS_ASTRAY 120        /* seconds by which lines may be out of time order */
#define IIS_HEAD_S 600        /* those minutes: IIS_CONV_IDLE, twice IIS_ASTRAY, and a minute */
#define IIS_GAP 3600          /* seconds without a line that count as a gap */
#define IIS_MAX_GAPS 20u
#define IIS_AGENT_TEXT 120u
#define IIS_PATH_TEXT 120u
#define IIS_CLIENT_TEXT 46u /* an IPv6 address with its zone */
#define IIS_FILE_FAR 255u
#define IIS_NEAR 900 /* seconds around an attempt */
#define IIS_MAX_SERVERS 16u
#define IIS_SERVER_TEXT 64u

/* A line behind a fact. */
struct iis_spot {
	uint64_t line, offset;
	int64_t at_s;
	uint32_t file;   /* index into the files of the run */
	uint16_t joined; /* number of physical lines, 1 unless wrapped by mail; 0: no spot */
	bool glued;      /* cut inside words: join them without a blank */
};

struct iis_status_row {
	struct iis_status s;
	uint64_t n;
	struct iis_spot first, last;
};

struct iis_agent {
	uint64_t hash, n;
	uint8_t platform, len; /* of its text, which is stored separately */
};

/* Two lines of the cache. */
struct iis_conv {
	uint64_t key; /* of client and agent, never 0 */
	int64_t first_s, last_s;
	uint64_t first_line, last_line; /* order within the run */
	uint32_t by_op[OP__MAX];
	uint32_t last_win32;
	uint16_t last_status, last_sub; /* of the last answer, with last_parts */
	uint16_t agent;                 /* index, IIS_MAX_AGENTS: not kept */
	uint8_t stage, answered;        /* farthest requested; bits of stages answered with 200 */
	uint8_t platform, first_op, last_op, last_parts;
	bool refused : 1;  /* some answer was not 200 */
	bool is_first : 1; /* of its key in this part: what was open before the part may go on with it */
	uint8_t file;      /* of its last request; IIS_FILE_FAR: that one or a later */
	char client[IIS_CLIENT_TEXT];
};
_Static_assert(sizeof(struct iis_conv) == 128, "a conversation fills two lines of the cache");

static inline struct iis_status iis_conv_last(const struct iis_conv *c)
{
	return (struct iis_status){c->last_status, c->last_sub, c->last_win32, c->last_parts};
}

static inline void iis_conv_set_last(struct iis_conv *c, struct iis_status s)
{
	c->last_status = s.status;
	c->last_sub = s.sub;
	c->last_win32 = s.win32;
	c->last_parts = s.parts;
}

/* A device's request, counted a few requests later so that its memory can be prefetched. */
#define IIS_WAITING 8u /* a power of two */
#define IIS_AHEAD 4u
struct iis_waiting {
	uint64_t key, line;
	int64_t at_s;
	struct iis_status status;
	uint16_t agent;
	uint8_t platform, op;
	bool is_new; /* of a device not yet seen in this part */
	char client[IIS_CLIENT_TEXT];
	uint32_t place; /* place of its conversation, found by prefetching */
};

struct iis_by_platform {
	uint64_t requests, conversations, stage[4], answered, stalled;
};

struct iis_last {
	uint8_t stage, answered, op; /* farthest requested, farthest answered with 200, last */
	struct iis_status s;
	struct iis_spot first, last;
};

struct iis_astray {
	struct iis_spot at;
	struct iis_status s;
	uint8_t platform;
	char path[IIS_PATH_TEXT], client[IIS_CLIENT_TEXT];
};

struct iis_gap {
	int64_t from_s, to_s;
};

struct iis_clock {
	char now[20]; /* date and time of the last good line */
	bool any;
	int64_t first_s, last_s; /* least and most */
	int64_t begin_s, end_s;  /* of the first and the last line, in file order */
	uint32_t steps_back;     /* by more than two minutes: the clock was changed */
	struct iis_gap gaps[IIS_MAX_GAPS];
	uint32_t ngaps;
};

struct iis_tally {
	/* lines */
	uint64_t lines, bad;
	uint64_t physical; /* every line of the current file so far, for line numbers */
	struct iis_spot first_bad;
	struct iis_clock clock;    /* of the current file */
	uint32_t headers, changes; /* #Fields lines, and those that differ from the one before */
	/* requests for mscep.dll except casebook's own */
	uint64_t requests, own, device_requests, dotted, get_pki, post_pki, longest_query;
	uint64_t by_op[OP__MAX], other_status;
	struct iis_status_row status[IIS_MAX_STATUS];
	uint32_t nstatus;
	struct iis_last any, device; /* of all requests, of those by devices */
	struct {
		char name[IIS_SERVER_TEXT]; /* s-computername, else s-ip */
		uint64_t n;
	} servers[IIS_MAX_SERVERS];
	uint32_t nservers;
	/* the old connector's policy module calling back */
	uint64_t plugin;
	struct iis_status_row plugin_status[IIS_MAX_PLUGIN];
	uint32_t nplugin;
	/* a device's first question at a path that is not mscep.dll's, and the newest of them */
	uint64_t astray;
	struct iis_status_row astray_status[IIS_MAX_PLUGIN];
	uint32_t nastray;
	struct iis_astray last_astray;
	struct iis_last bare; /* the URL alone, as a browser or a monitor asks for it */
	/* the attempt in question */
	int64_t attempt_s;
	uint64_t near;
	struct iis_spot nearest;
	/* devices */
	struct iis_agent agents[IIS_MAX_AGENTS];
	char agent_text[IIS_MAX_AGENTS][IIS_AGENT_TEXT];
	uint64_t other_agents;
	uint64_t *seen; /* hashes of client and agent, open addressing */
	uint32_t nseen;
	bool seen_full;
	struct iis_waiting waiting[IIS_WAITING];
	uint32_t came, went; /* numbers of entries added and removed */
	/* conversations */
	/* Separate from the conversations, so that a lookup touches little memory. */
	uint64_t open_key[IIS_CONV_SETS * IIS_CONV_WAYS]; /* 0: free */
	int64_t open_last_s[IIS_CONV_SETS * IIS_CONV_WAYS];
	uint32_t nhead;
	/* The latest closed ones, as heaps with the earliest end on top. Then those near the attempt. */
	struct iis_conv stalled[IIS_KEPT], complete[IIS_KEPT], beside[IIS_KEPT_NEAR];
	uint32_t nstalled, ncomplete, nbeside;
	int64_t lost_s; /* end of the newest one dropped for lack of room; IIS_NO_TIME: none */
	struct iis_by_platform platform[PLAT__MAX];
	int64_t scep_begin_s; /* first device request of this part */
	bool is_part;         /* not the first part: keep heads */
	bool unsure;          /* too many heads for an exact sum */
	uint32_t file;
	struct iis_day day;
	/* Not cleared: slots without a key, or from nhead on, are garbage. */
	_Alignas(64) struct iis_conv open[IIS_CONV_SETS * IIS_CONV_WAYS];
	struct iis_conv head[IIS_HEAD_CONVS]; /* closed ones that started early in this part */
};

struct iis_tally *iis_tally_new(int64_t attempt_s); /* IIS_NO_TIME: none */
void iis_tally_free(struct iis_tally *t);
/* Forgets everything; `is_part` as in the struct. */
void iis_tally_reset(struct iis_tally *t, bool is_part);
/* Whether iis_tally_add() would be exact; false when the clock was set back at the boundary, or a part
 * holds back too much. */
bool iis_tally_fits(const struct iis_tally *t, const struct iis_tally *next);
/* Adds the tally of the following part of the same file to `t` and uses up `next`. */
void iis_tally_add(struct iis_tally *t, struct iis_tally *next);
/* Counts the waiting requests; to be called after the last line of a part. */
void iis_tally_settle(struct iis_tally *t);
/* End of input: closes conversations. */
void iis_tally_end(struct iis_tally *t);

/* One physical line, judged exactly: header, blank, bad, or a record. */
void iis_line(struct iis_tally *t, struct iis_state *state, const struct file_line *line);
/* The same for a line that is neither header nor empty, already split into columns. */
void iis_record(struct iis_tally *t, const struct iis_state *state, const struct file_line *line,
                const struct iis_slice *f, size_t n);
/* One request for mscep.dll. */
void iis_count(struct iis_tally *t, const struct iis_request *r, const struct file_line *line,
               uint16_t joined);
/* A device's question at another path; only of those that send an agent. */
void iis_count_astray(struct iis_tally *t, const struct iis_request *r, const struct iis_slice *path,
                      const struct file_line *line);
void iis_bad(struct iis_tally *t, const struct file_line *line);
/* Date and time at the start of a good line; false when they do not parse. */
bool iis_clock_line(struct iis_clock *c, const char *p);
void iis_clock_end(struct iis_clock *c);              /* after the last line of a part */
void iis_clock_at(struct iis_clock *c, int64_t at_s); /* for lines that start otherwise */
void iis_clock_add(struct iis_clock *c, const struct iis_clock *next, bool same_file);

/* iis_conv.c */
void iis_conv_count(struct iis_tally *t, const struct iis_waiting *r);
/* Prefetches for iis_conv_count(): first the lookup slots, then the conversation found there, whose place
 * is returned. */
void iis_conv_fetch(const struct iis_tally *t, uint64_t key);
uint32_t iis_conv_fetch_open(const struct iis_tally *t, uint64_t key);
void iis_conv_add(struct iis_tally *t, struct iis_tally *next, const uint16_t *agent_map);
void iis_conv_end(struct iis_tally *t);
static inline uint32_t iis_conv_set(uint64_t key)
{
	return (uint32_t)(key >> 40) % IIS_CONV_SETS * IIS_CONV_WAYS;
}
/* Complete: a PKIOperation was answered with 200. */
bool iis_conv_complete(const struct iis_conv *c);

uint64_t iis_hash(const char *p, size_t n, uint64_t seed);

/* A plain file with a #Fields line near its top, read by `threads` threads.  Calls `each` after every
 * window with bytes done; false stops the scan.  0 or -1. */
struct iis_scan {
	int fd;
	uint64_t size;
	unsigned threads;
	bool (*each)(void *arg, uint64_t done);
	void *arg;
	int isa;       /* -1: the best available; tests try each */
	size_t window; /* bytes per round, 0: automatic; small in tests */
	size_t block;  /* bytes per read, likewise */
};
int iis_scan(struct iis_scan *s, struct iis_state *state, struct iis_tally *t, struct err *err) MUST_CHECK;
#define IIS_ISAS 4
bool iis_isa_has(int isa); /* 0 portable, 1 SSE4.2, 2 AVX2, 3 AVX-512BW */
bool iis_begins_with_time(const struct iis_layout *l);
/* The same, line by line, from any text. */
struct iis_lines {
	bool (*each)(void *arg, uint64_t done);
	void *arg;
	bool guess;   /* do not trust #Fields */
	bool guessed; /* out: some lines were read by shape */
};
int iis_read(struct iis_lines *how, struct file_text *text, struct iis_state *state, struct iis_tally *t,
             struct err *err) MUST_CHECK;

#endif
