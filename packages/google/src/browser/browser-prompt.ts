import { GantryError } from '@gantry/core'

import { cancelled } from '../oauth/ask.ts'
import type { Prompt } from './sign-in.ts'

/** What is needed of a browser's window, named without the types of the DOM; every real one fits. */
export interface PromptWindow {
  open(url: string, target: string, features: string): PromptPopup | null
  /** Such a page is cut off from the windows that it opens: to it, all of them look closed. */
  readonly crossOriginIsolated?: boolean
  readonly document: {
    createElement(name: 'iframe'): { src: string; hidden: boolean; remove(): void }
    readonly body: { append(child: never): void }
  }
}

/** A window that was opened. */
export interface PromptPopup {
  readonly closed?: boolean
  close(): void
}

/** How the page that is come back to tells the one that waits. Same origin only, by what it is. */
export interface AnswerChannel {
  onmessage: ((event: never) => unknown) | null
  postMessage(message: string): void
  close(): void
}

interface Ports {
  readonly window: PromptWindow
  /** Default: a `BroadcastChannel`. */
  readonly channel?: ((name: string) => AnswerChannel) | undefined
  /** Milliseconds that the person has for it; default: ten minutes. */
  readonly timeout?: number | undefined
}

const looksEvery = 500
/** A page that answered may close itself before its answer is heard. */
const lateAnswer = 5000

const features = 'popup,width=520,height=640'
const openChannel = (name: string): AnswerChannel => new BroadcastChannel(name)
const nameOf = (state: string) => `gantry-sign-in-${state}`

/** A window that pops up, and for what is asked silently a hidden frame: `browserPrompt({ window })`. */
export function browserPrompt({ window, channel = openChannel, timeout = 600_000 }: Ports): Prompt {
  return async (url, { silent, state, signal }) => {
    if (signal.aborted) throw cancelled(signal)
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    // Before the page opens: it may be quick. The state, which nobody else knows, is part of the name.
    const answers = channel(nameOf(state))
    // eslint-disable-next-line unicorn/prefer-add-event-listener -- which would need a call of `start` elsewhere
    answers.onmessage = ({ data }: { readonly data: unknown }) => {
      if (typeof data === 'string') resolve(data)
    }
    const stop = () => reject(cancelled(signal))
    signal.addEventListener('abort', stop)
    const late = setTimeout(() => reject(tooLate()), timeout)
    let unwatch: (() => void) | undefined
    let close: (() => void) | undefined
    try {
      if (silent) close = openFrame(window, url)
      else {
        const popup = openPopup(window, url)
        close = () => popup.close()
        if (window.crossOriginIsolated !== true) unwatch = whenClosed(popup, () => reject(leftAlone()))
      }
      return await promise
    } finally {
      clearTimeout(late)
      unwatch?.()
      signal.removeEventListener('abort', stop)
      answers.close()
      close?.()
    }
  }
}

/** For the page at `redirectUri`: hands its own URL to the page that waits; false where it is no answer. */
export function answerPrompt(url: string, channel: (name: string) => AnswerChannel = openChannel): boolean {
  const state = URL.parse(url)?.searchParams.get('state')
  if (state === null || state === undefined || state === '') return false
  const answers = channel(nameOf(state))
  // eslint-disable-next-line unicorn/require-post-message-target-origin -- a channel of this origin, and no window
  answers.postMessage(url)
  answers.close()
  return true
}

/** No event tells that a window of another origin was closed. */
function whenClosed(popup: PromptPopup, tell: () => void): () => void {
  let telling: ReturnType<typeof setTimeout> | undefined
  const looking = setInterval(() => {
    if (popup.closed !== true) return
    clearInterval(looking)
    telling = setTimeout(tell, lateAnswer)
  }, looksEvery)
  return () => {
    clearInterval(looking)
    clearTimeout(telling)
  }
}

function leftAlone(): GantryError {
  return new GantryError('unauthenticated', 'The window was closed before anybody had signed in: sign in again.')
}

function tooLate(): GantryError {
  return new GantryError('timeout', 'Nobody signed in in time: sign in again.')
}

function openPopup(window: PromptWindow, url: string): PromptPopup {
  const popup = window.open(url, '_blank', features)
  if (popup === null) {
    throw new GantryError('unauthenticated', 'The browser let no window open: allow it, and sign in from a click.')
  }
  return popup
}

function openFrame({ document }: PromptWindow, url: string): () => void {
  const frame = document.createElement('iframe')
  frame.hidden = true
  frame.src = url
  document.body.append(frame as never)
  return () => frame.remove()
}
