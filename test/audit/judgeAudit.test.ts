import { expect, it } from 'vitest'
import { judgeAudit } from './judgeAudit.ts'

const report = (severity: string) =>
  JSON.stringify({
    auditReportVersion: 2,
    vulnerabilities: {
      leftpad: {
        severity,
        range: '<2',
        via: [{ title: 'Pads too far', url: 'https://example.org/1' }, 'other'],
      },
    },
  })

it('fails on what is high or critical, and says what it is', () => {
  for (const severity of ['high', 'critical'])
    expect(judgeAudit(report(severity))).toEqual({
      verdict: 'bad',
      lines: [`${severity}: leftpad <2: Pads too far https://example.org/1; other`],
    })
})

it('passes what is less, and nothing at all', () => {
  for (const severity of ['info', 'low', 'moderate']) expect(judgeAudit(report(severity)).verdict).toBe('ok')
  expect(judgeAudit('{"auditReportVersion":2,"vulnerabilities":{}}')).toEqual({
    verdict: 'ok',
    lines: ['dependencies audited: nothing high or critical'],
  })
})

it('passes where the registry has no advisories, and says so', () => {
  const answer = JSON.stringify({ message: '405 Method Not Allowed', statusCode: 405 })
  expect(judgeAudit(answer)).toEqual({
    verdict: 'not audited',
    lines: ['dependencies not audited: this registry has no advisories (405 Method Not Allowed)'],
  })
})

it('asks again where the registry does not answer', () => {
  for (const text of ['', 'npm error', '{"message":"503","statusCode":503}', '{"message":"ENOTFOUND"}'])
    expect(judgeAudit(text).verdict).toBe('again')
})
