/*
 * The write-ahead log as a file.  Saving an answer is one sync of it, and a sync
 * is cheaper by a third when the file need not grow for it: so the log is given
 * its size before many answers come, and is used again from its beginning when
 * nobody waits, not by SQLite's own rule, which makes every few hundredth answer
 * wait for three more syncs.
 */
#include "store_int.h"

#include <string.h>

/* What it holds before it is used again, and room for the answers until then. */
#define PAGE_AND_HEADER (4096 + 24)
#define WAL_SIZE ((STORE_WAL_SOFT + 40) * PAGE_AND_HEADER)

static int note_pages(void *arg, sqlite3 *db, const char *name, int pages)
{
	(void)db;
	(void)name;
	((struct store *)arg)->wal_pages = pages;
	return SQLITE_OK;
}

static bool in_wal_mode(struct store *s)
{
	AUTO_STMT q = stmt_use(s, STMT_GET_JOURNAL_MODE, NULL);

	return q != NULL && stmt_row(s, q, "preparing", NULL) > 0 && strcmp(column_text(q, 0), "wal") == 0;
}

/* Zeros behind the end of the file: no frame that anybody would take for one.  What fails here
 * only makes the next syncs dearer; a disk that is nearly full gets its room back. */
static void write_zeros(sqlite3_file *f)
{
	static const char zeros[PAGE_AND_HEADER];
	sqlite3_int64 was, at;

	if (f->pMethods == NULL || f->pMethods->xFileSize(f, &was) != SQLITE_OK)
		return;
	for (at = was; at < WAL_SIZE; at += PAGE_AND_HEADER) {
		if (f->pMethods->xWrite(f, zeros, PAGE_AND_HEADER, at) == SQLITE_OK)
			continue;
		(void)f->pMethods->xTruncate(f, was);
		return;
	}
	if (was < WAL_SIZE)
		(void)f->pMethods->xSync(f, SQLITE_SYNC_NORMAL); /* so that no answer has to */
}

void wal_watch(struct store *s)
{
	sqlite3_wal_hook(s->db, note_pages, s);
}

static void give_size(struct store *s)
{
	sqlite3_file *f = NULL;

	/* The lock keeps others from writing where the file ends now. */
	if (!in_wal_mode(s) || tx_begin_write(s, NULL) != 0)
		return;
	if (sqlite3_file_control(s->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &f) == SQLITE_OK && f != NULL)
		write_zeros(f);
	tx_rollback(s);
}

/* The first commit after a checkpoint begins the log anew and syncs its header: let that be one
 * that nobody waits for. */
static void begin_anew(struct store *s)
{
	tx_relax(s, true);
	(void)schema_touch(s);
	tx_relax(s, false);
}

static void use_again(struct store *s)
{
	s->wal_pages = 0;
	if (sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL) == SQLITE_OK)
		begin_anew(s);
}

void wal_keep(struct store *s)
{
	if (!s->wal_sized)
		give_size(s);
	s->wal_sized = true;
	if (s->wal_pages >= STORE_WAL_SOFT)
		use_again(s);
}

void wal_bound(struct store *s)
{
	if (s->wal_pages >= STORE_WAL_HARD)
		use_again(s);
}

void store_keep(struct store *s)
{
	if (!s->read_only)
		wal_keep(s);
}
