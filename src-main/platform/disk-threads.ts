/**
 * Environment of processes that read images: threads enough to wait for many files of a disk that is gone, as long as
 * that takes, and to read others meanwhile. Node has four of its own accord.
 */
export const diskThreads = { UV_THREADPOOL_SIZE: '64' }
