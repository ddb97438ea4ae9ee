import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { judged, madeItems, madeResults, pictured, refusedEdit } from '../../../test/bench/madeResults.ts'
import { hasChromium, pageInChromium } from '../../../test/chromium.ts'
import { encodeStored } from '../../image/index.ts'
import type { EditJudgeCall } from '../judges/judge.ts'
import type { BenchResults, Judgement } from '../results.ts'
import { type BenchReport, writeReport } from './writeReport.ts'

const hostile = `</p><script>document.title = 'taken'</script><img src=x onerror="document.title='taken'">`

/** Two kinds of three items, in English and in Chinese; `t` refuses one, and its judge's words are hostile. */
function made(): BenchResults {
  const english = madeItems({ color_alter: 3, 'subject-add': 3 }).map((item) => ({
    ...item,
    instruction: `Make "${item.key}" <b>red</b> & blue`,
  }))
  const chinese = english.map((item) => ({ ...item, language: 'cn' as const, instruction: '把它变成红色' }))
  const items = [...english, ...chinese]
  const names = items.map(({ language, key }) => `${language}/${key}`)
  const call = (scores: number[]) => ({ scores, reasoning: hostile, raw: ['x'] }) as unknown as EditJudgeCall
  const one = (system: string, item: string, sc: number, judge: string): Judgement => ({
    ...judged(system, item, { sc, pq: 8 }, { judge }),
    calls: { sc: call([sc, 9]), pq: call([8, 8]) },
  })
  return madeResults({
    items,
    systems: ['s', 't'],
    edits: names.flatMap(
      (name, i) =>
        [
          pictured('s', name),
          name === 'en/color_alter-0'
            ? { ...refusedEdit('t', name), text: hostile }
            : {
                ...pictured('t', name),
                picture: i === 1 ? 'lost' : 'b'.repeat(64),
                ...(i === 2 ? { input: 'a'.repeat(64) } : {}),
              },
        ] as const,
    ),
    judgements: names.flatMap((name, i) => [
      one('s', name, 2 + (i % 3), 'gpt'),
      one('s', name, 2 + (i % 3) + (i === 1 ? 5 : 0), 'qwen'),
      ...(i === 0 ? [] : [one('t', name, 7 + (i % 3), 'gpt'), one('t', name, 7 + (i % 3), 'qwen')]),
    ]),
    preferences: (
      [
        ['s', 't', 'first'],
        ['t', 's', 'second'],
      ] as const
    ).map(([first, second, preferred]) => ({
      ...{ item: 'en/color_alter-1', judge: 'gpt', repeat: 0, first, second, preferred },
      call: { reasoning: hostile } as unknown as EditJudgeCall,
    })),
    checks: [
      {
        system: 's',
        item: 'en/color_alter-1',
        report: {
          verdict: 'pass',
          results: [{ check: 'colour', verdict: 'pass', seen: `hue of ${hostile}` }],
          preservation: { sizeKept: true, shift: [0, 0], zoom: 1, kept: 0.98 },
        },
      },
    ],
  })
}

let folder: string
let report: BenchReport
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bench-report-'))
  const picture = await encodeStored({ width: 40, height: 20, data: new Uint8Array(40 * 20 * 3).fill(90) })
  report = await writeReport({
    results: made(),
    folder: join(folder, 'report'),
    pictures: {
      source: async () => picture,
      edited: async (name) => {
        if (name === 'lost') throw new Error('no such file')
        return picture
      },
    },
    options: { samples: 100, pictureSize: 16, allowMissing: true, withPublished: true },
  })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const read = (name: string) => readFileSync(join(folder, 'report', name), 'utf8')

