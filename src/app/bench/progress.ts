import type { QueueStart, UnitEnd } from '../../bench/index.ts'
import { usd } from '../../judges/index.ts'
import { duration, ProgressLine, type Terminal } from '../terminal.ts'

interface QueueProgress extends QueueStart {
  readonly startedAt: number
  readonly ended: Set<string>
  readonly failed: Set<string>
  refused: number
}

/** The line of a run: how far each queue at work is, how long it may still take, and the money spent. */
export class BenchProgress {
  readonly #line: ProgressLine
  readonly #queues = new Map<string, QueueProgress>()

  constructor(terminal: Terminal) {
    this.#line = new ProgressLine(terminal)
  }

  readonly onQueue = (start: QueueStart): void => {
    this.#queues.set(start.queue, {
      ...start,
      startedAt: performance.now(),
      ended: new Set(),
      failed: new Set(),
      refused: 0,
    })
    this.#show(0)
  }

  readonly onEnd = (end: UnitEnd, spent: number): void => {
    const queue = this.#queues.get(end.queue)
    if (queue === undefined) return
    queue.ended.add(end.key)
    if ('error' in end) queue.failed.add(end.key)
    else {
      queue.failed.delete(end.key)
      if ((end.output as { readonly outcome?: string } | null)?.outcome === 'refused') queue.refused++
    }
    this.#show(spent)
  }

  end(): void {
    this.#line.end()
  }

  #show(spent: number): void {
    const working = [...this.#queues.values()].filter((each) => each.before + each.ended.size < each.total)
    if (working.length === 0) return
    const text = [...working.map(queueText), ...(spent > 0 ? [`${usd(spent)} spent`] : [])].join(' · ')
    const key = working.map((each) => `${each.queue} ${Math.floor((10 * done(each)) / each.total)}`).join(' ')
    this.#line.show(text, key)
  }
}

const done = ({ before, ended }: QueueProgress): number => before + ended.size

/** `edit darkroom 12/150, 2 refused, about 3 min left` */
function queueText(queue: QueueProgress): string {
  const { total, startedAt, ended, failed, refused } = queue
  const parts = [`${queue.queue} ${done(queue)}/${total}`]
  if (refused > 0) parts.push(`${refused} refused`)
  if (failed.size > 0) parts.push(`${failed.size} failed`)
  const seconds = (performance.now() - startedAt) / 1000
  if (seconds > 3 && ended.size > 0)
    parts.push(`about ${duration(((total - done(queue)) * seconds) / ended.size)} left`)
  return parts.join(', ')
}
