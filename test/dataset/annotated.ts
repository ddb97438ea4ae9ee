import type { Annotation } from 'pentimento/dataset'

/** Nothing is known of a picture. */
export const unknownScene: Annotation = { things: [], surfaces: [] }

/** What sidecars could say of some of the photographs for tests, by name. */
const told: Readonly<Record<string, Annotation>> = {
  'jared-evans-119758': {
    things: [],
    background: { en: 'a sandy desert', cn: '沙漠' },
    surfacesTold: true,
    surfaces: [
      { kind: 'sand', area: [0.1, 0.84, 0.95, 0.96], horizon: 0.58, eye: 1.7 },
      { kind: 'sky', area: [0.1, 0.08, 0.9, 0.42] },
    ],
  },
  'kait-herzog-8242': {
    things: [],
    subject: { en: 'wooden sign', cn: '木牌', nature: 'object' },
    surfacesTold: true,
    surfaces: [
      { kind: 'sand', area: [0.5, 0.8, 0.95, 0.95], horizon: 0.69, eye: 1 },
      { kind: 'sky', area: [0.5, 0.05, 0.95, 0.45] },
    ],
  },
  'sean-afnan-244576': {
    things: [],
    background: { en: 'a clear mountain lake', cn: '清澈的山间湖泊' },
    surfacesTold: true,
    surfaces: [{ kind: 'sky', area: [0.1, 0.04, 0.5, 0.24] }],
  },
  'ng-32703': {
    things: [],
    subject: { en: 'jellyfish', cn: '水母', nature: 'animal' },
    surfaces: [],
  },
}

/** What is told of a photograph for tests; nothing of others. */
export function annotationOf(name: string): Annotation {
  return Object.hasOwn(told, name) ? told[name]! : unknownScene
}
