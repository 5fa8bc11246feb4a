# Functions that keep the build in rows: a module, a table of rows, embedded files, a test.

add_library(casebook_flags INTERFACE)
target_compile_definitions(casebook_flags INTERFACE _POSIX_C_SOURCE=200809L _XOPEN_SOURCE=700
  CASEBOOK_VERSION="${PROJECT_VERSION}")
target_include_directories(casebook_flags INTERFACE ${PROJECT_SOURCE_DIR}/include)
target_compile_options(casebook_flags INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion
  -Wswitch-enum -Wmissing-prototypes -Wstrict-prototypes -Wvla -Wwrite-strings -Wpointer-arith -Wundef
  -Wformat=2 -Wno-missing-field-initializers -fno-common -fstack-protector-strong)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
  # Cutting a message to its buffer is meant wherever it is done here.
  target_compile_options(casebook_flags INTERFACE -Wno-format-truncation)
endif()
if(CASEBOOK_WERROR)
  target_compile_options(casebook_flags INTERFACE -Werror)
endif()
if(CASEBOOK_SANITIZE)
  target_compile_options(casebook_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=undefined
    -fno-omit-frame-pointer)
  target_link_options(casebook_flags INTERFACE -fsanitize=address,undefined)
elseif(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  target_compile_definitions(casebook_flags INTERFACE _FORTIFY_SOURCE=2)
endif()
if(CASEBOOK_FUZZ)
  target_compile_options(casebook_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
add_link_options(-Wl,-z,relro,-z,now)

# casebook_module(name SOURCES ... USES modules... LIBS imported targets...)
# A module is a static library that links exactly what the layer table allows it.
function(casebook_module name)
  cmake_parse_arguments(M "" "" "SOURCES;USES;LIBS" ${ARGN})
  add_library(cb_${name} STATIC ${M_SOURCES})
  target_include_directories(cb_${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(cb_${name} PUBLIC casebook_flags)
  foreach(use ${M_USES})
    target_link_libraries(cb_${name} PUBLIC cb_${use})
  endforeach()
  target_link_libraries(cb_${name} PRIVATE ${M_LIBS})
endfunction()

# casebook_rows(out def prefix): every ROW(name...) in the .def names a file <prefix>name.c beside it.
function(casebook_rows out def prefix)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${def})
  file(STRINGS ${def} lines REGEX "^ROW\\(")
  set(files)
  foreach(line ${lines})
    string(REGEX REPLACE "^ROW\\(([a-z0-9_]+).*" "\\1" row "${line}")
    set(file ${CMAKE_CURRENT_SOURCE_DIR}/${prefix}${row}.c)
    if(NOT EXISTS ${file})
      message(FATAL_ERROR "${def}: the row '${row}' needs the file ${file}")
    endif()
    list(APPEND files ${file})
  endforeach()
  set(${out} ${files} PARENT_SCOPE)
endfunction()

# casebook_embed(out symbol file): the bytes of a file as `const unsigned char symbol[]` and `symbol_size`.
function(casebook_embed out symbol file)
  set(c ${CMAKE_CURRENT_BINARY_DIR}/${symbol}.c)
  add_custom_command(OUTPUT ${c}
    COMMAND ${CMAKE_COMMAND} -DIN=${file} -DOUT=${c} -DSYMBOL=${symbol}
            -P ${PROJECT_SOURCE_DIR}/assets/cmake/embed.cmake
    DEPENDS ${file} ${PROJECT_SOURCE_DIR}/assets/cmake/embed.cmake VERBATIM)
  set(${out} ${c} PARENT_SCOPE)
endfunction()

# casebook_test(name SOURCES ... USES modules... LIBS ...): a cmocka binary and its CTest row.
function(casebook_test name)
  cmake_parse_arguments(T "" "TIMEOUT" "SOURCES;USES;LIBS;LABELS" ${ARGN})
  if(NOT T_SOURCES)
    set(T_SOURCES ${name}.c)
  endif()
  if(NOT T_TIMEOUT)
    set(T_TIMEOUT 60)
  endif()
  add_executable(${name} ${T_SOURCES})
  foreach(use ${T_USES})
    target_link_libraries(${name} PRIVATE cb_${use})
  endforeach()
  target_link_libraries(${name} PRIVATE casebook_flags PkgConfig::CMOCKA ${T_LIBS})
  target_compile_definitions(${name} PRIVATE TEST_DIR="${CMAKE_CURRENT_SOURCE_DIR}"
    PROJECT_DIR="${PROJECT_SOURCE_DIR}" BUILD_DIR="${PROJECT_BINARY_DIR}")
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${T_TIMEOUT} LABELS "unit;${T_LABELS}")
endfunction()

# casebook_script_test(name script args...): a script that finds the programs through the environment.
function(casebook_script_test name script)
  cmake_parse_arguments(S "SERIAL" "TIMEOUT" "LABELS;ARGS" ${ARGN})
  if(NOT S_TIMEOUT)
    set(S_TIMEOUT 120)
  endif()
  add_test(NAME ${name} COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/${script} ${S_ARGS})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${S_TIMEOUT} LABELS "${S_LABELS}"
    ENVIRONMENT "CASEBOOK=$<TARGET_FILE:casebook>;CASEBOOK_PROBE=${PROJECT_BINARY_DIR}/engine/probe/casebook-probe;SOURCE_DIR=${PROJECT_SOURCE_DIR};BUILD_DIR=${PROJECT_BINARY_DIR}")
  if(S_SERIAL)
    set_tests_properties(${name} PROPERTIES RUN_SERIAL TRUE)
  endif()
endfunction()
