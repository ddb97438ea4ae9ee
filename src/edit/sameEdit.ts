import {
  type DarkroomRecipe,
  type ModelRecipe,
  morePictures,
  type RemoteRecipe,
  type UnfinishedRecipe,
} from './recipe.ts'

/**
 * Whether two recipes make the same picture file: by the content of picture and weights, the instruction, the options
 * and the version of the algorithm; of the darkroom by the plan in place of the instruction. Names, folders, the version
 * of the package, and how the model was held in memory do not count. Of a remote editor they are the same request, which
 * may have other pictures for answers.
 */
export function sameEdit(a: UnfinishedRecipe, b: UnfinishedRecipe): boolean {
  if ('remote' in a || 'remote' in b)
    return 'remote' in a && 'remote' in b && decidingRequest(a) === decidingRequest(b)
  if ('darkroom' in a || 'darkroom' in b)
    return 'darkroom' in a && 'darkroom' in b && decidingPlan(a) === decidingPlan(b)
  // Earlier versions say the transformer's precision alone.
  const isPartial = !a.model.parts || !b.model.parts
  return decidingParts(a, isPartial) === decidingParts(b, isPartial)
}

function decidingPlan(recipe: Omit<DarkroomRecipe, 'result'>): string {
  const { algorithm, picture, options, box, mask, saved, darkroom } = recipe
  return stableJson({
    algorithm,
    picture: picture.sha256,
    more: morePictures(recipe).map(({ sha256 }) => sha256),
    box,
    mask: mask?.sha256,
    options: { ...options, seed: options.seed ?? 0 },
    plan: darkroom.plan,
    saved: { ...saved },
  })
}

function decidingRequest({
  algorithm,
  picture,
  more,
  instruction,
  options,
  box,
  mask,
  saved,
  remote,
}: Omit<RemoteRecipe, 'result'>): string {
  const { type, model, url, parameters } = remote
  return stableJson({
    algorithm,
    picture: picture.sha256,
    more: more?.map(({ sha256 }) => sha256),
    instruction,
    options,
    box,
    mask: mask?.sha256,
    remote: { type, model, url, parameters },
    saved: { ...saved },
  })
}

function decidingParts(
  {
    algorithm,
    picture,
    instruction,
    options,
    init,
    more,
    box,
    mask,
    model,
    saved,
  }: Omit<ModelRecipe, 'result'>,
  isPartial: boolean,
): string {
  const { family, variant, precision, parts, provider, quotes, files, loras } = model
  const known = isPartial ? [] : Object.entries(parts ?? {})
  const precisions = known.map(([name, each]) => [name, each.precision] as const)
  return stableJson({
    algorithm,
    picture: picture.sha256,
    instruction,
    options: { ...options, seed: options.seed ?? 0 },
    init: init && { sha256: init.sha256, strength: init.strength },
    more: more?.map(({ sha256 }) => sha256),
    box,
    mask: mask?.sha256,
    model: {
      family,
      variant,
      precision,
      precisions: Object.fromEntries(precisions),
      provider,
      quotes,
      files,
    },
    loras: loras.map(({ strength, identity }) => ({ strength, identity })),
    saved: { ...saved },
  })
}

/** JSON with the fields of every object in the order of their names. */
export function stableJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    each !== null && typeof each === 'object' && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  )
}
