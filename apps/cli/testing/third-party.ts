import { fsAdapter } from '@gantry/fs'

/** An adapter such as a third party's package would export; keeps its entries in a folder. */
export const demoAdapter = {
  ...fsAdapter,
  scheme: 'demo',
  open: (url: string, options: unknown) => fsAdapter.open(url.replace('demo:', 'file:'), options),
}

export const notAnAdapter = { scheme: 'x' }
