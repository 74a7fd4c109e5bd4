import { account, webClient } from '@gantry-tooling/servers/google'
import { browserUnavailable, openBrowser } from '@gantry-tooling/servers/browser'
import { expect, onTestFinished, test } from 'vitest'

import { healthcareScope } from '../oauth/scopes.ts'
import { PageServer } from '../testing/page-server.ts'
import { Rig } from '../testing/rig.ts'

const reason = await browserUnavailable()

test.skipIf(reason !== undefined)(
  `in a real browser: a window, a hidden frame, and nothing that stays${reason ? ` [${reason}]` : ''}`,
  { timeout: 240_000 },
  async () => {
    await using server = await PageServer.make()
    const redirectUri = `${server.url}/signed-in`
    const projects = [{ projectId: 'my-project', locations: { eu: { ct: ['trial'] } } }]
    await using rig = await Rig.make({ clients: [{ ...webClient, redirectUris: [redirectUri] }], projects })
    const { endpoints, url } = rig.google
    server.pages.set('/signed-in', `import { answerPrompt } from '@gantry/google'; answerPrompt(location.href)`)
    server.pages.set(
      '/',
      `import { browserPrompt, browserSignIn, discover, googleApi } from '@gantry/google'
      const google = browserSignIn({
        clientId: ${JSON.stringify(webClient.clientId)},
        endpoints: ${JSON.stringify(endpoints)},
        redirectUri: ${JSON.stringify(redirectUri)},
        prompt: browserPrompt({ window }),
      })
      const output = document.querySelector('output')
      document.querySelector('button').onclick = () =>
        google.signIn().then(() => (output.value = google.account), (error) => (output.value = error.message))
      window.nextToken = async () => {
        const before = await google.tokens.get()
        google.tokens.refuse(before)
        return (await google.tokens.get()) !== before
      }
      window.below = async (place) => {
        const api = googleApi({ tokens: google.tokens, baseUrl: ${JSON.stringify(url)}, projectsUrl: ${JSON.stringify(url)} })
        const found = []
        for await (const { url } of discover(api, place, { signal: new AbortController().signal })) found.push(url)
        return found
      }`,
    )
    const browser = await openBrowser()
    onTestFinished(async () => await browser.close())
    const page = await browser.newPage()
    await page.goto(server.url)
    const popup = page.waitForEvent('popup')
    await page.click('button')
    await popup
    await page.waitForFunction(`document.querySelector('output').value !== ''`)
    expect(await page.textContent('output')).toBe(account)
    await expect.poll(() => page.context().pages().length).toBe(1)

    expect(await page.evaluate('nextToken()')).toBe(true)
    expect(page.frames()).toHaveLength(1)
    expect(await page.evaluate(`below('healthcare://my-project')`)).toEqual(['healthcare://my-project/eu'])

    expect(await page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]')).toEqual([0, 0, ''])
    expect(rig.google.refreshTokens).toBe(0)
    const asked = rig.google.requests.filter(({ path }) => path === '/o/oauth2/v2/auth')
    expect(asked.map(({ query }) => query.get('prompt'))).toEqual(['select_account', 'none'])
    expect(asked[0]?.query.get('scope')).toContain(healthcareScope)
  },
)
