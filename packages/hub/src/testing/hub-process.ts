import { Store } from '@gantry/core'
import { fs } from '@gantry/fs'

import { openHub } from '../node/open-hub.ts'
import { serveHub } from '../node/serve-hub.ts'

/** Serves a hub over two folders until it is killed; says where it is, in a line. */
const [folder = '', port = '0', issuer = ''] = process.argv.slice(2)
const plenty = { burst: 1e6, perMinute: 1e6 }
const hub = await openHub({
  folder: `${folder}/hub`,
  keeper: new Store(fs({ root: `${folder}/keeper` })),
  ...(issuer !== '' && { issuer }),
  limits: { tokensPerAccount: plenty, tokensPerAddress: plenty, opensPerAddress: plenty, opensPerShare: plenty },
  onError: (error) => console.error(error),
})
const { url } = await serveHub(hub, { port: Number(port) })
let peak = 0
setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss())
}, 20).unref()
process.on('SIGUSR2', () => console.log(`rss ${Math.round(peak / 2 ** 20)}`))
console.log(url)
