/**
 * Codes by which servers say that a filter, not the model, stopped a request: OpenAI, Azure, DashScope, gateways. Azure
 * answers 400 and names the filters in an inner error; a gateway may wrap all that once more, as JSON in a string.
 */
const filterCodes: ReadonlySet<string> = new Set([
  'content_filter',
  'content_policy_violation',
  'responsibleaipolicyviolation',
  'data_inspection_failed',
  'datainspectionfailed',
  'moderation_blocked',
])

/**
 * Why a filter stopped a request: the names of the filters, such as `jailbreak`, then what the server said; undefined
 * where the error is another one. @param body of the answer, parsed
 */
export function filterReason(body: unknown): string | undefined {
  const found = { filtered: false, names: new Set<string>(), message: '' }
  look(body, found, 0)
  if (!found.filtered) return undefined
  return [[...found.names].join(', '), found.message].filter((part) => part !== '').join(': ')
}

interface Found {
  filtered: boolean
  readonly names: Set<string>
  message: string
}

function look(value: unknown, found: Found, depth: number): void {
  if (depth > 8 || typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) {
    for (const each of value) look(each, found, depth + 1)
    return
  }
  const { code, type, error_type, message, reasons, flagged_input } = value as Record<string, unknown>
  const codes = [code, type, error_type].map((each) => String(each).toLowerCase())
  const isFilter =
    codes.some((each) => filterCodes.has(each)) ||
    (typeof message === 'string' && /ContentPolicyViolationError/.test(message))
  if (isFilter) found.filtered = true
  // OpenRouter's own moderation: 403 with what was flagged and why.
  if (Array.isArray(reasons) && flagged_input !== undefined) {
    found.filtered = true
    for (const reason of reasons) found.names.add(String(reason))
  }
  if (typeof message === 'string' && (isFilter || found.message === '')) found.message = message
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'content_filter_result' || key === 'content_filter_results') nameFilters(inner, found.names)
    else if (key === 'raw' && typeof inner === 'string') look(parsed(inner), found, depth + 1)
    else look(inner, found, depth + 1)
  }
}

/** Azure tells of every filter whether it was the one. */
function nameFilters(results: unknown, names: Set<string>): void {
  if (typeof results !== 'object' || results === null) return
  for (const [name, result] of Object.entries(results))
    if ((result as { filtered?: unknown } | null)?.filtered === true) names.add(name)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
