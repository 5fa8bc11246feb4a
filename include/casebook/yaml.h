/*
 * A YAML document as a tree of text, maps and lists, each with its position.  Aliases, anchors, tags, merge
 * keys, duplicate keys, second documents, control characters and bad UTF-8 are problems, all reported at
 * once.  Nothing is resolved or converted: every scalar is text.
 */
#ifndef CASEBOOK_YAML_H
#define CASEBOOK_YAML_H

#include <stdbool.h>
#include <stddef.h>

#include <casebook/arena.h>
#include <casebook/flow.h>

#define YAML_MAX_DEPTH 32 /* a flow needs nine */

enum ynode_kind { YAML_TEXT, YAML_MAP, YAML_LIST };
struct ynode {
	enum ynode_kind kind;
	bool plain;         /* unquoted text: may mean a number, yes, null */
	bool off;           /* its own position is unhelpful: use its key's */
	unsigned line, col; /* from 1; columns are code points */
	const char *text;   /* YAML_TEXT: NUL-terminated, without NUL inside; else NULL */
	size_t len;
	struct ynode *key; /* of a map's child; NULL in a list */
	struct ynode *child, *last, *next;
	size_t n; /* children */
};

/* NULL when there are problems (each goes to `diag`, sorted by position, at most FLOW_MAX_DIAGS).  The
 * tree lives in `mem`. */
struct ynode *yaml_load(struct arena *mem, const char *name, const char *text, size_t n,
                        void (*diag)(void *arg, const struct diag *d), void *arg);
const struct ynode *yaml_get(const struct ynode *map, const char *key); /* NULL when absent, or no map */
bool yaml_is_null(const struct ynode *n);                               /* absent, empty, ~ or null */

#endif
