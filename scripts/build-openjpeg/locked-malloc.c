/* opj_malloc.c for several threads: the C library's allocator is made for one. */
#define OPJ_SKIP_POISON
#include "opj_includes.h"

#include "lock.h"

static int heap;

#define LOCKED(type, call) \
  LOCK(heap);              \
  type result = call;      \
  UNLOCK(heap);            \
  return result

static void *locked_malloc(size_t size) { LOCKED(void *, malloc(size)); }
static void *locked_calloc(size_t count, size_t size) { LOCKED(void *, calloc(count, size)); }
static void *locked_realloc(void *memory, size_t size) { LOCKED(void *, realloc(memory, size)); }

static int locked_memalign(void **memory, size_t alignment, size_t size) {
  LOCKED(int, posix_memalign(memory, alignment, size));
}

static void locked_free(void *memory) {
  LOCK(heap);
  free(memory);
  UNLOCK(heap);
}

#define malloc locked_malloc
#define calloc locked_calloc
#define realloc locked_realloc
#define posix_memalign locked_memalign
#define free locked_free
#include "opj_malloc.c"
