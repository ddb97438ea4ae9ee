import type { Models, ServiceModel } from '../../service/index.ts'

/** How long a list holds: making one takes a look at folders. */
const holdsMs = 2000

/** The models of the server, looked up every few seconds at most. */
export function recentModels(models: Pick<Models, 'models'>): () => Promise<readonly ServiceModel[]> {
  let known: Promise<readonly ServiceModel[]> | undefined
  let at = 0
  return () => {
    if (known === undefined || performance.now() - at > holdsMs) {
      at = performance.now()
      known = models.models()
      known.catch(() => {
        known = undefined
      })
    }
    return known
  }
}
