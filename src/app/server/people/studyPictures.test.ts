import { expect, it } from 'vitest'
import type { ShownTask, Study, StudyParticipant } from '../../../bench/index.ts'
import type { Picture } from '../../../image/index.ts'
import { liveReport } from './liveReport.ts'
import { StudyPictures } from './studyPictures.ts'

const plain = (width: number, height: number, level: number): Picture => ({
  width,
  height,
  data: new Uint8Array(3 * width * height).fill(level),
})

const item = { kind: 'tone', language: 'en', instruction: 'Wish' } as const
const person: StudyParticipant = {
  name: 'p1',
  token: 't',
  tasks: [
    { item: 0, order: [1, 0] },
    { item: 1, order: [0] },
    { item: 0, order: [0, 1], repeats: 0 },
  ],
}
const study: Study = {
  ...{ name: 's', id: 's', mode: 'rate', seed: 0, suite: 's', systems: ['a', 'b'] },
  items: [
    { ...item, item: 'en/0', source: 'zero', pictures: ['a0', 'b0'] },
    { ...item, item: 'en/1', source: 'one', pictures: ['a1', null] },
  ],
  participants: [person, { ...person, name: 'p2' }],
}
const taskOf = (number: number): ShownTask => ({
  ...{ number, mode: 'rate', instruction: 'Wish', language: 'en', source: '', pictures: [] },
})

function opened(mostBytes?: number) {
  const reads: string[] = []
  const read =
    (picture: Picture) =>
    async (name: string): Promise<Picture> => {
      reads.push(name)
      return picture
    }
  const sources = { source: read(plain(12, 8, 50)), result: read(plain(30, 5, 90)) }
  return { reads, pictures: new StudyPictures(study, Buffer.alloc(32), sources, mostBytes) }
}

it('whichever picture is asked for, the same work is done, so that no answer takes longer', async () => {
  const { source, pictures } = await opened().pictures.taskOf(person, taskOf(0))
  const counts = []
  for (const name of [source, ...pictures]) {
    const fresh = opened()
    expect(await fresh.pictures.fileOf(person, name)).toBeInstanceOf(Uint8Array)
    counts.push(fresh.reads.toSorted().join())
    await fresh.pictures.fileOf(person, name)
    counts.push(fresh.reads.toSorted().join())
  }
  expect(new Set(counts)).toEqual(new Set(['a0,b0,zero']))
})

it('names are of one participant and one task, and each leads to its own picture', async () => {
  const { pictures } = opened()
  const tasks = await Promise.all([0, 1, 2].map((number) => pictures.taskOf(person, taskOf(number))))
  const others = await pictures.taskOf(study.participants[1]!, taskOf(0))
  const names = [...tasks, others].flatMap(({ source, pictures: shown }) => [source, ...shown])
  expect(new Set(names).size).toBe(3 + 2 + 3 + 3)
  expect(tasks.map(({ width, height }) => [width, height])).toEqual(Array(3).fill([12, 8]))
  const [first, , again] = tasks
  expect(await pictures.fileOf(person, first!.pictures[0]!)).toEqual(
    await pictures.fileOf(person, again!.pictures[1]!),
  )
  for (const name of [others.source, '0-x', '7-x', '', first!.source.replace('0-', '2-')])
    expect(await pictures.fileOf(person, name)).toBeUndefined()
})

it('pictures are kept while there is room', async () => {
  const roomy = opened()
  const scarce = opened(1)
  for (const { pictures } of [roomy, scarce])
    for (const number of [0, 1, 0]) await pictures.taskOf(person, taskOf(number))
  expect([roomy.reads.length, scarce.reads.length]).toEqual([5, 8])
})

it('pictures that failed to load are tried again', async () => {
  let fails = true
  const sources = {
    source: async () => plain(4, 4, 1),
    result: async () => {
      if (fails) throw new Error('away')
      return plain(4, 4, 2)
    },
  }
  const pictures = new StudyPictures(study, Buffer.alloc(32), sources)
  await expect(pictures.taskOf(person, taskOf(0))).rejects.toThrow('away')
  fails = false
  expect((await pictures.taskOf(person, taskOf(0))).pictures).toHaveLength(2)
})

it('a live report is made at most a tenth of the time, and once at a time', async () => {
  let [now, made] = [0, 0]
  const report = liveReport(
    async () => {
      now += 5
      return ++made
    },
    () => now,
  )
  expect(await Promise.all([report(), report()])).toEqual([1, 1])
  now += 49
  expect(await report()).toBe(1)
  now += 2
  expect(await report()).toBe(2)
})
