import {
  byteLength,
  elementCount,
  isFloat,
  isOp,
  type Program,
  plainSymbol,
  symbolsIn,
  type Tensor,
} from '../graph/index.ts'

/**
 * A part of a program that one session of ONNX Runtime runs: the nodes of some segments in a row. It reads inputs of the
 * program and values that earlier stages made.
 */
export interface Stage {
  /** The program's inputs that it reads, by their own names. */
  readonly inputs: ReadonlyMap<string, Tensor<'input'>>
  /** Values of earlier stages that it reads. */
  readonly entries: ReadonlyMap<string, Tensor>
  /** Names of sizes that no shape of its inputs and entries binds, each by the input that is added to bind it. */
  readonly sizes: ReadonlyMap<string, string>
  readonly parameters: ReadonlyMap<string, Tensor<'parameter'>>
  /** Outputs of the program, by their own names, and values that later stages read. */
  readonly outputs: ReadonlyMap<string, Tensor>
  /** How many groups it runs; see {@link Cut}. */
  readonly groups: number
}

/** A program cut at its segments. */
export interface Cut {
  readonly program: Program
  /** The smallest parts that can run one after another, in order. */
  readonly groups: readonly Group[]
  /** The group of every node that one makes, by the node's id. */
  readonly groupOf: ReadonlyMap<number, number>
}

/** A segment; several in a row where one reads a value that a later one makes. */
export interface Group {
  readonly nodes: readonly Tensor[]
  readonly parameters: readonly Tensor<'parameter'>[]
}

/** A program as one stage. */
export function wholeStage({ inputs, parameters, outputs }: Program): Stage {
  return { inputs, parameters, outputs, entries: new Map(), sizes: new Map(), groups: 1 }
}

/**
 * Cuts a program at its segments, which run in the order in which they were built. A node outside of segments belongs to
 * the segment whose values it reads last. What depends on no input (weights, constants, positions) belongs to none: each
 * stage that reads it has its own.
 */
export function cutProgram(program: Program): Cut {
  const moving = movingNodes(program)
  const order = [...new Set(moving.flatMap(({ segment }) => segment ?? []))]
  const placeOf = placesOf(moving, order)
  const groupAt = mergedPlaces(moving, placeOf, order.length)
  const groupOf = new Map([...placeOf].map(([id, place]) => [id, groupAt[place]!]))
  const nodes: Tensor[][] = Array.from({ length: groupAt.at(-1)! + 1 }, () => [])
  for (const node of moving) nodes[groupOf.get(node.id)!]!.push(node)
  const groups = nodes.map((own, group): Group => {
    const isEnd = ({ id }: Tensor) => (groupOf.get(id) ?? group) !== group
    return { nodes: own, parameters: reachableUpTo(own, isEnd).filter((node) => isOp(node, 'parameter')) }
  })
  return { program, groups, groupOf }
}

/** The stages of groups that start at these places, the first of them 0. */
export function stagesOf({ program, groups, groupOf }: Cut, starts: readonly number[]): readonly Stage[] {
  const last = starts.length - 1
  const stageAt = (group: number): number => starts.findLastIndex((start) => start <= group)
  // What no group makes, an input or a constant, is an output of the last stage.
  const stageOf = ({ id }: Tensor): number => (groupOf.has(id) ? stageAt(groupOf.get(id)!) : last)
  /** The last stage that reads a value of an earlier one. */
  const lastReader = new Map<number, number>()
  for (const [group, { nodes }] of groups.entries())
    for (const { id } of nodes.flatMap(({ inputs }) => inputs)) lastReader.set(id, stageAt(group))
  const prefix = freePrefix(program)
  const nameOf = ({ id }: Tensor): string => `${prefix}${id}`
  return starts.map((start, stage): Stage => {
    const mine = groups.slice(start, starts[stage + 1])
    const outputs = new Map([...program.outputs].filter(([, node]) => stageOf(node) === stage))
    const named = new Set([...outputs.values()].map(({ id }) => id))
    for (const node of mine.flatMap(({ nodes }) => nodes))
      if ((lastReader.get(node.id) ?? 0) > stage && !named.has(node.id)) outputs.set(nameOf(node), node)
    const isEntry = (node: Tensor): boolean => groupOf.has(node.id) && stageOf(node) < stage
    const found = reachableUpTo([...outputs.values()], () => false, isEntry)
    const own = found.filter((node) => !isEntry(node))
    const entries = found.filter(isEntry)
    const inputs = new Map(own.filter((n) => isOp(n, 'input')).map((n) => [n.params.name, n]))
    return {
      inputs,
      entries: new Map(entries.map((node) => [nameOf(node), node])),
      sizes: unboundSizes(own, [...inputs.values(), ...entries], prefix),
      parameters: new Map(own.filter((n) => isOp(n, 'parameter')).map((n) => [n.params.path, n])),
      outputs,
      groups: mine.length,
    }
  })
}

