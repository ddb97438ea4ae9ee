import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }

it('the API reference has a chapter for each export of the package', () => {
  const options = readFileSync(new URL('../../docs/reference/typedoc.json', import.meta.url), 'utf8')
  const { entryPoints } = JSON.parse(options) as { entryPoints: readonly string[] }
  const exported = Object.values(manifest.exports).flatMap((each) =>
    typeof each === 'string' ? [] : [each.source.replace('./', '../../')],
  )
  expect(entryPoints.toSorted()).toEqual(exported.toSorted())
})
