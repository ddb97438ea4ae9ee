import { fileURLToPath } from 'node:url'

/** The folder of the small model that comes with the package, from the sources as from the build. */
export function embeddedModel(): string {
  return fileURLToPath(new URL('../../../models/nano', import.meta.url))
}
