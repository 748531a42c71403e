# SPDX-License-Identifier: GPL-3.0-or-later
# The one options target, the two precompiled headers, and the helpers qd_library, qd_executable and qd_test.

function(qd_setup_options)
    add_library(qd_options INTERFACE)
    target_compile_features(qd_options INTERFACE cxx_std_20)
    target_include_directories(qd_options INTERFACE "${PROJECT_SOURCE_DIR}" "${PROJECT_BINARY_DIR}/generated")
    target_compile_definitions(qd_options INTERFACE
        QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_CAST_FROM_BYTEARRAY QT_NO_URL_CAST_FROM_STRING QT_NO_FOREACH
        QT_NO_KEYWORDS QT_NO_NARROWING_CONVERSIONS_IN_CONNECT QT_USE_QSTRINGBUILDER QT_DISABLE_DEPRECATED_BEFORE=0x060400
        $<$<NOT:$<CONFIG:Release>>:QT_FORCE_ASSERTS>)
    target_compile_options(qd_options INTERFACE
        -Wall -Wextra -Wpedantic -Wconversion $<$<CXX_COMPILER_ID:GNU>:-Wshadow=local> -Wnon-virtual-dtor -Woverloaded-virtual -Wold-style-cast
        -Wcast-align -Wno-missing-field-initializers
        $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
        $<$<BOOL:${QD_WARNINGS_AS_ERRORS}>:-Werror>)
    target_compile_options(qd_options INTERFACE
        $<$<CXX_COMPILER_ID:Clang>:-Wno-unused-command-line-argument -Wno-sign-conversion>)
    if(QD_SANITIZE)
        target_compile_options(qd_options INTERFACE -fsanitize=${QD_SANITIZE} -fno-omit-frame-pointer -g1)
        target_link_options(qd_options INTERFACE -fsanitize=${QD_SANITIZE})
        if(QD_SANITIZE MATCHES "undefined")
            target_compile_options(qd_options INTERFACE -fno-sanitize-recover=undefined -fno-sanitize=vptr)
        endif()
    endif()
    if(QD_FUZZERS)
        target_compile_options(qd_options INTERFACE -fsanitize=fuzzer-no-link)   # coverage for tests/fuzz
    endif()
    # Suppressions by function name work only with the symbolizer.
    string(REGEX MATCH "^[0-9]+" major "${CMAKE_CXX_COMPILER_VERSION}")
    find_program(QD_SYMBOLIZER NAMES llvm-symbolizer-${major} llvm-symbolizer)
    set(QD_SANITIZER_ENV "TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/tsan.supp" PARENT_SCOPE)
    if(QD_SYMBOLIZER)
        set(QD_SANITIZER_ENV "TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/tsan.supp:external_symbolizer_path=${QD_SYMBOLIZER};ASAN_OPTIONS=external_symbolizer_path=${QD_SYMBOLIZER}" PARENT_SCOPE)
    endif()
    find_program(QD_MOLD mold)
    if(QD_MOLD)
        target_link_options(qd_options INTERFACE -fuse-ld=mold)
    endif()
    file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/generated/models/core/Version.h" CONTENT
"// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
namespace qd {
inline constexpr char kVersion[] = \"${PROJECT_VERSION}\";
}
")
    qd_pch(qd_pch_core "${PROJECT_SOURCE_DIR}/models/core/pch_core.h" LIBS Qt6::Core)
    if(QD_BUILD_UI)
        qd_pch(qd_pch_ui "${PROJECT_SOURCE_DIR}/ui/pch_ui.h" LIBS Qt6::Core Qt6::Gui Qt6::Widgets)
    endif()
    # What a test itself does is not worth the optimiser's time: two thirds of its compilation (a header compiled with -O2 cannot be reused without).
    if(QD_BUILD_TESTS)
        qd_pch(qd_pch_core_test "${PROJECT_SOURCE_DIR}/models/core/pch_core.h" LIBS Qt6::Core OPTIONS -O0)
        if(QD_BUILD_UI)
            qd_pch(qd_pch_ui_test "${PROJECT_SOURCE_DIR}/ui/pch_ui.h" LIBS Qt6::Core Qt6::Gui Qt6::Widgets OPTIONS -O0)
        endif()
    endif()
endfunction()

# A precompiled header other targets reuse (their definitions must be a superset of its own, their OPTIONS the same). It has one empty source, so that
# the header is compiled once for all.
function(qd_pch name header)
    cmake_parse_arguments(arg "" "" "LIBS;OPTIONS" ${ARGN})
    set(source "${PROJECT_BINARY_DIR}/generated/${name}.cpp")
    file(CONFIGURE OUTPUT "${source}" CONTENT "// SPDX-License-Identifier: GPL-3.0-or-later\n")
    add_library(${name} OBJECT "${source}")
    target_link_libraries(${name} PRIVATE qd_options ${arg_LIBS})
    target_compile_options(${name} PRIVATE ${arg_OPTIONS})
    set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    target_precompile_headers(${name} PRIVATE "${header}")
