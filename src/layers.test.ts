import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { readImports } from '../test/layers/imports.ts'
import { brokenRules, importedPackages, isCode, type LayerTable, upwardRows } from '../test/layers/rules.ts'

/**
 * Who may import whom. Each layer names the layers above it in this table that it may import, and the packages. A test
 * beside the code (`*.test.ts`) may import every layer above its own, Node's modules, vitest, fast-check and test/.
 */
const table: LayerTable = {
  // The base of all errors, with their codes.
  error: { folder: 'src/error', layers: [], packages: [], node: false },
  // Files and folders that appear whole or not at all.
  files: { folder: 'src/files', layers: ['error'], packages: [], node: true },
  // Requests through the proxies of the environment.
  network: { folder: 'src/network', layers: ['error'], packages: ['undici'], node: true },
  // PyTorch's random numbers, to the bit, and choices by seed words.
  random: { folder: 'src/random', layers: ['error'], packages: [], node: true },
  // The language. It runs wherever JavaScript does.
  graph: { folder: 'src/graph', layers: ['error'], packages: [], node: false },
  // The only one that knows ONNX Runtime.
  onnx: {
    folder: 'src/onnx',
    layers: ['error', 'files', 'graph'],
    packages: ['onnxruntime-node', '@bufbuild/protobuf'],
    node: true,
  },
  weights: {
    folder: 'src/weights',
    layers: ['error', 'files', 'network', 'random', 'graph'],
    packages: ['@huggingface/hub'],
    node: true,
  },
  // Pure functions from tensors to tensors: they neither read files nor run graphs.
  models: { folder: 'src/models', layers: ['error', 'graph'], packages: [], node: false },
  // The only one that knows sharp.
  image: {
    folder: 'src/image',
    layers: ['error', 'files', 'graph'],
    packages: ['sharp', 'libheif-js'],
    node: true,
  },
  // Language models that answer: text and pictures in, text out.
  language: {
    folder: 'src/language',
    layers: ['error', 'files', 'random', 'graph', 'onnx', 'weights', 'models', 'image'],
    packages: ['@huggingface/tokenizers', 'zod'],
    node: true,
  },
  // What sees and draws for others: models and programs behind small interfaces, their packs, adapters to servers.
  tools: {
    folder: 'src/tools',
    layers: ['error', 'files', 'network', 'graph', 'onnx', 'image', 'language'],
    packages: ['p-limit', 'tar-stream', 'zod'],
    node: true,
    loaders: [
      {
        file: 'src/tools/embedded/opencv.ts',
        why: "OpenCV's code is in a pack that the user installs: the installer has checked its SHA-256, and it runs in the tools' own process",
      },
      {
        file: 'src/tools/adapters/loadTransformers.ts',
        why: '@huggingface/transformers is installed by the user with npm, which checks it, into the folder of the tools; it runs in a process of its own',
      },
    ],
  },
  // Edits by algorithm: picture, parameters and what tools found in, picture and region out. No chance, no words.
  operations: {
    folder: 'src/operations',
    layers: ['error', 'image', 'tools'],
    packages: [],
    node: true,
  },
  // Facts of an edit to sentences and back, in English and Chinese.
  instructions: {
    folder: 'src/instructions',
    layers: ['error', 'random'],
    packages: [],
    node: false,
  },
  edit: {
    folder: 'src/edit',
    layers: [
      'error',
      'files',
      'network',
      'random',
      'graph',
      'onnx',
      'weights',
      'models',
      'image',
      'language',
      'tools',
      'operations',
      'instructions',
    ],
    packages: ['zod'],
    node: true,
    reads: ['models/nano'],
  },
  train: {
    folder: 'src/train',
    layers: ['error', 'files', 'random', 'graph', 'onnx', 'weights', 'models', 'image', 'edit'],
    packages: [],
    node: true,
  },
  // Knows nothing of pictures.
  jobs: {
    folder: 'src/jobs',
    layers: ['error', 'files', 'network'],
    packages: ['@electric-sql/pglite', 'pg', 'aws4fetch'],
    node: true,
  },
  // Agreement, ranks and intervals, of numbers alone.
  statistics: { folder: 'src/statistics', layers: ['error', 'random'], packages: [], node: false },
  // Models that see pictures and are asked about them, for datasets and benchmarks; what that costs.
  judges: {
    folder: 'src/judges',
    layers: ['error', 'network', 'image', 'tools', 'jobs'],
    packages: ['zod'],
    node: true,
  },
  dataset: {
    folder: 'src/dataset',
    layers: [
      'error',
      'files',
      'random',
      'graph',
      'onnx',
      'weights',
      'models',
      'image',
      'tools',
      'operations',
      'instructions',
      'edit',
      'jobs',
      'statistics',
      'judges',
    ],
    packages: ['hyparquet', 'hyparquet-writer', 'p-limit', 'tar-stream', 'zod'],
    node: true,
    reads: ['captions'],
    loaders: [
      {
        file: 'src/dataset/modules.ts',
        why: "recipes and judges of the user's own, from files that the dataset's configuration names; it runs with the user's rights like any program of theirs",
      },
    ],
  },
  // Suites, systems under test, judges, checks, statistics, reports and studies.
  bench: {
    folder: 'src/bench',
    layers: [
      'error',
      'files',
      'network',
      'random',
      'weights',
      'image',
      'tools',
      'operations',
      'instructions',
      'edit',
      'jobs',
      'statistics',
      'judges',
      'dataset',
    ],
    packages: ['hyparquet', 'p-limit', 'tar-stream', 'zod'],
    node: true,
    reads: ['suites', 'examples/photos'],
  },
  // Edits as durable jobs of many owners, their pictures and history, and the models that make them. No HTTP.
  service: {
    folder: 'src/service',
    layers: ['error', 'files', 'random', 'weights', 'image', 'tools', 'edit', 'jobs'],
    packages: ['yauzl', 'yazl', 'zod'],
    node: true,
  },
  app: {
    folder: 'src/app',
    layers: [
      'error',
      'files',
      'network',
      'onnx',
      'weights',
      'models',
      'image',
      'language',
      'tools',
      'operations',
      'instructions',
      'edit',
      'train',
      'jobs',
      'statistics',
      'judges',
      'dataset',
      'bench',
      'service',
    ],
    packages: [
      'commander',
      'zod',
      'hono',
      '@hono/node-server',
      '@hono/zod-openapi',
      '@modelcontextprotocol/server',
      'prom-client',
      'undici',
    ],
    node: true,
    reads: ['package.json', 'dist/studio', 'examples/photos'],
  },
  // The browser app: it is bundled, and of the rest it knows only what goes over HTTP.
  studio: {
    folder: 'studio',
    layers: [
      'app/server/people/reviewSchemas.ts',
      'app/server/people/studySchemas.ts',
      'app/server/schemas/answers.ts',
    ],
    packages: [
      'react',
      'react-dom',
      'react-i18next',
      'i18next',
      '@tanstack/react-query',
      'radix-ui',
      'wouter',
      'vite',
      '@vitejs/plugin-react',
    ],
    node: false,
    outside: true,
  },

  // What is not published.
  test: {
    folder: 'test',
    // Servers of the studio in the test's own process.
    layers: [...everyLayer(), 'app/server/metrics.ts', 'app/server/pages.ts', 'app/server/start.ts'],
    packages: [
      'vitest',
      'fast-check',
      'hyparquet-writer',
      'oxc-parser',
      'tsx',
      'pg',
      's3rver',
      'tar-stream',
      '@duckdb/node-api',
      'assemblyscript',
      'playwright-core',
      '@seriousme/openapi-schema-validator',
      'axe-core',
      'openai',
      '@modelcontextprotocol/client',
      '@modelcontextprotocol/sdk',
      'vite',
    ],
    node: true,
    outside: true,
  },
  examples: {
    folder: 'examples',
    layers: everyLayer(),
    packages: [],
    node: true,
    outside: true,
  },
  // It measures ONNX Runtime alone as well, to compare with.
  perf: {
    folder: 'perf',
    layers: [
      ...everyLayer(),
      'app/main.ts',
      'test/bench/judgeServer.ts',
      'test/bench/smallBench.ts',
      'test/dataset/captionModel.ts',
      'test/dataset/captionWorld.ts',
      'examples/dataset-sources.ts',
      'test/byteTokenizer.ts',
      'test/golden.ts',
      'test/overfit.ts',
      'test/tinyKontext.ts',
      'test/tinyOmnigen.ts',
      'test/postgres.ts',
    ],
    packages: ['onnxruntime-node'],
    node: true,
    outside: true,
  },
  // How the embedded model is made: data, encoder, autoencoder, transformer; its card and its picture.
  nano: {
    folder: 'nano',
    layers: [...everyLayer(), 'examples/dataset-sources.ts', 'perf/nano/sheet.ts', 'perf/planner/entry.ts'],
    packages: [],
    node: true,
    outside: true,
  },
  'layers.test': { folder: 'src', layers: [], packages: [], node: true, flat: true },
  config: {
    folder: '.',
    layers: ['test/processes.ts', 'test/slow.ts'],
    packages: ['vitest'],
    node: true,
    flat: true,
    outside: true,
  },
}

