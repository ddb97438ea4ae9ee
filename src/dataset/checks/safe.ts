import type { Check, Finding } from './check.ts'

/** The target is fit to be seen. */
export const safe: Check = {
  name: 'safe',
  needs: ['safety'],
  async run({ draft: { target }, tools, limits }): Promise<Finding> {
    const unsafe = await tools.get('safety').unsafe(target)
    return unsafe >= limits.unsafe ? { values: { unsafe }, reason: 'unsafe' } : { values: { unsafe } }
  },
}
