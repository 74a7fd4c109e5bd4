import { account, webClient } from '@gantry-tooling/servers/google'
import { toCall } from '@gantry/core'
import { describe, expect, onTestFinished, test, vi } from 'vitest'

import { failure, redirected, Rig } from '../testing/rig.ts'
import { type AnswerChannel, answerPrompt, browserPrompt, type PromptWindow } from './browser-prompt.ts'
import { beginRedirect, browserSignIn, type BrowserSignInOptions, finishRedirect } from './sign-in.ts'

const redirectUri = webClient.redirectUris?.[0] ?? ''

/** A window whose pages go where the provider sends them; the page there hands its URL to the one that waits. */
function fakeWindow(visit = redirected) {
  const opened: { url: string; hidden: boolean; closed: boolean }[] = []
  const go = (url: string, hidden: boolean) => {
    const page = { url, hidden, closed: false }
    opened.push(page)
    visit(url).then(answerPrompt, () => {})
    return page
  }
  const window: PromptWindow = {
    open(url) {
      const page = go(url, false)
      return { close: () => void (page.closed = true) }
    },
    document: {
      createElement: () => {
        const remove = () => {
          for (const page of opened) page.closed = true
        }
        return { src: '', hidden: false, remove }
      },
      body: { append: (frame: { src: string; hidden: boolean }) => void go(frame.src, frame.hidden) },
    },
  }
  return { window, opened }
}

function signInTo(rig: Rig, options: Partial<BrowserSignInOptions> = {}, fake = fakeWindow()) {
  let asked = 0
  let now = Date.now()
  const signedIn = browserSignIn({
    clientId: webClient.clientId,
    endpoints: rig.google.endpoints,
    redirectUri,
    prompt: browserPrompt({ window: fake.window }),
    onSignInNeeded: () => void (asked += 1),
    now: () => now,
    ...options,
  })
  return { signedIn, ...fake, asked: () => asked, pass: (milliseconds: number) => void (now += milliseconds) }
}

/** A window that opens, and no more. */
function silentPopup(more: Partial<PromptWindow> = {}) {
  const popup = { closed: false, close: () => {} }
  const channel: AnswerChannel = { onmessage: null, postMessage() {}, close() {} }
  const window: PromptWindow = { ...fakeWindow().window, open: () => popup, ...more }
  return { popup, channel, prompt: browserPrompt({ window, channel: () => channel }) }
}

/** What it has come to by then. */
async function settled<Value>(promise: Promise<Value>, milliseconds: number): Promise<Value | undefined> {
  let value: Value | undefined
  promise.then((found) => (value = found)).catch(() => {})
  await vi.advanceTimersByTimeAsync(milliseconds)
  return value
}

describe('signing in from a page', () => {
  test('opens a window, and brings a token that is kept in memory', async () => {
    await using rig = await Rig.make()
    const { signedIn, opened } = signInTo(rig)
    expect((await failure(signedIn.tokens.get())).code).toBe('unauthenticated')
    await signedIn.signIn()
    expect(signedIn.account).toBe(account)
    const token = await signedIn.tokens.get()
    expect(await signedIn.tokens.get()).toBe(token)
    expect(opened).toMatchObject([{ hidden: false, closed: true }])
    expect(rig.count('/token')).toBe(1)
    expect(rig.google.refreshTokens).toBe(0)
    const [{ query } = { query: new URLSearchParams() }] = rig.google.requests
    expect(query.get('access_type')).toBe('online')
  })

  test('gets the next token without a word, once for any number of callers', async () => {
    await using rig = await Rig.make()
    const { signedIn, opened, pass, asked } = signInTo(rig)
    await signedIn.signIn()
    const first = await signedIn.tokens.get()
    pass(3_590_000)
    const tokens = new Set(await Promise.all(Array.from({ length: 20 }, async () => await signedIn.tokens.get())))
    expect(tokens.size).toBe(1)
    expect(tokens).not.toContain(first)
    expect(opened).toMatchObject([{ hidden: false }, { hidden: true, closed: true }])
    const silent = new URL(opened[1]?.url ?? '').searchParams
    expect(silent.get('prompt')).toBe('none')
    expect(silent.get('login_hint')).toBe(account)
    expect(asked()).toBe(0)
  })

  test('tells the application when the provider wants to ask', async () => {
    await using rig = await Rig.make()
    const { signedIn, pass, asked } = signInTo(rig)
    await signedIn.signIn()
    signedIn.tokens.refuse(await signedIn.tokens.get())
    rig.google.controls.session = false
    pass(1000)
    expect((await failure(signedIn.tokens.get())).code).toBe('unauthenticated')
    expect(asked()).toBe(1)
    await signedIn.signIn()
    expect(await signedIn.tokens.get()).toMatch(/^ya29/u)
  })

  test('is never given the token of somebody else', async () => {
    await using rig = await Rig.make()
    const { signedIn, pass, asked } = signInTo(rig)
    await signedIn.signIn()
    await signedIn.tokens.get()
    pass(3_600_000)
    rig.google.controls.subject = '2'
    expect((await failure(signedIn.tokens.get())).code).toBe('unauthenticated')
    expect(asked()).toBe(1)
    expect(signedIn.account).toBe(account)
  })

  test('does not call that a sign-out which is only the network', async () => {
    await using rig = await Rig.make()
    const { signedIn, pass, asked } = signInTo(rig)
    await signedIn.signIn()
    await signedIn.tokens.get()
    pass(3_600_000)
    rig.google.controls.failures.push({ path: '/token', status: 503 })
    expect((await failure(signedIn.tokens.get())).code).toBe('unavailable')
    expect(asked()).toBe(0)
    expect(await signedIn.tokens.get()).toMatch(/^ya29/u)
  })

  test('forgets everything at the end', async () => {
    await using rig = await Rig.make()
    const { signedIn } = signInTo(rig)
    await signedIn.signIn()
    signedIn.signOut()
    expect(signedIn.account).toBeUndefined()
    expect((await failure(signedIn.tokens.get())).code).toBe('unauthenticated')
  })
})