/** Why each package is there. */
const reasons: Readonly<Record<string, string>> = {
  '@bufbuild/protobuf': 'Writes the protobuf wire format of ONNX files.',
  '@huggingface/hub': 'Lists and downloads files of model repositories, with their checksums.',
  '@huggingface/tokenizers':
    'Reads tokenizer.json and cuts text exactly as the checkpoint was trained on it.',
  aws4fetch: 'Signs requests to S3-compatible buckets.',
  commander: 'Parses the command line and prints its help.',
  hono: 'Routes, limits and headers of the servers.',
  '@hono/zod-openapi': 'Checks requests by zod schemas, and writes the OpenAPI document from the same ones.',
  '@modelcontextprotocol/server': 'The Model Context Protocol in its current and its earlier revisions.',
  '@modelcontextprotocol/client': "The protocol's own client in the current revision, in tests.",
  '@modelcontextprotocol/sdk': "The protocol's own client in the revisions before, in tests.",
  'prom-client': 'Metrics of the server in the form that Prometheus reads.',
  openai: "OpenAI's own client, unchanged, against our server, in tests.",
  '@seriousme/openapi-schema-validator': "Checks the server's OpenAPI document against OpenAPI 3.1.",
  'radix-ui':
    'Dialogs, menus, tabs, sliders and tooltips of the studio, usable by keyboard and screen reader.',
  wouter: 'Addresses of the pages of the studio.',
  '@hono/node-server': "Lets hono answer on Node's own HTTP server.",
  '@electric-sql/pglite': 'Postgres within the process: jobs and provenance in the workspace folder.',
  hyparquet: 'Reads Parquet files: published suites, and an export to verify it.',
  'hyparquet-writer': 'Writes Parquet files.',
  'libheif-js': 'Decodes HEIC, as telephones write it: sharp cannot, its own build of libheif has no HEVC.',
  'onnxruntime-node': 'Runs graphs on CPU and on any GPU; both providers are inside its npm package.',
  'p-limit': 'Bounds how many calls a tool gets at a time.',
  pg: 'Speaks to a Postgres server.',
  sharp: 'Decodes and encodes pictures of every common format.',
  'tar-stream': 'Writes and reads the tar files of WebDataset shards.',
  undici:
    "Sends requests through the proxies of the environment, and to an address that was checked, which Node 20's own fetch cannot.",
  yauzl: 'Reads ZIP files of exported sessions, with checks of names and sizes.',
  yazl: 'Writes ZIP files of exported sessions, as streams.',
  zod: 'Checks what comes from outside: configurations, batches, recipes.',

  '@arethetypeswrong/cli':
    'Checks that the packed package resolves, types and all, for those who install it.',
  '@biomejs/biome': 'Formats, lints, and finds import cycles.',
  '@duckdb/node-api': 'Reads exported Parquet files in tests as users do.',
  '@tanstack/react-query': 'Fetches, keeps and repeats what the studio asks the server.',
  '@types/react': 'Types of react.',
  '@types/react-dom': 'Types of react-dom.',
  '@vitejs/plugin-react': 'Compiles JSX for Vite.',
  'axe-core': 'Finds what keeps people out of the pages, in tests.',
  i18next: 'Words of the studio in both languages.',
  'playwright-core': 'Drives the installed Chromium in tests of the pages.',
  react: 'Draws the studio; built into dist/studio.',
  'react-dom': 'Draws the studio in a browser.',
  'react-i18next': 'Words of the studio as React hooks.',
  vite: 'Builds the studio.',
  '@types/node': "Types of Node 20's own modules.",
  '@types/pg': 'Types of pg.',
  '@types/tar-stream': 'Types of tar-stream.',
  '@types/yauzl': 'Types of yauzl.',
  '@types/yazl': 'Types of yazl.',
  '@vitest/coverage-v8': 'Tells which lines no test runs.',
  assemblyscript: 'Compiles the kernel that fills holes to WebAssembly; the compiled one is in the sources.',
  'fast-check': 'Makes random shapes and graphs for tests of properties, and shrinks those that fail.',
  knip: 'Finds files, exports and dependencies that nothing uses.',
  'oxc-parser':
    'Parses TypeScript for this test; TypeScript 7 itself is native and has no stable API for it.',
  oxlint: 'Finds dropped and misused promises, of which Biome misses some.',
  'oxlint-tsgolint': 'Gives oxlint the types that its promise rules need.',
  publint: 'Checks that package.json and the packed files agree.',
  s3rver: 'An S3-compatible server for tests.',
  tsx: 'Runs the TypeScript sources without a build: perf/ and examples/, and the examples in a test.',
  typescript: 'Checks types and builds.',
  vitest: 'Runs the tests.',
}

