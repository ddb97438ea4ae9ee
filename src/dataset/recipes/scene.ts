import type { Picture } from '../../image/index.ts'
import { measuredSurfaces } from '../../operations/index.ts'
import { fingerprintOf, sameFingerprint } from './fingerprint.ts'
import { knownScenes } from './knownScenes.ts'
import type { Scene } from './surface.ts'

/** What is known of a picture by sight, or else can be measured on it. */
export function sceneOf(picture: Picture): Scene {
  const fingerprint = fingerprintOf(picture)
  const known = knownScenes.find((scene) => sameFingerprint(scene.fingerprint, fingerprint))
  return known ?? { surfaces: measuredSurfaces(picture) }
}
