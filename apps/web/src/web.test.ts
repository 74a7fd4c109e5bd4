import { browserUnavailable } from '@gantry-tooling/servers/browser'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { deidentifyingTests } from '../testing/journeys/deidentifying.ts'
import { downloadingTests } from '../testing/journeys/downloading.ts'
import { lookingTests } from '../testing/journeys/looking.ts'
import { progressiveTests } from '../testing/journeys/progressive.ts'
import { refusalTests } from '../testing/journeys/refusals.ts'
import { sharingTests } from '../testing/journeys/sharing.ts'
import { type OpenedApp, openApp } from '../testing/open-app.ts'

const reason = await browserUnavailable()

describe.skipIf(reason !== undefined)(
  `the app in Chromium, with a hub${reason === undefined ? '' : ` [${reason}]`}`,
  () => {
    let opened: OpenedApp
    const app = () => opened
    beforeAll(async () => {
      opened = await openApp()
    }, 300_000)
    afterAll(async () => await opened?.close())

    lookingTests(app)
    sharingTests(app)
    deidentifyingTests(app)
    progressiveTests(app)
    downloadingTests(app)
    refusalTests(app)

    test('and all the while nothing was asked of other hosts, thrown, or stopped by the policy', () => {
      expect(opened.complaints).toEqual([])
    })
  },
)
