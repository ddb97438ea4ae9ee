import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { clipsOf, readClips } from './clips.ts'

const folder = mkdtempSync(join(tmpdir(), 'clip-lists-'))
afterAll(() => rmSync(folder, { recursive: true }))

const list = (text: string) => {
  const file = join(folder, 'list.csv')
  writeFileSync(file, text)
  return readClips(file)
}

it('reads plain lists and those of Koala-36M', async () => {
  const plain = await list('video,start,end\na/one.mp4,1:02:03.5,1:02:07\none.webm,3,4.5\n')
  expect(clipsOf('deep/one.mp4', plain)).toEqual([
    [3, 4.5],
    [3723.5, 3727],
  ])
  expect(clipsOf('two.mp4', plain)).toEqual([])
  const koala = await list(
    `videoID,timestamp,VTSS\nb_c_7,"['0:00:17.040', '0:00:23']",4.4\nb_c_9,"['0:01:00', '0:01:02']",4\n`,
  )
  expect(clipsOf('b_c.mp4', koala)).toEqual([
    [17.04, 23],
    [60, 62],
  ])
})

it('says in one line what is wrong with a list', async () => {
  await expect(list('name,start\n')).rejects.toThrow(
    'expected the columns video, start, end, or videoID, timestamp; got name, start',
  )
  await expect(list('video,start,end\na.mp4,5,3\n')).rejects.toThrow(
    "row 2: expected a video and two times in order, got 'a', '5' and '3'",
  )
  await expect(list('video,start,end\na.mp4,soon,3\n')).rejects.toThrow("got 'a', 'soon' and '3'")
})
