/* Closed sets of words for facts of this room: in a file of their own, since the table of descriptions has
 * them without the code around them. */
#include "cert_bag.h"

const char *const bag_shapes[] = {"empty", "der", "pkcs7", "pem", "pem-pkcs7", "html", "unknown", NULL};
_Static_assert(sizeof(bag_shapes) / sizeof(*bag_shapes) == BAG__MAX + 1, "a word for each shape");
