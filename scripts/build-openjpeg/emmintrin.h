/* See xmmintrin.h. */
#pragma once
#include "xmmintrin.h"

#define _mm_set1_epi32(value) wasm_i32x4_splat(value)
#define _mm_load_si128(from) wasm_v128_load(from)
#define _mm_loadu_si128(from) wasm_v128_load(from)
#define _mm_store_si128(to, a) wasm_v128_store(to, a)
#define _mm_storeu_si128(to, a) wasm_v128_store(to, a)
#define _mm_add_epi32(a, b) wasm_i32x4_add(a, b)
#define _mm_sub_epi32(a, b) wasm_i32x4_sub(a, b)
#define _mm_srai_epi32(a, bits) wasm_i32x4_shr(a, bits)
#define _mm_cvtepi32_ps(a) ((__m128)wasm_f32x4_convert_i32x4(a))
#define _mm_unpacklo_epi32(a, b) wasm_i32x4_shuffle(a, b, 0, 4, 1, 5)
#define _mm_unpackhi_epi32(a, b) wasm_i32x4_shuffle(a, b, 2, 6, 3, 7)
