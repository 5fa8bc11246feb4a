/* The draft: a flow being read and checked. For engine/flow and its tests only. */
#ifndef CASEBOOK_FLOW_INT_H
#define CASEBOOK_FLOW_INT_H

#include <casebook/nearest.h>
#include <casebook/flow.h>
#include <casebook/yaml.h>

/* ---- problems: collected, then sorted by place ---- */
enum diag_id {
#define ROW(id, severity, text) DG_##id,
#include "diags.def"
#undef ROW
	DG__MAX
};
#define PROBLEMS_KEPT 2000 /* per file; more are only counted */

struct problem {
	enum diag_id id;
	unsigned line, col;
	size_t seq;
	const char *text;
};
struct problems {
	struct arena *mem;
	struct problem *at;
	size_t n, cap, errors, total;
	const char *after; /* added to the next sentence; usually NULL */
};
/* a, b, c fill the %s of the row in order; they are cleaned and cut here. */
void problem_at(struct problems *p, enum diag_id id, unsigned line, unsigned col, const char *a,
                const char *b, const char *c);
void problem(struct problems *p, enum diag_id id, const struct ynode *at, const char *a, const char *b,
             const char *c);
void problems_send(struct problems *p, const char *file, void (*diag)(void *, const struct diag *),
                   void *arg);
void problems_free(struct problems *p);

/* ---- bytes and YAML ---- */
bool bytes_check(struct problems *p, const char *text, size_t n);
struct ynode *yaml_tree(struct arena *mem, struct problems *p, const char *text, size_t n);

/* ---- names to indexes ---- */
struct names;
struct names *names_new(struct arena *mem, size_t expect);
/* -1 when new, else its existing index. */
long names_add(struct names *t, const char *name, long index);
long names_find(const struct names *t, const char *name);
/* "; did you mean 'x'?", or "" when none of the candidates is near. */
const char *nearest_text(struct arena *mem, const struct nearest *s);

/* ---- the table of keys ---- */
enum place {
	AT_FLOW,
	AT_SOURCE,
	AT_INPUT,
	AT_FORM,
	AT_ASK,
	AT_FIX,
	AT_END,
	AT_CHECK,
	AT_ANSWER,
	AT_CAUSE,
	AT_FIX_ITEM,
	AT__MAX
};
enum shape { SHAPE_LABEL, SHAPE_LINE, SHAPE_PROSE, SHAPE_WORD, SHAPE_INT, SHAPE_MAP, SHAPE_LIST, SHAPE_COND };
struct key_row {
	enum place place;
	const char *key;
	enum shape shape;
	bool required;
};
extern const struct key_row key_table[];
extern const size_t key_table_n;
extern const char *const input_type_words[]; /* these end with NULL, in the order of their enum */
extern const char *const order_words[];
extern const char *const verdict_words[];
extern const char *const severity_words[];
extern const char *const yes_words[];
extern const char *const nothing_words[];
const char *place_id(enum place p);   /* "fix_item", as in the JSON Schema */
const char *shape_name(enum shape s); /* "one line of text" */
/* Reports unknown, missing and misshapen keys of one map; false when it is not a map. `owner` names it in
 * messages: "the step 'x'". */
bool keys_check(struct problems *p, enum place place, const struct ynode *map, const struct ynode *at,
                const char *owner);
bool shape_check(struct problems *p, const char *key, enum shape shape, const struct ynode *v);
bool id_check(struct problems *p, const struct ynode *at, bool underscore);

/* ---- the draft ---- */
struct dref { /* a name that must exist */
	const struct ynode *at;
	long index; /* -1: absent or unknown */
};
struct danswer {
	struct answer_def def;
	const struct ynode *at, *when;
	struct dref go;
};
struct dcheck {
	struct check def;
	const struct ynode *at, *when;
};
struct dstep {
	struct node def;
	bool shaped;        /* the kind is known; def.kind holds */
	bool order_matters; /* answers overlap on purpose */
	const struct ynode *at, *body;
	struct danswer *answers;
	size_t nanswers;
	struct dcheck *checks;
	size_t nchecks;
	struct dref go, cause;
};
struct dcause {
	struct cause def;
	const struct ynode *at, *body, *supported, *symptom, *unless, *excluded, *applies, *yields;
	struct dref *yielding;
	size_t nyielding;
	struct dref verify;
	bool concluded;
};
struct dinput {
	struct input_def def;
	const struct ynode *at;
	bool used;
};
struct draft {
	struct problems *p;
	const struct flow_env *env;
	const char *name;
	struct arena *mem; /* of the draft: freed after loading */
	struct arena *out; /* of the flow: strings and conditions that stay */
	struct ynode *root;
	struct flow head; /* id, title, ... */
	struct dref start;
	struct dinput *inputs;
	size_t ninputs;
	struct dstep *steps;
	size_t nsteps;
	struct dcause *causes;
	size_t ncauses;
	struct names *input_names, *step_names, *cause_names;
	struct ways *ways; /* computed on first use */
	struct rules *rules;
};
#define MAX_INPUTS 200   /* a person has to fill in the form */
#define MAX_CHOICES 64   /* of one input */
#define MAX_CAUSES 20000 /* as many as steps */
#define MAX_FIX 50       /* lines of one checklist */
void draft_parse(struct draft *d);
/* Reports more than `max`. */
bool draft_too_many(struct draft *d, const struct ynode *v, const char *what, size_t max);
void draft_parse_inputs(struct draft *d, const struct ynode *inputs);
void draft_parse_causes(struct draft *d, const struct ynode *causes);
void draft_parse_checks(struct draft *d, struct dstep *s, const struct ynode *list);
/* The text of a key, in the flow's arena, without trailing line ends; NULL when absent. */
const char *draft_text(struct draft *d, const struct ynode *map, const char *key);
/* Index of a word in a list that ends with NULL; -1 when absent, or none of them (reported). */
int draft_word(struct draft *d, const struct ynode *v, const char *const *words);
/* Resolves a name; reports an unknown one as `missing`. */
struct dref draft_ref(struct draft *d, const struct ynode *at, enum diag_id missing);
/* "; the shortest way there: a > b (answer) > c", or "" when nothing leads there. */
const char *way_to(struct draft *d, size_t step);
void way_put(const struct dstep *s, int via, struct buf *out); /* via: index of an answer, or -1 */
void problem_on_way(struct draft *d, enum diag_id id, const struct ynode *at, size_t step, const char *a,
                    const char *b, const char *c);
