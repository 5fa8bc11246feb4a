# Functions that keep the build in rows: a module, a table of rows, embedded files, a test.

add_library(casebook_flags INTERFACE)
target_compile_definitions(casebook_flags INTERFACE _POSIX_C_SOURCE=200809L _XOPEN_SOURCE=700
  CASEBOOK_VERSION="${PROJECT_VERSION}")
target_include_directories(casebook_flags INTERFACE ${PROJECT_SOURCE_DIR}/include)
target_compile_options(casebook_flags INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion
  -Wswitch-enum -Wmissing-prototypes -Wstrict-prototypes -Wvla -Wwrite-strings -Wpointer-arith -Wundef
  -Wformat=2 -Wno-missing-field-initializers -fno-common -fstack-protector-strong
  -ffunction-sections -fdata-sections)
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
endif()
if(CASEBOOK_FUZZ)
  target_compile_options(casebook_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
include(cmake/hardening.cmake)
if(NOT CASEBOOK_SANITIZE AND NOT CASEBOOK_FUZZ)
  # What a program does not reach is not in it; tests/lint/unused.py reads from that what no program uses.
  add_link_options(-Wl,--gc-sections)
endif()

# tests/lint/layers.txt says which rooms a room may use; it links those and no others.
set(CASEBOOK_LAYERS ${PROJECT_SOURCE_DIR}/tests/lint/layers.txt)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CASEBOOK_LAYERS})

# casebook_layer(out room): the rooms that this one may use, as the table writes them ("flow", "flow+").
function(casebook_layer out room)
  file(STRINGS ${CASEBOOK_LAYERS} line REGEX "^${room} *:")
  if(NOT line)
    message(FATAL_ERROR "tests/lint/layers.txt has no row for ${room}")
  endif()
  string(REGEX REPLACE "^[^:]*: *([^:]*) *:.*" "\\1" uses "${line}")
  string(REGEX MATCHALL "[a-z/]+\\+?" uses "${uses}")
  set(${out} ${uses} PARENT_SCOPE)
endfunction()

# casebook_folder(out room): where a room's files lie.
function(casebook_folder out room)
  if(room MATCHES "^ui/")
    set(${out} ${PROJECT_SOURCE_DIR}/${room} PARENT_SCOPE)
  else()
    set(${out} ${PROJECT_SOURCE_DIR}/engine/${room} PARENT_SCOPE)
  endif()
endfunction()

# casebook_use(target scope room): links the rooms of the room's row; "+" shows it their private headers.
function(casebook_use target scope room)
  casebook_layer(uses ${room})
  foreach(use ${uses})
    string(REPLACE "+" "" name ${use})
    string(REPLACE "/" "_" library cb_${name})
    if(NOT name MATCHES "^ui/cli/") # part of the library ui/cli
      target_link_libraries(${target} ${scope} ${library})
    endif()
    if(use MATCHES "\\+$")
      casebook_folder(folder ${name})
      target_include_directories(${target} ${scope} ${folder})
    endif()
  endforeach()
endfunction()

# casebook_module(room SOURCES ... LIBS imported targets...): a static library, cb_<room> with / as _.
function(casebook_module room)
  cmake_parse_arguments(M "" "" "SOURCES;LIBS" ${ARGN})
  string(REPLACE "/" "_" name cb_${room})
  add_library(${name} STATIC ${M_SOURCES})
  # Rooms that use each other: linkers that read archives in order have to come by several times.
  set_target_properties(${name} PROPERTIES LINK_INTERFACE_MULTIPLICITY 5)
  casebook_folder(folder ${room})
  target_include_directories(${name} PRIVATE ${folder})
  target_link_libraries(${name} PUBLIC casebook_flags)
  casebook_use(${name} PUBLIC ${room})
  target_link_libraries(${name} PRIVATE ${M_LIBS})
endfunction()

# casebook_rows(out def prefix [room]): every ROW(name...) in the .def names a file <prefix>name.c beside it;
# with a room, only rows ROW(room, name) of that room, and files of this folder.
function(casebook_rows out def prefix)
  get_filename_component(def ${def} ABSOLUTE)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${def})
  set(head "")
  if(ARGC GREATER 3)
    set(head "${ARGV3}, *")
  endif()
  file(STRINGS ${def} lines REGEX "^ROW\\(${head}[a-z0-9_]+[,)]")
  set(files)
  foreach(line ${lines})
    string(REGEX REPLACE "^ROW\\(${head}([a-z0-9_]+).*" "\\1" row "${line}")
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
            -P ${PROJECT_SOURCE_DIR}/cmake/embed.cmake
    DEPENDS ${file} ${PROJECT_SOURCE_DIR}/cmake/embed.cmake VERBATIM)
  set(${out} ${c} PARENT_SCOPE)
endfunction()

# casebook_cost(name): the tests that take longest begin first, by tests/costs.txt.
set(CASEBOOK_COSTS ${PROJECT_SOURCE_DIR}/tests/costs.txt)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CASEBOOK_COSTS})
function(casebook_cost name)
  file(STRINGS ${CASEBOOK_COSTS} line REGEX "^${name} ")
  if(line)
    string(REGEX REPLACE "^[^ ]+ +" "" seconds "${line}")
    set_tests_properties(${name} PROPERTIES COST ${seconds})
  endif()
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
  casebook_cost(${name})
endfunction()

# casebook_script_test(name script args...): a script that finds the programs through the environment.
function(casebook_script_test name script)
  cmake_parse_arguments(S "" "TIMEOUT" "LABELS;ARGS" ${ARGN})
  if(NOT S_TIMEOUT)
    set(S_TIMEOUT 120)
  endif()
  add_test(NAME ${name} COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/${script} ${S_ARGS})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${S_TIMEOUT} LABELS "${S_LABELS}"
    ENVIRONMENT "CASEBOOK=$<TARGET_FILE:casebook>;CASEBOOK_PROBE=${PROJECT_BINARY_DIR}/engine/probe/casebook-probe;CASEBOOK_KEYS=${PROJECT_BINARY_DIR}/tests/lib/casebook-keys;SOURCE_DIR=${PROJECT_SOURCE_DIR};BUILD_DIR=${PROJECT_BINARY_DIR}")
  casebook_cost(${name})
endfunction()
