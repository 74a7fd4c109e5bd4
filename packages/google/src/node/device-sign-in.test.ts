import { account, deviceClient, type GoogleOptions } from '@gantry-tooling/servers/google'
import { describe, expect, test } from 'vitest'

import { failure, Rig } from '../testing/rig.ts'
import { type DeviceCode, signInByDevice } from './device-sign-in.ts'

/** A device that waits as long as it is told, by the clock of the server alone. */
async function bench(options: GoogleOptions = {}) {
  const rig = await Rig.make(options)
  const { google } = rig
  const waits: number[] = []
  const codes: DeviceCode[] = []
  const { clientId, clientSecret } = deviceClient
  const signIn = async (onWait: (count: number) => void = () => {}, signal = new AbortController().signal) =>
    await signInByDevice(
      {
        clientId,
        clientSecret,
        endpoints: google.endpoints,
        now: () => Date.now() + google.controls.clockOffset,
        onCode: (code) => void codes.push(code),
        async sleep(milliseconds) {
          waits.push(milliseconds / 1000)
          google.controls.clockOffset += milliseconds
          onWait(waits.length)
        },
      },
      { signal },
    )
  const entered = (count: number) => (number: number) => {
    google.controls.deviceEntered = number >= count
  }
  return { google, waits, codes, signIn, entered, [Symbol.asyncDispose]: async () => await google.stop() }
}

describe('signing in on another device', () => {
  test('shows a code, and waits as long as it was told between questions', async () => {
    await using device = await bench()
    const grant = await device.signIn(device.entered(3))
    expect(grant.account).toBe(account)
    expect(device.waits).toEqual([5, 5, 5])
    expect(device.codes).toMatchObject([
      { userCode: 'GQVQ-JKEC', verificationUri: `${device.google.url}/device`, verificationUriComplete: undefined },
    ])
  })

  test('asks less often when it is told to slow down', async () => {
    await using device = await bench()
    const { controls } = device.google
    await device.signIn((count) => {
      // The server finds the second question too early.
      if (count === 2) controls.clockOffset -= 4000
      device.entered(4)(count)
    })
    expect(device.waits).toEqual([5, 5, 10, 10])
  })

  test('asks less often, and does not give up, when the network fails', async () => {
    await using device = await bench()
    device.google.controls.failures.push({ path: '/token', status: 503 }, { path: '/token', status: 'hangup' })
    await device.signIn()
    expect(device.waits).toEqual([5, 10, 15])
  })

  test('takes the words of the RFC as well as those of Google', async () => {
    await using device = await bench()
    const body = { device_code: 'd', user_code: 'u', verification_uri: 'https://example.org/d', expires_in: 3 }
    device.google.controls.failures.push({ path: '/device/code', status: 200, body: JSON.stringify(body) })
    const error = await failure(device.signIn())
    expect(device.codes[0]?.verificationUri).toBe('https://example.org/d')
    expect(error.code).toBe('unauthenticated')
  })
})

describe('it fails', () => {
  test('when the access is refused', async () => {
    await using device = await bench()
    device.google.controls.consent = 'deny'
    expect((await failure(device.signIn(device.entered(2)))).code).toBe('permission_denied')
    expect(device.waits).toHaveLength(2)
  })

  test('when the code has expired, by the word of the server', async () => {
    await using device = await bench()
    const error = await failure(
      device.signIn((count) => {
        device.google.controls.deviceEntered = false
        if (count === 2) device.google.controls.clockOffset += 1_800_000
      }),
    )
    expect(error.code).toBe('timeout')
    expect(device.waits).toHaveLength(2)
  })

  test('when the code has expired, by the clock here', async () => {
    await using device = await bench({ deviceInterval: 600 })
    const error = await failure(device.signIn(device.entered(100)))
    expect(error.code).toBe('timeout')
  })

  test('when it is stopped while it waits', async () => {
    await using device = await bench()
    const controller = new AbortController()
    const error = await failure(device.signIn(() => controller.abort(), controller.signal))
    expect(error.code).toBe('cancelled')
    expect(device.google.requests.filter(({ path }) => path === '/token')).toEqual([])
  })

  test('where devices are not given the scopes, as by Google itself: it says what to do', async () => {
    await using device = await bench({ deviceScopes: ['openid', 'email'] })
    const error = await failure(device.signIn())
    expect(error.code).toBe('permission_denied')
    expect(error.message).toContain('through a browser')
  })

  test('with a client of another type', async () => {
    await using rig = await Rig.make()
    const error = await failure(signInByDevice({ ...rig.client, onCode: () => {} }))
    expect(error.code).toBe('unauthenticated')
  })
})
