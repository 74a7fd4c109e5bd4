import { readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

import { GantryError } from '@gantry/core'
import { makeFolder, replaceFile } from '@gantry/transfer'
import type { z } from 'zod'

import { statePath } from '../state-folder.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** A record of a login in the state folder, for its owner alone (0600). */
export interface LoginRecord<Value> {
  read(env: Environment): Promise<Value | undefined>
  write(env: Environment, value: Value): Promise<void>
  remove(env: Environment): Promise<void>
}

export function loginRecord<Schema extends z.ZodType>(
  name: string | ((env: Environment) => string),
  schema: Schema,
  again: string,
): LoginRecord<z.output<Schema>> {
  const fileOf = (env: Environment) => (typeof name === 'string' ? statePath(env, name) : name(env))
  return {
    async read(env) {
      const path = fileOf(env)
      let text: string
      try {
        text = await readFile(path, 'utf8')
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw new GantryError('unavailable', 'The record of the login cannot be read.', { path, cause })
      }
      try {
        return schema.parse(JSON.parse(text))
      } catch {
        throw new GantryError('invalid', `The record of the login is damaged: log in again with ${again}.`, { path })
      }
    },
    async write(env, value) {
      await writePrivately(fileOf(env), `${JSON.stringify(value)}\n`)
    },
    async remove(env) {
      await rm(fileOf(env), { force: true })
    },
  }
}

async function writePrivately(file: string, text: string): Promise<void> {
  try {
    makeFolder(dirname(file))
    await replaceFile(file, text)
  } catch (cause) {
    throw new GantryError('read_only', 'The login cannot be recorded: check that the folder can be written.', {
      path: dirname(file),
      cause,
    })
  }
}
