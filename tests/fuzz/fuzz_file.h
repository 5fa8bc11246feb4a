/* Bytes as a file, and a probe run over it: what the fuzz targets of file readers share. */
#ifndef TEST_FUZZ_FILE_H
#define TEST_FUZZ_FILE_H

#include <stddef.h>
#include <stdint.h>

/* A path that holds the bytes until the next call. */
const char *fuzz_file(const uint8_t *data, size_t n);
/* Runs the probe over them; every line that it sends must decode. */
void fuzz_probe(const char *id, const uint8_t *data, size_t n);

#endif
