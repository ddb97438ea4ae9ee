import { html } from 'hono/html'
import type { OpenApiDocument } from './openapi.ts'

/* The reference page: the OpenAPI document as HTML, without scripts, so that it works everywhere. */

type Html = ReturnType<typeof html>

/** As much of JSON Schema as the document has. */
interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly description?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly maxItems?: number
  readonly default?: unknown
}

interface Body {
  readonly description?: string
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>
}

interface Operation {
  readonly summary?: string
  readonly description?: string
  readonly tags?: readonly string[]
  readonly security?: readonly unknown[]
  readonly parameters?: readonly {
    readonly name: string
    readonly in: string
    readonly required?: boolean
    readonly description?: string
    readonly schema?: Schema
  }[]
  readonly requestBody?: Body
  readonly responses?: Readonly<Record<string, Body>>
}

interface Routed {
  readonly method: string
  readonly path: string
  readonly operation: Operation
}

export function docsPage(document: OpenApiDocument): Html {
  const routed = routesOf(document)
  const tags = document.tags ?? []
  const schemas = Object.entries((document.components?.schemas ?? {}) as Record<string, Schema>)
  const of = (tag: string): readonly Routed[] =>
    routed.filter(({ operation }) => operation.tags?.includes(tag))
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${document.info.title} API</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/docs/style.css" />
      </head>
      <body>
        <header>
          <h1>${document.info.title} API <small>${document.info.version}</small></h1>
          <p>${document.info.description} The same as <a href="/openapi.json">OpenAPI 3.1</a>.</p>
          <nav aria-label="Contents">
            ${tags.map(({ name }) => html`<a href="#${anchor(name)}">${name}</a> `)}<a href="#schemas">Schemas</a>
          </nav>
        </header>
        <main>
          ${tags.map(
            ({ name, description }) =>
              html`<section id="${anchor(name)}">
                <h2>${name}</h2>
                <p>${prose(description)}</p>
                ${of(name).map(operationOf)}
              </section>`,
          )}
          <section id="schemas">
            <h2>Schemas</h2>
            ${schemas.map(
              ([name, schema]) =>
                html`<details>
                  <summary><code>${name}</code> ${prose(schema.description)}</summary>
                  <div id="schema-${name}">${fieldsOf(schema)}</div>
                </details>`,
            )}
          </section>
        </main>
      </body>
    </html>`
}

function routesOf({ paths = {} }: OpenApiDocument): readonly Routed[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) => ({
      method,
      path,
      operation,
    })),
  )
}

const anchor = (name: string): string => name.toLowerCase().replaceAll(/\W+/g, '-')

function operationOf({ method, path, operation }: Routed): Html {
  const { summary, description, parameters = [], requestBody, responses = {}, security } = operation
  return html`<details id="${method}${anchor(path)}">
    <summary><span class="method ${method}">${method.toUpperCase()}</span> <code>${path}</code> ${prose(summary)}</summary>
    ${description ? html`<p>${prose(description)}</p>` : ''} ${security?.length === 0 ? html`<p>No key is needed.</p>` : ''}
    ${
      parameters.length > 0
        ? html`<h3>Parameters</h3>
            <dl>
              ${parameters.map(({ name, in: place, required, description: about, schema }) =>
                row(name, schema ?? {}, required === true, about, `in the ${place}`),
              )}
            </dl>`
        : ''
    }
    ${requestBody ? html`<h3>Body</h3>${bodyOf(requestBody)}` : ''}
    <h3>Answers</h3>
    ${Object.entries(responses).map(
      ([status, body]) =>
        html`<div class="answer"><strong>${status}</strong> ${body.description} ${bodyOf(body)}</div>`,
    )}
  </details>`
}

function bodyOf({ content = {} }: Body): Html {
  return html`${Object.entries(content).map(
    ([type, { schema }]) =>
      html`<div><code>${type}</code> ${schema ? typeOf(schema) : ''} ${schema ? fieldsOf(schema) : ''}</div>`,
  )}`
}

/** The fields of an object; a named schema is only linked. */
function fieldsOf(schema: Schema): Html | string {
  if (schema.$ref) return ''
  const parts = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]
  if (parts.length > 0) return html`${parts.map(fieldsOf)}`
  if (schema.items) return fieldsOf(schema.items)
  const entries = Object.entries(schema.properties ?? {})
  if (entries.length === 0) return ''
  return html`<dl>
    ${entries.map(([name, each]) => row(name, each, schema.required?.includes(name) === true, each.description))}
  </dl>`
}

function row(name: string, schema: Schema, required: boolean, about?: string, place = ''): Html {
  return html`<div>
    <dt><code>${name}</code></dt>
    <dd>
      ${typeOf(schema)} ${place} ${required ? html`<em>required</em>` : ''} ${about ? html`<div>${prose(about)}</div>` : ''}
      ${fieldsOf(schema)}
    </dd>
  </div>`
}

function typeOf(schema: Schema): Html | string {
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1) ?? ''
    return html`<a href="#schema-${name}">${name}</a>`
  }
  const parts = schema.anyOf ?? schema.oneOf ?? schema.allOf
  if (parts) return html`${parts.map((part, i) => html`${i > 0 ? ' or ' : ''}${typeOf(part)}`)}`
  if (schema.enum) return schema.enum.map((each) => JSON.stringify(each)).join(' | ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  const types = [schema.type ?? []].flat()
  const isList = types.includes('array') && schema.items
  const other = types.filter((type) => type !== 'array').join(' or ')
  const shown = isList
    ? html`list of ${typeOf(schema.items!)}${other ? ` or ${other}` : ''}`
    : types.join(' or ')
  return html`${shown}${schema.format ? ` (${schema.format})` : ''}${boundsOf(schema)}`
}

function boundsOf({ minimum, maximum, minLength, maxLength, maxItems, default: byDefault }: Schema): string {
  const parts = [
    minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? `from ${minimum}` : '',
    maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? `to ${maximum}` : '',
    minLength !== undefined && minLength > 1 ? `at least ${minLength} characters` : '',
    maxLength !== undefined ? `at most ${maxLength} characters` : '',
    maxItems !== undefined ? `at most ${maxItems}` : '',
    byDefault !== undefined ? `default ${JSON.stringify(byDefault)}` : '',
  ].filter((part) => part !== '')
  return parts.length > 0 ? `, ${parts.join(' ')}` : ''
}

/** Text whose `code` is shown as such. */
function prose(text = ''): Html {
  const parts = text.split('`')
  return html`${parts.map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part))}`
}

