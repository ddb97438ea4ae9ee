import { createHash } from 'node:crypto'
import type { Caption, Decision, Dossier, Judgement, Pair, PairStore } from 'pentimento/dataset'
import type { FileStore } from 'pentimento/jobs'

/** Pairs and files in memory, for tests of what stands on them: a database takes seconds to open. */
export function memoryPairs(pairs: readonly Pair[]): {
  readonly pairs: PairStore
  readonly files: FileStore
} {
  const dossiers = new Map<string, Dossier>()
  const journal: Decision[] = []
  const change = (pair: string, make: (dossier: Dossier) => Partial<Dossier>): void => {
    const dossier = dossiers.get(pair)!
    dossiers.set(pair, { ...dossier, ...make(dossier) })
  }
  const add = async (more: readonly Pair[]): Promise<void> => {
    for (const pair of more)
      if (!dossiers.has(pair.id))
        dossiers.set(pair.id, { pair, measures: [], captions: [], judgements: [], decisions: [] })
  }
  void add(pairs)
  return {
    pairs: {
      add,
      addMeasures: async (pair, measures) =>
        change(pair, (own) => ({ measures: [...own.measures, ...measures] })),
      addCaptions: async (pair, captions: readonly Caption[]) =>
        change(pair, (own) => ({ captions: [...own.captions, ...captions] })),
      addJudgements: async (pair, judgements: readonly Judgement[]) =>
        change(pair, (own) => ({ judgements: [...own.judgements, ...judgements] })),
      async decide(decisions) {
        return decisions.map((decision) => {
          const known = journal.find(({ id }) => id === decision.id)
          const at = new Date(Date.UTC(2026, 0, 1) + 8000 * journal.length).toISOString()
          const made = known ?? { ...decision, at }
          if (!known) {
            journal.push(made)
            change(decision.pair, (own) => ({ decisions: [...own.decisions, made] }))
          }
          return made
        })
      },
      async *decisions() {
        yield* journal
      },
      async *bySource() {
        const sorted = [...dossiers.values()].sort((a, b) => (a.pair.id < b.pair.id ? -1 : 1))
        for (const source of [...new Set(sorted.map(({ pair }) => pair.source))].sort())
          yield sorted.filter(({ pair }) => pair.source === source)
      },
      get: async (pair) => dossiers.get(pair),
      async *dossiers({ kinds, after = '' } = {}) {
        for (const id of [...dossiers.keys()].sort()) {
          const dossier = dossiers.get(id)!
          if (id > after && (!kinds || kinds.includes(dossier.pair.kind))) yield dossier
        }
      },
    },
    files: memoryFiles(),
  }
}

function memoryFiles(): FileStore {
  const files = new Map<string, Uint8Array>()
  return {
    async put(bytes) {
      const name = createHash('sha256').update(bytes).digest('hex')
      files.set(name, new Uint8Array(bytes))
      return name
    },
    get: async (name) => files.get(name)!,
    has: async (name) => files.has(name),
    delete: async (name) => void files.delete(name),
    async *names() {
      yield* [...files.keys()].sort()
    },
  }
}
