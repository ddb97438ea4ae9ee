type Schema = { readonly [key: string]: unknown }

/**
 * A JSON schema in the strict form that servers require: each object forbids other properties and requires all of its
 * own; optional ones may be null instead. `withoutNulls` removes the nulls of an answer.
 */
export function strictSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strictSchema)
  if (typeof schema !== 'object' || schema === null) return schema
  const { $schema: _, oneOf, properties, required, ...rest } = schema as Schema
  const inner = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, strictSchema(value)]))
  if (oneOf !== undefined) return { ...inner, anyOf: strictSchema(oneOf) }
  if (rest.type !== 'object') return inner
  const own = Object.entries((properties ?? {}) as Schema)
  const needed = new Set((required ?? []) as readonly string[])
  return {
    ...inner,
    properties: Object.fromEntries(
      own.map(([name, value]) => {
        const strict = strictSchema(value)
        return [name, needed.has(name) ? strict : { anyOf: [strict, { type: 'null' }] }]
      }),
    ),
    required: own.map(([name]) => name),
    additionalProperties: false,
  }
}

/** The value without properties that are null. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, each]) => each !== null)
      .map(([key, each]) => [key, withoutNulls(each)]),
  )
}
