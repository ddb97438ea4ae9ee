import { readFile } from 'node:fs/promises'
import { publishedFacts, publishedModels } from 'pentimento/weights'
import { expect, it } from 'vitest'

it('docs/models.md has every published model in its table, with what it takes to download and its licence', async () => {
  const page = await readFile(new URL('../docs/models.md', import.meta.url), 'utf8')
  const rows = page
    .slice(0, page.indexOf('\n## '))
    .split('\n')
    .filter((line) => line.startsWith('| `'))
  for (const name of Object.keys(publishedModels)) {
    const row = rows.find((line) => line.split(' | ')[0]!.includes(`\`${name}\``))
    const { bytes, licence } = publishedFacts[name]!
    expect(row, name).toContain(` ${bytes / 1e9} GB `)
    if (!/OpenRAIL/.test(licence)) expect(row, name).toContain(licence.replace(/ \(.*/, ''))
  }
})
