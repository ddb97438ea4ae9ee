import { openAdapters, openToolbox, type Pack, type Tool, toolsFolder } from '../../tools/index.ts'
import { EditError } from '../error.ts'
import { DarkroomEditor } from './editor.ts'
import type { Planner } from './plan.ts'
import { embeddedPlanner, visionPlanner } from './planner/index.ts'

/** Options for opening the darkroom. */
export interface DarkroomOptions {
  /** The folder of the tools' packs. Default: the user's. */
  readonly tools?: string | undefined
  /** Servers and models that replace embedded tools, as in a dataset's configuration. */
  readonly adapters?: unknown
  /** The folder that paths in `adapters` are relative to. Default: the working folder. */
  readonly folder?: string | undefined
  /** The planner: the embedded one, or the model that `adapters` names for the job `vision`. */
  readonly planner?: 'embedded' | 'vision' | undefined
  /** Called if packs of tools are missing. @returns whether they have been installed */
  readonly onMissing?: ((packs: readonly Pack[]) => Promise<boolean>) | undefined
  /** Of the environment. Default: the process's own. */
  readonly env?: NodeJS.ProcessEnv | undefined
}

/**
 * Opens the darkroom. Tools start when a step first needs them.
 * @throws EditError, ToolError `configuration`
 */
export async function openDarkroom(options: DarkroomOptions = {}): Promise<DarkroomEditor> {
  const { env = process.env, tools: folder = toolsFolder(env), folder: base = process.cwd() } = options
  const adapters = await openAdapters(options.adapters ?? {}, { env, folder: base, tools: folder })
  return new DarkroomEditor({
    planner: plannerOf(options, adapters.tools.vision),
    onMissing: options.onMissing,
    openTools: () => openToolbox({ folder, adapters: adapters.tools }),
    close: () => adapters.close(),
  })
}

/** @throws EditError where a vision model is asked for and none is configured */
function plannerOf({ planner = 'embedded' }: DarkroomOptions, vision: Tool<'vision'> | undefined): Planner {
  if (planner === 'embedded') return embeddedPlanner()
  if (vision) return visionPlanner(vision)
  throw new EditError(
    'input',
    "planner: expected a model for the job 'vision' among the adapters, got none; name one (docs/adapters.md), or use the embedded planner",
  )
}
