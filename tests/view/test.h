/* What every test of this folder needs before anything else. */
#ifndef TESTS_UI_TEST_H
#define TESTS_UI_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
