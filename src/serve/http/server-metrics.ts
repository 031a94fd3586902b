import type * as Prometheus from 'prom-client'
import type { ScorerThreads } from '../threads/scorer-threads.ts'
import type { WireFacts } from '../wires/wire-work.ts'
import type { InFlight } from './in-flight.ts'

/** What Prometheus is told, and an autoscaler looks at. */
export class ServerMetrics {
  readonly #registry: Prometheus.Registry
  readonly #requests: Prometheus.Counter<'route' | 'status'>
  readonly #seconds: Prometheus.Histogram<'route'>
  readonly #busy: Prometheus.Counter
  readonly #masks: Prometheus.Counter

  constructor(prometheus: typeof Prometheus, threads: ScorerThreads, inFlight: InFlight) {
    const { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } = prometheus
    this.#registry = new Registry()
    const registers = [this.#registry]
    collectDefaultMetrics({ register: this.#registry })
    this.#requests = new Counter({
      name: 'vessel_reward_requests_total',
      help: 'Requests that were answered.',
      labelNames: ['route', 'status'],
      registers,
    })
    this.#seconds = new Histogram({
      name: 'vessel_reward_request_seconds',
      help: 'Time from the head of a request to the end of its answer.',
      labelNames: ['route'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    })
    this.#masks = new Counter({
      name: 'vessel_reward_masks_total',
      help: 'Masks that were scored.',
      registers,
    })
    this.#busy = new Counter({
      name: 'vessel_reward_busy_seconds_total',
      help: 'Time that threads have worked, all of them together: its rate divided by vessel_reward_threads is the load.',
      registers,
    })
    const gauge = (name: string, help: string, value: () => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(value())
        },
      })
    gauge('vessel_reward_in_flight', 'Requests that were taken and are not answered.', () => {
      return inFlight.requests
    })
    gauge('vessel_reward_queue_depth', 'Requests that wait for a thread.', () => threads.waiting)
    gauge('vessel_reward_threads', 'Threads that score.', () => threads.threads.started)
    gauge('vessel_reward_threads_busy', 'Threads that work.', () => threads.threads.busy)
  }

  /** Counts an answer. */
  answered(route: string, status: number, seconds: number): void {
    this.#requests.inc({ route, status })
    this.#seconds.observe({ route }, seconds)
  }

  /** Counts what a thread has done. */
  worked({ masks, milliseconds }: WireFacts): void {
    this.#masks.inc(masks)
    this.#busy.inc(milliseconds / 1e3)
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  text(): Promise<string> {
    return this.#registry.metrics()
  }
}
