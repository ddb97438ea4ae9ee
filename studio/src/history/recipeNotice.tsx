import type { SessionNode } from '../shared/server.ts'

export interface RecipeNoticeProps {
  /** A picture that was handed in and is on the stage. */
  readonly node: SessionNode
}

/** Where a picture was made by us: what is known of how, and a way to take its settings into the draft. */
export function RecipeNotice(_: RecipeNoticeProps) {
  return null
}
