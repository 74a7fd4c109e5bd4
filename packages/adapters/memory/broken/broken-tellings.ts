import { type Broken, declaring, keyed, telling, writeOf, writing } from './breaking.ts'

/** Names, digests, times and abilities that are not as they are told. */
export const brokenTellings: readonly Broken[] = [
  ['abilities that are no data', 'declares its abilities as plain data', declaring({ sign: (() => true) as never })],
  [
    'an ability that is not there',
    'has what its abilities declare, and declares what it has',
    declaring({ sign: { longest: 60 } }),
  ],
  ['limits that make no sense', 'declares limits that make sense', declaring({ longestSegment: 9999 })],
  [
    'case that does not count',
    'keeps keys with punctuation apart and as they are',
    keyed((path) => path.toLowerCase()),
  ],
  ['keys that are decoded', 'keeps keys with punctuation apart and as they are', keyed((path) => unescape(path))],
  ['keys that are trimmed', 'keeps keys with punctuation apart and as they are', keyed((path) => path.trim())],
  [
    'keys without what is not ASCII',
    'keeps Unicode keys apart and as they are',
    keyed((path) => path.replaceAll(/[^ -~]/gu, '_')),
  ],
  [
    'keys without control characters',
    'keeps keys with control characters apart and as they are',
    keyed((path) => path.replaceAll(/\p{Cc}/gu, '')),
  ],
  [
    'names that are decomposed',
    'writes a decomposed name in its composed form',
    writing((entry, ...rest) => [{ ...entry, path: entry.path.normalize('NFD') }, ...rest]),
  ],
  [
    'names that are cut',
    'takes keys of exactly the lengths that it declares, and refuses longer ones',
    writing((entry, ...rest) => [{ ...entry, path: entry.path.slice(0, 255) }, ...rest]),
  ],
  [
    'errors that are all said to pass',
    'does not say of an error that it does not know that it passes',
    () => ({ codeOf: () => 'unavailable' }),
  ],
  [
    'a digest that is declared and not told',
    'tells the digests that it declares, and tells the truth',
    telling(({ digests: _digests, ...entry }) => entry),
  ],
  [
    'a digest that is wrong',
    'tells the digests that it declares, and tells the truth',
    telling((entry) => ({ ...entry, digests: { ...entry.digests, md5: '0'.repeat(32) } })),
  ],
  [
    'a digest that is an echo',
    'does not repeat a digest that was only promised',
    (driver) => ({
      async write({ digests, ...entry }, body, call) {
        const written = await writeOf(driver)(entry, body, call)
        return { ...written, ...(digests !== undefined && { digests }) }
      },
    }),
  ],
  [
    'a digest that is not compared',
    'does not repeat a digest that was only promised',
    (driver) => ({
      async write({ digests: _digests, ...entry }, body, call) {
        const { digests: _told, ...written } = await writeOf(driver)(entry, body, call)
        return written
      },
    }),
  ],
  [
    'a time in seconds',
    'tells when an entry was written, within a minute',
    telling((entry) => ({ ...entry, modified: Math.floor((entry.modified ?? 0) / 1000) })),
  ],
  [
    'whole seconds',
    'keeps the time that is given, to the millisecond',
    telling((entry) => ({ ...entry, modified: Math.floor((entry.modified ?? 0) / 1000) * 1000 })),
  ],
  [
    'a time that is forgotten',
    'keeps the time that is given, to the millisecond',
    writing(({ modified: _modified, ...entry }, ...rest) => [entry, ...rest]),
  ],
  ['its own clock, which was not declared', 'tells its own time, whatever is given', declaring({ modified: 'stored' })],
]
