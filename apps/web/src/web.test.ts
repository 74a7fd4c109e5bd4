import { browserUnavailable } from '@gantry-tooling/servers/browser'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { codecsTests } from '../testing/journeys/codecs.ts'
import { deidentifyingTests } from '../testing/journeys/deidentifying.ts'
import { downloadingTests } from '../testing/journeys/downloading.ts'
import { droppingTests } from '../testing/journeys/dropping.ts'
import { googleTests } from '../testing/journeys/google.ts'
import { leavingOutTests } from '../testing/journeys/leaving-out.ts'
import { lookingTests } from '../testing/journeys/looking.ts'
import { missingImagesTests } from '../testing/journeys/missing-images.ts'
import { progressiveTests } from '../testing/journeys/progressive.ts'
import { realDataTests } from '../testing/journeys/real-data.ts'
import { refusalTests } from '../testing/journeys/refusals.ts'
import { remotesTests } from '../testing/journeys/remotes.ts'
import { segmentsTests } from '../testing/journeys/segments.ts'
import { sharingTests } from '../testing/journeys/sharing.ts'
import { signingOutTests } from '../testing/journeys/signing-out.ts'
import { smallScreensTests } from '../testing/journeys/small-screens.ts'
import { toolsTests } from '../testing/journeys/tools.ts'
import { twoTabsTests } from '../testing/journeys/two-tabs.ts'
import { worklistTests } from '../testing/journeys/worklist.ts'
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
    droppingTests(app)
    missingImagesTests(app)
    toolsTests(app)
    smallScreensTests(app)
    codecsTests(app)
    segmentsTests(app)
    sharingTests(app)
    twoTabsTests(app)
    signingOutTests(app)
    leavingOutTests(app)
    deidentifyingTests(app)
    progressiveTests(app)
    downloadingTests(app)
    worklistTests(app)
    remotesTests(app)
    googleTests(app)
    realDataTests(app)
    refusalTests(app)

    test('and all the while nothing was asked of other hosts, thrown, or stopped by the policy', () => {
      expect(opened.complaints).toEqual([])
    })
  },
)