describe('it fails', () => {
  test('when the access is refused, and leaves who was signed in as they were', async () => {
    await using rig = await Rig.make()
    const { signedIn } = signInTo(rig)
    await signedIn.signIn()
    rig.google.controls.consent = 'deny'
    expect((await failure(signedIn.signIn())).code).toBe('permission_denied')
    expect(signedIn.account).toBe(account)
    expect(await signedIn.tokens.get()).toMatch(/^ya29/u)
  })

  test('when the browser lets no window open', async () => {
    await using rig = await Rig.make()
    const { window } = fakeWindow()
    const { signedIn } = signInTo(rig, { prompt: browserPrompt({ window: { ...window, open: () => null } }) })
    const error = await failure(signedIn.signIn())
    expect(error.code).toBe('unauthenticated')
    expect(error.message).toContain('from a click')
  })

  test('when it is stopped while the window is open, which is closed then', async () => {
    await using rig = await Rig.make()
    const { signedIn, opened } = signInTo(
      rig,
      {},
      fakeWindow(async () => await new Promise(() => {})),
    )
    const controller = new AbortController()
    const call = failure(signedIn.signIn({ signal: controller.signal }))
    await expect.poll(() => opened.length).toBe(1)
    controller.abort()
    expect((await call).code).toBe('cancelled')
    expect(opened).toMatchObject([{ closed: true }])
  })

  test('when the person closes the window, once an answer could not be on its way any more', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    const { prompt, popup, channel } = silentPopup()
    const call = failure(prompt('https://provider.test', { silent: false, state: 's', signal: toCall().signal }))
    await vi.advanceTimersByTimeAsync(60_000)
    popup.closed = true
    expect((await settled(call, 10_000))?.code).toBe('unauthenticated')
    // One that has answered may have closed itself before that is heard.
    popup.closed = false
    const answered = prompt('https://provider.test', { silent: false, state: 's', signal: toCall().signal })
    popup.closed = true
    await vi.advanceTimersByTimeAsync(1000)
    channel.onmessage?.({ data: 'https://app.test/?code=c' } as never)
    expect(await answered).toBe('https://app.test/?code=c')
    expect(vi.getTimerCount()).toBe(0)
  })

  test('when nobody signs in in time, also where windows cannot be told to be closed', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    const { prompt, popup } = silentPopup({ crossOriginIsolated: true })
    popup.closed = true
    const call = failure(prompt('https://provider.test', { silent: false, state: 's', signal: toCall().signal }))
    expect(await settled(call, 500_000)).toBeUndefined()
    expect((await settled(call, 200_000))?.code).toBe('timeout')
  })

  test.each([
    ['with another state', (url: URL) => url.searchParams.set('state', 'x'.repeat(43))],
    ['without a code', (url: URL) => url.searchParams.delete('code')],
    ['of another issuer', (url: URL) => url.searchParams.set('iss', 'https://evil.example')],
    ['at another page', (url: URL) => (url.pathname = '/elsewhere')],
  ])('with an answer %s', async (_, change) => {
    await using rig = await Rig.make()
    const prompt = async (url: string) => {
      const answered = new URL(await redirected(url))
      change(answered)
      return answered.href
    }
    const { signedIn } = signInTo(rig, { prompt })
    expect((await failure(signedIn.signIn())).code).toBe('unauthenticated')
    expect(rig.count('/token')).toBe(0)
  })

  test('with a code that was used already', async () => {
    await using rig = await Rig.make()
    const options = { clientId: webClient.clientId, endpoints: rig.google.endpoints }
    const { url, pending } = await beginRedirect({ ...options, redirectUri })
    const answered = await redirected(url)
    await finishRedirect(options, pending, answered)
    expect((await failure(finishRedirect(options, pending, answered))).code).toBe('unauthenticated')
  })
})

describe('signing in by leaving the page', () => {
  test('goes on with what was kept, which holds no token', async () => {
    await using rig = await Rig.make()
    const { signedIn } = signInTo(rig)
    const options = { clientId: webClient.clientId, endpoints: rig.google.endpoints }
    const { url, pending } = await beginRedirect({ ...options, redirectUri })
    const grant = await finishRedirect(options, pending, await redirected(url))
    expect(pending).not.toContain(grant.token.token)
    signedIn.accept(grant)
    expect(await signedIn.tokens.get()).toBe(grant.token.token)
  })

  test.each(['', '{}', '{"state":1}', 'null'])('knows when nothing was kept: %j', async (pending) => {
    const { clientId } = webClient
    expect((await failure(finishRedirect({ clientId }, pending, `${redirectUri}?code=c`))).code).toBe('unauthenticated')
  })
})

test('a page that is no answer hands on nothing', () => {
  expect(answerPrompt(redirectUri)).toBe(false)
  expect(answerPrompt('about:blank')).toBe(false)
})
