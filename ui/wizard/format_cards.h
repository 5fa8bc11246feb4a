/* What panels need to know of the report formats; in mem, in the order of report_formats. */
#ifndef CASEBOOK_UI_FORMAT_CARDS_H
#define CASEBOOK_UI_FORMAT_CARDS_H

#include "panel.h"

const struct format_card *format_cards(struct arena *mem, size_t *n);

#endif
