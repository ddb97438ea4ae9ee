import type { Toolbox } from '../../tools/index.ts'
import type { Source } from '../recipes/recipe.ts'
import { sceneOf } from '../recipes/scene.ts'
import type { Annotation } from './annotation.ts'

/** Raised whenever the same picture may be annotated otherwise. */
export const annotationVersion = 1

/** Finds out what is in a source picture, with the tools that are there. */
export async function annotate({ picture }: Source, _tools: Toolbox): Promise<Annotation> {
  const { surfaces, background } = sceneOf(picture)
  return { things: [], surfaces, ...(background !== undefined && { background }) }
}
