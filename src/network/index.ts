export { NetworkError, type NetworkErrorCode } from './error.ts'
export { patientSend, proxiedFetch } from './fetch.ts'
export { type Environment, type ProxySettings, proxySettings, withoutPassword } from './proxy.ts'
export type { Answer, Send, SendOptions } from './send.ts'