describe('writeReport', () => {
  it('writes a page of numbers, one of each kind, pictures and JSON', () => {
    expect(readdirSync(join(folder, 'report')).sort()).toEqual([
      'index.html',
      'kind-color_alter.html',
      'kind-subject-add.html',
      'pictures',
      'report.json',
    ])
    expect(readdirSync(join(folder, 'report', 'pictures'))).toHaveLength(6 + 2)
    const json = JSON.parse(read('report.json'))
    expect(json.items).toHaveLength(12)
    expect(json.numbers.scores).toHaveLength(2 * 2 * 2 * 2)
    expect(json.numbers.comparisons[0]).toMatchObject({ first: 's', second: 't', judge: 'gpt' })
  })

  it('tells of a picture that cannot be read, and shows the rest', () => {
    expect(report.unread).toEqual([{ picture: 'edited lost', reason: 'no such file' }])
    expect(read('kind-color_alter.html')).toContain('the picture cannot be read')
  })

  it('asks for nothing outside its folder, and every link leads to a file of it', () => {
    const names = readdirSync(join(folder, 'report'), { recursive: true, encoding: 'utf8' })
    for (const file of ['index.html', 'kind-color_alter.html', 'kind-subject-add.html']) {
      const links = [...read(file).matchAll(/\b(?:src|href)="([^"]*)"/g)].map(([, link]) => link!)
      expect(links.length).toBeGreaterThan(1)
      expect(links.filter((link) => !names.includes(link))).toEqual([])
      expect(read(file)).toContain("default-src 'none'")
    }
  })

  it('has a row for every two systems that a judge compared on an item', () => {
    expect(read('kind-color_alter.html')).toContain(
      '<th scope="row">s − t</th><td>gpt</td><td>s</td><td class="words">',
    )
    const { pairs } = JSON.parse(read('report.json')).items.find(
      ({ item }: { item: string }) => item === 'en/color_alter-1',
    )
    expect(pairs).toMatchObject([
      {
        systems: ['s', 't'],
        verdict: 's',
        answers: [
          { shownFirst: 's', preferred: 's' },
          { shownFirst: 't', preferred: 's' },
        ],
      },
    ])
  })

  it('tells which edit started from what the system made before, with a link', () => {
    const page = read('kind-color_alter.html')
    expect(
      page.match(/started from <a href="pictures\/[0-9a-f]{16}\.webp">its own turn before</g),
    ).toHaveLength(1)
  })

  it('escapes the words of instructions, judges, refusals and checks', () => {
    const page = read('kind-color_alter.html')
    expect(page).toContain('Make &quot;color_alter-0&quot; &lt;b&gt;red&lt;/b&gt; &amp; blue')
    expect(page.match(/<script/g)).toHaveLength(1)
    expect(page).not.toContain('<img src=x')
    expect(page.split('&lt;script&gt;').length).toBeGreaterThan(10)
  })

  it('gives each picture a text, each table headers, and each instruction its language', () => {
    const page = read('kind-color_alter.html')
    const pictures = [...page.matchAll(/<img [^>]*>/g)].map(([tag]) => tag)
    expect(pictures.every((tag) => /alt="[^"]+"/.test(tag) && /loading="lazy"/.test(tag))).toBe(true)
    expect(page).toContain('<h3 lang="zh">把它变成红色</h3>')
    const index = read('index.html')
    for (const table of index.split('<table').slice(1)) {
      expect(table).toContain('<caption>')
      expect(table).toContain('<th scope="col">')
      expect(table).toContain('<th scope="row">')
    }
  })

  it('lists the worst item first, without a script too', () => {
    const order = [...read('kind-color_alter.html').matchAll(/data-scores="([^"]*)"/g)].map(([, all]) => {
      const known = all!.split(' ').filter((each) => each !== '-')
      return known.reduce((sum, each) => sum + Number(each), 0) / known.length
    })
    expect(order).toHaveLength(6)
    expect(order).toEqual([...order].sort((a, b) => a - b))
  })

  it('draws a radar of each language and judge, and puts published rows below with a warning', async () => {
    const index = read('index.html')
    // Two kinds are no radar.
    expect(index).not.toContain('role="img"')
    expect(index).toContain('Figures of different papers are not comparable')
    expect(index).toContain('The published rows are of GEdit-Bench, not of the suite made: other items.')
    expect(index).toMatch(/GPT-4o<small>paper<\/small>/)
  })

  it('replaces an older report, and nothing else', async () => {
    const other = join(folder, 'other')
    mkdirSync(other)
    writeFileSync(join(other, 'thesis.txt'), 'mine')
    const again = (to: string) =>
      writeReport({
        results: { ...made(), edits: [], judgements: [], checks: [] },
        folder: to,
        pictures: {
          source: () => Promise.reject(new Error('none')),
          edited: () => Promise.reject(new Error('none')),
        },
        options: { samples: 100 },
      })
    await expect(again(other)).rejects.toThrow(
      /expected an empty folder or an older report, got 1 other files/,
    )
    expect(readdirSync(other)).toEqual(['thesis.txt'])
    const copy = join(folder, 'again')
    await again(copy)
    await again(copy)
    expect(readdirSync(copy)).toContain('index.html')
  })
})

describe.skipIf(!hasChromium)('in a browser', () => {
  it('filters by what was refused, orders the best first, and runs nothing that a judge wrote', async () => {
    const act = `{
const form = document.getElementById('filters')
for (const [name, value] of Object.entries({ order: 'best', language: 'en', system: '0' })) form.elements[name].value = value
form.dispatchEvent(new Event('change'))
const seen = [...document.querySelectorAll('.item:not([hidden])')].map((each) => each.id)
document.body.dataset.best = seen.join(' ')
Object.assign(form.elements.only, { value: 'apart' })
form.dispatchEvent(new Event('change'))
document.body.dataset.apart = [...document.querySelectorAll('.item:not([hidden])')].map((each) => each.id).join(' ')
form.elements.system.value = '-1'
Object.assign(form.elements.only, { value: 'refused' })
form.dispatchEvent(new Event('change'))
addEventListener('load', () => {
  document.body.dataset.loaded = [...document.images].every((each) => each.naturalWidth > 0)
})
}`
    const digest = createHash('sha256').update(act).digest('base64')
    const page = read('kind-color_alter.html')
      .replace("script-src '", `script-src 'sha256-${digest}' '`)
      .replaceAll('loading="lazy" decoding="async"', '')
      .replace('</body>', `<script>${act}</script></body>`)
    const file = join(folder, 'report', 'acted.html')
    writeFileSync(file, page)
    const document = await pageInChromium(pathToFileURL(file).href, join(folder, 'profile'))
    expect(document).toContain('<title>color_alter: A made suite</title>')
    expect(document).toMatch(/data-best="en-color_alter-1 en-color_alter-2 en-color_alter-0"/)
    // Its policy lets pictures beside the page through.
    expect(document).toMatch(/data-loaded="true"/)
    expect(document).toMatch(/data-apart="en-color_alter-1"/)
    expect(document).toMatch(/<output id="count"[^>]*>1 of 6 items</)
    expect(document).toMatch(/<form id="filters">/)
    const shown = [...document.matchAll(/<article class="item" id="([^"]*)"(?:(?!hidden)[^>])*>/g)]
    expect(shown.map(([, id]) => id)).toEqual(['en-color_alter-0'])
  })
})