/** Room for weights in memory; see `LoadOptions`. */
export interface Room {
  /** Whether floats narrower than f32 take the room of f32. Default: true. */
  readonly widens?: boolean | undefined
  readonly keep?: number | undefined
  readonly budget?: number | undefined
}

/**
 * Where stages start within a room: as many of the first groups as fit into it are one stage, which is `kept`. Of the
 * others neighbours that together have no more weights than the largest group share a stage: each session takes memory for
 * its run from the system anew.
 */
export function divide(
  { groups }: Cut,
  { keep, budget, widens = true }: Room,
): { starts: number[]; kept: boolean } {
  const bytesOf = (parameters: Iterable<Tensor>): number => loadedBytes(parameters, widens)
  const largest = Math.max(...groups.map(({ parameters }) => bytesOf(parameters)))
  // While one group takes the place of another, the weights of both may be in memory.
  const room = keep ?? (budget === undefined ? 0 : budget - 2 * largest)
  const known = new Set<Tensor>()
  let first = 0
  for (const { parameters } of groups) {
    for (const parameter of parameters) known.add(parameter)
    if (room <= 0 || bytesOf(known) > room) break
    first++
  }
  const starts = first > 0 ? [0] : []
  let stage = new Set<Tensor>()
  for (const [i, { parameters }] of groups.entries()) {
    if (i < first) continue
    const joined = new Set([...stage, ...parameters])
    const joins = stage.size > 0 && parameters.length > 0 && bytesOf(joined) <= largest
    if (!joins) starts.push(i)
    stage = joins ? joined : new Set(parameters)
  }
  return { starts, kept: first > 0 }
}

/** Bytes that weights take in memory. */
function loadedBytes(parameters: Iterable<Tensor>, widens: boolean): number {
  let bytes = 0
  for (const { dtype, shape } of parameters) {
    const stored = byteLength(dtype, elementCount(shape as readonly number[]))
    bytes +=
      widens && isFloat(dtype)
        ? Math.max(stored, byteLength('f32', elementCount(shape as readonly number[])))
        : stored
  }
  return bytes
}

/** Nodes that depend on an input; the others are the same at every run. */
function movingNodes({ nodes }: Program): Tensor[] {
  const moving = new Set<number>()
  for (const node of nodes)
    if (isOp(node, 'input') || node.inputs.some(({ id }) => moving.has(id))) moving.add(node.id)
  return nodes.filter((node) => moving.has(node.id) && !isOp(node, 'input'))
}

/** The segment of every node, by its place in the order. */
function placesOf(moving: readonly Tensor[], order: readonly string[]): ReadonlyMap<number, number> {
  const indexOf = new Map(order.map((name, i) => [name, i]))
  const places = new Map<number, number>()
  for (const { id, segment, inputs } of moving) {
    const latest = Math.max(0, ...inputs.map((input) => places.get(input.id) ?? 0))
    places.set(id, segment === undefined ? latest : indexOf.get(segment)!)
  }
  return places
}

/** The group of each place. Where a segment reads a value of a later one, both and all between are one group. */
function mergedPlaces(
  moving: readonly Tensor[],
  placeOf: ReadonlyMap<number, number>,
  places: number,
): number[] {
  const joinsNext = new Set<number>()
  for (const { id, inputs } of moving)
    for (const input of inputs)
      for (let place = placeOf.get(id)!; place < (placeOf.get(input.id) ?? 0); place++) joinsNext.add(place)
  const groups = [0]
  for (let place = 1; place < places; place++)
    groups.push(groups[place - 1]! + (joinsNext.has(place - 1) ? 0 : 1))
  return groups
}

/**
 * What nodes need, themselves included, in an order of execution: nothing that is `left` out, and nothing beyond an
 * `end`.
 */
export function reachableUpTo(
  nodes: readonly Tensor[],
  left: (node: Tensor) => boolean,
  end: (node: Tensor) => boolean = () => false,
): Tensor[] {
  const found = new Map<number, Tensor>()
  const pending = [...nodes]
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (found.has(node.id) || left(node)) continue
    found.set(node.id, node)
    if (!end(node)) pending.push(...node.inputs)
  }
  return [...found.values()].sort((a, b) => a.id - b.id)
}

function unboundSizes(
  nodes: readonly Tensor[],
  given: readonly Tensor[],
  prefix: string,
): ReadonlyMap<string, string> {
  const bound = new Set(given.flatMap(({ shape }) => shape.map(plainSymbol)))
  const used = new Set([...nodes, ...given].flatMap((node) => [...symbolsIn(node)]))
  return new Map([...used].filter((name) => !bound.has(name)).map((name) => [`${prefix}size.${name}`, name]))
}

/** A beginning that no name of the program has, for values that cross from one stage into another. */
function freePrefix({ inputs, outputs }: Program): string {
  let prefix = 'cut.'
  const isTaken = (name: string): boolean => name.startsWith(prefix)
  while ([...inputs.keys(), ...outputs.keys()].some(isTaken)) prefix += '.'
  return prefix
}
