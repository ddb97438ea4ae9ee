import { describe, expect, it } from 'vitest'
import { pairPrompt, parsePreference } from './pairwise.ts'

describe('a preference', () => {
  it.each([
    ['{"reasoning": "A is sharper.", "preferred": "A"}', 'first'],
    ['```json\n{"preferred": "B", "reasoning": ""}\n```', 'second'],
    ['Well: {"preferred": "Tie"}', 'tie'],
  ])('is read from %s', (answer, preferred) => {
    expect(parsePreference(answer).preferred).toBe(preferred)
  })

  it.each([
    'A',
    'Edit A is better.',
    '{"preferred": "neither"}',
    '{"preferred": null}',
    '{"preferred": ["A"]}',
    '{"preferred"',
    '[]',
    '',
  ])('is not guessed from %s', (answer) => {
    expect(parsePreference(answer)).not.toHaveProperty('preferred')
  })
})

it('holds an instruction as it is', () => {
  expect(pairPrompt('Write "$&" on it')).toContain('\nWrite "$&" on it\n')
})
