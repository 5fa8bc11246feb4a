/*
 * Reasons as people read them.  The differential gives its reasons in names of checks and facts
 * ("scep.url.page = unavailable-http-sys; explained by ..."); here each fact that speaks becomes its
 * sentence, and the others words.  Texts in the caller's arena.
 */
#ifndef CASEBOOK_WORDS_H
#define CASEBOOK_WORDS_H

#include <casebook/brief.h>

/* "IIS log: last win32 = 1346" for "iis.log.last_win32 = 1346"; without a flow the text itself. */
const char *page_words(const struct flow *f, const char *text, struct arena *mem);
void put_fact_words(struct buf *out, const char *key, size_t n); /* of one fact's key */
/* The same, and a sentence for each fact whose value is the one that the text gives; o: how names are
 * shown, NULL: as they are. */
const char *words_said(struct replay *r, const struct brief_options *o, const char *text, struct arena *mem);

#endif
