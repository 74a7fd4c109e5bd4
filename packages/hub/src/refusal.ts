import { Refusal } from '@gantry/core'

export function tooLarge(what: string, limit: number): Refusal {
  return new Refusal('invalid', `${what} is larger than the ${limit} bytes that this hub takes.`, { status: 413 })
}

export function overQuota(): Refusal {
  return new Refusal('read_only', "The account's quota is used up: delete objects, or ask for more.", {
    reason: 'quota',
  })
}

const ends = { objects: 'delete some', shares: 'revoke some', uploads: 'complete or abort some' } as const

export function tooMany(what: keyof typeof ends, most: number): Refusal {
  const message = `The account has ${most} ${what}, and may have no more: ${ends[what]}, or ask for more.`
  return new Refusal('read_only', message, { reason: 'quota' })
}
