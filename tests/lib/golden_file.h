/* Golden files: what a person has read and found right, compared byte for byte.  Every test that has some
 * renews them with --update, and each failure prints that command; nothing else writes them. */
#ifndef TESTS_GOLDEN_FILE_H
#define TESTS_GOLDEN_FILE_H

/* First thing in main(). */
void golden_args(int argc, char **argv);
/* Fails when the file does not hold `got`, or is missing; with --update writes it and names it. */
void golden_file(const char *path, const char *got);
/* The same with a line for each value of the JSON: line ends are put in, nothing is taken away. */
void golden_json(const char *path, const char *got);

#endif
