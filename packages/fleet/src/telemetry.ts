import { context, type Context, metrics, propagation, type Span, SpanStatusCode, trace } from '@opentelemetry/api'

const name = '@gantry/fleet'

/** What OpenTelemetry is told. Nothing of it names a place, a path, a study or a patient. */
export class Telemetry {
  readonly #tracer = trace.getTracer(name)
  readonly #meter = metrics.getMeter(name)
  readonly parts = this.#meter.createCounter('gantry.fleet.parts', { description: 'Parts that ended, by outcome' })
  readonly studies = this.#meter.createCounter('gantry.fleet.studies', {
    description: 'Studies that ended, by outcome',
  })
  readonly entries = this.#meter.createCounter('gantry.fleet.entries', {
    description: 'Entries of parts, by what came of them',
  })
  readonly bytes = this.#meter.createCounter('gantry.fleet.bytes', { unit: 'By', description: 'Bytes that were sent' })
  readonly repeated = this.#meter.createCounter('gantry.fleet.repeated', {
    description: 'Parts on which work was begun although it had been begun before',
  })
  readonly duration = this.#meter.createHistogram('gantry.fleet.part.duration', {
    unit: 's',
    description: 'Time of parts',
  })
  readonly #working = this.#meter.createUpDownCounter('gantry.fleet.working', {
    description: 'Parts that are worked on',
  })

  /** Runs something as a span, a child of where its job was submitted. */
  async span<Result>(
    title: string,
    carrier: Readonly<Record<string, string>> | undefined,
    work: (span: Span) => Promise<Result>,
  ): Promise<Result> {
    const parent = propagation.extract(context.active(), carrier ?? {})
    const span = this.#tracer.startSpan(title, {}, parent)
    this.#working.add(1)
    try {
      return await work(span)
    } catch (error) {
      const { code } = error as { code?: unknown }
      span.setStatus({ code: SpanStatusCode.ERROR, ...(typeof code === 'string' && { message: code }) })
      throw error
    } finally {
      this.#working.add(-1)
      span.end()
    }
  }

  /** What a job carries, so that its spans belong to this one. */
  carrier(span: Span, from: Context = context.active()): Record<string, string> {
    const carrier: Record<string, string> = {}
    propagation.inject(trace.setSpan(from, span), carrier)
    return carrier
  }

  /** How many jobs wait, asked when somebody reads the metrics. */
  watchQueue(read: () => Promise<Readonly<Record<string, number>>>, queue: string): () => void {
    const gauge = this.#meter.createObservableGauge('gantry.fleet.queue', { description: 'Jobs in a queue, by state' })
    const observe: Parameters<typeof gauge.addCallback>[0] = async (result) => {
      const counts = await read().catch(() => ({}))
      for (const [state, count] of Object.entries(counts)) result.observe(count, { queue, state })
    }
    gauge.addCallback(observe)
    return () => gauge.removeCallback(observe)
  }
}
