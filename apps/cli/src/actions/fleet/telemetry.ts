import { GantryError } from '@gantry/core'
import { metrics, propagation, trace } from '@opentelemetry/api'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'

/** What OpenTelemetry's own variables ask for, as its SDKs do. */
const tracesWanted = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] as const

/**
 * Metrics for Prometheus at `/metrics` of an address, where one is given; traces by OTLP over HTTP, where the environment says
 * where to. Before anything is measured.
 */
export async function startTelemetry(
  env: Readonly<Record<string, string | undefined>>,
  address: { readonly port: number; readonly host: string } | undefined,
): Promise<{ readonly stop: () => Promise<void> }> {
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
  const ends: (() => Promise<void>)[] = []
  if (address !== undefined) {
    const reader = new PrometheusExporter({ ...address, preventServerStart: true })
    try {
      await reader.startServer()
    } catch (cause) {
      throw new GantryError(
        'unavailable',
        'The port for metrics is taken, or cannot be listened at: see --metrics-port.',
        {
          cause,
        },
      )
    }
    const provider = new MeterProvider({ readers: [reader] })
    metrics.setGlobalMeterProvider(provider)
    ends.push(async () => {
      metrics.disable()
      await provider.shutdown()
    })
  }
  if (tracesWanted.some((name) => env[name])) {
    const [{ BatchSpanProcessor, TracerProvider }, { OTLPTraceExporter }] = await Promise.all([
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/exporter-trace-otlp-http'),
    ])
    const provider = new TracerProvider({
      spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
    })
    trace.setGlobalTracerProvider(provider)
    ends.push(async () => {
      trace.disable()
      await provider.shutdown()
    })
  }
  return { stop: async () => void (await Promise.allSettled(ends.map(async (end) => await end()))) }
}
