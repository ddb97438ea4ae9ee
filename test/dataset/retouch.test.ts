import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { handOut, pairsToRetouch, takeBack } from 'pentimento/dataset'
import { boxMask, encodeMask, encodeStored, type Picture, readPicture, writePicture } from 'pentimento/image'
import { afterAll, expect, it } from 'vitest'
import { memoryPairs } from './memoryPairs.ts'
import { testPair } from './openPairs.ts'

const folder = mkdtempSync(join(tmpdir(), 'retouch-'))
afterAll(() => rmSync(folder, { recursive: true }))

const size = { width: 96, height: 64 }
const region = { x: 28, y: 18, width: 34, height: 28 }

/** A grey picture whose square within the region is of another grey. */
function square(inner: number, level = 90): Picture {
  const data = new Uint8Array(3 * size.width * size.height).fill(level)
  for (let y = 20; y < 44; y++) data.fill(inner, 3 * (y * size.width + 30), 3 * (y * size.width + 60))
  return { ...size, data }
}

/** Pairs of which the first four were rejected to be retouched, the last with words and a region of its own. */
async function store() {
  const { pairs, files } = memoryPairs([])
  const put = async (picture: Picture) => files.put(await encodeStored(picture))
  const pictures = {
    source: await put(square(60)),
    target: await put(square(200)),
    mask: await files.put(await encodeMask(boxMask(size.width, size.height, region))),
  }
  const made = [1, 2, 3, 4, 5].map((i) =>
    testPair(i, { ...size, id: `${i}`.repeat(64), kind: 'color_alter', pictures }),
  )
  await pairs.add(made)
  const drawn = await files.put(
    await encodeMask(boxMask(size.width, size.height, { x: 0, y: 0, width: 96, height: 64 })),
  )
  await pairs.decide(
    made.slice(0, 4).map(({ id }, i) => ({
      id: `d${i}`,
      pair: id,
      reviewer: 'a',
      verdict: 'reject' as const,
      reason: 'retouch',
      ...(i === 3 && { mask: drawn, note: 'the edge is rough', text: { en: 'Brighten the square.' } }),
    })),
  )
  return { pairs, files, ids: made.map(({ id }) => id) }
}

it('pairs go out as folders, and what people made of them comes back as children or is refused in a line', async () => {
  const { pairs, files, ids } = await store()
  const chosen = await pairsToRetouch(pairs)
  expect(chosen).toEqual(ids.slice(0, 4))
  const names = (await handOut({ pairs, files }, chosen, folder)).map(({ name }) => name)
  expect(names).toEqual(chosen.map((id) => id.slice(0, 16)))
  expect(readdirSync(join(folder, names[3]!)).sort()).toEqual([
    'mask.png',
    'pair.json',
    'source.png',
    'target.png',
    'task.txt',
  ])
  const task = readFileSync(join(folder, names[3]!, 'task.txt'), 'utf8')
  expect(task).toContain('Brighten the square.')
  expect(task).toContain('the edge is rough')

  const save = (name: string, picture: Picture): Promise<unknown> =>
    writePicture(picture, join(folder, name, 'target.png'))
  // The first mends what may be changed, and saves the rest as a JPEG would: some levels apart.
  const mended = square(240)
  for (let i = 0; i < 3 * size.width; i++) mended.data[i]! += i % 5
  await save(names[0]!, mended)
  // The second also changes the surroundings, the third nothing; the fourth was given a region of the whole picture.
  await save(names[1]!, square(240, 120))
  await save(names[3]!, square(240, 120))
  const found = await takeBack({ pairs, files }, folder, [...names, 'strange'])
  expect(found.map(({ refused }) => refused)).toEqual([
    undefined,
    expect.stringMatching(
      /target\.png: .* of the pixels outside of the region differ by more than 12 levels/,
    ),
    expect.stringMatching(/target\.png: nothing within the region has changed/),
    undefined,
    expect.stringContaining('pair.json'),
  ])
  const child = (await pairs.get(found[0]!.child!))!
  expect(child.pair).toMatchObject({ origin: 'retouched', parent: ids[0], kind: 'color_alter' })
  expect(child.pair.recipe).toBeUndefined()
  const kept = await readPicture(await files.get(child.pair.pictures.target))
  // Outside of the region the very pixels of the parent.
  expect([...kept.data.subarray(0, 6)]).toEqual([90, 90, 90, 90, 90, 90])
  expect(kept.data[3 * (30 * size.width + 40)]).toBe(240)
  const last = (await pairs.get(found[3]!.child!))!
  expect(last.captions).toMatchObject([{ captioner: { name: 'reviewer' }, text: 'Brighten the square.' }])

  // What came back is not handed out again, nor is a folder that is there written over.
  expect(await pairsToRetouch(pairs)).toEqual(ids.slice(1, 3))
  expect(await handOut({ pairs, files }, ids.slice(1, 3), folder)).toEqual([])
  await save(names[1]!, { width: 48, height: 32, data: new Uint8Array(3 * 48 * 32) })
  const [again] = await takeBack({ pairs, files }, folder, [names[1]!])
  expect(again!.refused).toContain('expected 96×64, got 48×32; keep the size')
  writeFileSync(join(folder, names[1]!, 'target.png'), 'a note')
  const [unread] = await takeBack({ pairs, files }, folder, [names[1]!])
  expect(unread!.refused).toContain(`${names[1]}/target.png: text; expected a picture`)
})
