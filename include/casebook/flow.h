/*
 * The frozen flow, checked once at load: every node_id is in range, every node is reachable, every path can
 * end, every condition fits the type of its fact. No user checks again.  FLOWS.md describes the language.
 */
#ifndef CASEBOOK_FLOW_H
#define CASEBOOK_FLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <casebook/arena.h>
#include <casebook/err.h>
#include <casebook/probe.h>

typedef uint16_t node_id;
#define NODE_NONE UINT16_MAX
#define CAUSE_NONE (-1)

/* ---- conditions ---- */
struct cond; /* compiled, typed */

/* Where a condition looks.  Each returns NULL when the thing is unknown. */
struct cond_env {
	const struct value *(*fact)(void *self, const char *probe, const char *fact);
	const char *(*input)(void *self, const char *key);
	const char *(*answer)(void *self, const char *step);
	void *self;
};
enum tri cond_eval(const struct cond *c, const struct cond_env *env);
/* "scep.url.page = service-unavailable (was forbidden-iis: no); ..." for pages and reports. */
void cond_reason(const struct cond *c, const struct cond_env *env, struct buf *out);
/* Each fact that the condition reads, in order, until the callback returns false. */
void cond_reads(const struct cond *c, bool (*each)(void *arg, const char *probe, const char *fact),
                void *arg);

/* The facts behind the result: those of the first map that holds, all when none does. */
void cond_proof(const struct cond *c, const struct cond_env *env,
                bool (*each)(void *arg, const char *probe, const char *fact), void *arg);

/* A condition is a list of maps, one of which must hold. These look at one map; facts are named as written
 * ("fact@ever"). */
size_t cond_maps(const struct cond *c);
enum tri cond_map_eval(const struct cond *c, size_t map, const struct cond_env *env);
void cond_map_reads(const struct cond *c, size_t map,
                    bool (*each)(void *arg, const char *probe, const char *fact), void *arg);
/* Whether the map tests an answer: a person's word. */
bool cond_map_asks(const struct cond *c, size_t map);
/* Suffix of a fact's name: the fact for any time, server and device. */
#define FACT_EVER "@ever"

/* ---- the parts of a flow ---- */
enum input_type { INPUT_TEXT, INPUT_URL, INPUT_HOST, INPUT_FILE, INPUT_CHOICE, INPUT_TIME };
struct input_choice {
	const char *id, *label;
};
struct input_def {
	const char *key, *label, *help;
	enum input_type type;
	const struct input_choice *choices;
	size_t nchoices;
	const char *ends_with; /* required end of a URL's path, any case; NULL when free */
	const char *fetch;     /* INPUT_FILE: how to get it; NULL: use the probe's own text */
	const char *trip;      /* who goes where for it, and what brings all of it at once; NULL: not said */
};

struct check_arg {
	const char *key;
	int input;           /* index of the input to pass, or -1 */
	const char *literal; /* when input is -1 */
};
struct check {
	const struct probe *probe;
	const struct check_arg *args;
	size_t nargs;
	const struct cond *when; /* skipped when TRI_NO; NULL: always run */
};

struct answer_def {
	const char *id, *label, *note;
	const struct cond *when; /* NULL: only a person can give it */
	bool blank; /* it claims nothing ("I cannot tell"): whoever only goes on gives this one */
	node_id go;
};

struct fix_item {
	const char *text, *who, *where, *changes; /* all but text may be NULL */
	const char *run; /* the command that does it, works as pasted there; NULL when there is none */
};

