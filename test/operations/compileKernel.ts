import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { main } from 'assemblyscript/asc'
import { writeFileWhole } from 'pentimento/files'

const folder = new URL('../../src/operations/erase/kernel/', import.meta.url)

/** The file of the compiled kernel, and what compiling `fill.as` again makes of it. */
export async function compileKernel(): Promise<{ readonly file: string; readonly text: string }> {
  const source = readFileSync(new URL('fill.as', folder), 'utf8')
  let bytes: Uint8Array | undefined
  const options = [...['-O3', '--noAssert', '--runtime', 'stub'], ...['--enable', 'simd', '--importMemory']]
  const { error, stderr } = await main(['fill.ts', '-o', 'fill.wasm', ...options], {
    readFile: (name) => (name === 'fill.ts' ? source : null),
    writeFile: (name, contents) => {
      if (name === 'fill.wasm' && typeof contents !== 'string') bytes = contents
    },
    listFiles: () => [],
  })
  if (error !== null || bytes === undefined)
    throw new Error(`fill.as: ${stderr.toString()}`, { cause: error })
  const lines = Buffer.from(bytes)
    .toString('base64')
    .match(/.{1,96}/g)!
  const text = [
    '/** `fill.as`, compiled by `npm run build:kernel`: not to be edited. */',
    'export const fillModule: string = [',
    ...lines.map((line) => `  '${line}',`),
    "].join('')",
    '',
  ].join('\n')
  return { file: fileURLToPath(new URL('fillModule.ts', folder)), text }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { file, text } = await compileKernel()
  await writeFileWhole(file, text)
  console.log(file)
}
