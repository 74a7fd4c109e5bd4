import { Refusal } from '@gantry/core'

export function tooLarge(what: string, limit: number): Refusal {
  return new Refusal('invalid', `${what} is larger than the ${limit} bytes that this hub takes.`, { status: 413 })
}

export function overQuota(): Refusal {
  return new Refusal('read_only', "The account's quota is used up: delete objects, or ask for more.", {
    reason: 'quota',
  })
}

export function tooMany(what: 'objects' | 'shares', most: number): Refusal {
  const end = what === 'objects' ? 'delete some' : 'revoke some'
  return new Refusal('read_only', `The account has ${most} ${what}, and may have no more: ${end}, or ask for more.`, {
    reason: 'quota',
  })
}
