import { callSite } from '../error/index.ts'
import {
  type Bindings,
  bindSymbols,
  dataArrays,
  elementCount,
  evaluateShape,
  type Feeds,
  type Program,
  printShape,
  sameShape,
  type TensorValue,
} from '../graph/index.ts'
import { RuntimeError } from './error.ts'

/** The values that every run of a session needs. */
export interface RequiredFeeds {
  readonly inputs: Program['inputs']
  /** Parameters without a source. */
  readonly fed: Program['parameters']
}

/**
 * Checks feeds: names, dtypes, shapes, and the class and length of the data.
 * @returns the values of symbolic sizes @throws RuntimeError, or GraphError for a shape
 */
export function checkFeeds({ inputs, fed }: RequiredFeeds, feeds: Feeds): Bindings {
  const known = [...inputs.keys(), ...fed.keys()]
  const missing = known.filter((name) => !feeds[name])
  if (missing.length > 0)
    refuse(`run: expected values for ${listed(missing)}, got ${listed(Object.keys(feeds))}`)
  const isKnown = new Set(known)
  const unknown = Object.keys(feeds).filter((name) => !isKnown.has(name))
  if (unknown.length > 0)
    refuse(`run: expected values for ${listed(known)} only, got also ${listed(unknown)}`)
  for (const name of known)
    checkData(`run: ${inputs.has(name) ? 'input' : 'parameter'} '${name}'`, feeds[name]!)
  for (const [path, { dtype, shape }] of fed) {
    const value = feeds[path]!
    if (value.dtype !== dtype || !sameShape(value.shape, shape))
      refuse(
        `run: parameter '${path}': expected ${dtype} ${printShape(shape)}, got ${value.dtype} ${printShape(value.shape)}`,
      )
  }
  return bindSymbols(inputs, (name) => feeds[name]!)
}

/** Refuses places that are of no output, or not of its dtype, shape and size. @throws RuntimeError */
export function checkPlaces(
  outputs: Program['outputs'],
  bindings: Bindings,
  places: Readonly<Record<string, TensorValue | undefined>>,
): void {
  const unknown = Object.keys(places).filter((name) => !outputs.has(name))
  if (unknown.length > 0)
    refuse(`run: into: expected names of outputs, ${listed([...outputs.keys()])}, got ${listed(unknown)}`)
  for (const [name, node] of outputs) {
    const place = places[name]
    if (!place) continue
    checkData(`run: output '${name}'`, place)
    const shape = evaluateShape(node.shape, bindings)
    if (place.dtype !== node.dtype || !sameShape(place.shape, shape))
      refuse(
        `run: output '${name}': expected a buffer for ${node.dtype} ${printShape(shape)}, got ${place.dtype} ${printShape(place.shape)}`,
      )
  }
}

/** A value's data has to be an array of its dtype with an element for each place of its shape. */
function checkData(where: string, { dtype, shape, data }: TensorValue): void {
  if (!Array.isArray(shape) || !(dtype in dataArrays))
    refuse(`${where}: expected a value { dtype, shape, data }, got dtype ${dtype}; make one with tensorValue`)
  const expected = dataArrays[dtype]
  const count = elementCount(shape)
  if (!(data instanceof expected) || data.length !== count)
    refuse(
      `${where}: expected ${count} elements in a ${expected.name} for ${dtype} ${printShape(shape)}, got ${describeData(data)}`,
    )
}

function describeData(data: unknown): string {
  if (!ArrayBuffer.isView(data)) return Array.isArray(data) ? 'a JavaScript array' : typeof data
  return `${(data as Uint8Array).length} in a ${data.constructor.name}`
}

/** The first of some names: a model may have a thousand parameters. */
function listed(names: readonly string[]): string {
  const most = 12
  const shown = names.slice(0, most).join(', ') || 'none'
  return names.length > most ? `${shown} and ${names.length - most} more` : shown
}

/** At the caller's line: outside this layer and the graph's. */
function refuse(message: string): never {
  throw new RuntimeError('feeds', `${message}, at ${callSite(['graph', 'onnx'])}`)
}
