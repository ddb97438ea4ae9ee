export { NetworkError, type NetworkErrorCode } from './error.ts'
export { patientFetch, proxiedFetch } from './fetch.ts'
export { type Environment, type ProxySettings, proxySettings, withoutPassword } from './proxy.ts'
