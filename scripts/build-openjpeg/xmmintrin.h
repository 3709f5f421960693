/* The SSE2 that OpenJPEG's wavelets are written in (dwt.c, mct.c), as WebAssembly SIMD. Loads and stores there need no
   alignment, and plain arithmetic stands for itself. */
#pragma once
#include <wasm_simd128.h>

typedef float __m128 __attribute__((__vector_size__(16), __aligned__(16)));
typedef v128_t __m128i;

#define _mm_set1_ps(value) ((__m128)wasm_f32x4_splat(value))
/* the last comes first in memory */
#define _mm_set_ps(d, c, b, a) ((__m128)wasm_f32x4_make(a, b, c, d))
#define _mm_load_ps(from) ((__m128)wasm_v128_load(from))
#define _mm_store_ps(to, a) wasm_v128_store(to, (v128_t)(a))
#define _mm_add_ps(a, b) ((__m128)wasm_f32x4_add((v128_t)(a), (v128_t)(b)))
#define _mm_sub_ps(a, b) ((__m128)wasm_f32x4_sub((v128_t)(a), (v128_t)(b)))
#define _mm_mul_ps(a, b) ((__m128)wasm_f32x4_mul((v128_t)(a), (v128_t)(b)))
