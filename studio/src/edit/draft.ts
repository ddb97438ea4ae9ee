import { useCallback, useEffect, useState } from 'react'
import type { EditTask, ServiceModel, SessionNode, StoredPicture } from '../shared/server.ts'
import type { Stroke } from './strokes.ts'

/** The settings of the next edit; stored in the browser tab, so that a reload loses nothing. */
export interface Draft {
  readonly instruction: string
  /** Names of models; two make the same edit side by side. Empty: the server's default. */
  readonly editors: readonly string[]
  /** How many results each editor makes, 1 to 8. */
  readonly variations: number
  /** The options that were set; an editor gets those that it takes. Without a seed each variation gets a random one. */
  readonly options: NonNullable<EditTask['options']>
  /** How far to depart from the picture, 0 to 1 (init); undefined: from pure noise. */
  readonly strength?: number | undefined
  readonly loras: NonNullable<EditTask['loras']>
  /** The file of a result; undefined: PNG with its recipe. */
  readonly output?: EditTask['output']
  /** Further pictures, for editors that take several. */
  readonly others: readonly StoredPicture[]
  /** Of a recipe: what no setting shows, for as long as its instruction stands: a plan, and another picture to start from. */
  readonly recalled?:
    | {
        readonly instruction: string
        readonly plan?: EditTask['plan']
        readonly start?: string | undefined
      }
    | undefined
  /** Where the picture may change, for one node. */
  readonly region?: { readonly node: string; readonly strokes: readonly Stroke[] } | undefined
}

const emptyDraft: Draft = {
  instruction: '',
  editors: [],
  variations: 1,
  options: {},
  loras: [],
  others: [],
}

/** The draft of a session, or of the one that is made with its first picture. */
export function useDraft(session: string | undefined): [Draft, (change: Partial<Draft>) => void] {
  const place = placeOf(session)
  const [state, setState] = useState(() => ({ place, draft: read(place) }))
  const draft = moved(state, place).draft
  useEffect(() => {
    if (place !== nowhere) sessionStorage.removeItem(nowhere)
    setState((before) => moved(before, place))
  }, [place])
  useEffect(() => sessionStorage.setItem(place, JSON.stringify(draft)), [place, draft])
  const change = useCallback(
    (part: Partial<Draft>) =>
      setState((before) => ({ place, draft: { ...moved(before, place).draft, ...part } })),
    [place],
  )
  return [draft, change]
}

interface Placed {
  readonly place: string
  readonly draft: Draft
}

const placeOf = (session = ''): string => `draft ${session}`

/** Of the session that is still to be made. */
const nowhere = placeOf()

/** Another session has a draft of its own; the settings go along, and to a new session what was typed while it was made. */
function moved(before: Placed, place: string): Placed {
  if (before.place === place) return before
  const { draft } = before
  const settings = {
    ...draft,
    region: undefined,
    recalled: undefined,
    others: [],
    ...(before.place !== nowhere && { instruction: '' }),
  }
  return { place, draft: read(place, settings) }
}

function read(place: string, otherwise: Draft = emptyDraft): Draft {
  const text = sessionStorage.getItem(place)
  return text === null ? otherwise : { ...emptyDraft, ...(JSON.parse(text) as Draft) }
}

/** The models that a draft asks for, in its order; those that are not ready are left out. */
export function editorsOf(draft: Draft, models: readonly ServiceModel[]): readonly ServiceModel[] {
  const ready = models.filter(({ state }) => state === 'ready')
  const chosen = draft.editors.flatMap((name) => ready.find((each) => each.name === name) ?? [])
  if (chosen.length > 0) return chosen
  return ready.filter(({ isDefault }) => isDefault).slice(0, 1)
}

interface TaskParts {
  readonly draft: Draft
  readonly editors: readonly ServiceModel[]
  readonly node: SessionNode
  /** The region as the server takes it. */
  readonly region: Pick<EditTask, 'box' | 'mask'>
}

/** The edits of a draft: for each editor as many as variations, as far as chance decides its results. */
export function tasksOf({ draft, editors, node, region }: TaskParts): Omit<EditTask, 'picture'>[] {
  const instruction = draft.instruction.trim()
  const recalled = draft.recalled?.instruction === instruction ? draft.recalled : undefined
  return editors.flatMap((model) => {
    const takes = (name: string): boolean => model.options.includes(name)
    const count = takes('seed') ? draft.variations : 1
    const options = Object.fromEntries(
      Object.entries(draft.options).filter(([name, value]) => takes(name) && value !== undefined),
    ) as Draft['options']
    const init =
      draft.strength !== undefined && takes('init') && node.picture
        ? { picture: recalled?.start ?? node.picture.id, strength: draft.strength }
        : undefined
    const others = draft.others.slice(0, model.pictures - 1).map(({ id }) => id)
    return Array.from({ length: count }, (_, i) => ({
      model: model.name,
      instruction,
      ...region,
      options: { ...options, ...(takes('seed') && { seed: seedOf(draft.options.seed, i) }) },
      ...(recalled?.plan && takes('plan') && { plan: recalled.plan }),
      ...(init && { init }),
      ...(others.length > 0 && { others }),
      ...(draft.loras.length > 0 && model.loras === true && { loras: draft.loras }),
      ...(draft.output && { output: draft.output }),
    }))
  })
}

/** A chosen seed counts up; else each is drawn by chance, small enough to be read and typed. */
function seedOf(chosen: Draft['options']['seed'], i: number): number | string {
  if (chosen === undefined) return crypto.getRandomValues(new Uint32Array(1))[0]!
  return typeof chosen === 'string' ? String(BigInt(chosen) + BigInt(i)) : chosen + i
}