/** The page's style; its own file, as the pages' policy takes none inside. */
export const docsStyle = `
:root { color-scheme: light dark; --line: light-dark(#dcdcd8, #3a3a38); --soft: light-dark(#f5f5f2, #242423); }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 6rem; font: 16px/1.5 system-ui, sans-serif;
  background: light-dark(#fff, #191918); color: light-dark(#1d1d1b, #e8e8e4); }
h1 small { font-size: 1rem; font-weight: 400; opacity: .7; }
h2 { margin: 2.5rem 0 .25rem; } h3 { margin: 1rem 0 .25rem; font-size: 1rem; }
a { color: light-dark(#0b57a4, #8ec1f5); }
nav a { display: inline-block; padding: .25rem .75rem .25rem 0; }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; padding: .6rem .9rem; }
details[open] { background: var(--soft); }
summary { cursor: pointer; }
summary code { font-weight: 600; overflow-wrap: anywhere; }
code { font: .9em ui-monospace, monospace; }
.method { display: inline-block; min-width: 4.2em; font: 600 .8em ui-monospace, monospace; }
.get { color: light-dark(#1a6b3c, #7fd3a2); } .post { color: light-dark(#0b57a4, #8ec1f5); }
.patch { color: light-dark(#8a5300, #f0bd6c); } .delete { color: light-dark(#a3262a, #f49a9a); }
dl { margin: .25rem 0 .25rem .5rem; } dl > div { display: grid; grid-template-columns: minmax(9rem, 14rem) 1fr; gap: .75rem;
  padding: .3rem 0; border-top: 1px solid var(--line); } dl > div:first-child { border-top: 0; }
dt { overflow-wrap: anywhere; } dd { margin: 0; min-width: 0; } dd dl { margin-left: 0; }
em { font-style: normal; font-size: .85em; opacity: .75; } .answer { padding: .3rem 0; }
@media (max-width: 40rem) { dl > div { grid-template-columns: 1fr; gap: 0; } dd { padding-left: 1rem; } }
`
