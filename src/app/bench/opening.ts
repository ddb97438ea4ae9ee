import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import {
  type BenchFacts,
  type BenchJudge,
  type BenchWorkspace,
  type EditJudge,
  openBench,
  openEditJudge,
  openSystem,
  type System,
  type SystemFacts,
} from '../../bench/index.ts'
import { analysisFolder } from '../../dataset/index.ts'
import { defaultCache } from '../../files/index.ts'
import { type JudgeConfig, judgesSchema } from '../../judges/index.ts'
import { cachedToolbox, openToolbox, type Toolbox, toolsFolder } from '../../tools/index.ts'
import type { UserConfiguration } from '../configuration.ts'
import { offerInstall } from '../darkroom.ts'
import { UsageError } from '../failure.ts'
import type { Terminal } from '../terminal.ts'

/** Opens a bench for a command and always closes it. */
export async function withBench<T>(
  folder: string,
  terminal: Terminal,
  run: (workspace: BenchWorkspace) => Promise<T>,
  { inThread = false }: { readonly inThread?: boolean } = {},
): Promise<T> {
  const workspace = await openBench(folder, { env: terminal.env, log: logOf(terminal), inThread })
  try {
    return await run(workspace)
  } finally {
    await workspace.close()
  }
}

export const logOf =
  (terminal: Terminal) =>
  (line: string): void =>
    terminal.error(`${line}\n`)

/** A system under test, and what a bench keeps of it. */
export interface OpenedSystem {
  readonly system: System
  readonly facts: SystemFacts
}

/** Opens systems by name; closes those that are open where one cannot be opened. */
export async function openSystems(
  names: readonly string[],
  { editors, folder }: UserConfiguration,
  { yes, terminal }: { readonly yes: boolean; readonly terminal: Terminal },
): Promise<readonly OpenedSystem[]> {
  const { env } = terminal
  const opened: OpenedSystem[] = []
  try {
    for (const name of names) {
      const system = await openSystem(name, {
        env,
        editors,
        editorsFolder: folder,
        cache: defaultCache(env),
        darkroom: { env, onMissing: (packs) => offerInstall(packs, yes, terminal) },
      })
      opened.push({ system, facts: { name: system.name, identity: system.identity, source: name } })
    }
    const twice = opened.find(({ system }, i) =>
      opened.some((other, j) => j < i && other.system.name === system.name),
    )
    if (twice)
      throw new UsageError(
        `--editor: two systems are called '${twice.system.name}'; give one another name: --editor other=${twice.facts.source}`,
      )
    return opened
  } catch (error) {
    await closeSystems(opened)
    throw error
  }
}

export async function closeSystems(opened: readonly OpenedSystem[]): Promise<void> {
  for (const { system } of opened) await system.close()
}

/** The systems of a bench as they are opened again: `name=system`. */
export const systemNames = ({ systems }: Pick<BenchFacts, 'systems'>): readonly string[] =>
  systems.map(({ name, source }) => (source.includes('=') ? source : `${name}=${source}`))

/** The judges of a bench as they are opened again; those of imported scores cannot be. */
export const judgeNames = ({ judges }: Pick<BenchFacts, 'judges'>): readonly string[] =>
  judges.filter(({ imported }) => imported !== true).map(({ name, from = name }) => from)

/** A judge, and what a bench keeps of it. */
export interface OpenedJudge {
  readonly judge: EditJudge
  readonly facts: BenchJudge
}

/**
 * Opens judges by name.
 * @param known what the bench knows of them: repeats that are not given stay
 */
export function openJudges(
  names: readonly string[],
  { judges }: UserConfiguration,
  {
    known,
    repeats,
    pairs,
    toolbox,
    terminal,
  }: {
    readonly known: readonly BenchJudge[]
    readonly repeats?: number | undefined
    readonly pairs?: boolean | undefined
    readonly toolbox: Toolbox
    readonly terminal: Terminal
  },
): readonly OpenedJudge[] {
  const configured = checkedJudges(judges)
  return names.map((from) => {
    const judge = openEditJudge(from, { judges: configured, environment: terminal.env, toolbox })
    const before = known.find(({ name }) => name === judge.name)
    const { name, identity } = judge
    return {
      judge,
      facts: {
        name,
        identity,
        from,
        repeats: repeats ?? before?.repeats ?? 1,
        pairs: pairs ?? before?.pairs ?? false,
      },
    }
  })
}

function checkedJudges(judges: Readonly<Record<string, unknown>>): Readonly<Record<string, JudgeConfig>> {
  const parsed = judgesSchema.safeParse(judges)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new UsageError(`configuration: judges.${issue?.path.join('.')}: ${issue?.message}`)
}

/** The vision tools of checks and of a judge on this machine; what they said of a picture is kept in the cache. */
export async function openTools({ env }: Terminal): Promise<Toolbox> {
  // A process of tools answers one call at a time, and much of a call runs on one core.
  const processes = Math.max(1, Math.min(2, availableParallelism()))
  const tools = await openToolbox({ folder: toolsFolder(env), processes })
  return cachedToolbox(tools, analysisFolder(join(defaultCache(env), 'analyses')))
}
