import { constants } from 'node:fs'

/** For reading without waiting for somebody to write, should a pipe lie where a file was; Windows has no such pipes. */
export const openFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)
