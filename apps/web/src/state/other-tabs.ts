/** That somebody has signed out, told to all tabs of this browser: each has tokens in its own memory. */
interface SignedOut {
  /** The mark of a hub's account, or the account of another service. */
  readonly account: string
  /** Shares that were interrupted stay for when they come back. */
  readonly keepShares: boolean
}

let opened: BroadcastChannel | undefined

/** One a page: what is said by it is not heard by it. */
function channel(): BroadcastChannel {
  return (opened ??= new BroadcastChannel('gantry-signed-out'))
}

export function tellOtherTabs(said: SignedOut): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel is of one origin
  channel().postMessage(said)
}

/** Hears of this account alone: other tabs may be somebody else's. Answers how to hear no more. */
export function hearOtherTabs(account: string, heard: (said: SignedOut) => void): () => void {
  const listener = ({ data }: MessageEvent<SignedOut>) => {
    if (data.account === account) heard(data)
  }
  channel().addEventListener('message', listener)
  return () => channel().removeEventListener('message', listener)
}
