import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { clipsOf, readClips } from './clips.ts'

const folder = mkdtempSync(join(tmpdir(), 'clip-lists-'))
afterAll(() => rmSync(folder, { recursive: true }))

const list = (text: string, ...videos: string[]) => {
  const file = join(folder, 'list.csv')
  writeFileSync(file, text)
  return readClips(file, new Set(videos))
}

it('reads plain lists', async () => {
  const plain = await list(
    'video,start,end\na/one.mp4,1:02:03.5,1:02:07\none.webm,3,4.5\nthree.mp4,1,2\n',
    'one',
    'two',
  )
  expect(clipsOf('deep/one.mp4', plain)).toEqual([
    [3, 4.5],
    [3723.5, 3727],
  ])
  expect(clipsOf('two.mp4', plain)).toEqual([])
  // Of what is not there nothing is kept.
  expect(plain.size).toBe(1)
})

it('reads the lists of Koala-36M, by videos and by clips that were cut out', async () => {
  const koala = await list(
    'videoID,url,timestamp,caption,clarity_score,aesthetic_score,motion_score,video_training_suitability_score\n' +
      `b_c_7,https://example.org/b_c,"['0:00:17.040', '0:00:23']","A man, ""old"",\nwalks.",0.9,4.4,5.1,4.2\n` +
      `b_c_9,https://example.org/b_c,"['0:01:00', '0:01:02']",A dog runs.,0.8,4.1,7.5,4\n`,
    'b_c',
    'b_c_9',
  )
  expect(clipsOf('b_c.mp4', koala)).toEqual([
    [17.04, 23],
    [60, 62],
  ])
  expect(clipsOf('b_c_9.mp4', koala)).toEqual([[0, 2]])
})

it('says in one line what is wrong with a list', async () => {
  await expect(list('name,start\n')).rejects.toThrow(
    'expected the columns video, start, end, or videoID, timestamp; got name, start',
  )
  await expect(list('video,start,end\na.mp4,5,3\n')).rejects.toThrow(
    "line 2: expected a video and two times in order, got 'a.mp4', '5' and '3'",
  )
  await expect(list('video,start,end\na.mp4,soon,3\n')).rejects.toThrow("got 'a.mp4', 'soon' and '3'")
})
