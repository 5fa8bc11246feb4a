/*
 * What a report says, as one tree; built once, read by every format. Nodes live in the report's arena and
 * carry clean UTF-8 with secrets already replaced.
 */
#ifndef CASEBOOK_RNODE_H
#define CASEBOOK_RNODE_H

#include <stddef.h>

enum rnode_kind {
	R_DOC,     /* text: the title of the report */
	R_SECTION, /* level 1..4, id, text: the heading */
	R_PARA,    /* text, or spans as children */
	R_LIST,    /* items */
	R_ITEM,    /* text or spans; may end with one R_LIST */
	R_TABLE,   /* text: the caption, level 1: worth reading; rows; a row with level 1 is the header */
	R_ROW,     /* cells; mark */
	R_CELL,    /* text or spans; level 1: heads its row */
	R_CODE,    /* text: lines to type or to keep verbatim */
	R_QUOTE,   /* text: a person's words, line breaks kept */
	R_FOLD,    /* text: the summary; children; level 1: open at first */
	R_TERMS,   /* R_TERM children */
	R_TERM,    /* text: the name; children: spans of the value; mark */
	R_VERDICT, /* text: the verdict in words, mark; children: R_TERMS with the essentials */
	R_GRAPH,   /* id, text: description; children: R_STOP, one per step of the path */
	R_STOP,    /* text: label; mark; children: R_TEXT answer, R_MUTED who, R_ALT other answers */
	/* spans; level 1: no blank before it */
	R_TEXT,
	R_MONO, /* foreign or technical text: a probe, a code, a line of a log */
	R_STRONG,
	R_MUTED,
	R_MARK, /* mark, text: its meaning in a word */
	R_REF,  /* id: the target anchor, text */
	R_TIME, /* of UTC, never broken */
	R_ALT,
	R__MAX
};
struct row_source;
struct rnode {
	unsigned char kind, level, mark; /* enum rnode_kind; enum report_mark */
	unsigned char span;              /* span kind of the text: R_MONO, ...; 0 is plain */
	const char *id;                  /* anchor: a-z, 0-9, dash; stable; NULL when none */
	const char *text;                /* clean UTF-8; NULL when it has only children */
	struct rnode *child, *last, *next;
	struct row_source *rows; /* R_TABLE only: further rows after the children, too many to store */
};
/* Iterates over a table's rows, header first; row NULL begins. A row lives until the next call. */
const struct rnode *rnode_next_row(const struct rnode *table, const struct rnode *row, size_t *state);
/* Meaning, never a colour; the same five as on the screen. */
enum report_mark { RM_NONE, RM_OK, RM_BAD, RM_WARN, RM_OPEN };
const char *rnode_kind_name(enum rnode_kind k);
const char *report_mark_word(enum report_mark m); /* "ok", "bad", "attention", "open"; "" for none */

#endif
