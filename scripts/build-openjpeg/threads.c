/*
 * What OpenJPEG asks of threads (thread.h), for instances of this module on several threads that share one memory.
 * The instance that decodes puts jobs on a list; it and all that are in help() take from it.
 */
#include "opj_includes.h"

#include "lock.h"
#include "thread.h"

#define EXPORT(name) __attribute__((export_name(name)))

typedef struct {
  opj_job_fn run;
  void *about;
} job;

/* What a thread keeps from job to job. There is one key: the block decoder's (t1.c). */
struct opj_tls_t {
  void *value;
  opj_tls_free_func free_value;
};
struct opj_thread_pool_t {
  int threads;
};

static struct {
  job *jobs;
  int room;
  /* jobs from `taken` to `count` wait for a thread */
  int taken;
  int count;
  int finished;
  /* changes whenever there is more to do, or less */
  int news;
} work;

/* of the thread that is in decode() */
static opj_tls_t own;

int helper_failed;

/* held by who reads or writes `work` */
static int working;
/* held by who says something; OpenJPEG has locks for nothing else */
static int speaking;
static struct opj_mutex_t {
  int of_no_account;
} the_mutex;

opj_mutex_t *opj_mutex_create(void) { return &the_mutex; }
void opj_mutex_destroy(opj_mutex_t *mutex) { (void)mutex; }

void opj_mutex_lock(opj_mutex_t *mutex) {
  (void)mutex;
  LOCK(speaking);
}

void opj_mutex_unlock(opj_mutex_t *mutex) {
  (void)mutex;
  UNLOCK(speaking);
}

static int load(int *from) { return __atomic_load_n(from, __ATOMIC_SEQ_CST); }

OPJ_BOOL opj_has_thread_support(void) { return OPJ_TRUE; }
int opj_get_num_cpus(void) { return 1; }

void *opj_tls_get(opj_tls_t *tls, int key) {
  (void)key;
  return tls->value;
}

OPJ_BOOL opj_tls_set(opj_tls_t *tls, int key, void *value, opj_tls_free_func free_value) {
  (void)key;
  tls->value = value;
  tls->free_value = free_value;
  return OPJ_TRUE;
}

opj_thread_pool_t *opj_thread_pool_create(int threads) {
  opj_thread_pool_t *pool = opj_malloc(sizeof *pool);
  if (pool) pool->threads = threads;
  return pool;
}

void opj_thread_pool_destroy(opj_thread_pool_t *pool) {
  if (pool) opj_thread_pool_wait_completion(pool, 0);
  opj_free(pool);
}

int opj_thread_pool_get_thread_count(opj_thread_pool_t *pool) { return pool->threads; }

OPJ_BOOL opj_thread_pool_submit_job(opj_thread_pool_t *pool, opj_job_fn run, void *about) {
  if (pool->threads < 2) {
    run(about, &own);
    return OPJ_TRUE;
  }
  LOCK(working);
  if (work.count == work.room) {
    int room = work.room ? 2 * work.room : 256;
    job *jobs = opj_realloc(work.jobs, room * sizeof(job));
    if (!jobs) {
      UNLOCK(working);
      run(about, &own);
      return OPJ_TRUE;
    }
    work.jobs = jobs;
    work.room = room;
  }
  work.jobs[work.count++] = (job){run, about};
  work.news++;
  UNLOCK(working);
  __builtin_wasm_memory_atomic_notify(&work.news, 1);
  return OPJ_TRUE;
}

/* Does one job; returns whether there was one. */
static OPJ_BOOL do_one(opj_tls_t *tls) {
  job next;
  LOCK(working);
  if (work.taken == work.count) {
    UNLOCK(working);
    return OPJ_FALSE;
  }
  next = work.jobs[work.taken++];
  UNLOCK(working);
  next.run(next.about, tls);
  LOCK(working);
  work.finished++;
  work.news++;
  UNLOCK(working);
  return OPJ_TRUE;
}

void opj_thread_pool_wait_completion(opj_thread_pool_t *pool, int most_left) {
  (void)pool;
  (void)most_left;
  for (;;) {
    while (do_one(&own)) continue;
    int news = load(&work.news);
    if (load(&helper_failed)) __builtin_trap();
    LOCK(working);
    OPJ_BOOL done = work.finished == work.count;
    if (done) work.taken = work.count = work.finished = 0;
    UNLOCK(working);
    if (done) return;
    __builtin_wasm_memory_atomic_wait32(&work.news, news, LOOK_AGAIN);
  }
}

/* A thread's whole life: does jobs of whatever is decoded, from now on. */
EXPORT("help") void help(void) {
  opj_tls_t tls = {NULL, NULL};
  for (;;) {
    int news = load(&work.news);
    while (do_one(&tls)) continue;
    __builtin_wasm_memory_atomic_notify(&work.news, ~0U);
    __builtin_wasm_memory_atomic_wait32(&work.news, news, -1);
  }
}

/* To be called where help() ended in a trap: what is decoded is to end, too. */
EXPORT("fail") void fail(void) {
  __atomic_store_n(&helper_failed, 1, __ATOMIC_SEQ_CST);
  __builtin_wasm_memory_atomic_notify(&work.news, ~0U);
}
