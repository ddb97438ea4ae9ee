import type { Parameters, Tensor } from '../../../graph/index.ts'
import {
  type OmnigenConditionInputs,
  type OmnigenConfig,
  type OmnigenTargetInputs,
  omnigen,
  omnigenCondition,
  omnigenStep,
} from '../../../models/index.ts'

/** The task of a session of the transformer. */
export type OmnigenWork = 'read' | 'step' | 'whole'

/**
 * The graph that reads conditions into keys and values, that takes a step with them, or that does both at once.
 * @param rows branches in a batch; where there are several, some may be padded
 */
export function omnigenOutputs(
  kind: OmnigenWork,
  rows: number,
  w: Parameters,
  config: OmnigenConfig,
): Record<string, Tensor> {
  const { graph } = w
  const { width, heads, keyHeads, layers } = config
  const head = width / heads
  const inside = config.channels * config.patch ** 2
  const seen = rows > 1 ? graph.input('seen', 'bool', [rows, 1, 1, 'read']) : undefined
  const condition = (): OmnigenConditionInputs => ({
    ids: graph.input('ids', 'i64', [rows, 'read']),
    pictures: graph.input('pictures', 'f32', ['given', inside]),
    pictureRows: graph.input('pictureRows', 'i64', ['given']),
    places: graph.input('places', 'i64', [`${rows} * read`]),
    reach: graph.input('reach', 'i64', [rows, 'read']),
    seen,
    cosines: graph.input('readCosines', 'f32', [`${rows} * read`, head / 2]),
    sines: graph.input('readSines', 'f32', [`${rows} * read`, head / 2]),
  })
  const target = (): OmnigenTargetInputs => ({
    patches: graph.input('patches', 'f32', [rows, 'drawn', inside]),
    patchRows: graph.input('patchRows', 'i64', ['drawn']),
    time: graph.input('time', 'f32', [1, 256]),
    cosines: graph.input('cosines', 'f32', [`${rows} * drawn + ${rows}`, head / 2]),
    sines: graph.input('sines', 'f32', [`${rows} * drawn + ${rows}`, head / 2]),
    seen,
  })
  if (kind === 'whole') return { velocity: omnigen(w, { condition: condition(), target: target() }, config) }
  if (kind === 'read') {
    const { keys, values } = omnigenCondition(w, condition(), config)
    return { ...named('keys', keys), ...named('values', values) }
  }
  const kept = (name: string): Tensor[] =>
    Array.from({ length: layers }, (_, i) =>
      graph.input(`${name}.${i}`, 'f32', [rows, keyHeads, 'read', head]),
    )
  const cache = { keys: kept('keys'), values: kept('values') }
  return { velocity: omnigenStep(w, { ...target(), cache }, config) }
}

const named = (name: string, tensors: readonly Tensor[]): Record<string, Tensor> =>
  Object.fromEntries(tensors.map((tensor, i) => [`${name}.${i}`, tensor]))