function everyLayer(): string[] {
  return 'error files network random graph onnx weights models image language tools operations instructions edit train jobs statistics judges dataset bench service app'.split(
    ' ',
  )
}

const root = new URL('../', import.meta.url)
const sources = Object.values(table).flatMap(({ folder, flat }) => sourceFiles(folder, flat === true))

/** The source files of a folder, relative to the root; those of a flat one are not looked for in its subfolders. */
function sourceFiles(folder: string, flat: boolean): { file: string; source: string }[] {
  if (!existsSync(new URL(folder, root))) return []
  return readdirSync(new URL(folder, root), { recursive: !flat, encoding: 'utf8' })
    .map((path) => (folder === '.' ? path : `${folder}/${path.replaceAll('\\', '/')}`))
    .filter(isCode)
    .map((file) => ({ file, source: readFileSync(new URL(file, root), 'utf8') }))
}

describe('the sources', () => {
  it('import only what the table allows', () => {
    expect(sources.length).toBeGreaterThan(10)
    expect(sources.flatMap(({ file, source }) => brokenRules(file, source, table, manifest))).toEqual([])
  })

  it('lie in folders of the table', () => {
    const known = Object.values(table).map(({ folder }) => folder)
    const found = readdirSync(new URL('src', root), { withFileTypes: true })
    expect(found.filter((each) => each.isDirectory() && !known.includes(`src/${each.name}`))).toEqual([])
    expect(found.filter((each) => each.isFile()).map(({ name }) => name)).toEqual(['layers.test.ts'])
  })
})

