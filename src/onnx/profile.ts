import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeFileWhole } from '../files/index.ts'

/** One run of one kernel. */
export interface ProfileEvent {
  /** ONNX's name of the op: MatMul, FusedMatMul, Softmax. */
  readonly op: string
  /** The node's name in the model, which begins with the segment and the op of the graph: `double.0/matmul.12/MatMul.3`. */
  readonly node: string
  /** The segment of the graph; '' outside of one, and where kernels of several were fused. */
  readonly segment: string
  /** On the clock of `performance.now()`, which all sessions of a process share. */
  readonly startMicroseconds: number
  readonly microseconds: number
}

/** What the kernels under one name took in all runs. */
export interface KernelTime {
  readonly name: string
  readonly microseconds: number
  readonly count: number
}

/** Where the time of a profiled session went; sums are in order, the slowest first. */
export interface Profile {
  readonly events: readonly ProfileEvent[]
  readonly byOp: readonly KernelTime[]
  readonly bySegment: readonly KernelTime[]
  readonly byNode: readonly KernelTime[]
}

/** Sums up events. */
export function profileOf(events: readonly ProfileEvent[]): Profile {
  const by = (nameOf: (event: ProfileEvent) => string): KernelTime[] => {
    const sums = new Map<string, KernelTime>()
    for (const event of events) {
      const name = nameOf(event)
      const { microseconds = 0, count = 0 } = sums.get(name) ?? {}
      sums.set(name, { name, microseconds: microseconds + event.microseconds, count: count + 1 })
    }
    return [...sums.values()].sort((a, b) => b.microseconds - a.microseconds)
  }
  return {
    events,
    byOp: by(({ op }) => op),
    bySegment: by(({ segment }) => segment),
    byNode: by(({ node }) => node),
  }
}

/**
 * Writes profiles in the format of chrome://tracing and https://ui.perfetto.dev, each under its name, with a row for
 * segments and one for kernels. @throws FileError
 */
export async function writeTrace(file: string, profiles: Readonly<Record<string, Profile>>): Promise<void> {
  const traceEvents = Object.entries(profiles).flatMap(([name, profile], i) => traceOf(name, i + 1, profile))
  await writeFileWhole(file, JSON.stringify({ traceEvents, displayTimeUnit: 'ms' }), { overwrite: true })
}

/** https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU */
function traceOf(name: string, pid: number, { events }: Profile): object[] {
  const meta = (kind: string, tid: number, value: string) => ({
    ph: 'M',
    pid,
    tid,
    name: kind,
    args: { name: value },
  })
  const span = (tid: number, label: string, { start, end }: Span, args: object) => ({
    ph: 'X',
    pid,
    tid,
    name: label,
    ts: start,
    dur: end - start,
    args,
  })
  return [
    meta('process_name', 0, name),
    meta('thread_name', 1, 'segments'),
    meta('thread_name', 2, 'kernels'),
    ...segmentSpans(events).map((each) => span(1, each.segment, each, {})),
    ...events.map(({ op, node, segment, startMicroseconds: start, microseconds }) =>
      span(2, op, { start, end: start + microseconds }, { node, segment }),
    ),
  ]
}

interface Span {
  readonly start: number
  readonly end: number
}

/** Kernels of one segment in a row as one span. */
function segmentSpans(events: readonly ProfileEvent[]): (Span & { readonly segment: string })[] {
  const spans: { segment: string; start: number; end: number }[] = []
  for (const { segment, startMicroseconds: start, microseconds } of events) {
    const last = spans.at(-1)
    const end = start + microseconds
    if (last?.segment === segment && start >= last.start) last.end = Math.max(last.end, end)
    else spans.push({ segment, start, end })
  }
  return spans.filter(({ segment }) => segment !== '')
}

/** Where ONNX Runtime writes the profile of one session. */
export interface ProfileFolder {
  readonly prefix: string
  readonly folder: string
  /** When the session began to be loaded, in milliseconds of `performance.now()`. */
  readonly began: number
  remove(): void
}

/** A temporary folder for a profile. */
export function profileFolder(): ProfileFolder {
  const folder = mkdtempSync(join(tmpdir(), 'pentimento-'))
  return {
    folder,
    prefix: join(folder, 'run'),
    began: performance.now(),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** The kernels in the files that a session wrote. */
export function collectProfile({ folder, began }: ProfileFolder): ProfileEvent[] {
  return readdirSync(folder).flatMap((name) => readEvents(readFileSync(join(folder, name), 'utf8'), began))
}

/** Events of ONNX Runtime's profile that are kernels at work. */
function readEvents(json: string, began: number): ProfileEvent[] {
  const events = JSON.parse(json) as {
    cat?: string
    name?: string
    ts?: number
    dur?: number
    args?: { op_name?: string }
  }[]
  const ending = '_kernel_time'
  return events.flatMap(({ cat, name, ts = 0, dur = 0, args }) => {
    if (cat !== 'Node' || !name?.endsWith(ending) || args?.op_name === undefined) return []
    const node = name.slice(0, -ending.length)
    return [
      {
        op: args.op_name,
        node,
        segment: segmentOf(node),
        startMicroseconds: 1000 * began + ts,
        microseconds: dur,
      },
    ]
  })
}

/** Names are `segment/op.id/Op.n`, or `op.id/Op.n` outside of segments. */
function segmentOf(node: string): string {
  return /^(.+)\/[A-Za-z0-9]+\.\d+\/\w+\.\d+/.exec(node)?.[1] ?? ''
}
