import { join } from 'node:path'
import { runBench, type System } from 'pentimento/bench'
import { resizePicture } from 'pentimento/image'
import { inverter, smallBench, writeSmallSuite } from './smallBench.ts'

/** Systems whose names must not be told, with results of different sizes. */
export const secretSystems = ['gemini-2-flash', 'doubao', 'gpt-4o', 'step1x-edit'] as const

/** A bench of six items by four systems, for studies. */
export async function studyBench(
  folder: string,
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<string> {
  const bench = join(folder, 'bench')
  const suite = await writeSmallSuite(join(folder, 'small'), { count: 3 })
  const systems = secretSystems.map((name, i): System => {
    const plain = inverter(name)
    return {
      ...plain,
      async edit(...[item, picture, ...rest]: Parameters<System['edit']>) {
        const made = await plain.edit(item, picture, ...rest)
        if (made.type !== 'picture') return made
        const { width, height, data } = made.picture
        const own = { width, height, data: data.map((level) => (level * (i + 2)) & 255) }
        const sizes = [
          own,
          resizePicture(own, { width: 16, height: 16 }),
          resizePicture(own, { width: 24, height: 8 }),
        ]
        return { ...made, picture: sizes[i % 3]! }
      },
    }
  })
  const workspace = await smallBench(bench, suite, systems, [], { env })
  await runBench(workspace, { suite, systems, judges: [], signal: new AbortController().signal })
  await workspace.close()
  return bench
}
