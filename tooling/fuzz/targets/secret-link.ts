import { parseSecretLink, printSecretLink } from '@gantry/share'

import { hold, valueOrCode } from '../expect.ts'
import type { Target } from '../target.ts'

const key = new Uint8Array(32).map((_, index) => index * 7)
const id = Buffer.alloc(16, 9).toString('base64url')

export const secretLink: Target = {
  name: 'secret-link',
  invariants: 'what is no link is `invalid`, and not repeated; a link is written in one way only',
  words: [
    'https://',
    'http://',
    'gantry:s/',
    '/s/',
    '#1.',
    '#',
    'localhost',
    '127.0.0.1',
    '[::1]',
    ':443',
    '..',
    '%2e',
    '@',
    '\n',
  ],
  seeds: async () =>
    await Promise.resolve(
      ['https://hub.example.org', 'https://example.org:8443/below/hub', 'http://127.0.0.1:8080', undefined].map((hub) =>
        new TextEncoder().encode(printSecretLink({ hub, id, key })),
      ),
    ),
  open: () => ({
    async run(input) {
      const text = new TextDecoder().decode(input)
      const parsed = await valueOrCode(() => parseSecretLink(text))
      if ('code' in parsed) {
        hold(parsed.code === 'invalid', `a link that is ${parsed.code}`)
        try {
          parseSecretLink(text)
        } catch (error) {
          hold(text.length < 8 || !(error as Error).message.includes(text), 'the refusal repeats the link')
        }
        return false
      }
      hold(printSecretLink(parsed.value) === text, 'a link that is written in two ways')
      const { hub } = parsed.value
      hold(hub === undefined || new URL(hub).username === '', 'a hub with a user')
      hold(parsed.value.key.length === 32, 'a key of another length')
      return true
    },
  }),
}
