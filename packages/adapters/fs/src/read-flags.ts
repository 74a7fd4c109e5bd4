import { constants } from 'node:fs'

/** Not blocking, because opening a FIFO would wait for its writer; not following, because a link may lead out. */
export const readFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
