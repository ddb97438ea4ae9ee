import { Validator } from '@seriousme/openapi-schema-validator'

/** What is wrong with an OpenAPI document; empty where it is valid. */
export async function openApiFaults(document: Record<string, unknown>): Promise<readonly unknown[]> {
  const validator = new Validator()
  const { valid, errors } = await validator.validate(document)
  return valid ? [] : [errors].flat()
}