enum severity { SEV_FAULT, SEV_WARNING, SEV_NOTE };
struct cause {
	const char *id, *title, *summary, *remedy; /* remedy: one line for JSON and tables */
	enum severity severity;
	const struct cond
	        *supported;         /* proof: seen only when the cause is present; NULL when there is none */
	const struct cond *symptom; /* how it looks from outside; other causes may look the same */
	const struct cond *unless;  /* while true, `supported` does not count; NULL when there is none */
	const struct cond
	        *excluded; /* never seen while the cause is present; NULL when nothing can exclude it */
	const struct cond *applies; /* a gate over inputs: when false, the cause is impossible */
	const uint16_t *yields;     /* indexes of underlying causes: while one holds, this is not a finding */
	size_t nyields;
	bool later; /* refused after the flow's own step: verdict "refused-later" */
	const struct fix_item *fix;
	size_t nfix;
	const char *source;  /* article section or page */
	node_id verify;      /* the step whose checks prove the fix */
	const char *section; /* article section name for coverage; NULL beyond the article */
	const char *topic; /* in a list of what is ruled out: "TLS"; causes may share one; NULL: the title */
	const char *good;  /* what is seen once it is gone, where `verify` says less; NULL: what that says */
};
/* Whether the facts support a cause: `supported` holds and `unless` does not. */
bool cause_speaks(const struct cause *c, const struct cond_env *env);
/* Every fact that supports, stops or excludes a cause, as in cond_reads. */
void cause_reads(const struct cause *c, bool (*each)(void *arg, const char *probe, const char *fact),
                 void *arg);

enum node_kind { NODE_ASK, NODE_INPUT, NODE_FIX, NODE_END };
enum verdict {
	VERDICT_INCONCLUSIVE,
	VERDICT_FAULT,
	VERDICT_HEALTHY,
	/* only concluded, never set by an end: */
	VERDICT_REFUSED_LATER, /* the flow's own step succeeded, something behind it refused */
	VERDICT_FIXED          /* proved by the same checks; the device has yet to confirm it */
};
struct node {
	const char *id;
	enum node_kind kind;
	const char *label; /* short, for the trail: "Server URL" */
	const char *ask;   /* the question or the heading */
	const char *text;  /* Markdown paragraph(s), may be NULL */
	const char *source;
	const char *section; /* article section name; NULL beyond the article */
	/* NODE_ASK */
	const char *good; /* what its checks say when all is well; NULL when nothing says it */
	const struct check *checks;
	size_t nchecks;
	const struct answer_def *answers;
	size_t nanswers;
	/* NODE_INPUT: indexes of flow->inputs asked here; then go */
	const uint16_t *inputs;
	size_t ninputs;
	node_id go; /* NODE_INPUT: after; NODE_FIX: "not fixed, next cause" */
	/* NODE_FIX, NODE_END */
	int cause;            /* index of flow->causes or CAUSE_NONE */
	enum verdict verdict; /* NODE_END */
};

struct flow {
	const char *id, *title, *summary, *version;
	const char *source_title, *source_url;
	char hash[65]; /* SHA-256 of the text */
	const struct input_def *inputs;
	size_t ninputs;
	const struct node *nodes;
	size_t nnodes;
	const struct cause *causes;
	size_t ncauses;
	node_id start;
	struct arena *mem;
};

/* ---- loading ---- */
enum diag_severity { DIAG_ERROR, DIAG_WARNING };
struct diag {
	const char *id; /* a row of engine/flow/diags.def */
	enum diag_severity severity;
	const char *file;
	unsigned line, col; /* from 1; columns are code points */
	const char *text;   /* one sentence: what is wrong and what to do */
};
#define FLOW_MAX_DIAGS 50
#define FLOW_MAX_STEPS 20000
#define FLOW_MAX_ANSWERS 16 /* of one question; answers are chosen by digit */
#define FLOW_MAX_CHECKS 20  /* of one question */
#define FLOW_MAX_LABEL 120  /* columns */
#define FLOW_MAX_PROSE 4000 /* bytes of one text */

/* What loading a flow needs from outside. */
struct flow_env {
	const struct probe *(*find)(const char *id); /* usually probe_find */
	void (*diag)(void *arg, const struct diag *d);
	void *arg;
};
void flow_free(struct flow *f); /* accepts NULL */

/* The probe with that id if any step runs it, else NULL. */
const struct probe *flow_probe(const struct flow *f, const char *id);
const struct node *flow_node(const struct flow *f, const char *id); /* NULL when absent */
const struct cause *flow_cause(const struct flow *f, const char *id);
const struct input_def *flow_input(const struct flow *f, const char *key);
const struct answer_def *node_answer(const struct node *n, const char *id);

/* The flows built into the program: name and text, from flows/flows.def. */
struct builtin_flow {
	const char *id, *group;
	const unsigned char *text;
	const size_t *n;
};
extern const struct builtin_flow builtin_flows[]; /* ends with id NULL */
size_t builtin_count(void);

#endif