describe('the table', () => {
  it('names loaders in their own layer, with what makes them safe', () => {
    const found = Object.values(table).flatMap(({ folder, loaders = [] }) =>
      loaders.map((loader) => ({ folder, ...loader })),
    )
    expect(found.map(({ file }) => file)).toEqual([
      'src/tools/embedded/opencv.ts',
      'src/tools/adapters/loadTransformers.ts',
      'src/dataset/modules.ts',
    ])
    for (const { folder, file, why } of found) {
      expect(file.startsWith(`${folder}/`)).toBe(true)
      expect(why.length).toBeGreaterThan(40)
    }
  })

  it('names only layers that stand above', () => {
    expect(upwardRows(table)).toEqual([])
  })

  it('has a sentence for each package of package.json, and for no other', () => {
    const { dependencies, devDependencies } = manifest
    expect(Object.keys(reasons).sort()).toEqual(Object.keys({ ...dependencies, ...devDependencies }).sort())
  })

  it('lists each runtime dependency with a layer that imports it', () => {
    const code = sources.filter(({ file }) => file.startsWith('src/') && !/\.(test|contract)\./.test(file))
    const imported = new Set(code.flatMap(({ file, source }) => importedPackages(file, source)))
    expect(Object.keys(manifest.dependencies).filter((name) => !imported.has(name))).toEqual([])
  })
})

