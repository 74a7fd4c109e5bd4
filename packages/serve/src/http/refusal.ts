import { Refusal } from '@gantry/core'

export function notAcceptable(offered: string): Refusal {
  return new Refusal('unsupported', `None of the accepted media types is to be had here; there is: ${offered}`, {
    status: 406,
  })
}
