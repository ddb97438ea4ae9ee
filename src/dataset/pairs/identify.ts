import { createHash } from 'node:crypto'
import {
  colourSignature,
  cropPicture,
  differenceMap,
  type Mask,
  maskBox,
  type Picture,
  perceptualHash,
  pictureHash,
} from '../../image/index.ts'
import { visible } from '../checks/index.ts'
import type { PairSignature } from './pair.ts'

/** The content of a pair. */
export interface PairPictures {
  readonly source: Picture
  readonly target: Picture
  readonly mask?: Mask | undefined
}

/** The id of a pair: SHA-256 of the pixels of source and target, and of the mask. */
export function pairIdOf({ source, target, mask }: PairPictures): string {
  const hash = createHash('sha256').update(`${pictureHash(source)} ${pictureHash(target)}`)
  if (mask) hash.update(` ${mask.width}x${mask.height}:`).update(mask.data)
  return hash.digest('hex')
}

/** The features by which pairs are compared. @param difference where the two differ, if already computed */
export function pairSignatureOf(
  { source, target }: PairPictures,
  difference: Mask = differenceMap(source, target),
): PairSignature {
  const area = maskBox(difference, visible) ?? { x: 0, y: 0, width: target.width, height: target.height }
  const part = cropPicture(target, area)
  return {
    source: perceptualHash(source),
    change: perceptualHash(part),
    colours: colourSignature(part),
    area,
  }
}