describe('readImports', () => {
  const specifiers = (source: string, file = 'a.ts') =>
    readImports(file, source).map(({ line, specifier }) => `${line} ${specifier}`)

  it.each([
    ["import { a } from 'x'"],
    ["import type { A } from 'x'"],
    ["import { type A } from 'x'"],
    ["import 'x'"],
    ["import * as x from 'x'"],
    ["import a from 'x' with { type: 'json' }"],
    ["export { a } from 'x'"],
    ["export type { A } from 'x'"],
    ["export * from 'x'"],
    ["export * as x from 'x'"],
    ["const x = await import('x')"],
    ['const x = await import(`x`)'],
    ["type A = import('x').A"],
    ["type A = typeof import('x')"],
    ["import x = require('x')"],
    ["declare module 'x' {}"],
    ["const x = require('x')"],
    ["const x = require.resolve('x')"],
    ["const x = process.getBuiltinModule('x')"],
    ["const x = import.meta.resolve('x')"],
    ["const x = new URL('x', import.meta.url)"],
  ])('finds the one in %s', (source) => {
    expect(specifiers(source)).toEqual(['1 x'])
  })

  it.each([
    ['await import(name)'],
    ["await import('./' + name)"],
    [`await import(\`./\${name}.ts\`)`],
    ['require(name)'],
    ['import.meta.resolve(name)'],
    ['new URL(name, import.meta.url)'],
  ])('finds the computed one in %s', (source) => {
    expect(specifiers(source)).toEqual(['1 undefined'])
  })

  it('leaves alone what only looks like one', () => {
    const source = `
      // import 'comment'
      /** @type {import('jsdoc').A} */
      const text = "import 'string'", pattern = /require('x')/, template = \`import('x')\`
      await Promise.resolve('x')
      path.resolve('x')
      new URL('x', 'https://example.org')
      export const require2 = text
      export { text }`
    expect(specifiers(source)).toEqual([])
  })

  it('gives the line of each, however deep, in .tsx too', () => {
    const source = `import a from 'a'

function Page() {
  return <p onClick={async () => { await import('b') }}>import 'c'</p>
}`
    expect(specifiers(source, 'page.tsx')).toEqual(['1 a', '4 b'])
  })

  it('refuses what does not parse', () => {
    expect(() => readImports('a.ts', '\nimport {')).toThrow(/^a\.ts:2 does not parse: /)
  })
})

