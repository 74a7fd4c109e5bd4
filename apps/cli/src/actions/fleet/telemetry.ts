import { GantryError } from '@gantry/core'
import { metrics, propagation, trace } from '@opentelemetry/api'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import type { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import type { Resource } from '@opentelemetry/resources'
import type { IMetricReader } from '@opentelemetry/sdk-metrics'

type Environment = Readonly<Record<string, string | undefined>>

export interface MetricsAddress {
  readonly port: number
  readonly host: string
}

/**
 * Metrics for Prometheus at `/metrics` of an address, where one is given; metrics and traces by OTLP over HTTP, where
 * OpenTelemetry's own variables say where to. Before anything is measured.
 */
export async function startTelemetry(
  env: Environment,
  service: 'gantry-fleet-worker' | 'gantry-fleet-submit',
  address?: MetricsAddress,
): Promise<{ readonly stop: () => Promise<void> }> {
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
  if (address === undefined && !isWanted(env, 'METRICS') && !isWanted(env, 'TRACES')) {
    return { stop: () => Promise.resolve() }
  }
  const { defaultResource, resourceFromAttributes } = await import('@opentelemetry/resources')
  const resource = defaultResource().merge(
    resourceFromAttributes({ 'service.name': env['OTEL_SERVICE_NAME'] || service }),
  )
  const ends: (() => Promise<void>)[] = []
  const readers: IMetricReader[] = []
  if (address !== undefined) readers.push(await prometheus(address))
  if (isWanted(env, 'METRICS')) readers.push(await pushing(env))
  if (readers.length > 0) {
    const { MeterProvider } = await import('@opentelemetry/sdk-metrics')
    const provider = new MeterProvider({ resource, readers })
    metrics.setGlobalMeterProvider(provider)
    ends.push(async () => {
      metrics.disable()
      await provider.shutdown()
    })
  }
  if (isWanted(env, 'TRACES')) ends.push(await tracing(resource))
  return { stop: async () => void (await Promise.allSettled(ends.map(async (end) => await end()))) }
}

/** As the specification of OpenTelemetry's variables says: an endpoint for all, or for one signal, which may be switched off. */
function isWanted(env: Environment, signal: 'METRICS' | 'TRACES'): boolean {
  if (env[`OTEL_${signal}_EXPORTER`] === 'none' || env['OTEL_SDK_DISABLED'] === 'true') return false
  return Boolean(env['OTEL_EXPORTER_OTLP_ENDPOINT'] || env[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`])
}

async function prometheus(address: MetricsAddress): Promise<PrometheusExporter> {
  const { PrometheusExporter: Exporter } = await import('@opentelemetry/exporter-prometheus')
  const reader = new Exporter({ ...address, preventServerStart: true })
  try {
    await reader.startServer()
    return reader
  } catch (cause) {
    const message = 'The port for metrics is taken, or cannot be listened at: see --metrics-port.'
    throw new GantryError('unavailable', message, { cause })
  }
}

async function pushing(env: Environment): Promise<IMetricReader> {
  const [{ PeriodicExportingMetricReader }, { OTLPMetricExporter }] = await Promise.all([
    import('@opentelemetry/sdk-metrics'),
    import('@opentelemetry/exporter-metrics-otlp-http'),
  ])
  const every = Number(env['OTEL_METRIC_EXPORT_INTERVAL']) || 60_000
  return new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(),
    exportIntervalMillis: every,
    exportTimeoutMillis: Math.min(every, 30_000),
  })
}

async function tracing(resource: Resource): Promise<() => Promise<void>> {
  const [{ BatchSpanProcessor, TracerProvider }, { OTLPTraceExporter }] = await Promise.all([
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-http'),
  ])
  const provider = new TracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  })
  trace.setGlobalTracerProvider(provider)
  return async () => {
    trace.disable()
    await provider.shutdown()
  }
}
