/* Text for the clipboard of whoever sits at the terminal, also over SSH. */
#ifndef CASEBOOK_UI_CLIPBOARD_H
#define CASEBOOK_UI_CLIPBOARD_H

/* NULL when it was sent; else why it cannot be. */
const char *clipboard_copy(const char *text);

#endif
