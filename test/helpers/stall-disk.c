/*
 * Put before a process by LD_PRELOAD, it makes files lie on a disk that gives no answer, or little at a time: the thread
 * that asks for them sleeps inside the system's call, as it would in a network drive that is gone.
 *
 * NIDUS_STALL_FOLDER names a folder of files that say which: 'NAME.open' and 'NAME.read' for files called NAME whose
 * opening or reading does not end as long as that file is there, 'NAME.slow' for those that give 8 KiB in 0.7 seconds.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static const size_t most_slow_bytes = 8 * 1024;
static const useconds_t slow_us = 700 * 1000;
static const useconds_t look_us = 50 * 1000;

static int is_said(const char *path, const char *what) {
  const char *folder = getenv("NIDUS_STALL_FOLDER");
  if (!folder || !path) return 0;
  const char *slash = strrchr(path, '/');
  char said[PATH_MAX];
  snprintf(said, sizeof said, "%s/%s.%s", folder, slash ? slash + 1 : path, what);
  return access(said, F_OK) == 0;
}

static void stall_while_said(const char *path, const char *what) {
  while (is_said(path, what)) usleep(look_us);
}

/* the bytes to ask for, after as long as the disk takes */
static size_t wait_for(int file, size_t count) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = getenv("NIDUS_STALL_FOLDER") ? readlink(link, path, sizeof path - 1) : -1;
  if (length <= 0 || path[0] != '/') return count;
  path[length] = 0;
  stall_while_said(path, "read");
  if (!is_said(path, "slow")) return count;
  usleep(slow_us);
  return count < most_slow_bytes ? count : most_slow_bytes;
}

#define NEXT(name, type) ((type)dlsym(RTLD_NEXT, name))

#define MODE(flags)                                              \
  mode_t mode = 0;                                               \
  if ((flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE) {   \
    va_list rest;                                                \
    va_start(rest, flags);                                       \
    mode = va_arg(rest, mode_t);                                 \
    va_end(rest);                                                \
  }

#define OPEN(name)                                                        \
  int name(const char *path, int flags, ...) {                            \
    MODE(flags)                                                           \
    stall_while_said(path, "open");                                       \
    return NEXT(#name, int (*)(const char *, int, ...))(path, flags, mode); \
  }

#define OPENAT(name)                                                      \
  int name(int folder, const char *path, int flags, ...) {                \
    MODE(flags)                                                           \
    stall_while_said(path, "open");                                       \
    return NEXT(#name, int (*)(int, const char *, int, ...))(folder, path, flags, mode); \
  }

#define PREAD(name, offset)                                               \
  ssize_t name(int file, void *bytes, size_t count, offset from) {        \
    count = wait_for(file, count);                                        \
    return NEXT(#name, ssize_t (*)(int, void *, size_t, offset))(file, bytes, count, from); \
  }

OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)
PREAD(pread, off_t)
PREAD(pread64, off64_t)

ssize_t read(int file, void *bytes, size_t count) {
  count = wait_for(file, count);
  return NEXT("read", ssize_t (*)(int, void *, size_t))(file, bytes, count);
}