enum edge_kind {
	EDGES_ALL,        /* with "fixed", to the step that verifies */
	EDGES_BACK,       /* reversed, without "fixed": to find steps that lead to an end */
	EDGES_ALONE,      /* edges taken without a person or a fix */
	EDGES_ALONE_BACK, /* ... reversed */
};
struct edges { /* compressed rows: step i leads to to[first[i]] .. to[first[i+1]] */
	size_t *first, *to;
};
struct edges edges_of(struct draft *d, enum edge_kind kind);
void draft_check(struct draft *d);
void draft_prove(struct draft *d); /* the slow proofs; only for a draft without errors */
void prove_overlaps(struct draft *d);
void prove_loops(struct draft *d);
void prove_paths(struct draft *d);
void prove_sides(struct draft *d);
void check_graph(struct draft *d);
void check_answers(struct draft *d);
void check_proofs(struct draft *d);
struct flow *draft_freeze(struct draft *d);

/* ---- conditions ---- */
enum subject { SUBJECT_FACT, SUBJECT_INPUT, SUBJECT_ANSWER };
enum test_op { OP_IS, OP_NOT, OP_LT, OP_LE, OP_GT, OP_GE, OP_HAS, OP_LACKS, OP_EMPTY, OP_KNOWN };
struct test {
	enum subject subject;
	const char *probe; /* SUBJECT_FACT only */
	const char *key;   /* fact (with @ever), input or step */
	const char *plain; /* the fact without @ever */
	bool of_source;    /* the fact sums a whole file (FACT_OF_SOURCE), without @ever */
	enum fact_type type;
	const char *const *closed; /* all words it can be; NULL when open */
	size_t nclosed;
	enum test_op op;
	bool flag;                /* OP_EMPTY, OP_KNOWN */
	const char *const *words; /* as written */
	const int64_t *numbers;   /* the words as numbers for FACT_INT, FACT_TIME or FACT_BOOL */
	size_t n;
};
struct clause {
	const struct test *tests;
	size_t n;
};
struct cond {
	const struct clause *clauses;
	size_t n;
};
/* NULL when absent or wrong (and reported). */
const struct cond *cond_compile(struct draft *d, const struct ynode *at);
const char *cond_operator(size_t i); /* "not", "lt", ...; NULL past the last */
enum tri test_eval(const struct test *t, const struct cond_env *env);
void test_text(const struct test *t, struct buf *out);         /* "scep.url.page is not other" */
void test_subject_text(const struct test *t, struct buf *out); /* "scep.url.page" */

/* ---- the space of outcomes ---- */
enum decision { SPACE_NONE, SPACE_SOME, SPACE_UNDECIDED };
struct space;
/* The space of everything read by these conditions (NULL entries are skipped). */
struct space *space_new(const struct cond *const *conds, size_t n);
void space_free(struct space *s);
/* Is there an outcome where conds[yes] holds (yes < 0: none required) and conds[first..last) are all
 * false?  `measured` excludes unknown. `witness` (may be NULL) gets one in words. */
enum decision space_find(struct space *s, long yes, size_t first, size_t last, bool measured,
                         struct buf *witness);

/* ---- regions of a space: the knowledge after some answers; all in mem ---- */
struct region;
struct region *region_all(struct space *s, struct arena *mem);
/* The part of `in` where `yes` (may be NULL) holds and none of `no` (NULLs are skipped) may hold; NULL
 * when empty. Undecidable counts as possible. */
struct region *region_where(struct space *s, struct arena *mem, const struct region *in,
                            const struct cond *yes, const struct cond *const *no, size_t nno);
/* ... where none of `no` holds, whether it fails or cannot tell; NULL when no outcome was found. */
struct region *region_without(struct space *s, struct arena *mem, const struct region *in,
                              const struct cond *const *no, size_t nno);
bool region_within(const struct space *s, const struct region *a, const struct region *b);
/* What the region says about the subjects of a condition. */
void region_words(struct space *s, const struct region *r, const struct cond *only, struct buf *out);
/* One outcome of the region, with everything measured where possible. */
void region_sample(struct space *s, const struct region *r, struct buf *out);

/* ---- impossible outcomes: a live check without its address measures nothing ---- */
#define MAX_RULES 400 /* facts of one flow with rules */
struct rules;
struct rules *rules_new(struct arena *mem, size_t checks);
void rules_add(struct rules *r, const struct check *c, const char *const *inputs); /* inputs: their keys */
/* Every possible outcome in a space of these conditions; never NULL, since measuring nothing is always
 * possible. */
struct region *rules_start(const struct rules *r, struct space *s, struct arena *mem,
                           const struct cond *const *conds, size_t n);

#endif
