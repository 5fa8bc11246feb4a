/* Texts seen before, by hash (FNV-1a), open addressing. */
#include <casebook/text_set.h>

#include <stdint.h>
#include <string.h>

static size_t slot_of(const struct text_set *set, const char *text)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325); /* FNV-1a */
	size_t i;

	for (const char *p = text; *p != '\0'; p++)
		h = (h ^ (unsigned char)*p) * UINT64_C(0x100000001b3);
	for (i = h & (set->cap - 1); set->slots[i] != NULL && strcmp(set->slots[i], text) != 0;)
		i = (i + 1) & (set->cap - 1);
	return i;
}

bool text_set_add(struct arena *mem, struct text_set *set, const char *text)
{
	size_t i;

	if (set->n * 2 >= set->cap) {
		struct text_set more = {NULL, set->n, set->cap != 0 ? set->cap * 2 : 64};

		more.slots = arena_array(mem, more.cap, sizeof(char *));
		for (size_t k = 0; k < set->cap; k++)
			if (set->slots[k] != NULL)
				more.slots[slot_of(&more, set->slots[k])] = set->slots[k];
		*set = more;
	}
	i = slot_of(set, text);
	if (set->slots[i] != NULL)
		return false;
	set->slots[i] = text;
	set->n++;
	return true;
}
