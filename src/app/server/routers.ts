import type { Router } from './parts.ts'
import { accountRouter } from './routers/account.ts'
import { editorsRouter } from './routers/editors.ts'
import { editsRouter } from './routers/edits.ts'
import { healthRouter } from './routers/health.ts'
import { imagesRouter } from './routers/images.ts'
import { mcpRouter } from './routers/mcp.ts'
import { modelsRouter } from './routers/models.ts'
import { picturesRouter } from './routers/pictures.ts'
import { plansRouter } from './routers/plans.ts'
import { sessionsRouter } from './routers/sessions.ts'
import { suggestionsRouter } from './routers/suggestions.ts'

/** All of /v1, in the order of the reference. */
export const routers: readonly Router[] = [
  imagesRouter,
  picturesRouter,
  editsRouter,
  sessionsRouter,
  plansRouter,
  suggestionsRouter,
  editorsRouter,
  modelsRouter,
  accountRouter,
  healthRouter,
  mcpRouter,
]
