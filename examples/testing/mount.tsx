import { hubStore } from '@gantry/hub-store'
import { createGantry } from '@gantry/share'
import { webPlatform } from '@gantry/share/web'
import { createRoot } from 'react-dom/client'

import { SharedImages } from '../use-share.tsx'

const gantry = createGantry({ platform: webPlatform({ openHubStore: hubStore }) })

/** A page with the component, for a link. */
export function mount(link: string): void {
  createRoot(document.body).render(<SharedImages gantry={gantry} link={link} />)
}
