import { dataOf, type TensorValue, tensorValue } from '../../graph/index.ts'
import { EditError } from '../error.ts'
import type { Condition } from './conditioner.ts'
import type { PromptFormat } from './prompt.ts'

/** Of the hidden states [1, L, width] those that the transformer is given; in padded formats one row for all padding. */
export function cutFeatures(
  hidden: TensorValue,
  { skip, most, isPadded }: PromptFormat,
): Pick<Condition, 'features' | 'mask' | 'repeats'> {
  const length = hidden.shape[1]!
  const kept = Math.min(most, length - skip)
  if (kept < 1)
    throw new EditError(
      'checkpoint',
      `tokenizer: the prompt has ${length} tokens, expected more than ${skip}; the tokenizer.json does not belong to this checkpoint`,
    )
  const rows = isPadded ? Math.min(most, kept + 1) : kept
  return {
    features: rowsOf(hidden, skip, kept, rows),
    mask: tensorValue(
      'bool',
      [1, rows],
      Array.from({ length: rows }, (_, i) => Number(i < kept)),
    ),
    repeats: tensorValue('f32', [1], [isPadded ? Math.max(1, most - kept) : 1]),
  }
}

/** Some rows of a value [1, L, width], with rows of zeros after them up to `total`. */
export function rowsOf(value: TensorValue, from: number, rows: number, total: number = rows): TensorValue {
  const width = value.shape[2]!
  const data = new Float32Array(total * width)
  data.set(dataOf(value, 'f32').subarray(from * width, (from + rows) * width))
  return { dtype: 'f32', shape: [1, total, width], data }
}
