/* What a kind of book can do; desk.c knows them by a table. Private to engine/desk. */
#ifndef CASEBOOK_DESK_BOOK_H
#define CASEBOOK_DESK_BOOK_H

#include <casebook/desk.h>

#define DESK_MAX_BODY (4u << 20) /* bytes of one row's body */

struct book; /* of each kind its own */
struct book_kind {
	const char *scheme; /* "postgresql://"; "" a folder */
	int (*check)(const char *where, struct err *err);
	int (*init)(const char *where, struct err *err);
	int (*open)(const char *where, const struct desk_who *who, struct book **out, struct err *err);
	void (*close)(struct book *b);
	/* Every row that nothing builds upon, in any order; a row that does not fit may be among them. */
	int (*heads)(struct book *b, bool (*each)(void *arg, const char *id, const char *hash), void *arg,
	             struct err *err);
	/* Every row of a case as it is stored, in any order, the same one perhaps more than once. */
	int (*rows)(struct book *b, const char *id, bool (*each)(void *arg, const struct desk_row *row),
	            void *arg, struct err *err);
	/* All of them are durable on return, or it fails; rows that are there already stay as they are. */
	int (*put)(struct book *b, const char *id, const struct store_row *rows, size_t n, struct err *err);
};
extern const struct book_kind book_folder;

struct desk {
	const struct book_kind *kind;
	struct book *book;
	struct {
		char author[DESK_NAME];
	} who;
};

#endif
