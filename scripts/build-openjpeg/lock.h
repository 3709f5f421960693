/*
 * Locks among threads: each a static int, 1 while held. They are macros so that every address is a constant: V8 11
 * (Node.js 20), before it optimizes a function, loses a local variable that memory.atomic.wait32 has for its address.
 */
#pragma once

/* How long a wait goes before it looks whether a helper has come to grief, in ns: it may hold a lock for ever. */
#define LOOK_AGAIN 10000000

/* Locks are held for microseconds: after as many looks as this, three seconds, something is wrong. */
#define MOST_LOOKS 300

#define LOCK(held)                                                                                          \
  for (int looks = 0; __atomic_exchange_n(&held, 1, __ATOMIC_SEQ_CST); looks++) {                           \
    if (looks == MOST_LOOKS || __atomic_load_n(&helper_failed, __ATOMIC_SEQ_CST)) __builtin_trap();         \
    __builtin_wasm_memory_atomic_wait32(&held, 1, LOOK_AGAIN);                                              \
  }

#define UNLOCK(held)                                \
  __atomic_store_n(&held, 0, __ATOMIC_SEQ_CST);     \
  __builtin_wasm_memory_atomic_notify(&held, 1)

/* 1 once a thread that is in help() has ended in a trap */
extern int helper_failed;
