/* Which kind of book a place names. A kind is a file and a row. */
#include "book.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/xalloc.h>

static const struct book_kind *const kinds[] = {&book_folder};

static const struct book_kind *kind_of(const char *where)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strncmp(where, kinds[i]->scheme, strlen(kinds[i]->scheme)) == 0)
			return kinds[i];
	return NULL;
}

int desk_where_check(const char *where, struct err *err)
{
	return kind_of(where)->check(where, err);
}

int desk_init(const char *where, struct err *err)
{
	return desk_where_check(where, err) == 0 ? kind_of(where)->init(where, err) : -1;
}

int desk_open(const char *where, const struct desk_who *who, struct desk **out, struct err *err)
{
	struct book *book;

	if (desk_where_check(where, err) != 0 || kind_of(where)->open(where, who, &book, err) != 0)
		return -1;
	*out = xmalloc(sizeof(**out));
	**out = (struct desk){.kind = kind_of(where), .book = book};
	snprintf((*out)->who.author, sizeof((*out)->who.author), "%s", who->author);
	return 0;
}

void desk_close(struct desk *d)
{
	if (d == NULL)
		return;
	d->kind->close(d->book);
	free(d);
}
