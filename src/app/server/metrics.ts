import type { MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { EditState } from '../../service/index.ts'
import type { Env, ServerStatus } from './parts.ts'

/** Figures of one server in the form that Prometheus reads; each server has its own. */
export class Metrics {
  readonly #registry = new Registry()
  readonly #requests: Histogram<'method' | 'route' | 'status'>
  readonly #ended: Counter<'model' | 'state'>
  readonly #seconds: Histogram<'model'>

  /** @param status asked when the figures are read */
  constructor(status: () => Promise<ServerStatus>) {
    const registers = [this.#registry]
    collectDefaultMetrics({ register: this.#registry })
    this.#requests = new Histogram({
      name: 'pentimento_http_request_seconds',
      help: 'Time to answer requests, by method, route and status; of streams until they end',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 120, 600],
      registers,
    })
    this.#ended = new Counter({
      name: 'pentimento_edits_ended_total',
      help: 'Edits that workers of this process have ended, by model and state',
      labelNames: ['model', 'state'],
      registers,
    })
    this.#seconds = new Histogram({
      name: 'pentimento_edit_seconds',
      help: 'Time that workers of this process took to make an edit, without its time in the queue',
      labelNames: ['model'],
      buckets: [0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600],
      registers,
    })
    new Gauge({
      name: 'pentimento_edits',
      help: 'Edits of all servers of this database that wait or are being made, by model',
      labelNames: ['model', 'state'],
      registers,
      async collect() {
        this.reset()
        // Without the database the other figures are read all the same.
        const { queues } = await status().catch(() => ({ queues: [] }))
        for (const { model, waiting, active } of queues) {
          this.set({ model, state: 'waiting' }, waiting)
          this.set({ model, state: 'active' }, active)
        }
      },
    })
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  text(): Promise<string> {
    return this.#registry.metrics()
  }

  /** A worker of this process has ended an edit. */
  ended(model: string, state: EditState, seconds: number): void {
    this.#ended.inc({ model, state })
    if (state === 'done') this.#seconds.observe({ model }, seconds)
  }

  /** Counts requests by their routes, so that ids in addresses make no figure of their own. */
  count(): MiddlewareHandler<Env> {
    return async (c, next) => {
      const started = performance.now()
      await next()
      const route = matchedRoutes(c).findLast(({ path }) => !path.endsWith('*'))?.path ?? 'none'
      this.#requests.observe(
        { method: c.req.method, route, status: c.res.status },
        (performance.now() - started) / 1000,
      )
    }
  }
}
