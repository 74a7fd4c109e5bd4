/**
 * What a workspace, or any other JSON from elsewhere, may be at most. They bound time and memory: what is beyond them is
 * refused before it is built, as far as its text alone can tell.
 */
export const jsonLimits = {
  /** UTF-16 units of JSON text, and of all strings together. */
  text: 64 * 1024 * 1024,
  /** Arrays and objects within each other. */
  depth: 64,
  /** Strings, numbers, arrays, objects and the like, all together; a million points have four million. */
  values: 5_000_000,
  /** Of one array. */
  items: 1_000_000,
  /** Of one object; few enough that keys which were chosen to collide cost little. */
  members: 10_000,
  /** UTF-16 units of one string. */
  string: 1024 * 1024,
  /** UTF-16 units of one key. */
  key: 1024,
} as const

/** How many of each a workspace may have. */
export const workspaceLimits = {
  volumes: 1000,
  geometries: 10_000,
  shapes: 100_000,
  segmentations: 1000,
  segments: 65_535,
  views: 1000,
  /** Of one source: more than any series has files. */
  entries: 200_000,
} as const
