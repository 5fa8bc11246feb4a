/*
 * Folders and archives, file by file: all that lie in them, or how many do not and why.  In folders by name,
 * in archives as they stand.  A symbolic link that stays inside is not followed, since what it names is met
 * by its own name; one that leads outside is left out and counted.
 */
#ifndef CASEBOOK_FILE_WALK_H
#define CASEBOOK_FILE_WALK_H

#include <casebook/buf.h>

#include "file_src.h"

/* One file met by a walk: `src` at its beginning, or NULL and `why` it cannot be opened. */
struct file_item {
	const char *path;     /* as shown: it opens the file again */
	struct file_src *src; /* owned by the walk: do not close, do not keep */
	const char *why;
};

/* Why files were left out. */
enum walk_left {
	LEFT_DEEP,    /* below FILE_MAX_FOLDERS folders */
	LEFT_MANY,    /* beyond FILE_MAX_FILES */
	LEFT_PACKED,  /* archives beyond FILE_MAX_ARCHIVES */
	LEFT_LONG,    /* the name is longer than FILE_PATH */
	LEFT_OUTSIDE, /* a link out of the folder */
	LEFT_LOST,    /* a link to nothing */
	LEFT_LATE,    /* out of time */
	LEFT__MAX
};

struct file_walk {
	bool hash;
	bool (*visit)(void *arg, struct file_item *item); /* false ends this part of the walk */
	void *arg;
	/* Where to resume, from an earlier part's `next`; NULL: the beginning. */
	const char *from;
	unsigned seen; /* files visited, including earlier parts */
	unsigned left[LEFT__MAX];
	bool more; /* a visit ended the walk, and there may be more: `next` says where */
	char next[FILE_PATH + 32];
	/* private */
	const char *skip;    /* the file on disk where an earlier part ended; NULL once reached */
	unsigned skip_items; /* items already visited in it */
	unsigned items;      /* visited in the current file on disk */
	unsigned archives;
	const char *file; /* that file, as shown */
	char root[FILE_PATH];
};

/* A file, a folder or an archive, and archives within.  An archive is visited member by member. */
int file_walk(struct file_walk *w, const char *path, struct err *err) MUST_CHECK;
unsigned walk_left(const struct file_walk *w); /* all of them */
/* "3 files left out: 2 links lead outside, 1 lies below 64 folders"; nothing when there are none. */
void walk_left_words(const struct file_walk *w, struct buf *out);

/* For file_archive.c: visits one source, an archive as its members.  Does not close s.  False ends the walk.
 */
bool walk_source(struct file_walk *w, struct file_src *s, unsigned depth);
void walk_leave(struct file_walk *w, enum walk_left why);
bool walk_visit(struct file_walk *w, const char *path, struct file_src *s, const char *why);

#endif
