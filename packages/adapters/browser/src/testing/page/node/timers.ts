// What the conformance suite uses of `node:timers/promises`, for pages.

export async function setTimeout<Value>(milliseconds: number, value?: Value): Promise<Value | undefined> {
  return await new Promise((resolve) => globalThis.setTimeout(() => resolve(value), milliseconds))
}

/** A turn of the event loop, without the least wait that timers have in pages. */
export async function setImmediate(): Promise<void> {
  await new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', () => {
      port1.close()
      resolve()
    })
    port1.start()
    port2.postMessage(undefined)
  })
}
