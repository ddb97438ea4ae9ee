import { expect, it } from 'vitest'
import type { Funnel } from '../report/index.ts'
import {
  compareDatasets,
  comparisonMarkdown,
  comparisonPage,
  comparisonText,
  publicSets,
  sizeChart,
} from './index.ts'

const funnel = {
  overview: { name: 'my <edits>' },
  total: { generated: 3000, kept: 150, scored: 3000, decided: 40 },
  kinds: { ps_human: { kept: 150 }, text_change: { kept: 0 } },
  judges: [{}],
} as unknown as Funnel

it('sets the own dataset beside those of others, the largest first', () => {
  const comparison = compareDatasets(funnel)
  expect(comparison.own).toMatchObject({
    size: 150,
    kinds: 1,
    filters: 'measures, multimodal models, people',
    humanReview: 'part',
  })
  expect(comparison.sets.at(-1)).toBe(comparison.own)
  expect(comparisonText(comparison)).toMatch(/^\* my <edits> .* 20\.0 : 1/m)
  expect(comparisonMarkdown(comparison)).toContain('| **my <edits>** |')
  const page = comparisonPage(comparison)
  expect(page).toContain('my &lt;edits&gt;')
  expect(page).not.toContain('<edits>')
  expect(sizeChart(comparison).match(/<rect/g)?.length).toBe(publicSets.length + 1)
})

it('a dataset without triplets is drawn too', () => {
  const none = { ...funnel, total: { ...funnel.total, kept: 0 } }
  expect(sizeChart(compareDatasets(none))).not.toContain('NaN')
})

it('every fact has a source', () => {
  for (const { name, source, size } of publicSets)
    expect([name, source !== '', size > 0]).toEqual([name, true, true])
})
