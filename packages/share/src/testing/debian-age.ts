import { execFile, spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Debian's `age`, in a folder of its own. */
export class DebianAge {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async create(): Promise<DebianAge> {
    return new DebianAge(await mkdtemp(join(tmpdir(), 'gantry-age-')))
  }

  async identity(): Promise<{ readonly identity: string; readonly recipient: string }> {
    const { stdout } = await run('age-keygen')
    const identity = /^AGE-SECRET-KEY-1\w+$/mu.exec(stdout)?.[0] ?? ''
    return { identity, recipient: /public key: (age1\w+)/u.exec(stdout)?.[1] ?? '' }
  }

  async encrypt(
    plaintext: Uint8Array,
    recipients: readonly string[],
    more: readonly string[] = [],
  ): Promise<Uint8Array> {
    const [from, to] = [await this.#write('plain', plaintext), this.#path('made.age')]
    await run('age', [...more, ...recipients.flatMap((recipient) => ['-r', recipient]), '-o', to, from])
    return await readFile(to)
  }

  /** By a list of recipients in a file. */
  async encryptToList(plaintext: Uint8Array, recipients: readonly string[]): Promise<Uint8Array> {
    const list = await this.#write('recipients', Buffer.from(`# comment\n${recipients.join('\n')}\n`))
    return await this.encrypt(plaintext, [], ['-R', list])
  }

  /** `age` asks for passphrases on a terminal, which `script` makes. */
  async encryptByPassphrase(plaintext: Uint8Array, passphrase: string): Promise<Uint8Array> {
    const [from, to] = [await this.#write('plain', plaintext), this.#path('made.age')]
    await typing(`age -p -o ${to} ${from}`, `${passphrase}\n${passphrase}\n`)
    return await readFile(to)
  }

  async decrypt(file: Uint8Array, identity: string): Promise<Uint8Array> {
    const [from, key] = [await this.#write('file', file), await this.#write('key', Buffer.from(`${identity}\n`))]
    // Of an empty plaintext `-o` makes no file.
    const { stdout } = await run('age', ['-d', '-i', key, from], { encoding: 'buffer', maxBuffer: 2 ** 28 })
    return stdout
  }

  async decryptByPassphrase(file: Uint8Array, passphrase: string): Promise<Uint8Array> {
    const [from, to] = [await this.#write('file', file), this.#path('opened')]
    await typing(`age -d -o ${to} ${from}`, `${passphrase}\n`)
    return await readFile(to)
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true })
  }

  async #write(name: string, bytes: Uint8Array): Promise<string> {
    await rm(this.#path('opened'), { force: true })
    await rm(this.#path('made.age'), { force: true })
    await writeFile(this.#path(name), bytes)
    return this.#path(name)
  }

  #path(name: string): string {
    return join(this.#folder, name)
  }
}

async function typing(command: string, input: string): Promise<void> {
  const child = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['pipe', 'ignore', 'ignore'] })
  child.stdin.end(input)
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
  if (code !== 0) throw new Error(`"${command}" ended with ${String(code)}.`)
}
