import type { Page } from '@gantry-tooling/servers/browser'

/** Pixels of each hue: grey ones are none. */
export interface Hues {
  readonly red: number
  readonly green: number
  readonly blue: number
}

/** Of what is shown, as a person sees it. */
export async function huesOf(page: Page, selector: string): Promise<Hues> {
  return (await look(page, selector)).hues
}

/** How many different ones are shown: of an empty pane one, or few. */
export async function countColours(page: Page, selector: string): Promise<number> {
  return (await look(page, selector)).different
}

/** The brightest channel at a place of what is shown, from 0 to 255; the place in parts of it. */
export async function brightnessAt(page: Page, selector: string, at: readonly [x: number, y: number]): Promise<number> {
  return (await look(page, selector, at)).brightness
}

interface Look {
  readonly hues: Hues
  readonly different: number
  readonly brightness: number
}

async function look(page: Page, selector: string, place: readonly [x: number, y: number] = [0.5, 0.5]): Promise<Look> {
  const png = await page.locator(selector).screenshot()
  const inPage = async ([base64, [x, y]]: readonly [string, readonly [number, number]]) => {
    const image = new Image()
    image.src = `data:image/png;base64,${base64}`
    await image.decode()
    const canvas = new OffscreenCanvas(image.width, image.height)
    const context = canvas.getContext('2d')
    context?.drawImage(image, 0, 0)
    const { data = new Uint8ClampedArray() } = context?.getImageData(0, 0, image.width, image.height) ?? {}
    const hues = { red: 0, green: 0, blue: 0 }
    const seen = new Set<number>()
    for (let at = 0; at < data.length; at += 4) {
      const [red = 0, green = 0, blue = 0] = [data[at], data[at + 1], data[at + 2]]
      seen.add((red << 16) | (green << 8) | blue)
      const most = Math.max(red, green, blue)
      if (most - Math.min(red, green, blue) < 40) continue
      if (red === most) hues.red += 1
      else if (green === most) hues.green += 1
      else hues.blue += 1
    }
    const pixel = 4 * (Math.floor(y * image.height) * image.width + Math.floor(x * image.width))
    return { hues, different: seen.size, brightness: Math.max(...data.subarray(pixel, pixel + 3)) }
  }
  return await page.evaluate(inPage, [png.toString('base64'), place] as const)
}