endfunction()

function(qd_common target pch)
    target_link_libraries(${target} PRIVATE qd_options)
    set_target_properties(${target} PROPERTIES AUTOMOC ON POSITION_INDEPENDENT_CODE ON)
    target_precompile_headers(${target} REUSE_FROM ${pch})
endfunction()

# qd_library(name [UI] SOURCES ... [PUBLIC libs] [PRIVATE libs])
function(qd_library name)
    cmake_parse_arguments(arg "UI" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
    add_library(${name} STATIC ${arg_SOURCES})
    target_link_libraries(${name} PUBLIC Qt6::Core ${arg_PUBLIC} PRIVATE ${arg_PRIVATE})
    if(arg_UI)
        target_link_libraries(${name} PUBLIC Qt6::Gui Qt6::Widgets)
        qd_common(${name} qd_pch_ui)
    else()
        qd_common(${name} qd_pch_core)
    endif()
endfunction()

# moc for a test, file by file: AUTOMOC runs a program of its own for each target, and compiles a file that is nearly always empty; for hundreds of tests
# that is minutes. Q_OBJECT stands in tst_NAME.cpp, which includes "tst_NAME.moc" at its end, or in a header among the test's SOURCES.
function(qd_moc_test name)
    set_target_properties(${name} PROPERTIES AUTOMOC OFF)
    set(folder "${CMAKE_CURRENT_BINARY_DIR}/${name}_moc")
    target_include_directories(${name} PRIVATE "${folder}")
    foreach(source IN LISTS ARGN)
        get_filename_component(stem "${source}" NAME_WE)
        set(made "")
        if(source MATCHES "\\.h$")
            file(STRINGS "${source}" found REGEX "Q_OBJECT" LIMIT_COUNT 1)
            if(found)
                set(made "${folder}/moc_${stem}.cpp")
            endif()
        elseif(stem MATCHES "^tst_")
            set(made "${folder}/${stem}.moc")
        endif()
        if(made)
            qt_generate_moc("${source}" "${made}" TARGET ${name})
            target_sources(${name} PRIVATE "${made}")
        endif()
    endforeach()
endfunction()

# qd_test(tst_name SOURCES ... LIBS ... LANE unit|contract|ui|live|bench [TIMEOUT s] [ARGS ...] [SCALES ...])
# The ui lane runs offscreen, once at scale 1 and once at scale 2, or at the scales that are named.
function(qd_test name)
    cmake_parse_arguments(arg "" "LANE;TIMEOUT" "SOURCES;LIBS;ARGS;ENV;SCALES" ${ARGN})
    if(arg_LANE STREQUAL "ui" AND NOT QD_BUILD_UI)
        return()
    endif()
    # The thread sanitizer looks at what has threads: app/kube and models/state; at others by hand (QD_THREAD_AREAS=demo).
    if(QD_SANITIZE STREQUAL "thread" AND NOT CMAKE_CURRENT_SOURCE_DIR MATCHES "/unit/(${QD_THREAD_AREAS})")
        return()
    endif()
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 180)
    endif()
    if(QD_SANITIZE)
        math(EXPR arg_TIMEOUT "${arg_TIMEOUT} * 3")
    endif()
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE ${arg_LIBS} Qt6::Test)
    target_compile_definitions(${name} PRIVATE QD_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    target_compile_options(${name} PRIVATE -O0)
    if(arg_LANE STREQUAL "ui")
        target_link_libraries(${name} PRIVATE Qt6::Widgets)
        qd_common(${name} qd_pch_ui_test)
        if(NOT arg_SCALES)
            set(arg_SCALES 1 2)
        endif()
    else()
        qd_common(${name} qd_pch_core_test)
        set(arg_SCALES 1)
    endif()
    qd_moc_test(${name} ${arg_SOURCES})
    foreach(scale IN LISTS arg_SCALES)
        set(test "${arg_LANE}.${name}")
        if(arg_LANE STREQUAL "ui")
            set(test "${test}.x${scale}")
        endif()
        add_test(NAME ${test} COMMAND ${name} ${arg_ARGS})
        set_tests_properties(${test} PROPERTIES LABELS ${arg_LANE} TIMEOUT ${arg_TIMEOUT} ENVIRONMENT
            "QT_QPA_PLATFORM=offscreen;LC_ALL=C.UTF-8;TZ=UTC;QT_SCALE_FACTOR=${scale};QTEST_FUNCTION_TIMEOUT=${arg_TIMEOUT}000;QD_SHARED_DIR=${QD_SHARED_DIR};${QD_SANITIZER_ENV};${arg_ENV}")
    endforeach()
endfunction()
