import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { numbersOf, type TensorValue } from 'pentimento/graph'
import { type Checkpoint, openCheckpoint, readAll } from 'pentimento/weights'

const folder = (path: string): URL => new URL(`./golden/${path}`, import.meta.url)

/** A file of test/golden as a checkpoint. */
export function openGolden(path: string): Promise<Checkpoint> {
  return openCheckpoint(fileURLToPath(folder(path)))
}

/** All tensors of a file of test/golden. */
export async function readGolden(path: string): Promise<Record<string, TensorValue>> {
  const checkpoint = await openGolden(path)
  const values = Object.fromEntries(await readAll(checkpoint))
  await checkpoint.close()
  return values
}

/** Names and shapes of a full-size checkpoint's tensors. */
export function readManifest(name: string): ReadonlyMap<string, readonly number[]> {
  const { tensors }: { tensors: Record<string, { shape: number[] }> } = JSON.parse(
    readFileSync(folder(`manifests/${name}.json`), 'utf8'),
  )
  return new Map(Object.entries(tensors).map(([path, { shape }]) => [path, shape]))
}

/** max|a − b| / max|b|, how the golden data's tolerances are meant. */
export function relativeError(found: TensorValue, wanted: TensorValue): number {
  if (found.shape.join() !== wanted.shape.join())
    throw new Error(`expected [${wanted.shape}], got [${found.shape}]`)
  const [a, b] = [numbersOf(found), numbersOf(wanted)]
  let [difference, peak] = [0, 0]
  for (let i = 0; i < b.length; i++) {
    // Not Math.max, which would let a NaN pass for the peak of what is compared.
    if (!(Math.abs(a[i]! - b[i]!) <= difference)) difference = Math.abs(a[i]! - b[i]!)
    peak = Math.max(peak, Math.abs(b[i]!))
  }
  return difference / peak
}
