import type { Check } from './check.ts'

/** `unsafe`: the probability that the target is not fit to be seen. */
export const safe: Check = {
  name: 'safe',
  version: 1,
  needs: ['safety'],
  measure: async ({ draft: { target }, tools }) => ({ unsafe: await tools.get('safety').unsafe(target) }),
}
