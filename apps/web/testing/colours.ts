import type { Page } from '@gantry-tooling/servers/browser'

/** How many pixels of what is shown there are of each hue: grey ones are none. */
export interface Hues {
  readonly red: number
  readonly green: number
  readonly blue: number
}

/** Of the picture in a pane, as a person sees it. */
export async function huesOf(page: Page, selector: string): Promise<Hues> {
  const png = await page.locator(selector).screenshot()
  return await page.evaluate(async (base64) => {
    const image = new Image()
    image.src = `data:image/png;base64,${base64}`
    await image.decode()
    const canvas = new OffscreenCanvas(image.width, image.height)
    const context = canvas.getContext('2d')
    context?.drawImage(image, 0, 0)
    const { data = new Uint8ClampedArray() } = context?.getImageData(0, 0, image.width, image.height) ?? {}
    const counts = { red: 0, green: 0, blue: 0 }
    for (let at = 0; at < data.length; at += 4) {
      const [red = 0, green = 0, blue = 0] = [data[at], data[at + 1], data[at + 2]]
      const most = Math.max(red, green, blue)
      if (most - Math.min(red, green, blue) < 40) continue
      if (red === most) counts.red += 1
      else if (green === most) counts.green += 1
      else counts.blue += 1
    }
    return counts
  }, png.toString('base64'))
}