describe('brokenRules', () => {
  const samples = {
    name: 'pentimento',
    dependencies: { 'onnxruntime-node': '1.0.0', sharp: '1.0.0' },
    devDependencies: { vitest: '1.0.0', 'fast-check': '1.0.0', react: '1.0.0', pg: '1.0.0' },
  }
  const check = (file: string, source: string) => brokenRules(file, source, table, samples)

  it.each([
    // graph imports nothing
    ['src/graph/a.ts', 'node:fs', 'graph runs anywhere'],
    ['src/graph/a.ts', 'fs', 'graph runs anywhere'],
    ['src/graph/a.ts', 'fast-check', 'only test may import it'],
    ['src/graph/a.ts', '../onnx/index.ts', 'imports go downward only, and graph may import error'],
    // packages have their one layer
    ['src/weights/a.ts', 'onnxruntime-node', 'only onnx, perf may import it'],
    ['src/weights/a.ts', 'onnxruntime-node/dist/backend.js', 'only onnx, perf may import it'],
    ['src/app/a.ts', 'sharp', 'only image may import it'],
    ['src/image/a.ts', 'unheard-of', 'no layer may import this package'],
    ['src/onnx/a.ts', '@bufbuild/protobuf/wire', 'the package is not in package.json'],
    ['src/jobs/a.ts', 'pg', 'a dev dependency is not there once the package is installed'],
    ['examples/a.ts', 'onnxruntime-node', 'only onnx, perf may import it'],
    ['src/weights/a.test.ts', 'onnxruntime-node', 'only onnx, perf may import it'],
    ['src/weights/a.ts', 'vitest', 'only test, config may import it'],
    // layers go downward, by the index
    [
      'src/onnx/a.ts',
      '../weights/index.ts',
      'imports go downward only, and onnx may import error, files, graph',
    ],
    ['src/jobs/a.ts', '../graph/index.ts', 'jobs may import error, files'],
    ['src/onnx/a.ts', '../graph/op.ts', 'of another layer only its index.ts is imported, this is op.ts'],
    [
      'src/onnx/deep/a.ts',
      '../../graph/deep/index.ts',
      'only its index.ts is imported, this is deep/index.ts',
    ],
    ['src/onnx/a.test.ts', '../weights/index.ts', 'imports go downward only'],
    ['src/weights/a.test.ts', '../graph/op.ts', 'only its index.ts is imported'],
    [
      'studio/a.tsx',
      '../src/app/index.ts',
      'studio may import app/server/people/reviewSchemas.ts, app/server/people/studySchemas.ts, app/server/schemas/answers.ts',
    ],
    [
      'studio/a.tsx',
      '../src/graph/index.ts',
      'studio may import app/server/people/reviewSchemas.ts, app/server/people/studySchemas.ts, app/server/schemas/answers.ts',
    ],
    ['test/a.ts', '../src/graph/op.ts', 'only its index.ts is imported'],
    // no layer imports itself through its own index
    ['src/graph/a.ts', './index.ts', 'graph imports itself through its own index'],
    ['src/graph/deep/a.ts', '../index.ts', 'graph imports itself through its own index'],
    ['src/graph/a.ts', 'pentimento/graph', 'within src a layer is imported by its relative path'],
    // nothing goes past the table
    ['src/graph/a.ts', '../../test/setup.ts', 'graph may import error'],
    ['src/graph/a.ts', '../elsewhere/a.ts', "'src/elsewhere/a.ts' is in no layer"],
    ['src/onnx/a.ts', '../../package.json', "'package.json' is in no layer"],
    ['src/onnx/a.ts', '/etc/a.js', 'by a relative path or a package name'],
    ['src/onnx/a.ts', '#internal', 'by a relative path or a package name'],
    ['src/onnx/a.ts', 'node:module', 'createRequire() would load modules past this test'],
    ['src/onnx/a.ts', 'fs', "write 'node:fs'"],
    ['test/a.ts', 'pentimento/grpah', 'no layer is called so'],
  ])('%s may not import %s', (file, specifier, rule) => {
    const found = check(file, `\nimport '${specifier}'`)
    expect(found).toEqual([expect.stringContaining(`${file}:2 imports '${specifier}': `)])
    expect(found[0]).toContain(rule)
  })

  it.each([
    ['src/graph/a.ts', './deep/index.ts'],
    ['src/graph/deep/a.ts', '../a.ts'],
    ['src/graph/a.test.ts', 'node:fs'],
    ['src/graph/a.test.ts', './index.ts'],
    ['src/graph/a.test.ts', 'vitest'],
    ['src/graph/a.contract.ts', 'fast-check'],
    ['src/graph/a.test.ts', '../../test/setup.ts'],
    ['src/onnx/a.ts', 'onnxruntime-node'],
    ['src/onnx/a.ts', 'node:fs/promises'],
    ['src/onnx/a.ts', '../graph/index.ts'],
    ['src/models/a.test.ts', '../onnx/index.ts'],
    ['src/image/a.ts', 'sharp'],
    ['studio/a.tsx', '../src/app/server/people/reviewSchemas.ts'],
    ['studio/a.tsx', 'react'],
    ['test/a.test.ts', 'pentimento/graph'],
    ['perf/a.ts', 'pentimento/train'],
    ['examples/a.ts', '../src/edit/index.ts'],
    ['test/a.test.ts', '../package.json'],
    ['vitest.config.ts', 'vitest/config'],
  ])('%s may import %s', (file, specifier) => {
    expect(check(file, `import '${specifier}'`)).toEqual([])
  })

  it.each([
    ["export { a } from 'node:fs'"],
    ["export type { A } from 'node:fs'"],
    ["type A = import('node:fs').A"],
    ["await import('node:fs')"],
    ["process.getBuiltinModule('fs')"],
    ["import.meta.resolve('sharp')"],
    ["new URL('../onnx/a.wasm', import.meta.url)"],
    ["new URL('../../secret.json', import.meta.url)"],
    ['await import(name)'],
    ['new URL(name, import.meta.url)'],
  ])('holds in graph for %s', (source) => {
    expect(check('src/graph/a.ts', source)).toHaveLength(1)
  })

  it('lets a layer read its own files, those that its row names, and addresses', () => {
    expect(check('src/graph/a.ts', "new URL('./a.json', import.meta.url)")).toEqual([])
    expect(check('src/edit/a.ts', "new URL('../../models/nano/config.json', import.meta.url)")).toEqual([])
    expect(check('src/graph/a.ts', "new URL('https://example.org', import.meta.url)")).toEqual([])
  })

  it('lets tests compute the name of a file that they read, not of a module', () => {
    expect(check('test/a.ts', 'new URL(name, import.meta.url)')).toEqual([])
    expect(check('src/graph/a.test.ts', 'new URL(name, import.meta.url)')).toEqual([])
    expect(check('test/a.ts', 'await import(name)')).toEqual([
      'test/a.ts:1 computes an import: write the path out, so that this test can read it',
    ])
  })

  it('lets the files that a row names load a computed module, and no other', () => {
    const rule = 'computes an import: write the path out, so that this test can read it'
    for (const { file } of table.tools!.loaders!) {
      expect(check(file, 'await import(name)')).toEqual([])
      expect(check(file, 'new URL(name, import.meta.url)')).toHaveLength(1)
    }
    for (const other of ['src/tools/embedded/parts.ts', 'src/edit/editor.ts'])
      expect(check(other, 'await import(name)')).toEqual([`${other}:1 ${rule}`])
  })

  it('refuses a file that is in no layer', () => {
    expect(check('src/utils/a.ts', '')).toEqual([
      'src/utils/a.ts:1 is in no layer: add its folder to the table or move the file',
    ])
  })

  it('counts every offence of a file, each with its line', () => {
    const source = "import 'node:fs'\nexport * from '../onnx/index.ts'\n\nawait import(name)"
    expect(check('src/graph/a.ts', source).map((each) => each.split(' ')[0])).toEqual([
      'src/graph/a.ts:1',
      'src/graph/a.ts:2',
      'src/graph/a.ts:4',
    ])
  })
})

describe('upwardRows', () => {
  it('tells of a row that names one below it, or itself, or one that is not there', () => {
    const row = { folder: 'src/x', packages: [], node: false }
    expect(
      upwardRows({
        low: { ...row, layers: ['high'] },
        high: { ...row, layers: ['low', 'high', 'lost'] },
      }),
    ).toEqual([
      'low may not name high: it does not stand above it in the table',
      'high may not name high: it does not stand above it in the table',
      'high may not name lost: it does not stand above it in the table',
    ])
  })
})
