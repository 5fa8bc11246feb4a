/* Prints the loader's vocabulary, one row a line, for the test that compares it with the schema. */
#include "flow_int.h"

#include <stdio.h>

static void words(const char *what, const char *const *w)
{
	for (; *w != NULL; w++)
		printf("word %s %s\n", what, *w);
}

int main(void)
{
	static const char *const shapes[] = {"label", "line", "prose", "word", "int", "map", "list", "cond"};

	for (size_t i = 0; i < key_table_n; i++)
		printf("key %s %s %s %s\n", place_id(key_table[i].place), key_table[i].key,
		       shapes[key_table[i].shape], key_table[i].required ? "required" : "optional");
	for (size_t i = 0; cond_operator(i) != NULL; i++)
		printf("word operator %s\n", cond_operator(i));
	words("input_type", input_type_words);
	words("order", order_words);
	words("verdict", verdict_words);
	words("severity", severity_words);
	printf("limit answers %d\nlimit checks %d\nlimit label %d\nlimit prose %d\nlimit steps %d\n",
	       FLOW_MAX_ANSWERS, FLOW_MAX_CHECKS, FLOW_MAX_LABEL, FLOW_MAX_PROSE, FLOW_MAX_STEPS);
	printf("limit inputs %d\nlimit choices %d\nlimit causes %d\nlimit fix %d\n", MAX_INPUTS, MAX_CHOICES,
	       MAX_CAUSES, MAX_FIX);
	return ferror(stdout) ? 1 : 0;
}
