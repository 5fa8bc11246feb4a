/* The pages that casebook-doc writes at build time. */
#ifndef CASEBOOK_DOC_H
#define CASEBOOK_DOC_H

/* roff: no line begins as a request does, and a hyphen of an option is one that can be copied. */
void roff(const char *text);

/* casebook-probes(7): every check, what it asks for, what facts it yields. */
void man_probes(void);

#endif
