/* The table of report formats as the export panel shows it. */
#include "format_cards.h"

#include <casebook/report.h>

const struct format_card *format_cards(struct arena *mem, size_t *n)
{
	struct format_card *cards;

	for (*n = 0; report_formats[*n] != NULL;)
		++*n;
	cards = arena_array(mem, *n, sizeof(*cards));
	for (size_t i = 0; i < *n; i++)
		cards[i] = (struct format_card){report_formats[i]->name, report_formats[i]->ext,
		                                report_formats[i]->title};
	return cards;
}
