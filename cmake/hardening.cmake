# What makes a fault in C harder to use; each flag only where this compiler has it.
# https://best.openssf.org/Compiler-Hardening-Guides/Compiler-Options-Hardening-Guide-for-C-and-C++
include(CheckCCompilerFlag)
include(CheckPIESupported)

check_pie_supported(OUTPUT_VARIABLE casebook_no_pie LANGUAGES C)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack)

# casebook_harden(FLAG...): to the flags of every target.
function(casebook_harden)
  foreach(flag ${ARGN})
    string(MAKE_C_IDENTIFIER "CASEBOOK_HAS${flag}" known)
    check_c_compiler_flag("-Werror ${flag}" ${known})
    if(${known})
      target_compile_options(casebook_flags INTERFACE ${flag})
    endif()
  endforeach()
endfunction()

# Sanitizers are to see what was never set, and a debugger the code as it is written.
if(CASEBOOK_SANITIZE OR CMAKE_BUILD_TYPE STREQUAL "Debug")
  return()
endif()

casebook_harden(-fstack-clash-protection -ftrivial-auto-var-init=zero)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64|i.86")
  casebook_harden(-fcf-protection=full)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
  casebook_harden(-mbranch-protection=standard)
endif()

# Level 3 knows sizes that are computed; a distribution's own level gives way to it.
include(CheckCSourceCompiles)
set(CMAKE_REQUIRED_FLAGS "-O2 -Werror -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3")
check_c_source_compiles("#include <string.h>
  #if !defined(__USE_FORTIFY_LEVEL) || __USE_FORTIFY_LEVEL < 3
  #error no level 3
  #endif
  int main(void) { return 0; }" CASEBOOK_HAS_FORTIFY_3)
unset(CMAKE_REQUIRED_FLAGS)
target_compile_options(casebook_flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=$<IF:$<BOOL:${CASEBOOK_HAS_FORTIFY_3}>,3,2>)

# The same source gives the same program in whatever folder it lies.
casebook_harden(-ffile-prefix-map=${PROJECT_SOURCE_DIR}=.)
