#ifndef CASEBOOK_SERVE_H
#define CASEBOOK_SERVE_H

/* Serves requests from descriptor 0 to 1 until 0 ends; then every child is killed. */
int serve(void);

#endif
