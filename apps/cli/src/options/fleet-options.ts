import { type Command, InvalidArgumentError, Option } from 'commander'

/** Where a fleet's queue and database are. */
export interface FleetFlags {
  readonly queue?: string
  readonly database?: string
}

/** Passwords are better off in the environment: a list of processes shows what commands were given. */
export function addFleetOptions(command: Command): void {
  const queue = 'redis://host:6379, or postgres://host/database (default: GANTRY_QUEUE, else Redis on this machine)'
  command.addOption(new Option('--queue <url>', queue))
  command.addOption(
    new Option('--database <url>', 'postgres://host/database: ledger and catalogue (default: GANTRY_DATABASE)'),
  )
}

const milliseconds: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 }

/** `20/s`, `500/m` or `10000/h`. */
export function parseRate(text: string): { readonly max: number; readonly duration: number } {
  const [, digits = '', unit = ''] = /^([1-9]\d{0,8})\/([smh])$/u.exec(text) ?? []
  const duration = milliseconds[unit]
  if (duration !== undefined) return { max: Number(digits), duration }
  throw new InvalidArgumentError('It is so many parts in a time, such as 20/s, 500/m or 10000/h.')
}
